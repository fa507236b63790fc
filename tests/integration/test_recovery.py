"""Recovery on the real season: a part that fails, a retry, a cancel, a pause, overlaps, and kills amid all that."""

import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.adapters.embedded.runner import LocalRunner
from shared.domain.backfills import BackfillStatus
from shared.domain.errors import AuditFailed
from shared.domain.units import Unit
from shared.service import process_analytics
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared
from tests.integration.test_kill import completed, start, wait_for
from tests.stack import SEASON, all_units, digests, functions, open_app, run, run_until_idle

FIRST, LAST = date(2024, 11, 4), date(2024, 12, 15)
LOST = tuple(map(date.fromisoformat, ("2024-11-08", "2024-11-15", "2024-11-23", "2024-12-01", "2024-12-08")))
DAYS_BACK = 2
SIX_WEEKS = {"start_date": str(FIRST), "end_date": str(LAST), "max_lookback_days": DAYS_BACK, "request_id": "six"}
TWO_WEEKS = {**SIX_WEEKS, "start_date": "2024-11-18", "end_date": "2024-12-01", "request_id": "two"}
SEED = 20241104
RUN_SECONDS_MAX = 300


@contextmanager
def lost(days: tuple[date, ...]) -> Iterator[None]:
    """Have Phase 3 fail its audit on some dates while the block runs."""
    step = process_analytics.STEP

    def failing(app: App, unit: Unit, inputs: Inputs) -> Prepared:
        if unit.game_date in days:
            raise AuditFailed(f"planted: {unit.game_date} cannot be analysed")
        return step.prepare(app, unit, inputs)

    process_analytics.STEP = replace(step, prepare=failing)
    try:
        yield
    finally:
        process_analytics.STEP = step


@pytest.fixture(scope="module")
def archive(season_archive: Path) -> str:
    return str(season_archive)


