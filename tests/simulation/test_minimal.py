"""A failing seed is made small without becoming another failure, and `make sim` tells it."""

import pytest

from tests.simulation import __main__ as sim
from tests.simulation.minimal import minimal
from tests.simulation.planted import BUGS, first_seed
from tests.simulation.run import Run

BUG = BUGS["earlier fences are not revoked"]
SEEDS_MAX = 150


@pytest.mark.integration
def test_a_failing_seed_is_made_small_and_breaks_the_same_invariant() -> None:
    seed = first_seed(BUG, (BUG.seed or 0, *range(SEEDS_MAX)))
    assert seed is not None
    with BUG.planted():
        whole = Run(seed)
        text = whole.broken()
        assert text is not None
        small, weaker, trace = minimal(Run, seed)
        assert small.split(":")[0] == text.split(":")[0]
        assert len(weaker.without) >= 3
        assert len(trace) < len(whole.trace) / 2
        assert Run(seed, weaker).broken() == small
    assert Run(seed, weaker).broken() is None


def test_a_seed_that_passes_cannot_be_made_small() -> None:
    with pytest.raises(ValueError, match="seed 3 passes"):
        minimal(Run, 3)


@pytest.mark.integration
def test_the_command_fails_with_the_seed_its_trace_and_how_to_replay_it(capsys: pytest.CaptureFixture[str]) -> None:
    seed = first_seed(BUG, (BUG.seed or 0, *range(SEEDS_MAX)))
    assert seed is not None
    assert sim.main(["--seeds", "3-5", "--jobs", "1"]) == 0
    with BUG.planted():
        assert sim.main(["--seeds", f"{seed}-{seed + 1}", "--kind", "faults", "--jobs", "1"]) == 1
    told = capsys.readouterr().out
    assert f"seed {seed} (faults): " in told
    assert f"replay: make sim SEED={seed} KIND=faults" in told
    assert "REQUEST" in told


@pytest.mark.parametrize("wrong", ["many", "9-3", "4-4"])
def test_seeds_that_are_none_are_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        sim.main(["--seeds", wrong])
    assert wrong in capsys.readouterr().err
