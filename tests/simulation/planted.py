"""Every planted bug, and what notices it."""

from collections.abc import Iterable, Mapping

from tests.simulation import scripted
from tests.simulation.attempt_bugs import ATTEMPT_BUGS
from tests.simulation.cascade_bugs import CASCADE_BUGS
from tests.simulation.control_bugs import CONTROL_BUGS
from tests.simulation.daily_bugs import DAILY_BUGS
from tests.simulation.kinds import run_of
from tests.simulation.lane_bugs import LANE_BUGS
from tests.simulation.minimal import minimal
from tests.simulation.phase_bugs import PHASE_BUGS
from tests.simulation.planted_bug import PlantedBug
from tests.simulation.request_bugs import REQUEST_BUGS
from tests.simulation.round_bugs import ROUND_BUGS
from tests.simulation.schedule_bugs import SCHEDULE_BUGS
from tests.simulation.window_bugs import WINDOW_BUGS

BUGS: Mapping[str, PlantedBug] = {
    **ATTEMPT_BUGS,
    **CASCADE_BUGS,
    **CONTROL_BUGS,
    **WINDOW_BUGS,
    **ROUND_BUGS,
    **REQUEST_BUGS,
    **DAILY_BUGS,
    **SCHEDULE_BUGS,
    **PHASE_BUGS,
    **LANE_BUGS,
}


def noticed_by_seed(bug: PlantedBug, seed: int) -> str:
    """Return the invariant that a seed breaks with the bug planted, empty when it breaks none."""
    with bug.planted():
        return run_of(seed).broken() or ""


def trace_of_seed(bug: PlantedBug, seed: int) -> tuple[str, list[str]]:
    """Return the invariant that a seed breaks with the bug planted, and the trace of the seed made small.

    Raises ValueError when it breaks none.
    """
    with bug.planted():
        violation, _, trace = minimal(type(run_of(seed)), seed)
    return violation, trace


def trace_of_script(bug: PlantedBug) -> tuple[str, list[str]]:
    """Return the invariant that a bug's own script breaks with it planted, empty where it has none, and the trace."""
    if bug.script is None:
        return "", []
    with bug.planted():
        return scripted.played(bug.script)


def first_seed(bug: PlantedBug, seeds: Iterable[int]) -> int | None:
    """Return the first of these seeds that breaks an invariant with the bug planted, None when none does."""
    return next((seed for seed in seeds if noticed_by_seed(bug, seed)), None)
