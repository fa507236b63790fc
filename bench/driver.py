"""The coordinator driven by hand: lanes start as it starts them, and end when the caller says so."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from shared.adapters.embedded.memory import VirtualClock
from shared.config import Config
from shared.domain.calendar import SeasonCalendar
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.messages import LAST_PHASE, UnitHint
from shared.domain.units import Status, Unit
from shared.ports import Body, Bus, Document, Landing, Source, Store, Warehouse, Write
from shared.service.app import App
from shared.service.coordinate import coordinate
from shared.service.ledger import Ledger, appearances_body, unit_write
from shared.service.plan_backfill import plan_backfill

NAME = "bench"
Players = Sequence[Mapping[str, Any]]


class LaneBus:
    """The port `Bus` that keeps, of all messages, which dates were set going at which phase."""

    def __init__(self) -> None:
        self.started: deque[tuple[int, date]] = deque()

    def publish(self, topic: str, body: Body) -> str:
        """Keep a lane's first message: the phase to run and the date."""
        if topic == "phase1-requests" or topic == "phase4-releases":
            self.started.append((body["phase"], date.fromisoformat(body["game_date"])))
        elif topic.endswith("-complete"):
            self.started.append((body["phase"] + 1, date.fromisoformat(body["game_date"])))
        return topic


@dataclass(slots=True)
class Traffic:
    """Documents read and written, as a document store charges them: a miss counts, a batch by its documents."""

    reads: int = 0
    writes: int = 0


class CountingStore:
    """The port `Store` in front of another, counting its documents."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.traffic = Traffic()

    def get(self, key: str) -> Document | None:
        """Count one read."""
        self.traffic.reads += 1
        return self._store.get(key)

    def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        """Count one read a key."""
        self.traffic.reads += len(keys)
        return self._store.get_many(keys)

    def scan(self, first: str, last: str) -> Iterator[Document]:
        """Count one read a document."""
        for document in self._store.scan(first, last):
            self.traffic.reads += 1
            yield document

    def revisions(self, first: str, last: str) -> dict[str, int]:
        """Count one read a document."""
        found = self._store.revisions(first, last)
        self.traffic.reads += len(found)
        return found

    def count(self, first: str, last: str, field: str, value: str) -> int:
        """Count one read a thousand documents, and one at least."""
        found = self._store.count(first, last, field, value)
        self.traffic.reads += max(1, -(-found // 1_000))
        return found

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        """Count one write a document."""
        self.traffic.writes += len(writes)
        return self._store.commit(writes)


@dataclass(kw_only=True)
class Season:
    """An App with a backfill of a season, or of several, planned, and what its units would have found."""

    app: App
    bus: LaneBus
    players: Callable[[date], Players]
    version: int = field(default=1)

    def ends(self, phase: int, day: date) -> None:
        """Mark a unit complete, for Phase 3 with who appeared, without telling the coordinator."""
        held = self.app.ledger.unit(phase, day)
        before = held.unit if held is not None else Unit(phase=phase, game_date=day)
        done = replace(before, status=Status.COMPLETE, version=self.version)
        writes = [unit_write(done, held.revision if held is not None else None)]
        if phase == HISTORY_LANE:
            body = appearances_body(day, self.players(day))
            writes.append(Write(key=f"appearances/{day.isoformat()}", body=body))
        self.app.ledger.commit(writes)

    def tell(self, phase: int, day: date) -> list[tuple[int, date]]:
        """Tell the coordinator of a completion; return the lanes that it started: phase and date."""
        coordinate(self.app, UnitHint(phase=phase, game_date=day, backfill_id=NAME))
        return self.started()

    def started(self) -> list[tuple[int, date]]:
        """Return the lanes started since the last call."""
        lanes = list(self.bus.started)
        self.bus.started.clear()
        return lanes


def last_phase(phase: int) -> int:
    """Return the last phase of the lane that a phase belongs to."""
    return HISTORY_LANE if phase < TARGET_LANE else LAST_PHASE


def season(
    calendars: Sequence[SeasonCalendar],
    store: Store,
    players: Callable[[date], Players],
    targets: Iterable[date],
    **settings: Any,
) -> Season:
    """Return one season, or several, of which a backfill of `targets` has been planned on an empty ledger."""
    bus = LaneBus()
    named = sorted(targets)
    config = Config(request_dates_max=(named[-1] - named[0]).days + 1, **settings)
    for calendar in calendars:
        store.commit([Write(key=f"calendar/{calendar.season}", body=calendar.body())])
    app = App(
        config=config,
        bus=cast(Bus, bus),
        ledger=Ledger(store),
        warehouse=cast(Warehouse, None),
        landing=cast(Landing, None),
        source=cast(Source, None),
        clock=VirtualClock(),
    )
    request = {"start_date": str(named[0]), "end_date": str(named[-1]), "request_id": NAME}
    plan_backfill(app, {**request, "dates": [str(day) for day in named]}, NAME)
    return Season(app=app, bus=bus, players=players)
