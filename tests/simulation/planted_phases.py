"""The guard of a phase that nobody asked for, taken away."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.domain import units
from shared.domain.plan import TARGET_PHASES
from shared.domain.units import Status
from shared.service.round import Round
from tests.simulation import scripted_phases
from tests.simulation.planted_bugs import PlantedBug

RELEASE = Round._release


def _release_both(self: Round, day: date, *given: Any) -> None:
    for each in self.changes.units(day, TARGET_PHASES):
        if each.status is Status.COMPLETE:
            self.changes.change(units.reopen(each, self.now))
    RELEASE(self, day, *given)


PHASE_BUGS: Mapping[str, PlantedBug] = {
    "a release opens the phase that nobody asked for": PlantedBug(
        script=scripted_phases.only_phase_4_is_redone, patches=((Round, "_release", _release_both),)
    ),
}
