"""The real season: our time and memory, beside a bare loop over the same work and the set-wise optimum."""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.figures import WORKER, Figure, report
from bench.measured import FOLDER, keep_measured, run_apart
from bench.measured import set_wise as run_set_wise

PART = "season"
WORKERS = (1, 2)
# The budgets are for two cores.
WORKERS_BOUND = 2
SECONDS_BOUND = 60.0
MIB_BOUND = 1024.0
RATIO_BOUND = 1.3

Run = Mapping[str, Any]


def figures() -> list[Figure]:
    """Return the season's cost with one and two workers, its ratio to the bare loop, and the set-wise statements.

    Raises SystemExit when loop and season did not build the same content, or a set-wise table differs.
    """
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for workers in WORKERS:
            home, beside = Path(folder) / f"ours{workers}", Path(folder) / "loop"
            ours = run_apart("bench.real_season", home, workers)
            loop = run_apart("bench.bare_loop", beside, workers)
            shutil.rmtree(beside)
            _same_content(ours, loop)
            found += _run_figures(ours, workers)
            found += _ratio_figures(ours, loop, workers)
            if workers == 1:
                FOLDER.mkdir(exist_ok=True)
                # The durations for simulations, which are measured with one worker only.
                keep_measured(home)
        found += _set_wise_figures(home)
    names = [each.name for each in found]
    return sorted(found, key=lambda each: names.index(each.name))


def _same_content(ours: Run, loop: Run) -> None:
    if ours["digests"] != loop["digests"]:
        differing = [key for key, digest in ours["digests"].items() if loop["digests"].get(key) != digest]
        raise SystemExit(f"the bare loop built something else: {differing[:5]}")


def _run_figures(run: Run, workers: int) -> list[Figure]:
    bounded = workers == WORKERS_BOUND
    wall, memory = (SECONDS_BOUND, MIB_BOUND) if bounded else (None, None)
    return [
        _figure("wall", run["seconds"], "s", workers, limit=wall),
        _figure("CPU", run["cpu_seconds"], "s", workers),
        _figure("peak memory", run["peak_mib"], "MiB", workers, limit=memory, decimals=0),
        _figure(f"units a second, of {run['units']}", run["units"] / run["seconds"], "units/s", workers),
    ]


def _ratio_figures(ours: Run, loop: Run, workers: int) -> list[Figure]:
    wall, cpu = ours["seconds"] / loop["seconds"], ours["cpu_seconds"] / loop["cpu_seconds"]
    return [
        _figure("bare loop: wall", loop["seconds"], "s", workers),
        _figure("bare loop: CPU", loop["cpu_seconds"], "s", workers),
        _figure("wall / bare loop's", wall, "", workers, limit=RATIO_BOUND, decimals=2),
        _figure("CPU / bare loop's", cpu, "", workers, decimals=2),
    ]


def _figure(name: str, value: float, unit: str, at: int, *, limit: float | None = None, decimals: int = 1) -> Figure:
    return Figure(part=PART, name=name, value=value, unit=unit, limit=limit, decimals=decimals, at=at, of=WORKER)


def _set_wise_figures(home: Path) -> list[Figure]:
    found = run_set_wise(home, WORKERS_BOUND)
    wrong = {name: rows for name, rows in found["differing"].items() if rows}
    if wrong:
        raise SystemExit(f"set-wise rows that are not the season's: {wrong}")
    seconds: dict[str, float] = found["seconds"]
    total = sum(seconds.values())
    return [
        Figure(part=PART, name=f"set-wise, {len(seconds)} tables of Phases 2-4: SQL alone", value=total, unit="s"),
        *(
            Figure(part=PART, name=f"set-wise: {name}", value=value, unit="s", decimals=3)
            for name, value in seconds.items()
        ),
    ]


if __name__ == "__main__":
    sys.exit(report(figures(), sys.argv))
