"""Rules that the statements decide row by row, on a few rows made up for each."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.ports import Job, Row
from shared.processors.registry import processor

START = date(2024, 10, 22)
TARGET = date(2024, 12, 1)
PLAYER_GAMES = "nba_analytics.player_game_summary"
DEFENSE = "nba_analytics.team_defense_game_summary"
FEATURES = "nba_predictions.ml_feature_store"

COUNTS = ("fgm", "fga", "fg3m", "fta", "reb", "ast", "stl", "blk", "tov")
ZONES = ("paint", "mid_range", "three_pt")


@pytest.fixture
def warehouse() -> Iterator[DuckDbWarehouse]:
    opened = DuckDbWarehouse(threads=1)
    yield opened
    opened.close()


def day(number: int) -> date:
    return START + timedelta(days=number)


def game(number: int, **changes: Any) -> Row:
    """Return a player-game on the number-th day: 10 points in 20 minutes, no shots."""
    row = {"game_date": day(number), "game_id": f"g{number}", "player_id": 1, "team": "BOS", "opponent": "NYK"}
    row |= {"minutes": 20, "points": 10, "usage_rate": 20.0, "ts_pct": 0.5, **dict.fromkeys(COUNTS, 0)}
    row |= {f"{zone}_{what}": 0 for zone in ZONES for what in ("attempts", "makes")}
    return {**row, "assisted_fg_makes": 0, "unassisted_fg_makes": 0, **changes}


def defended(number: int, **changes: Any) -> Row:
    """Return a team-game on the number-th day: 100 possessions, 110 points and 40 of 80 shots allowed."""
    row = {"game_date": day(number), "game_id": f"g{number}", "team": "NYK", "opponent": "BOS", "minutes": 240}
    row |= {"points_allowed": 110, "game_possessions": 100.0}
    for zone, attempts in (("paint", 40), ("mid_range", 20), ("three_pt", 20)):
        row |= {f"{zone}_attempts_allowed": attempts, f"{zone}_makes_allowed": attempts // 2, f"{zone}_blocks": 1}
    return {**row, **changes}


def player(**changes: Any) -> Row:
    side = {"player_id": 1, "team": "BOS", "opponent": "NYK", "is_home": True}
    return {**side, "floor": START, "shortage": None, "team_games": 20, **changes}


def team(**changes: Any) -> Row:
    side = {"team": "NYK", "opponent": "BOS", "is_home": False}
    return {**side, "floor": START, "shortage": None, "team_games": 20, **changes}


def run(warehouse: DuckDbWarehouse, name: str, **parameters: Any) -> list[Row]:
    """Return the rows of one processor for TARGET, sorted by player or team."""
    each = processor(name)
    given_ = {
        "game_date": TARGET,
        "season": "2024-25",
        "season_start": START,
        "hidden_dates": [],
        "players": [player()],
        "teams": [team()],
        "early_season": "degrade",
        "processed_at": datetime(2025, 1, 1, tzinfo=UTC),
        "backfill_id": "",
    }
    job = Job(
        unit=f"{each.phase}-{TARGET}",
        fence=1,
        processor=name,
        table=each.table,
        game_date=TARGET,
        sql=each.sql,
        parameters={**given_, **parameters},
    )
    staged = warehouse.stage(job)
    rows = warehouse.query("SELECT * FROM staging.rows", {}, {"staging.rows": staged.staging})
    return sorted(rows, key=lambda row: tuple(row[column] for column in each.key))


@pytest.mark.parametrize(
    ("paint", "mid_range", "three_pt", "zone"),
    [
        (40, 20, 40, "paint"),  # Both at 40: paint comes first.
        (39, 21, 40, "perimeter"),
        (39, 35, 26, "mid_range"),
        (39, 34, 27, "balanced"),
        (0, 0, 0, None),
    ],
)
def test_primary_zone_is_the_first_that_reaches_its_threshold(
    warehouse: DuckDbWarehouse, paint: int, mid_range: int, three_pt: int, zone: str | None
) -> None:
    shots = {"paint_attempts": paint, "mid_range_attempts": mid_range, "three_pt_attempts": three_pt}
    warehouse.append(PLAYER_GAMES, [game(1, **shots)])
    [row] = run(warehouse, "player_shot_zone_analysis")
    assert row["primary_scoring_zone"] == zone
    assert row["paint_rate_last_10"] == (paint if zone else None)


def test_a_listed_game_without_minutes_is_not_played(warehouse: DuckDbWarehouse) -> None:
    games = [game(number) for number in range(1, 11)]
    warehouse.append(PLAYER_GAMES, [*games, game(11, minutes=0, points=0, usage_rate=None)])
    for name in ("player_shot_zone_analysis", "player_daily_cache", "player_composite_factors"):
        [row] = run(warehouse, name)
        assert (row["games_used"], row["window_start"], row["window_end"]) == (10, day(1), day(10))
    [season] = run(warehouse, "player_season_profile")
    assert season["games_used"] == 10


def test_games_for_a_former_team_count(warehouse: DuckDbWarehouse) -> None:
    warehouse.append(PLAYER_GAMES, [game(1, team="LAL", points=30), game(2, points=10)])
    [row] = run(warehouse, "player_daily_cache")
    assert (row["games_used"], row["points_avg_last_10"], row["team"]) == (2, 20, "BOS")


def test_the_eleventh_last_game_is_in_no_window_of_ten(warehouse: DuckDbWarehouse) -> None:
    warehouse.append(PLAYER_GAMES, [game(1, points=1000), *(game(number) for number in range(2, 12))])
    [row] = run(warehouse, "player_daily_cache")
    assert (row["points_avg_last_10"], row["window_start"], row["games_in_sample_20"]) == (10, day(2), 11)
    assert row["points_avg_last_20"] == 100  # (1000 + 10 x 10) / 11.


@pytest.mark.parametrize(
    ("left_out", "days_left"),
    [({"floor": day(5)}, 6), ({"hidden_dates": [day(3), day(4)]}, 8), ({"season_start": day(3)}, 8)],
)
def test_floor_hidden_dates_and_season_start_leave_games_out(
    warehouse: DuckDbWarehouse, left_out: dict[str, Any], days_left: int
) -> None:
    warehouse.append(PLAYER_GAMES, [game(number) for number in range(1, 11)])
    floor = {"players": [player(floor=left_out["floor"])]} if "floor" in left_out else left_out
    for name in ("player_shot_zone_analysis", "player_daily_cache", "player_composite_factors"):
        [row] = run(warehouse, name, **floor)
        assert row["games_used"] == days_left


@pytest.mark.parametrize(
    ("games", "entity", "score", "early", "reason"),
    [
        (10, {"shortage": "capped"}, 100, False, None),  # Enough all the same: nothing is short.
        (3, {"shortage": "capped", "team_games": 3}, 30, True, "capped"),
        (3, {"shortage": "missing_data"}, 30, False, "missing_data"),
        (3, {"team_games": 3}, 30, True, "season_start"),
        (7, {"team_games": 9}, 70, True, "season_start"),
        (7, {"team_games": 10}, 70, False, "absent"),
        (0, {"team_games": 0}, 0, True, "season_start"),
    ],
)
def test_short_history_is_scored_and_explained(
    warehouse: DuckDbWarehouse, games: int, entity: Row, score: int, early: bool, reason: str | None
) -> None:
    if games:
        warehouse.append(PLAYER_GAMES, [game(number) for number in range(1, games + 1)])
    for name in ("player_shot_zone_analysis", "player_daily_cache", "player_composite_factors"):
        [row] = run(warehouse, name, players=[player(**entity)])
        assert row["games_used"] == games
        found = (row["quality_score"], row["early_season_flag"], row["shortage_reason"])
        assert found == (score, early, reason)


# games of 15 needed, each score rounded half up: 100 x 7 / 15 = 46.67, 100 x 8 / 15 = 53.33.
@pytest.mark.parametrize(("games", "score"), [(0, 0), (7, 47), (8, 53), (15, 100), (16, 100)])
def test_a_team_needs_fifteen_games(warehouse: DuckDbWarehouse, games: int, score: int) -> None:
    if games:
        warehouse.append(DEFENSE, [defended(number) for number in range(1, games + 1)])
    [row] = run(warehouse, "team_defense_zone_analysis")
    assert (row["games_used"], row["quality_score"]) == (min(games, 15), score)


@pytest.mark.parametrize(
    ("name", "minimum"),
    [
        ("player_shot_zone_analysis", 5),
        ("player_composite_factors", 3),
        ("player_daily_cache", 5),
        ("player_season_profile", 3),
    ],
)
def test_skip_leaves_out_exactly_those_below_the_minimum(warehouse: DuckDbWarehouse, name: str, minimum: int) -> None:
    enough = [game(number, player_id=1) for number in range(1, minimum + 1)]
    short = [game(number, player_id=2) for number in range(1, minimum)]
    warehouse.append(PLAYER_GAMES, enough + short)
    players = [player(player_id=number) for number in (1, 2, 3)]
    rows = run(warehouse, name, early_season="skip", players=players)
    assert [row["player_id"] for row in rows] == [1]
    assert len(run(warehouse, name, early_season="degrade", players=players)) == 3


def test_defaults_are_the_leagues_means_with_the_players_own_quality(warehouse: DuckDbWarehouse) -> None:
    regular = [game(number, player_id=2, points=21) for number in range(1, 6)]
    warehouse.append(PLAYER_GAMES, [*regular, game(1, points=3)])
    players = [player(), player(player_id=2)]
    rookie, other = run(warehouse, "player_daily_cache", early_season="defaults", players=players)
    assert rookie["points_avg_last_5"] == 18  # (5 x 21 + 3) / 6 over every player-game.
    assert (rookie["games_used"], rookie["quality_score"]) == (1, 10)
    assert other["points_avg_last_5"] == 21


# Worth of a back-to-back: 40 for the rest, 5 x 1 game, 32 / 8 and 32 / 16 minutes; capped at 20 for minutes.
@pytest.mark.parametrize(
    ("ago", "minutes", "fatigue"),
    [(1, 32, 40 + 5 + 4 + 2), (2, 32, 20 + 5 + 4 + 2), (3, 32, 10 + 5 + 4 + 2), (8, 32, 2), (15, 32, 0)],
)
def test_fatigue_adds_rest_games_and_minutes(
    warehouse: DuckDbWarehouse, ago: int, minutes: int, fatigue: float
) -> None:
    older = [game(number, minutes=1) for number in (1, 2)]
    latest = (TARGET - START).days - ago
    warehouse.append(PLAYER_GAMES, [*older, game(latest, minutes=minutes)])
    [row] = run(warehouse, "player_composite_factors")
    assert row["fatigue_score"] == fatigue
    assert (row["days_of_rest"], row["is_back_to_back"]) == (ago - 1, ago == 1)


def test_minutes_of_a_week_and_of_a_fortnight_tire_by_twenty_at_most(warehouse: DuckDbWarehouse) -> None:
    latest = (TARGET - START).days - 3
    warehouse.append(PLAYER_GAMES, [game(1), game(2), game(latest, minutes=400)])
    [row] = run(warehouse, "player_composite_factors")
    assert row["fatigue_score"] == 10 + 5 + 20 + 20


@pytest.mark.parametrize("name", ["player_composite_factors", "player_daily_cache"])
def test_seven_and_fourteen_days_ago_are_the_last_days_that_count(warehouse: DuckDbWarehouse, name: str) -> None:
    length = (TARGET - START).days
    warehouse.append(PLAYER_GAMES, [game(length - ago) for ago in (7, 8, 14, 15)])
    [row] = run(warehouse, name)
    assert (row["games_last_7"], row["games_last_14"], row["days_of_rest"]) == (1, 3, 6)


def test_pace_is_the_mean_of_both_teams_against_their_leagues(warehouse: DuckDbWarehouse) -> None:
    warehouse.append(PLAYER_GAMES, [game(number) for number in range(30, 40)])
    paces = {"BOS": (110.0, 100.0), "NYK": (102.0, 100.0)}
    warehouse.append(
        "nba_precompute.team_defense_zone_analysis",
        [
            {"game_date": TARGET, "team": name, "pace_last_15": own, "league_pace": of}
            for name, (own, of) in paces.items()
        ],
    )
    [row] = run(warehouse, "player_composite_factors")
    assert row["pace_score"] == pytest.approx((10 + 2) / 2)
    assert row["pace_adjustment"] == pytest.approx(0.3 * 10 * 6 / 100)


@pytest.mark.parametrize(("games", "defaults"), [(2, True), (3, False)])
def test_below_three_games_the_factors_are_a_league_average_players(
    warehouse: DuckDbWarehouse, games: int, defaults: bool
) -> None:
    warehouse.append(PLAYER_GAMES, [game(number, usage_rate=10.0 * number) for number in range(30, 30 + games)])
    [row] = run(warehouse, "player_composite_factors")
    assert row["uses_defaults"] == defaults
    assert (row["fatigue_score"] == 45) == defaults
    assert (row["total_adjustment"] == 0) == defaults


def test_factors_stay_in_their_bounds_whatever_the_opponent_allows(warehouse: DuckDbWarehouse) -> None:
    star = {"points": 100, "paint_attempts": 60, "paint_makes": 30}
    older = [game(number, **star, usage_rate=1.0) for number in range(30, 35)]
    warehouse.append(PLAYER_GAMES, [*older, *(game(number, **star, usage_rate=99.0) for number in range(35, 40))])
    columns = {"game_date": TARGET, "player_id": 1, "team": "BOS", "paint_rate_last_10": 100.0}
    rates = dict.fromkeys(("mid_range_rate_last_10", "three_pt_rate_last_10"), 0.0)
    attempts = {f"{zone}_attempts_per_game": 60.0 for zone in ZONES}
    warehouse.append("nba_precompute.player_shot_zone_analysis", [{**columns, **rates, **attempts}])
    pace = {"pace_last_15": 150.0, "league_pace": 100.0}
    weak = {f"{zone}_defense_vs_league": 50.0 for zone in ZONES}
    sides = [{"game_date": TARGET, "team": name, **pace, **weak} for name in ("BOS", "NYK")]
    warehouse.append("nba_precompute.team_defense_zone_analysis", sides)
    [row] = run(warehouse, "player_composite_factors")
    assert (row["zone_mismatch_adjustment"], row["pace_adjustment"]) == (1.5, 1)
    assert (row["fatigue_adjustment"], row["usage_trend_adjustment"]) == (-1, 1)


# League: the other team allows 50 % everywhere, as does this one but for what is changed below.
@pytest.mark.parametrize(
    ("changes", "strongest", "weakest"),
    [
        ({}, None, None),
        ({"paint_makes_allowed": 10}, "paint", "perimeter"),  # The two others tie: the last is the weakest.
        ({"three_pt_makes_allowed": 2}, "perimeter", "mid_range"),
        ({"mid_range_makes_allowed": 15}, "paint", "mid_range"),  # A tie again: the first is the strongest.
        ({"paint_makes_allowed": 10, "three_pt_makes_allowed": 15}, "paint", "perimeter"),
        ({"paint_makes_allowed": 10, "mid_range_makes_allowed": 5}, "paint", "perimeter"),  # Both 25 %.
    ],
)
def test_zones_are_ranked_against_the_league_with_stated_ties(
    warehouse: DuckDbWarehouse, changes: Row, strongest: str | None, weakest: str | None
) -> None:
    warehouse.append(DEFENSE, [defended(1, **changes), *(defended(1, team=f"T{n}") for n in range(9))])
    [row] = run(warehouse, "team_defense_zone_analysis")
    assert (row["strongest_zone"], row["weakest_zone"]) == (strongest, weakest)


def test_the_league_is_that_of_the_teams_own_window(warehouse: DuckDbWarehouse) -> None:
    """A league game before the team's first game used is not compared with."""
    before = defended(1, team="LAL", paint_makes_allowed=0)
    same = [defended(2, team="LAL", paint_makes_allowed=30), defended(3, team="LAL", paint_makes_allowed=10)]
    warehouse.append(DEFENSE, [before, defended(2), *same])
    [row] = run(warehouse, "team_defense_zone_analysis")
    assert row["league_paint_pct"] == 0.5  # (20 + 30 + 10) of 120.
    assert row["paint_defense_vs_league"] == 0


