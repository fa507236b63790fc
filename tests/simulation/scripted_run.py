"""Seeds that vary an interleaving that was written down: messages in another order, and some of them twice."""

from dataclasses import replace
from random import Random

from tests.simulation.faults import Chaos
from tests.simulation.planted_bug import Script
from tests.simulation.run import Run
from tests.simulation.scripted import carry_out, small_world
from tests.simulation.scripts import SCRIPTS

DUPLICATES = (0.0, 0.1, 0.3)


class ScriptedRun(Run):
    """One seed: which script it is, and in what order what is due is delivered where the script leaves that open."""

    kind = "scripted"

    @property
    def script(self) -> Script:
        """Return the interleaving that the seed varies."""
        return SCRIPTS[self.seed % len(SCRIPTS)]

    def _run(self) -> None:
        random = Random(self.seed)
        chaos = Chaos(duplicate=random.choice(DUPLICATES))
        world = small_world(random, replace(chaos, **dict.fromkeys(self.weaker.without, 0.0)))
        world.note(f"{self.script.__name__}: {self.script.__doc__}")
        self.worlds.append(world)
        carry_out(world, self.script)
