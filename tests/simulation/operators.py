"""Seeds in which operators pause, resume, cancel and retry backfills, and ask for overlapping ones, in the middle."""

from datetime import date
from random import Random
from typing import Any, ClassVar

from tests.simulation.endings import backfills_of, units_of
from tests.simulation.oracles import STOPPED
from tests.simulation.run import Run
from tests.simulation.scenarios import Scenario, request_of
from tests.simulation.season import MadeSeason
from tests.simulation.violation import check
from tests.simulation.world import World

WORDS = ("pause", "pause", "resume", "resume", "cancel", "retry", "request", "request")
ACTIONS = (3, 20, 60, 150)
WORDS_MAX = 6
# How often a request has no id of its own.
NAMELESS_SHARE = 0.6
ROUNDS_MAX = 6


class OperatorsRun(Run):
    """One seed: what is said of which backfill, and when, is drawn with everything else."""

    kind = "operators"
    breaker: ClassVar[dict[str, Any]] = {"breaker_share": 0.3, "breaker_dates_min": 3}

    def scenario(self, season: MadeSeason, random: Random) -> Scenario:
        """Draw two requests that may overlap, and dates that cannot be had at first."""
        requests = (request_of(season.dates, random, "a"), request_of(season.dates, random, "b"))
        lost = frozenset(random.sample(season.dates, random.choice((0, 0, 1, 2, 4))))
        return Scenario(kind="operators", early=(), requests=requests, lost=lost)

    def drive(self, world: World, scenario: Scenario) -> None:
        """Say things at any moment; a word may come late, twice or never fit. At last have everything go on."""
        random = world.random
        world.request(**scenario.requests[0])
        for number in range(random.randrange(1, WORDS_MAX)):
            world.run_wild(random.randrange(random.choice(ACTIONS)))
            _say(world, scenario, random.choice(WORDS), number)
        world.request(**scenario.requests[1])
        world.run_wild(random.randrange(random.choice(ACTIONS)))
        world.run_calm()
        if random.random() < 0.7:
            _have_it_all(world)


def _say(world: World, scenario: Scenario, word: str, number: int) -> None:
    random = world.random
    if word == "request":
        _ask_again(world, scenario, number)
        return
    names = sorted(backfills_of(world)) or ["a"]
    name = random.choice(names)
    fields: dict[str, Any] = {}
    failed = _failed(world, name)
    if word == "retry" and failed and random.random() < 0.6:
        fields["dates"] = sorted({key[8:] for key in random.sample(failed, random.randint(1, len(failed)))})
    if word == "retry" and random.random() < 0.5:
        world.stack.source.lost = frozenset()
    for _ in range(random.choice((1, 1, 2))):
        world.control(word, name, **fields)


def _ask_again(world: World, scenario: Scenario, number: int) -> None:
    """Ask for something else, for the same under another id, or twice for one thing without an id."""
    body = world.random.choice((request_of(world.season.dates, world.random, f"r{number}"), *scenario.requests))
    if world.random.random() < NAMELESS_SHARE:
        body = {name: value for name, value in body.items() if name != "request_id"}
        for _ in range(world.random.choice((1, 2, 2))):
            world.request(**body)
            world.run_wild(world.random.randrange(world.random.choice(ACTIONS)))
    else:
        world.request(**{**body, "request_id": f"r{number}"})


def _failed(world: World, name: str) -> list[str]:
    found = units_of(world).items()
    return [key for key, unit in found if unit["status"] == "failed" and name in unit.get("wanted_by", {})]


def _have_it_all(world: World) -> None:
    """Have every stopped backfill go on and every failed one retried, a part of it first, until all are complete.

    A retry runs what is chosen and what that blocked: what else had failed keeps its attempts, whoever waits for it.
    """
    world.stack.source.lost = frozenset[date]()
    with world.calm():
        for attempt in range(ROUNDS_MAX):
            left = {name: body["status"] for name, body in backfills_of(world).items() if body["status"] != "complete"}
            if not left:
                return
            for name, status in left.items():
                _go_on(world, name, status, part=attempt == 0)
        check(False, f"3: {left} do not come to their end")


def _go_on(world: World, name: str, status: str, *, part: bool) -> None:
    failed = _failed(world, name)
    if status in STOPPED:
        world.control("resume", name)
    elif failed and part:
        before = {key: unit.get("fence", 0) for key, unit in units_of(world).items()}
        dates = sorted({key[8:] for key in failed})[:1]
        world.control("retry", name, dates=dates)
        world.run_calm()
        for key in failed:
            ran = units_of(world)[key].get("fence", 0) != before[key]
            check(key[8:] in dates or not ran, f"retry: {key} was not chosen and was run again")
    else:
        world.control("retry", name)
    world.run_calm()
