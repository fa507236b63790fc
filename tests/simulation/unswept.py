"""Seeds without faults and without a sweep: what is asked for comes to its end by the messages it brings about."""

from random import Random
from unittest import mock

from tests.simulation.endings import backfills_of, judge_end, units_of
from tests.simulation.faults import Chaos
from tests.simulation.oracles import STOPPED, TERMINAL, check
from tests.simulation.run import Run
from tests.simulation.scenarios import Scenario
from tests.simulation.world import World

# The daily path is never stopped.
LIVE = {"status": "running"}
# What one of these gave up is nobody's.
ENDED = (*STOPPED, "failed")
MOMENT_SECONDS = 0.1
# Deliveries overtake one another at any call of a port, and come twice; nothing is lost and nobody dies.
SWITCHES, DUPLICATES = (0.0, 0.01, 0.03), (0.0, 0.1)


class UnsweptRun(Run):
    """One seed: whatever overtakes whatever, nothing is left to the sweep."""

    kind = "unswept"

    def drive(self, world: World, scenario: Scenario) -> None:
        """Ask for what the scenario asks for, deliver everything, and judge the end before any sweep."""
        random = Random(self.seed + 2)
        world.chaos = Chaos(switch=random.choice(SWITCHES), duplicate=random.choice(DUPLICATES))
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
    world.clock.advance(min(seconds, MOMENT_SECONDS))


def _judge_units(world: World) -> None:
    """Whatever somebody wants who is not stopped has come to its end; only its backfill may not have heard of it."""
    backfills = backfills_of(world)
    for key, unit in units_of(world).items():
        wanters = [name for name in unit["wanted_by"] if backfills.get(name, LIVE)["status"] not in ENDED]
        check(not wanters or unit["status"] in TERMINAL, f"h: without a sweep {key} is {unit['status']} for {wanters}")
