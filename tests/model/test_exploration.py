"""Every interleaving of a small backfill: each state is judged, and from each a good end can be reached."""

from dataclasses import replace

import pytest

from tests.memory_stack import toy_work
from tests.model.configurations import CORRECTION, CRASH, FULL, LAPSE, ONE_TARGET, QUICK, Configuration
from tests.model.system import unpacked


def _named(configuration: Configuration) -> str:
    return f"{configuration.name}-{configuration.grain}-{''.join(map(str, configuration.faults))}"


@pytest.mark.parametrize("configuration", QUICK, ids=_named)
def test_every_invariant_holds_in_every_state(configuration: Configuration) -> None:
    explored = configuration.explored()
    assert explored.ends >= 1
    assert explored.transitions > explored.states


@pytest.mark.integration
@pytest.mark.parametrize("configuration", FULL, ids=_named)
def test_every_invariant_holds_in_every_state_of_a_larger_one(configuration: Configuration) -> None:
    assert configuration.explored().ends >= 1


def test_an_exploration_meets_the_same_states_again() -> None:
    configuration = replace(ONE_TARGET, faults=LAPSE)
    first, second = configuration.explored(), configuration.explored()
    assert replace(first, seconds=0.0, peak_mib=0) == replace(second, seconds=0.0, peak_mib=0)


def test_faults_are_met_and_survived() -> None:
    with toy_work():
        configuration = replace(ONE_TARGET, faults=CRASH)
        exploration = configuration.exploration(configuration.beginning())
        exploration.run()
    system = exploration.system
    ends = [unpacked(exploration.states[number]) for number in exploration.ends()]
    fences = {system.commons[end.common].body("units/3-2024-10-23")["fence"] for end in ends}
    assert fences == {1, 2}  # the date's holder was gone in the middle, or he was not
    assert {system.faults[end.faults].crashes for end in ends} == {0, 1}


@pytest.mark.integration
def test_a_correction_moves_the_date_and_the_targets_that_read_it() -> None:
    with toy_work():
        exploration = CORRECTION.exploration(CORRECTION.beginning())
        exploration.run()
    system = exploration.system
    ends = [system.commons[unpacked(exploration.states[number]).common] for number in exploration.ends()]
    assert {end.body("units/3-2024-10-23")["version"] for end in ends} == {2}
    # It was computed from the date as it was before, or not before it had moved.
    assert {end.body("units/4-2024-10-25")["version"] for end in ends} == {1, 2}
