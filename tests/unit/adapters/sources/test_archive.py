"""The archive source: the facts of the real season, and what it says of a folder that holds none."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.adapters.sources import archive
from shared.adapters.sources.archive import FILES, ArchiveSource
from shared.domain.errors import Rejected, SourceMissing, SourceUnavailable
from shared.domain.landing_format import parse, render

Scraped = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def source(season_archive: Path) -> ArchiveSource:
    return ArchiveSource(season_archive)


@pytest.fixture(scope="module")
def season(source: ArchiveSource) -> dict[date, Scraped]:
    days = {date.fromisoformat(row["game_date"]) for row in source.schedule("2024-25")}
    return {day: source.scrape(day) for day in sorted(days)}


def of(season: dict[date, Scraped], file: str) -> list[dict[str, Any]]:
    return [row for scraped in season.values() for row in scraped[file]]


def test_the_real_season_is_whole(season: dict[date, Scraped]) -> None:
    assert len(season) == 163
    assert (min(season), max(season)) == (date(2024, 10, 22), date(2025, 4, 13))
    assert {file: len(of(season, file)) for file in FILES} == {
        "games": 1_230,
        "player_boxscores": 26_306,
        "shots": 219_527,
    }


def test_the_schedule_is_the_games_by_date(source: ArchiveSource, season: dict[date, Scraped]) -> None:
    assert source.schedule("2024-25") == of(season, "games")


@pytest.mark.integration
def test_every_row_is_in_the_landing_format_and_in_its_order(season: dict[date, Scraped]) -> None:
    for day, scraped in season.items():
        for file, rows in scraped.items():
            assert parse(file, file, render(rows), day) == rows


def test_the_traps_of_the_real_season_come_through(season: dict[date, Scraped]) -> None:
    boxes = of(season, "player_boxscores")
    assert sum(row["minutes"] == 0 for row in boxes) == 100
    assert len({row["game_id"] for row in boxes if row["started"] is None}) == 2
    teams = Counter(player for player, _ in {(row["player_id"], row["team"]) for row in boxes})
    assert sum(count > 1 for count in teams.values()) == 81


def test_renamed_columns_hold_what_the_landing_names_say(season: dict[date, Scraped]) -> None:
    boxes, shots = of(season, "player_boxscores"), of(season, "shots")
    assert all(row["points"] == 2 * (row["fgm"] - row["fg3m"]) + 3 * row["fg3m"] + row["ftm"] for row in boxes)
    made = Counter((row["game_id"], row["player_id"]) for row in shots if row["made"])
    assert all(made[row["game_id"], row["player_id"]] == row["fgm"] for row in boxes)
    assert all((row["is_assisted"] is None) == (not row["made"]) for row in shots)
    assert (max(row["seconds_left"] for row in shots), max(row["distance_ft"] for row in shots)) == (720, 85)


@pytest.mark.parametrize("day", [date(2024, 11, 28), date(2024, 12, 24), date(2025, 2, 16), date(2019, 1, 1)])
def test_a_date_without_games_is_missing(source: ArchiveSource, day: date) -> None:
    with pytest.raises(SourceMissing, match=f"no games on {day}"):
        source.scrape(day)


def test_threads_may_share_the_first_request(season_archive: Path, season: dict[date, Scraped]) -> None:
    fresh, days = ArchiveSource(season_archive), list(season)[:16]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(fresh.scrape, days)) == [season[day] for day in days]


def test_an_empty_folder_is_rejected_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        ArchiveSource(tmp_path).scrape(date(2024, 11, 15))
    assert str(caught.value) == (
        f"no schedule.parquet, player_boxscores.parquet, shots.parquet in {tmp_path}; "
        "SEASON_ARCHIVE names the season's folder"
    )


def test_a_folder_that_comes_later_is_found(tmp_path: Path) -> None:
    source = ArchiveSource(tmp_path / "later")
    with pytest.raises(Rejected):
        source.schedule("2024-25")
    (tmp_path / "later").mkdir()
    write_empty(tmp_path / "later", pa.schema(ARCHIVE_COLUMNS))
    with pytest.raises(SourceMissing):
        source.schedule("2024-25")


ARCHIVE_COLUMNS = [
    *((name, pa.string()) for name in ("season", "game_id", "player_name", "team", "opponent", "zone_basic")),
    *((name, pa.string()) for name in ("home_team", "away_team", "home_team_name", "away_team_name")),
    ("game_date", pa.date32()),
    *((name, pa.bool_()) for name in ("is_home", "started", "shot_made", "is_assisted")),
    *((name, pa.int64()) for name in ("home_score", "away_score", "player_id", "minutes", "pts", "fgm", "fga")),
    *((name, pa.int64()) for name in ("fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk")),
    *((name, pa.int64()) for name in ("tov", "pf", "plus_minus", "event_num", "period", "shot_value", "loc_x")),
    *((name, pa.int64()) for name in ("seconds_left_in_period", "shot_distance_ft", "loc_y")),
    *((name, pa.int64()) for name in ("assist_player_id", "block_player_id")),
]


def write_empty(folder: Path, schema: pa.Schema) -> None:
    for name in FILES.values():
        pq.write_table(schema.empty_table(), folder / name)


def test_files_without_the_columns_are_rejected(tmp_path: Path) -> None:
    write_empty(tmp_path, pa.schema(ARCHIVE_COLUMNS[:4]))
    with pytest.raises(Rejected, match=f"SEASON_ARCHIVE {tmp_path} is no season archive"):
        ArchiveSource(tmp_path).schedule("2024-25")


def test_files_that_are_no_parquet_are_rejected(tmp_path: Path) -> None:
    for name in FILES.values():
        (tmp_path / name).write_text("season,game_id\n")
    with pytest.raises(Rejected, match=f"SEASON_ARCHIVE {tmp_path} is no season archive"):
        ArchiveSource(tmp_path).schedule("2024-25")


@pytest.mark.parametrize("failure", [duckdb.IOException("disk"), OSError("disk")])
def test_a_disk_that_fails_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def fail(_: str) -> str:
        raise failure

    write_empty(tmp_path, pa.schema(ARCHIVE_COLUMNS))
    monkeypatch.setattr(archive, "_load_statement", fail)
    with pytest.raises(SourceUnavailable, match="disk"):
        ArchiveSource(tmp_path).schedule("2024-25")


@pytest.mark.parametrize("season", ["2023-24", "2025-26", "2024-25 "])
def test_a_season_it_does_not_hold_is_missing(source: ArchiveSource, season: str) -> None:
    with pytest.raises(SourceMissing, match=f"holds no season {season}"):
        source.schedule(season)
