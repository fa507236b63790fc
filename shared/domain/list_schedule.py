"""List scheduling: a graph of work with durations, done by so many workers who never idle while something is ready.

Pure arithmetic, used to foretell how long a backfill takes and, in the benchmarks, to compare with what it took.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

Node = tuple[int, date]
Priority = Callable[[Node], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Pieces of work, each with its seconds, and what each has to wait for (all of it in `seconds` too)."""

    seconds: Mapping[Node, float]
    after: Mapping[Node, frozenset[Node]]

    def behind(self) -> dict[Node, list[Node]]:
        """Return what waits for each piece of work."""
        found: dict[Node, list[Node]] = defaultdict(list)
        for node, befores in self.after.items():
            for before in befores:
                found[before].append(node)
        return found


class _Schedule:
    """Free workers take the ready node that is first by `priority`."""

    def __init__(self, graph: Graph, priority: Priority) -> None:
        self._graph, self._priority = graph, priority
        self._open = {node: len(befores) for node, befores in graph.after.items()}
        self._behind = graph.behind()
        self._ready: list[tuple[tuple[float, ...], Node]] = []

    def run(self, workers: int) -> dict[Node, float]:
        """Return when each node ends, in seconds from the start."""
        running: list[tuple[float, Node]] = []
        ends: dict[Node, float] = {}
        now = 0.0
        self._offer(node for node in self._graph.seconds if not self._open.get(node))
        while self._ready or running:
            while self._ready and len(running) < workers:
                _, node = heapq.heappop(self._ready)
                heapq.heappush(running, (now + self._graph.seconds[node], node))
            now, ended = heapq.heappop(running)
            ends[ended] = now
            self._end(ended)
        return ends

    def _end(self, ended: Node) -> None:
        behind = self._behind.get(ended, [])
        for later in behind:
            self._open[later] -= 1
        self._offer(later for later in behind if not self._open[later])

    def _offer(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            heapq.heappush(self._ready, (self._priority(node), node))


def ends_of(graph: Graph, workers: int, priority: Priority) -> dict[Node, float]:
    """Return when each node of a list schedule ends, in seconds from the start; lower priorities come first."""
    return _Schedule(graph, priority).run(workers)


def list_schedule(graph: Graph, workers: int, priority: Priority) -> float:
    """Return the make-span of a list schedule, in seconds; 0 for an empty graph."""
    return max(ends_of(graph, workers, priority).values(), default=0.0)
