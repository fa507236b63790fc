"""The first weeks of the real season without any flag, and under each early-season strategy."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.domain.quality import Tier, tier
from shared.service.app import App
from tests.acceptance import assert_phase_4, rows_of, target_of
from tests.oracle.season import Season
from tests.stack import open_app, run

FIRST, LAST = date(2024, 10, 22), date(2024, 11, 10)
REQUEST = {"start_date": str(FIRST), "end_date": str(LAST), "request_id": "early"}
STRATEGIES = ("degrade", "skip", "defaults")
MINIMUM = 5


@pytest.fixture(scope="module", params=STRATEGIES)
def early(
    request: pytest.FixtureRequest, season_archive: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, App]]:
    app = open_app(tmp_path_factory.mktemp(request.param), season_archive=str(season_archive))
    asked = REQUEST if request.param == "degrade" else {**REQUEST, "early_season": request.param}
    run(app, asked)
    yield request.param, app
    app.warehouse.close()


def test_every_row_is_the_brute_force(early: tuple[str, App], season: Season) -> None:
    strategy, app = early
    for day in [each for each in season.dates if FIRST <= each <= LAST]:
        assert_phase_4(app, season, target_of(season, day, early_season=strategy))


def test_quality_grows_from_nothing_to_the_first_hundred_on_nov_9(early: tuple[str, App]) -> None:
    strategy, app = early
    if strategy == "skip":
        assert rows_of(app, "player_shot_zone_analysis", FIRST) == []
        return
    best = {
        day: max(row["quality_score"] for row in rows_of(app, "player_shot_zone_analysis", day))
        for day in (FIRST, date(2024, 11, 4), date(2024, 11, 8), date(2024, 11, 9))
    }
    assert best[FIRST] == 0
    assert best[date(2024, 11, 4)] <= 70
    assert best[date(2024, 11, 8)] < 100
    assert best[date(2024, 11, 9)] == 100


def test_each_strategy_does_what_the_decision_table_says(early: tuple[str, App]) -> None:
    """10 games -> 100; 5-9 -> 50-90, processed and flagged; fewer -> skipped, league averages or degraded."""
    strategy, app = early
    for row in rows_of(app, "player_shot_zone_analysis", date(2024, 11, 4)):
        games, score = row["games_used"], row["quality_score"]
        assert score == 10 * games
        assert row["early_season_flag"]
        if games < MINIMUM:
            assert tier(score) is Tier.VERY_LOW
            assert strategy != "skip"
            filled = row["paint_rate_last_10"] is not None
            assert filled or strategy == "degrade"
        else:
            assert tier(score) in (Tier.LOW, Tier.MEDIUM)


def test_predictions_of_opening_night(early: tuple[str, App]) -> None:
    strategy, app = early
    rows = rows_of(app, "player_points_predictions", FIRST)
    assert bool(rows) == (strategy != "skip")
    assert all((row["predicted_points"] is None) == (strategy == "degrade") for row in rows)
    assert {row["quality_score"] for row in rows} <= {0}
