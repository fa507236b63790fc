"""One seed from its draw to its judgement: the run with faults, its calm end, and the run without faults."""

from dataclasses import dataclass, replace
from random import Random
from typing import Any, ClassVar

from shared.config import Config
from tests.memory_stack import toy_work
from tests.simulation.endings import attempts_spent, judge_end, judge_same
from tests.simulation.faults import Chaos, SimulatedBuild, drawn
from tests.simulation.scenarios import Scenario, scenario_of
from tests.simulation.season import MadeSeason, made_season
from tests.simulation.violation import Violation, check
from tests.simulation.world import World

TRACE_SHOWN = 40
CASCADE_SHARE = 0.75
# How often a date of the daily path is corrected and redone.
FIX_SHARE = 0.3
# How often a game that was taken from the schedule is put back.
PLAYED_SHARE = 0.6
# Most seeds play a short season, so that many fit into the time; every so many a longer one.
SHORT, LONG, LONG_EVERY = (7, 13), (12, 22), 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Weaker:
    """What of a seed's faults is left out, to see whether it still fails: kinds of them, and all but the first acts."""

    without: frozenset[str] = frozenset()
    acts_max: int | None = None


class Run:
    """One seed. The same seed draws the same season, requests, faults and interleaving."""

    kind = "faults"
    # What spends its attempts on faults must not have the breaker change how a run ends.
    breaker: ClassVar[dict[str, Any]] = {"breaker_share": 1.0}

    def __init__(self, seed: int, weaker: Weaker | None = None) -> None:
        self.seed = seed
        self.weaker = weaker or Weaker()
        self.worlds: list[World] = []

    @property
    def trace(self) -> list[str]:
        """Return what happened in the world that was played last."""
        return self.worlds[-1].trace if self.worlds else []

    def broken(self) -> str | None:
        """Play the seed; return the invariant that it breaks, None when it breaks none."""
        try:
            self._run()
        except Violation as error:
            return str(error)
        return None

    def check(self) -> None:
        """Raise AssertionError, with how to replay it and the end of the trace, when an invariant breaks."""
        broken = self.broken()
        if broken is not None:
            replay = f"replay: make sim SEED={self.seed} KIND={self.kind}"
            raise AssertionError("\n".join([broken, replay, *self.trace[-TRACE_SHOWN:]]))

    def wild_actions(self) -> int:
        """Play the seed; return how many actions it took with faults on."""
        self.broken()
        return self.worlds[0].acts

    def drive(self, world: World, scenario: Scenario) -> None:
        """Ask for what the scenario asks for, and let anything happen."""
        _request(world, scenario)

    def scenario(self, season: MadeSeason, random: Random) -> Scenario:
        """Draw what is asked for."""
        return scenario_of(season, random)

    def _run(self) -> None:
        wild, scenario = self._world(wild=True)
        self._play(wild, scenario)
        judge_end(wild, scenario)
        if scenario.repeatable and not attempts_spent(wild):
            calm, scenario = self._world(wild=False)
            self._play(calm, scenario)
            judge_same(wild, calm)

    def _world(self, *, wild: bool) -> tuple[World, Scenario]:
        random = Random(self.seed)
        dates_min, dates_max = SHORT if self.seed % LONG_EVERY else LONG
        season = made_season(random, dates_min=dates_min, dates_max=dates_max)
        scenario = self.scenario(season, random)
        chaos = drawn(random)
        config = Config(
            max_in_flight=random.choice((2, 16)),
            attempts_max=random.choice((3, 12)),
            retry_seconds=random.choice((0.5, 20.0)),
            backoff_scale=1.0,
            **self.breaker,
        )
        chaos = replace(chaos, **dict.fromkeys(self.weaker.without, 0.0))
        world = _world_of(season, scenario, chaos if wild else Chaos(), config, self.seed)
        world.acts_max = self.weaker.acts_max
        self.worlds.append(world)
        return world, scenario

    def _play(self, world: World, scenario: Scenario) -> None:
        SimulatedBuild.world = world
        with toy_work(SimulatedBuild), world.store.read_once():
            with world.calm():
                _prepare(world, scenario)
            world.note(f"{scenario}")
            world.note(f"{world.chaos}")
            self.drive(world, scenario)
            world.run_calm()
        changed = world.store.changed_by_readers()
        check(not changed, f"{changed} were changed by somebody who had only read them")


