"""The bytes that BigQuery would read, as the embedded warehouse counts them for a price."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.table_schemas import table_schemas

NOV8, NOV9 = date(2024, 11, 8), date(2024, 11, 9)
SCHEMAS = table_schemas(
    {
        "tables": {
            "nba_raw.shots": {
                "partition_by": "game_date",
                "columns": {"game_date": "DATE", "player_id": "INT64", "team": "STRING", "made": "BOOL"},
            },
            "nba_raw.teams": {"partition_by": "game_date", "columns": {"game_date": "DATE", "team": "STRING"}},
        }
    }
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDbWarehouse]:
    opened = DuckDbWarehouse(tmp_path, schemas=SCHEMAS)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("sql", "size"),
    [
        # Three rows on Nov 8 and one on Nov 9: an INT64 is 8 bytes, a DATE 8, a BOOL 1, a STRING taken for 14.
        ("SELECT player_id FROM nba_raw.shots WHERE game_date = @game_date", 3 * 16),
        ("SELECT player_id FROM nba_raw.shots WHERE game_date >= @season_start AND game_date < @game_date", 0),
        ("SELECT made FROM nba_raw.shots WHERE game_date >= @game_date", 4 * 9),
        # Without a condition on the partition, and with one that is no bound, every row is read.
        ("SELECT player_id FROM nba_raw.shots", 4 * 8),
        ("SELECT player_id FROM nba_raw.shots WHERE game_date IN UNNEST(@hidden_dates)", 4 * 16),
        ("SELECT * FROM nba_raw.teams WHERE game_date = @game_date", 2 * 22),
        ("SELECT COUNT(*) AS n FROM nba_raw.teams WHERE game_date = @game_date", 2 * 8),
        # Each table by its own condition: Nov 8 of the shots (16 + 14), all of the teams (8 + 14).
        (
            "SELECT s.player_id FROM nba_raw.shots AS s JOIN nba_raw.teams AS t ON t.team = s.team "
            "WHERE s.game_date = @game_date",
            3 * 30 + 3 * 22,
        ),
        (
            "SELECT s.player_id FROM nba_raw.shots AS s LEFT JOIN nba_raw.teams AS t "
            "ON t.game_date = @game_date AND t.team = s.team WHERE s.game_date = @game_date",
            3 * 30 + 2 * 22,
        ),
    ],
)
def test_the_bytes_of_a_query_are_its_columns_in_its_partitions(
    warehouse: DuckDbWarehouse, sql: str, size: int
) -> None:
    players = [{"game_date": NOV8, "player_id": number, "team": "BOS"} for number in range(3)]
    warehouse.load("nba_raw.shots", {NOV8: players, NOV9: [{"game_date": NOV9, "player_id": 9}]})
    teams = [{"game_date": NOV8, "team": team} for team in ("BOS", "NYK")]
    warehouse.load("nba_raw.teams", {NOV8: teams, NOV9: [{"game_date": NOV9, "team": "BOS"}]})
    values = {"game_date": NOV8, "season_start": date(2024, 10, 22), "hidden_dates": []}
    assert warehouse.query_bytes(sql, values) == size


def test_other_processes_see_the_same_bytes(warehouse: DuckDbWarehouse, tmp_path: Path) -> None:
    warehouse.load("nba_raw.teams", {NOV8: [{"game_date": NOV8, "team": "BOS"}], NOV9: []})
    sql = "SELECT team FROM nba_raw.teams WHERE game_date = @game_date"
    reader = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS)
    assert reader.query_bytes(sql, {"game_date": NOV8}) == warehouse.query_bytes(sql, {"game_date": NOV8}) == 22
    assert reader.query_bytes(sql, {"game_date": NOV9}) == 0
    reader.close()
