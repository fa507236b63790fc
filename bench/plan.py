"""The plan of one season, five and ten: on an empty ledger, and on one in which every unit is complete."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bench.figures import SEASON, Bound, Figure, report
from bench.noop import calendars_of
from shared import bootstrap
from shared.config import Config
from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import BackfillRequest
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from shared.service.plan_backfill import preview

PART = "plan"
FIRST_YEAR = 2015
SEASONS_AT = (1, 5, 10)
PHASES = range(1, 6)
SECONDS_BOUND = 1.0
RUNS = 3


def plant(app: App, calendars: Iterable[SeasonCalendar], *, complete: bool) -> None:
    """Put calendars into the ledger and, if asked, every unit of them, complete."""
    for calendar in calendars:
        app.ledger.commit([Write(key=f"calendar/{calendar.season}", body=calendar.body())])
        if complete:
            app.ledger.commit([_complete(phase, day) for phase in PHASES for day in calendar.dates])


def _complete(phase: int, day: date) -> Write:
    unit = Unit(phase=phase, game_date=day, status=Status.COMPLETE, version=1, wanted_by={"earlier": 0})
    return Write(key=unit.key, body=unit.body())


def seconds(seasons: int, *, complete: bool) -> float:
    """Return the median seconds of a plan of so many seasons."""
    calendars = calendars_of(FIRST_YEAR, seasons)
    first, last = calendars[0].dates[0], calendars[-1].dates[-1]
    with tempfile.TemporaryDirectory() as home:
        app = bootstrap.embedded(Config(home=str(Path(home))))
        plant(app, calendars, complete=complete)
        spent = []
        for _ in range(RUNS):
            began = time.perf_counter()
            preview(app, BackfillRequest(start_date=first, end_date=last))
            spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def figures() -> list[Figure]:
    """Return the seconds of both plans, by seasons."""
    return [
        Figure(
            part=PART,
            name=f"plan, {name}",
            value=seconds(seasons, complete=complete),
            unit="s",
            limit=SECONDS_BOUND,
            bound=Bound.BELOW,
            decimals=3,
            at=seasons,
            of=SEASON,
        )
        for name, complete in (("empty ledger", False), ("every unit complete", True))
        for seasons in SEASONS_AT
    ]


if __name__ == "__main__":
    sys.exit(report(figures(), sys.argv))
