"""Where an entity vanishes, and what that is put down to."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from shared.domain.errors import InvalidInput
from shared.domain.units import Status, Unit
from shared.ports import Row
from shared.processors.registry import of_phase
from shared.service.app import App
from shared.service.explaining.explain import explain
from shared.service.explaining.explanation import State
from shared.service.explaining.trace import trace
from shared.service.explaining.trail import Kind
from tests.unit.service.world import SEASON, appear, complete, day, make_app, put

DAYS = [day(number) for number in range(6)]
DAY = day(3)
NAMES = {1: "Uno Player", 2: "Dos Player", 3: "Bench Player"}


def line(player: int, on: date, *, team: str = "AAA", minutes: int = 20) -> Row:
    game = {"season": SEASON, "game_date": on, "game_id": f"g{on}", "opponent": "BBB", "is_home": True, "points": 8}
    return {**game, "player_id": player, "player_name": NAMES[player], "team": team, "minutes": minutes}


def quality(player: int, on: date) -> Row:
    row = {"game_date": on, "player_id": player, "team": "AAA"}
    return {**row, "quality_score": 30, "games_used": 3, "shortage_reason": "season_start"}


def scheduled(on: date) -> Row:
    teams = {"home_team": "AAA", "away_team": "BBB", "home_team_name": "Aces", "away_team_name": "Bears"}
    return {"season": SEASON, "game_id": f"g{on}", "game_date": on, **teams}


@pytest.fixture
def app() -> App:
    """Players 1 and 3 are listed on every date, 3 with 0 minutes from the second on; 2 went to BBB after the second."""
    app = make_app(DAYS)
    app.warehouse.load("nba_raw.schedule", {each: [scheduled(each)] for each in DAYS})
    for number, each in enumerate(DAYS):
        bench = None if number else "AAA"
        listed: dict[int, str | None] = {1: "AAA", 3: bench}
        if number != 2:
            listed[2] = "AAA" if number < 2 else "BBB"
        appear(app, each, listed)
        rows = [line(1, each), line(3, each, minutes=0 if number else 5)]
        rows += [line(2, each, team=listed[2] or "AAA")] if 2 in listed else []
        app.warehouse.load("nba_raw.player_boxscores", {each: rows})
        app.warehouse.load("nba_analytics.player_game_summary", {each: rows})
        app.landing.write(each, "player_boxscores.jsonl", _lines(rows))
        app.landing.write(each, "games.jsonl", _lines([scheduled(each)]))
        _target(app, each, rows)
    return app


def _lines(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row, default=str) + "\n" for row in rows).encode()


def _target(app: App, on: date, rows: list[Row]) -> None:
    for phase in (1, 2, 3, 4, 5):
        logic = {each.name: each.logic for each in of_phase(phase)}
        put(app, complete(phase, on, logic=logic, updated_at=app.clock.now().isoformat()))
        for each in of_phase(phase) if phase > 3 else ():
            if each.key == ("player_id",):
                app.warehouse.load(each.table, {on: [quality(row["player_id"], on) for row in rows]})


def test_a_player_who_is_everywhere(app: App) -> None:
    found = trace(app, Kind.PLAYER, "uno", DAY)
    assert (found.state, found.vanishes, found.whole) == (State.SHORT_HISTORY, "", True)
    assert "3 of 10 games, quality 30, because the season was that young" in found.why
    assert [each.rows for each in found.stops] == [1] * len(found.stops)
    assert [(each.game_date, each.in_window) for each in found.history[:2]] == [(DAY, False), (day(2), True)]
    assert found.history[0].quality_score == 30


def test_without_a_date_it_is_his_teams_latest(app: App) -> None:
    assert trace(app, Kind.PLAYER, "1").game_date == DAYS[-1]
    assert trace(app, Kind.TEAM, "aaa").game_date == DAYS[-1]


def test_a_traded_player(app: App) -> None:
    found = trace(app, Kind.PLAYER, "dos", day(2))
    assert (found.state, found.whole) == (State.NOT_LISTED, False)
    assert found.vanishes.endswith("player_boxscores.jsonl")
    assert f"his next game, on {day(3)}, is for BBB: he was traded" in found.why
    assert found.commands == (f"backfill trace player 2 --date {day(3)}",)


def test_a_player_without_minutes(app: App) -> None:
    found = trace(app, Kind.PLAYER, "bench", DAY)
    assert (found.state, found.whole) == (State.DID_NOT_PLAY, True)
    assert f"listed on {DAY} with 0 minutes: he did not play" in found.why
    assert f"he played last on {day(0)}: Bench Player has his rows" in found.why
    assert found.commands == (f"backfill trace player 3 --date {day(0)}",)


def test_no_game_of_his_team(app: App) -> None:
    found = trace(app, Kind.PLAYER, "uno", day(10))
    assert (found.state, found.vanishes) == (State.NO_GAMES, "schedule")


@pytest.mark.parametrize(
    ("phase", "broken", "state"),
    [
        (2, lambda unit: replace(unit, status=Status.FAILED, error="AuditFailed: x", attempts=1), State.FAILED),
        (3, lambda unit: replace(unit, status=Status.PENDING), State.NOT_REQUESTED),
        (5, lambda unit: replace(unit, stale={"*": (f"4-{DAY}: 1 -> 2",)}), State.STALE),
    ],
)
def test_a_phase_that_holds_a_date_is_named(app: App, phase: int, broken: Callable[[Unit], Unit], state: State) -> None:
    held = app.ledger.unit(phase, DAY)
    assert held is not None
    put(app, broken(held.unit))
    for each in of_phase(phase):
        app.warehouse.load(each.table, {DAY: []})
    found = trace(app, Kind.PLAYER, "uno", DAY)
    assert (found.state, found.whole) == (state, False)
    assert found.chain[0].phase == phase
    assert found.vanishes == next(each.name for each in of_phase(phase) if each.key == ("player_id",))


def test_a_row_that_a_complete_phase_lost(app: App) -> None:
    app.warehouse.load("nba_analytics.player_game_summary", {DAY: [line(3, DAY)]})
    found = trace(app, Kind.PLAYER, "uno", DAY)
    assert (found.state, found.vanishes) == (State.STALE, "player_game_summary")
    assert found.commands == (f"backfill reprocess {DAY} --from-phase 3 --force",)


def test_a_file_that_has_gone_since_it_was_read(app: App) -> None:
    app.landing.write(DAY, "shots.jsonl", b"")
    filesystem = app.landing._filesystem  # type: ignore[attr-defined]
    filesystem.rm_file(app.landing._path(DAY, "player_boxscores.jsonl"))  # type: ignore[attr-defined]
    found = trace(app, Kind.PLAYER, "uno", DAY)
    assert (found.state, found.whole) == (State.FILE_MISSING, False)
    assert found.commands == (f"backfill request {DAY} --to-phase 2 --force",)


def test_a_row_missing_of_a_prediction_is_asked_for_again(app: App) -> None:
    app.warehouse.load("nba_predictions.player_points_predictions", {DAY: [quality(3, DAY)]})
    found = explain(app, DAY, player="uno")
    assert (found.state, found.held) == (State.STALE, True)
    assert "no row of 2024-10-25 in player_points_predictions" in found.why
    assert found.commands == (f"backfill request {DAY} --scenario downstream --force",)


def test_a_team_that_does_not_play(app: App) -> None:
    found = trace(app, Kind.TEAM, "AAA", day(9))
    assert (found.state, found.whole) == (State.NO_GAMES, False)


def test_a_game_has_a_date_of_its_own(app: App) -> None:
    assert trace(app, Kind.GAME, f"AAA BBB {DAY}").key == f"g{DAY}"
    with pytest.raises(InvalidInput, match="--date: got '2024-10-26'; expected no date, or the game's own"):
        trace(app, Kind.GAME, f"AAA BBB {DAY}", day(4))
