"""The rehearsal stack with everything in it breakable: functions, Pub/Sub, Firestore, warehouse, network, disk.

With the warehouse `embedded`, a service on DuckDB stands in BigQuery's place and does a month in a minute; with
`bigquery` it is the BigQuery emulator, as in the rehearsal.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from shared import bootstrap
from shared.config import REPOSITORY_ROOT, from_environment
from shared.domain.errors import Retryable
from shared.service.app import App
from tests.chaos.disk import Disk, small_disk
from tests.chaos.fleet import Fleet
from tests.chaos.ledger_server import LedgerServer
from tests.chaos.proxy import Network, network
from tests.chaos.warehouses import EMBEDDED, WAREHOUSES, WarehouseServer
from tests.emulators.firestore import HOST_VARIABLE as FIRESTORE_VARIABLE
from tests.emulators.process import HOST, Restartable, free_port
from tests.emulators.pubsub import PubSub, command, gated, provision
from tests.rehearsal.credentials import VARIABLE as CREDENTIALS_VARIABLE
from tests.rehearsal.credentials import service_account
from tests.rehearsal.servers import FunctionServers, upload
from tests.rehearsal.stack import DEADLINES, PROJECT, lookback

# A holder that is gone is noticed within seconds, as in production within minutes.
LEASE_SECONDS = {EMBEDDED: 15, "bigquery": 30}
SETTINGS = {"RESEND_SECONDS": "8", "RETRY_SECONDS_MAX": "4", "CALL_SECONDS": "10", "SOURCE": "archive"}
DISK_MEGABYTES = 96
SIDES = ("one", "other")
SWEEP_TOPIC, SWEEPS_AN_ALERT_CHECK = "sweep", 5


@dataclass(kw_only=True)
class ChaosStack:
    """A running system and what can be broken in it; `app` sees it past every fault."""

    disk: Disk
    fleet: Fleet
    pubsub: PubSub
    pubsub_server: Restartable
    ledger: LedgerServer
    warehouse: WarehouseServer
    lease_seconds: float
    app: App
    ticks: int = 0
    pubsub_turn: threading.Lock = field(default_factory=threading.Lock)
    disk_turn: threading.Lock = field(default_factory=threading.Lock)

    def sweep(self) -> None:
        """Publish what Cloud Scheduler would; a tick that Pub/Sub does not take is lost, as Cloud Scheduler's is."""
        self.ticks += 1
        for schedule in bootstrap.topology().schedules:
            if schedule.topic != SWEEP_TOPIC and self.ticks % SWEEPS_AN_ALERT_CHECK:
                continue
            with suppress(Retryable):
                self.app.bus.publish(schedule.topic, schedule.message)

    def declare(self) -> None:
        """Create the declared topics and subscriptions in Pub/Sub, which holds none."""
        # Asked again until the way to the emulator is there.
        list(self.pubsub.publisher.list_topics(project=f"projects/{PROJECT}"))
        provision(self.pubsub, bootstrap.topology(), PROJECT, self.fleet.url, DEADLINES)

    def restart_pubsub(self, pause: float) -> None:
        """Kill Pub/Sub and start it again after the pause: every message in it is lost."""
        with self.pubsub_turn:
            self.pubsub_server.kill()
            time.sleep(pause)
            self.pubsub_server.start()
            self.declare()

    def fill_disk(self, seconds: float) -> None:
        """Leave no byte free for so long on the disk of the landing zone and of the embedded warehouse."""
        with self.disk_turn:
            self.disk.fill()
            time.sleep(seconds)
            self.disk.free()


@contextmanager
def chaos_stack(folder: Path, warehouse: str = EMBEDDED, main: Path | None = None) -> Iterator[ChaosStack]:
    """Yield a system with all its functions up and nothing in it; stop everything that was started.

    `main` is in the place of every function's main.py, else what the warehouse needs there.
    """
    for side in SIDES:
        (folder / "logs" / side).mkdir(parents=True)
    with ExitStack() as running:
        ways = running.enter_context(network())
        disk = running.enter_context(small_disk(folder / "disk", DISK_MEGABYTES))
        ledger = LedgerServer(ways, folder, PROJECT)
        running.callback(ledger.stop)
        ledger.start()
        server, pubsub = running.enter_context(_restartable_pubsub(folder / "logs"))
        lease = LEASE_SECONDS[warehouse]
        environment = {
            **pubsub.environment(PROJECT),
            CREDENTIALS_VARIABLE: str(running.enter_context(service_account(folder, PROJECT))),
            **lookback(disk.folder, {**SETTINGS, "LEASE_SECONDS": str(lease)}),
        }
        # The onlooker waits as long as a restart takes.
        past = {"LOOKBACK_CALL_SECONDS": "60", FIRESTORE_VARIABLE: f"{HOST}:{ledger.onlooker.port}"}
        running.enter_context(mock.patch.dict(os.environ, {**environment, **past}))
        house = running.enter_context(WAREHOUSES[warehouse](ways, folder, disk))
        running.enter_context(mock.patch.dict(os.environ, house.onlooker))
        reached = {**house.variables, FIRESTORE_VARIABLE: f"{HOST}:{ledger.proxy.port}"}
        fleet = _fleet(folder, {**environment, **reached}, ways, main or house.main)
        running.callback(fleet.stop)
        stack = ChaosStack(
            disk=disk,
            fleet=fleet,
            pubsub=pubsub,
            pubsub_server=server,
            ledger=ledger,
            warehouse=house,
            lease_seconds=lease,
            app=house.open_app(from_environment(os.environ)),
        )
        stack.declare()
        fleet.start()
        yield stack


@contextmanager
def _restartable_pubsub(logs: Path) -> Iterator[tuple[Restartable, PubSub]]:
    port = free_port()
    server = Restartable("pubsub-emulator", command(port), port, logs)
    server.start()
    try:
        with gated(port, server.process) as pubsub:
            yield server, pubsub
    finally:
        server.stop()


def _fleet(folder: Path, environment: Mapping[str, str], ways: Network, main: Path | None) -> Fleet:
    source, topology = upload(folder), bootstrap.topology()
    path = os.pathsep.join((str(source), str(REPOSITORY_ROOT)))
    sides = [FunctionServers(topology, source, folder / "logs" / side, environment) for side in SIDES]
    return Fleet(topology, ways, sides, main=main, extra={"PYTHONPATH": path} if main else {})
