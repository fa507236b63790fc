"""Google's Firestore emulator as a service that can be restarted: what it holds is carried over.

A real Firestore loses nothing that it confirmed. The emulator keeps everything in memory, so a restart is an export,
a kill, and a start from that export, with its clients cut off from before the first until after the last. All update
times are new afterwards: whoever read a document before finds its revision gone.
"""

import json
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.chaos.proxy import Network
from tests.emulators.firestore import command
from tests.emulators.process import HOST, POLL_SECONDS, Restartable, free_port

EXPORT = "export"
CALL_SECONDS = 30.0


class LedgerServer:
    """The emulator behind two ports: the functions' (`proxy`), which may be slow or cut, and the `onlooker`'s."""

    def __init__(self, network: Network, folder: Path, project: str) -> None:
        port = free_port()
        self.proxy, self.onlooker = network.proxy(port), network.proxy(port)
        self._server = Restartable("firestore-emulator", command(port), port, folder / "logs")
        self._project, self._exports = project, folder / "exports"
        self._restarts = 0

    def start(self) -> None:
        """Start it, empty."""
        self._server.start()

    def stop(self) -> None:
        """Stop it."""
        self._server.stop()

    def restart(self, pause: float, witness: str) -> None:
        """Kill it and start it again after the pause, with what it held; `witness` is a key that it must hold then."""
        with self.proxy.turn:
            self.proxy.refusing = self.onlooker.holding = True
            self.proxy.cut()
            self.onlooker.cut()
            self._restarts += 1
            seed = self._export(self._exports / str(self._restarts))
            self._server.kill()
            time.sleep(pause)
            self._server.start(f"--seed_from_export={seed}")
            self._await(witness)
            self.proxy.refusing = self.onlooker.holding = False

    def _export(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        database = f"projects/{self._project}/databases/(default)"
        body = json.dumps({"database": database, "export_directory": str(folder), "export_name": EXPORT}).encode()
        url = f"http://{HOST}:{self._server.port}/emulator/v1/projects/{self._project}:export"
        with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=CALL_SECONDS):
            return folder / EXPORT / f"{EXPORT}.overall_export_metadata"

    def _await(self, key: str) -> None:
        until = time.monotonic() + CALL_SECONDS
        path = f"v1/projects/{self._project}/databases/(default)/documents/{key}"
        while time.monotonic() < until:
            try:
                with urlopen(f"http://{HOST}:{self._server.port}/{path}", timeout=CALL_SECONDS):
                    return
            except HTTPError:
                time.sleep(POLL_SECONDS)
        raise AssertionError(f"{key} was not carried over")
