from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import bootstrap
from shared.config import Config
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillRequest, backfill_request
from shared.domain.price import Estimate
from shared.domain.price_list import MIB
from shared.domain.units import Status, Unit
from shared.service import plan_backfill as planning
from shared.service.app import App
from shared.service.plan_backfill import plan_backfill
from shared.service.pricing import pace, quotas
from shared.service.pricing.pace import CLOUD_JOB_SECONDS, EMBEDDED_SECONDS, pace_of
from shared.service.pricing.price import Price, price_request
from tests.unit.service.world import complete, day, make_app, put

DEPLOYMENT = bootstrap.deployment()
EVERY_DAY = [day(number) for number in range(60)]


def app_of(**settings: Any) -> App:
    app = make_app(EVERY_DAY)
    return replace(app, config=Config(**settings)) if settings else app


def asked(first: int, last: int, **fields: Any) -> BackfillRequest:
    return backfill_request({"start_date": str(day(first)), "end_date": str(day(last)), **fields})


def priced(app: App, first: int, last: int, **fields: Any) -> Price:
    return price_request(app, asked(first, last, **fields), DEPLOYMENT)


def test_the_work_of_one_date_with_two_teams_that_play_daily() -> None:
    """Day 40: 15 earlier dates are certain from the team windows, so 16 dates run Phases 1-3 and one 4-5.

    Jobs a unit: 12 + 4 copies + 3 loads in Phase 2, 10 + 3, 15 + 5, 6 + 2; a row of the log for each copy.
    """
    work = priced(app_of(), 40, 40).least.work
    assert work.units == {1: 16, 2: 16, 3: 16, 4: 1, 5: 1}
    assert work.query_jobs == 16 * 12 + 16 * 10 + 15 + 6
    assert work.copy_jobs == work.log_rows == 16 * 4 + 16 * 3 + 5 + 2
    assert work.load_jobs == 16 * 3
    assert work.partition_writes["nba_raw.shots"] == 16
    assert work.partition_writes["nba_precompute.player_daily_cache"] == 1


def test_a_query_pays_ten_mebibytes_for_each_table() -> None:
    """Phase 5 alone: ml_feature_store reads 5 tables, the predictions 1, and each is read twice when staged."""
    app = app_of()
    put(app, *(complete(phase, day(20)) for phase in (1, 2, 3, 4)))
    work = priced(app, 20, 20, from_phase=5).least.work
    assert work.units == {1: 0, 2: 0, 3: 0, 4: 0, 5: 1}
    assert (work.scans, work.scans_at_minimum) == (5 + 1 + 4, 10)
    assert work.query_bytes == 10 * 10 * MIB


