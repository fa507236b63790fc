"""The season's calendar: which dates have games, and whose. A date without games is never a unit."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from shared.domain.errors import InvalidInput

FIRST_MONTH_OF_SEASON = 7
DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Far enough from the ends of what a date can be that a season, a window or a margin around one is a date, too.
FIRST_YEAR, LAST_YEAR = 1900, 2199
Fixture = tuple[str, str]
# Of how many changes a calendar keeps the memory; what it tells of dates that have no game any more is never dropped.
CHANGES_KEPT = 400


def season_of(day: date) -> str:
    """Return the season a date belongs to, `2024-25`; seasons turn on July 1."""
    start = day.year if day.month >= FIRST_MONTH_OF_SEASON else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def seasons_between(first: date, last: date) -> list[str]:
    """Return the seasons that a range of dates touches, in order."""
    names: list[str] = []
    for year in range(first.year - 1, last.year + 1):
        name = f"{year}-{(year + 1) % 100:02d}"
        if season_of(first) <= name <= season_of(last):
            names.append(name)
    return names


def no_game(revision: int) -> str:
    """Return how it is said that a revision of the schedule took the last game of a date."""
    return f"no game any more (calendar revision {revision})"


def parse_date(field_name: str, value: object) -> date:
    """Return the date that an ISO text names. Raises InvalidInput naming the field."""
    if isinstance(value, str) and DATE_PATTERN.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if FIRST_YEAR <= day.year <= LAST_YEAR:
                return day
    raise InvalidInput(field_name, value, f"a date such as 2024-11-08, of the years {FIRST_YEAR} to {LAST_YEAR}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureChange:
    """A date whose fixtures a revision of the schedule changed, and the teams whose games on it came or went."""

    game_date: date
    teams: frozenset[str]
    revision: int

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"date": self.game_date.isoformat(), "teams": sorted(self.teams), "revision": self.revision}


@dataclass(frozen=True, kw_only=True)
class SeasonCalendar:
    """The game dates of one season, each with its fixtures (home, away), and the revision of the schedule.

    `changes` are the last changes that revisions brought, oldest first; `dropped` the dates that had a game once and
    have none any more, each with the revision that took the last one.

    Positions in `dates` number the season's game dates; sets of game dates are bit masks over them
    (bit i = `dates[i]`), so that windows are integer arithmetic however long the season is.
    """

    season: str
    revision: int
    fixtures: Mapping[date, tuple[Fixture, ...]]
    changes: tuple[FixtureChange, ...] = ()
    dropped: Mapping[date, int] = field(init=False)
    dates: tuple[date, ...] = field(init=False)
    position: Mapping[date, int] = field(init=False)
    team_masks: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        dates = tuple(sorted(self.fixtures))
        gone = {change.game_date: change.revision for change in self.changes if change.game_date not in self.fixtures}
        object.__setattr__(self, "dropped", gone)
        object.__setattr__(self, "dates", dates)
        object.__setattr__(self, "position", {day: index for index, day in enumerate(dates)})
        masks: dict[str, int] = {}
        for index, day in enumerate(dates):
            for team in self.teams_on(day):
                masks[team] = masks.get(team, 0) | (1 << index)
        object.__setattr__(self, "team_masks", masks)

    @property
    def start(self) -> date:
        """Return opening night."""
        return self.dates[0]

    def teams_on(self, day: date) -> tuple[str, ...]:
        """Return the teams that play on a date, home before away, in fixture order."""
        return tuple(team for fixture in self.fixtures[day] for team in fixture)

    def sides(self, day: date) -> dict[str, dict[str, Any]]:
        """Return, by team that plays on a date, opponent, whether it is at home, and its game dates before."""
        before = (1 << self.position[day]) - 1
        result: dict[str, dict[str, Any]] = {}
        for home, away in self.fixtures[day]:
            for team, opponent in ((home, away), (away, home)):
                games = (self.team_masks[team] & before).bit_count()
                result[team] = {"team": team, "opponent": opponent, "is_home": team == home, "team_games": games}
        return result

    def first_at_or_after(self, day: date) -> int:
        """Return the position of the first game date not before `day` (the count of dates when none is)."""
        low, high = 0, len(self.dates)
        while low < high:
            middle = (low + high) // 2
            if self.dates[middle] < day:
                low = middle + 1
            else:
                high = middle
        return low

    def changed_since(self, revision: int) -> set[date]:
        """Return the dates of which later revisions changed the fixtures, as far as they are remembered."""
        return {change.game_date for change in self.changes if change.revision > revision}

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Return the game dates from `first` to `last`, both included."""
        return tuple(day for day in self.dates[self.first_at_or_after(first) :] if day <= last)

    def mask(self, days: Iterable[date]) -> int:
        """Return the bit mask of those of `days` that are game dates of this season."""
        result = 0
        for day in days:
            index = self.position.get(day)
            if index is not None:
                result |= 1 << index
        return result

    def days(self, mask: int) -> list[date]:
        """Return the dates of a bit mask, ascending."""
        result: list[date] = []
        while mask:
            lowest = mask & -mask
            result.append(self.dates[lowest.bit_length() - 1])
            mask ^= lowest
        return result

    def body(self) -> dict[str, Any]:
        """Return the ledger document `calendar/{season}`."""
        games = {day.isoformat(): [f"{home}-{away}" for home, away in self.fixtures[day]] for day in self.dates}
        changes = [change.body() for change in self.changes]
        return {"season": self.season, "revision": self.revision, "games": games, "changes": changes}


def calendar_from(body: Mapping[str, Any]) -> SeasonCalendar:
    """Return the calendar of a ledger document."""
    fixtures: dict[date, tuple[Fixture, ...]] = {}
    for day, games in body["games"].items():
        pairs = [game.split("-") for game in games]
        fixtures[date.fromisoformat(day)] = tuple((home, away) for home, away in pairs)
    changes = tuple(
        FixtureChange(
            game_date=date.fromisoformat(change["date"]), teams=frozenset(change["teams"]), revision=change["revision"]
        )
        for change in body.get("changes", ())
    )
    return SeasonCalendar(season=body["season"], revision=body["revision"], fixtures=fixtures, changes=changes)


def fixtures_moved(before: SeasonCalendar, after: SeasonCalendar) -> dict[date, frozenset[str]]:
    """Return the dates whose fixtures differ, each with the teams of the games that are on one side only."""
    moved: dict[date, frozenset[str]] = {}
    for day in sorted({*before.dates, *after.dates}):
        old, new = Counter(before.fixtures.get(day, ())), Counter(after.fixtures.get(day, ()))
        games = (old - new) + (new - old)
        if games:
            moved[day] = frozenset(team for game in games for team in game)
    return moved


def revised(before: SeasonCalendar, fixtures: Mapping[date, tuple[Fixture, ...]]) -> SeasonCalendar:
    """Return the next revision of a calendar, which remembers what it changed."""
    revision = before.revision + 1
    after = SeasonCalendar(season=before.season, revision=revision, fixtures=fixtures)
    moved = fixtures_moved(before, after).items()
    new = [FixtureChange(game_date=day, teams=teams, revision=revision) for day, teams in moved]
    changes = [*before.changes, *new]
    forgotten, kept = changes[:-CHANGES_KEPT], changes[-CHANGES_KEPT:]
    gone = {change.game_date: change for change in forgotten if change.game_date not in fixtures}
    return replace(after, changes=(*gone.values(), *kept))
