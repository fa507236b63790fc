"""`backfill validate`: the warehouse against the schedule, against itself and against the ledger."""

import csv
import sys
from datetime import date, timedelta
from typing import Annotated

import typer

from shared.cli.options import Home, Json, day_of, reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, say_json
from shared.cli.validation import show, show_dates
from shared.domain.errors import InvalidInput
from shared.domain.messages import calendar_request
from shared.service.app import App
from shared.service.completeness.count_checks import MARGIN
from shared.service.completeness.validate import Validation
from shared.service.completeness.validate import validate as validate_range
from shared.service.plain import plain

CSV_COLUMNS = ("phase", "processor", "game_date", "kind", "entity", "detail")
# A window reaches back to the season's start at most.
HISTORY_READ = timedelta(days=366)
FIRST_MONTH, LAST_MONTH = 7, 6

Start = Annotated[str | None, typer.Argument(metavar="[START]", help="First date, 2024-11-08.")]
End = Annotated[str | None, typer.Argument(metavar="[END]", help="Last date, included; START alone is one date.")]
Season = Annotated[str | None, typer.Option("--season", metavar="SEASON", help="A whole season, 2024-25.")]
Phase = Annotated[int | None, typer.Option("--phase", metavar="1-5", help="One phase only.")]
Counts = Annotated[bool, typer.Option("--counts-only", help="Count rows, and leave out what is in them.")]
ByDate = Annotated[bool, typer.Option("--by-date", help="Show each date: expected, rows of each table, quality.")]
Csv = Annotated[bool, typer.Option("--csv", help="Write the findings as CSV, one a row.")]


def validate(
    start: Start = None,
    end: End = None,
    *,
    season: Season = None,
    phase: Phase = None,
    counts_only: Counts = False,
    by_date: ByDate = False,
    as_csv: Csv = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Validate a date, a range or a season: rows against the schedule, each other, their windows and the ledger.

    Exit code 1 when incomplete.

    Example: backfill validate 2024-11-08 2024-11-14 --phase 3
    """
    first, last = _range(start, end, season)
    if json and as_csv:
        raise InvalidInput("--csv", "with --json", "one of the two")
    app = reader(home, (first - HISTORY_READ, last + MARGIN))
    first, last = _within_season(app, first, last, season)
    result = validate_range(app, first, last, phase, counts_only=counts_only)
    if json:
        say_json({**plain(result), "complete": result.complete})
    elif as_csv:
        _say_csv(result)
    elif by_date:
        show_dates(result)
    else:
        show(result)
    raise typer.Exit(EXIT_DONE if result.complete else EXIT_INCOMPLETE)


def _range(start: str | None, end: str | None, season: str | None) -> tuple[date, date]:
    """Return the dates that were asked for; of a season the twelve months that it lies in."""
    if season is not None:
        if start is not None:
            raise InvalidInput("--season", season, "no START beside it")
        begins = calendar_request({"season": season}).season[:4]
        return date(int(begins), FIRST_MONTH, 1), date(int(begins) + 1, LAST_MONTH, 30)
    if start is None:
        raise InvalidInput("START", "no date", "a date, a range (2024-11-08 2024-11-14) or --season 2024-25")
    first = day_of("start_date", start)
    return first, first if end is None else day_of("end_date", end)


def _within_season(app: App, first: date, last: date, season: str | None) -> tuple[date, date]:
    if season is None:
        return first, last
    dates = app.ledger.calendar(season).dates
    return dates[0], dates[-1]


def _say_csv(result: Validation) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(CSV_COLUMNS)
    out.writerows([plain(getattr(each, name)) for name in CSV_COLUMNS] for each in result.findings)
