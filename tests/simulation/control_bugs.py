"""Guards of what operators say of backfills, each taken away in a way of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain import units
from shared.domain.units import Unit
from shared.service import dead_letter
from shared.service.observation import Observation
from tests.simulation import scripted_controls as scripted
from tests.simulation.planted_bugs import PlantedBug, always, nothing

WANT = units.want


def _want_forgetting_the_redo(unit: Unit, name: str, epoch: int, now: datetime, **_: Any) -> Unit:
    return replace(WANT(unit, name, epoch, now), force=unit.force and epoch == 0)


CONTROL_BUGS: Mapping[str, PlantedBug] = {
    "a retry forgets that it is a redo": PlantedBug(
        script=scripted.failed_redo_is_retried, patches=((units, "want", _want_forgetting_the_redo),)
    ),
    "what a cancel gives up is left though a later phase needs it": PlantedBug(
        script=scripted.cancelled_before_a_later_phase, patches=((Observation, "_take_over", nothing),)
    ),
    "a target that a cancel gives up is left though its predictions are wanted": PlantedBug(
        script=scripted.cancelled_before_predictions, patches=((Observation, "_take_over", nothing),)
    ),
    "a late letter fails a unit that is nobody's": PlantedBug(
        script=scripted.letter_comes_after_a_cancel, patches=((dead_letter, "_is_wanted", always),)
    ),
}

CONTROL_SCRIPTS = (
    scripted.failed_redo_is_retried,
    scripted.cancelled_before_a_later_phase,
    scripted.cancelled_before_predictions,
    scripted.letter_comes_after_a_cancel,
)
