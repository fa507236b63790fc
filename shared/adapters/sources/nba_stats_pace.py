"""How often stats.nba.com is asked, and for how long a date may take: one pace a process, shared by its threads."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.domain.errors import SourceUnavailable

JITTER: Final = 0.5
"""Calls are up to this share further apart than asked for, so that they do not come like clockwork."""
BACKOFF_SECONDS: Final = 2.0
"""What is waited at least before the second try; twice that before the third, and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an operator sets: seconds between two calls and for one, tries of a call, seconds of a whole date."""

    seconds_between: float
    timeout_seconds: float
    tries: int
    budget_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The machine's clock, sleep and dice; tests bring their own."""

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random


class Pace:
    """Gives each call its turn, `seconds_between` and a little more after the one before."""

    def __init__(self, seconds_between: float, timing: Timing) -> None:
        self._seconds, self._timing = seconds_between, timing
        self._lock = threading.Lock()
        self._next = timing.clock()

    def wait(self, budget: "Budget") -> None:
        """Return when it is this call's turn. Raises SourceUnavailable at once when that is past the budget."""
        with self._lock:
            now = self._timing.clock()
            turn = max(now, self._next)
            budget.require(turn - now)
            self._next = turn + self._seconds * (1 + JITTER * self._timing.draw())
        self._timing.pause(turn - now)


class Budget:
    """The seconds that all calls for one date have together."""

    def __init__(self, seconds: float, timing: Timing) -> None:
        self._seconds, self._timing = seconds, timing
        self._ends = timing.clock() + seconds

    @property
    def left(self) -> float:
        """Return the seconds left, at least 0."""
        return max(0.0, self._ends - self._timing.clock())

    def require(self, seconds: float) -> None:
        """Raise SourceUnavailable when there is nothing left after so many seconds more."""
        if seconds >= self.left:
            raise SourceUnavailable(
                f"stats.nba.com was too slow: {self._seconds:g} seconds did not do (LOOKBACK_NBA_BUDGET_SECONDS)"
            )


def back_off_seconds(failed_tries: int, told_seconds: float, draw: float) -> float:
    """Return what to wait after so many failed tries: doubling, jittered, at least what the server told."""
    return max(told_seconds, BACKOFF_SECONDS * 2.0 ** (failed_tries - 1) * (1 + JITTER * draw))
