"""What happened to each game between two revisions of a season's schedule."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest

from shared.domain.calendar import Fixture, SeasonCalendar


class ChangeKind(StrEnum):
    """Whether a game moved to another date, came to the schedule, or left it."""

    MOVED = "moved"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class GameChange:
    """A game (home, away) that is on another date than `before`; None for a date on which it is not at all."""

    game: Fixture
    before: date | None
    after: date | None

    @property
    def kind(self) -> ChangeKind:
        """Return what happened to it."""
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.DROPPED if self.after is None else ChangeKind.MOVED


def game_changes(before: SeasonCalendar, after: SeasonCalendar) -> tuple[GameChange, ...]:
    """Return what happened to each game, by date.

    A game that left a date and one of the same teams, at the same place, that came to another are taken for one that
    moved, in the order of their dates.
    """
    left, came = _only_on(before, after), _only_on(after, before)
    found = [
        GameChange(game=game, before=old, after=new)
        for game in {**left, **came}
        for old, new in zip_longest(left.get(game, ()), came.get(game, ()))
    ]
    return tuple(sorted(found, key=lambda change: (change.before or change.after or date.min, change.game)))


def _only_on(one: SeasonCalendar, other: SeasonCalendar) -> dict[Fixture, list[date]]:
    """Return the games of a calendar that the other has not on the same date, with their dates, ascending."""
    found: dict[Fixture, list[date]] = defaultdict(list)
    for day in one.dates:
        against = list(other.fixtures.get(day, ()))
        for game in one.fixtures[day]:
            if game in against:
                against.remove(game)
            else:
                found[game].append(day)
    return dict(found)
