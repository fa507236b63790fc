"""Two warehouses side by side: every table of every phase, row by row."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from shared.adapters.table_schemas import load_table_schemas
from shared.ports import Row, Warehouse
from shared.processors.registry import PROCESSORS

TOLERANCE = 1e-9
# When it was written and under which id is no part of what was computed.
LEFT_OUT = frozenset({"processed_at", "backfill_id"})
SCHEDULE, SCHEDULE_KEY = "nba_raw.schedule", ("game_date", "game_id")
DIFFERENCES_SHOWN = 20


def compared_tables() -> dict[str, tuple[str, ...]]:
    """Return the tables that are compared, each with the key of its rows."""
    keys = {processor.table: ("game_date", *processor.key) for processor in PROCESSORS if processor.active}
    return {SCHEDULE: SCHEDULE_KEY, **{table: tuple(dict.fromkeys(key)) for table, key in keys.items()}}


def rows_of(warehouse: Warehouse, table: str, key: Sequence[str], first: date, last: date) -> list[Row]:
    """Return the rows of a table from one date to another, by its key."""
    columns = [name for name in load_table_schemas().table(table).columns if name not in LEFT_OUT]
    where = "game_date BETWEEN @start_date AND @end_date"
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY {', '.join(key)}"  # noqa: S608
    return warehouse.query(sql, {"start_date": first, "end_date": last})


def differences(
    one: Warehouse, other: Warehouse, first: date = date.min, last: date = date.max
) -> tuple[dict[str, int], list[str]]:
    """Return the rows compared by table, and what differs, one line each."""
    counts: dict[str, int] = {}
    found: list[str] = []
    for table, key in compared_tables().items():
        left, right = (rows_of(warehouse, table, key, first, last) for warehouse in (one, other))
        counts[table] = len(left)
        found += [f"{table}: {line}" for line in _lines(left, right, key)]
    return counts, found


def _lines(left: Sequence[Row], right: Sequence[Row], key: Sequence[str]) -> Iterator[str]:
    if len(left) != len(right):
        yield f"{len(left)} rows beside {len(right)}"
        return
    for one, other in zip(left, right, strict=True):
        for column, value in one.items():
            if not same(value, other[column]):
                yield f"{_named(one, key)} {column}: {value!r} beside {other[column]!r}"


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal, floats to within the tolerance."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(one) is type(other) and bool(one == other)


def _named(row: Mapping[str, Any], key: Sequence[str]) -> str:
    return " ".join(str(row[column]) for column in key)
