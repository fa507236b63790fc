"""Seeds that look closely at one kind of moment: there a holder stands still, or dies, more often than elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from unittest import mock

from tests.simulation.faults import Crash
from tests.simulation.run import Run
from tests.simulation.scenarios import Scenario, scenario_of
from tests.simulation.season import MadeSeason
from tests.simulation.world import DEPTH_MAX, World

# Moments, by the call of a port: read and computed; a partition replaced; about to commit; committed; about to publish.
MOMENTS = ("built", "built", "replaced", "commit", "committed", "publish", "landing")
KINDS = ("fix", "fix", "pair", "late", "cancel", "retry", "single", "live")
SHARES, DEATHS, ACTS = (0.2, 0.5), (0.0, 0.05), (3, 12, 40)
DRAWS_MAX = 100
# How often somebody corrects a date meanwhile, where dates are corrected at all.
CORRECTED = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What a seed looks at: how often a holder stops at such a moment, for how many actions, and how often it dies."""

    moment: str
    kind: str
    share: float
    death: float
    acts: int


def focus_of(random: Random) -> Focus:
    """Draw what a seed looks at."""
    return Focus(
        moment=random.choice(MOMENTS),
        kind=random.choice(KINDS),
        share=random.choice(SHARES),
        death=random.choice(DEATHS),
        acts=random.choice(ACTS),
    )


class FocusedRun(Run):
    """One seed with a focus, drawn apart from everything else."""

    kind = "focused"

    @property
    def focus(self) -> Focus:
        """Return what the seed looks at."""
        return focus_of(Random(self.seed + 3))

    def scenario(self, season: MadeSeason, random: Random) -> Scenario:
        """Draw what is asked for until it is of the kind that the seed looks at."""
        for _ in range(DRAWS_MAX):
            found = scenario_of(season, random)
            if found.kind == self.focus.kind:
                break
        return found

    def drive(self, world: World, scenario: Scenario) -> None:
        """Ask for what the scenario asks for, and let happen what may, mostly at one kind of moment."""
        with mock.patch.object(World, "pause", _pausing(self.focus, World.pause)):
            super().drive(world, scenario)


def _correct_meanwhile(world: World) -> None:
    """Correct a line of a date that was scraped, and ask for the date and whatever it reaches to be run again."""
    scraped = [day for day, name in sorted(world.landing.files) if name == "player_boxscores.jsonl"]
    days = [day for day in scraped if world.oracles.documents[f"units/1-{day}"]["status"] == "complete"]
    day = world.random.choice(days) if days else None
    players = sorted(world.season.boxes[day]) if day else []
    if day and players and world.correct(day, world.random.choice(players), world.random.choice((None, 41, 42))):
        name = f"meanwhile-{len(world.trace)}"
        world.request(start_date=str(day), end_date=str(day), scenario="reprocess", request_id=name)


def _pausing(focus: Focus, pause: Callable[[World, str], None]) -> Callable[[World, str], None]:
    def pausing(world: World, where: str) -> None:
        if where != focus.moment or not world.chaos.any or not 0 < world.depth < DEPTH_MAX:
            pause(world, where)
            return
        draw = world.random.random()
        if draw < focus.death:
            world.note(f"CRASH at {where}")
            raise Crash(where)
        if draw < focus.death + focus.share:
            if focus.kind == "fix" and world.depth == 1 and draw < focus.death + CORRECTED * focus.share:
                _correct_meanwhile(world)
            world.interrupt(where, focus.acts)

    return pausing
