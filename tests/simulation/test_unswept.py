"""Where nothing is lost and nobody dies, the sweep has nothing to do: every seed ends by messages alone."""

import pytest

from tests.simulation.test_simulation import chunks
from tests.simulation.unswept import UnsweptRun

SEEDS = 20


@pytest.mark.parametrize("seeds", chunks(SEEDS), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_whatever_overtakes_whatever_nothing_waits_for_the_sweep(seeds: range) -> None:
    for seed in seeds:
        UnsweptRun(seed).check()
