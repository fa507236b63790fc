"""Say on the bus how a unit has ended."""

from dataclasses import replace

from shared.domain.messages import UnitHint
from shared.domain.units import Status, Unit
from shared.service.app import App


def announce(app: App, phase: int, hint: UnitHint) -> None:
    """Publish that a unit is complete."""
    app.bus.publish(f"phase{phase}-complete", replace(hint, phase=phase).body())


def announce_failure(app: App, phase: int, hint: UnitHint) -> None:
    """Publish that a unit has failed for good."""
    app.bus.publish("unit-failed", replace(hint, phase=phase).body())


def announce_again(app: App, unit: Unit, hint: UnitHint) -> None:
    """Publish a completion once more if nothing shows that it was heard: the successor has not moved."""
    if unit.phase in (1, 2, 4):
        successor = app.ledger.unit(unit.phase + 1, unit.game_date)
        heard = successor is None or successor.unit.status not in (Status.PENDING, Status.BLOCKED)
    else:
        heard = False
    if not heard:
        announce(app, unit.phase, hint)
