"""Seasons that compute nothing, run in a process of their own: `python -m bench.noop_season WORKERS SEASONS`.

Prints one JSON line: units, seconds, CPU seconds, peak memory. They go through the functions, the envelope and the
durable SQLite stack, as `backfill run` drives them.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

from bench.noop import calendars_of, do_nothing, plant
from bench.real_season import Cost
from bench.served import functions
from shared import bootstrap
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.runner import LocalRunner
from shared.config import Config
from shared.domain.backfills import BackfillStatus
from shared.service.app import App

NAME = "noop"
START_YEAR = 2024
PHASES = 4
# A season that takes longer than this is not slow but stuck.
SECONDS_MAX = 600.0


def run_seasons(home: Path, *, workers: int, seasons: int = 1) -> tuple[Cost, int]:
    """Return what seasons cost from request to the backfill's end, and their units. Raises SystemExit if it did not."""
    app = bootstrap.use(bootstrap.embedded(Config(home=str(home))))
    calendars = calendars_of(START_YEAR, seasons)
    for calendar in calendars:
        plant(app, calendar)
    runner = LocalRunner(
        cast(SqliteBus, app.bus), functions(), clock=app.clock, workers=workers, sweep_seconds=app.config.sweep_seconds
    )
    first, last = calendars[0].dates[0], calendars[-1].dates[-1]
    wall, cpu = time.perf_counter(), time.process_time()
    app.bus.publish("backfill-requests", {"start_date": str(first), "end_date": str(last), "request_id": NAME})
    runner.run(lambda: _finished(app) or time.perf_counter() - wall > SECONDS_MAX * seasons)
    cost = Cost.since(wall, cpu)
    done = app.ledger.backfill(NAME)
    if done is None or done[0].status is not BackfillStatus.COMPLETE:
        raise SystemExit(f"the no-op season did not complete: {done}")
    return cost, PHASES * sum(len(calendar.dates) for calendar in calendars)


def _finished(app: App) -> bool:
    return app.ledger.store.get(f"backfills/{NAME}") is not None and not app.ledger.wanter(NAME)[0]


def main(workers: int, seasons: int) -> None:
    """Run the seasons and print what they cost."""
    do_nothing()
    with tempfile.TemporaryDirectory() as home:
        cost, units = run_seasons(Path(home), workers=workers, seasons=seasons)
    line = {"units": units, "seconds": cost.seconds, "cpu_seconds": cost.cpu_seconds, "peak_mib": cost.peak_mib}
    print(json.dumps(line))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
