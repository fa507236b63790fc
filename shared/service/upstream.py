"""What a unit of Phases 2, 3 and 5 reads: the unit of the phase before, on the same date."""

from datetime import date

from shared.domain.calendar import season_of
from shared.domain.units import Status, Unit, unit_key
from shared.service.app import App
from shared.service.attempt import Inputs
from shared.service.ledger import NO_HEAD


def off_calendar(app: App, unit: Unit) -> bool:
    """Return whether a unit is blocked and its date has no game any more: a message that was on its way runs nothing.

    The calendar is read only for a unit that is blocked.
    """
    if unit.status is not Status.BLOCKED:
        return False
    return unit.game_date in app.seasons.calendar(season_of(unit.game_date)).dropped


def upstream_version(app: App, phase: int, day: date) -> int | None:
    """Return the version of a unit that is complete and not being replaced, else None."""
    held = app.ledger.unit(phase, day)
    return held.unit.version if held is not None and held.unit.readable else None


def upstream_inputs(app: App, unit: Unit) -> Inputs | None:
    """Return the version of the phase before, None until it may be read."""
    version = None if off_calendar(app, unit) else upstream_version(app, unit.phase - 1, unit.game_date)
    return None if version is None else {str(unit.phase - 1): version}


def upstream_unchanged(app: App, unit: Unit, inputs: Inputs) -> bool:
    """Return whether the phase before still stands at the version that was claimed."""
    key = unit_key(unit.phase - 1, unit.game_date)
    head = app.ledger.heads(key, key).get(key, NO_HEAD)
    return head.usable and head.version == inputs[str(unit.phase - 1)]
