"""Every seed is a run in which operators interfere; `make sim` plays more of them."""

import pytest

from tests.simulation.operators import OperatorsRun
from tests.simulation.test_simulation import chunks

SEEDS = 40


@pytest.mark.parametrize("seeds", chunks(SEEDS), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_every_invariant_holds_whatever_operators_say(seeds: range) -> None:
    for seed in seeds:
        OperatorsRun(seed).check()
