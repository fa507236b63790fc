"""What a warm instance remembers of each season: calendar, appearances, and what each target waits on."""

import threading
from collections.abc import Mapping
from datetime import date

from shared.domain.calendar import SeasonCalendar
from shared.domain.closure import Closure, Setting, follow
from shared.domain.lookback import SeasonKnowledge
from shared.domain.policy import Policy
from shared.domain.rosters import target_at
from shared.service.ledger import Ledger


class Season:
    """One season's memory. Everything in it can be read again from the ledger; take `lock` around its use."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self.name = name
        self.lock = threading.RLock()
        # What each target waits for, and for whom: with other wanters it is to be decided anew.
        self.watches: dict[str, tuple[str, tuple[str, ...]]] = {}
        # The positions of which each target needs all before it gets any further; the watched date is one of them.
        self.awaited: dict[str, int] = {}
        self.settings: dict[tuple[str, ...], Setting] = {}
        self._closures: dict[tuple[str, bool, Policy], Closure] = {}
        self._ledger = ledger
        self.revision = 0
        self.knowledge = self._from_calendar()

    def catch_up(self, known: Mapping[str, int]) -> SeasonKnowledge:
        """Read the appearances of dates that the frontier knows at another version; return the knowledge.

        A date on which the calendar, revised, has no game any more is left out.
        """
        versions, scheduled = self.knowledge.versions, self.knowledge.calendar.position
        behind = {
            day: version
            for text, version in known.items()
            if versions.get(day := date.fromisoformat(text)) != version and day in scheduled
        }
        if behind:
            for day, appearances in self._ledger.appearances(list(behind)).items():
                self.knowledge.learn(day, behind[day], appearances)
        return self.knowledge

    def closure(self, day: date, setting: Setting) -> Closure:
        """Return how far the windows of a target can be followed, from where they were left.

        Its players are those of its box score; while that is not known, the latest known rosters, as they stand now.
        """
        listed = day in self.knowledge.by_date
        key = (day.isoformat(), listed, setting.policy)
        before = self._closures.get(key)
        if before is None or before.edition != self.knowledge.edition or not listed:
            target = target_at(self.knowledge, self.knowledge.calendar.position[day], setting)
            before = before if before is not None and before.target == target else None
        else:
            target = before.target
        self._closures[key] = follow(self.knowledge, target, setting, before)
        return self._closures[key]

    def watch_next(self, text: str, coming: int, lost: int) -> bool:
        """Watch another date that a target waits for; return whether one is coming and none of them is lost.

        A target need not be decided for every date that comes: it takes the last of them to get it further.
        """
        awaited = self.awaited.get(text, 0)
        left = awaited & coming
        if awaited & lost or not left:
            return False
        watched = self.knowledge.calendar.dates[left.bit_length() - 1].isoformat()
        self.watches[text] = (watched, self.watches[text][1])
        return True

    def forget(self, text: str) -> None:
        """Drop what is remembered of a target that no longer waits."""
        self.watches.pop(text, None)
        self.awaited.pop(text, None)
        for key in [key for key in self._closures if key[0] == text]:
            del self._closures[key]

    def renew(self) -> None:
        """Start over from the ledger's calendar; the appearances are read again when they are asked for."""
        self.knowledge = self._from_calendar()
        self.watches.clear()
        self.awaited.clear()
        self.settings.clear()
        self._closures.clear()

    def _from_calendar(self) -> SeasonKnowledge:
        # Read before the document: a revision that comes in between is noticed the next time.
        self.revision = self._ledger.calendar_revision(self.name)
        return SeasonKnowledge(self._ledger.calendar(self.name))


class Seasons:
    """The seasons that this instance has met."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._seasons: dict[str, Season] = {}

    def get(self, name: str) -> Season:
        """Return the memory of a season. Raises InvalidInput when its calendar was never loaded.

        What it holds may be of an older calendar: a round finds that out from the frontier.
        """
        with self._lock:
            if name not in self._seasons:
                self._seasons[name] = Season(self._ledger, name)
            return self._seasons[name]

    def calendar(self, name: str) -> SeasonCalendar:
        """Return the calendar of a season that is in force, for one read of its revision.

        Raises InvalidInput when it was never loaded.
        """
        season = self.get(name)
        if self._ledger.calendar_revision(name) != season.revision:
            with season.lock:
                season.renew()
        return season.knowledge.calendar
