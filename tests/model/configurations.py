"""What is explored: where each configuration begins, and what may go wrong from there."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from shared import bootstrap
from shared.adapters.json_text import encode
from shared.config import Config
from tests.memory_stack import toy_work
from tests.model.common import Common
from tests.model.exploration import Exploration, Explored
from tests.model.handling import SWEEP, Handlings, Message
from tests.model.oracles import Oracles
from tests.model.ports import FIXED
from tests.model.season import DAYS, season, source
from tests.model.system import IDLE, Faults, Grain, State, System

LINES: Final = "player_boxscores.jsonl"
CORRECTED_POINTS: Final = 41
FAULTLESS: Final = Faults()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """`prepared` are requests carried out before the start, `asked` are planned then; both in their order.

    `corrected` is a date of which a landing file is corrected between the two.
    """

    name: str
    days: int
    prepared: tuple[Mapping[str, Any], ...]
    asked: tuple[Mapping[str, Any], ...]
    faults: Faults = FAULTLESS
    grain: Grain = Grain.EFFECT
    corrected: date | None = None

    def beginning(self) -> "Beginning":
        """Return where the exploration begins, and what one worker by himself makes of it."""
        before = self._system({}, Oracles())
        common = settled(before, before.number(_loaded(self.days)), map(request_message, self.prepared))
        if self.corrected is not None:
            common = before.number(_corrected(before.commons[common], self.corrected))
        held: list[Message] = []
        for request in self.asked:
            common, published = run(before, common, request_message(request))
            held += published
        start = before.commons[common]
        end = before.commons[settled(before, common, held)]
        fixed = {key: document for key, document in start.documents.items() if key.startswith(FIXED)}
        moving = {key: document for key, document in start.documents.items() if key not in fixed}
        return Beginning(
            common=replace(start, documents=moving),
            held=tuple(held),
            fixed=fixed,
            expected={name: partition.text for name, partition in end.partitions.items()},
        )

    def exploration(self, beginning: "Beginning") -> Exploration:
        """Return the exploration of everything that may happen from there."""
        system = self._system(beginning.fixed, Oracles(beginning.expected))
        faults = system.fault(self.faults)
        first = State(system.number(beginning.common), system.bus(beginning.held), IDLE, IDLE, faults)
        return Exploration(system=system, first=first.packed())

    def explored(self) -> Explored:
        """Explore everything that may happen and return the figures. Raises Broken with a shortest trace."""
        with toy_work():
            return self.exploration(self.beginning()).run()

    def _system(self, fixed: Mapping[str, tuple[int, str]], oracles: Oracles) -> System:
        handlings = Handlings(Config(breaker_share=1.0), source(self.days), fixed)
        return System(handlings=handlings, topology=bootstrap.topology(), judge=oracles, grain=self.grain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is shared and on the bus at the start, documents that never change, and the tables at a faultless end."""

    common: Common
    held: tuple[Message, ...]
    fixed: Mapping[str, tuple[int, str]]
    expected: Mapping[tuple[str, str], str]


def request_message(body: Mapping[str, Any]) -> Message:
    """Return an operator's request on its way to the planner."""
    return "plan_backfill", json.dumps(dict(body))


def run(system: System, common: int, message: Message) -> tuple[int, list[Message]]:
    """Have one worker serve a message by himself; return what is shared then, and what he published."""
    published: list[Message] = []
    point = system.handlings.start(message, system.commons[common]).number
    while point != IDLE:
        step = system.step(common, point)
        common, point = step.common, step.point
        published += step.published
    return common, published


def settled(system: System, common: int, messages: Iterable[Message]) -> int:
    """Have one worker serve everything, and sweep where that is needed, until nothing moves any more."""
    waiting = list(messages)
    while True:
        while waiting:
            common, published = run(system, common, waiting.pop(0))
            waiting += published
        if system.settled(common):
            return common
        held = system.commons[common]
        common = system.number(replace(held, jumps=held.jumps + 1))
        waiting = [SWEEP]


def _loaded(days: int) -> Common:
    calendar = season(days).calendar_body()
    return Common(documents={f"calendar/{calendar['season']}": (1, encode(calendar))})


def _corrected(common: Common, day: date) -> Common:
    """Return what is shared after an operator has corrected a line of a landing file by hand."""
    name = (day.isoformat(), LINES)
    rows = [json.loads(line) for line in common.files[name].splitlines()]
    rows[0]["points"] = CORRECTED_POINTS
    content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return common.holding("files", {name: content})


def _ask(first: int, last: int, name: str, **fields: Any) -> dict[str, Any]:
    return {"start_date": DAYS[first].isoformat(), "end_date": DAYS[last].isoformat(), "request_id": name, **fields}


# Two targets whose own dates are complete, and the three dates that they look back on.
TWO_TARGETS: Final = Configuration(
    name="two targets",
    days=5,
    prepared=(_ask(0, 4, "raw", to_phase=2), _ask(3, 4, "own", to_phase=3)),
    asked=(_ask(3, 4, "fill", to_phase=4),),
)
# A target is computed while one of its three dates is corrected and redone, which is a target by itself then.
CORRECTION: Final = Configuration(
    name="correction",
    days=4,
    prepared=(_ask(0, 3, "history", to_phase=3),),
    asked=(_ask(3, 3, "fill", to_phase=4), _ask(1, 1, "fix", scenario="reprocess", to_phase=4)),
    corrected=DAYS[1],
)
# One target that lacks one date, down to its predictions: small enough for every fault at once.
ONE_TARGET: Final = Configuration(
    name="one target",
    days=3,
    prepared=(_ask(0, 2, "raw", to_phase=2), _ask(0, 0, "first", to_phase=3), _ask(2, 2, "own", to_phase=3)),
    asked=(_ask(2, 2, "fill", to_phase=5),),
)
CRASH, TWICE, LAPSE, SWEEP_BETWEEN = Faults(crashes=1), Faults(duplicates=1), Faults(jumps=1), Faults(sweeps=1)
# A matter of seconds, all together.
QUICK: Final = (
    TWO_TARGETS,
    replace(ONE_TARGET, faults=CRASH),
    replace(ONE_TARGET, faults=TWICE),
    replace(ONE_TARGET, faults=LAPSE),
    replace(ONE_TARGET, faults=SWEEP_BETWEEN),
    replace(ONE_TARGET, faults=CRASH, grain=Grain.CALL),
)
FULL: Final = (
    replace(TWO_TARGETS, faults=Faults(crashes=1, duplicates=1)),
    replace(CORRECTION, faults=CRASH),
    replace(ONE_TARGET, faults=Faults(crashes=1, duplicates=1, jumps=1)),
    replace(ONE_TARGET, faults=Faults(crashes=1, jumps=1), grain=Grain.CALL),
)
