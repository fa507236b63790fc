"""Units per second of a no-op season through the functions, the envelope and the durable SQLite stack.

`python -m bench.orchestrate 2 --profile` prints where one worker's time goes instead.
"""

import cProfile
import pstats
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import cast
from unittest import mock

from bench.figures import Bound, Figure, counted, report
from bench.noop import GAME_DATES, calendar_of, do_nothing, plant
from shared import bootstrap
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.push import FunctionApp
from shared.adapters.embedded.runner import App as Push
from shared.adapters.embedded.runner import LocalRunner
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.backfills import BackfillStatus
from shared.service.app import App

PART = "orchestrate"
START_YEAR = 2024
PHASES = 4
WORKERS = (1, 2, 4)
# The budget is for two cores.
WORKERS_BOUND = 2
UNITS_PER_SECOND_BOUND = 500
RUNS = 3
PROFILE_LINES = 40
# A run that takes longer than this is not slow but stuck.
SECONDS_MAX = 60.0


def functions() -> dict[str, Push]:
    """Return the entry points that messages are pushed to, by name."""
    declared = bootstrap.topology().functions
    names = [name for name, function in declared.items() if function.topics]
    return {name: FunctionApp(name, REPOSITORY_ROOT / "functions" / name / "main.py").call for name in names}


def run_season(home: Path, *, workers: int, game_dates: int = GAME_DATES) -> float:
    """Return the seconds that a no-op season took from request to the backfill's end."""
    app = bootstrap.use(bootstrap.embedded(Config(home=str(home))))
    calendar = calendar_of(START_YEAR, game_dates)
    plant(app, calendar)
    runner = LocalRunner(
        cast(SqliteBus, app.bus), functions(), clock=app.clock, workers=workers, sweep_seconds=app.config.sweep_seconds
    )
    request = {"start_date": str(calendar.dates[0]), "end_date": str(calendar.dates[-1]), "request_id": PART}
    began = time.perf_counter()
    app.bus.publish("backfill-requests", request)
    runner.run(lambda: _finished(app) or time.perf_counter() - began > SECONDS_MAX)
    seconds = time.perf_counter() - began
    done = app.ledger.backfill(PART)
    if done is None or done[0].status is not BackfillStatus.COMPLETE:
        raise SystemExit(f"the no-op season did not complete: {done}")
    return seconds


def _finished(app: App) -> bool:
    return app.ledger.store.get(f"backfills/{PART}") is not None and not app.ledger.wanter(PART)[0]


def rates(workers: int) -> list[tuple[float, float]]:
    """Return units a second and units a CPU second of each run, ascending."""
    found = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            cpu = time.process_time()
            seconds = run_season(Path(home), workers=workers)
            units = GAME_DATES * PHASES
            found.append((units / seconds, units / (time.process_time() - cpu)))
    return sorted(found)


def figures() -> list[Figure]:
    """Return units a second by workers, the median and the best run, and the best run's units a CPU second.

    The CPU includes loading the functions; on a machine at rest it is what the wall shows.
    """
    do_nothing()
    found: list[Figure] = []
    for workers in WORKERS:
        measured = rates(workers)
        limit = UNITS_PER_SECOND_BOUND if workers == WORKERS_BOUND else None
        walls, cpus = [wall for wall, _ in measured], [cpu for _, cpu in measured]
        label = f"no-op season, {counted(workers)}"
        found += [
            _rate(f"{label}, median of {RUNS}", statistics.median(walls), limit),
            _rate(f"{label}, best of {RUNS}", walls[-1], None),
            _rate(f"{label}, a CPU second, best of {RUNS}", max(cpus), None),
        ]
    return found


def _rate(name: str, value: float, limit: float | None) -> Figure:
    return Figure(part=PART, name=name, value=value, unit="units/s", limit=limit, bound=Bound.AT_LEAST, decimals=0)


def profile(workers: int) -> None:
    """Print the functions in which the first worker of a no-op season spends its own time, the costliest first."""
    do_nothing()
    profiler, work = cProfile.Profile(), LocalRunner._work

    def profiled(runner: LocalRunner) -> None:
        if runner._threads[0].ident != threading.get_ident():
            work(runner)
        else:
            profiler.runcall(work, runner)

    with mock.patch.object(LocalRunner, "_work", profiled), tempfile.TemporaryDirectory() as home:
        seconds = run_season(Path(home), workers=workers)
    print(f"{seconds:.2f} s under the profiler")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(PROFILE_LINES)


if __name__ == "__main__":
    if "--profile" in sys.argv:
        profile(next((int(text) for text in sys.argv[1:] if text.isdigit()), 1))
    else:
        sys.exit(report(figures(), sys.argv))
