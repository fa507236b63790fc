"""What a warm instance remembers of units: each is read again only when its document has moved."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.domain.units import Unit, unit_from, unit_key
from shared.service.ledger import Ledger

PHASES: Final = range(FIRST_PHASE, LAST_PHASE + 1)
NOW: Final = timedelta(0)


class UnitMemory:
    """The units of the seasons that were asked for, shared by every reader of a process."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._units: dict[str, tuple[int, Unit]] = {}
        self._looks: dict[str, tuple[datetime, int, Mapping[str, Unit]]] = {}

    def of_season(self, calendar: SeasonCalendar, now: datetime, age_max: timedelta = NOW) -> Mapping[str, Unit]:
        """Return every unit of a season by key, ascending, as it stood at most `age_max` ago.

        A look at the ledger asks for the revisions of the season's units and reads those that moved.
        """
        with self._lock:
            look = self._looks.get(calendar.season)
            if look is not None and look[1] == calendar.revision and now - look[0] < age_max:
                return look[2]
            units = self._read(calendar)
            self._looks[calendar.season] = (now, calendar.revision, units)
            return units

    def _read(self, calendar: SeasonCalendar) -> Mapping[str, Unit]:
        store, days = self._ledger.store, calendar.dates
        current: dict[str, int] = {}
        for phase in PHASES:
            current.update(store.revisions(unit_key(phase, days[0]), unit_key(phase, days[-1])))
        behind = [key for key, revision in current.items() if self._units.get(key, (0, None))[0] != revision]
        for key, document in store.get_many(behind).items() if behind else ():
            self._units[key] = (document.revision, unit_from(document.body))
        return {key: self._units[key][1] for key in sorted(current) if key in self._units}
