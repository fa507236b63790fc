"""Take in a message whose deliveries were spent: record it, and fail its unit unless that is well."""

import hashlib
from typing import Any

from shared.domain import units
from shared.domain.errors import Conflict, InvalidInput
from shared.domain.messages import UnitHint, unit_hint
from shared.domain.units import Status, Unit
from shared.logs import log
from shared.ports import Write
from shared.service.app import App
from shared.service.attempt import announce_failure
from shared.service.ledger import unit_write

SOURCE_ATTRIBUTE = "CloudPubSubDeadLetterSourceSubscription"
# What a function was asked to bring about: the unit after the completion it was told of.
UNIT_OF_FUNCTION = {"scrape": 0, "process_raw": 1, "process_analytics": 1, "precompute": 0, "predict": 1}


def dead_letter(app: App, body: dict[str, Any], subscription: str, message_id: str) -> None:
    """Record the message under `dead_letters/`, alert, and fail the unit it was for.

    A unit that is complete, or that somebody holds on a live lease, is left alone: the letter came late.
    """
    entry = {"subscription": subscription, "message": body, "at": app.clock.now().isoformat()}
    try:
        app.ledger.commit([Write(key=f"dead_letters/{_name(message_id, subscription)}", body=entry)])
    except Conflict:
        log("dead_letter.again", subscription=subscription)
    app.bus.publish("alerts", {"version": 1, "rule": "dead_letter", "subject": subscription, "detail": body})
    offset = UNIT_OF_FUNCTION.get(subscription.partition(".")[0])
    if offset is None:
        return
    try:
        hint = unit_hint(body)
    except InvalidInput:
        return
    _fail(app, UnitHint(phase=hint.phase + offset, game_date=hint.game_date, backfill_id=hint.backfill_id))


def _fail(app: App, hint: UnitHint) -> None:
    held = app.ledger.unit(hint.phase, hint.game_date)
    now = app.clock.now()
    if held is None or held.unit.status in (Status.COMPLETE, Status.FAILED) or held.unit.lease_live(now):
        return
    app.ledger.commit([unit_write(_failed(held.unit, app), held.revision)])
    announce_failure(app, hint.phase, hint)


def _failed(unit: Unit, app: App) -> Unit:
    now = app.clock.now()
    held = units.claim(units.unblock(unit, now), now, 0)
    return units.fail(held, held.fence, unit.error or "its message ran out of delivery attempts", now)


def _name(message_id: str, subscription: str) -> str:
    return hashlib.sha256(f"{subscription}/{message_id}".encode()).hexdigest()[:32]
