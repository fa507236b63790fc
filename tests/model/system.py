"""The system as a graph: a state is what is shared, what the bus holds, where the workers stand, what may go wrong.

All of it is numbered, so that a state is one integer and most transitions are look-ups.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from shared.adapters.topology import Topology
from tests.model.common import PUBLISH, WRITES, Call, Common, applied
from tests.model.handling import SWEEP, Ending, Handlings, Message, Point
from tests.model.oracles import Violation
from tests.model.telling import How, told

BITS: Final = 24
MASK: Final = (1 << BITS) - 1
IDLE: Final = 0
# Beyond so many jumps of time nothing is awaited that would ever come.
JUMPS_MAX: Final = 12


class Grain(StrEnum):
    """Between which calls others may come in: before and after every effect, or between any two calls.

    Reads between two effects are one step of the first, and so are those of a date that never changes of both.
    What is published is seen by nobody before it is delivered, so a publish is no step, but a crash may come before it.
    """

    EFFECT = "effect"
    CALL = "call"


class Faults(NamedTuple):
    """How often may a worker still be gone, a message come twice, every lease run out, a sweep come in the middle."""

    crashes: int = 0
    duplicates: int = 0
    jumps: int = 0
    sweeps: int = 0


class State(NamedTuple):
    """Numbers of what is shared, of what the bus holds, of where both workers stand, of the faults left."""

    common: int
    bus: int
    first: int
    second: int
    faults: int

    def packed(self) -> int:
        """Return the state as one integer; the workers are alike, so that their order is none of it."""
        low, high = sorted((self.first, self.second))
        return (((self.common << BITS | self.bus) << BITS | low) << BITS | high) << BITS | self.faults


def unpacked(state: int) -> State:
    """Return the state that an integer stands for."""
    return State(state >> 4 * BITS, *(state >> shift * BITS & MASK for shift in (3, 2, 1, 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a worker does before others may come in: where that leaves what is shared, the bus, and the worker.

    `gone` are those moments in between at which it may be gone: what is shared then, and what it has published.
    """

    common: int
    published: tuple[Message, ...]
    point: int
    again: bool
    gone: tuple[tuple[int, tuple[Message, ...]], ...]
    calls: tuple[Call, ...]


class Judge(Protocol):
    """Says what is wrong, by raising Violation."""

    def moved(self, before: Common, point: Point, after: Common) -> None:
        """Judge the call that a worker made at a point."""

    def arrived(self, common: Common, point: Point) -> None:
        """Judge that a worker is about to make a call, having read what is there now."""

    def ended(self, common: Common) -> None:
        """Judge what is left when nothing moves any more."""


