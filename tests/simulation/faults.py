"""The ports as a hostile world offers them: every call is a point at which anything may happen first."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol
from unittest import mock

from shared.adapters.embedded.memory import MemoryBus, MemoryStore
from shared.adapters.json_text import encode
from shared.domain.errors import AuditFailed, Conflict, StorageUnavailable, WarehouseUnavailable
from shared.ports import Body, Clock, Document, Write
from shared.service import ledger
from shared.service.attempt import Prepared
from shared.service.selection import EVERYTHING, Selection
from tests.memory_stack import Partition, ToyBuild, ToyLanding, ToyWarehouse
from tests.simulation.violation import check

MANIFEST = "_manifest.json"
FROZEN_RECORDS = ("unit_from", "calendar_from", "backfill_from")


class Crash(BaseException):
    """The instance that serves a delivery is gone: nothing it would have done after this point happens."""


class World(Protocol):
    """What the ports need of the simulation."""

    chaos: "Chaos"
    random: Random

    def pause(self, where: str) -> None:
        """Let anything happen: a crash, other deliveries, a sweep, time passing."""

    def note(self, text: str) -> None:
        """Add a line to the trace."""

    def published(self, table: str, day: Any, partition: Partition) -> None:
        """Judge a partition about to be replaced."""

    def has_read(self, build: ToyBuild) -> None:
        """Remember what an attempt read."""


@dataclass(slots=True, kw_only=True)
class Chaos:
    """How likely each fault is, at each point where it can happen; all zero is a world without faults.

    `skew_seconds` is how far the clock of an instance may be from the true one, either way.
    """

    crash: float = 0.0
    switch: float = 0.0
    conflict: float = 0.0
    unsure_commit: float = 0.0
    publish_lost: float = 0.0
    work_error: float = 0.0
    duplicate: float = 0.0
    acknowledgement_lost: float = 0.0
    lease_jump: float = 0.0
    poison: float = 0.0
    delay: float = 0.0
    skew_seconds: float = 0.0

    @property
    def any(self) -> bool:
        return bool(self.crash or self.switch)


def drawn(random: Random) -> Chaos:
    """Return the faults of a run: some kinds are left out, so that the others get further."""

    def level(*choices: float) -> float:
        return random.choice(choices)

    return Chaos(
        crash=level(0.0, 0.001, 0.004),
        switch=level(0.0, 0.01, 0.03, 0.06),
        conflict=level(0.0, 0.02),
        unsure_commit=level(0.0, 0.0, 0.01),
        publish_lost=level(0.0, 0.03),
        work_error=level(0.0, 0.03, 0.1),
        duplicate=level(0.0, 0.1, 0.3),
        acknowledgement_lost=level(0.0, 0.05),
        lease_jump=level(0.0, 0.1, 0.3),
        poison=level(0.0, 0.0, 0.0, 0.01),
        delay=level(0.0, 0.0, 0.05),
        skew_seconds=level(0.0, 0.0, 2.0, 90.0),
    )


class SkewedClock:
    """The clock of one instance, so many seconds beside the true one."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._beside = clock, timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Return the time as this instance has it."""
        return self._clock.now() + self._beside


def _once(make: Callable[[Body], Any]) -> Callable[[Body], Any]:
    made: dict[int, tuple[Body, Any]] = {}

    def once(body: Body) -> Any:
        found = made.get(id(body))
        if found is None or found[0] is not body:
            found = made[id(body)] = (body, make(body))
        return found[1]

    return once


