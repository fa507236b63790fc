"""The declaration of tables, and what is refused in it."""

from pathlib import Path
from typing import Any

import pytest

from shared.adapters.table_schemas import load_table_schemas, table_schemas
from shared.domain.errors import InvalidInput


def test_the_shipped_declaration_is_sound() -> None:
    schemas = load_table_schemas()
    assert {"nba_raw.shots", "nba_orchestration.processor_execution_log"} <= schemas.tables.keys()
    assert schemas.landing.keys() == {"landing.games", "landing.player_boxscores", "landing.shots"}
    assert schemas.table("nba_raw.shots").columns["player_id"] == "INT64"
    assert schemas.table("nba_raw.shots").dataset == "nba_raw"
    assert {schema.partition_by for schema in schemas.tables.values()} == {"game_date"}


def test_a_declaration_is_read_with_its_columns_in_order(tmp_path: Path) -> None:
    path = tmp_path / "tables.yaml"
    path.write_text("""
        tables:
          a.b: {description: One row., partition_by: game_date, cluster_by: [x], columns: {x: STRING, game_date: DATE}}
    """)
    schema = load_table_schemas(path).table("a.b")
    assert list(schema.columns.items()) == [("x", "STRING"), ("game_date", "DATE")]
    assert (schema.description, schema.partition_by, schema.cluster_by) == ("One row.", "game_date", ("x",))


@pytest.mark.parametrize(
    ("tables", "named"),
    [
        ({"a.b": {"columns": {"x": "INTEGER"}}}, "a.b.x"),
        ({"a.b": {"columns": {True: "BOOL"}}}, "a.b.True"),  # `on: BOOL`, unquoted
        ({"b": {"columns": {"x": "DATE"}}}, "dataset.table"),
        ({"a.b.c": {"columns": {"x": "DATE"}}}, "dataset.table"),
    ],
)
def test_what_is_wrong_is_named(tables: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        table_schemas({"tables": tables})


def test_what_is_not_declared_is_named() -> None:
    schemas = table_schemas({"tables": {}})
    with pytest.raises(InvalidInput, match=r"a\.b"):
        schemas.table("a.b")
    with pytest.raises(InvalidInput, match=r"landing\.c"):
        schemas.landing_file("landing.c")
