"""Eight instances of the functions on one season, one Firestore between them: each release happens exactly once.

The services, the bus and Firestore's clients are the production ones, the work is a toy's. Every instance has its own
client, caches and season memory, as eight function servers would.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any, cast

import pytest
from google.cloud.firestore_v1.batch import WriteBatch

from shared import bootstrap
from shared.adapters.clock import SystemClock
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.delivery import Chaos, Delivery
from shared.adapters.gcp.store import FirestoreStore
from shared.config import Config
from shared.domain.backfills import BackfillStatus
from shared.domain.errors import Retryable
from shared.ports import Body, Write
from shared.service.app import App
from tests.emulators.firestore import FirestoreEmulator
from tests.emulators.interference import update_unchecked
from tests.memory_stack import MemoryStack, ToySource, toy_work
from tests.simulation.season import SEASON, MadeSeason, made_season
from tests.simulation.world import _call

COORDINATORS = 8
SEED = 5
DATES = 16
TARGETS = 8
ROUNDS_MAX = 40
# Fewer than the dates, so that lanes wait for each other's end.
IN_FLIGHT = 6
POLL_SECONDS = 0.01
DRAINS_MAX = 100
OTHERS = frozenset(name for name, each in bootstrap.topology().functions.items() if each.topics) - {"coordinate"}


@dataclass(kw_only=True)
class Instance:
    """One function server: its App, and how long its coordinator took for each message."""

    app: App
    store: FirestoreStore
    seconds: list[float] = field(default_factory=list)
    served: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def serve(self, bus: SqliteBus, functions: Set[str]) -> None:
        """Serve messages of these functions until none is left, waiting for those that others still make."""
        while functions & bus.depth().keys():
            batch = bus.receive(functions, 1)
            if batch:
                self._serve(bus, batch[0])
            else:
                time.sleep(POLL_SECONDS)

    def _serve(self, bus: SqliteBus, delivery: Delivery) -> None:
        began, before = time.perf_counter(), self.store.tally
        try:
            _call(self.app, delivery)
        except Retryable:
            self.refused += 1
            bus.reject(delivery)
            return
        if delivery.function == "coordinate":
            self.seconds.append(time.perf_counter() - began)
        self.served[delivery.function] += 1
        self.reads[delivery.function] += self.store.tally.reads - before.reads
        self.writes[delivery.function] += self.store.tally.writes - before.writes
        bus.acknowledge(delivery)


class RecordingStore(FirestoreStore):
    """Remembers what every commit that took effect has written."""

    written: list[Write]

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        revisions = super().commit(writes)
        self.written.extend(writes)
        return revisions


class RecordingBus:
    """Counts what is published, by topic and game date."""

    def __init__(self, bus: SqliteBus, published: Counter[tuple[str, str]]) -> None:
        self._bus, self._published = bus, published
        self._turn = threading.Lock()

    def publish(self, topic: str, body: Body) -> str:
        with self._turn:
            self._published[topic, str(body.get("game_date", ""))] += 1
        return self._bus.publish(topic, body)


@dataclass(kw_only=True)
class Fleet:
    """Eight instances over one bus, one warehouse and one project of the emulator."""

    stack: MemoryStack
    bus: SqliteBus
    instances: list[Instance]
    written: list[Write]
    published: Counter[tuple[str, str]] = field(default_factory=Counter)

    def drain(self, functions: Set[str]) -> None:
        """Have all instances serve these functions at once, from the same moment, until nothing is due."""
        start = threading.Barrier(COORDINATORS)

        def work(instance: Instance) -> None:
            start.wait()
            instance.serve(self.bus, functions)

        with ThreadPoolExecutor(COORDINATORS) as pool:
            list(pool.map(work, self.instances))

    @property
    def ledger(self) -> App:
        """Return an App to look through."""
        return self.instances[0].app


def fleet_of(season: MadeSeason, emulator: FirestoreEmulator, folder: Path, *, twice: bool) -> Fleet:
    config = Config(max_in_flight=IN_FLIGHT, retry_seconds=0.01, retry_seconds_max=0.1, contention_attempts=ROUNDS_MAX)
    stack = MemoryStack(source=ToySource(season.rows()), config=config)
    stack.clock = cast(Any, SystemClock())
    bus = SqliteBus(
        folder / "bus.sqlite", bootstrap.topology(), stack.clock, backoff_scale=0.001, chaos=Chaos(duplicate=twice)
    )
    project = emulator.new_project()
    fleet = Fleet(stack=stack, bus=bus, instances=[], written=[])
    stack.port = RecordingBus(bus, fleet.published)
    for _ in range(COORDINATORS):
        store = RecordingStore(emulator.client(project))
        store.written = fleet.written
        emulator.stores.append(store)
        stack.store = cast(Any, store)
        fleet.instances.append(Instance(app=stack.app(), store=store))
    calendar = season.calendar_body()
    fleet.instances[0].store.commit([Write(key=f"calendar/{SEASON}", body=calendar)])
    return fleet


def request_of(season: MadeSeason) -> dict[str, Any]:
    days = season.dates[-TARGETS:]
    return {"start_date": str(days[0]), "end_date": str(days[-1]), "request_id": "a"}


def run_in_bursts(fleet: Fleet) -> None:
    """Let completions pile up, then have all coordinators take them at once; again until nothing is left."""
    for _ in range(DRAINS_MAX):
        fleet.drain(OTHERS)
        fleet.drain({"coordinate"})
        if fleet.bus.idle():
            return
    raise AssertionError(f"messages are left: {fleet.bus.depth()}")


def run_together(fleet: Fleet) -> None:
    """Have every instance serve whatever comes, until nothing is left."""
    fleet.drain(OTHERS | {"coordinate"})


def partitions_alone(season: MadeSeason) -> dict[Any, Any]:
    """Return the tables of the same request, served by one instance in memory, one message at a time."""
    stack = MemoryStack(source=ToySource(season.rows()))
    app = stack.app()
    stack.store.commit([Write(key=f"calendar/{SEASON}", body=season.calendar_body())])
    stack.bus.publish("backfill-requests", request_of(season))
    while batch := stack.bus.receive(None, 1):
        _call(app, batch[0])
        stack.bus.acknowledge(batch[0])
    return contents(stack)


def contents(stack: MemoryStack) -> dict[Any, Any]:
    return {place: partition.content for place, partition in stack.warehouse.partitions.items()}


def releases(written: Sequence[Write]) -> Counter[str]:
    """Count the commits that released a target: its Phase 4 pending, with a manifest."""
    return Counter(
        write.body["game_date"]
        for write in written
        if write.key.startswith("units/4-") and write.body.get("manifest") and write.body["status"] == "pending"
    )


@pytest.mark.parametrize(("run", "twice"), [(run_in_bursts, False), (run_in_bursts, True), (run_together, True)])
def test_eight_coordinators_release_every_target_exactly_once(
    firestore: FirestoreEmulator, tmp_path: Path, run: Callable[[Fleet], None], *, twice: bool
) -> None:
    season = made_season(Random(SEED), dates_min=DATES, dates_max=DATES)
    targets = [str(day) for day in season.dates[-TARGETS:]]
    with toy_work():
        fleet = fleet_of(season, firestore, tmp_path, twice=twice)
        fleet.bus.publish("backfill-requests", request_of(season))
        run(fleet)
        expected = partitions_alone(season)
    sys.stdout.write(figures(fleet, f"{run.__name__}, {'every message twice' if twice else 'once'}"))

    (backfill, _), *others = fleet.ledger.ledger.backfills()
    assert (backfill.status, others) == (BackfillStatus.COMPLETE, [])
    assert releases(fleet.written) == dict.fromkeys(targets, 1)
    assert {day: fleet.published["phase4-releases", day] for day in targets} == dict.fromkeys(targets, 1)
    # Nobody ran anything twice: every unit that ran has one attempt in its history.
    store = fleet.instances[0].store
    assert {document.key[-4:] for document in store.scan("history/", "history/~")} == {"0001"}
    assert contents(fleet.stack) == expected
    check_contention(fleet)


def test_a_store_that_compares_nothing_would_be_noticed(
    firestore: FirestoreEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WriteBatch, "update", update_unchecked)
    with pytest.raises(AssertionError):
        test_eight_coordinators_release_every_target_exactly_once(firestore, tmp_path, run_in_bursts, twice=False)


def check_contention(fleet: Fleet) -> None:
    """Assert that the instances did get in each other's way, and no more than they can."""
    tallies = [instance.store.tally for instance in fleet.instances]
    assert sum(tally.conflicts for tally in tallies) > 0
    # A document that was written can have refused one commit of each other instance.
    assert sum(tally.conflicts for tally in tallies) <= len(fleet.written) * (COORDINATORS - 1)
    # No round was given up: the bus had nothing to deliver again.
    assert sum(instance.refused for instance in fleet.instances) == 0


def figures(fleet: Fleet, name: str) -> str:
    """Return what coordination took and what it read; of this machine and the emulator, asserted nowhere."""
    cut = quantiles(sorted(each for instance in fleet.instances for each in instance.seconds), n=100)
    conflicts = sum(instance.store.tally.conflicts for instance in fleet.instances)
    served, reads, writes = (
        sum((getattr(instance, counted) for instance in fleet.instances), Counter[str]())
        for counted in ("served", "reads", "writes")
    )
    lines = [f"{name}: coordinate p50 {1000 * cut[49]:.0f} ms, p99 {1000 * cut[98]:.0f} ms; {conflicts} lost races"]
    lines += [
        f"  {function}: {count} messages, {reads[function] / count:.1f} reads and {writes[function] / count:.1f} writes"
        for function, count in sorted(served.items())
    ]
    return "\n" + "\n".join(lines) + "\n"
