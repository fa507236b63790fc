"""What each function calls, recorded at its ports while it runs: topics, ledger, datasets and landing files."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest import mock

import sqlglot
from sqlglot import exp

from shared.ports import Bus, Landing, Row, Staged, Store, Warehouse
from tests.simulation import faults
from tests.simulation.run import Run
from tests.simulation.world import World

STAGING = "lookback_staging"
LANDING = "landing"


@dataclass(kw_only=True)
class Calls:
    """The calls by function: `function` is the one that is served now, None between two."""

    function: str | None = None
    topics: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ledger: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    landing: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    datasets: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    @contextmanager
    def serving(self, function: str) -> Iterator[None]:
        """Put down what is called in the block to a function."""
        before, self.function = self.function, function
        try:
            yield
        finally:
            self.function = before

    def publishes(self, topic: str) -> None:
        if self.function:
            self.topics[self.function].add(topic)

    def uses_ledger(self, mode: str) -> None:
        if self.function:
            self.ledger[self.function].add(mode)

    def uses_landing(self, mode: str) -> None:
        if self.function:
            self.landing[self.function].add(mode)

    def uses(self, table: str, mode: str) -> None:
        """Record a table, or a dataset, that is read or written."""
        if self.function:
            self.datasets[self.function].add((table.partition(".")[0], mode))

    def reads(self, sql: str, elsewhere: Mapping[str, Any]) -> None:
        """Record the tables of a statement; those in `elsewhere` are read from staging."""
        for table in sqlglot.parse_one(sql, dialect="bigquery").find_all(exp.Table):
            if table.db == LANDING:
                self.uses_landing("read")
            elif table.db:
                self.uses(STAGING if f"{table.db}.{table.name}" in elsewhere else table.db, "read")


@dataclass
class RecordingBus:
    calls: Calls
    bus: Bus

    def publish(self, topic: str, body: Mapping[str, Any]) -> str:
        self.calls.publishes(topic)
        return self.bus.publish(topic, body)


@dataclass
class RecordingStore:
    calls: Calls
    store: Store

    def __getattr__(self, name: str) -> Any:
        self.calls.uses_ledger("write" if name == "commit" else "read")
        return getattr(self.store, name)


@dataclass
class RecordingLanding:
    calls: Calls
    landing: Landing

    def url(self, game_date: date, name: str) -> str:
        return self.landing.url(game_date, name)

    def read(self, game_date: date, name: str) -> bytes | None:
        self.calls.uses_landing("read")
        return self.landing.read(game_date, name)

    def write(self, game_date: date, name: str, content: bytes) -> None:
        self.calls.uses_landing("write")
        self.landing.write(game_date, name, content)


@dataclass
class RecordingWarehouse:
    """Passes everything on. A staged table is written and read in the staging dataset, then copied to its own."""

    calls: Calls
    warehouse: Warehouse
    # As in the cloud: an instance may be gone before its next attempt.
    log_rows_kept: int = 0

    def stage(self, job: Any) -> Staged:
        self.calls.reads(job.sql, job.siblings)
        self.calls.uses(STAGING, "write")
        return self.warehouse.stage(job)

    def publish(self, staged: Staged) -> None:
        self.calls.uses(staged.job.table, "write")
        self.warehouse.publish(staged)

    def discard(self, staged: Staged) -> None:
        self.warehouse.discard(staged)

    def revoke(self, unit: str, below: int) -> None:
        self.warehouse.revoke(unit, below)

    def query(self, sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> list[Row]:
        self.calls.reads(sql, siblings or {})
        return self.warehouse.query(sql, parameters, siblings)

    def load(self, table: str, partitions: Mapping[date, Sequence[Row]]) -> None:
        self.calls.uses(table, "write")
        self.warehouse.load(table, partitions)

    def append(self, table: str, rows: Sequence[Row]) -> None:
        self.calls.uses(table, "write")
        self.warehouse.append(table, rows)


def simulate(calls: Calls, seeds: Sequence[int]) -> None:
    """Play seeds of the simulation, whose faults reach what no golden path does, and record what is published."""
    serve, publish = World.serve, faults.SimulatedBus.publish

    def recording_serve(world: World, name: str, call: Any) -> bool:
        with calls.serving(name):
            return serve(world, name, call)

    def recording_publish(bus: faults.SimulatedBus, topic: str, body: Mapping[str, Any]) -> str:
        calls.publishes(topic)
        return publish(bus, topic, body)

    with (
        mock.patch.object(World, "serve", recording_serve),
        mock.patch.object(faults.SimulatedBus, "publish", recording_publish),
    ):
        for seed in seeds:
            Run(seed).check()
