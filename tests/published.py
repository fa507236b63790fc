"""What two folders of the embedded stack have published, compared as files: no code of the warehouse is involved."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

LEFT_OUT = ("processed_at", "backfill_id")
LOG = "nba_orchestration."


def tables(home: Path) -> list[str]:
    """Return the names of the tables that a folder has, without the log of runs."""
    return sorted(each.name for each in (home / "warehouse").iterdir() if not each.name.startswith(LOG))


def differing_dates(one: Path, other: Path, table: str, until: date = date.max) -> set[date]:
    """Return the dates on which two folders differ in any row of a table, but for when and for whom it was computed."""
    return {row[0] for row in differing(one, other, table, ["game_date"], until)}


def differing(
    one: Path, other: Path, table: str, columns: Iterable[str], until: date = date.max
) -> set[tuple[Any, ...]]:
    """Return, of the rows of a table that only one of two folders has, the values of some columns."""
    selects = [_select(each, table) for each in (one, other)]
    only = [f"(({first}) EXCEPT ALL ({second}))" for first, second in (selects, selects[::-1])]
    sql = f"SELECT DISTINCT {', '.join(columns)} FROM ({' UNION ALL '.join(only)}) WHERE game_date <= $until"  # noqa: S608
    with duckdb.connect() as connection:
        return set(connection.execute(sql, {"until": until}).fetchall())


def _select(home: Path, table: str) -> str:
    # Of a partition's versions, named in their order, the last is the one that stands.
    paths = {path.name.partition(".")[0]: path for path in sorted((home / "warehouse" / table).glob("*.parquet"))}
    listed = ", ".join(f"'{path}'" for path in paths.values())
    names = _columns(next(iter(paths.values())))
    kept = ", ".join(name for name in names if name not in LEFT_OUT)
    return f"SELECT {kept} FROM read_parquet([{listed}], union_by_name = true)"  # noqa: S608


def _columns(path: Path) -> list[str]:
    with duckdb.connect() as connection:
        found = connection.execute("SELECT name FROM parquet_schema(?) WHERE num_children IS NULL", [str(path)])
        return [row[0] for row in found.fetchall()]
