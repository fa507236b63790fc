"""What an explanation reads of the ledger, each document once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Final

from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import season_of
from shared.domain.frontier import Frontier
from shared.domain.messages import LIVE, LIVE_HISTORY
from shared.domain.plan import HISTORY_PHASES
from shared.domain.units import Unit, unit_key
from shared.service.app import App
from shared.service.refusals import DeadLetter, dead_letters
from shared.service.rosters import knowledge_of, player_names
from shared.service.seasons import Season
from shared.service.stale import Stale, stale_partitions
from shared.service.wanters import wanted_in

# In winter; in the hours in which it matters no games are on.
EASTERN: Final = timezone(timedelta(hours=-5))
DAILY: Final = frozenset({LIVE, LIVE_HISTORY})
# Which of several backfills that want a unit is spoken of: the one whose next step is the operator's.
_ORDER: Final = (
    BackfillStatus.FAILED,
    BackfillStatus.PAUSED,
    BackfillStatus.RUNNING,
    BackfillStatus.PLANNING,
    BackfillStatus.CANCELLED,
    BackfillStatus.COMPLETE,
    BackfillStatus.PLANNED,
)


class Reading:
    """The ledger as one explanation sees it. Raises InvalidInput when the date's season was never loaded."""

    def __init__(self, app: App, day: date, backfill_id: str | None = None) -> None:
        self.app, self.day, self.season = app, day, season_of(day)
        self.calendar = app.ledger.calendar(self.season)
        self.now: datetime = app.clock.now()
        self.wanted = wanted_in(app.ledger)
        self._only = backfill_id
        self._units: dict[str, Unit | None] = {}
        self._backfills: dict[str, Backfill | None] = {}
        self._stale: dict[date, list[Stale]] = {}

    @cached_property
    def frontier(self) -> Frontier:
        """Return the season's frontier."""
        return self.app.ledger.frontier(self.season)[0]

    @cached_property
    def memory(self) -> Season:
        """Return the season with all its appearances."""
        return knowledge_of(self.app, self.season)[0]

    @cached_property
    def names(self) -> dict[int, str]:
        """Return the names of the season's players."""
        return player_names(self.app, self.calendar.dates[0], self.calendar.dates[-1])

    @cached_property
    def letters(self) -> list[DeadLetter]:
        """Return the dead letters, latest first."""
        return dead_letters(self.app)

    def unit(self, phase: int, day: date) -> Unit | None:
        """Return a unit, None when it is absent."""
        key = unit_key(phase, day)
        if key not in self._units:
            self.read([key])
        return self._units[key]

    def read(self, keys: Iterable[str]) -> None:
        """Read several units at once."""
        wanted = [key for key in keys if key not in self._units]
        held = self.app.ledger.units(wanted) if wanted else {}
        self._units |= {key: held[key].unit if key in held else None for key in wanted}

    def read_history(self, days: Iterable[date]) -> None:
        """Read Phases 1-3 of several dates at once."""
        self.read(unit_key(phase, day) for day in days for phase in HISTORY_PHASES)

    def backfill(self, name: str) -> Backfill | None:
        """Return a backfill, None when there is none of that id."""
        if name not in self._backfills:
            held = self.app.ledger.backfill(name)
            self._backfills[name] = held[0] if held is not None else None
        return self._backfills[name]

    def wanters(self, unit: Unit) -> list[Backfill]:
        """Return the backfills that want a unit, the one to speak of first."""
        names = (name for name in unit.wanted_by if name not in DAILY and self._only in (None, name))
        found = [each for each in map(self.backfill, sorted(names)) if each is not None]
        return sorted(found, key=lambda each: _ORDER.index(each.status))

    def stale(self, day: date) -> list[Stale]:
        """Return the partitions of a date that are out of date."""
        if day not in self._stale:
            self._stale[day] = stale_partitions(self.app, day, day)
        return self._stale[day]

    def to_come(self, day: date) -> bool:
        """Return whether a date's games are still to be played, as far as the clock tells."""
        return day >= self.now.astimezone(EASTERN).date()


def unit_name(unit: Unit) -> str:
    """Return what a unit is called in a sentence."""
    return name_of(unit.phase, unit.game_date)


def name_of(phase: int, day: date) -> str:
    """Return what the unit of a phase and a date is called in a sentence."""
    return f"Phase {phase} of {day}"


def moment(text: str) -> str:
    """Return an ISO time as it is shown, to the second."""
    return f"{text[:19]}Z"


def counted(number: int, noun: str) -> str:
    """Return `1 date`, `3 dates`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(texts: Iterable[object], limit: int = 5) -> str:
    """Return the first few of some texts, and how many more there are."""
    found = [str(each) for each in texts]
    more = f" and {len(found) - limit} more" if len(found) > limit else ""
    return f"{', '.join(found[:limit])}{more}"