@pytest.fixture(scope="module")
def failed(archive: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of six weeks of which Phase 3 failed on five dates."""
    home = tmp_path_factory.mktemp("failed")
    app = open_app(home, season_archive=archive)
    with lost(LOST):
        (backfill,) = run(app, SIX_WEEKS)
    assert backfill.status is BackfillStatus.FAILED
    app.warehouse.close()
    return home


@dataclass(frozen=True, kw_only=True)
class Retried:
    """What a retry that nobody disturbed found, what it left, and what that holds."""

    before: dict[str, Unit]
    after: dict[str, Unit]
    digests: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def retried(failed: Path, archive: str, tmp_path_factory: pytest.TempPathFactory) -> Retried:
    """The six weeks after what had failed was retried, undisturbed."""
    app = copied(failed, tmp_path_factory.mktemp("retried") / "home", archive)
    before = all_units(app)
    say(app, "retry", "six")
    run_until_idle(app)
    assert status_of(app, "six") == "complete"
    found = Retried(before=before, after=all_units(app), digests=digests(app))
    app.warehouse.close()
    return found


@pytest.fixture(scope="module")
def fortnight(archive: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The digests of two weeks that nobody stops."""
    app = open_app(tmp_path_factory.mktemp("fortnight"), season_archive=archive)
    (backfill,) = run(app, TWO_WEEKS)
    assert backfill.status is BackfillStatus.COMPLETE
    found = digests(app)
    app.warehouse.close()
    return found


def copied(home: Path, folder: Path, archive: str) -> App:
    shutil.copytree(home, folder)
    return open_app(folder, season_archive=archive)


def say(app: App, action: str, name: str, **fields: object) -> None:
    app.bus.publish("backfill-controls", {"version": 1, "action": action, "backfill_id": name, **fields})


def run_until(app: App, reached: Callable[[], bool]) -> None:
    """Run the functions until something holds; what is on its way then is delivered by the next run."""
    LocalRunner(app.bus, functions(), clock=app.clock, workers=2, sweep_seconds=app.config.sweep_seconds).run(reached)


def status_of(app: App, name: str) -> str:
    found = app.ledger.backfill(name)
    assert found is not None
    return found[0].status.value


def fences(app: App) -> dict[str, int]:
    return {key: unit.fence for key, unit in all_units(app).items()}


def held_up_by(day: date) -> list[date]:
    """Return the lost dates that a target's window, so many days back and its own date, holds."""
    return [each for each in LOST if day - timedelta(days=DAYS_BACK) <= each <= day]


def test_what_does_not_need_a_lost_date_is_complete_and_what_does_names_it(failed: Path, archive: str) -> None:
    app = open_app(failed, season_archive=archive)
    units = all_units(app)
    days = app.ledger.calendar(SEASON).between(FIRST, LAST)
    assert {key for key, unit in units.items() if unit.status == "failed"} == {f"units/3-{day}" for day in LOST}
    for day in days:
        for phase in (4, 5):
            unit, culprits = units[f"units/{phase}-{day}"], held_up_by(day)
            assert unit.status == ("blocked" if culprits else "complete"), unit
            assert not culprits or unit.reason.startswith(f"units/3-{culprits[-1]} failed"), unit
    assert sum(not held_up_by(day) for day in days) >= len(days) // 2
    app.warehouse.close()


def test_a_retry_runs_the_lost_dates_and_what_they_blocked(retried: Retried) -> None:
    before, after = retried.before, retried.after
    expected = {key for key, unit in before.items() if unit.status in ("failed", "blocked")}
    again = {key: unit.fence - before[key].fence for key, unit in after.items() if unit.fence > before[key].fence}
    assert again == dict.fromkeys(expected, 1)
    assert after.keys() == before.keys()


def test_a_retry_that_is_killed_goes_on_where_it_was_and_ends_the_same(
    failed: Path, archive: str, tmp_path: Path, retried: Retried
) -> None:
    app = copied(failed, tmp_path / "home", archive)
    say(app, "retry", "six")
    kill_and_resume(app, tmp_path / "home", Path(archive), units=len(LOST))
    assert status_of(app, "six") == "complete"
    assert digests(app) == retried.digests


@pytest.mark.parametrize(("word", "status"), [("pause", "paused"), ("cancel", "cancelled")])
def test_what_is_stopped_starts_nothing_more_and_ends_the_same_once_it_is_resumed(
    word: str, status: str, archive: str, tmp_path: Path, fortnight: dict[str, dict[str, str]]
) -> None:
    app = open_app(tmp_path, season_archive=archive)
    app.bus.publish("backfill-requests", TWO_WEEKS)
    run_until(app, lambda: completed(app) >= len(fortnight) // 3)
    say(app, word, "two")
    run_until(app, lambda: status_of(app, "two") == status)
    before = fences(app)
    # What was on its way when it was stopped is delivered late, and so is this.
    for phase in (1, 2, 3):
        late = {"version": 1, "phase": phase, "game_date": "2024-11-26", "backfill_id": "two"}
        app.bus.publish(f"phase{phase}-complete", late)
    run_until_idle(app)
    assert (fences(app), status_of(app, "two")) == (before, status)
    say(app, "resume", "two")
    if word == "pause":
        run_until_idle(app)
    else:
        kill_and_resume(app, tmp_path, Path(archive), units=len(fortnight) // 4)
    assert status_of(app, "two") == "complete"
    assert digests(app) == fortnight


def test_of_two_overlapping_backfills_the_other_goes_on(
    archive: str, tmp_path: Path, fortnight: dict[str, dict[str, str]]
) -> None:
    app = open_app(tmp_path, season_archive=archive)
    later = {**TWO_WEEKS, "start_date": "2024-11-25", "end_date": "2024-12-08", "request_id": "later"}
    for request in (TWO_WEEKS, later):
        app.bus.publish("backfill-requests", request)
    run_until(app, lambda: completed(app) >= len(fortnight) // 4)
    say(app, "cancel", "later")
    run_until_idle(app)
    assert (status_of(app, "two"), status_of(app, "later")) == ("complete", "cancelled")
    units = all_units(app)
    assert {unit.status.value for unit in units.values() if "two" in unit.wanted_by} == {"complete"}
    assert max(unit.fence for unit in units.values()) == 1
    left = [unit for unit in units.values() if unit.status == "pending"]
    assert left
    assert all(set(unit.wanted_by) == {"later"} for unit in left)
    counted = app.ledger.backfill("later")
    assert counted is not None
    assert counted[0].counts["cancelled"] == len(left)


def kill_and_resume(app: App, home: Path, archive: Path, units: int) -> None:
    """Run the folder in a process of its own, kill it after so many units more, and run it to its end."""
    process = start(home, archive)
    wait_for(app, process, completed(app) + units * random.Random(SEED).uniform(0.5, 1.0))
    assert process.poll() is None, "it ended before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert start(home, archive).wait(timeout=RUN_SECONDS_MAX) == 0