def _world_of(season: MadeSeason, scenario: Scenario, chaos: Chaos, config: Config, seed: int) -> World:
    return World(
        season=season,
        random=Random(seed + 1),
        chaos=chaos,
        config=config,
        lost=scenario.lost,
        unscheduled=scenario.unscheduled,
    )


def _prepare(world: World, scenario: Scenario) -> None:
    """Bring the early dates to Phase 3; then the schedule has a date more, in the middle of what is remembered."""
    early = scenario.early
    if early:
        body = {"start_date": early[0], "end_date": early[-1], "dates": list(early), "to_phase": 3}
        world.request(**body, request_id="early")
        world.run_calm()
    if scenario.unscheduled:
        world.revise_calendar()


def _request(world: World, scenario: Scenario) -> None:
    """Ask for what the scenario asks for, at the start or in the middle of everything."""
    actions = world.random.choice((100, 250))
    for request in scenario.requests[: 2 if scenario.kind == "pair" else 1]:
        world.request(**request)
        if scenario.kind == "pair":
            # Which of two requests is planned first decides which dates the second finds complete or named.
            with world.calm():
                world.deliver_plans()
    if scenario.repeatable and not world.chaos.any:
        return
    world.run_wild(world.random.randrange(actions))
    if scenario.kind == "cancel":
        world.request(**scenario.requests[1])
        world.run_wild(world.random.randrange(actions))
        world.control("cancel", world.random.choice(("a", "b")))
    elif scenario.kind == "retry":
        _retry(world)
    elif scenario.kind == "late":
        world.request(**scenario.requests[1])
    elif scenario.kind == "fix":
        _fix(world)
    elif scenario.kind == "live":
        _live(world)
    elif scenario.kind == "schedule":
        _reschedule(world)
    world.run_wild(actions)


def _live(world: World) -> None:
    """Have one to three dates in a row scraped by the daily path, in any order; sometimes one is corrected later."""
    days = world.season.dates
    first = world.random.randrange(len(days))
    found = days[first : first + world.random.choice((1, 2, 3))]
    for day in world.random.sample(found, len(found)):
        world.scraped(day)
        world.run_wild(world.random.choice((0, 5, 60)))
    if world.random.random() < FIX_SHARE:
        _fix(world)


def _reschedule(world: World) -> None:
    """Take the games of one or two dates from the schedule, at any moment; most are played after all."""
    random = world.random
    for day in random.sample(world.season.dates, random.choice((1, 1, 2))):
        world.postpone(day)
        world.run_wild(random.choice((0, 3, 20, 100)))
        if random.random() < PLAYED_SHARE:
            world.play_after_all(day)
            world.run_wild(random.choice((0, 3, 20, 100)))


def _retry(world: World) -> None:
    """Let the backfill come to its end, find what was lost, and have it retried, in the middle of everything again."""
    world.run_calm()
    world.stack.source.lost = frozenset()
    world.control("retry", "a")


def _fix(world: World) -> None:
    """Correct a line by hand wherever it has landed, and ask for the date to be redone."""
    days = [day for day in world.season.dates if (day, "player_boxscores.jsonl") in world.landing.files]
    for day in world.random.sample(days, min(len(days), world.random.choice((1, 1, 3)))):
        players = sorted(world.season.boxes[day])
        scraped = world.oracles.documents.get(f"units/1-{day}", {}).get("status") == "complete"
        if players and scraped:
            points = world.random.choice((None, 41))
            if world.correct(day, world.random.choice(players), points):
                body = {"start_date": str(day), "end_date": str(day), "request_id": f"fix-{day}"}
                world.request(**body, scenario="reprocess", cascade=world.random.random() < CASCADE_SHARE)
        world.run_wild(world.random.choice((0, 3, 20)))
