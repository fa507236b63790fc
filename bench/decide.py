"""One Phase 3 completion against a whole season of waiting targets: CPU, and documents read and written."""

import random
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from bench.driver import CountingStore, Players, Season, last_phase, season
from bench.figures import Bound, Figure, report
from bench.noop import GAME_DATES, absences, calendar_of, one_season_however_long
from shared.adapters.embedded.memory import MemoryStore
from shared.adapters.embedded.store import SqliteStore
from shared.domain.calendar import SeasonCalendar
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.ports import Store

PART = "decide"
START_YEAR = 2024
RUNS = 5
P99_MS_BOUND = 2.0
READS_BOUND, WRITES_BOUND, PER_RELEASE = 6, 4, 2
LENGTHS = (1, 2, 5)

Told = Callable[[int, date], object]
Drive = Callable[[Season, Told], None]


def as_started(made: Season, tell: Told) -> None:
    """End every lane in the order in which the coordinator started them."""
    running = deque(made.started())
    while running:
        phase, day = running.popleft()
        end_lane(made, phase, day, tell)
        running.extend(made.started())


def latest_first(made: Season, tell: Told) -> None:
    """Complete Phase 3 from the last date to the first, so that every target waits until the end, then the targets."""
    for day in reversed(made.app.ledger.plan("bench").targets):
        end_lane(made, HISTORY_LANE, day, tell)
    running = deque(lane for lane in made.started() if lane[0] == TARGET_LANE)
    while running:
        end_lane(made, *running.popleft(), tell)
        running.extend(made.started())


def end_lane(made: Season, phase: int, day: date, tell: Told) -> None:
    """Complete the units of a lane and tell the coordinator of its last."""
    last = last_phase(phase)
    for each in range(phase, last + 1):
        made.ends(each, day)
    tell(last, day)


def planned(store: Store, game_dates: int, *, first_target: int = 0) -> Season:
    """Return a made-up season in which the dates from position `first_target` on are wanted."""
    calendar = calendar_of(START_YEAR, game_dates)
    return season(calendar, store, listed(calendar), calendar.dates[first_target:])


def listed(calendar: SeasonCalendar) -> Callable[[date], Players]:
    """Return who is listed by date: some rest, some are out for months."""
    drawn = absences(calendar, random.Random(START_YEAR))
    return lambda day: drawn[day]


def cpu_seconds(drive: Drive, first_target: int = 0) -> list[float]:
    """Return the CPU seconds of the coordinator for each Phase 3 completion, on a durable store."""
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        made = planned(SqliteStore(Path(folder) / "ledger.sqlite"), GAME_DATES, first_target=first_target)

        def tell(phase: int, day: date) -> None:
            began = time.thread_time()
            lanes = made.tell(phase, day)
            seconds = time.thread_time() - began
            made.bus.started.extend(lanes)
            if phase == HISTORY_LANE:
                spent.append(seconds)

        drive(made, tell)
    return spent


def traffic(game_dates: int) -> tuple[float, float, float]:
    """Return documents read and written, and targets released, by a Phase 3 completion on average."""
    store = CountingStore(MemoryStore())
    made = planned(store, game_dates)
    reads = writes = completions = 0

    def tell(phase: int, day: date) -> None:
        nonlocal reads, writes, completions
        before = (store.traffic.reads, store.traffic.writes)
        made.bus.started.extend(made.tell(phase, day))
        if phase == HISTORY_LANE:
            reads += store.traffic.reads - before[0]
            writes += store.traffic.writes - before[1]
            completions += 1

    as_started(made, tell)
    # Every target is released once, by the last completion that it waited for.
    return reads / completions, writes / completions, game_dates / completions


def percentile(samples: Iterable[float], share: int) -> float:
    """Return the value that `share` percent of the samples do not exceed."""
    return statistics.quantiles(samples, n=100, method="inclusive")[share - 1]


def figures() -> list[Figure]:
    """Return the coordinator's CPU time and its ledger traffic."""
    found: list[Figure] = []
    drives: Sequence[tuple[str, Drive, int]] = (
        ("as dates complete", as_started, 0),
        ("latest date first", latest_first, 0),
        ("windows extended into the first half", as_started, GAME_DATES // 2),
    )
    for name, drive, first in drives:
        samples = [1000 * seconds for _ in range(RUNS) for seconds in cpu_seconds(drive, first)]
        p50, p99 = percentile(samples, 50), percentile(samples, 99)
        found.append(Figure(part=PART, name=f"CPU p50, {name}", value=p50, unit="ms"))
        found.append(
            Figure(part=PART, name=f"CPU p99, {name}", value=p99, unit="ms", limit=P99_MS_BOUND, bound=Bound.BELOW)
        )
    for length in LENGTHS:
        with one_season_however_long(f"{START_YEAR}-25"):
            reads, writes, released = traffic(length * GAME_DATES)
        for what, value, bound in (("reads", reads, READS_BOUND), ("writes", writes, WRITES_BOUND)):
            limit = bound + PER_RELEASE * released
            name = f"{what} a completion, {released:g} release included, {length * GAME_DATES} dates"
            found.append(Figure(part=PART, name=name, value=value, unit="", limit=limit))
    return found


if __name__ == "__main__":
    sys.exit(report(figures(), sys.argv))