@dataclass(kw_only=True)
class System:
    """Every transition of a configuration."""

    handlings: Handlings
    topology: Topology
    judge: Judge
    grain: Grain
    commons: list[Common] = field(default_factory=list)
    _common_numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    buses: list[tuple[Message, ...]] = field(default_factory=list)
    _bus_numbers: dict[tuple[Message, ...], int] = field(default_factory=dict)
    faults: list[Faults] = field(default_factory=list)
    _steps: dict[tuple[int, int], Step] = field(default_factory=dict)
    _added: dict[tuple[int, tuple[Message, ...]], int] = field(default_factory=dict)
    _held: dict[int, bool] = field(default_factory=dict)
    _settled: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._routes = {name: [each.function for each in found] for name, found in self.topology.by_topic().items()}

    def number(self, common: Common) -> int:
        """Return the number of what is shared."""
        identity = (common.mark, common.jumps)
        found = self._common_numbers.get(identity)
        if found is None:
            found = self._common_numbers[identity] = len(self.commons)
            self.commons.append(common)
        return found

    def bus(self, messages: Sequence[Message]) -> int:
        """Return the number of a bus that holds these messages, in no order."""
        held = tuple(sorted(messages))
        if held not in self._bus_numbers:
            self._bus_numbers[held] = len(self.buses)
            self.buses.append(held)
        return self._bus_numbers[held]

    def fault(self, faults: Faults) -> int:
        """Return the number of the faults left."""
        if faults not in self.faults:
            self.faults.append(faults)
        return self.faults.index(faults)

    def after(self, state: int) -> list[int]:
        """Return every state that may come next. Raises Violation."""
        return [each for each, _ in self._ways(state)]

    def told(self, before: int, after: int) -> str:
        """Return how one state comes to be the next of another."""
        return next(told(how) for each, how in self._ways(before) if each == after)

    def _ways(self, state: int) -> Iterator[tuple[int, How]]:
        """Yield every state that may come next, each with what leads there. Raises Violation."""
        now = unpacked(state)
        workers = (now.first, now.second)
        if IDLE in workers:
            yield from self._delivered(now, max(workers))
        for index, worker in enumerate(workers):
            if worker != IDLE and not (index and worker == now.first):
                yield from self._stepped(now, worker, workers[1 - index])
        yield from self._disturbed(now)
        if not self.buses[now.bus] and workers == (IDLE, IDLE) and not self.settled(now.common):
            jumped = self._jumped(now.common)
            yield State(jumped, self.bus([SWEEP]), IDLE, IDLE, now.faults).packed(), ("a day passes, a sweep is due",)

    def settled(self, common: int) -> bool:
        """Return whether the bus is to stay empty: not even time and a sweep change anything. Raises Violation."""
        if common not in self._settled:
            jumped = self._jumped(common)
            after, published = self._swept(jumped)
            self._settled[common] = self.commons[after].mark == self.commons[common].mark and not published
            if self._settled[common]:
                self.judge.ended(self.commons[common])
        return self._settled[common]

    def _swept(self, common: int) -> tuple[int, tuple[Message, ...]]:
        """Return what a sweep by itself leaves of what is shared, and what it publishes."""
        point = self.handlings.start(SWEEP, self.commons[common]).number
        published: tuple[Message, ...] = ()
        while point != IDLE:
            step = self.step(common, point)
            common, point, published = step.common, step.point, published + step.published
        return common, published

    def _jumped(self, common: int) -> int:
        held = self.commons[common]
        if held.jumps >= JUMPS_MAX:
            raise Violation(f"3: {held.jumps} sweeps, each a day after the other, and still something moves")
        return self.number(replace(held, jumps=held.jumps + 1))

    def _delivered(self, now: State, other: int) -> Iterator[tuple[int, How]]:
        held, faults = self.buses[now.bus], self.faults[now.faults]
        for index, message in enumerate(held):
            if message in held[:index]:
                continue
            left = self.bus(held[:index] + held[index + 1 :])
            start = self.handlings.start(message, self.commons[now.common])
            yield from self._moves(now, self.step(now.common, start.number), left, other, now.faults, start)
            if faults.duplicates:
                fewer = self.fault(faults._replace(duplicates=faults.duplicates - 1))
                yield from self._moves(now, self.step(now.common, start.number), now.bus, other, fewer, start)

    def _stepped(self, now: State, worker: int, other: int) -> Iterator[tuple[int, How]]:
        point = self.handlings.points[worker]
        assert point is not None
        yield from self._moves(now, self.step(now.common, worker), now.bus, other, now.faults, point)
        faults = self.faults[now.faults]
        if faults.crashes:
            fewer = self.fault(faults._replace(crashes=faults.crashes - 1))
            again = self._with(now.bus, (point.message,))
            yield State(now.common, again, other, IDLE, fewer).packed(), ("is gone", point)

    def _moves(
        self, now: State, step: Step, bus: int, other: int, faults: int, point: Point
    ) -> Iterator[tuple[int, How]]:
        published = step.published + ((point.message,) if step.again else ())
        copied = " (and stays to be delivered)" if faults != now.faults else ""
        yield State(step.common, self._with(bus, published), step.point, other, faults).packed(), (copied, point, step)
        left = self.faults[faults]
        if left.crashes and step.gone:
            fewer = self.fault(left._replace(crashes=left.crashes - 1))
            for common, sent in step.gone:
                again = self._with(bus, (*sent, point.message))
                gone = f"{copied}, and is gone after {len(sent)} of its messages"
                yield State(common, again, other, IDLE, fewer).packed(), (gone, point, step)

    def _disturbed(self, now: State) -> Iterator[tuple[int, How]]:
        faults = self.faults[now.faults]
        if faults.jumps and self._running(now.common):
            fewer = self.fault(faults._replace(jumps=faults.jumps - 1))
            yield (
                now._replace(common=self._jumped(now.common), faults=fewer).packed(),
                ("a day passes, leases run out",),
            )
        if faults.sweeps:
            fewer = self.fault(faults._replace(sweeps=faults.sweeps - 1))
            yield now._replace(bus=self._with(now.bus, (SWEEP,)), faults=fewer).packed(), ("a sweep is due",)

    def _running(self, common: int) -> bool:
        """Return whether somebody holds a unit, or did when he was gone."""
        if common not in self._held:
            units = self.commons[common].bodies("units/").values()
            self._held[common] = any(unit["status"] == "running" for unit in units)
        return self._held[common]

    def _with(self, bus: int, messages: tuple[Message, ...]) -> int:
        if not messages:
            return bus
        key = (bus, messages)
        if key not in self._added:
            self._added[key] = self.bus([*self.buses[bus], *messages])
        return self._added[key]

    def step(self, common: int, point: int) -> Step:
        """Return what a worker at a point does until others may come in. Raises Violation."""
        key = (common, point)
        if key not in self._steps:
            found = self.handlings.points[point]
            assert found is not None
            self._steps[key] = self._step(common, found)
        return self._steps[key]

    def _step(self, number: int, point: Point) -> Step:
        common = self.commons[number]
        published: list[Message] = []
        gone: list[tuple[int, tuple[Message, ...]]] = []
        calls: list[Call] = []
        effected = False
        while (call := point.call) is not None:
            before = common
            common, answer = applied(common, call)
            calls.append(call)
            if common is not before:
                self.judge.moved(before, point, common)
                number = self.number(common)
            point = self.handlings.after(point, (common.jumps, answer), common)
            if call[0] == PUBLISH:
                published += [(function, call[2]) for function in self._routes[call[1]]]
            effected = effected or call[0] in WRITES
            if self._others_may_come_in(point, effected=effected):
                break
            if call[0] == PUBLISH or call[0] in WRITES:
                gone.append((number, tuple(published)))
        if point.call is not None:
            self.judge.arrived(common, point)
        return Step(
            common=number,
            published=tuple(published),
            point=IDLE if point.call is None else point.number,
            again=point.ending is Ending.AGAIN,
            gone=tuple(gone),
            calls=tuple(calls),
        )

    def _others_may_come_in(self, point: Point, *, effected: bool) -> bool:
        if point.call is None or point.call[0] == PUBLISH:
            return False
        return self.grain is Grain.CALL or point.call[0] in WRITES or effected
