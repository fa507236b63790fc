"""The warehouse of a stack that faults hit: a service that can be slow, cut off and (the embedded one) killed."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from google.cloud import bigquery

from shared import bootstrap
from shared.adapters.table_schemas import load_table_schemas
from shared.config import REPOSITORY_ROOT, Config, from_environment
from shared.service.app import App
from tests.chaos.disk import Disk
from tests.chaos.proxy import Network, Proxy
from tests.chaos.remote_warehouse import PORT_VARIABLE, RemoteWarehouse
from tests.emulators import bigquery as bigquery_emulator
from tests.emulators.bigquery_stack import deploy
from tests.emulators.process import HOST, Restartable, free_port
from tests.rehearsal.stack import BIGQUERY_VARIABLE

EMBEDDED, BIGQUERY = "embedded", "bigquery"
FUNCTION = Path(__file__).with_name("function.py")


@dataclass(kw_only=True)
class WarehouseServer:
    """How the functions reach it (`proxy`, `variables`), and how the onlooker does, past every fault.

    `main` is in the place of each function's main.py. Without a `server` it cannot be killed.
    """

    kind: str
    proxy: Proxy
    variables: Mapping[str, str]
    onlooker: Mapping[str, str]
    main: Path | None = None
    server: Restartable | None = None

    def open_app(self, config: Config) -> App:
        """Return the onlooker's App."""
        if self.kind == BIGQUERY:
            return bootstrap.cloud(config)
        return replace(bootstrap.cloud(config), warehouse=RemoteWarehouse(int(self.onlooker[PORT_VARIABLE])))

    def restart(self, pause: float) -> None:
        """Kill it and start it again after the pause. Only for one that has a server."""
        assert self.server is not None, f"{self.kind}: there is no server to kill"
        with self.proxy.turn:
            self.server.kill()
            time.sleep(pause)
            self.server.start()


@contextmanager
def embedded_warehouse(network: Network, folder: Path, disk: Disk) -> Iterator[WarehouseServer]:
    """Yield the embedded warehouse, its files on the disk, as a service of its own."""
    port = free_port()
    files = (str(disk.folder / "warehouse"), str(folder / "revocations.jsonl"))
    argv = [sys.executable, "-m", "tests.chaos.warehouse_server", str(port), *files]
    server = Restartable("warehouse", argv, port, folder / "logs", REPOSITORY_ROOT)
    proxy = network.proxy(port)
    server.start()
    try:
        yield WarehouseServer(
            kind=EMBEDDED,
            proxy=proxy,
            variables={PORT_VARIABLE: str(proxy.port)},
            onlooker={PORT_VARIABLE: str(port)},
            main=FUNCTION,
            server=server,
        )
    finally:
        server.stop()


@contextmanager
def bigquery_warehouse(network: Network, folder: Path, disk: Disk) -> Iterator[WarehouseServer]:
    """Yield the BigQuery emulator with every declared table in it."""
    with bigquery_emulator.running(folder) as emulator:
        proxy = network.proxy(int(emulator.endpoint.rpartition(":")[2]))
        with mock.patch.dict(os.environ, {BIGQUERY_VARIABLE: emulator.endpoint}):
            deploy(
                bigquery.Client(project=bigquery_emulator.PROJECT), from_environment(os.environ), load_table_schemas()
            )
        yield WarehouseServer(
            kind=BIGQUERY,
            proxy=proxy,
            variables={BIGQUERY_VARIABLE: f"http://{HOST}:{proxy.port}"},
            onlooker={BIGQUERY_VARIABLE: emulator.endpoint},
        )


WAREHOUSES = {EMBEDDED: embedded_warehouse, BIGQUERY: bigquery_warehouse}
