"""The window rules on the real season, by date and by name."""

from datetime import date
from pathlib import Path

import pytest
from real_season import REACH, RealSeason, extend, read_season, shortfall

from shared.domain.closure import Setting, Target, needed
from shared.domain.lookback import SeasonKnowledge
from shared.domain.policy import Policy

JAN_26 = date(2025, 1, 26)
FEB_10, FEB_11, FEB_12 = date(2025, 2, 10), date(2025, 2, 11), date(2025, 2, 12)
PAYTON, CASTLETON = "Elfrid Payton", "Colin Castleton"


@pytest.fixture(scope="module")
def season(season_archive: Path) -> RealSeason:
    return read_season(season_archive)


def setting(policy: Policy) -> Setting:
    return Setting(reach=REACH, policy=policy)


def asked_without(season: RealSeason, name: str, target: date, unknown: set[date]) -> set[date]:
    """What a player's windows ask for when every date but `unknown` is known."""
    player = season.players[name]
    knowledge = SeasonKnowledge(season.calendar)
    for day in set(season.dates) - unknown:
        line = season.boxes[day].get(player)
        knowledge.learn(day, 1, {player: line} if line else {})
    lone = Target(
        position=season.calendar.position[target],
        players={player: season.boxes[target][player].team},
        teams=(),
    )
    everything_read = Setting(reach=REACH, policy=Policy(), free=knowledge.known)
    return set(season.calendar.days(needed(knowledge, lone, everything_read)))


@pytest.mark.parametrize(("target", "dates", "earlier"), [(JAN_26, 64, 91)])
def test_the_one_target_whose_players_all_played_lately_needs_two_thirds(
    season: RealSeason, target: date, dates: int, earlier: int
) -> None:
    known = extend(season, target, setting(Policy()), set())
    assert (len(known), season.calendar.position[target]) == (dates, earlier)
    assert shortfall(season, target, setting(Policy()), known) == (20, 20)


@pytest.mark.parametrize(("target", "dates", "players"), [(FEB_10, 106, 218), (FEB_11, 107, 91), (FEB_12, 108, 314)])
def test_fringe_players_drag_an_exact_window_back_to_opening_night(
    season: RealSeason, target: date, dates: int, players: int
) -> None:
    known = extend(season, target, setting(Policy()), set())
    assert len(known) == season.calendar.position[target] == dates
    assert shortfall(season, target, setting(Policy()), known) == (players, players)


@pytest.mark.parametrize(
    ("target", "days_back", "certified"),
    [(FEB_10, 56, (186, 218)), (FEB_11, 39, (79, 91)), (FEB_12, 44, (268, 314))],  # 85.3 %, 86.8 %, 85.4 %
)
def test_a_share_of_85_percent_reaches_back_some_weeks(
    season: RealSeason, target: date, days_back: int, certified: tuple[int, int]
) -> None:
    covered = setting(Policy(min_coverage=0.85))
    known = extend(season, target, covered, set())
    assert (target - min(known)).days == days_back
    assert shortfall(season, target, covered, known) == certified


@pytest.mark.parametrize(
    ("target", "certified"),
    [(FEB_10, (152, 218)), (FEB_11, (69, 91)), (FEB_12, (230, 314))],  # 451 of 623 in all: 72.4 %
)
def test_thirty_days_certify_seventy_percent(season: RealSeason, target: date, certified: tuple[int, int]) -> None:
    capped = setting(Policy(max_lookback_days=30))
    known = extend(season, target, capped, set())
    assert (target - min(known)).days <= 30
    assert shortfall(season, target, capped, known) == certified


@pytest.mark.parametrize(
    ("name", "stints"),
    [
        (PAYTON, [("NOP", "", "2024-12-02"), ("CHA", "2025-02-09", "2025-02-24"), ("NOP", "2025-03-21", "")]),
        (
            CASTLETON,
            [
                ("MEM", "", ""),
                ("TOR", "", "2025-03-24"),
                ("PHI", "2025-04-03", "2025-04-11"),
                ("TOR", "2025-04-13", ""),
            ],
        ),
    ],
)
def test_the_two_who_were_traded_away_and_back(
    season: RealSeason, name: str, stints: list[tuple[str, str, str]]
) -> None:
    listed = [(day, season.boxes[day].get(season.players[name])) for day in season.dates]
    lines = [(day.isoformat(), line.team) for day, line in listed if line is not None]
    starts = [index for index in range(len(lines)) if index == 0 or lines[index][1] != lines[index - 1][1]]
    ends = [*(start - 1 for start in starts[1:]), len(lines) - 1]
    found = [(lines[start][1], lines[start][0], lines[end][0]) for start, end in zip(starts, ends, strict=True)]
    assert [team for team, _, _ in found] == [team for team, _, _ in stints]
    for (_, first, last), (_, first_told, last_told) in zip(found, stints, strict=True):
        assert first == (first_told or first)
        assert last == (last_told or last)


def back_again(season: RealSeason, name: str) -> date:
    """A date soon after his return, whose last 10 games began before he left."""
    listed = [day for day in season.dates if season.players[name] in season.boxes[day]]
    returned = {PAYTON: date(2025, 3, 21), CASTLETON: date(2025, 4, 13)}[name]
    return [day for day in listed if day >= returned][:3][-1]


@pytest.mark.parametrize("name", [PAYTON, CASTLETON])
def test_a_single_hole_inside_and_at_the_edge_is_needed_and_outside_is_not(season: RealSeason, name: str) -> None:
    target = back_again(season, name)
    games = season.games_played(season.players[name], target)
    inside, edge = games[4], games[9]
    outside = [day for day in season.dates if day < edge]
    assert asked_without(season, name, target, set()) == set()
    assert asked_without(season, name, target, {inside}) == {inside}
    assert asked_without(season, name, target, {edge}) == {edge}
    for day in outside:
        assert asked_without(season, name, target, {day}) == set()


@pytest.mark.parametrize(("name", "other"), [(PAYTON, "CHA"), (CASTLETON, "PHI")])
def test_every_date_with_the_other_team_is_found_though_his_team_of_today_was_idle(
    season: RealSeason, name: str, other: str
) -> None:
    target, player = back_again(season, name), season.players[name]
    away = {day for day in season.dates if (line := season.boxes[day].get(player)) and line.team == other}
    team = season.boxes[target][player].team
    # The trap: on some of those dates the team he is with again had no game, so its schedule would not ask for them.
    assert [day for day in away if team not in season.calendar.teams_on(day)]
    assert asked_without(season, name, target, away) == away


def test_a_day_off_is_never_needed(season: RealSeason) -> None:
    known = extend(season, FEB_12, setting(Policy()), set())
    for day in (date(2024, 11, 5), date(2024, 11, 28), date(2024, 12, 17), date(2024, 12, 18), date(2024, 12, 24)):
        assert day not in known
        assert day not in season.calendar.position


def test_a_row_of_no_minutes_is_listed_and_not_played(season: RealSeason) -> None:
    lines = [(day, player, line) for day in season.dates for player, line in season.boxes[day].items()]
    rows = [(day, player) for day, player, line in lines if not line.played]
    assert len(rows) == 100
    knowledge = season.knowledge(set(season.dates))
    day, player = rows[0]
    position = season.calendar.position[day]
    assert knowledge.listings(player, position + 1)[0].played is False
    assert knowledge.games_since(player, position + 1, position, knowledge.known) == 0
