"""Guards of a schedule that changes in the middle of everything, each taken away."""

from collections.abc import Mapping
from datetime import date

from shared.domain.frontier import lane_of
from shared.service.cascade import Cascade
from shared.service.observation import Observation
from tests.simulation import scripted_schedule
from tests.simulation.planted_bug import PlantedBug, never

DROP = Observation.drop_if_unscheduled


def _drop_what_has_a_lane(self: Observation, day: date) -> bool:
    lanes = [lane_of(name)[1] for name in (*self._frontier.queue, *self._frontier.lanes)]
    return day in lanes and DROP(self, day)


SCHEDULE_BUGS: Mapping[str, PlantedBug] = {
    "a target keeps reading a date that has no game any more": PlantedBug(
        rule="schedule",
        script=scripted_schedule.date_that_was_read_is_postponed,
        patches=((Cascade, "_came_or_went", never),),
    ),
    "a unit that loses its game while it runs waits for ever": PlantedBug(
        rule="schedule",
        script=scripted_schedule.game_is_taken_while_its_date_runs,
        patches=((Observation, "drop_if_unscheduled", _drop_what_has_a_lane),),
    ),
}
