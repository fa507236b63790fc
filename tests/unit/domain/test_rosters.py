from datetime import date

import pytest
from hypothesis import given
from made_seasons import SMALL_REACH, Situation, situations
from ten_dates import DATES, PLAYER, seen

from shared.domain.closure import Setting, follow
from shared.domain.lookback import SeasonKnowledge, span
from shared.domain.policy import Policy
from shared.domain.release import Manifest, manifest
from shared.domain.rosters import roster_at, roster_of_manifest, target_at

NOBODY_YET = Setting(reach=SMALL_REACH, policy=Policy())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Position 9 is BOS, CHA and HOU; BOS played last on 7, CHA on 8.
        ("B.....B?.?", {PLAYER: "BOS"}),
        (".......B.?", {PLAYER: "BOS"}),
        # Listed without a minute is listed.
        (".......b.?", {PLAYER: "BOS"}),
        # Not listed in the latest game of the team that he played for.
        ("......B..?", {}),
        # Traded since: CHA's latest game has him, BOS's has him too and is older.
        (".......BC?", {PLAYER: "CHA"}),
        ("??????????", {}),
    ],
)
def test_who_is_expected_on_a_date(line: str, expected: dict[int, str]) -> None:
    roster = roster_at(seen(line), 9)
    assert (dict(roster.target.players), roster.listed) == (expected, False)
    assert roster.target.expected


def test_a_player_who_left_for_a_team_that_is_idle_is_expected_nowhere() -> None:
    """Position 8 is CHA, DEN and HOU: CHA's latest game, on 6, still lists him, but he played for BOS on 7."""
    assert roster_at(seen("......C.??"), 8).target.players == {PLAYER: "CHA"}
    assert roster_at(seen("......CB??"), 8).target.players == {}


def test_a_box_score_replaces_who_was_expected() -> None:
    roster = roster_at(seen(".......B.c"), 9)
    assert (dict(roster.target.players), roster.listed, roster.target.expected) == ({PLAYER: "CHA"}, True, False)


def test_nobody_is_expected_while_a_game_since_his_teams_latest_is_not_known() -> None:
    """Before position 9 BOS played on 7, CHA and HOU on 8: both are to be known first."""
    assert target_at(seen(".......B??"), 9, NOBODY_YET).players == {}
    assert target_at(seen(".......B.?"), 9, NOBODY_YET).players == {PLAYER: "BOS"}
    assert seen("..........").since_latest_games(("BOS", "CHA", "HOU"), 9) == span(7, 9)
    assert seen("..........").since_latest_games(("LAL",), 9) == 0


def foretold(situation: Situation, known: set[date]) -> tuple[SeasonKnowledge, Manifest]:
    """What is laid down for the target before its games, when history is fetched as it is asked for."""
    season = situation.season
    position = season.calendar.position[situation.target]
    knowledge = season.knowledge({day for day in known if day < situation.target})
    while True:
        setting = Setting(reach=SMALL_REACH, policy=Policy(), free=knowledge.known)
        closure = follow(knowledge, target_at(knowledge, position, setting), setting)
        if not closure.asked:
            return knowledge, manifest(knowledge, closure)
        for day in season.calendar.days(closure.missing(knowledge)):
            assert day < situation.target
            knowledge.learn(day, 1, season.boxes[day])


def expected_in(situation: Situation) -> dict[int, str]:
    """Who was listed for one of the target's teams in its latest game, and nowhere since, by the season's truth."""
    season, target = situation.season, situation.target
    before = [day for day in season.dates if day < target]
    players = {}
    for team in season.calendar.teams_on(target):
        latest = max((day for day in before if team in season.calendar.teams_on(day)), default=target)
        for player, line in season.boxes[latest].items() if latest < target else ():
            moved = any(player in season.boxes[day] for day in before if day > latest)
            if line.team == team and not moved:
                players[player] = team
    return players


@given(situations())
def test_a_roster_depends_on_no_order_of_arrival(situation: Situation) -> None:
    for known in (set(situation.known), set(), set(situation.season.dates)):
        _, laid_down = foretold(situation, known)
        assert laid_down.roster == expected_in(situation)


@given(situations())
def test_windows_of_a_roster_hold_each_game_of_its_players(situation: Situation) -> None:
    """Exact: his last games are among the dates read, above his floor, and nothing on or after the target is."""
    knowledge, laid_down = foretold(situation, set(situation.known))
    assert all(day < situation.target for day in laid_down.versions)
    assert laid_down.entities_version == 0
    for player in laid_down.roster or ():
        games = situation.season.games_played(player, situation.target)[: SMALL_REACH.player_games]
        floor, shortage = laid_down.floors.get(f"player:{player}", (knowledge.calendar.start, None))
        assert set(games) <= laid_down.versions.keys()
        assert shortage is None
        assert all(day >= floor for day in games)


def test_the_roster_is_kept_on_the_unit() -> None:
    setting = Setting(reach=SMALL_REACH, policy=Policy(), free=span(0, 9))
    knowledge = seen(".......BC?")
    body = manifest(knowledge, follow(knowledge, target_at(knowledge, 9, setting), setting)).body()
    assert body["roster"] == {str(PLAYER): "CHA"}
    assert roster_of_manifest(body) == {PLAYER: "CHA"}
    assert str(DATES[9]) not in body["versions"]


def test_a_target_released_for_its_listed_players_has_no_roster() -> None:
    setting = Setting(reach=SMALL_REACH, policy=Policy(), free=span(0, 10))
    knowledge = seen(".......BCc")
    body = manifest(knowledge, follow(knowledge, target_at(knowledge, 9, setting), setting)).body()
    assert "roster" not in body
    assert roster_of_manifest(body) is None
    assert roster_of_manifest(None) is None
