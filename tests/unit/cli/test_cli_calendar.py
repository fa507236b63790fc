from datetime import date
from pathlib import Path

import pytest

from shared import bootstrap
from shared.config import Config
from shared.domain.messages import CalendarRequest
from shared.ports import Row, Source
from shared.service.load_calendar import load_calendar
from tests.unit.cli.conftest import Backfill

GONE = date(2024, 10, 24)


class Postponed:
    """The synthetic source without the games of a date."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def schedule(self, season: str) -> list[Row]:
        return [row for row in self._source.schedule(season) if str(row["game_date"]) != str(GONE)]

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        return self._source.scrape(game_date)


@pytest.fixture
def postponed(home: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Have the source postpone the games of a date; return how many there were."""
    app = bootstrap.embedded(Config(home=str(home)), reading=True)
    games = len(app.ledger.calendar("2024-25").fixtures[GONE])
    source = bootstrap.source
    monkeypatch.setattr(bootstrap, "source", lambda config: Postponed(source(config)))
    return games


def test_a_load_says_what_changed(backfill: Backfill, home: Path, postponed: int) -> None:
    result = backfill("calendar", "--load", "2024-25")
    assert result.code == 0
    assert f"{postponed} games changed" in result.out
    assert result.out.count("dropped") == postponed
    assert f"{GONE}" in result.out


def test_a_load_says_what_changed_in_json_too(backfill: Backfill, home: Path, postponed: int) -> None:
    found = backfill("calendar", "--load", "2024-25", "--json").json
    assert len(found["changes"]) == postponed
    assert {(each["kind"], each["before"], each["after"]) for each in found["changes"]} == {
        ("dropped", str(GONE), None)
    }
    assert backfill("calendar", "--load", "2024-25", "--json").json["changes"] == []


def test_a_first_load_has_nothing_to_compare_with(
    backfill: Backfill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = backfill("calendar", "--load", "2024-25", "--home", tmp_path / "new")
    assert result.code == 0
    assert "changed" not in result.out


def test_check_tells_a_dropped_date_from_one_without_games(backfill: Backfill, home: Path, postponed: int) -> None:
    backfill("calendar", "--load", "2024-25")
    result = backfill("check", GONE, GONE)
    assert (result.code, f"{GONE}: no game any more (calendar revision 2)" in result.out) == (0, True)
    (dropped,) = backfill("check", GONE, GONE, "--json").json["dropped"]
    assert dropped == {"game_date": str(GONE), "reason": "no game any more (calendar revision 2)", "phases": []}


def test_rows_of_a_dropped_date_are_cleared(backfill: Backfill, home: Path, postponed: int) -> None:
    refused = backfill("calendar", "--clear", GONE)
    assert refused.code == 2
    assert "date: got '2024-10-24'; expected a date that has no game any more" in refused.err
    app = bootstrap.embedded(Config(home=str(home)))
    schedule = list(bootstrap.source(Config()).schedule("2024-25"))[:1]
    row = {name: schedule[0][name] for name in ("season", "game_id", "home_team", "away_team")}
    app.warehouse.load("nba_raw.games", {GONE: [{**row, "game_date": str(GONE)}]})
    load_calendar(app, CalendarRequest(season="2024-25"))
    app.warehouse.close()  # type: ignore[attr-defined]
    assert "nba_raw.games: 1 row of 2024-10-24 removed" in backfill("calendar", "--clear", GONE).out
    assert "No table has rows of 2024-10-24." in backfill("calendar", "--clear", GONE).out
    assert backfill("calendar", "--clear", GONE, "--json").json == {"date": str(GONE), "removed": {}}
