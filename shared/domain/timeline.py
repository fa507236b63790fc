"""How long a plan takes, foretold: its lanes on so many slots, and what else holds it back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from shared.domain.calendar import season_of
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.list_schedule import Graph, Node, ends_of
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES, Plan

# A node of no duration beside the lanes: every history lane of its season up to a date has ended.
REACHED: Final = 0
LANE_PHASES: Final = {HISTORY_LANE: HISTORY_PHASES, TARGET_LANE: TARGET_PHASES}
THROTTLE: Final = "the rate of partition writes"
SLOTS: Final = "the dates in flight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a run is paced by.

    `seconds` is a unit's mean duration by phase, and `push_seconds` what a message takes from one unit to the next;
    `slots` is how many lanes are worked on at once. `instances` is how many units of a phase may run at once, and
    `writes_a_second` how many partitions of one table may be replaced; phases left out, and 0, are not held back.
    `measured` counts the units behind each mean; a phase left out has its documented default.
    """

    seconds: Mapping[int, float]
    slots: int
    push_seconds: float = 0.0
    instances: Mapping[int, int] = field(default_factory=dict)
    writes_a_second: float = 0.0
    measured: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When each lane of a plan ends, in seconds from the start, in all, and what that is bounded by."""

    ends: Mapping[Node, float]
    seconds: float
    bound_by: str

    def lane_ends(self, phase: int, days: Sequence[date]) -> list[float]:
        """Return when the lanes that run a phase on these dates end, ascending."""
        kind = next(kind for kind, phases in LANE_PHASES.items() if phase in phases)
        return sorted(self.ends[kind, day] for day in days)


def timeline(plan: Plan, pace: Pace) -> Timeline:
    """Return when the lanes of a plan end.

    A target waits for every history lane of its season up to its own date: its windows may reach that far. Ready
    targets go before history, each in the order of the dates, as lanes are started in a run. Where the instances of
    a phase or the rate of writes take longer than that, all ends are stretched to it.
    """
    graph = _graph(plan, pace)
    ends = ends_of(graph, pace.slots, lambda node: (node[0] == HISTORY_LANE, node[1].toordinal()))
    ends = {node: end for node, end in ends.items() if node[0] != REACHED}
    scheduled = max(ends.values(), default=0.0)
    floors = {SLOTS: scheduled, **_floors(plan, pace)}
    bound_by = max(floors, key=lambda name: floors[name])
    stretch = floors[bound_by] / scheduled if scheduled else 1.0
    return Timeline(
        ends={node: end * stretch for node, end in ends.items()}, seconds=floors[bound_by], bound_by=bound_by
    )


def _graph(plan: Plan, pace: Pace) -> Graph:
    lanes: dict[Node, float] = defaultdict(float)
    for kind, phases in LANE_PHASES.items():
        for phase in phases:
            for day in plan.run.get(phase, ()):
                lanes[kind, day] += pace.seconds[phase] + pace.push_seconds
    seconds, after = dict(lanes), {node: frozenset[Node]() for node in lanes}
    reached: dict[str, Node] = {}
    for day in sorted({day for _, day in lanes}):
        season = season_of(day)
        if (HISTORY_LANE, day) in lanes:
            before = {reached[season]} if season in reached else set()
            reached[season] = (REACHED, day)
            seconds[REACHED, day] = 0.0
            after[REACHED, day] = frozenset({(HISTORY_LANE, day), *before})
        if (TARGET_LANE, day) in lanes and season in reached:
            after[TARGET_LANE, day] = frozenset({reached[season]})
    return Graph(seconds=seconds, after=after)


def _floors(plan: Plan, pace: Pace) -> dict[str, float]:
    """Return the seconds that each other thing takes at least, by its name."""
    floors: dict[str, float] = {}
    for phase, days in plan.run.items():
        if phase in pace.instances:
            floors[f"Phase {phase}'s {pace.instances[phase]} instances"] = (
                len(days) * pace.seconds[phase] / pace.instances[phase]
            )
        if pace.writes_a_second and phase > 1:
            floors[THROTTLE] = max(floors.get(THROTTLE, 0.0), len(days) / pace.writes_a_second)
    return floors
