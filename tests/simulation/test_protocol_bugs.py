"""A simulation that cannot fail proves nothing: every guard is taken away once, and must be missed."""

import pytest

from tests.simulation import scripted
from tests.simulation.cascade_bugs import CASCADE_BUGS
from tests.simulation.control_bugs import CONTROL_BUGS, CONTROL_SCRIPTS
from tests.simulation.planted_bugs import PLANTED_BUGS, PlantedBug, Script
from tests.simulation.planted_daily import DAILY_BUGS
from tests.simulation.planted_phases import PHASE_BUGS
from tests.simulation.planted_schedule import SCHEDULE_BUGS
from tests.simulation.run import Run
from tests.simulation.scripted_cascade import CASCADE_SCRIPTS
from tests.simulation.scripted_daily import DAILY_SCRIPTS
from tests.simulation.scripted_phases import PHASE_SCRIPTS
from tests.simulation.scripted_schedule import SCHEDULE_SCRIPTS

SEEDS_MAX = 150
SCRIPTS = (
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
    *CONTROL_SCRIPTS,
    *CASCADE_SCRIPTS,
    *DAILY_SCRIPTS,
    *SCHEDULE_SCRIPTS,
    *PHASE_SCRIPTS,
)
BUGS = {**PLANTED_BUGS, **CONTROL_BUGS, **CASCADE_BUGS, **DAILY_BUGS, **SCHEDULE_BUGS, **PHASE_BUGS}
SEEDED = {name: bug for name, bug in BUGS.items() if bug.script is None}
SCRIPTED = {name: bug for name, bug in BUGS.items() if bug.script is not None}


def catching_seed(bug: PlantedBug) -> int | None:
    """Return the first seed, its own before the others, that breaks an invariant with the bug planted."""
    for seed in (bug.seed, *range(SEEDS_MAX)):
        with bug.planted():
            try:
                Run(seed).check()
            except AssertionError:
                return seed
    return None


@pytest.mark.parametrize("bug", SEEDED.values(), ids=SEEDED.keys())
def test_a_seed_notices_the_bug_and_passes_without_it(bug: PlantedBug) -> None:
    seed = catching_seed(bug)
    assert seed is not None, f"none of {SEEDS_MAX} seeds notices it"
    Run(seed).check()


@pytest.mark.parametrize("bug", SCRIPTED.values(), ids=SCRIPTED.keys())
def test_a_script_notices_the_bug(bug: PlantedBug) -> None:
    assert bug.script is not None
    with bug.planted():
        assert scripted.noticed(bug.script)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_a_script_passes_without_a_bug(script: Script) -> None:
    assert scripted.noticed(script) == ""
