"""Calls of Firestore: bounded in time, tried again with a growing, jittered wait, and counted."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from shared.adapters.gcp.firestore_errors import VENDOR_ERRORS, Meaning, meaning_of, translated

Result = TypeVar("Result")
AGAIN: Final = (Meaning.CONTENDED, Meaning.TRANSIENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and how long a call is tried.

    A call with all its attempts takes `call_seconds` at most, one attempt `attempt_seconds`. The wait before
    attempt n + 1 is drawn from 0 to `wait_seconds` * 2^(n-1), capped at `wait_seconds_max`.
    """

    call_seconds: float = 60.0
    attempt_seconds: float = 15.0
    attempts_max: int = 8
    wait_seconds: float = 0.05
    wait_seconds_max: float = 4.0


@dataclass(slots=True)
class Tally:
    """What was used: documents read and written as Firestore bills them, retries by their cause, lost races."""

    reads: int = 0
    writes: int = 0
    contention_retries: int = 0
    transient_retries: int = 0
    conflicts: int = 0


class Calls:
    """Makes the calls of one store, from any number of threads."""

    def __init__(self, retries: Retries, sleep: Callable[[float], None] = time.sleep) -> None:
        self._retries, self._sleep = retries, sleep
        self._tally, self._turn = Tally(), threading.Lock()

    def run(self, what: str, attempt: Callable[[float], Result]) -> Result:
        """Return what `attempt`, given its seconds, returns; tried again on contention and transient errors.

        Every other error, and the last of these, is raised as `translated` says.
        """
        until = time.monotonic() + self._retries.call_seconds
        for number in range(1, self._retries.attempts_max + 1):
            try:
                return attempt(min(self._retries.attempt_seconds, until - time.monotonic()))
            except VENDOR_ERRORS as error:
                wait = self._wait(number)
                spent = number == self._retries.attempts_max or time.monotonic() + wait >= until
                if spent or meaning_of(error) not in AGAIN:
                    raise translated(error, what) from error
                self._count_retry(error)
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def count(self, *, reads: int = 0, writes: int = 0, conflicts: int = 0) -> None:
        """Add to the tally."""
        with self._turn:
            self._tally.reads += reads
            self._tally.writes += writes
            self._tally.conflicts += conflicts

    def tally(self) -> Tally:
        """Return a copy of the tally."""
        with self._turn:
            now = self._tally
            return Tally(now.reads, now.writes, now.contention_retries, now.transient_retries, now.conflicts)

    def _count_retry(self, error: Exception) -> None:
        contended = meaning_of(error) is Meaning.CONTENDED
        with self._turn:
            self._tally.contention_retries += contended
            self._tally.transient_retries += not contended

    def _wait(self, number: int) -> float:
        highest = min(self._retries.wait_seconds_max, self._retries.wait_seconds * 2.0 ** (number - 1))
        return random.uniform(0, highest)
