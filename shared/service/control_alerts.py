"""Do what an operator says of alerts: take an incident on, silence a rule or an incident, end a silence."""

from dataclasses import replace
from datetime import timedelta

from shared.domain.alert_controls import AlertAction, AlertControl
from shared.domain.errors import InvalidInput
from shared.domain.incidents import acknowledge
from shared.domain.silences import Silence, silence_from
from shared.logs import log
from shared.ports import Document, Write
from shared.service.alerting.incidents import held_incident, incident_write
from shared.service.app import App
from shared.service.raise_alerts import publish

SOMEBODY = "an operator"


def control_alerts(app: App, control: AlertControl, message_id: str) -> None:
    """Do what an operator asks; the same message again changes nothing.

    Raises InvalidInput for an incident that is unknown or does not fire, or a silence that there is not.
    """
    if control.action is AlertAction.ACK:
        _acknowledge(app, control)
    else:
        _silence(app, control, message_id)
    log("alerts.controlled", control=control.action.value, target=control.target, requested_by=control.requested_by)


def check_control(app: App, control: AlertControl) -> None:
    """Refuse what would be rejected once it is published. Raises InvalidInput."""
    if control.action is AlertAction.ACK:
        acknowledge(held_incident(app, control.target).incident, control.requested_by, app.clock.now())
    elif control.action is AlertAction.UNSILENCE:
        _known_silence(app, control.target)


def _acknowledge(app: App, control: AlertControl) -> None:
    held = held_incident(app, control.target)
    taken = acknowledge(held.incident, control.requested_by or SOMEBODY, app.clock.now())
    if taken != held.incident:
        app.ledger.commit([incident_write(taken, held.revision)])
    # Also where the message comes again: the one before may have died between the two.
    publish(app, taken.waiting[-1:])


def _silence(app: App, control: AlertControl, message_id: str) -> None:
    now = app.clock.now()
    document = app.ledger.store.get(f"silences/{control.target}")
    if document is not None and silence_from(document.body).heard == message_id:
        return
    if control.action is AlertAction.UNSILENCE:
        ended = replace(silence_from(_known_silence(app, control.target).body), until=now.isoformat())
    else:
        until = now + timedelta(minutes=control.minutes)
        ended = Silence(target=control.target, since=now.isoformat(), until=until.isoformat(), reason=control.reason)
    written = replace(ended, by=control.requested_by or SOMEBODY, heard=message_id)
    revision = document.revision if document is not None else None
    app.ledger.commit([Write(key=written.key, body=written.body(), revision=revision)])


def _known_silence(app: App, target: str) -> Document:
    """Return the silence of a target that is on. Raises InvalidInput when there is none."""
    document = app.ledger.store.get(f"silences/{target}")
    if document is None or not silence_from(document.body).holds(app.clock.now()):
        raise InvalidInput("target", target, "a silence that is on; see them: backfill alerts")
    return document
