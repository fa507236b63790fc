"""Guards of the phases of one date, each taken away."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.domain import units
from shared.domain.plan import TARGET_PHASES
from shared.domain.units import Status, Unit
from shared.service.observation import Observation
from shared.service.round import Round
from tests.simulation import scripted_phases
from tests.simulation.planted_bug import PlantedBug

RELEASE = Round._release


def _release_both(self: Round, day: date, *given: Any) -> None:
    for each in self.changes.units(day, TARGET_PHASES):
        if each.status is Status.COMPLETE:
            self.changes.change(units.reopen(each, self.now))
    RELEASE(self, day, *given)


def _block_after_each(self: Observation, failed: Unit) -> None:
    for unit in self._changes.units(failed.game_date, range(failed.phase + 1, 6)):
        if not unit.reason.startswith(reason := f"{failed.key} failed"):
            self._changes.change(units.block(unit, reason, self._now))


PHASE_BUGS: Mapping[str, PlantedBug] = {
    "a release opens the phase that nobody asked for": PlantedBug(
        rule="plan", script=scripted_phases.only_phase_4_is_redone, patches=((Round, "_release", _release_both),)
    ),
    "two failures of a date block the same unit in turn": PlantedBug(
        rule="i",
        script=scripted_phases.two_phases_of_a_date_have_failed,
        patches=((Observation, "_block_after", _block_after_each),),
    ),
}
