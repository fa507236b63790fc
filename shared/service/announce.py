"""Say on the bus how a unit has ended, and which is to start."""

from dataclasses import replace
from datetime import date

from shared.domain.frontier import TARGET_LANE
from shared.domain.messages import LIVE, UnitHint
from shared.domain.units import Status, Unit
from shared.service.app import App


def announce(app: App, phase: int, hint: UnitHint) -> None:
    """Publish that a unit is complete."""
    app.bus.publish(f"phase{phase}-complete", replace(hint, phase=phase).body())


def announce_failure(app: App, phase: int, hint: UnitHint) -> None:
    """Publish that a unit has failed for good."""
    app.bus.publish("unit-failed", replace(hint, phase=phase).body())


def announce_again(app: App, unit: Unit, hint: UnitHint) -> None:
    """Publish a completion once more if nothing shows that it was heard: the successor has not read this version."""
    successor = app.ledger.unit(unit.phase + 1, unit.game_date) if unit.phase in (1, 2, 4) else None
    if unit.phase in (3, 5) or (successor is not None and not _heard(successor.unit, unit)):
        announce(app, unit.phase, hint)


def _heard(successor: Unit, unit: Unit) -> bool:
    if successor.status is Status.COMPLETE:
        return successor.inputs.get(str(unit.phase)) == unit.version
    return successor.status not in (Status.PENDING, Status.BLOCKED)


def start_lane(app: App, day: date, phase: int, backfill_id: str) -> None:
    """Publish the message that starts a date at a phase: a request, a release, or the phase before's completion."""
    if phase == 1:
        topic, told = "phase1-requests", phase
    elif phase == TARGET_LANE:
        topic, told = "phase4-releases", phase
    else:
        topic, told = f"phase{phase - 1}-complete", phase - 1
    name = "" if backfill_id == LIVE else backfill_id
    app.bus.publish(topic, UnitHint(phase=told, game_date=day, backfill_id=name).body())
