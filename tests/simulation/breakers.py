"""When a backfill's breaker has to trip, and when it must not, counted apart from the services."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.adapters.embedded.memory import VirtualClock
from shared.config import Config
from shared.service.breaker import BREAKER
from tests.simulation.season import MadeSeason
from tests.simulation.violation import check

Body = Mapping[str, Any]
ENDED = ("complete", "failed")
HALTED = (*ENDED, "blocked")


class Breakers:
    """Judges a breaker that trips, on the write that pauses its backfill, and one that should have."""

    def __init__(self, season: MadeSeason, config: Config, clock: VirtualClock, skew: timedelta) -> None:
        self.season, self.config, self.clock, self.skew = season, config, clock, skew
        # Since when what a backfill failed on counts, by the true clock: the delivery that set it going looked at its
        # own between the moment when it began and the one when it wrote.
        self.armed: dict[str, datetime] = {}
        self.arming: dict[str, datetime] = {}

    def moved(self, before: Body, after: Body, documents: Mapping[str, Body], began: datetime) -> None:
        """Judge a backfill's move in a delivery that began then, and remember when it was set going."""
        if after["status"] == "paused" and before["status"] != "paused" and after["stopped_by"] == BREAKER:
            self._tripped(after, documents)
        if after["epoch"] != before["epoch"] or after["id"] not in self.armed:
            self.armed[after["id"]], self.arming[after["id"]] = self.clock.now(), began

    def due(self, documents: Mapping[str, Body]) -> set[tuple[str, int]]:
        """Return the running backfills, with their epochs, whose breaker has to trip: something of each is left."""
        found = set()
        for key, body in documents.items():
            if key.startswith("backfills/") and body["status"] == "running":
                units = list(self._wanted(body["id"], documents))
                left = any(unit["status"] not in HALTED for _, unit in units)
                phases = {phase for phase, _ in units}
                if left and any(self._over(body["id"], phase, units) for phase in phases):
                    found.add((body["id"], body["epoch"]))
        return found

    def _over(self, name: str, phase: str, units: list[tuple[str, Body]]) -> bool:
        """Return whether a phase has failed too often, also by a clock that is beside the true one."""
        certain = self.armed[name] + 2 * self.skew
        ended = [unit for each, unit in units if each == phase and unit["status"] in ENDED]
        failed = [unit for unit in ended if unit["status"] == "failed" and _updated(unit) >= certain]
        enough = len(failed) >= self.config.breaker_dates_min
        return enough and len(failed) > self.config.breaker_share * len(ended)

    def _tripped(self, after: Body, documents: Mapping[str, Body]) -> None:
        """Judge that a breaker tripped on failures, of this stretch of the backfill, that were more than its share.

        Others may have ended since it counted, none of those it counted can be gone.
        """
        words = after["stopped_reason"].split()
        phase, said_failed, said_ended = words[1], int(words[4]), int(words[6])
        since = self.arming[after["id"]] - 2 * self.skew
        units = self._wanted(after["id"], documents)
        ended = [unit for each, unit in units if each == phase and unit["status"] in ENDED and _updated(unit) >= since]
        failed = [unit for unit in ended if unit["status"] == "failed"]
        said = f"breaker: {after['id']} paused for {after['stopped_reason']!r}: {len(failed)} of {len(ended)}"
        check(said_failed <= len(failed) and said_ended <= len(ended), said)
        check(said_ended >= self.config.breaker_dates_min, f"{said} are too few")
        check(said_failed > self.config.breaker_share * said_ended, said)

    def _wanted(self, name: str, documents: Mapping[str, Body]) -> Iterator[tuple[str, Body]]:
        """Yield the phase and the body of each unit that a backfill wants, on dates that have a game."""
        dates = {day.isoformat() for day in self.season.fixtures}
        for key, unit in documents.items():
            if key.startswith("units/") and name in unit.get("wanted_by", {}) and key[8:] in dates:
                yield key[6], unit


def _updated(unit: Body) -> datetime:
    return datetime.fromisoformat(unit["updated_at"])
