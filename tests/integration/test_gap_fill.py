"""The user's first test: fill 2024-11-08..14 from an empty warehouse, on the real season."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.domain.backfills import BackfillStatus
from shared.service.app import App
from tests.acceptance import assert_phase_4, target_of
from tests.oracle.season import Season
from tests.stack import all_units, digests, open_app, run

TARGETS = [date(2024, 11, day) for day in range(8, 15)]
REQUEST = {"start_date": "2024-11-08", "end_date": "2024-11-14", "request_id": "gap"}


@pytest.fixture(scope="module")
def filled(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    app = open_app(tmp_path_factory.mktemp("gap"), season_archive=str(season_archive))
    (backfill,) = run(app, REQUEST)
    assert backfill.status is BackfillStatus.COMPLETE
    yield app
    app.warehouse.close()


def test_exactly_the_needed_units_exist(filled: App, season: Season) -> None:
    """16 game dates lie between opening night and Nov 8: Phases 1-3 on 16 + 7 dates, Phases 4-5 on 7."""
    earlier = [day for day in season.dates if day < TARGETS[0]]
    assert len(earlier) == 16
    expected = {f"units/{phase}-{day}" for phase in (1, 2, 3) for day in (*earlier, *TARGETS)}
    expected |= {f"units/{phase}-{day}" for phase in (4, 5) for day in TARGETS}
    units = all_units(filled)
    assert units.keys() == expected
    assert {unit.status.value for unit in units.values()} == {"complete"}
    assert {unit.fence for unit in units.values()} == {1}


def test_a_date_without_games_is_never_a_unit(filled: App) -> None:
    assert not [key for key in all_units(filled) if key.endswith("2024-11-05")]


@pytest.mark.parametrize("day", TARGETS)
def test_every_phase_4_row_is_the_brute_force(filled: App, season: Season, day: date) -> None:
    assert assert_phase_4(filled, season, target_of(season, day)) > 0


def test_a_second_request_finds_everything_done(filled: App) -> None:
    before = digests(filled)
    backfills = run(filled, {**REQUEST, "request_id": "again"})
    assert [backfill.status for backfill in backfills] == [BackfillStatus.COMPLETE] * 2
    assert digests(filled) == before
    assert {unit.fence for unit in all_units(filled).values()} == {1}


@pytest.mark.parametrize(
    ("workers", "settings"),
    [
        (1, {}),
        (2, {"chaos_duplicate": True, "chaos_shuffle_seed": 7}),
        (8, {"chaos_duplicate": True, "chaos_shuffle_seed": 8, "max_in_flight": 2}),
    ],
)
def test_neither_workers_nor_duplicates_nor_order_change_a_byte(
    filled: App, season_archive: Path, tmp_path: Path, workers: int, settings: dict[str, object]
) -> None:
    app = open_app(tmp_path, season_archive=str(season_archive), **settings)
    run(app, REQUEST, workers=workers)
    assert digests(app) == digests(filled)
    assert {unit.fence for unit in all_units(app).values()} == {1}, "no unit ran twice"
