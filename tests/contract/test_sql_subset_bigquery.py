"""The declared subset on the BigQuery emulator: the same statements, the same rows, the same results."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from shared.adapters.table_schemas import TableSchema
from shared.ports import Row
from shared.processors.declaration import SQL_FOLDER
from shared.processors.parameters import PARAMETER_TYPES
from tests.contract.sql_cases import COLUMNS, GAMES, QUERIES, VALUES
from tests.emulators.bigquery_copies import create, fill
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_queries import BigQueryQueries

DAY = {"game_date": date(2024, 11, 8)}
# Where the emulator is wrong, not BigQuery: no shipped statement may depend on it (tested below).
EMULATOR_ANSWERS: dict[str, Any] = {
    "CAST(2.5 AS INT64)": 2,
    "CAST(-2.5 AS INT64)": -2,
    "SELECT CAST(SUM(rate) AS INT64) FROM nba_raw.games WHERE team = 'NYK'": [2],
    "DATE_TRUNC(@game_date, YEAR)": datetime(2024, 1, 1),  # noqa: DTZ001
}


@pytest.fixture(scope="module")
def queries(bigquery_proxy: Proxy) -> Iterator[BigQueryQueries]:
    found = BigQueryQueries(bigquery_proxy)
    schema = TableSchema(name="nba_raw.games", columns=COLUMNS)
    create(found.client, schema)
    fill(found.client, schema, found.query(GAMES, {}))
    yield found
    found.client.delete_dataset("nba_raw", delete_contents=True)


@pytest.fixture(scope="module")
def values(queries: BigQueryQueries) -> Row:
    """The value of every expression, from one statement: a job a value would take a minute."""
    columns = ", ".join(f"{expression} AS value_{n}" for n, (expression, _) in enumerate(VALUES))
    [row] = queries.query(f"SELECT {columns}", DAY)
    return row


@pytest.mark.parametrize(("number", "case"), list(enumerate(VALUES)), ids=[expression for expression, _ in VALUES])
def test_value(values: Row, number: int, case: tuple[str, Any]) -> None:
    expression, expected = case
    expected = EMULATOR_ANSWERS.get(expression, expected)
    value = values[f"value_{number}"]
    assert value == expected
    assert type(value) is type(expected) or isinstance(expected, int | float)


@pytest.mark.parametrize(("sql", "expected"), QUERIES)
def test_query(queries: BigQueryQueries, sql: str, expected: list[Any]) -> None:
    assert [next(iter(row.values())) for row in queries.query(sql, {})] == EMULATOR_ANSWERS.get(sql, expected)


@pytest.mark.parametrize("name", [name for name, kind in PARAMETER_TYPES.items() if not kind.startswith("ARRAY")])
def test_a_scalar_parameter_binds_as_null(queries: BigQueryQueries, name: str) -> None:
    assert queries.query(f"SELECT @{name} IS NULL AS value", {name: None}) == [{"value": True}]


@pytest.mark.parametrize("name", [name for name, kind in PARAMETER_TYPES.items() if kind.startswith("ARRAY")])
def test_an_empty_array_parameter_has_a_type(queries: BigQueryQueries, name: str) -> None:
    field = "" if PARAMETER_TYPES[name] == "ARRAY<DATE>" else ".floor"
    sql = f"SELECT COUNT(*) AS n, MAX(each{field}) AS last FROM UNNEST(@{name}) AS each"  # noqa: S608
    assert queries.query(sql, {name: []}) == [{"n": 0, "last": None}]


@pytest.mark.parametrize("path", sorted(SQL_FOLDER.rglob("*.sql")), ids=lambda path: path.stem)
def test_no_shipped_statement_depends_on_where_the_emulator_is_wrong(path: Any) -> None:
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="bigquery")
    casts = [each for each in tree.find_all(exp.Cast) if each.is_type("bigint")]
    assert all(isinstance(each.this, exp.Round) for each in casts), "round before a CAST AS INT64"
    assert tree.find(exp.DateTrunc) is None
