"""One Phase 3 completion against whole seasons of waiting targets: CPU, and documents read and written.

`python -m bench.decide --profile` prints where the coordinator's time goes as dates complete, then where windows are
extended.
"""

import cProfile
import pstats
import random
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from bench.driver import CountingStore, Players, Season, last_phase, season
from bench.figures import SEASON, Bound, Figure, report
from bench.noop import GAME_DATES, absences, calendar_of, calendars_of, one_season_however_long
from shared.adapters.embedded.memory import MemoryStore
from shared.adapters.embedded.store import SqliteStore
from shared.domain.calendar import SeasonCalendar
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.ports import Store

PART = "decide"
START_YEAR = 2024
# Of how many runs the quickest counts, by how many seasons wait.
RUNS = {1: 5, 5: 2, 10: 2}
P99_MS_BOUND = 2.0
READS_BOUND, WRITES_BOUND, PER_RELEASE = 6, 4, 2
# What a season five times as long would cost, which no real calendar has room for.
LENGTH = 5
PROFILE_LINES = 30

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


def planned(store: Store, calendars: Sequence[SeasonCalendar], *, first_target: int = 0) -> Season:
    """Return made-up seasons in which the dates from position `first_target` of each on are wanted."""
    drawn = {day: rows for calendar in calendars for day, rows in listed(calendar).items()}
    targets = [day for calendar in calendars for day in calendar.dates[first_target:]]
    return season(calendars, store, lambda day: drawn[day], targets)


def listed(calendar: SeasonCalendar) -> Mapping[date, Players]:
    """Return who is listed by date: some rest, some are out for months."""
    return absences(calendar, random.Random(START_YEAR))


def cpu_seconds(drive: Drive, seasons: int = 1, first_target: int = 0) -> list[float]:
    """Return the CPU seconds of the coordinator for each Phase 3 completion, on a durable store."""
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "ledger.sqlite")
        made = planned(store, calendars_of(START_YEAR, seasons), first_target=first_target)

        def tell(phase: int, day: date) -> None:
            began = time.thread_time()
            lanes = made.tell(phase, day)
            seconds = time.thread_time() - began
            made.bus.started.extend(lanes)
            if phase == HISTORY_LANE:
                spent.append(seconds)

        drive(made, tell)
    return spent


def quickest(drive: Drive, seasons: int, first_target: int) -> list[float]:
    """Return each completion's CPU seconds in the quickest of some runs.

    The runs do the same work in the same order, so what one of them took longer for was the machine's.
    """
    runs = [cpu_seconds(drive, seasons, first_target) for _ in range(RUNS[seasons])]
    return [min(each) for each in zip(*runs, strict=True)]


def traffic(calendars: Sequence[SeasonCalendar], drive: Drive = as_started) -> tuple[float, float, float]:
    """Return documents read and written, and targets released, by a Phase 3 completion on average."""
    store = CountingStore(MemoryStore())
    made = planned(store, calendars)
    reads = writes = completions = 0

    def tell(phase: int, day: date) -> None:
        nonlocal reads, writes, completions
        before = (store.traffic.reads, store.traffic.writes)
        made.bus.started.extend(made.tell(phase, day))
        if phase == HISTORY_LANE:
            reads += store.traffic.reads - before[0]
            writes += store.traffic.writes - before[1]
            completions += 1

    drive(made, tell)
    # Every target is released once, by the last completion that it waited for.
    released = sum(len(calendar.dates) for calendar in calendars)
    return reads / completions, writes / completions, released / completions


def percentile(samples: Iterable[float], share: int) -> float:
    """Return the value that `share` percent of the samples do not exceed."""
    return statistics.quantiles(samples, n=100, method="inclusive")[share - 1]


def figures() -> list[Figure]:
    """Return the coordinator's CPU time and its ledger traffic, and how they grow with the seasons that wait."""
    found: list[Figure] = []
    for name, drive, first in DRIVES:
        samples = {seasons: [1000 * each for each in quickest(drive, seasons, first)] for seasons in RUNS}
        for share, limit in ((50, None), (99, P99_MS_BOUND)):
            found += [
                Figure(
                    part=PART,
                    name=f"CPU p{share}, {name}",
                    value=percentile(spent, share),
                    unit="ms",
                    limit=limit,
                    bound=Bound.BELOW,
                    at=seasons,
                    of=SEASON,
                )
                for seasons, spent in samples.items()
            ]
    return found + traffic_figures()


def traffic_figures() -> list[Figure]:
    """Return the documents read and written, by seasons that wait and in a season of many times the dates."""
    measured = {seasons: traffic(calendars_of(START_YEAR, seasons)) for seasons in RUNS}
    reads = [_documents("read", READS_BOUND, found[0], found[2], at) for at, found in measured.items()]
    writes = [_documents("written", WRITES_BOUND, found[1], found[2], at) for at, found in measured.items()]
    reads_back, writes_back, released_back = traffic(calendars_of(START_YEAR, 1), latest_first)
    with one_season_however_long(f"{START_YEAR}-25"):
        read, written, released = traffic([calendar_of(START_YEAR, LENGTH * GAME_DATES)])
    return [
        *reads,
        *writes,
        _documents("read, latest date first", READS_BOUND, reads_back, released_back),
        _documents("written, latest date first", WRITES_BOUND, writes_back, released_back),
        _documents(f"read, a season of {LENGTH * GAME_DATES} dates", READS_BOUND, read, released),
        _documents(f"written, a season of {LENGTH * GAME_DATES} dates", WRITES_BOUND, written, released),
    ]


def _documents(what: str, bound: int, value: float, released: float, at: int | None = None) -> Figure:
    limit = bound + PER_RELEASE * released
    of = "" if at is None else SEASON
    return Figure(part=PART, name=f"documents a completion {what}", value=value, unit="", limit=limit, at=at, of=of)


def profile() -> None:
    """Print the functions in which the coordinator spends its own time, the costliest first."""
    for name, drive, first in (DRIVES[0], DRIVES[-1]):
        profiler = cProfile.Profile()
        profiler.runcall(cpu_seconds, drive, 1, first)
        print(name)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(PROFILE_LINES)


DRIVES: Sequence[tuple[str, Drive, int]] = (
    ("as dates complete", as_started, 0),
    ("latest date first", latest_first, 0),
    ("windows extended into the first half", as_started, GAME_DATES // 2),
)

if __name__ == "__main__":
    if "--profile" in sys.argv:
        profile()
    else:
        sys.exit(report(figures(), sys.argv))
