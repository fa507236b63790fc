"""What a warm instance remembers of each season: calendar, appearances, and what each target waits on."""

import threading
from collections.abc import Mapping
from datetime import date

from shared.domain.lookback import SeasonKnowledge
from shared.domain.release import Setting
from shared.service.ledger import Ledger


class Season:
    """One season's memory. Everything in it can be read again from the ledger; take `lock` around its use."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self.name = name
        self.lock = threading.RLock()
        self.watches: dict[str, str] = {}
        self.settings: dict[tuple[str, ...], Setting] = {}
        self._ledger = ledger
        self.knowledge = SeasonKnowledge(ledger.calendar(name))

    def catch_up(self, known: Mapping[str, int]) -> SeasonKnowledge:
        """Read the appearances of dates that the frontier knows at another version; return the knowledge."""
        versions = self.knowledge.versions
        behind = {
            day: version for text, version in known.items() if versions.get(day := date.fromisoformat(text)) != version
        }
        if behind:
            for day, appearances in self._ledger.appearances(list(behind)).items():
                self.knowledge.learn(day, behind[day], appearances)
        return self.knowledge

    def reload_calendar(self) -> None:
        """Start over from the ledger's calendar; the appearances are read again when they are asked for."""
        self.knowledge = SeasonKnowledge(self._ledger.calendar(self.name))
        self.watches.clear()


class Seasons:
    """The seasons that this instance has met."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._seasons: dict[str, Season] = {}

    def get(self, name: str) -> Season:
        """Return the memory of a season. Raises InvalidInput when its calendar was never loaded."""
        with self._lock:
            if name not in self._seasons:
                self._seasons[name] = Season(self._ledger, name)
            return self._seasons[name]

    def forget(self, name: str) -> None:
        """Drop a season's memory, after its calendar changed."""
        with self._lock:
            self._seasons.pop(name, None)
