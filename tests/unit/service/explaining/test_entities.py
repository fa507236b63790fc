"""Players, teams and games are found by what people call them; what is not found names what is."""

from datetime import date

import pytest

from shared.domain.errors import InvalidInput
from shared.ports import Row
from shared.service.app import App
from shared.service.explaining.entities import FoundPlayer, find_players, resolve_game, resolve_player, resolve_team
from tests.unit.service.world import SEASON, calendar_of, day, make_app

NAMES = {
    1: "Nikola Vučević",
    2: "Jaylin Williams",
    3: "Jalen Williams",
    4: "Jimmy Butler III",
    5: "Gary Payton",
    6: "Gary Payton II",
    7: "Alex Twin",
    8: "Álex Twin Jr.",
}
TEAM_NAMES = {"AAA": "Alder Aces", "BBB": "Birch Bears"}


def line(player: int, on: date, team: str = "AAA") -> Row:
    game = {"season": SEASON, "game_date": on, "game_id": f"g{on}", "opponent": "BBB", "is_home": True}
    return {**game, "player_id": player, "player_name": NAMES[player], "team": team, "minutes": 10}


def scheduled(number: int) -> Row:
    teams = {"home_team": "AAA", "away_team": "BBB", "home_team_name": "Alder Aces", "away_team_name": "Birch Bears"}
    return {"season": SEASON, "game_id": f"00{number}", "game_date": day(number), **teams}


@pytest.fixture
def app() -> App:
    made = make_app([day(number) for number in range(3)])
    made.warehouse.load("nba_raw.schedule", {day(number): [scheduled(number)] for number in range(3)})
    first = [line(player, day(0)) for player in NAMES]
    made.warehouse.load("nba_raw.player_boxscores", {day(0): first, day(1): [line(1, day(1), team="BBB")]})
    return made


@pytest.mark.parametrize(
    ("text", "player"),
    [
        ("1", 1),
        ("nikola vucevic", 1),
        ("VUČEVIĆ", 1),
        ("Jalen Williams", 3),
        ("jaylin", 2),
        ("jimmy butler", 4),
        ("Jimmy Butler Jr.", 4),
        # A suffix decides where two differ by nothing else.
        ("Gary Payton II", 6),
        ("gary payton", 5),
        ("alex twin", 7),
        ("alex twin jr", 8),
    ],
)
def test_a_player_is_found(app: App, text: str, player: int) -> None:
    assert resolve_player(app, text).player_id == player


def test_a_player_is_as_his_latest_game_has_him(app: App) -> None:
    expected = FoundPlayer(player_id=1, player_name="Nikola Vučević", team="BBB", season=SEASON, last_date=day(1))
    assert resolve_player(app, "1") == expected


def test_an_ambiguous_name_lists_the_candidates(app: App) -> None:
    with pytest.raises(InvalidInput, match=r"one of 2 players so called: .*\(3, AAA\), Jaylin Williams \(2, AAA\)"):
        resolve_player(app, "williams")


def test_a_typo_lists_the_nearest(app: App) -> None:
    with pytest.raises(InvalidInput, match=r"did you mean Nikola Vučević \(1, BBB\)\?"):
        resolve_player(app, "Nikola Vukevic")


@pytest.mark.parametrize("text", ["zzzz", "", "999", "-"])
def test_nobody_is_meant(app: App, text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^player: got .* the loaded box scores$"):
        resolve_player(app, text)


def test_nothing_is_loaded() -> None:
    with pytest.raises(InvalidInput, match="none is loaded yet"):
        resolve_player(make_app([day(0)]), "vucevic")


def test_find_players_has_a_limit(app: App) -> None:
    assert [each.player_id for each in find_players(app, "williams")] == [3, 2]
    assert [each.player_id for each in find_players(app, "williams", 1)] == [3]
    assert [each.player_id for each in find_players(app, "vukevic")] == [1]


@pytest.mark.parametrize(("text", "team"), [("aaa", "AAA"), (" BBB ", "BBB"), ("Birch Bears", "BBB"), ("bears", "BBB")])
def test_a_team_is_found(app: App, text: str, team: str) -> None:
    assert resolve_team(app, text) == team


def test_a_team_that_there_is_none_of_lists_them(app: App) -> None:
    with pytest.raises(InvalidInput, match=r"a team of the schedule: AAA, BBB$"):
        resolve_team(app, "ZZZ")


@pytest.mark.parametrize("text", ["001", "AAA BBB 2024-10-23", "bbb @ aaa 2024-10-23", "BBB-AAA 2024-10-23"])
def test_a_game_is_found(app: App, text: str) -> None:
    assert resolve_game(app, text).game_date == day(1)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("009", "two teams and a date"),
        ("AAA BBB 2024-10-29", "AAA and BBB meet on 2024-10-22, 2024-10-23, 2024-10-24; on 2024-10-29: no game"),
        ("AAA ZZZ 2024-10-23", "a team of the schedule"),
        ("AAA BBB tomorrow", "a date such as"),
    ],
)
def test_a_game_that_is_not(app: App, text: str, right: str) -> None:
    with pytest.raises(InvalidInput, match=right):
        resolve_game(app, text)


def test_teams_are_known_by_the_calendar_before_the_schedule_is_in_the_warehouse() -> None:
    made = make_app([day(0)])
    assert calendar_of([day(0)]).team_masks.keys() == {"AAA", "BBB"}
    assert resolve_team(made, "aaa") == "AAA"
