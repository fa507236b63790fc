"""The handlings of messages by the production services, as a tree: a node is what one has been answered so far.

A service is a function of its message and its answers, so that each node is worked out once, by running the service
from the start on the answers that lead there, and kept with the call that the service makes next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast
from unittest import mock

from shared.config import Config
from shared.domain.errors import Rejected, Retryable
from shared.domain.messages import unit_hint
from shared.ports import Bus, Landing, Source, Warehouse
from shared.service import attempt
from shared.service.app import App
from shared.service.coordinate import coordinate
from shared.service.ledger import Ledger
from shared.service.plan_backfill import plan_backfill
from shared.service.precompute import precompute
from shared.service.predict import predict
from shared.service.process_analytics import process_analytics
from shared.service.process_raw import process_raw
from shared.service.scrape import scrape
from shared.service.sweep import sweep
from tests.memory_stack import ToySource
from tests.model.common import Call, Common, applied, parsed
from tests.model.ports import Tape, TapedBus, TapedClock, TapedLanding, TapedStore, TapedWarehouse, Timed

# The name of a function and the text of what is delivered to it.
Message = tuple[str, str]
SWEEP: Message = ("sweep", "{}")
UNIT_SERVICES: Mapping[str, Callable[..., None]] = {
    "scrape": scrape,
    "process_raw": process_raw,
    "process_analytics": process_analytics,
    "coordinate": coordinate,
    "precompute": precompute,
    "predict": predict,
}


class Ending(StrEnum):
    """How a handling ended: with the message acknowledged, or to be delivered again."""

    ACKNOWLEDGED = "acknowledged"
    AGAIN = "to be delivered again"


@dataclass(slots=True, kw_only=True, eq=False)
class Point:
    """A handling between two calls: the call it makes next, None at its end. `children` are by answer."""

    number: int
    message: Message
    parent: "Point | None" = None
    answer: Timed | None = None
    jumps: int = 0
    call: Call | None = None
    ending: Ending | None = None
    children: dict[Timed, "Point"] = field(default_factory=dict)

    def past(self) -> list[tuple[Call, Timed]]:
        """Return the calls that led here, each with its answer."""
        found = []
        point = self
        while point.parent is not None and point.parent.call is not None and point.answer is not None:
            found.append((point.parent.call, point.answer))
            point = point.parent
        return found[::-1]

    def claimed(self) -> tuple[str, int] | None:
        """Return the unit that this handling has claimed, with the fence, None before it has."""
        if self.message[0] not in UNIT_SERVICES or self.message[0] == "coordinate":
            return None
        for call, (_, answer) in self.past():
            for key, text, _ in call[1] if call[0] == "commit" and not isinstance(answer, str) else ():
                if key.startswith("units/") and parsed(text)["status"] == "running":
                    return key, parsed(text)["fence"]
        return None


class Handlings:
    """Every handling met so far, of every message; numbers of points are never zero."""

    def __init__(self, config: Config, source: ToySource, fixed: Mapping[str, tuple[int, str]]) -> None:
        self.config, self.source, self.fixed = config, source, fixed
        self.points: list[Point | None] = [None]
        self._starts: dict[tuple[Message, int], Point] = {}

    def start(self, message: Message, common: Common) -> Point:
        """Return the first point of a message's handling."""
        key = (message, common.jumps)
        if key not in self._starts:
            self._starts[key] = self._point(message=message, jumps=common.jumps)
            self._run(self._starts[key], common)
        return self._starts[key]

    def after(self, point: Point, answer: Timed, common: Common) -> Point:
        """Return where a handling stands after the answer to its call, `common` being what it finds then."""
        if answer not in point.children:
            child = self._point(message=point.message, parent=point, answer=answer, jumps=answer[0])
            point.children[answer] = child
            self._run(child, common)
        return point.children[answer]

    def _point(self, **fields: Any) -> Point:
        point = Point(number=len(self.points), **fields)
        self.points.append(point)
        return point

    def _run(self, point: Point, common: Common) -> None:
        """Run a service from the start up to a point, and on to its end as if nobody came in between.

        What others do in between leads to other answers, and so to children of these points.
        """
        past = point.past()
        standing = point

        def beyond(call: Call) -> Timed:
            nonlocal standing, common
            standing.call = call
            common, found = applied(common, call)
            answer = common.jumps, found
            child = self._point(message=point.message, parent=standing, answer=answer, jumps=common.jumps)
            standing.children[answer] = child
            standing = child
            return answer

        first = point
        while first.parent is not None:
            first = first.parent
        ending = self._serve(point.message, Tape(first.jumps, past, beyond))
        standing.ending = ending

    def _serve(self, message: Message, tape: Tape) -> Ending:
        app = App(
            config=self.config,
            bus=cast(Bus, TapedBus(tape)),
            ledger=Ledger(TapedStore(tape, self.fixed)),
            warehouse=cast(Warehouse, TapedWarehouse(tape)),
            landing=cast(Landing, TapedLanding(tape)),
            source=cast(Source, self.source),
            clock=TapedClock(tape),
        )
        try:
            with mock.patch.object(attempt, "time", StandingTime):
                _call(app, message)
        except Rejected:
            return Ending.ACKNOWLEDGED
        except Retryable:
            return Ending.AGAIN
        return Ending.ACKNOWLEDGED


class StandingTime:
    """Takes the place of `time`: how long an attempt took is no matter."""

    @staticmethod
    def perf_counter() -> float:
        return 0.0


def _call(app: App, message: Message) -> None:
    function, text = message
    if function == "sweep":
        sweep(app)
    elif function == "plan_backfill":
        body = dict(parsed(text))
        plan_backfill(app, body, body["request_id"])
    else:
        UNIT_SERVICES[function](app, unit_hint(dict(parsed(text))))
