"""What an audit finds in a staged partition, and how it says so."""

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.table_schemas import table_schemas
from shared.ports import Row
from shared.processors.audits import STAGED, audit_sql, check
from shared.processors.registry import PROCESSORS, Processor, Rows

DAY = date(2024, 11, 8)
TABLE = "nba_raw.lines"


def lines(**changes: Any) -> Processor:
    declared: dict[str, Any] = {
        "name": "lines",
        "phase": 2,
        "table": TABLE,
        "entity": None,
        "key": ("player_id",),
        "reads": (),
        "purpose": "a table to audit",
        "rows": Rows.PER_LISTED_PLAYER,
        "required": ("player_id", "minutes"),
        "ranges": {"minutes": (0, 75)},
    }
    return Processor(**{**declared, **changes})


def line(player_id: int | None = 1, minutes: int | None = 30, game_date: date | None = DAY) -> Row:
    return {"player_id": player_id, "minutes": minutes, "game_date": game_date}


@pytest.fixture
def warehouse() -> Iterator[DuckDbWarehouse]:
    columns = {"game_date": "DATE", "player_id": "INT64", "minutes": "INT64"}
    opened = DuckDbWarehouse(schemas=table_schemas({"tables": {TABLE: {"columns": columns}}}))
    yield opened
    opened.close()


def audited(warehouse: DuckDbWarehouse, rows: list[Row], expected: int | None = None, **changes: Any) -> list[str]:
    warehouse.append(TABLE, rows)
    declared = lines(**changes)
    row = warehouse.query(audit_sql(declared), {"game_date": DAY}, {STAGED: TABLE})[0]
    return check(declared, row, expected)


@pytest.mark.parametrize(
    ("rows", "expected", "problem"),
    [
        ([line(1), line(2)], 3, "2 rows, expected 3"),
        ([line(1), line(2)], 1, "2 rows, expected 1"),
        ([], None, "no rows on a game date"),
        ([], 0, "no rows on a game date"),
        ([line(1), line(1), line(2), line(2), line(3)], 5, "2 values of (player_id) occur more than once"),
        ([line(1), line(2, minutes=None), line(3, minutes=None)], 3, "2 rows have NULL minutes"),
        ([line(1), line(2, game_date=date(2024, 11, 9))], 2, "1 rows are not of the date"),
        ([line(1), line(2, game_date=None)], 2, "1 rows are not of the date"),
        ([line(1, minutes=-1), line(2)], 2, "minutes is -1, outside 0 to 75"),
        ([line(1), line(2, minutes=76)], 2, "minutes is 76, outside 0 to 75"),
    ],
)
def test_each_check_names_processor_and_problem(
    warehouse: DuckDbWarehouse, rows: list[Row], expected: int | None, problem: str
) -> None:
    assert audited(warehouse, rows, expected) == [f"lines: {problem}"]


@pytest.mark.parametrize("expected", [2, None])
def test_a_sound_partition_has_no_failures(warehouse: DuckDbWarehouse, expected: int | None) -> None:
    assert audited(warehouse, [line(1, minutes=0), line(2, minutes=75)], expected) == []


def test_every_failure_is_told_at_once(warehouse: DuckDbWarehouse) -> None:
    assert audited(warehouse, [line(1, minutes=None), line(1, minutes=99)], 3) == [
        "lines: 2 rows, expected 3",
        "lines: 1 values of (player_id) occur more than once",
        "lines: 1 rows have NULL minutes",
        "lines: minutes is 99, outside 0 to 75",
    ]


def test_a_key_of_two_columns_may_repeat_each_of_them(warehouse: DuckDbWarehouse) -> None:
    rows = [line(1, 10), line(1, 20), line(2, 10)]
    assert audited(warehouse, rows, 3, key=("player_id", "minutes")) == []


@pytest.mark.parametrize("phase", [4, 5])
def test_a_target_may_have_no_rows_when_its_entities_are_skipped(warehouse: DuckDbWarehouse, phase: int) -> None:
    assert audited(warehouse, [], None, phase=phase) == []


def test_not_a_number_is_outside_every_range() -> None:
    declared = lines(required=())
    row = {"row_count": 1, "duplicate_keys": 0, "wrong_dates": 0, "low_minutes": math.nan, "high_minutes": math.nan}
    assert check(declared, row, 1) == ["lines: minutes is nan, outside 0 to 75"]


@pytest.mark.parametrize("each", [each for each in PROCESSORS if each.active], ids=lambda each: each.name)
def test_every_processor_can_be_audited_while_empty(each: Processor) -> None:
    with_tables = DuckDbWarehouse()
    row = with_tables.query(audit_sql(each), {"game_date": DAY}, {STAGED: each.table})[0]
    assert row["row_count"] == 0
    assert check(each, row, 7) == [f"{each.name}: 0 rows, expected 7"]
    with_tables.close()
