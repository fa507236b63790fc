"""Which backfills may be cancelled or retried, and what an operator is told of the others."""

from dataclasses import replace
from datetime import date

import pytest

from shared.domain.backfills import Backfill, BackfillStatus, plan_key
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillControl, BackfillRequest, ControlAction
from shared.domain.plan import Plan
from shared.ports import Write
from shared.service.app import App
from shared.service.control_backfill import control_backfill
from tests.memory_stack import MemoryStack, ToySource

DAY = date(2024, 11, 8)
PLAN = Plan(targets=(), history=(), free=(), run={}, complete={})


def app_with(status: BackfillStatus) -> App:
    app = MemoryStack(source=ToySource({})).app()
    backfill = Backfill(id="a", request=BackfillRequest(start_date=DAY, end_date=DAY), status=status)
    app.ledger.commit([Write(key=backfill.key, body=backfill.body()), Write(key=plan_key("a"), body=PLAN.body())])
    return app


def status_of(app: App) -> tuple[BackfillStatus, int]:
    found = app.ledger.backfill("a")
    assert found is not None
    return found[0].status, found[0].epoch


CANCEL, RETRY = (BackfillControl(action=action, backfill_id="a") for action in ControlAction)


@pytest.mark.parametrize("status", [BackfillStatus.PLANNING, BackfillStatus.RUNNING])
def test_a_live_backfill_is_cancelled_once(status: BackfillStatus) -> None:
    app = app_with(status)
    for message_id in ("m1", "m1", "m2"):
        control_backfill(app, CANCEL, message_id)
        assert status_of(app) == (BackfillStatus.CANCELLED, 1)


def test_a_failed_backfill_is_retried_once_and_a_live_one_is_left_alone() -> None:
    app = app_with(BackfillStatus.FAILED)
    for message_id in ("m1", "m1", "m2"):
        control_backfill(app, RETRY, message_id)
        assert status_of(app) == (BackfillStatus.RUNNING, 1)


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
        (CANCEL, BackfillStatus.COMPLETE, "a live backfill; this one is complete"),
        (CANCEL, BackfillStatus.FAILED, "a live backfill; this one is failed"),
        (CANCEL, BackfillStatus.PLANNED, "a live backfill; this one is planned"),
        (RETRY, BackfillStatus.COMPLETE, "a backfill with failed units; this one is complete"),
        (RETRY, BackfillStatus.CANCELLED, "a backfill with failed units; this one is cancelled"),
        (RETRY, BackfillStatus.PLANNED, "a backfill with failed units; this one is planned"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    control: BackfillControl, status: BackfillStatus, told: str
) -> None:
    app = app_with(status)
    with pytest.raises(InvalidInput, match=told):
        control_backfill(app, control, "m1")
    assert status_of(app) == (status, 0)


@pytest.mark.parametrize("control", [CANCEL, RETRY])
def test_an_unknown_backfill_is_refused_with_where_to_look(control: BackfillControl) -> None:
    with pytest.raises(InvalidInput, match="the id of a backfill; backfill status lists them"):
        control_backfill(app_with(BackfillStatus.RUNNING), replace(control, backfill_id="b"), "m1")