def test_ranks_break_ties_by_player_id_and_leave_out_who_played_less_than_three(warehouse: DuckDbWarehouse) -> None:
    games = [game(number, player_id=who) for who in (4, 3) for number in (1, 2, 3)]
    best = [game(number, player_id=9, points=11) for number in (1, 2, 3)]
    twice = [game(number, player_id=1, points=50) for number in (1, 2)]
    warehouse.append(PLAYER_GAMES, [*games, *best, *twice])
    players = [player(player_id=who) for who in (1, 3, 4, 9)]
    rows = run(warehouse, "player_season_profile", players=players)
    assert [(row["player_id"], row["points_rank"], row["players_ranked"]) for row in rows] == [
        (1, None, 3),
        (3, 2, 3),
        (4, 3, 3),
        (9, 1, 3),
    ]


def test_a_season_profile_reads_below_the_floor_and_hidden_dates_lower_its_quality(
    warehouse: DuckDbWarehouse,
) -> None:
    warehouse.append(PLAYER_GAMES, [game(number) for number in range(1, 5)])
    short = player(floor=day(4), shortage=None)
    [row] = run(warehouse, "player_season_profile", players=[short], hidden_dates=[day(2)])
    # 3 games used, 1 hidden date: 100 x 3 / 4.
    assert (row["games_used"], row["quality_score"], row["shortage_reason"]) == (3, 75, "capped")


