import pytest

from shared.adapters.gcp.staged_columns import measure, no_rows, projection, wrong_column
from shared.adapters.table_schemas import TableSchema
from shared.domain.errors import AuditFailed

KINDS = {"game_date": "DATE", "player_id": "INT64", "team": "STRING", "share": "FLOAT64", "made": "BOOL"}
SCHEMA = TableSchema(name="nba_raw.shots", columns={**KINDS, "processed_at": "TIMESTAMP"}, partition_by="game_date")
DESCRIBED = {
    "processed_at": "TIMESTAMP",
    "made": "BOOLEAN",
    "share": "FLOAT",
    "team": "STRING",
    "player_id": "INTEGER",
    "game_date": "DATE",
}


def test_columns_come_in_declared_order_and_with_declared_types() -> None:
    casts = [f"CAST(`{column}` AS {kind}) AS `{column}`" for column, kind in SCHEMA.columns.items()]
    assert projection(SCHEMA, DESCRIBED, "shots") == ", ".join(casts)


@pytest.mark.parametrize("kind", ["INTEGER", "INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64"])
def test_any_number_is_taken_for_a_float(kind: str) -> None:
    assert "CAST(`share` AS FLOAT64)" in projection(SCHEMA, {**DESCRIBED, "share": kind}, "shots")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"player_id": "FLOAT"}, "player_id is FLOAT64, declared INT64"),
        ({"player_id": "STRING"}, "player_id is STRING, declared INT64"),
        ({"share": "STRING"}, "share is STRING, declared FLOAT64"),
        ({"game_date": "TIMESTAMP"}, "game_date is TIMESTAMP, declared DATE"),
        ({"team": "ARRAY<STRING>"}, "team is ARRAY<STRING>, declared STRING"),
        ({"extra": "INTEGER"}, "not declared extra"),
    ],
)
def test_a_column_of_another_type_is_named(change: dict[str, str], named: str) -> None:
    with pytest.raises(AuditFailed, match=f"shots: columns of nba_raw.shots: {named}"):
        projection(SCHEMA, {**DESCRIBED, **change}, "shots")


def test_every_problem_is_named() -> None:
    changed = {"city" if name == "team" else name: kind for name, kind in DESCRIBED.items()} | {"made": "STRING"}
    with pytest.raises(AuditFailed, match="missing team; not declared city; made is STRING, declared BOOL"):
        projection(SCHEMA, changed, "shots")


@pytest.mark.parametrize("column", ["game_date", "team", "made", "processed_at"])
def test_a_column_of_nulls_takes_the_declared_type_and_refuses_a_value(column: str) -> None:
    # To BigQuery a column of bare NULLs is INT64, as one of whole numbers is: only a value tells them apart.
    found = projection(SCHEMA, {**DESCRIBED, column: "INTEGER"}, "shots")
    problem = f"columns of nba_raw.shots: {column} is INT64, declared {SCHEMA.columns[column]}"
    assert f"IF(`{column}` IS NULL, CAST(NULL AS {SCHEMA.columns[column]}), ERROR('{problem}'))" in found
    assert wrong_column(SCHEMA, f"invalidQuery: {problem}\nat [1:2]") == problem
    assert wrong_column(SCHEMA, "invalidQuery: division by zero") is None


def test_the_digest_leaves_out_when_it_was_computed() -> None:
    digested = measure(SCHEMA, "s.t", "player_id").partition("TO_JSON_STRING(")[2].partition("AS row_digest")[0]
    assert "processed_at" not in digested
    assert "ROUND(`share`, 9) + 0.0 AS `share`" in digested
    assert all(f"`{column}`" in digested for column in KINDS)


def test_a_table_without_partitions_or_floats_can_be_measured() -> None:
    found = measure(TableSchema(name="a.b", columns={"n": "INT64"}), "s.t", None)
    assert "FALSE AS is_stray" in found
    assert "FALSE AS is_not_finite" in found


def test_no_rows_have_the_declared_columns() -> None:
    schema = TableSchema(name="a.b", columns={"d": "DATE", "n": "INT64"})
    assert no_rows(schema) == "SELECT CAST(NULL AS DATE) AS `d`, CAST(NULL AS INT64) AS `n` LIMIT 0"
