"""How often a unit is tried, when again, and that nobody goes and leaves it held, counted apart from the services."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.adapters.embedded.memory import VirtualClock
from shared.config import Config
from tests.simulation.violation import check

Body = Mapping[str, Any]
HALTED = ("complete", "failed", "blocked")


class Attempts:
    """Rule e, on every write of a unit."""

    def __init__(self, config: Config, clock: VirtualClock, skew: timedelta) -> None:
        self.config, self.clock, self.skew = config, clock, skew
        self.tried: Counter[str] = Counter()

    def moved(self, key: str, before: Body, after: Body, *, ours: bool) -> None:
        """Judge a unit's move; `ours` when whoever holds it made it."""
        was, now = before["status"], after["status"]
        if was in HALTED and now not in HALTED:
            self.tried[key] = 0
        if now == "running" and after.get("fence") != before.get("fence"):
            self._claimed(key, before, after)
        elif was == "running" and now == "pending" and ours:
            self._given_back(key, after)

    def left(self, held: Collection[tuple[str, int]], documents: Mapping[str, Body]) -> None:
        """Judge that somebody who has gone, and did not die, left none of its units running."""
        for key, fence in held:
            unit = documents[key]
            kept = unit["status"] == "running" and unit["fence"] == fence
            check(not kept, f"e: {key} runs on at fence {fence}, whose holder has gone")

    def _claimed(self, key: str, before: Body, after: Body) -> None:
        not_before = before.get("not_before")
        waited = not not_before or self.clock.now() + self.skew >= datetime.fromisoformat(not_before)
        check(waited, f"e: {key} is tried again before {not_before}")
        if datetime.fromisoformat(after["lease_until"]) <= self.clock.now() + self.skew:
            return  # taken only to be failed
        self.tried[key] += 1
        allowed = self.config.attempts_max
        check(self.tried[key] <= allowed, f"e: {key} is tried {self.tried[key]} times, {allowed} are allowed")

    def _given_back(self, key: str, after: Body) -> None:
        """Judge the delay of an attempt that met an error; one whose inputs moved has none, and does not count."""
        if not after.get("not_before"):
            self.tried[key] -= 1
            return
        config = self.config
        delay = min(config.retry_seconds * 2 ** (self.tried[key] - 1), config.retry_seconds_max)
        put_off = datetime.fromisoformat(after["not_before"]) - datetime.fromisoformat(after["updated_at"])
        check(
            put_off >= timedelta(seconds=delay), f"e: {key} met an error and is put off for {put_off}, not {delay:g} s"
        )
