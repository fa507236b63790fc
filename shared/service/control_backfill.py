"""Do what an operator says of a backfill: cancel, pause, resume, retry it, or apply its plan.

The epoch tells messages and claims of before from those of after: a unit is run for a backfill only at the epoch it
was wanted at. What a crash leaves undone here, a redelivery or the sweep completes.
"""

from collections.abc import Sequence

from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.controls import BackfillControl, ControlAction, fits
from shared.domain.units import Unit
from shared.logs import log
from shared.ports import Write
from shared.service.app import App
from shared.service.apply_plan import apply_plan
from shared.service.failures import chosen, known_backfill
from shared.service.reopen import reopen, set_going
from shared.service.withdraw import recount, withdraw


def control_backfill(app: App, control: BackfillControl, message_id: str) -> None:
    """Do what an operator asks of a backfill; the same message again only completes what it began.

    Raises InvalidInput for an id that is unknown, a backfill that the action does not fit, or a choice of what is
    retried of which nothing has failed; then nothing is changed.
    """
    backfill, revision = known_backfill(app, control.backfill_id)
    if message_id not in backfill.heard:
        _carry_out(app, control, backfill, revision, message_id)
    elif backfill.live:
        set_going(app, backfill.id)
    else:
        _finish_stopping(app, backfill.id)
    asked = {"backfill_id": backfill.id, "requested_by": control.requested_by, "reason": control.reason}
    log("backfill.controlled", control=control.action.value, **asked)


def _carry_out(app: App, control: BackfillControl, backfill: Backfill, revision: int, message_id: str) -> None:
    if not fits(control.action, backfill):
        _write(app, backfill.hearing(message_id), revision)
    elif control.action in (ControlAction.CANCEL, ControlAction.PAUSE):
        stop = backfill.cancelled if control.action is ControlAction.CANCEL else backfill.paused
        stopped = stop(app.clock.now(), by=control.requested_by, reason=control.reason)
        _write(app, stopped.hearing(message_id), revision)
        _finish_stopping(app, backfill.id)
    elif control.action is ControlAction.APPLY:
        apply_plan(app, backfill.hearing(message_id), revision)
    else:

        def choose(units: Sequence[Unit]) -> frozenset[str]:
            if control.action is ControlAction.RESUME:
                return frozenset()
            return chosen(units, backfill.id, control.dates, control.phase)

        reopen(app, backfill.id, message_id, choose)


def _finish_stopping(app: App, backfill_id: str) -> None:
    backfill, revision = known_backfill(app, backfill_id)
    if backfill.status in (BackfillStatus.CANCELLED, BackfillStatus.PAUSED):
        withdraw(app, backfill)
    if backfill.status is BackfillStatus.CANCELLED:
        recount(app, backfill, revision)


def _write(app: App, backfill: Backfill, revision: int) -> None:
    app.ledger.commit([Write(key=backfill.key, body=backfill.body(), revision=revision)])
