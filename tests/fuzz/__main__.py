"""`make fuzz`: so many hostile inputs to every way in; a table, and exit code 1 when one of them crashed something.

A crash is told with its seed: `python -m tests.fuzz.surfaces <surface> 1000 <seed>` tries the same inputs again.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from rich.progress import Progress

from shared.cli.output import console, say, table
from tests.fuzz.coverage_guided import TARGETS, guided
from tests.fuzz.surfaces import SURFACES, shares

INPUTS: Final = 100_000
WORKERS: Final = 2
COLUMNS: Final = ("surface", "inputs", "crashes", "slowest", "peak memory", "took")
# Of every so many inputs one goes to each target that is guided by coverage.
GUIDED_SHARE: Final = 10


def main() -> int:
    """Try what the arguments ask for; return the exit code."""
    asked = _arguments()
    began = time.monotonic()
    counts = {name: count for name, count in shares(asked.inputs).items() if name in (asked.surface or SURFACES)}
    jobs = {
        name: [sys.executable, "-m", "tests.fuzz.surfaces", name, str(n), str(asked.seed)] for name, n in counts.items()
    }
    with Progress(console=console()) as progress, ThreadPoolExecutor(asked.workers) as pool:
        bar = progress.add_task("surfaces", total=len(jobs) + len(TARGETS))
        found = []
        for figures in pool.map(_measured, jobs, jobs.values()):
            found.append(figures)
            progress.advance(bar)
        for target in () if asked.surface else TARGETS:
            found += guided(target, asked.inputs // GUIDED_SHARE, asked.seed)
            progress.advance(bar)
    _show(found)
    crashes = sum(len(each["crashes"]) for each in found)
    say(f"{sum(each['inputs'] for each in found):,} inputs, {crashes} crashes, {time.monotonic() - began:.0f} s.")
    return 1 if crashes else 0


def _measured(name: str, command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        ended = f"the process ended with {done.returncode}: {done.stderr.strip()[-500:]}"
        return {"name": name, "inputs": 0, "crashes": [ended], "slowest_seconds": 0.0, "seconds": 0.0, "peak_mib": 0.0}
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _show(found: Sequence[dict[str, Any]]) -> None:
    shown = table("Hostile input", *COLUMNS, right=COLUMNS[1:])
    for each in found:
        slowest = f"{each['slowest_seconds'] * 1000:,.0f} ms"
        cells = (f"{each['inputs']:,}", str(len(each["crashes"])), slowest, f"{each['peak_mib']:,.0f} MiB")
        shown.add_row(each["name"], *cells, f"{each['seconds']:.0f} s")
    say(shown)
    for each in found:
        for crash in each["crashes"]:
            say(f"{each['name']}: {crash}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS, help=f"how many in all (default: {INPUTS})")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; every batch has the next one (default: 0)")
    parser.add_argument("--workers", type=int, default=WORKERS, help=f"processes at a time (default: {WORKERS})")
    parser.add_argument("--surface", action="append", choices=SURFACES, help="only this one; repeatable")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
