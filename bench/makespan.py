"""The real season's durations on K simulated workers: our order beside what else could be done.

Ours is the coordinator itself: it starts lanes and releases targets in simulated time, and K workers take the oldest
message. The others (schedules.py) know beforehand what each target will turn out to need; the fixed window does not
care. The coordinator's own time is left out of all of them.
"""

import heapq
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.driver import Season, last_phase, season
from bench.figures import WORKER, Figure, report
from bench.measured import FOLDER, measured_season
from bench.real_season import lines_of
from bench.schedules import (
    PHASES,
    PRECOMPUTE,
    WINDOW_DAYS,
    best_list_schedule,
    fixed_window,
    graph_of,
    lower_bound,
    phase_barrier,
)
from shared.adapters.embedded.memory import MemoryStore
from shared.domain.calendar import SeasonCalendar, calendar_from
from shared.domain.closure import Target
from shared.domain.list_schedule import Graph, Node
from shared.domain.lookback import Appearance, SeasonKnowledge
from shared.domain.release import coverage
from shared.service.settings import REACH

PART = "makespan"
WORKERS_AT = (1, 8, 32, 64)
RATIO_BOUND = 1.05
IN_FLIGHT_PER_WORKER = 2
TWICE = "ours, twice the workers in flight"
IN_FLIGHT_DEFAULT = 16
WEEK = (date(2025, 2, 10), date(2025, 2, 16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A backfill to simulate: the season's calendar, who was listed, seconds by unit, and the target dates.

    `limit` bounds our make-span over the best list schedule's. It is None where history is found only as data
    arrives: the other schedules are told it beforehand, which nothing that runs can be.
    """

    name: str
    calendar: SeasonCalendar
    listed: Mapping[date, Sequence[Mapping[str, object]]]
    seconds: Mapping[Node, float]
    targets: tuple[date, ...]
    limit: float | None


def ours(scenario: Scenario, workers: int, in_flight: int) -> tuple[float, Graph]:
    """Return the make-span of the coordinator's own order, and the graph of what it ran."""
    made = season(
        [scenario.calendar],
        MemoryStore(),
        lambda day: scenario.listed[day],
        scenario.targets,
        max_in_flight=in_flight,
    )
    waiting: deque[Node] = deque(made.started())
    running: list[tuple[float, int, Node]] = []
    now, ran = 0.0, list[Node]()
    while waiting or running:
        while waiting and len(running) < workers:
            node = waiting.popleft()
            ran.append(node)
            heapq.heappush(running, (now + scenario.seconds[node], len(ran), node))
        now, _, (phase, day) = heapq.heappop(running)
        made.ends(phase, day)
        if phase == last_phase(phase):
            waiting.extend(made.tell(phase, day))
        else:
            waiting.append((phase + 1, day))
    return now, graph_of(ran, _reads(made, scenario.targets), scenario.seconds)


def _reads(made: Season, targets: Sequence[date]) -> dict[date, list[date]]:
    found = {}
    for day in targets:
        held = made.app.ledger.unit(PRECOMPUTE, day)
        manifest = (held.unit.manifest if held is not None else None) or {"versions": {}}
        found[day] = [date.fromisoformat(text) for text in manifest["versions"]]
    return found


def whole_in_window(scenario: Scenario) -> float:
    """Return the percentage of the targets' player rows whose last ten games are within the fixed window."""
    knowledge, rows, whole = SeasonKnowledge(scenario.calendar), 0, 0.0
    for day in scenario.calendar.dates:
        lines = {int(str(row["player_id"])): row for row in scenario.listed[day]}
        appearances = {each: Appearance(str(row["team"]), bool(row["played"])) for each, row in lines.items()}
        knowledge.learn(day, 1, appearances)
    for day in scenario.targets:
        position = scenario.calendar.position[day]
        players = {player: appearance.team for player, appearance in knowledge.by_date[day].items()}
        target = Target(position=position, players=players, teams=())
        floor = knowledge.days_floor(position, WINDOW_DAYS)
        whole += len(players) * coverage(knowledge, target, REACH.player_games, floor)
        rows += len(players)
    return 100 * whole / rows


def scenarios(folder: Path) -> list[Scenario]:
    """Return the whole season, and one February week on an empty warehouse, with durations from a real run."""
    content = measured_season(folder)
    calendar = calendar_from(content["calendar"])
    listed = lines_of(calendar, content)
    seconds = {(phase, day): content["seconds"][f"units/{phase}-{day}"] for phase in PHASES for day in calendar.dates}
    named = (("season", calendar.dates, RATIO_BOUND), ("a week from nothing", calendar.between(*WEEK), None))
    return [
        Scenario(name=name, calendar=calendar, listed=listed, seconds=seconds, targets=days, limit=limit)
        for name, days, limit in named
    ]


def spans(scenario: Scenario, workers: int) -> dict[str, float]:
    """Return the make-span of each way to do it, in seconds, ours with every date in flight first, then the best."""
    in_flight = len(scenario.calendar.dates)
    span, graph = ours(scenario, workers, in_flight)
    window = fixed_window(scenario.calendar, scenario.targets, scenario.seconds)
    return {
        "ours, every date in flight": span,
        "best list schedule": best_list_schedule(graph, workers),
        "lower bound": lower_bound(graph, workers),
        TWICE: ours(scenario, workers, IN_FLIGHT_PER_WORKER * workers)[0],
        f"ours, {IN_FLIGHT_DEFAULT} in flight": ours(scenario, workers, IN_FLIGHT_DEFAULT)[0],
        "phase barrier": phase_barrier(graph, workers),
        f"fixed {WINDOW_DAYS} days": best_list_schedule(window, workers),
    }


def figures_of(scenario: Scenario) -> list[Figure]:
    """Return one scenario by workers, in seconds and as ratios of the best list schedule."""
    found = {workers: spans(scenario, workers) for workers in WORKERS_AT}
    names = list(found[WORKERS_AT[0]])
    first, best = names[0], names[1]
    seconds = [
        Figure(part=PART, name=f"{scenario.name}: {name}", value=each[name], unit="s", at=workers, of=WORKER)
        for name in (first, best)
        for workers, each in found.items()
    ]
    ratios = [
        Figure(
            part=PART,
            name=f"{scenario.name}: {name} / best",
            value=each[name] / each[best],
            unit="",
            limit=scenario.limit if name in (first, TWICE) else None,
            at=workers,
            of=WORKER,
        )
        for name in names
        if name != best
        for workers, each in found.items()
    ]
    share = Figure(
        part=PART,
        name=f"{scenario.name}: player rows whose ten games are within {WINDOW_DAYS} days",
        value=whole_in_window(scenario),
        unit="%",
        decimals=0,
    )
    return [*seconds, *ratios, share]


def figures() -> list[Figure]:
    """Return every scenario on each number of workers."""
    return [figure for scenario in scenarios(FOLDER) for figure in figures_of(scenario)]


if __name__ == "__main__":
    sys.exit(report(figures(), sys.argv))
