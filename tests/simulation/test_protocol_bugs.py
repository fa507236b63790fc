"""A simulation that cannot fail proves nothing: every guard is taken away once, and must be missed."""

import pytest

from tests.simulation import scripted
from tests.simulation.kinds import run_of
from tests.simulation.planted import BUGS, first_seed, trace_of_script
from tests.simulation.planted_bug import LETTERS, RULES, PlantedBug, Script
from tests.simulation.scripted_run import ScriptedRun
from tests.simulation.scripts import SCRIPTS

SEEDS_MAX = 150
SEEDS_ALL = 2000
BUGS_MIN = 25
SEEDED = {name: bug for name, bug in BUGS.items() if bug.script is None}
SCRIPTED = {name: bug for name, bug in BUGS.items() if bug.script is not None}


def test_every_rule_of_the_protocol_has_a_planted_bug() -> None:
    guarded = {bug.rule for bug in BUGS.values()}
    assert set(LETTERS) <= guarded
    assert guarded == RULES.keys()
    assert len(BUGS) >= BUGS_MIN


def test_every_bug_has_something_that_is_known_to_notice_it() -> None:
    assert not [name for name, bug in BUGS.items() if bug.script is None and bug.seed is None]


def test_every_script_of_a_bug_is_one_that_must_pass_without_it() -> None:
    assert {bug.script for bug in SCRIPTED.values()} <= set(SCRIPTS)


def test_the_first_seeds_vary_every_script() -> None:
    runs = map(run_of, range(SEEDS_ALL))
    assert {run.script for run in runs if isinstance(run, ScriptedRun)} == set(SCRIPTS)


@pytest.mark.parametrize("bug", SEEDED.values(), ids=SEEDED.keys())
def test_a_seed_notices_the_bug_and_passes_without_it(bug: PlantedBug) -> None:
    seed = first_seed(bug, (bug.seed or 0, *range(SEEDS_MAX)))
    assert seed is not None, f"none of {SEEDS_MAX} seeds notices it"
    run_of(seed).check()


@pytest.mark.parametrize("bug", SCRIPTED.values(), ids=SCRIPTED.keys())
def test_a_script_notices_the_bug(bug: PlantedBug) -> None:
    assert trace_of_script(bug)[0]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_a_script_passes_without_a_bug(script: Script) -> None:
    assert scripted.noticed(script) == ""
