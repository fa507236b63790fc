"""The whole real season, 163 game dates through Phases 1-5: every Phase 4 row equals the brute force."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.domain.backfills import BackfillStatus
from shared.service.app import App
from shared.service.backtest import backtest
from tests.acceptance import assert_phase_4, target_of
from tests.oracle.season import Season
from tests.stack import all_units, open_app


@pytest.fixture(scope="module")
def whole(filled_season: Path, season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("season") / "home"
    shutil.copytree(filled_season, home)
    app = open_app(home, season_archive=str(season_archive))
    ((backfill, _),) = app.ledger.backfills()
    assert backfill.status is BackfillStatus.COMPLETE
    yield app
    app.warehouse.close()


def test_predictions_beat_both_naive_forecasts_on_the_dates_they_were_not_fitted_on(whole: App) -> None:
    found = backtest(whole, date(2025, 1, 1), date(2025, 4, 13))
    assert found.predictions > 15_000
    assert found.beats_both


def test_163_dates_through_five_phases(whole: App, season: Season) -> None:
    units = all_units(whole)
    assert len(units) == 163 * 5
    assert {unit.game_date for unit in units.values()} == set(season.dates)
    assert {unit.fence for unit in units.values()} == {1}


@pytest.mark.parametrize("month", [(2024, 10), (2024, 11), (2024, 12), (2025, 1), (2025, 2), (2025, 3), (2025, 4)])
def test_every_phase_4_row_is_the_brute_force(whole: App, season: Season, month: tuple[int, int]) -> None:
    days = [day for day in season.dates if (day.year, day.month) == month]
    assert sum(assert_phase_4(whole, season, target_of(season, day)) for day in days) > 0
