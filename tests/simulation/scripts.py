"""Every interleaving that was written down."""

from tests.simulation import scripted
from tests.simulation.planted_bug import Script
from tests.simulation.scripted_attempts import ATTEMPT_SCRIPTS
from tests.simulation.scripted_cascade import CASCADE_SCRIPTS
from tests.simulation.scripted_controls import CONTROL_SCRIPTS
from tests.simulation.scripted_daily import DAILY_SCRIPTS
from tests.simulation.scripted_lanes import LANE_SCRIPTS
from tests.simulation.scripted_phases import PHASE_SCRIPTS
from tests.simulation.scripted_requests import REQUEST_SCRIPTS
from tests.simulation.scripted_rounds import ROUND_SCRIPTS
from tests.simulation.scripted_schedule import SCHEDULE_SCRIPTS
from tests.simulation.scripted_windows import WINDOW_SCRIPTS

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
    *LANE_SCRIPTS,
)
