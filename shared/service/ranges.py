"""The game dates of a range, for the services that read rather than run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillRequest
from shared.service.app import App
from shared.service.plan_backfill import calendars_for


@dataclass(frozen=True, slots=True, kw_only=True)
class GameDates:
    """The game dates of [start, end], ascending, the calendars they are of, and the dates without games."""

    start: date
    end: date
    days: tuple[date, ...]
    off_days: int
    calendars: Mapping[str, SeasonCalendar]

    def games_on(self, day: date) -> int:
        """Return how many games the schedule has on a game date."""
        return len(self.calendars[season_of(day)].fixtures[day])

    def dropped(self) -> dict[date, int]:
        """Return the dates of the range that have no game any more, each with the revision that took the last one."""
        found = {day: revision for calendar in self.calendars.values() for day, revision in calendar.dropped.items()}
        return {day: found[day] for day in sorted(found) if self.start <= day <= self.end}


def game_dates(app: App, start: date, end: date) -> GameDates:
    """Return the game dates from `start` to `end`, both included.

    Raises InvalidInput when the range runs backwards, is too long, or its season was never loaded.
    """
    if end < start:
        raise InvalidInput("end_date", end.isoformat(), f"a date not before start_date {start}")
    calendars = calendars_for(app, BackfillRequest(start_date=start, end_date=end))
    days = sorted(day for calendar in calendars.values() for day in calendar.between(start, end))
    length = (end - start).days + 1
    return GameDates(start=start, end=end, days=tuple(days), off_days=length - len(days), calendars=calendars)
