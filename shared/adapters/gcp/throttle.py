"""Fewer writes to a table than BigQuery refuses: 50 updates of a partitioned table in ten seconds, of all writers.

The limit counts one process. What several processes exceed together comes back as WarehouseUnavailable, and the
unit is tried again after its back-off.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

WINDOW_SECONDS: Final = 10.0


class PartitionThrottle:
    """Lets at most `writes` writes of one table begin in any ten seconds. Threads may wait at the same time."""

    def __init__(
        self, writes: int, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._writes = writes
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._begun: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, table: str) -> None:
        """Return when one more write of the table may begin; it is counted then."""
        while (pause := self._pause(table)) > 0:
            self._sleep(pause)

    def _pause(self, table: str) -> float:
        with self._lock:
            now, begun = self._clock(), self._begun[table]
            while begun and begun[0] + WINDOW_SECONDS <= now:
                begun.popleft()
            if len(begun) >= self._writes:
                return begun[0] + WINDOW_SECONDS - now
            begun.append(now)
            return 0.0
