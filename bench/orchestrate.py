"""Units per second of no-op seasons through the functions, the envelope and the durable SQLite stack.

By workers, and with two of them by seasons, with the memory that takes. `python -m bench.orchestrate 2 --profile`
prints where one worker's time goes instead.
"""

import cProfile
import json
import pstats
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any
from unittest import mock

from bench.figures import SEASON, WORKER, Bound, Figure, report
from bench.noop import do_nothing
from bench.noop_season import run_seasons
from shared.adapters.embedded.runner import LocalRunner

PART = "orchestrate"
WORKERS_AT = (1, 2, 8, 64)
# The budgets are for two cores.
WORKERS_BOUND = 2
SEASONS_AT = (1, 5, 10)
UNITS_PER_SECOND_BOUND = 500
MIB_BOUND = 1024
RUNS = 3
PROFILE_LINES = 40


def run_apart(workers: int, seasons: int) -> dict[str, Any]:
    """Run no-op seasons in a process of their own; return its JSON line. Raises SystemExit when it failed."""
    command = [sys.executable, "-m", "bench.noop_season", str(workers), str(seasons)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"bench.noop_season failed:\n{done.stderr.strip()}")
    line: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return line


def figures() -> list[Figure]:
    """Return units a second by workers: the median of some runs, the best, and the best a CPU second; then by seasons.

    Units a CPU second tell, on a loaded machine, what a machine at rest would do.
    """
    runs = {workers: [run_apart(workers, 1) for _ in range(RUNS)] for workers in WORKERS_AT}
    return [*_by_workers(runs), *_by_seasons(runs[WORKERS_BOUND])]


def _by_workers(runs: dict[int, list[dict[str, Any]]]) -> list[Figure]:
    walls = {workers: [run["units"] / run["seconds"] for run in each] for workers, each in runs.items()}
    cpus = {workers: [run["units"] / run["cpu_seconds"] for run in each] for workers, each in runs.items()}
    rates = (
        (f"units a second, median of {RUNS}", {workers: statistics.median(each) for workers, each in walls.items()}),
        (f"units a second, best of {RUNS}", {workers: max(each) for workers, each in walls.items()}),
        (f"units a CPU second, best of {RUNS}", {workers: max(each) for workers, each in cpus.items()}),
    )
    bounded = rates[0][0]
    return [
        _rate(name, value, workers, WORKER, bounded=name == bounded and workers == WORKERS_BOUND)
        for name, curve in rates
        for workers, value in curve.items()
    ]


def _by_seasons(one: Sequence[dict[str, Any]]) -> list[Figure]:
    quickest = sorted(one, key=itemgetter("seconds"))[0]
    runs = {1: quickest, **{seasons: run_apart(WORKERS_BOUND, seasons) for seasons in SEASONS_AT[1:]}}
    rates = [
        _rate(f"{name}, {WORKERS_BOUND} workers", run["units"] / run[spent], seasons, SEASON)
        for name, spent in (("units a second", "seconds"), ("units a CPU second", "cpu_seconds"))
        for seasons, run in runs.items()
    ]
    memory = [
        Figure(
            part=PART,
            name=f"peak memory, {WORKERS_BOUND} workers",
            value=run["peak_mib"],
            unit="MiB",
            limit=MIB_BOUND,
            decimals=0,
            at=seasons,
            of=SEASON,
        )
        for seasons, run in runs.items()
    ]
    return [*rates, *memory]


def _rate(name: str, value: float, at: int, of: str, *, bounded: bool = False) -> Figure:
    limit = UNITS_PER_SECOND_BOUND if bounded else None
    return Figure(
        part=PART, name=name, value=value, unit="units/s", limit=limit, bound=Bound.AT_LEAST, decimals=0, at=at, of=of
    )


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
        cost, _ = run_seasons(Path(home), workers=workers)
    print(f"{cost.seconds:.2f} s under the profiler")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(PROFILE_LINES)


if __name__ == "__main__":
    if "--profile" in sys.argv:
        profile(next((int(text) for text in sys.argv[1:] if text.isdigit()), 1))
    else:
        sys.exit(report(figures(), sys.argv))