MEANS = ("points_avg_last_5", "points_avg_last_10", "points_avg_last_20", "points_avg_season")


def feature(**changes: Any) -> Row:
    row = {"game_date": TARGET, "player_id": 1, "team": "BOS", "opponent": "NYK", "is_home": True}
    row |= dict.fromkeys(MEANS, 20.0)
    row |= {"minutes_avg_last_5": 30.0, "minutes_avg_season": 30.0, "points_std_last_10": 0.0}
    row |= {"total_adjustment": 0.0, "games_used": 10, "quality_score": 100, "early_season_flag": False}
    return {**row, **changes}


@pytest.mark.parametrize(
    ("changes", "points", "confidence"),
    [
        ({}, 0.96 * 20, 100),
        ({"total_adjustment": 1.0}, 0.96 * 20 + 1, 100),
        # Two minutes more than usual at 20 points in 30 minutes: 0.2 x 2 x 2 / 3.
        ({"minutes_avg_last_5": 32.0}, 0.96 * 20 + 0.2 * 2 * 20 / 30, 100),
        ({"minutes_avg_last_5": 130.0}, 0.96 * 20 + 3, 100),
        ({"points_std_last_10": 0.96 * 10}, 0.96 * 20, 75),  # Spread 0.5: half of it is taken off.
        ({"points_std_last_10": 100.0}, 0.96 * 20, 50),
        ({"points_std_last_10": None}, 0.96 * 20, 50),
        # Against at least 4 points: 2 / 4, not 2 / 1.92.
        ({**dict.fromkeys(MEANS, 2.0), "points_std_last_10": 2.0}, 0.96 * 2, 75),
        ({"quality_score": 40}, 0.96 * 20, 40),
        ({"points_avg_season": None, "minutes_avg_season": None}, 0.96 * 20, 100),
        ({"points_avg_last_5": None, "points_avg_last_10": None, "points_avg_last_20": None}, 0.96 * 20, 100),
        ({"total_adjustment": -30.0}, 0, 100),
    ],
)
def test_a_prediction_follows_means_adjustments_quality_and_spread(
    warehouse: DuckDbWarehouse, changes: Row, points: float, confidence: int
) -> None:
    warehouse.append(FEATURES, [feature(**changes)])
    [row] = run(warehouse, "player_points_predictions")
    assert row["predicted_points"] == pytest.approx(points, abs=1e-9)
    assert row["confidence"] == confidence


