"""The real season through the functions, in a process of its own: `python -m bench.real_season HOME WORKERS`.

Prints one JSON line: seconds, CPU seconds, peak memory, units, rows. Leaves ledger, warehouse and, with one worker,
`measured.json` (calendar, appearances, CPU seconds of each unit) in HOME.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

from bench.served import functions
from shared import bootstrap
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.runner import LocalRunner
from shared.config import Config
from shared.domain.backfills import BackfillStatus
from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import CalendarRequest
from shared.domain.units import Unit
from shared.service import attempt
from shared.service.app import App
from shared.service.load_calendar import load_calendar

SEASON = "2024-25"
NAME = "season"
MEASURED = "measured.json"
KIB_PER_MIB = 1024
# A run that takes longer than this is not slow but stuck.
SECONDS_MAX = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run cost: wall and CPU seconds, and the peak of the process's memory in MiB."""

    seconds: float
    cpu_seconds: float
    peak_mib: float

    @staticmethod
    def since(wall: float, cpu: float) -> "Cost":
        """Return what was spent since the two clocks showed `wall` and `cpu`."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
        return Cost(seconds=time.perf_counter() - wall, cpu_seconds=time.process_time() - cpu, peak_mib=peak)


def open_app(home: Path) -> App:
    """Return an App on the archived season in `home`, made this process's own."""
    config = Config(home=str(home), source="archive", season_archive=os.environ.get("SEASON_ARCHIVE", ""))
    return bootstrap.use(bootstrap.embedded(config))


def run(home: Path, workers: int) -> tuple[Cost, App]:
    """Return what the season cost from its calendar to its end, and its App. Raises SystemExit unless it completed."""
    app = open_app(home)
    served = functions()
    wall, cpu = time.perf_counter(), time.process_time()
    calendar = load_calendar(app, CalendarRequest(season=SEASON)).calendar
    request = {"start_date": str(calendar.dates[0]), "end_date": str(calendar.dates[-1]), "request_id": NAME}
    app.bus.publish("backfill-requests", request)
    runner = LocalRunner(
        cast(SqliteBus, app.bus), served, clock=app.clock, workers=workers, sweep_seconds=app.config.sweep_seconds
    )
    runner.run(lambda: _ended(app) or time.perf_counter() - wall > SECONDS_MAX)
    app.execution_log.flush()
    cost = Cost.since(wall, cpu)
    found = app.ledger.backfill(NAME)
    if found is None or found[0].status is not BackfillStatus.COMPLETE:
        raise SystemExit(f"the season did not complete: {found}")
    return cost, app


def _ended(app: App) -> bool:
    return any(backfill.id == NAME and not backfill.live for backfill, _ in app.ledger.backfills())


@contextmanager
def by_cpu() -> Iterator[None]:
    """Have attempts timed by the CPU of their thread, on which DuckDB runs too, not by the wall clock."""
    with mock.patch.object(attempt, "time", SimpleNamespace(perf_counter=time.thread_time)):
        yield


def units_of(app: App) -> list[Unit]:
    """Return every unit of the season."""
    return [held.unit for held in app.ledger.units_of_season(app.ledger.calendar(SEASON)).values()]


def measured(app: App, units: list[Unit]) -> dict[str, Any]:
    """Return what a simulation of the season needs."""
    calendar = app.ledger.calendar(SEASON)
    return {
        "calendar": calendar.body(),
        "appearances": {
            day.isoformat(): [[player, *seen] for player, seen in listed.items()]
            for day, listed in app.ledger.appearances(calendar.dates).items()
        },
        "seconds": {unit.key: unit.seconds for unit in units},
    }


def lines_of(calendar: SeasonCalendar, content: dict[str, Any]) -> dict[date, list[dict[str, object]]]:
    """Return, by date, who was listed, as Phase 3 reports it."""
    return {
        day: [
            {"player_id": player, "team": team, "played": played}
            for player, team, played in content["appearances"][day.isoformat()]
        ]
        for day in calendar.dates
    }


def digests_of(units: list[Unit]) -> dict[str, str]:
    """Return the content digest of every table's partition, by unit and processor."""
    return {f"{unit.key} {name}": digest for unit in units for name, digest in unit.digests.items()}


def summary(cost: Cost, rows: int, units: int, digests: dict[str, str]) -> dict[str, Any]:
    """Return the JSON line of a run."""
    return {
        "seconds": cost.seconds,
        "cpu_seconds": cost.cpu_seconds,
        "peak_mib": cost.peak_mib,
        "rows": rows,
        "units": units,
        "digests": digests,
    }


def main(home: Path, workers: int) -> None:
    """Run the season and print what it cost."""
    with by_cpu() if workers == 1 else nullcontext():
        cost, app = run(home, workers)
    units = units_of(app)
    if workers == 1:
        (home / MEASURED).write_text(json.dumps(measured(app, units)))
    rows = sum(sum(unit.rows.values()) for unit in units if unit.phase > 1)
    print(json.dumps(summary(cost, rows, len(units), digests_of(units))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
