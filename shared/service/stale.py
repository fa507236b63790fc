"""Which complete units are no longer what their inputs and their statements make, why, and down which chain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.errors import InvalidInput
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.messages import LAST_PHASE
from shared.domain.staleness import EVERY, HISTORY_ARRIVED
from shared.domain.units import Status, Unit
from shared.processors.registry import Processor, of_phase, processor
from shared.service import settings
from shared.service.app import App
from shared.service.contents import changes_between
from shared.service.propagation import Reached
from shared.service.rosters import knowledge_of

LOGIC = "logic"
FIRST_BUILT_PHASE = 2
# Of a link of a chain; `entities` lists them all.
NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A processor's partition that is out of date, for one cause.

    `cause` is `3-2024-11-15: 1 -> 2` (a date moved), `logic: <old> -> <new>` (the statement did) or
    `history_arrived: ...`. `entities` are those whose rows the change reaches, empty when it may be any.
    `chain` leads from what changed first to this partition.
    """

    phase: int
    game_date: date
    processor: str
    cause: str
    entities: tuple[str, ...]
    chain: tuple[str, ...]


def stale_partitions(app: App, start: date | None, end: date | None, name: str | None = None) -> list[Stale]:
    """Return what is stale on the game dates of a range (None: without that bound), of one processor or of all.

    Raises InvalidInput for a processor that there is none of.
    """
    if name is not None and processor(name).phase < FIRST_BUILT_PHASE:
        raise InvalidInput("processor", name, "a processor with a statement")
    found: list[Stale] = []
    for calendar in app.ledger.calendars():
        first, last = max(start or date.min, calendar.dates[0]), min(end or date.max, calendar.dates[-1])
        reading = _Reading(app, calendar.season)
        for phase in range(FIRST_BUILT_PHASE, LAST_PHASE + 1):
            for held in app.ledger.units_between(phase, first, last):
                if held.unit.status is Status.COMPLETE:
                    found += reading.of(held.unit)
    wanted = (each for each in found if name is None or each.processor == name)
    return sorted(wanted, key=lambda each: (each.game_date, each.phase, each.processor))


class _Reading:
    """Reads a season's units; its appearances only when a cause asks for them."""

    def __init__(self, app: App, season: str) -> None:
        self._app, self._season = app, season
        self._reached: Reached | None = None
        self._origins: dict[str, tuple[str, ...]] = {}

    def of(self, unit: Unit) -> Iterator[Stale]:
        """Yield what is stale of a unit, by processor and cause."""
        for each in of_phase(unit.phase):
            for cause in (*unit.stale.get(each.name, ()), *unit.stale.get(EVERY, ())):
                yield self._entry(unit, each, cause)
            recorded = unit.logic.get(each.name, each.logic)
            if recorded != each.logic:
                yield self._entry(unit, each, f"{LOGIC}: {recorded} -> {each.logic}")

    def _entry(self, unit: Unit, each: Processor, cause: str) -> Stale:
        entities = self._entities(unit, cause).get(each.name, frozenset())
        here = f"{unit.phase}-{unit.game_date} {each.name}"
        return Stale(
            phase=unit.phase,
            game_date=unit.game_date,
            processor=each.name,
            cause=cause,
            entities=tuple(sorted(entities)),
            chain=(*self._origin(cause), f"{here}: {_few(sorted(entities))}" if entities else here),
        )

    def _entities(self, unit: Unit, cause: str) -> Mapping[str, frozenset[str]]:
        moved = moved_date(cause)
        if unit.phase != TARGET_LANE or moved is None:
            return {}
        if self._reached is None:
            self._reached = Reached(self._app.ledger, knowledge_of(self._app, self._season)[1], settings.LOOKBACKS)
        return self._reached.rows(unit, unit.manifest, *moved)

    def _origin(self, cause: str) -> tuple[str, ...]:
        """Return the links before the partition: the Phase 2 version that moved, and whose rows Phase 3 changed."""
        moved = moved_date(cause)
        if moved is None:
            return (cause,)
        if cause not in self._origins:
            day, now = moved
            held = self._app.ledger.unit(HISTORY_LANE, day)
            changes = changes_between(self._app.ledger, HISTORY_LANE, day, now - 1, now) or ()
            names = {name: each for change in changes for name, each in change["entities"].items()}
            changed = "; ".join(f"{name}: {_few(each)}" for name, each in sorted(names.items()))
            raw = held.unit.inputs.get("2") if held is not None else None
            self._origins[cause] = (f"2-{day} at version {raw}", f"{cause}{f' ({changed})' if changed else ''}")
        return self._origins[cause]


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"{', '.join(names[:NAMES_SHOWN])}{more}"


def moved_date(cause: str) -> tuple[date, int] | None:
    """Return the Phase 3 date that a cause names and the version it moved to, None for any other cause."""
    about, _, versions = cause.partition(": ")
    if cause.startswith(HISTORY_ARRIVED) or not about.startswith(f"{HISTORY_LANE}-") or " -> " not in versions:
        return None
    return date.fromisoformat(about[2:]), int(versions.rpartition(" -> ")[2])