BOX = ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf")


def box(**changes: Any) -> Row:
    """Return a box score of the target date: every count another number."""
    row = {"season": "2024-25", "game_date": TARGET, "game_id": "g", "player_id": 1, "player_name": "A"}
    row |= {"team": "BOS", "opponent": "NYK", "is_home": True, "minutes": 20, "points": 10}
    return {**row, **{name: place for place, name in enumerate(BOX, start=1)}, **changes}


def team_box(**changes: Any) -> Row:
    """Return a team's box score of 240 minutes, as `box`."""
    row = {name: value for name, value in box(minutes=240).items() if not name.startswith("player_")}
    return {**row, **changes}


def test_a_teams_counts_are_its_players_summed_and_the_scores_decide_who_won(warehouse: DuckDbWarehouse) -> None:
    warehouse.append("nba_raw.player_boxscores", [box(), box(player_id=2, points=5), box(player_id=3, team="NYK")])
    score = {"home_team": "BOS", "away_team": "NYK", "home_score": 99, "away_score": 101}
    warehouse.append("nba_raw.games", [{"season": "2024-25", "game_date": TARGET, "game_id": "g", **score}])
    home, away = run(warehouse, "team_boxscores")
    assert {name: home[name] for name in BOX} == {name: 2 * place for place, name in enumerate(BOX, start=1)}
    assert {name: away[name] for name in BOX} == {name: place for place, name in enumerate(BOX, start=1)}
    assert (home["minutes"], home["points"], home["win"], home["plus_minus"], home["is_home"]) == (
        40,
        15,
        False,
        -2,
        True,
    )
    assert (away["opponent"], away["win"], away["plus_minus"], away["is_home"]) == ("BOS", True, 2, False)


