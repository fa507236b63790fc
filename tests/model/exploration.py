"""Breadth-first exploration of a system: every state that can be reached, each once, and how it was reached first."""

import resource
import time
from array import array
from dataclasses import dataclass, field
from itertools import pairwise

from tests.model.oracles import Violation
from tests.model.system import System

KIB_A_MIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """Figures of an exploration that came to its end; `depth` is the length of the longest of the shortest ways.

    `commons` counts the different things that the workers share, `points` where a handling stood; `seconds` are CPU's.
    """

    states: int
    transitions: int
    depth: int
    ends: int
    commons: int
    points: int
    seconds: float
    peak_mib: int


class Broken(AssertionError):
    """An invariant does not hold; the text names it and lists a shortest way there."""


@dataclass(kw_only=True)
class Exploration:
    """A breadth-first search from one state. States are numbered in the order in which they are met."""

    system: System
    first: int
    states: list[int] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    _parents: array = field(default_factory=lambda: array("I"))  # type: ignore[type-arg]
    _edges: array = field(default_factory=lambda: array("I"))  # type: ignore[type-arg]
    _first_edge: array = field(default_factory=lambda: array("Q"))  # type: ignore[type-arg]

    def run(self) -> Explored:
        """Explore everything and return the figures. Raises Broken with a shortest trace."""
        began = time.process_time()
        self._meet(self.first, 0)
        depth, level_ends, position = 0, 1, 0
        while position < len(self.states):
            if position == level_ends:
                depth, level_ends = depth + 1, len(self.states)
            self._first_edge.append(len(self._edges))
            try:
                for state in self.system.after(self.states[position]):
                    self._edges.append(self._meet(state, position))
            except Violation as violation:
                raise Broken(self._told(violation, position)) from None
            position += 1
        self._first_edge.append(len(self._edges))
        ends = self.ends()
        self._judge_ways_out(ends)
        return Explored(
            states=len(self.states),
            transitions=len(self._edges),
            depth=depth,
            ends=len(ends),
            commons=len(self.system.commons),
            points=len(self.system.handlings.points),
            seconds=time.process_time() - began,
            peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_A_MIB,
        )

    def _meet(self, state: int, parent: int) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self.states)
            self.states.append(state)
            self._parents.append(parent)
        return number

    def ends(self) -> list[int]:
        """Return the numbers of the states that nothing comes after, once everything was explored."""
        first = self._first_edge
        return [number for number in range(len(first) - 1) if first[number] == first[number + 1]]

    def _judge_ways_out(self, ends: list[int]) -> None:
        """Judge that from every state a good end can be reached; every end was judged good when it was met."""
        good = bytearray(len(self.states))
        for number in ends:
            good[number] = 1
        found = True
        while found:
            found = False
            for number in range(len(good) - 1, -1, -1):
                if not good[number]:
                    edges = self._edges[self._first_edge[number] : self._first_edge[number + 1]]
                    if any(good[each] for each in edges):
                        good[number] = found = True
        stuck = good.find(0)
        if stuck >= 0:
            raise Broken(self._told(Violation("3: from here on there is no way to a good end"), stuck))

    def _told(self, violation: Violation, number: int) -> str:
        """Return a violation with the way to where it was met, one line a step."""
        way = [number]
        while way[-1] != 0:
            way.append(self._parents[way[-1]])
        way.reverse()
        lines = [self.system.told(self.states[before], self.states[after]) for before, after in pairwise(way)]
        return "\n".join([str(violation), *(f"{index:3} {line}" for index, line in enumerate(lines, 1))])
