"""What every staged partition is held to before it may be published: rows, keys, required columns, ranges, date."""

# Identifiers come from the registry; values are bound or compared here, never written into the SQL.
# ruff: noqa: S608

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from shared.processors.declaration import Processor

# The name under which `Warehouse.query(..., siblings={STAGED: staged.staging})` shows the staged partition.
STAGED: Final = "staging.staged"

# Phases 2 and 3 hold what happened on a game date: with nothing at all, the date was not played or not landed.
LAST_PHASE_WITH_ROWS: Final = 3

STATEMENTS_KEPT: Final = 64


@lru_cache(maxsize=STATEMENTS_KEPT)
def audit_sql(processor: Processor) -> str:
    """Return a SELECT over STAGED with the parameter @game_date, of one row.

    Columns: `row_count`, `duplicate_keys`, `wrong_dates`, `null_<column>` a required column, `low_<column>` and
    `high_<column>` (NULL when there is no value) a bounded one.
    """
    keys = ", ".join(processor.key)
    counts = [
        "COUNT(*) AS row_count",
        f"(SELECT COUNT(*) FROM (SELECT {keys} FROM {STAGED} GROUP BY {keys} HAVING COUNT(*) > 1)) AS duplicate_keys",
        "COUNT(*) - COUNT(IF(game_date = @game_date, 1, NULL)) AS wrong_dates",
        *(f"COUNT(*) - COUNT({column}) AS null_{column}" for column in processor.required),
    ]
    bounds = [f"MIN({column}) AS low_{column}, MAX({column}) AS high_{column}" for column in processor.ranges]
    return f"SELECT {', '.join([*counts, *bounds])} FROM {STAGED}"


def check(processor: Processor, row: Mapping[str, Any], expected_rows: int | None) -> list[str]:
    """Return what is wrong, one line a failure (`player_boxscores: 3 rows have NULL minutes`), empty when sound.

    `row` is the row of `audit_sql`; `expected_rows` is what the schedule tells, None when nothing does.
    """
    problems = [*_rows(processor, row, expected_rows), *_nulls(processor, row), *_out_of_range(processor, row)]
    return [f"{processor.name}: {problem}" for problem in problems]


def _rows(processor: Processor, row: Mapping[str, Any], expected_rows: int | None) -> list[str]:
    problems = []
    count = row["row_count"]
    if expected_rows is not None and count != expected_rows:
        problems.append(f"{count} rows, expected {expected_rows}")
    elif count == 0 and processor.phase <= LAST_PHASE_WITH_ROWS:
        problems.append("no rows on a game date")
    if row["duplicate_keys"]:
        problems.append(f"{row['duplicate_keys']} values of ({', '.join(processor.key)}) occur more than once")
    if row["wrong_dates"]:
        problems.append(f"{row['wrong_dates']} rows are not of the date")
    return problems


def _nulls(processor: Processor, row: Mapping[str, Any]) -> list[str]:
    return [
        f"{row[f'null_{column}']} rows have NULL {column}" for column in processor.required if row[f"null_{column}"]
    ]


def _out_of_range(processor: Processor, row: Mapping[str, Any]) -> list[str]:
    extremes = [
        (column, row[f"{end}_{column}"], bounds)
        for column, bounds in processor.ranges.items()
        for end in ("low", "high")
    ]
    # Written so that NaN, which compares as false, is out of range.
    problems = [
        f"{column} is {value}, outside {low} to {high}"
        for column, value, (low, high) in extremes
        if value is not None and not low <= value <= high
    ]
    return list(dict.fromkeys(problems))
