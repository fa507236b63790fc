"""One run: a backfill on the breakable stack under a seed's faults, until it is complete; then what is wrong."""

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared import bootstrap
from shared.config import Config
from shared.domain.backfills import BackfillStatus
from shared.domain.messages import BackfillRequest
from shared.service.app import App
from shared.service.status import Standing
from tests.chaos.faults import WITNESS, Fault, Kind, Struck, impossible, schedule, storm
from tests.chaos.judge import Judgement, judge
from tests.chaos.stack import ChaosStack, chaos_stack
from tests.chaos.warehouses import EMBEDDED
from tests.emulators.process import POLL_SECONDS
from tests.rehearsal.drive import NotFinished, embedded_run, follow
from tests.stack import SEASON

REQUEST_ID = "chaos"
DECKS = 2
RUN_SECONDS_MAX = 1200.0
TAKEN_IN_SECONDS = 300.0
LOOK_SECONDS = 1.0
SWEEP_SECONDS = 4.0
# What an operator who looks once a while asks for again, when attempts were spent or the circuit breaker paused it.
OPERATOR_TURNS_MAX = 5
ON_AGAIN = {BackfillStatus.FAILED.value: "retry", BackfillStatus.PAUSED.value: "resume"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a run is put through: so many decks of faults, drawn from a seed, on a stack with one of the warehouses.

    It has `seconds_max` to come to its end. `faults` are in the place of those that the seed draws, `main` in that of
    every function's main.py, for planted bugs.
    """

    seed: int
    warehouse: str = EMBEDDED
    decks: int = DECKS
    seconds_max: float = RUN_SECONDS_MAX
    main: Path | None = None
    faults: Sequence[Fault] | None = None

    def drawn(self, left_out: Sequence[Kind]) -> Sequence[Fault]:
        """Return the faults that strike, without the kinds that cannot be had."""
        return schedule(self.seed, self.decks, left_out) if self.faults is None else self.faults


@dataclass(frozen=True, kw_only=True)
class Run:
    """How one run went. `seconds` is from the request to the end; `turns` how often an operator had to step in."""

    seed: int
    seconds: float
    struck: Sequence[Struck]
    turns: int
    judgement: Judgement

    @property
    def by_kind(self) -> Counter[str]:
        """Return how many faults of each kind struck."""
        return Counter(each.fault.kind.value for each in self.struck)


def reference(folder: Path, days: int) -> tuple[App, BackfillRequest]:
    """Return an embedded App on which the first game dates of the season were filled, and the request that was made."""
    dates = first_dates(days)
    request = BackfillRequest(start_date=dates[0], end_date=dates[-1], request_id=REQUEST_ID)
    return embedded_run(folder, "archive", request), request


def first_dates(days: int) -> list[date]:
    """Return the first game dates of the real season."""
    games = bootstrap.source(Config(source="archive", season_archive=os.environ.get("SEASON_ARCHIVE", ""))).schedule(
        SEASON
    )
    return sorted({date.fromisoformat(game["game_date"]) for game in games})[:days]


def run(folder: Path, trial: Trial, faultless: App, request: BackfillRequest) -> Run:
    """Run the request on a stack of its own under a trial's faults; return how it went and what is wrong.

    Raises NotFinished when it does not come to an end.
    """
    with chaos_stack(folder, trial.warehouse, trial.main) as stack:
        stack.app.bus.publish("calendar-requests", {"season": SEASON})
        _await(lambda: stack.app.ledger.store.get(WITNESS) is not None, "the calendar")
        began = time.monotonic()
        stack.app.bus.publish("backfill-requests", request.body())
        _await(lambda: stack.app.ledger.backfill(REQUEST_ID) is not None, "the request")
        with storm(stack, trial.drawn(impossible(stack))) as blowing:
            standing = _follow(stack, trial, lambda each: blowing.tell(each.done / max(1, each.total)))
        turns = 0
        while standing.status.value in ON_AGAIN and turns < OPERATOR_TURNS_MAX:
            standing, turns = _step_in(stack, trial, standing), turns + 1
        seconds = time.monotonic() - began
        # Nobody works on when the ledger is judged, not even a message that comes late.
        stack.fleet.stop()
        judgement = judge(faultless, stack.app, REQUEST_ID, blowing.struck, folder / "logs")
    return Run(seed=trial.seed, seconds=seconds, struck=tuple(blowing.struck), turns=turns, judgement=judgement)


def _await(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + TAKEN_IN_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise NotFinished(f"{what} was not taken in")
        time.sleep(POLL_SECONDS)


def _follow(stack: ChaosStack, trial: Trial, on_look: Callable[[Standing], None] = lambda _: None) -> Standing:
    pace = {"look_seconds": LOOK_SECONDS, "sweep_seconds": SWEEP_SECONDS}
    return follow(stack, REQUEST_ID, seconds=trial.seconds_max, on_look=on_look, **pace)


def _step_in(stack: ChaosStack, trial: Trial, standing: Standing) -> Standing:
    """Do what the operator's guide says of a backfill that failed or was paused; return how it ended then."""
    epoch = _epoch(stack)
    body = {"action": ON_AGAIN[standing.status.value], "backfill_id": REQUEST_ID}
    stack.app.bus.publish("backfill-controls", body)
    _await(lambda: _epoch(stack) > epoch, str(body))
    return _follow(stack, trial)


def _epoch(stack: ChaosStack) -> int:
    return stack.app.ledger.wanter(REQUEST_ID)[1]
