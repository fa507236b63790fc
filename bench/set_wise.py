"""The set-wise optimum: one statement a table over every date at once: `python -m bench.set_wise HOME THREADS`.

HOME is that of a season run: its landing files are read, and its tables are what the results are compared
with, row by row to 1e-9. No retries, no partial runs, no dates on their own: what orchestration by date costs
in SQL alone. Phases 2-3 are the processors' own statements with the date's filter lifted (a game's id tells
its date); the rest is in `bench/sql`.
"""

# Names in the SQL come from the declared schemas and from this package; values are bound.
# ruff: noqa: S608

import json
import sys
import time
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from bench.real_season import SEASON
from shared.adapters.embedded.duckdb_session import DuckDbSession
from shared.adapters.embedded.landing_rows import _read_json
from shared.adapters.embedded.parquet_tables import create_tables
from shared.adapters.embedded.partitions import PartitionFolder
from shared.adapters.embedded.sql_dialect import translate
from shared.adapters.table_schemas import TableSchema, TableSchemas, load_table_schemas
from shared.processors.registry import Processor, of_phase, processor

SQL_FOLDER = Path(__file__).parent / "sql"
WINDOWED = ("player_shot_zone_analysis", "team_defense_zone_analysis", "player_daily_cache")
LEFT_OUT = frozenset({"processed_at", "backfill_id"})
TOLERANCE = 1e-9
DATE = "game_date"


class SetWise:
    """A fresh warehouse in memory that fills each table of the season with one statement."""

    def __init__(self, home: Path, threads: int) -> None:
        self.home = home
        self.schemas: TableSchemas = load_table_schemas()
        self.session = DuckDbSession(threads=threads)
        create_tables(self.session, self.schemas)

    def fill(self, each: Processor) -> float:
        """Fill a processor's table; return the seconds that took."""
        select, values = self._statement(each)
        began = time.perf_counter()
        self.session.execute(f"INSERT INTO {each.table} BY NAME {select}", values)
        return time.perf_counter() - began

    def differing(self, each: Processor) -> int:
        """Return how many of the table's rows are not those of the season run, to 1e-9."""
        schema = self.schemas.table(each.table)
        files = PartitionFolder(self.home / "warehouse").current(each.table).values()
        paths = ", ".join(f"'{path}'" for path in files)
        keys = (DATE, *(key for key in each.key if key != DATE))
        matched = " AND ".join(f"a.{key} = b.{key}" for key in keys)
        others = " OR ".join(
            _differs(column, kind) for column, kind in schema.columns.items() if column not in LEFT_OUT
        )
        season = f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
        query = f"SELECT COUNT(*) FILTER ({others}) FROM {each.table} AS a FULL JOIN {season} AS b ON {matched}"
        found: int = self.session.tuples(query)[0][0]
        return found

    def _statement(self, each: Processor) -> tuple[str, dict[str, Any]]:
        path = SQL_FOLDER / f"{each.name}.sql"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return text, {"season": SEASON} if "$season" in text else {}
        statement = translate(lifted(each.sql))
        landed = {
            name: self._landed(self.schemas.landing_file(name), name) for name in each.reads if "landing." in name
        }
        return statement.render(landed), statement.bind({"season": SEASON})

    def _landed(self, schema: TableSchema, name: str) -> str:
        return _read_json(str(self.home / "landing" / "*" / f"{name.partition('.')[2]}.jsonl"), schema)


def lifted(sql: str) -> str:
    """Return a statement without its conditions `game_date = @game_date`."""
    tree = sqlglot.parse_one(sql, read="bigquery")
    for equal in list(tree.find_all(exp.EQ)):
        if isinstance(equal.left, exp.Column) and equal.left.name == DATE and isinstance(equal.right, exp.Parameter):
            equal.replace(exp.true())
    return tree.sql(dialect="bigquery")


def _differs(column: str, kind: str) -> str:
    if kind != "FLOAT64":
        return f'a."{column}" IS DISTINCT FROM b."{column}"'
    limit = f'{TOLERANCE} * GREATEST(1, ABS(a."{column}"))'
    return f'COALESCE(ABS(a."{column}" - b."{column}") > {limit}, a."{column}" IS DISTINCT FROM b."{column}")'


def processors() -> list[Processor]:
    """Return the processors that have a set-wise form, in dependency order."""
    return [*of_phase(2), *of_phase(3), *(processor(name) for name in WINDOWED)]


def main(home: Path, threads: int) -> None:
    """Fill every table and print seconds and differing rows by processor."""
    warehouse = SetWise(home, threads)
    seconds = {each.name: warehouse.fill(each) for each in processors()}
    differing = {each.name: warehouse.differing(each) for each in processors()}
    print(json.dumps({"seconds": seconds, "differing": differing}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
