"""What the status pages and their API read through: a process's memory, and how old that may be."""

import threading
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from shared.config import CLOUD
from shared.domain.backfills import Backfill, backfill_from
from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.errors import InvalidInput
from shared.domain.units import Unit
from shared.service.app import App
from shared.service.ledger import KEY_LAST
from shared.service.status import Observer, Standing

# Every look at a cloud ledger is billed by the unit; viewers who ask in between share one.
CLOUD_AGE_MAX: Final = timedelta(seconds=10)
LOCAL_AGE_MAX: Final = timedelta(seconds=0.2)
CALENDARS: Final = "calendar/"
BACKFILLS: Final = "backfills/"


class Board:
    """One process's view of the ledger, for any number of viewers at the same time."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.age_max = CLOUD_AGE_MAX if app.config.stack == CLOUD else LOCAL_AGE_MAX
        self._observer = Observer(app, self.age_max)
        self._lock = threading.Lock()
        self._backfills: dict[str, tuple[int, Backfill]] = {}
        self._backfills_at: datetime | None = None

    def seasons(self) -> list[str]:
        """Return the seasons whose calendar is loaded, latest first."""
        keys = self.app.ledger.store.revisions(CALENDARS, CALENDARS + KEY_LAST)
        return sorted((key.removeprefix(CALENDARS) for key in keys), reverse=True)

    def season(self, name: str | None) -> str:
        """Return the season of that name; without one, that of the newest backfill, else the latest loaded.

        Raises InvalidInput when no such calendar was loaded.
        """
        loaded = self.seasons()
        if name:
            if name not in loaded:
                raise InvalidInput("season", name, f"a loaded season: {', '.join(loaded) or 'none is loaded yet'}")
            return name
        if not loaded:
            raise InvalidInput("season", "", "a loaded season; load one: backfill calendar --load 2024-25")
        asked = [season_of(each.request.end_date) for each in self.backfills()[-1:]]
        return asked[0] if asked and asked[0] in loaded else loaded[0]

    def calendar(self, season: str) -> SeasonCalendar:
        """Return a season's calendar as it is in force. Raises InvalidInput when it was never loaded."""
        return self.app.read_seasons.calendar(season)

    def calendar_of(self, day: date) -> SeasonCalendar:
        """Return the calendar of a game date. Raises InvalidInput for a date without games."""
        calendar = self.calendar(season_of(day))
        if day not in calendar.position:
            raise InvalidInput("date", day.isoformat(), "a date on which the schedule has a game")
        return calendar

    def units(self, calendar: SeasonCalendar) -> Mapping[str, Unit]:
        """Return every unit of a season, by key."""
        return self.app.units.of_season(calendar, self.app.clock.now(), self.age_max)

    def backfills(self) -> list[Backfill]:
        """Return every backfill, oldest first, having read those that moved."""
        with self._lock:
            now = self.app.clock.now()
            if self._backfills_at is None or now - self._backfills_at >= self.age_max:
                self._read_backfills()
                self._backfills_at = now
            found = [backfill for _, backfill in self._backfills.values()]
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def _read_backfills(self) -> None:
        store = self.app.ledger.store
        current = store.revisions(BACKFILLS, BACKFILLS + KEY_LAST)
        behind = [key for key, revision in current.items() if self._backfills.get(key, (0, None))[0] != revision]
        read = store.get_many(behind) if behind else {}
        self._backfills |= {key: (each.revision, backfill_from(each.body)) for key, each in read.items()}

    def standing(self, backfill_id: str) -> Standing:
        """Return a backfill as it stands. Raises InvalidInput when there is none of that id."""
        with self._lock:
            return self._observer.standing(backfill_id)
