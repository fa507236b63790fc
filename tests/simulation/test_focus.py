"""Every invariant holds however long a holder stands still at one kind of moment, and however often it dies there."""

import pytest

from tests.simulation.focus import FocusedRun
from tests.simulation.test_simulation import chunks

SEEDS = 20


@pytest.mark.parametrize("seeds", chunks(SEEDS), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_every_invariant_holds_whatever_happens_at_one_kind_of_moment(seeds: range) -> None:
    for seed in seeds:
        FocusedRun(seed).check()