@pytest.mark.parametrize(
    ("value", "feet", "zone"),
    [(2, 0, "paint"), (2, 8, "paint"), (2, 9, "mid_range"), (3, 22, "three_pt"), (3, 2, "three_pt")],
)
def test_a_shots_zone_follows_its_worth_and_distance(
    warehouse: DuckDbWarehouse, value: int, feet: int, zone: str
) -> None:
    shot = {"game_date": TARGET, "game_id": "g", "player_id": 1, "shot_value": value, "distance_ft": feet}
    made = [{**shot, "made": True, "is_assisted": True}, {**shot, "made": True, "is_assisted": False}]
    missed = [{**shot, "made": False, "block_player_id": 7}, {**shot, "made": False}]
    warehouse.append("nba_raw.player_boxscores", [box()])
    warehouse.append("nba_raw.shots", [*made, *missed, {**shot, "made": True, "player_id": 2}])
    [row] = run(warehouse, "player_game_summary")
    found = {name: (row[f"{name}_attempts"], row[f"{name}_makes"], row[f"{name}_attempts_blocked"]) for name in ZONES}
    assert found == {name: (4, 2, 1) if name == zone else (0, 0, 0) for name in ZONES}
    assert (row["assisted_fg_makes"], row["unassisted_fg_makes"]) == (1, 1)


