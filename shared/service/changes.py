"""The units that one round of coordination reads and changes, written together with the frontier."""

from collections.abc import Iterable
from datetime import date

from shared.domain.units import Unit, unit_key
from shared.ports import Write
from shared.service.ledger import Held, Ledger, unit_write


class Changes:
    """Units as this round sees them: read once, changed in memory until they are committed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[str, Held | None] = {}
        self._changed: dict[str, Unit] = {}

    def know(self, found: Iterable[Held]) -> None:
        """Take in units that were read already; each of them is read once a round."""
        for held in found:
            self._held.setdefault(held.unit.key, held)

    def unit(self, phase: int, day: date) -> Unit | None:
        """Return a unit with this round's changes, or None when it is absent."""
        key = unit_key(phase, day)
        if key in self._changed:
            return self._changed[key]
        if key not in self._held:
            self._held[key] = self._ledger.unit(phase, day)
        held = self._held[key]
        return held.unit if held is not None else None

    def units(self, day: date, phases: Iterable[int]) -> list[Unit]:
        """Return those of a date's units that exist."""
        wanted = [(phase, day) for phase in phases]
        self.read(wanted)
        found = (self.unit(phase, day) for phase, day in wanted)
        return [unit for unit in found if unit is not None]

    def read(self, wanted: Iterable[tuple[int, date]]) -> None:
        """Read units, by phase and date, that were not read yet, all at once."""
        keys = [key for phase, day in wanted if (key := unit_key(phase, day)) not in self._held]
        if keys:
            found = self._ledger.units(keys)
            self._held.update((key, found.get(key)) for key in keys)

    def between(self, phase: int, first: date, last: date) -> list[Unit]:
        """Return the units of a phase in a range of dates, with this round's changes."""
        self.know(self._ledger.units_between(phase, first, last))
        found = (self.unit(phase, held.unit.game_date) for held in list(self._held.values()) if held is not None)
        return [unit for unit in found if unit is not None and unit.phase == phase and first <= unit.game_date <= last]

    def change(self, unit: Unit) -> None:
        """Have the unit written at the commit, unless it is as it was read."""
        held = self._held.get(unit.key)
        if held is None or held.unit != unit:
            self._changed[unit.key] = unit

    def writes(self) -> list[Write]:
        """Return the writes of the changed units, each on the revision it was read at."""
        return [unit_write(unit, self._revision(key)) for key, unit in self._changed.items()]

    def _revision(self, key: str) -> int | None:
        held = self._held.get(key)
        return held.revision if held is not None else None
