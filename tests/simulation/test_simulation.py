"""Every seed is a run of the whole pipeline with faults; every invariant of the design is judged on every write.

`make sim` plays more of them, and shows one that fails made small.
"""

import pytest

from tests.simulation.run import Run

SEEDS = 60
SEEDS_A_TEST = 10


def chunks(count: int) -> list[range]:
    """Return the seeds to play, a few a test."""
    return [range(first, min(first + SEEDS_A_TEST, count)) for first in range(0, count, SEEDS_A_TEST)]


@pytest.mark.parametrize("seeds", chunks(SEEDS), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_every_invariant_holds_whatever_happens(seeds: range) -> None:
    for seed in seeds:
        Run(seed).check()


def test_a_seed_replays_to_the_same_trace() -> None:
    first, second = Run(3), Run(3)
    first.check()
    second.check()
    assert first.trace == second.trace
    assert len(first.trace) > 100
