"""A scraped date that no backfill asked for: it becomes the next game date's predictions, its missing history first."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.domain.rosters import roster_of_manifest
from shared.domain.units import Unit
from shared.service.app import App
from shared.service.completeness.check import check
from shared.service.completeness.validate import validate
from tests.stack import all_units, open_app, run, run_until_idle

LIVE, NEXT, AFTER = date(2024, 10, 28), date(2024, 10, 29), date(2024, 10, 30)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = open_app(tmp_path / "home", source="synthetic")
    yield built
    built.warehouse.close()


def scraped(app: App, day: date) -> None:
    """Have a date scraped by the daily path, and what comes of it done."""
    app.bus.publish("phase1-requests", {"version": 1, "phase": 1, "game_date": day.isoformat()})
    run_until_idle(app)


def unit(app: App, phase: int, day: date) -> Unit:
    return all_units(app)[f"units/{phase}-{day}"]


def test_yesterdays_scrape_becomes_todays_predictions(app: App) -> None:
    run(app, {"start_date": "2024-10-22", "end_date": "2024-10-27", "request_id": "before"})
    before = all_units(app)
    scraped(app, LIVE)
    units = all_units(app)
    added = {key: unit for key, unit in units.items() if key not in before}
    scraped_units = {f"units/{phase}-{LIVE}" for phase in (1, 2, 3, 4, 5)}
    assert added.keys() == {*scraped_units, f"units/4-{NEXT}", f"units/5-{NEXT}"}
    assert {unit.status.value for unit in added.values()} == {"complete"}
    assert all(unit.wanted_by == {"live": 0} for unit in added.values())
    roster = roster_of_manifest(units[f"units/4-{NEXT}"].manifest)
    assert roster is not None
    assert units[f"units/4-{NEXT}"].rows["player_daily_cache"] == len(roster) > 0
    assert f"3-{LIVE}" in units[f"units/4-{NEXT}"].inputs
    assert f"3-{NEXT}" not in units[f"units/4-{NEXT}"].inputs


def test_a_live_date_fetches_the_history_that_its_windows_lack(app: App) -> None:
    scraped(app, LIVE)
    calendar = app.ledger.calendar("2024-25")
    earlier = {day for day in calendar.dates if day < LIVE}
    units = all_units(app)
    assert {unit.game_date for unit in units.values() if unit.phase == 3} == {*earlier, LIVE}
    assert [unit.game_date for unit in units.values() if unit.phase == 5] == [LIVE, NEXT]
    assert {unit.status.value for unit in units.values()} == {"complete"}


def test_what_was_foretold_stays_until_somebody_asks_for_it_again(app: App) -> None:
    """NEXT is predicted, played, filled and redone: only the last computes it again, by those who were listed."""
    scraped(app, LIVE)
    foretold = {phase: unit(app, phase, NEXT) for phase in (4, 5)}
    scraped(app, NEXT)
    run(app, {"start_date": str(NEXT), "end_date": str(NEXT), "request_id": "fill"})
    for phase, before in foretold.items():
        after = unit(app, phase, NEXT)
        assert (after.fence, after.version, after.stale) == (before.fence, before.version, before.stale)
    assert unit(app, 5, AFTER).status.value == "complete"
    run(app, {"start_date": str(NEXT), "end_date": str(NEXT), "scenario": "downstream", "request_id": "again"})
    again = unit(app, 4, NEXT)
    assert roster_of_manifest(again.manifest) is None
    assert f"3-{NEXT}" in again.inputs
    assert again.rows["player_daily_cache"] == len(app.ledger.appearances([NEXT])[NEXT])


def test_check_and_validate_know_what_was_computed_before_its_games(app: App) -> None:
    scraped(app, LIVE)
    (today,) = check(app, NEXT, NEXT).dates
    assert today.pre_game
    assert today.needed == (1, 2, 3)
    scraped(app, NEXT)
    (played,) = check(app, NEXT, NEXT).dates
    assert played.pre_game
    assert played.needed == ()
    found = validate(app, NEXT, NEXT)
    assert found.findings == ()
    assert found.missing == ()


def test_a_dry_run_leaves_its_plan_and_nothing_else(app: App) -> None:
    request = {"start_date": "2024-11-08", "end_date": "2024-11-14", "dry_run": True, "request_id": "dry"}
    (backfill,) = run(app, request)
    assert backfill.status.value == "planned"
    assert len(app.ledger.plan("dry").targets) == 7
    assert all_units(app) == {}
    frontier, _ = app.ledger.frontier("2024-25")
    assert (frontier.lanes, frontier.queue, frontier.targets) == ({}, {}, {})
