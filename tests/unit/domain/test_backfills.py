import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shared.domain.backfills import Backfill, BackfillStatus, backfill_from, backfill_key, plan_key
from shared.domain.messages import BackfillRequest, Scenario
from shared.domain.policy import Policy

NOW = datetime(2024, 11, 15, 6, 0, tzinfo=UTC)
BACKFILL = Backfill(
    id="nov-8-14",
    request=BackfillRequest(
        start_date=date(2024, 11, 8),
        end_date=date(2024, 11, 14),
        scenario=Scenario.REPROCESS,
        from_phase=2,
        policy=Policy(max_lookback_days=30, accept_missing=frozenset({date(2024, 11, 2)})),
        requested_by="on-call",
    ),
    created_at=NOW.isoformat(),
)


def test_a_backfill_and_its_plan_have_keys_of_their_own() -> None:
    assert BACKFILL.key == backfill_key("nov-8-14") == "backfills/nov-8-14"
    assert plan_key("nov-8-14") == "plans/nov-8-14"


@pytest.mark.parametrize(
    ("status", "live"),
    [
        (BackfillStatus.PLANNING, True),
        (BackfillStatus.RUNNING, True),
        (BackfillStatus.COMPLETE, False),
        (BackfillStatus.FAILED, False),
        (BackfillStatus.CANCELLED, False),
        (BackfillStatus.PAUSED, False),
    ],
)
def test_units_run_for_a_backfill_that_is_planned_or_running(status: BackfillStatus, live: bool) -> None:
    assert replace(BACKFILL, status=status).live is live


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"complete": 35}, BackfillStatus.COMPLETE),
        ({}, BackfillStatus.COMPLETE),
        ({"complete": 35, "failed": 0, "blocked": 0}, BackfillStatus.COMPLETE),
        ({"complete": 34, "failed": 1}, BackfillStatus.FAILED),
        ({"complete": 34, "blocked": 1}, BackfillStatus.FAILED),
    ],
)
def test_a_backfill_with_a_failed_or_blocked_unit_has_failed(counts: dict[str, int], status: BackfillStatus) -> None:
    ended = BACKFILL.finished(counts, NOW)
    assert (ended.status, ended.counts, ended.finished_at) == (status, counts, NOW.isoformat())
    assert not ended.live


def test_a_stopped_backfill_says_who_stopped_it_and_stands_at_a_new_epoch() -> None:
    paused = BACKFILL.paused(NOW, by="on-call", reason="the source is down")
    assert (paused.status, paused.epoch, paused.live) == (BackfillStatus.PAUSED, BACKFILL.epoch + 1, False)
    told = (paused.stopped_at, paused.stopped_by, paused.stopped_reason)
    assert told == (NOW.isoformat(), "on-call", "the source is down")
    assert paused.finished_at == ""
    cancelled = paused.cancelled(NOW)
    assert (cancelled.status, cancelled.epoch, cancelled.live) == (BackfillStatus.CANCELLED, 2, False)
    assert cancelled.finished_at == NOW.isoformat()


def test_a_backfill_that_goes_on_is_armed_afresh() -> None:
    ended = replace(BACKFILL, epoch=2).finished({"failed": 1}, NOW)
    for planned, status in ((True, BackfillStatus.RUNNING), (False, BackfillStatus.PLANNING)):
        live = ended.paused(NOW, by="on-call").resumed(NOW, planned=planned)
        assert (live.status, live.epoch, live.live, live.armed_at) == (status, 4, True, NOW.isoformat())
        assert (live.finished_at, live.counts, live.stopped_by, live.stopped_at) == ("", {}, "", "")


def test_an_applied_dry_run_is_one_no_more() -> None:
    dry = replace(BACKFILL, status=BackfillStatus.PLANNED, request=replace(BACKFILL.request, dry_run=True))
    assert dry.applied() == BACKFILL


@pytest.mark.parametrize(
    "backfill", [BACKFILL, replace(BACKFILL, epoch=2).finished({"failed": 1}, NOW), BACKFILL.paused(NOW, by="ops")]
)
def test_the_ledger_document_gives_the_backfill_back(backfill: Backfill) -> None:
    assert backfill_from(json.loads(json.dumps(backfill.body()))) == backfill
