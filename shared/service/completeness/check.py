"""Per date and phase: there or not, and what is still needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import no_game
from shared.domain.errors import InvalidInput
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.domain.rosters import roster_of_manifest
from shared.domain.staleness import outdated
from shared.domain.units import Status, Unit, unit_key
from shared.service.app import App
from shared.service.ranges import GameDates, game_dates

TARGET_PHASE = 4
ABSENT = "absent"
STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCheck:
    """A game date: what each phase is (a unit's status, `absent` or `stale`), and the phases still needed.

    `pre_game` tells that its Phase 4 was computed, or is to be, before its games, for those who were expected.
    """

    game_date: date
    games: int
    phases: Mapping[int, str]
    needed: tuple[int, ...]
    pre_game: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A date that has no game any more: why, and which phases had run there before; none of them is needed."""

    game_date: date
    reason: str
    phases: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A range's game dates; dates without games are counted, never listed as missing."""

    start: date
    end: date
    off_days: int
    dates: tuple[DateCheck, ...]
    dropped: tuple[Dropped, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether nothing is needed."""
        return not any(each.needed for each in self.dates)


def check(app: App, start: date, end: date, phases: tuple[int, int] = (FIRST_PHASE, LAST_PHASE)) -> Check:
    """Return which phases are there on each game date of a range, by the ledger.

    Raises InvalidInput when the range, its season or the phases are wrong.
    """
    first, last = phases
    if not FIRST_PHASE <= first <= last <= LAST_PHASE:
        raise InvalidInput("phases", f"{first} to {last}", f"phases from {FIRST_PHASE} to {LAST_PHASE}, ascending")
    found = game_dates(app, start, end)
    numbers = range(first, last + 1)
    held = app.ledger.units([unit_key(phase, day) for day in found.days for phase in numbers])
    units = {key: each.unit for key, each in held.items()}
    dates = []
    for day in found.days:
        states = {phase: state_of(units.get(unit_key(phase, day))) for phase in numbers}
        missing = tuple(phase for phase, state in states.items() if state != Status.COMPLETE)
        target = units.get(unit_key(TARGET_PHASE, day))
        foretold = target is not None and roster_of_manifest(target.manifest) is not None
        dates.append(
            DateCheck(game_date=day, games=found.games_on(day), phases=states, needed=missing, pre_game=foretold)
        )
    dropped = _dropped(app, found, numbers)
    return Check(start=start, end=end, off_days=found.off_days, dates=tuple(dates), dropped=dropped)


def phases_text(phases: tuple[int, ...]) -> str:
    """Return phases as a person writes them: `Phase 3-5`, `Phase 2, 4-5`; empty without any."""
    runs: list[list[int]] = []
    for phase in phases:
        if runs and runs[-1][1] == phase - 1:
            runs[-1][1] = phase
        else:
            runs.append([phase, phase])
    parts = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    return f"Phase {', '.join(parts)}" if parts else ""


def _dropped(app: App, found: GameDates, phases: range) -> tuple[Dropped, ...]:
    gone = found.dropped()
    held = app.ledger.units([unit_key(phase, day) for day in gone for phase in phases]) if gone else {}
    run = {day: tuple(n for n in phases if (at := held.get(unit_key(n, day))) and at.unit.usable) for day in gone}
    return tuple(Dropped(game_date=day, reason=no_game(revision), phases=run[day]) for day, revision in gone.items())


def state_of(unit: Unit | None) -> str:
    """Return what a unit is to an operator: its status, `absent`, or `stale` where what it was computed from moved."""
    if unit is None:
        return ABSENT
    return STALE if unit.status is Status.COMPLETE and outdated(unit) else unit.status.value
