"""A scraped date that no backfill asked for: it flows down to predictions by itself, its missing history first."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.service.app import App
from tests.stack import all_units, open_app, run, run_until_idle

LIVE = date(2024, 10, 28)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = open_app(tmp_path / "home", source="synthetic")
    yield built
    built.warehouse.close()


def test_yesterdays_scrape_becomes_todays_predictions(app: App) -> None:
    run(app, {"start_date": "2024-10-22", "end_date": "2024-10-27", "request_id": "before"})
    before = all_units(app)
    app.bus.publish("phase1-requests", {"version": 1, "phase": 1, "game_date": LIVE.isoformat()})
    run_until_idle(app)
    units = all_units(app)
    added = {key: unit for key, unit in units.items() if key not in before}
    assert added.keys() == {f"units/{phase}-{LIVE}" for phase in (1, 2, 3, 4, 5)}
    assert {unit.status.value for unit in added.values()} == {"complete"}
    assert all(unit.wanted_by == {"live": 0} for unit in added.values())


def test_a_live_date_fetches_the_history_that_its_windows_lack(app: App) -> None:
    app.bus.publish("phase1-requests", {"version": 1, "phase": 1, "game_date": LIVE.isoformat()})
    run_until_idle(app)
    calendar = app.ledger.calendar("2024-25")
    earlier = {day for day in calendar.dates if day < LIVE}
    units = all_units(app)
    assert {unit.game_date for unit in units.values() if unit.phase == 3} == {*earlier, LIVE}
    assert [unit.game_date for unit in units.values() if unit.phase == 5] == [LIVE]
    assert {unit.status.value for unit in units.values()} == {"complete"}


def test_a_dry_run_leaves_its_plan_and_nothing_else(app: App) -> None:
    request = {"start_date": "2024-11-08", "end_date": "2024-11-14", "dry_run": True, "request_id": "dry"}
    (backfill,) = run(app, request)
    assert backfill.status.value == "planned"
    assert len(app.ledger.plan("dry").targets) == 7
    assert all_units(app) == {}
    frontier, _ = app.ledger.frontier("2024-25")
    assert (frontier.lanes, frontier.queue, frontier.targets) == ({}, {}, {})
