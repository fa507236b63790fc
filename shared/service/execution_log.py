"""`nba_orchestration.processor_execution_log`: one row an attempt of a processor, written in batches.

A log for people, not a record that anything depends on: rows still in memory when a process is killed are
lost, the ledger's history of the attempt is not. How many rows may wait for the next attempt is the warehouse's
to say: many where one process does all the work, none where an instance may be gone before its next attempt.
"""

import threading

from shared.domain.errors import Rejected, Retryable
from shared.logs import log
from shared.ports import Row, Warehouse

TABLE = "nba_orchestration.processor_execution_log"
# Rows that a warehouse could not take are tried again with the next attempt's; beyond this the oldest are dropped.
UNWRITTEN_ROWS_MAX = 2000


class ExecutionLog:
    """Collects rows and appends them to the warehouse after an attempt, or when `flush` is called."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._lock = threading.Lock()
        self._rows: list[Row] = []

    def record(self, row: Row) -> None:
        """Add one row."""
        with self._lock:
            self._rows.append(row)

    def attempt_ended(self) -> None:
        """Write what was collected if it is more than may wait; an attempt never fails for its log."""
        if len(self._rows) > self._warehouse.log_rows_kept:
            self.flush()

    def flush(self) -> None:
        """Write what was collected. Rows that cannot be written now are kept, rows that never can be are logged."""
        with self._lock:
            rows, self._rows = self._rows, []
        if not rows:
            return
        try:
            self._warehouse.append(TABLE, rows)
        except Retryable as error:
            with self._lock:
                self._rows = [*rows, *self._rows][-UNWRITTEN_ROWS_MAX:]
            log("execution_log.kept", rows=len(rows), error=str(error))
        except Rejected as error:
            log("execution_log.refused", rows=len(rows), error=str(error))
