"""The declared BigQuery subset: each construct with the result BigQuery gives, and the traps that are refused.

Expected values are BigQuery's by its documentation, not what DuckDB happened to answer; the cases run on the
BigQuery emulator too, in `test_sql_subset_bigquery.py`.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.embedded.sql_dialect import duckdb_type, translate
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.table_schemas import table_schemas
from shared.domain.errors import InvalidInput, Rejected
from shared.processors.parameters import PARAMETER_TYPES
from tests.contract.sql_cases import COLUMNS, GAMES, QUERIES, VALUES

SQL_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "processors" / "sql"
SHIPPED = sorted(SQL_FOLDER.rglob("*.sql"))


@pytest.fixture(scope="module")
def warehouse() -> Iterator[DuckDbWarehouse]:
    opened = DuckDbWarehouse(schemas=table_schemas({"tables": {"nba_raw.games": {"columns": COLUMNS}}}))
    rows = opened.query(GAMES, {})
    opened.append("nba_raw.games", rows)
    yield opened
    opened.close()


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_value(warehouse: DuckDbWarehouse, expression: str, expected: Any) -> None:
    [row] = warehouse.query(f"SELECT {expression} AS value", {"game_date": date(2024, 11, 8)})
    assert row["value"] == expected
    assert isinstance(row["value"], float) == isinstance(expected, float) or expression.startswith(
        ("POW", "CEIL", "ROUND")
    )
    # datetime is a subclass of date: a timestamp must not pass for a date.
    assert type(row["value"]) is type(expected) or isinstance(expected, int | float)


@pytest.mark.parametrize(("sql", "expected"), QUERIES)
def test_query(warehouse: DuckDbWarehouse, sql: str, expected: list[Any]) -> None:
    assert [next(iter(row.values())) for row in warehouse.query(sql, {})] == expected


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SELECT a / b FROM t", "SAFE_DIVIDE"),
        ("SELECT a / 0 FROM t", "SAFE_DIVIDE"),
        ("SELECT a / 0.0 FROM t", "SAFE_DIVIDE"),
        ("SELECT a / '2' FROM t", "SAFE_DIVIDE"),
        ("SELECT a / NULLIF(b, 1) FROM t", "SAFE_DIVIDE"),
        ("SELECT DIV(a, b) FROM t", "SAFE_DIVIDE"),
        ("SELECT MOD(a, b) FROM t", "SAFE_DIVIDE"),
        ("SELECT x, o FROM UNNEST([1]) AS x WITH OFFSET AS o", "WITH OFFSET"),
        ("SELECT x FROM UNNEST([1]) AS x WITH OFFSET", "WITH OFFSET"),
        ("SELECT ARRAY_AGG(a IGNORE NULLS) FROM t", "IGNORE NULLS"),
        ("SELECT LAG(a IGNORE NULLS) OVER (ORDER BY b) FROM t", "IGNORE NULLS"),
        ("SELECT ARRAY_AGG(a ORDER BY b LIMIT 3) FROM t", "LIMIT"),
        ("SELECT ARRAY_AGG(a LIMIT 3) FROM t", "LIMIT"),
        ("SELECT ANY_VALUE(a HAVING MAX b) FROM t", "ANY_VALUE"),
        ("SELECT EXTRACT(DAYOFWEEK FROM d) FROM t", "EXTRACT"),
        ("SELECT EXTRACT(WEEK FROM d) FROM t", "EXTRACT"),
        ("SELECT EXTRACT(ISOWEEK FROM d) FROM t", "EXTRACT"),
        ("SELECT EXTRACT(WEEK(MONDAY) FROM d) FROM t", "EXTRACT"),
        ("SELECT DATE_TRUNC(d, WEEK) FROM t", "unit"),
        ("SELECT DATE_TRUNC(d, WEEK(MONDAY)) FROM t", "unit"),
        ("SELECT DATE_DIFF(a, b, WEEK) FROM t", "unit"),
        ("SELECT DATE_ADD(d, INTERVAL 1 WEEK) FROM t", "unit"),
        ("SELECT d - INTERVAL 1 DAY FROM t", "INTERVAL"),
        ("SELECT GENERATE_DATE_ARRAY(a, b, INTERVAL 1 WEEK) FROM t", "unit"),
        ("SELECT a[OFFSET(0)] FROM t", "SAFE_OFFSET"),
        ("SELECT a[ORDINAL(1)] FROM t", "SAFE_OFFSET"),
        ("SELECT a[SAFE_OFFSET(b)] FROM t", "SAFE_OFFSET"),
        ("SELECT a[SAFE_OFFSET(-2)] FROM t", "SAFE_OFFSET"),
        ("SELECT FARM_FINGERPRINT(a) FROM t", "FARM_FINGERPRINT"),
        ("SELECT UNHEARD_OF(a) FROM t", "UNHEARD_OF"),
        ("SELECT SAFE.LOWER(a) FROM t", "subset"),
        ("SELECT RAND()", "subset"),
        ("SELECT CURRENT_DATE()", "subset"),
        ("SELECT CURRENT_TIMESTAMP()", "subset"),
        ("SELECT LN(a) FROM t", "subset"),
        ("SELECT SUBSTR(a, 0, 2) FROM t", "subset"),
        ("SELECT CAST(a AS NUMERIC) FROM t", "INT64"),
        ("SELECT CAST(a AS DATETIME) FROM t", "INT64"),
        ("SELECT AS STRUCT 1 AS a", "AS STRUCT"),
        ("SELECT ARRAY(SELECT 1)", "ARRAY"),
        ("SELECT a FROM t GROUP BY ROLLUP (a)", "ROLLUP"),
        ("SELECT a FROM t GROUP BY CUBE (a)", "CUBE"),
        ("SELECT a FROM t GROUP BY GROUPING SETS (a)", "GROUPING SETS"),
        ("SELECT a FROM t NATURAL JOIN u", "ON or USING"),
        ("SELECT a FROM t TABLESAMPLE SYSTEM (10 PERCENT)", "sample"),
        ("SELECT * FROM t PIVOT (SUM(x) FOR z IN ('a'))", "pivots"),
        ("SELECT * FROM t FOR SYSTEM_TIME AS OF '2024-01-01'", "version"),
        ("SELECT * FROM project.nba_raw.games", "dataset.table"),
        ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r", "RECURSIVE"),
        ("SELECT 1; SELECT 2", "one SELECT"),
        ("DECLARE x INT64; SELECT x", "one SELECT"),
        ("DELETE FROM t WHERE TRUE", "one SELECT"),
        ("MERGE t USING s ON FALSE WHEN NOT MATCHED THEN INSERT ROW", "one SELECT"),
        ("CREATE TABLE t AS SELECT 1 AS a", "one SELECT"),
        ("INSERT INTO t SELECT 1", "one SELECT"),
        ("TRUNCATE TABLE t", "one SELECT"),
        ("", "one SELECT"),
        ("-- nothing", "one SELECT"),
        ("SELEC 1", "one SELECT"),
        ("SELECT (1", "one SELECT"),
    ],
)  # fmt: skip
def test_what_would_differ_is_refused(sql: str, named: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        translate(sql)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    "expression",
    [
        "CAST('2.5' AS INT64)",  # an error in BigQuery; DuckDB alone gives 3
        "CAST(TRUE AS INT64)",  # fine in BigQuery: write IF
        "CAST(1.5 AS STRING)",  # '1.5' in both, but 1.0 is '1' in BigQuery and '1.0' in DuckDB
        "CAST(TIMESTAMP '2024-11-08 00:00:00+00' AS STRING)",
        "SQRT(-1)",
        "MOD(1, NULLIF(0, 0)) + CAST('x' AS INT64)",
        "9223372036854775807 + 1",
    ],
)
def test_what_differs_by_its_values_fails_when_it_runs(warehouse: DuckDbWarehouse, expression: str) -> None:
    with pytest.raises(Rejected):
        warehouse.query(f"SELECT {expression} AS value", {})


@given(st.integers(-(10**6), 10**6))
def test_int64_casts_round_half_away_from_zero(warehouse: DuckDbWarehouse, halves: int) -> None:
    # halves / 2 is exact; half away from zero: sign * floor(|x| + 1/2) = sign * ((|halves| + 1) // 2).
    expected = (abs(halves) + 1) // 2 * (1 if halves >= 0 else -1)
    assert warehouse.query(f"SELECT CAST({halves} / 2 AS INT64) AS value", {}) == [{"value": expected}]


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(0, 5000))
def test_moving_a_date_and_the_difference_agree(warehouse: DuckDbWarehouse, day: date, days: int) -> None:
    sql = f"""
    SELECT DATE_SUB(DATE_ADD(@game_date, INTERVAL {days} DAY), INTERVAL {days} DAY) AS same,
      DATE_DIFF(DATE_ADD(@game_date, INTERVAL {days} DAY), @game_date, DAY) AS days
    """
    assert warehouse.query(sql, {"game_date": day}) == [{"same": day, "days": days}]


def test_a_statement_names_its_tables_and_parameters() -> None:
    statement = translate(
        "SELECT s.team FROM nba_raw.shots AS s, UNNEST(@teams) AS t WHERE s.game_date = @game_date AND s.team = t.team"
    )
    assert statement.tables == ("nba_raw.shots",)
    assert statement.parameters == {"teams", "game_date"}
    assert 'FROM elsewhere AS "s"' in statement.render({"nba_raw.shots": "elsewhere"})
    assert 'FROM nba_raw.shots AS "s"' in statement.render({"nba_raw.other": "elsewhere"})


@pytest.mark.parametrize(
    ("bigquery", "duckdb"),
    [
        ("INT64", "BIGINT"),
        ("FLOAT64", "DOUBLE"),
        ("STRING", "TEXT"),
        ("BOOL", "BOOLEAN"),
        ("DATE", "DATE"),
        ("TIMESTAMP", "TIMESTAMP"),
        ("ARRAY<DATE>", "DATE[]"),
        ("ARRAY<STRUCT<a INT64, floor DATE>>", 'STRUCT("a" BIGINT, "floor" DATE)[]'),
    ],
)
def test_types(bigquery: str, duckdb: str) -> None:
    assert duckdb_type(bigquery) == duckdb


@pytest.mark.parametrize("name", sorted(PARAMETER_TYPES))
def test_every_declared_parameter_binds_as_null(warehouse: DuckDbWarehouse, name: str) -> None:
    assert warehouse.query(f"SELECT @{name} IS NULL AS value", {name: None}) == [{"value": True}]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_statement_keeps_to_the_subset(path: Path) -> None:
    assert translate(path.read_text(encoding="utf-8")).render({}).startswith(("SELECT", "WITH"))
