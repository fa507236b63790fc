"""The demo season of the synthetic source: full size, and with every trap that lookbacks have to survive."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.adapters.sources.synthetic import DEMO_SEASON, SyntheticSource
from shared.adapters.sources.synthetic_players import FIRST_PLAYER_ID
from shared.domain.landing_format import parse, render

Scraped = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def demo() -> dict[date, Scraped]:
    source = SyntheticSource()
    days = {date.fromisoformat(row["game_date"]) for row in source.schedule(DEMO_SEASON)}
    return {day: source.scrape(day) for day in sorted(days)}


@pytest.fixture(scope="module")
def appearances(demo: dict[date, Scraped]) -> dict[int, list[tuple[date, str]]]:
    """Return each player's dates and teams in the demo season."""
    listed: dict[int, list[tuple[date, str]]] = {}
    for day, scraped in demo.items():
        for row in scraped["player_boxscores"]:
            listed.setdefault(row["player_id"], []).append((day, row["team"]))
    return listed


def test_the_demo_season_is_of_full_size(demo: dict[date, Scraped]) -> None:
    games = [row for scraped in demo.values() for row in scraped["games"]]
    assert len(games) == 1_230
    assert set(Counter(team for row in games for team in (row["home_team"], row["away_team"])).values()) == {82}
    assert (min(demo), max(demo)) == (date(2024, 10, 22), date(2025, 4, 13))
    assert len(demo[min(demo)]["games"]) == 2
    assert 155 <= len(demo) <= 164


@pytest.mark.parametrize("day", ["2024-11-05", "2024-11-28", "2024-12-17", "2024-12-18", "2024-12-24"])
def test_the_demo_season_has_days_off(demo: dict[date, Scraped], day: str) -> None:
    assert date.fromisoformat(day) not in demo


def test_the_demo_season_has_an_all_star_break(demo: dict[date, Scraped]) -> None:
    assert not demo.keys() & {date(2025, 2, day) for day in range(14, 19)}
    assert demo.keys() >= {date(2025, 2, 13), date(2025, 2, 19)}


@pytest.mark.integration
def test_every_line_of_the_demo_season_is_in_the_landing_format(demo: dict[date, Scraped]) -> None:
    for day, scraped in demo.items():
        for file, rows in scraped.items():
            assert len(parse(file, file, render(rows), day)) == len(rows)


def test_no_game_of_the_demo_season_ends_level(demo: dict[date, Scraped]) -> None:
    games = [row for scraped in demo.values() for row in scraped["games"]]
    assert all(row["home_score"] != row["away_score"] for row in games)
    overtimes = {row["game_id"] for scraped in demo.values() for row in scraped["shots"] if row["period"] == 5}
    assert 10 <= len(overtimes) <= 80


def test_every_game_of_the_demo_season_is_another_one(demo: dict[date, Scraped]) -> None:
    clocks: dict[str, list[int]] = {}
    for scraped in demo.values():
        for row in scraped["shots"]:
            clocks.setdefault(row["game_id"], []).append(row["seconds_left"])
    assert len({tuple(clock[:20]) for clock in clocks.values()}) == 1_230


def test_on_the_last_day_nearly_everybody_plays(demo: dict[date, Scraped]) -> None:
    assert len(demo[max(demo)]["games"]) >= 8


def test_first_men_rest_on_second_nights(demo: dict[date, Scraped]) -> None:
    """Of 60 first and second men, who are never traded, 12 % sit out the second of two nights, besides the hurt."""
    playing = {day: {row["player_id"] for row in scraped["player_boxscores"]} for day, scraped in demo.items()}
    teams = {row["player_id"]: row["team"] for scraped in demo.values() for row in scraped["player_boxscores"]}
    team_dates = {(row["team"], day) for day, scraped in demo.items() for row in scraped["player_boxscores"]}
    listed: dict[bool, list[bool]] = {True: [], False: []}
    for player in range(FIRST_PLAYER_ID, FIRST_PLAYER_ID + 60):
        for day in (day for team, day in team_dates if team == teams.get(player)):
            is_second_night = (teams[player], day - timedelta(days=1)) in team_dates
            listed[is_second_night].append(player in playing[day])
    shares = {night: sum(were) / len(were) for night, were in listed.items()}
    assert 0.07 <= shares[False] - shares[True] <= 0.17


def test_some_are_listed_without_playing(demo: dict[date, Scraped]) -> None:
    unused = [row for scraped in demo.values() for row in scraped["player_boxscores"] if row["minutes"] == 0]
    assert 50 <= len(unused) <= 200


def test_nobody_plays_twice_on_a_date(appearances: dict[int, list[tuple[date, str]]]) -> None:
    assert all(len({day for day, _ in listed}) == len(listed) for listed in appearances.values())


def test_some_are_traded_and_some_come_back(appearances: dict[int, list[tuple[date, str]]]) -> None:
    stays = [
        [team for (_, team), (_, before) in zip(listed, [(None, ""), *listed], strict=False) if team != before]
        for listed in appearances.values()
    ]
    assert sum(len(teams) == 2 for teams in stays) >= 10
    assert sum(len(teams) == 3 and teams[0] == teams[2] for teams in stays) >= 2


def test_some_come_late(appearances: dict[int, list[tuple[date, str]]]) -> None:
    late = [listed for listed in appearances.values() if listed[0][0] >= date(2025, 1, 1) and len(listed) >= 10]
    assert len(late) >= 8


def test_some_are_hurt_for_weeks(appearances: dict[int, list[tuple[date, str]]]) -> None:
    regulars = [listed for listed in appearances.values() if len(listed) >= 40]
    gaps = [max((b[0] - a[0]).days for a, b in pairwise(listed)) for listed in regulars]
    assert sum(gap >= 21 for gap in gaps) >= 30


def test_a_fixed_window_is_wrong_for_many(appearances: dict[int, list[tuple[date, str]]]) -> None:
    """The season is worth a demo only if the last ten games often span more than thirty days."""
    spans = [
        (listed[place][0] - listed[place - 10][0]).days
        for listed in appearances.values()
        for place in range(10, len(listed))
    ]
    assert 0.10 <= sum(span > 30 for span in spans) / len(spans) <= 0.35
