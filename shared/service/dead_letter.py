"""Take in a message whose deliveries were spent: record it, and fail its unit unless that is well."""

import hashlib
import json
from typing import Any

from shared.domain import units
from shared.domain.errors import Conflict, InvalidInput
from shared.domain.message_fields import TEXT_LENGTH_MAX
from shared.domain.messages import Alert, UnitHint, unit_hint
from shared.domain.units import Status, Unit
from shared.logs import log
from shared.ports import Write
from shared.service.announce import announce_failure
from shared.service.app import App
from shared.service.ledger import unit_write
from shared.service.wanters import wanted_in

SOURCE_ATTRIBUTE = "CloudPubSubDeadLetterSourceSubscription"
# What a function was asked to bring about: the unit after the completion it was told of.
UNIT_OF_FUNCTION = {"scrape": 0, "process_raw": 1, "process_analytics": 1, "precompute": 0, "predict": 1}


def dead_letter(app: App, body: dict[str, Any], subscription: str, message_id: str) -> None:
    """Record the message under `dead_letters/`, alert, and fail the unit it was for.

    A unit that is complete, that somebody holds on a live lease, or that no live backfill wants any more, is left
    alone: the letter came late.
    """
    entry = {"subscription": subscription, "message": body, "at": app.clock.now().isoformat()}
    try:
        app.ledger.commit([Write(key=f"dead_letters/{_name(message_id, subscription)}", body=entry)])
    except Conflict:
        log("dead_letter.again", subscription=subscription)
    app.bus.publish("alerts", _alert(body, subscription, message_id).body())
    offset = UNIT_OF_FUNCTION.get(subscription.partition(".")[0])
    if offset is None:
        return
    try:
        hint = unit_hint(body)
    except InvalidInput:
        return
    _fail(app, UnitHint(phase=hint.phase + offset, game_date=hint.game_date, backfill_id=hint.backfill_id))


def _alert(body: dict[str, Any], subscription: str, message_id: str) -> Alert:
    """Return the alert of a letter; the start of its message will do, because the ledger keeps all of it."""
    message = json.dumps(body, sort_keys=True)[:TEXT_LENGTH_MAX]
    return Alert(rule="dead_letter", subject=subscription, detail={"message_id": message_id, "message": message})


def _fail(app: App, hint: UnitHint) -> None:
    held = app.ledger.unit(hint.phase, hint.game_date)
    now = app.clock.now()
    if held is None or held.unit.status in (Status.COMPLETE, Status.FAILED) or held.unit.lease_live(now):
        return
    if not wanted_in(app.ledger)(held.unit):
        return
    app.ledger.commit([unit_write(_failed(held.unit, app), held.revision)])
    announce_failure(app, hint.phase, hint)


def _failed(unit: Unit, app: App) -> Unit:
    now = app.clock.now()
    held = units.claim(units.unblock(unit, now), now, 0)
    return units.fail(held, held.fence, unit.error or "its message ran out of delivery attempts", now)


def _name(message_id: str, subscription: str) -> str:
    return hashlib.sha256(f"{subscription}/{message_id}".encode()).hexdigest()[:32]
