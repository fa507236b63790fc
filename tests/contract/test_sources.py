"""What every Source keeps, whatever its games: run against the synthetic one and two that are made from it.

These are an archive written from it, and a site that answers from it as stats.nba.com would.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.adapters.sources.archive import COLUMNS, FILES, ArchiveSource
from shared.adapters.sources.nba_stats import NbaStatsSource
from shared.adapters.sources.synthetic import SyntheticSource
from shared.config import Config
from shared.domain.errors import Rejected, SourceMissing
from shared.domain.landing_format import FIELDS, parse, render
from shared.ports import Source
from tests.emulators.nba_site import RegularSeason, nba_site

SEASON = "2031-32"
SMALL = {"seed": 5, "teams": 4, "games_per_team": 8, "roster_size": 10}


def game_dates(source: Source) -> list[date]:
    return sorted({date.fromisoformat(row["game_date"]) for row in source.schedule(SEASON)})


def write_archive(source: Source, folder: Path) -> None:
    """Write the source's season as an archive, under the archive's own column names."""
    scraped = [source.scrape(day) for day in game_dates(source)]
    for file, name in FILES.items():
        names = {field.name: COLUMNS.get(field.name, field.name) for field in FIELDS[file]} | {"game_date": "game_date"}
        rows = [{names[field]: value for field, value in row.items()} for one in scraped for row in one[file]]
        for row in rows:
            row["game_date"] = date.fromisoformat(row["game_date"])
        pq.write_table(pa.Table.from_pylist(rows), folder / name)


@pytest.fixture(params=["synthetic", "archive", "nba_stats"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    synthetic = SyntheticSource(**SMALL)
    if request.param == "synthetic":
        yield synthetic
    elif request.param == "archive":
        write_archive(synthetic, tmp_path)
        yield ArchiveSource(tmp_path)
    else:
        with nba_site(RegularSeason(synthetic)) as site:
            yield NbaStatsSource.of_config(Config(source="nba_stats", nba_url=site.url, nba_seconds_between=0.0))


def test_every_date_of_the_schedule_can_be_scraped_into_landing_files(source: Source) -> None:
    for day in game_dates(source):
        scraped = source.scrape(day)
        assert list(scraped) == list(FIELDS)
        for file, rows in scraped.items():
            assert rows
            assert len(parse(file, file, render(rows), day)) == len(rows)


def test_the_schedule_lists_the_games_that_are_scraped(source: Source) -> None:
    def fixtures(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
        return sorted((row["game_date"], row["game_id"], row["home_team"], row["away_team"]) for row in rows)

    schedule = source.schedule(SEASON)
    assert [row["game_date"] for row in schedule] == sorted(row["game_date"] for row in schedule)
    assert len(parse("games", "schedule", render(schedule))) == len(schedule)
    assert {row["season"] for row in schedule} == {SEASON}
    scraped = [row for day in game_dates(source) for row in source.scrape(day)["games"]]
    assert fixtures(scraped) == fixtures(schedule)


def test_what_is_asked_twice_is_answered_the_same(source: Source) -> None:
    days = game_dates(source)
    first = [source.scrape(day) for day in days]
    assert [source.scrape(day) for day in reversed(days)] == first[::-1]


def test_the_caller_may_change_what_it_got(source: Source) -> None:
    day = game_dates(source)[0]
    before = render(source.scrape(day)["games"]), render(source.schedule(SEASON))
    source.scrape(day)["games"][0]["home_score"] = 0
    source.schedule(SEASON)[0]["home_team"] = "XXX"
    assert (render(source.scrape(day)["games"]), render(source.schedule(SEASON))) == before


@pytest.mark.parametrize("day", [date(2031, 7, 1), date(2031, 11, 27), date(2032, 6, 30), date(1970, 1, 1)])
def test_a_date_without_games_is_missing(source: Source, day: date) -> None:
    with pytest.raises(SourceMissing, match=f"no games on {day}"):
        source.scrape(day)


@pytest.mark.parametrize("season", ["2031", "2031-33", "2031-2032", "", "last"])
def test_what_is_no_season_is_rejected(source: Source, season: str) -> None:
    with pytest.raises(Rejected, match="season"):
        source.schedule(season)