def test_where_more_is_read_the_minimum_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry run says that each statement of Phase 5 reads 60 MiB: 2 x 60 or little more, as none of 5 tables is below
    10; the staged rows, read 4 times, stay at 10."""
    app = app_of()
    put(app, *(complete(phase, day(20)) for phase in (1, 2, 3, 4)))
    monkeypatch.setattr(app.warehouse, "query_bytes", lambda *_: 60 * MIB)
    work = priced(app, 20, 20, from_phase=5).least.work
    assert 160 * MIB <= work.query_bytes <= 200 * MIB
    assert work.scans_at_minimum < work.scans


def test_both_ends_of_what_windows_may_ask_for() -> None:
    """Day 40 with its 15 dates of certain history; back to opening night there are 25 more."""
    found = priced(app_of(), 40, 40)
    assert (found.added, found.first) == (25, day(0))
    assert found.most.work.units == {1: 41, 2: 41, 3: 41, 4: 1, 5: 1}
    assert found.least.usd < found.most.usd
    capped = priced(app_of(), 40, 40, max_lookback_days=10)
    assert capped.added == 0
    assert capped.most is capped.least


def test_a_plan_of_nothing_costs_nothing_but_the_planning() -> None:
    """One request, one delivery; 4 documents written; no job, no lane, no second of a worker."""
    app = app_of()
    put(app, *(complete(phase, day(number)) for phase in range(1, 6) for number in range(21)))
    found = priced(app, 20, 20)
    work = found.least.work
    assert not any(work.units.values())
    assert (work.query_jobs, work.query_bytes, work.copy_jobs, work.load_jobs) == (0, 0, 0, 0)
    assert (work.messages, work.deliveries, work.writes) == (1, 1, 4)
    assert (found.least.seconds, found.added) == (0.0, 0)
    assert found.least.usd < 0.001


def test_durations_come_from_the_ledgers_own_units() -> None:
    units = [complete(3, day(number), seconds=seconds) for number, seconds in enumerate((1.0, 2.0, 6.0))]
    failed = Unit(phase=3, game_date=day(9), status=Status.FAILED, seconds=500.0)
    found = pace_of(Config(), [*units, failed])
    assert (found.seconds[3], found.measured) == (3.0, {3: 3})
    assert found.seconds[2] == EMBEDDED_SECONDS[2]


def test_the_cloud_is_assumed_to_take_its_jobs_in_turn() -> None:
    """Phase 4 has 5 processors of 4 jobs each; a cloud run works on every date in flight, here on two workers."""
    config = Config(workers=2, max_in_flight=16)
    cloud = pace_of(config, (), DEPLOYMENT, cloud=True)
    assert cloud.seconds[4] == 20 * CLOUD_JOB_SECONDS
    assert (cloud.slots, pace_of(config, ()).slots) == (16, 2)
    assert cloud.instances[1] == DEPLOYMENT.instances["scrape"].instances_max


@pytest.mark.integration
@given(st.integers(0, 30), st.integers(0, 14))
def test_more_dates_never_cost_less(first: int, length: int) -> None:
    app = make_app(EVERY_DAY)
    less, more = priced(app, first, first + length).least, priced(app, first, first + length + 1).least
    assert _amounts(less) <= _amounts(more)
    assert less.usd <= more.usd
    assert less.seconds <= more.seconds


def _amounts(found: Estimate) -> list[float]:
    return [line.amount for line in found.lines]


def refuse(app: App, **fields: Any) -> None:
    plan_backfill(app, asked(40, 40, request_id="big", **fields).body(), "message-1")


def test_a_request_over_a_quota_is_refused() -> None:
    """16 partitions of a table against a limit of 15."""
    app = app_of(partition_writes_per_day=15)
    with pytest.raises(InvalidInput, match=r"16 partition writes of nba_raw.games in 24 hours.*at most 15"):
        refuse(app)
    assert app.ledger.backfill("big") is None


@pytest.mark.parametrize("fields", [{"over_quota": True}, {"dry_run": True}])
def test_it_is_planned_when_it_says_so_or_runs_nothing(fields: dict[str, Any]) -> None:
    app = app_of(partition_writes_per_day=15)
    refuse(app, **fields)
    assert app.ledger.backfill("big") is not None


def test_at_the_limit_it_is_planned() -> None:
    app = app_of(partition_writes_per_day=16)
    refuse(app)
    assert app.ledger.backfill("big") is not None


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        # 119 copies: 16 x (4 + 3) + 5 + 2; 48 loads: 16 x 3.
        ({"copy_jobs_per_day": 118}, "119 copy jobs of the project"),
        ({"load_jobs_per_day": 47}, "48 load jobs of the project"),
    ],
)
def test_every_quota_is_watched(settings: dict[str, int], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        refuse(app_of(**settings))


@pytest.mark.parametrize(("hours", "refused"), [(23, True), (25, False)])
def test_what_was_written_within_the_day_counts(hours: int, refused: bool) -> None:
    """16 writes are to come, 5 were made; together they pass 20 while those are younger than a day."""
    app = app_of(partition_writes_per_day=20)
    at = (app.clock.now() - timedelta(hours=hours)).isoformat()
    put(app, *(complete(2, each, updated_at=at) for each in EVERY_DAY[45:50]))
    if refused:
        with pytest.raises(InvalidInput, match="21 partition writes"):
            refuse(app)
    else:
        refuse(app)


def test_spread_over_days_it_passes_no_quota() -> None:
    """Two lanes at once, each of 3 x 20,000 s: less than 3 lanes end within a day, though 16 are to come."""
    app = app_of(partition_writes_per_day=10, workers=2)
    put(app, *(complete(phase, day(59), seconds=20_000.0) for phase in (1, 2, 3)))
    refuse(app)
    assert app.ledger.backfill("big") is not None


def never(*_: object) -> None:
    """Stands for a guard that was taken out."""


PLANTED = [
    ("no check", planning, "refuse_over_quota", never, test_a_request_over_a_quota_is_refused),
    (
        "nothing was written before",
        quotas,
        "written_lately",
        lambda *_: dict.fromkeys(range(1, 6), 0),
        partial(test_what_was_written_within_the_day_counts, 23, True),
    ),
    (
        "what was ever written counts",
        pace,
        "DAY",
        timedelta(days=900),
        partial(test_what_was_written_within_the_day_counts, 25, False),
    ),
    ("all of it in one day", quotas, "timeline", never, test_spread_over_days_it_passes_no_quota),
]


@pytest.mark.parametrize(("module", "attribute", "bug", "caught_by"), [each[1:] for each in PLANTED])
def test_a_planted_bug_is_caught(
    module: ModuleType, attribute: str, bug: object, caught_by: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    caught_by()
    monkeypatch.setattr(module, attribute, bug)
    with pytest.raises((pytest.fail.Exception, InvalidInput)):
        caught_by()


def test_a_date_without_a_season_is_refused_before_any_price() -> None:
    with pytest.raises(InvalidInput, match="season"):
        price_request(app_of(), backfill_request({"dates": [str(date(2031, 11, 8))]}), DEPLOYMENT)
