"""Every planted bug, every script, and what a run of either notices."""

from collections.abc import Iterable, Mapping

from tests.simulation import scripted
from tests.simulation.attempt_bugs import ATTEMPT_BUGS
from tests.simulation.cascade_bugs import CASCADE_BUGS
from tests.simulation.control_bugs import CONTROL_BUGS, CONTROL_SCRIPTS
from tests.simulation.daily_bugs import DAILY_BUGS
from tests.simulation.minimal import minimal
from tests.simulation.phase_bugs import PHASE_BUGS
from tests.simulation.planted_bug import PlantedBug, Script
from tests.simulation.request_bugs import REQUEST_BUGS
from tests.simulation.round_bugs import ROUND_BUGS
from tests.simulation.schedule_bugs import SCHEDULE_BUGS
from tests.simulation.scripted_attempts import ATTEMPT_SCRIPTS
from tests.simulation.scripted_cascade import CASCADE_SCRIPTS
from tests.simulation.scripted_daily import DAILY_SCRIPTS
from tests.simulation.scripted_phases import PHASE_SCRIPTS
from tests.simulation.scripted_requests import REQUEST_SCRIPTS
from tests.simulation.scripted_rounds import ROUND_SCRIPTS
from tests.simulation.scripted_schedule import SCHEDULE_SCRIPTS
from tests.simulation.scripted_windows import WINDOW_SCRIPTS
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
}
SCRIPTS: tuple[Script, ...] = (
    scripted.input_moves_while_a_target_is_computed,
    scripted.input_is_half_replaced_when_a_target_starts,
    scripted.window_has_a_hole,
    scripted.file_is_corrected_by_hand,
    scripted.weaker_policy_comes_first,
    scripted.planner_is_overtaken,
    scripted.sweep_meets_a_plan,
    scripted.redo_meets_a_release,
    scripted.redo_meets_a_failure,
    scripted.lane_ends_early,
    scripted.blocked_after_its_release,
    scripted.cancelled_in_the_middle,
    scripted.cancelled_beside_another,
    scripted.strict_one_is_cancelled,
    scripted.retried_when_the_date_is_found,
    scripted.retried_without_a_target,
    scripted.neither_needs_what_both_need,
    scripted.calendar_is_revised_elsewhere,
    scripted.calendar_is_revised_after_a_release,
    scripted.nothing_waits_for_the_sweep,
    scripted.lax_and_strict_share_a_target,
    scripted.lax_runs_what_only_strict_needs,
    scripted.release_for_the_lax_one_is_lost,
    scripted.lax_comes_to_a_blocked_target,
    scripted.strict_comes_to_a_waiting_target,
    *ATTEMPT_SCRIPTS,
    *CONTROL_SCRIPTS,
    *CASCADE_SCRIPTS,
    *WINDOW_SCRIPTS,
    *ROUND_SCRIPTS,
    *REQUEST_SCRIPTS,
    *DAILY_SCRIPTS,
    *SCHEDULE_SCRIPTS,
    *PHASE_SCRIPTS,
)


def noticed_by_seed(bug: PlantedBug, seed: int) -> str:
    """Return the invariant that a seed breaks with the bug planted, empty when it breaks none."""
    with bug.planted():
        return bug.run(seed).broken() or ""


def trace_of_seed(bug: PlantedBug, seed: int) -> tuple[str, list[str]]:
    """Return the invariant that a seed breaks with the bug planted, and the trace of the seed made small.

    Raises ValueError when it breaks none.
    """
    with bug.planted():
        violation, _, trace = minimal(bug.run, seed)
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
