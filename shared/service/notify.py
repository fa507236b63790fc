"""Deliver the notices of an incident to those they are for, in their order, each once.

A delivery is taken on by compare-and-set before it is made, so that two messages about one notice make one of it. What
crashes between a delivery and its mark is delivered again when `SENDING_SECONDS` are over: PagerDuty tells by the
deduplication key that it is the same, a chat shows it twice.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.domain.alerts import Tier
from shared.domain.errors import Conflict, InvalidInput, NotifierRefused, NotifierUnavailable
from shared.domain.message_fields import TEXT_LENGTH_MAX
from shared.domain.messages import Alert
from shared.domain.notices import Notice
from shared.logs import log
from shared.service.alerting.incidents import HeldIncident, held_incident, incident_write
from shared.service.app import App

# Longer than a notifier may take for all who are told.
SENDING_SECONDS: Final = 120.0


def notify(app: App, alert: Alert) -> None:
    """Deliver a notice, and those of its incident that come before it; an alert that carries none is only logged.

    Raises NotifierUnavailable, or Conflict while somebody else delivers it; then the message is delivered again.
    """
    if not alert.notice:
        log("alert.reported", rule=alert.rule, subject=alert.subject)
        return
    try:
        held = held_incident(app, alert.incident)
    except InvalidInput:
        log("notice.unknown", incident=alert.incident, notice=alert.notice)
        return
    waiting = [each.id for each in held.incident.waiting]
    for name in waiting[: waiting.index(alert.notice) + 1] if alert.notice in waiting else ():
        _deliver(app, alert.incident, name)


def _deliver(app: App, incident: str, name: str) -> None:
    taken = _change(app, incident, name, _take_on(app.clock.now()))
    if taken is None or taken.delivered_at:
        return
    for tier in taken.tiers:
        if tier not in taken.reached:
            taken = _send(app, incident, taken, tier)
    done = replace(taken, delivered_at=app.clock.now().isoformat(), sending_until="")
    _change(app, incident, name, lambda _: done)
    log("notice.delivered", notice=name, kind=taken.kind.value, tiers=[each.value for each in taken.tiers])


def _send(app: App, incident: str, notice: Notice, tier: Tier) -> Notice:
    """Tell one tier; return the notice with whom it has reached. Raises NotifierUnavailable, having let go of it."""
    refused = notice.refused
    try:
        app.notifier.send(tier, notice)
    except NotifierRefused as error:
        log("notice.refused", notice=notice.id, tier=tier.value, error=str(error))
        refused = str(error)[:TEXT_LENGTH_MAX]
    except NotifierUnavailable:
        _change(app, incident, notice.id, _let_go(notice))
        raise
    return replace(notice, reached=(*notice.reached, tier), refused=refused)


def _take_on(now: datetime) -> Callable[[Notice], Notice]:
    """Return what takes a delivery on. Raises Conflict while somebody else has it."""

    def taken(notice: Notice) -> Notice:
        if notice.delivered_at:
            return notice
        if notice.sending_until and now < datetime.fromisoformat(notice.sending_until):
            raise Conflict(f"{notice.id}: somebody delivers it until {notice.sending_until}")
        return replace(notice, sending_until=(now + timedelta(seconds=SENDING_SECONDS)).isoformat())

    return taken


def _let_go(reached: Notice) -> Callable[[Notice], Notice]:
    return lambda _: replace(reached, sending_until="")


def _change(app: App, incident: str, name: str, change: Callable[[Notice], Notice]) -> Notice | None:
    """Write one notice of an incident anew; None when it is not kept any more. Raises Conflict when contended."""
    for _ in range(app.config.contention_attempts):
        held: HeldIncident = held_incident(app, incident)
        found = next((each for each in held.incident.outbox if each.id == name), None)
        if found is None:
            return None
        changed = change(found)
        if changed == found:
            return found
        outbox = tuple(changed if each.id == name else each for each in held.incident.outbox)
        try:
            app.ledger.commit([incident_write(replace(held.incident, outbox=outbox), held.revision)])
        except Conflict:
            continue
        return changed
    raise Conflict(f"{name}: still contended after {app.config.contention_attempts} tries")
