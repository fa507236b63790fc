"""`nba_orchestration.processor_execution_log`: one row an attempt of a processor, written in batches.

A log for people, not a record that anything depends on: rows still in memory when a process is killed are
lost, the ledger's history of the attempt is not.
"""

import threading

from shared.ports import Row, Warehouse

TABLE = "nba_orchestration.processor_execution_log"
BATCH_ROWS = 400


class ExecutionLog:
    """Collects rows and appends them to the warehouse when a batch is full or `flush` is called."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._lock = threading.Lock()
        self._rows: list[Row] = []

    def record(self, row: Row) -> None:
        """Add one row; a full batch is written."""
        with self._lock:
            self._rows.append(row)
            full = len(self._rows) >= BATCH_ROWS
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what was collected."""
        with self._lock:
            rows, self._rows = self._rows, []
        if rows:
            self._warehouse.append(TABLE, rows)
