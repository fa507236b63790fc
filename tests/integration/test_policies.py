"""2025-02-10..12 and 2025-01-26 from an empty warehouse: exact, covered and capped windows against brute force."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from shared.service.app import App
from tests.acceptance import PLAYER_GAMES, TEAM_GAMES, assert_phase_4, played_before, rows_of, target_of, team_dates
from tests.oracle.season import Season
from tests.stack import all_units, digests, open_app, run

TARGETS = [date(2025, 2, 10), date(2025, 2, 11), date(2025, 2, 12)]
RANGE = {"start_date": "2025-02-10", "end_date": "2025-02-12", "request_id": "february"}
Runner = Callable[..., App]


@pytest.fixture(scope="module")
def fill(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    done: dict[str, App] = {}

    def filled(name: str, request: dict[str, Any], workers: int = 2) -> App:
        if name not in done:
            done[name] = open_app(tmp_path_factory.mktemp(name), season_archive=str(season_archive))
            run(done[name], request, workers=workers)
        return done[name]

    yield filled
    for app in done.values():
        app.warehouse.close()


def history(app: App, first_target: date) -> set[date]:
    return {unit.game_date for unit in all_units(app).values() if unit.game_date < first_target}


def test_exact_windows_take_every_earlier_date_and_equal_the_brute_force(fill: Runner, season: Season) -> None:
    app = fill("exact", RANGE)
    earlier = {day for day in season.dates if day < TARGETS[0]}
    assert history(app, TARGETS[0]) == earlier
    assert len(earlier) == 106
    for day in TARGETS:
        assert assert_phase_4(app, season, target_of(season, day)) > 0
        assert all_units(app)[f"units/4-{day}"].certified_share == 1.0


def stretch(season: Season, day: date, share: float) -> date:
    """Return the latest date from which `share` of the day's listed players have their last ten games."""
    played = played_before(season, day)
    lasts = []
    for row in season.player_games[day]:
        games = played.get(row["player_id"], [])
        lasts.append(games[PLAYER_GAMES - 1] if len(games) >= PLAYER_GAMES else season.dates[0])
    return sorted(lasts, reverse=True)[ceil(share * len(lasts)) - 1]


def team_windows(season: Season, days: list[date]) -> set[date]:
    return {
        each
        for day in days
        for pair in season.fixtures[day]
        for team in pair
        for each in team_dates(season, team, day)[:TEAM_GAMES]
    }


@pytest.mark.parametrize(("day", "days_back"), list(zip(TARGETS, (56, 39, 44), strict=True)))
def test_a_coverage_of_85_percent_reaches_back_as_far_as_it_must(
    fill: Runner, season: Season, day: date, days_back: int
) -> None:
    app = fill("covered", {**RANGE, "min_coverage": 0.85})
    floor = stretch(season, day, 0.85)
    assert (day - floor).days == days_back
    unit = all_units(app)[f"units/4-{day}"]
    assert unit.manifest is not None
    assert unit.manifest["floor"] == floor.isoformat()
    named = team_windows(season, TARGETS) | set(TARGETS)
    hidden = {each for each in season.dates if each < day and each < floor and each not in named}
    target = target_of(season, day, floor=floor, hidden=hidden)
    assert_phase_4(app, season, target)
    short = [player for player in target.players if player["shortage"]]
    assert unit.certified_share == pytest.approx(1 - len(short) / len(target.players))


def test_a_coverage_runs_not_one_date_more_than_it_needs(fill: Runner, season: Season) -> None:
    app = fill("covered", {**RANGE, "min_coverage": 0.85})
    needed = {each for day in TARGETS for each in season.dates if stretch(season, day, 0.85) <= each < TARGETS[0]} | {
        each for each in team_windows(season, TARGETS) if each < TARGETS[0]
    }
    assert history(app, TARGETS[0]) == needed


def test_a_cap_of_30_days_marks_the_short_rows_capped_with_the_quality_they_have(fill: Runner, season: Season) -> None:
    app = fill("capped", {**RANGE, "max_lookback_days": 30})
    certified = listed = 0
    for day in TARGETS:
        floor = day - timedelta(days=30)
        hidden = {each for each in season.dates if each < floor}
        named = {each for each in team_windows(season, TARGETS) if each >= TARGETS[0] - timedelta(days=30)}
        target = target_of(season, day, floor=floor, team_floor=floor, hidden=hidden - named)
        assert_phase_4(app, season, target)
        rows = rows_of(app, "player_shot_zone_analysis", day)
        assert {row["shortage_reason"] for row in rows} == {None, "capped"}
        certified += sum(player["shortage"] is None for player in target.players)
        listed += len(target.players)
    # 152 of 218, 69 of 91 and 230 of 314 players have their last ten games within 30 days.
    assert (certified, listed) == (451, 623)
    assert min(history(app, TARGETS[0])) == date(2025, 1, 11)


@pytest.mark.parametrize("policy", [{"min_coverage": 0.85}, {"max_lookback_days": 30}])
def test_two_runs_of_one_request_end_in_identical_tables(fill: Runner, policy: dict[str, Any]) -> None:
    name = "covered" if "min_coverage" in policy else "capped"
    first = fill(name, {**RANGE, **policy})
    second = fill(f"{name}-again", {**RANGE, **policy}, workers=8)
    assert digests(first) == digests(second)


def test_2025_01_26_needs_64_of_the_91_earlier_dates_and_no_other_runs(fill: Runner, season: Season) -> None:
    day = date(2025, 1, 26)
    app = fill("january", {"start_date": "2025-01-26", "end_date": "2025-01-26", "request_id": "january"})
    earlier = [each for each in season.dates if each < day]
    assert len(earlier) == 91
    assert history(app, day) == set(earlier[-64:])
    assert_phase_4(app, season, target_of(season, day, hidden=earlier[:-64]))