class SimulatedStore(MemoryStore):
    """The memory store, with a pause before every call and after every commit.

    A document is decoded once a revision, as a season's are read thousands of times in a run; `changed_by_readers`
    tells whether that was seen by anybody.
    """

    def __init__(self, world: World, on_commit: Callable[[Sequence[Write]], None]) -> None:
        super().__init__(on_commit)
        self._world = world
        self._decoded: dict[str, Document] = {}

    @contextmanager
    def read_once(self) -> Iterator[None]:
        """Have the ledger make each frozen record once of a document's body while the block runs."""
        with ExitStack() as stack:
            for name in FROZEN_RECORDS:
                stack.enter_context(mock.patch.object(ledger, name, _once(getattr(ledger, name))))
            yield

    def changed_by_readers(self) -> list[str]:
        """Return the keys of documents that somebody changed after having read them."""
        return [key for key, document in self._decoded.items() if self._differs(document)]

    def _differs(self, document: Document) -> bool:
        revision, text = self._documents[document.key]
        return document.revision == revision and encode(document.body) != text

    def _document(self, key: str) -> Document:
        kept = self._decoded.get(key)
        if kept is None or kept.revision != self._documents[key][0]:
            kept = self._decoded[key] = super()._document(key)
        return kept

    def get(self, key: str) -> Document | None:
        self._world.pause("store")
        return super().get(key)

    def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        self._world.pause("store")
        return super().get_many(keys)

    def scan(self, first: str, last: str) -> Iterator[Document]:
        self._world.pause("store")
        return iter(list(super().scan(first, last)))

    def revisions(self, first: str, last: str) -> dict[str, int]:
        self._world.pause("store")
        return super().revisions(first, last)

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        self._world.pause("commit")
        chaos, random = self._world.chaos, self._world.random
        if chaos.conflict and random.random() < chaos.conflict:
            self._world.note("conflict injected")
            raise Conflict("injected")
        result = super().commit(writes)
        self._world.pause("committed")
        if chaos.unsure_commit and random.random() < chaos.unsure_commit:
            self._world.note("commit took effect, answer lost")
            raise StorageUnavailable("injected: no answer")
        return result


class SimulatedBus:
    """The publishing side: a publish may fail before or after it took effect."""

    def __init__(self, world: World, bus: MemoryBus) -> None:
        self._world, self._bus = world, bus

    def publish(self, topic: str, body: Body) -> str:
        self._world.pause("publish")
        chaos, random = self._world.chaos, self._world.random
        lost = chaos.publish_lost and random.random() < chaos.publish_lost
        if lost and random.random() < 0.5:
            self._world.note(f"publish failed: {topic} {_short(body)}")
            raise StorageUnavailable("injected: not confirmed")
        name = self._bus.publish(topic, body)
        self._world.note(f"publish {topic} {_short(body)}")
        if lost:
            raise StorageUnavailable("injected: not confirmed")
        self._world.pause("published")
        return name


def _short(body: Body) -> str:
    return f"{body.get('phase', '')}-{body.get('game_date', '')} {body.get('backfill_id', '')}"


class SimulatedLanding(ToyLanding):
    """Landing files, with a pause before every call."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def read(self, game_date: Any, name: str) -> bytes | None:
        self._world.pause("landing")
        return super().read(game_date, name)

    def write(self, game_date: Any, name: str, content: bytes) -> None:
        self._world.pause("landing")
        if name == MANIFEST:
            missing = [each for each in json.loads(content)["files"] if (game_date, each) not in self.files]
            check(not missing, f"k: the manifest of {game_date} names {missing}, which are not there")
        super().write(game_date, name, content)


class SimulatedWarehouse(ToyWarehouse):
    """Partitions, judged before and after each is replaced."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def read(self, table: str, day: Any) -> Any:
        self._world.pause("read")
        return super().read(table, day)

    def replace(self, table: str, day: Any, partition: Partition) -> None:
        if partition.fence >= self.refused.get(partition.unit, 0):
            self._world.published(table, day, partition)
        super().replace(table, day, partition)
        self._world.note(f"replace {table} {day} fence {partition.fence}")
        self._world.pause("replaced")


class SimulatedBuild(ToyBuild):
    """The toy work, which may fail in either way and tells the world what it read."""

    world: World

    def run(self, expected: Any, selection: Selection = EVERYTHING) -> Prepared:
        chaos, random = self.world.chaos, self.world.random
        if chaos.work_error and random.random() < chaos.work_error:
            raise WarehouseUnavailable("injected: quota")
        if chaos.poison and random.random() < chaos.poison:
            raise AuditFailed("injected: audit")
        prepared = super().run(expected, selection)
        self.world.has_read(self)
        self.world.pause("built")
        return prepared
