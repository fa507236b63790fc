"""Mornings of the real season: each date's predictions are there before its box score, and are what they should be."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.processors.registry import processor
from shared.service.app import App
from tests.integration.test_processors_against_oracle import ORACLE, assert_same_rows
from tests.oracle.brute_force import BruteForce, Target
from tests.oracle.season import Record, Season
from tests.stack import all_units, open_app, run, run_until_idle

OPENING = date(2024, 10, 22)
# The week of the trade deadline: players change teams between one game and the next.
MORNINGS = [date(2025, 2, day) for day in range(2, 7)]


@pytest.fixture(scope="module")
def app(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The season up to the first of February: Phases 1-3, and the last two dates predicted."""
    built = open_app(tmp_path_factory.mktemp("daily"), season_archive=str(season_archive))
    run(built, {"start_date": str(OPENING), "end_date": "2025-02-01", "to_phase": 3, "request_id": "history"})
    run(built, {"start_date": "2025-01-31", "end_date": "2025-02-01", "request_id": "so-far"})
    yield built
    built.warehouse.close()


def expected_target(season: Season, day: date) -> Target:
    """A date with those of its teams' latest games who were listed nowhere since, by the archive."""
    before = [each for each in season.dates if each < day]
    teams: dict[str, Record] = {}
    for home, away in season.fixtures[day]:
        for team, opponent in ((home, away), (away, home)):
            games = sum(team in pair for each in before for pair in season.fixtures[each])
            side = {"team": team, "opponent": opponent, "is_home": team == home, "team_games": games}
            teams[team] = {**side, "floor": OPENING, "shortage": None}
    latest: dict[int, tuple[date, str]] = {}
    for each in before:
        latest.update({row["player_id"]: (each, row["team"]) for row in season.player_games[each]})
    last_game = {team: max(each for each in before if _plays(season, team, each)) for team in teams}
    players = [
        {"player_id": player, **teams[team]}
        for player, (each, team) in latest.items()
        if team in teams and each == last_game[team]
    ]
    return Target(day, players, list(teams.values()))


def _plays(season: Season, team: str, day: date) -> bool:
    return any(team in pair for pair in season.fixtures[day])


def rows_of(app: App, table: str, day: date) -> list[Record]:
    select = f"SELECT * FROM {table} WHERE game_date = @game_date"  # noqa: S608
    return app.warehouse.query(select, {"game_date": day})


def test_every_morning_has_its_predictions_before_its_games(app: App, season: Season) -> None:
    for scraped in MORNINGS:
        app.bus.publish("phase1-requests", {"version": 1, "phase": 1, "game_date": scraped.isoformat()})
        run_until_idle(app)
        day = next(each for each in season.dates if each > scraped)
        units = all_units(app)
        assert f"units/3-{day}" not in units
        assert rows_of(app, "nba_raw.player_boxscores", day) == []
        assert units[f"units/5-{day}"].status.value == "complete"
        target = expected_target(season, day)
        brute = BruteForce(season, target)
        for name, expected in ORACLE.items():
            each = processor(name)
            assert_same_rows(rows_of(app, each.table, day), expected(brute), each.key)
        predicted = rows_of(app, "nba_predictions.player_points_predictions", day)
        assert sorted(row["player_id"] for row in predicted) == sorted(row["player_id"] for row in target.players)


def test_no_morning_makes_the_predictions_of_another_again(app: App) -> None:
    """After the mornings above: one attempt a target, though each of them has been played since but the last."""
    units = all_units(app)
    foretold = [unit for unit in units.values() if unit.phase == 4 and unit.game_date > MORNINGS[0]]
    assert len(foretold) == len(MORNINGS)
    assert {unit.fence for unit in foretold} == {1}
    assert not any(unit.stale for unit in foretold)
    assert all("roster" in (unit.manifest or {}) for unit in foretold)
