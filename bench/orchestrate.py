"""Units per second of a no-op season through the functions, the envelope and the durable SQLite stack."""

import sys
import tempfile
import time
from pathlib import Path

from bench.noop import calendar_of, do_nothing, plant
from shared import bootstrap
from shared.adapters.embedded.push import FunctionApp
from shared.adapters.embedded.runner import LocalRunner
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.backfills import BackfillStatus
from shared.service.app import App

GAME_DATES = 165
PHASES = 4


def run_season(home: Path, *, workers: int = 2, game_dates: int = GAME_DATES) -> tuple[float, App]:
    """Return the seconds that a no-op season took from request to the backfill's end, and its App."""
    config = Config(home=str(home), max_in_flight=16)
    app = bootstrap.use(bootstrap.embedded(config))
    calendar = calendar_of(2024, game_dates)
    plant(app, calendar)
    apps = {
        name: FunctionApp(name, REPOSITORY_ROOT / "functions" / name / "main.py").call
        for name in bootstrap.topology().functions
    }
    runner = LocalRunner(app.bus, apps, clock=app.clock, workers=workers, sweep_seconds=config.sweep_seconds)
    request = {"start_date": str(calendar.dates[0]), "end_date": str(calendar.dates[-1]), "request_id": "bench"}
    began = time.perf_counter()
    app.bus.publish("backfill-requests", request)

    def finished() -> bool:
        found = app.ledger.wanter("bench")
        return app.ledger.store.get("backfills/bench") is not None and not found[0]

    runner.run(finished)
    seconds = time.perf_counter() - began
    done = app.ledger.backfill("bench")
    if done is None or done[0].status is not BackfillStatus.COMPLETE:
        raise SystemExit(f"the no-op season did not complete: {done}")
    return seconds, app


def main() -> None:
    """Print units per second for 1, 2 and 4 workers."""
    do_nothing()
    for workers in [int(text) for text in sys.argv[1:]] or [1, 2, 4]:
        with tempfile.TemporaryDirectory() as home:
            seconds, _ = run_season(Path(home), workers=workers)
        units = GAME_DATES * PHASES
        print(f"{workers} workers: {units} units in {seconds:.2f} s = {units / seconds:.0f} units/s (budget 500)")


if __name__ == "__main__":
    main()
