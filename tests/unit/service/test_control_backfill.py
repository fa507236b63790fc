"""Which backfills may be cancelled or retried, and what an operator is told of the others."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.domain.backfills import Backfill, BackfillStatus, plan_key
from shared.domain.controls import BackfillControl, ControlAction
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillRequest
from shared.domain.plan import Plan
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from shared.service.control_backfill import control_backfill
from tests.memory_stack import MemoryStack, ToySource

DAY = date(2024, 11, 8)
PLAN = Plan(targets=(DAY,), history=(), free=(), run={1: (DAY,)}, complete={})
CALENDAR = {"season": "2024-25", "revision": 1, "games": {str(DAY): ["ATL-BOS"]}}


def app_with(status: BackfillStatus) -> App:
    app = MemoryStack(source=ToySource({})).app()
    backfill = Backfill(id="a", request=BackfillRequest(start_date=DAY, end_date=DAY), status=status)
    documents = {backfill.key: backfill.body(), plan_key("a"): PLAN.body(), UNIT.key: UNIT.body()}
    documents["calendar/2024-25"] = CALENDAR
    app.ledger.commit([Write(key=key, body=body) for key, body in documents.items()])
    return app


def status_of(app: App) -> tuple[BackfillStatus, int]:
    found = app.ledger.backfill("a")
    assert found is not None
    return found[0].status, found[0].epoch


CANCEL, RETRY, PAUSE, RESUME, APPLY = (BackfillControl(action=action, backfill_id="a") for action in ControlAction)
UNIT = Unit(phase=1, game_date=DAY, wanted_by={"a": 0})


LIVE_ONES = (BackfillStatus.PLANNING, BackfillStatus.RUNNING)


@pytest.mark.parametrize("status", [*LIVE_ONES, BackfillStatus.PAUSED])
def test_a_live_or_paused_backfill_is_cancelled_once(status: BackfillStatus) -> None:
    app = app_with(status)
    for message_id in ("m1", "m1", "m2"):
        control_backfill(app, CANCEL, message_id)
        assert status_of(app) == (BackfillStatus.CANCELLED, 1)


@pytest.mark.parametrize("status", LIVE_ONES)
def test_a_live_backfill_is_paused_once_with_the_reason_and_who(status: BackfillStatus) -> None:
    app = app_with(status)
    for message_id in ("m1", "m1", "m2"):
        control_backfill(app, replace(PAUSE, requested_by="ops", reason="the source is down"), message_id)
        assert status_of(app) == (BackfillStatus.PAUSED, 1)
    found = app.ledger.backfill("a")
    assert found is not None
    assert (found[0].stopped_by, found[0].stopped_reason) == ("ops", "the source is down")


@pytest.mark.parametrize(
    ("control", "status"),
    [
        (RETRY, BackfillStatus.FAILED),
        (RETRY, BackfillStatus.PAUSED),
        (RESUME, BackfillStatus.PAUSED),
        (RESUME, BackfillStatus.CANCELLED),
    ],
)
def test_a_backfill_goes_on_once_and_a_live_one_is_left_alone(control: BackfillControl, status: BackfillStatus) -> None:
    app = app_with(status)
    for message_id in ("m1", "m1", "m2"):
        control_backfill(app, control, message_id)
        assert status_of(app) == (BackfillStatus.RUNNING, 1)
        held = app.ledger.unit(1, DAY)
        assert held is not None
        assert held.unit.wanted_by == {"a": 1}


def test_a_backfill_that_was_paused_before_its_units_were_written_is_carried_out() -> None:
    app = app_with(BackfillStatus.PAUSED)
    held = app.ledger.unit(1, DAY)
    assert held is not None
    app.ledger.commit([Write(key=UNIT.key, body=replace(UNIT, wanted_by={}).body(), revision=held.revision)])
    control_backfill(app, RESUME, "m1")
    assert status_of(app) == (BackfillStatus.RUNNING, 1)
    held = app.ledger.unit(1, DAY)
    assert held is not None
    assert held.unit.wanted_by == {"a": 1}


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"dates": (date(2024, 11, 9),)}, "dates: got '2024-11-09'; .*Phase 1 of 2024-11-08 failed"),
        ({"phase": 3}, "phase: got 3; .*Phase 1 of 2024-11-08 failed"),
        ({"phase": 1, "dates": (date(2024, 11, 9),)}, "failed in Phase 1; of a, Phase 1 of 2024-11-08 failed"),
    ],
)
def test_a_choice_of_which_nothing_failed_is_refused_naming_what_has(chosen: dict[str, Any], told: str) -> None:
    app = app_with(BackfillStatus.FAILED)
    failed = replace(UNIT, status=Status.FAILED, error="lost")
    held = app.ledger.unit(1, DAY)
    assert held is not None
    app.ledger.commit([Write(key=UNIT.key, body=failed.body(), revision=held.revision)])
    with pytest.raises(InvalidInput, match=told):
        control_backfill(app, replace(RETRY, **chosen), "m1")
    assert status_of(app) == (BackfillStatus.FAILED, 0)


def test_a_message_that_comes_again_does_not_undo_what_a_later_one_did() -> None:
    app = app_with(BackfillStatus.RUNNING)
    control_backfill(app, CANCEL, "m1")
    found = app.ledger.backfill("a")
    assert found is not None
    failed = replace(found[0], status=BackfillStatus.FAILED)
    app.ledger.commit([Write(key=failed.key, body=failed.body(), revision=found[1])])
    control_backfill(app, RETRY, "m2")
    for message_id in ("m1", "m2"):
        control_backfill(app, CANCEL if message_id == "m1" else RETRY, message_id)
        assert status_of(app) == (BackfillStatus.RUNNING, 2)


@pytest.mark.parametrize(
    ("control", "status", "told"),
    [
        (CANCEL, BackfillStatus.COMPLETE, "a live or paused backfill; this one is complete"),
        (CANCEL, BackfillStatus.FAILED, "a live or paused backfill; this one is failed"),
        (CANCEL, BackfillStatus.PLANNED, "a live or paused backfill; this one is planned"),
        (RETRY, BackfillStatus.COMPLETE, "a backfill that failed or is paused; this one is complete"),
        (RETRY, BackfillStatus.CANCELLED, "a backfill that failed or is paused; this one is cancelled"),
        (RETRY, BackfillStatus.PLANNED, "a backfill that failed or is paused; this one is planned"),
        (PAUSE, BackfillStatus.FAILED, "a live backfill; this one is failed"),
        (PAUSE, BackfillStatus.CANCELLED, "a live backfill; this one is cancelled"),
        (RESUME, BackfillStatus.FAILED, "a paused or cancelled backfill; this one is failed"),
        (RESUME, BackfillStatus.COMPLETE, "a paused or cancelled backfill; this one is complete"),
        (APPLY, BackfillStatus.FAILED, "a dry run's plan; this one is failed"),
        (APPLY, BackfillStatus.PAUSED, "a dry run's plan; this one is paused"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    control: BackfillControl, status: BackfillStatus, told: str
) -> None:
    app = app_with(status)
    with pytest.raises(InvalidInput, match=told):
        control_backfill(app, control, "m1")
    assert status_of(app) == (status, 0)


@pytest.mark.parametrize("control", [CANCEL, RETRY, PAUSE, RESUME, APPLY])
def test_an_unknown_backfill_is_refused_with_where_to_look(control: BackfillControl) -> None:
    with pytest.raises(InvalidInput, match="the id of a backfill; backfill status lists them"):
        control_backfill(app_with(BackfillStatus.RUNNING), replace(control, backfill_id="b"), "m1")
