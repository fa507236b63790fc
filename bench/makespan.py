"""The real season's durations on K simulated workers: our order, the best list schedule, the phase barrier.

Ours is the coordinator itself: it starts lanes and releases targets in simulated time, and K workers take the
oldest message. The others know beforehand what each target will turn out to need: units are nodes of a graph
(each phase after the one before, Phase 4 after Phase 3 of every date that the target read), and K workers take
the ready unit of the highest priority. The coordinator's own time is left out of all of them.
"""

import heapq
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.driver import Season, last_phase, season
from bench.figures import Figure, counted, report
from bench.measured import FOLDER, measured_season
from bench.real_season import lines_of
from shared.adapters.embedded.memory import MemoryStore
from shared.domain.calendar import SeasonCalendar, calendar_from
from shared.domain.list_schedule import Graph, Node, Priority, list_schedule

PART = "makespan"
WORKERS = (1, 2, 8, 32)
RATIO_BOUND = 1.05
# Twice the workers, or the default: with fewer dates in flight than workers, some workers have nothing to do.
IN_FLIGHT_PER_WORKER = 2
IN_FLIGHT_DEFAULT = 16
PHASES = range(1, 6)
WEEK = (date(2025, 2, 10), date(2025, 2, 16))
PRECOMPUTE, ANALYTICS = 4, 3


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
        scenario.calendar,
        MemoryStore(),
        lambda day: scenario.listed[day],
        scenario.targets,
        max_in_flight=in_flight,
    )
    waiting: deque[Node] = deque(made.started())
    running: list[tuple[float, int, Node]] = []
    now, taken = 0.0, 0
    ran: list[Node] = []
    while waiting or running:
        while waiting and len(running) < workers:
            node = waiting.popleft()
            taken += 1
            ran.append(node)
            heapq.heappush(running, (now + scenario.seconds[node], taken, node))
        now, _, (phase, day) = heapq.heappop(running)
        made.ends(phase, day)
        if phase == last_phase(phase):
            waiting.extend(made.tell(phase, day))
        else:
            waiting.append((phase + 1, day))
    return now, _graph(made, scenario, ran)


def _graph(made: Season, scenario: Scenario, ran: Sequence[Node]) -> Graph:
    nodes = set(ran)
    after: dict[Node, frozenset[Node]] = {}
    for phase, day in nodes:
        befores = {(phase - 1, day)}
        if phase == PRECOMPUTE:
            held = made.app.ledger.unit(phase, day)
            manifest = (held.unit.manifest if held is not None else None) or {"versions": {}}
            befores |= {(ANALYTICS, date.fromisoformat(text)) for text in manifest["versions"]}
        after[phase, day] = frozenset(befores & nodes)
    return Graph(seconds={node: scenario.seconds[node] for node in nodes}, after=after)


def levels_of(graph: Graph) -> dict[Node, float]:
    """Return the seconds from each unit's start to the end of the longest chain behind it."""
    behind = graph.behind()
    found: dict[Node, float] = {}
    for node in sorted(graph.seconds, reverse=True):
        found[node] = graph.seconds[node] + max((found[later] for later in behind.get(node, ())), default=0.0)
    return found


def with_barriers(graph: Graph) -> Graph:
    """Return the graph in which a phase waits for the end of the phase before on every date.

    The end of a phase is a node of no duration, which all units of the phase come before and all of the next after.
    """
    ends = [(phase, date.max) for phase in PHASES]
    after = {
        (phase, day): befores | {(phase - 1, date.max)} if phase > PHASES[0] else befores
        for (phase, day), befores in graph.after.items()
    }
    for phase, end in zip(PHASES, ends, strict=True):
        units = {node for node in graph.seconds if node[0] == phase}
        after[end] = frozenset(units | ({(phase - 1, date.max)} if phase > PHASES[0] else set()))
    return Graph(seconds={**graph.seconds, **dict.fromkeys(ends, 0.0)}, after=after)


def best_list_schedule(graph: Graph, workers: int) -> float:
    """Return the shortest make-span of several priorities: critical path, longest first, date by date, by phase."""
    levels = levels_of(graph)
    priorities: tuple[Priority, ...] = (
        lambda node: (-levels[node],),
        lambda node: (-graph.seconds[node],),
        lambda node: (node[1].toordinal(), node[0]),
        lambda node: (node[0], node[1].toordinal()),
        lambda node: (-node[0], node[1].toordinal()),
    )
    return min(list_schedule(graph, workers, priority) for priority in priorities)


def lower_bound(graph: Graph, workers: int) -> float:
    """Return the greater of the longest chain and an even share of all the work: no schedule is shorter."""
    return max(max(levels_of(graph).values()), sum(graph.seconds.values()) / workers)


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


def figures_of(scenario: Scenario, workers: int) -> list[Figure]:
    """Return one scenario on so many workers, in seconds and as ratios of the best list schedule."""
    in_flight = max(IN_FLIGHT_DEFAULT, IN_FLIGHT_PER_WORKER * workers)
    span, graph = ours(scenario, workers, in_flight)
    best = best_list_schedule(graph, workers)
    barrier = list_schedule(with_barriers(graph), workers, lambda node: (node[0], node[1].toordinal()))
    at_default, _ = ours(scenario, workers, IN_FLIGHT_DEFAULT)
    label = f"{scenario.name}, {counted(workers)}"
    found = [
        Figure(part=PART, name=f"{label}: ours ({len(graph.seconds)} units)", value=span, unit="s"),
        Figure(part=PART, name=f"{label}: ours / best list schedule", value=span / best, unit="", limit=scenario.limit),
        Figure(part=PART, name=f"{label}: phase barrier / best", value=barrier / best, unit=""),
        Figure(part=PART, name=f"{label}: lower bound / best", value=lower_bound(graph, workers) / best, unit=""),
    ]
    if in_flight > IN_FLIGHT_DEFAULT:
        name = f"{label}: ours with {IN_FLIGHT_DEFAULT} dates in flight / best"
        found.append(Figure(part=PART, name=name, value=at_default / best, unit=""))
    return found


def figures() -> list[Figure]:
    """Return every scenario on each number of workers."""
    made = scenarios(FOLDER)
    return [figure for scenario in made for workers in WORKERS for figure in figures_of(scenario, workers)]


if __name__ == "__main__":
    sys.exit(report(figures(), sys.argv))