def test_rates_of_a_player_without_minutes_or_attempts_are_null(warehouse: DuckDbWarehouse) -> None:
    nothing = box(minutes=0, points=0, **dict.fromkeys(BOX, 0))
    warehouse.append("nba_raw.player_boxscores", [nothing])
    warehouse.append("nba_raw.team_boxscores", [team_box()])
    [row] = run(warehouse, "player_game_summary")
    assert (row["ts_pct"], row["efg_pct"], row["usage_rate"]) == (None, None, None)


def test_rates_of_a_player_follow_the_published_formulas(warehouse: DuckDbWarehouse) -> None:
    shooting = {"fgm": 8, "fga": 16, "fg3m": 2, "fta": 5, "tov": 3}
    warehouse.append("nba_raw.player_boxscores", [box(minutes=36, points=22, **shooting)])
    warehouse.append("nba_raw.team_boxscores", [team_box(fga=90, fta=25, tov=14)])
    [row] = run(warehouse, "player_game_summary")
    assert row["ts_pct"] == pytest.approx(22 / (2 * (16 + 0.44 * 5)))
    assert row["efg_pct"] == pytest.approx((8 + 0.5 * 2) / 16)
    used, team_used = 16 + 0.44 * 5 + 3, 90 + 0.44 * 25 + 14
    assert row["usage_rate"] == pytest.approx(100 * used * (240 / 5) / (36 * team_used))


ORDER_FREE = ("player_daily_cache", "player_composite_factors", "player_season_profile")


def rows_of(order: Iterable[int], threads: int) -> dict[str, str]:
    """Return what three processors make of 25 games inserted in that order."""
    # Sevenths and thirds have no exact binary form: a float sum would differ with the order.
    games = [game(n, points=n % 7, usage_rate=100 / 7 * n, ts_pct=n / 3) for n in order]
    opened = DuckDbWarehouse(threads=threads)
    opened.append(PLAYER_GAMES, games)
    rows = {name: repr(run(opened, name)) for name in ORDER_FREE}
    opened.close()
    return rows


@cache
def rows_in_order() -> dict[str, str]:
    return rows_of(range(1, 26), threads=1)


@settings(max_examples=20)
@given(st.permutations(range(1, 26)), st.integers(1, 3))
def test_any_order_of_rows_and_any_thread_count_give_the_same_bytes(order: list[int], threads: int) -> None:
    assert rows_of(order, threads) == rows_in_order()
