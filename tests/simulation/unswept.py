"""Seeds in which nobody dies, and without a sweep: what is asked for comes to its end by messages alone."""

from random import Random
from unittest import mock

from tests.simulation.endings import backfills_of, judge_end, units_of
from tests.simulation.faults import Chaos
from tests.simulation.oracles import STOPPED, TERMINAL
from tests.simulation.run import Run
from tests.simulation.scenarios import Scenario
from tests.simulation.violation import check
from tests.simulation.world import World

# The daily path is never stopped.
LIVE = {"status": "running"}
# What one of these gave up is nobody's.
ENDED = (*STOPPED, "failed")
MOMENT_SECONDS = 0.1
# Deliveries overtake one another at any call of a port, come twice, are held, and come again though they were
# acknowledged; nobody dies.
SWITCHES, DUPLICATES, LOST, DELAYS = (0.0, 0.01, 0.03), (0.0, 0.1), (0.0, 0.0, 0.05), (0.0, 0.0, 0.05)


class UnsweptRun(Run):
    """One seed: whatever overtakes whatever, nothing is left to the sweep."""

    kind = "unswept"

    def drive(self, world: World, scenario: Scenario) -> None:
        """Ask for what the scenario asks for, deliver everything, and judge the end before any sweep."""
        random = Random(self.seed + 2)
        world.chaos = Chaos(
            switch=random.choice(SWITCHES),
            duplicate=random.choice(DUPLICATES),
            acknowledgement_lost=random.choice(LOST),
            delay=random.choice(DELAYS),
        )
        with mock.patch.object(World, "sweep"), mock.patch.object(World, "advance", _a_moment):
            super().drive(world, scenario)
            world.run_calm()
        _judge_units(world)

    def _run(self) -> None:
        world, scenario = self._world(wild=False)
        self._play(world, scenario)
        judge_end(world, scenario)


def _a_moment(world: World, seconds: float) -> None:
    """Let so little time pass that no lease runs out, and no message is thought lost, while its holder is paused."""
    world.clock.advance(min(seconds, MOMENT_SECONDS) if world.chaos.any else seconds)


def _judge_units(world: World) -> None:
    """Whatever somebody wants who is not stopped has come to its end; only its backfill may not have heard of it.

    What one opened again who was stopped then stays so, unless another who goes on wants it.
    """
    backfills = backfills_of(world)
    for key, unit in units_of(world).items():
        status = {name: backfills.get(name, LIVE)["status"] for name in unit["wanted_by"]}
        given_up = any(each in ENDED for each in status.values())
        over = (*ENDED, "complete") if given_up else ENDED
        wanters = [name for name, each in status.items() if each not in over]
        check(not wanters or unit["status"] in TERMINAL, f"h: without a sweep {key} is {unit['status']} for {wanters}")
