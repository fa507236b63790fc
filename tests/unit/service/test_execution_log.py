"""The execution log: what may wait for the next attempt, and what becomes of rows that cannot be written."""

from collections.abc import Sequence

import pytest

from shared.domain.errors import InvalidInput, LookbackError, WarehouseUnavailable
from shared.ports import Row
from shared.service import execution_log
from shared.service.execution_log import ExecutionLog
from tests.memory_stack import ToyWarehouse


class LogWarehouse(ToyWarehouse):
    """Keeps what is appended, or fails as it is told."""

    def __init__(self, kept: int) -> None:
        super().__init__()
        self.kept = kept
        self.rows: list[Row] = []
        self.error: LookbackError | None = None

    @property
    def log_rows_kept(self) -> int:
        return self.kept

    def append(self, table: str, rows: Sequence[Row]) -> None:
        if self.error is not None:
            raise self.error
        self.rows += rows


def rows(*numbers: int) -> list[Row]:
    return [{"attempt": number} for number in numbers]


def recorded(warehouse: LogWarehouse, *numbers: int) -> ExecutionLog:
    log = ExecutionLog(warehouse)  # type: ignore[arg-type]
    for row in rows(*numbers):
        log.record(row)
    log.attempt_ended()
    return log


@pytest.mark.parametrize(("kept", "written"), [(0, [1, 2]), (1, [1, 2]), (2, []), (400, [])])
def test_an_attempt_leaves_no_more_rows_unwritten_than_may_wait(kept: int, written: list[int]) -> None:
    warehouse = LogWarehouse(kept)
    recorded(warehouse, 1, 2)
    assert warehouse.rows == rows(*written)


def test_flush_writes_what_waits_once() -> None:
    warehouse = LogWarehouse(400)
    log = recorded(warehouse, 1, 2)
    log.flush()
    log.flush()
    assert warehouse.rows == rows(1, 2)


def test_rows_that_cannot_be_written_now_are_written_later_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution_log, "UNWRITTEN_ROWS_MAX", 3)
    warehouse = LogWarehouse(0)
    warehouse.error = WarehouseUnavailable("quota")
    log = recorded(warehouse, 1, 2)
    for number in (3, 4):
        log.record({"attempt": number})
        log.attempt_ended()
    warehouse.error = None
    log.attempt_ended()
    assert warehouse.rows == rows(2, 3, 4)  # the oldest of four is dropped


def test_rows_that_can_never_be_written_fail_no_attempt_and_do_not_come_back() -> None:
    warehouse = LogWarehouse(0)
    warehouse.error = InvalidInput("attempt", 1, "another column")
    log = recorded(warehouse, 1)
    warehouse.error = None
    log.record({"attempt": 2})
    log.attempt_ended()
    assert warehouse.rows == rows(2)
