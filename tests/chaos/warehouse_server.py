"""The embedded warehouse as a service of its own, in the place of BigQuery: one process owns the folder, others ask it.

Like BigQuery it remembers which fences were revoked, whatever becomes of its process. What was staged is gone with
the process; whoever asks for that is told to try again.

    python -m tests.chaos.warehouse_server PORT FOLDER REVOCATIONS
"""

import json
import sys
import threading
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.domain.errors import LookbackError, WarehouseUnavailable
from shared.ports import Job, Staged
from tests.emulators.process import HOST

BACKLOG = 64


class WarehouseService:
    """What answers calls: the warehouse's methods, by name."""

    def __init__(self, folder: Path, revocations: Path) -> None:
        self._warehouse = DuckDbWarehouse(folder)
        self._revocations = revocations
        self._staged: set[str] = set()
        for line in revocations.read_text().splitlines() if revocations.exists() else ():
            unit, start, stop = json.loads(line)
            self._warehouse.revoke(unit, range(start, stop))

    def answer(self, method: str, arguments: tuple[Any, ...]) -> Any:
        """Return what a method of the warehouse returns. Raises what it raises."""
        self._check_staged(arguments)
        if method == "revoke":
            self._keep(*arguments)
        found = getattr(self._warehouse, method)(*arguments)
        if method == "stage":
            self._staged.add(found.staging)
        return found

    def _check_staged(self, arguments: tuple[Any, ...]) -> None:
        for each in arguments:
            named = {each.staging} if isinstance(each, Staged) else set()
            named |= set(each.siblings.values()) if isinstance(each, Job) else set()
            if not named <= self._staged:
                raise WarehouseUnavailable(f"{sorted(named - self._staged)} went with the process that staged it")

    def _keep(self, unit: str, fences: range) -> None:
        with self._revocations.open("a") as kept:
            kept.write(json.dumps([unit, fences.start, fences.stop]) + "\n")


def serve(port: int, service: WarehouseService) -> None:
    """Answer calls, each on a connection of its own, for ever."""
    listener = Listener((HOST, port), backlog=BACKLOG)
    while True:
        connection = listener.accept()
        threading.Thread(target=_converse, args=(connection, service), daemon=True).start()


def _converse(connection: Connection, service: WarehouseService) -> None:
    with connection:
        try:
            method, arguments = connection.recv()
            connection.send(_answered(service, method, arguments))
        except (EOFError, OSError):
            # Who asked is gone, or the way to it.
            return


def _answered(service: WarehouseService, method: str, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
    try:
        return service.answer(method, arguments), None
    except LookbackError as error:
        return None, (type(error), error.args, vars(error))


if __name__ == "__main__":
    serve(int(sys.argv[1]), WarehouseService(Path(sys.argv[2]), Path(sys.argv[3])))
