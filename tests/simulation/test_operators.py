"""Every seed is a run in which operators interfere; SIM_SEEDS sets how many are played, SIM_SEED plays just one."""

import pytest

from tests.simulation.operators import OperatorsRun
from tests.simulation.test_simulation import chunks

SEEDS_DEFAULT = 100


@pytest.mark.parametrize("seeds", chunks(SEEDS_DEFAULT), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_every_invariant_holds_whatever_operators_say(seeds: range) -> None:
    for seed in seeds:
        OperatorsRun(seed).check()
