"""Every guard of the protocol is taken away once, and an exploration must come upon what that breaks."""

import re

import pytest

from tests.memory_stack import toy_work
from tests.model.exploration import Broken
from tests.model.planted import PLANTED_BUGS, PlantedBug


@pytest.mark.integration
@pytest.mark.parametrize("bug", PLANTED_BUGS.values(), ids=PLANTED_BUGS.keys())
def test_an_exploration_comes_upon_every_planted_bug(bug: PlantedBug) -> None:
    with toy_work(), bug.planted() as exploration, pytest.raises(Broken) as caught:
        exploration.run()
    verdict, *trace = str(caught.value).splitlines()
    assert verdict.startswith(f"{bug.breaks}: ")
    assert trace
    assert all(re.match(rf" *{index} \w", line) for index, line in enumerate(trace, 1))
