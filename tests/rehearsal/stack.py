"""The whole system on Google's emulators: provisioned from pipeline.yaml, each function a server of its own."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

from google.cloud import bigquery

from shared import bootstrap
from shared.adapters.table_schemas import load_table_schemas
from shared.adapters.topology import Topology
from shared.config import REPOSITORY_ROOT, from_environment
from shared.service.app import App
from tests.emulators import bigquery as bigquery_emulator
from tests.emulators.bigquery_stack import deploy
from tests.emulators.firestore import HOST_VARIABLE as FIRESTORE_VARIABLE
from tests.emulators.firestore import firestore_emulator
from tests.emulators.pubsub import Deadlines, PubSub, provision, pubsub_emulator
from tests.rehearsal.credentials import VARIABLE as CREDENTIALS_VARIABLE
from tests.rehearsal.credentials import service_account
from tests.rehearsal.servers import FunctionServers, upload

PROJECT = bigquery_emulator.PROJECT
BIGQUERY_VARIABLE = "BIGQUERY_EMULATOR_HOST"
# Retries as declared are meant for a service that runs for weeks; a rehearsal has minutes.
DEADLINES = Deadlines(retry_minimum_seconds=1, retry_maximum_seconds=5)
SETTINGS = {"LEASE_SECONDS": "60", "RESEND_SECONDS": "10", "RETRY_SECONDS_MAX": "5"}
GCLOUD_SECONDS = 60.0


class System(Protocol):
    """A system that is looked at, and swept by its schedules."""

    app: App

    def sweep(self) -> None:
        """Publish what Cloud Scheduler would."""


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """A running system; `app` is on the same cloud stack as the functions are, for looking at it."""

    folder: Path
    topology: Topology
    pubsub: PubSub
    servers: FunctionServers
    environment: Mapping[str, str]
    app: App

    def gcloud(self, *words: str) -> str:
        """Return what a gcloud command line says, run against the emulators as an operator would. Raises on failure."""
        done = subprocess.run(
            ["gcloud", *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=GCLOUD_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"gcloud {' '.join(words)}: {done.stderr}")
        return done.stdout

    def sweep(self) -> None:
        """Publish what Cloud Scheduler would."""
        for schedule in self.topology.schedules:
            self.app.bus.publish(schedule.topic, schedule.message)


@contextmanager
def rehearsal(folder: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[Rehearsal]:
    """Yield the system with all its functions up and nothing in it; stop everything that was started."""
    topology = bootstrap.topology()
    logs = folder / "logs"
    logs.mkdir(parents=True)
    with ExitStack() as running:
        pubsub = running.enter_context(pubsub_emulator(folder))
        firestore = running.enter_context(firestore_emulator(folder))
        proxy = running.enter_context(bigquery_emulator.running(folder))
        environment = {
            **pubsub.environment(PROJECT),
            FIRESTORE_VARIABLE: firestore.address,
            BIGQUERY_VARIABLE: proxy.endpoint,
            CREDENTIALS_VARIABLE: str(running.enter_context(service_account(folder, PROJECT))),
            **lookback(folder, settings or {}),
        }
        servers = FunctionServers(topology, upload(folder), logs, environment)
        provision(pubsub, topology, PROJECT, servers.url, DEADLINES)
        running.enter_context(mock.patch.dict(os.environ, environment))
        deploy(bigquery.Client(project=PROJECT), from_environment(os.environ), load_table_schemas())
        running.callback(servers.stop)
        for name in topology.functions:
            servers.start(name)
        app = bootstrap.open_app(from_environment(os.environ))
        yield Rehearsal(
            folder=folder, topology=topology, pubsub=pubsub, servers=servers, environment=environment, app=app
        )


def lookback(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the project's own variables for a cloud stack whose landing zone is in `folder`."""
    given: dict[str, Any] = {
        "STACK": "cloud",
        "PROJECT": PROJECT,
        "LANDING_URL": str(folder / "landing"),
        **SETTINGS,
        **settings,
    }
    archive = os.environ.get("SEASON_ARCHIVE") or str(REPOSITORY_ROOT.parent / "shared" / "data" / "nba-2024-25")
    return {"SEASON_ARCHIVE": archive, **{f"LOOKBACK_{name}": str(value) for name, value in given.items()}}


@contextmanager
def swept(system: System, seconds: float) -> Iterator[None]:
    """Have the schedules' messages published every so many seconds for as long as the block runs."""
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(seconds):
            system.sweep()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
