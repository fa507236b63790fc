"""What the makespan part compares with: schedules of a graph of units that is known from the start.

Units are nodes (each phase after the one before, Phase 4 after Phase 3 of every date that the target reads), and K
workers take the ready unit of the highest priority.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from shared.domain.calendar import SeasonCalendar
from shared.domain.list_schedule import Graph, Node, Priority, list_schedule

PHASES = range(1, 6)
ANALYTICS, PRECOMPUTE = 3, 4
WINDOW_DAYS = 30


def graph_of(nodes: Iterable[Node], reads: Mapping[date, Iterable[date]], seconds: Mapping[Node, float]) -> Graph:
    """Return the graph of some units, with the dates that each target reads."""
    ran = set(nodes)
    after: dict[Node, frozenset[Node]] = {}
    for phase, day in ran:
        befores = {(phase - 1, day)}
        if phase == PRECOMPUTE:
            befores |= {(ANALYTICS, read) for read in reads.get(day, ())}
        after[phase, day] = frozenset(befores & ran)
    return Graph(seconds={node: seconds[node] for node in ran}, after=after)


def levels_of(graph: Graph) -> dict[Node, float]:
    """Return the seconds from each unit's start to the end of the longest chain behind it."""
    behind = graph.behind()
    found: dict[Node, float] = {}
    for node in sorted(graph.seconds, reverse=True):
        found[node] = graph.seconds[node] + max((found[later] for later in behind.get(node, ())), default=0.0)
    return found


def lower_bound(graph: Graph, workers: int) -> float:
    """Return the greater of the longest chain and an even share of all the work: no schedule is shorter."""
    return max(max(levels_of(graph).values()), sum(graph.seconds.values()) / workers)


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


def phase_barrier(graph: Graph, workers: int) -> float:
    """Return the make-span when a phase starts after the end of the phase before on every date."""
    return list_schedule(_with_barriers(graph), workers, lambda node: (node[0], node[1].toordinal()))


def fixed_window(calendar: SeasonCalendar, targets: Iterable[date], seconds: Mapping[Node, float]) -> Graph:
    """Return the graph in which each target reads the game dates of 30 calendar days, whoever played on them."""
    reads = {day: calendar.between(day - timedelta(days=WINDOW_DAYS), day - timedelta(days=1)) for day in targets}
    history = {read for days in reads.values() for read in days} | reads.keys()
    nodes = [(phase, day) for phase in PHASES for day in (history if phase <= ANALYTICS else reads)]
    return graph_of(nodes, reads, seconds)


def _with_barriers(graph: Graph) -> Graph:
    """Return the graph with an end of each phase, a node of no duration, between its units and the next phase's."""
    ends = [(phase, date.max) for phase in PHASES]
    after = {
        (phase, day): befores | {(phase - 1, date.max)} if phase > PHASES[0] else befores
        for (phase, day), befores in graph.after.items()
    }
    for phase, end in zip(PHASES, ends, strict=True):
        units = {node for node in graph.seconds if node[0] == phase}
        after[end] = frozenset(units | ({(phase - 1, date.max)} if phase > PHASES[0] else set()))
    return Graph(seconds={**graph.seconds, **dict.fromkeys(ends, 0.0)}, after=after)
