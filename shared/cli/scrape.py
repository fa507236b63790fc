"""`backfill scrape`: Phase 1 of one date on this machine, for a source that the deployed functions cannot reach."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared import bootstrap
from shared.adapters.embedded.folder_lock import lock_folder
from shared.cli.commands import command
from shared.cli.options import Home, Json, config_of, day_of
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, say, say_error, say_json
from shared.config import CLOUD, Config
from shared.domain.calendar import season_of
from shared.domain.errors import InvalidInput, Retryable
from shared.domain.messages import LIVE, LIVE_HISTORY, UnitHint
from shared.domain.units import Status, Unit
from shared.service.app import App
from shared.service.scrape import scrape as run_phase_1

PHASE = 1
# A site that gives nothing to so many dates in a row is not asked for the others.
FAILURES_MAX = 3

Date = Annotated[str | None, typer.Argument(metavar="[DATE]", help="The game date, 2024-11-08.")]
Waiting = Annotated[bool, typer.Option("--waiting", help="Every date whose Phase 1 is pending, the earliest first.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """What became of one date: how its Phase 1 stands, what was done or is in the way, and the rows it has."""

    game_date: date
    status: str | None
    outcome: str
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Return whether its landing files are there."""
        return self.status == Status.COMPLETE


def scrape(game_date: Date = None, *, waiting: Waiting = False, json: Json = False, home: Home = None) -> None:
    """Run Phase 1 of a date on this machine: scrape it, write its landing files, publish phase1-complete.

    It does what the function `scrape` does, with the same ledger and landing zone: it claims the date, so that
    nobody else scrapes it meanwhile. A date that no backfill wants is run on as in daily operation.

    Example: LOOKBACK_SOURCE=nba_stats backfill scrape 2024-11-08
    """
    if (game_date is None) is not waiting:
        raise InvalidInput("DATE", game_date, "a game date, or --waiting in its place")
    day, config = day_of("DATE", game_date) if game_date else None, config_of(home)
    with _stack(config) as app:
        if day:
            _require_game_date(app, day)
        days = [day] if day else _waiting(app)
        ended = _scrape_each(app, days, quiet=json)
    if json:
        say_json({"dates": ended, "not_asked": days[len(ended) :]})
    elif not days:
        say("No date's Phase 1 is pending.")
    raise typer.Exit(EXIT_DONE if len(ended) == len(days) and all(one.complete for one in ended) else EXIT_INCOMPLETE)


def _scrape_each(app: App, days: list[date], *, quiet: bool) -> list[Scraped]:
    """Scrape the dates in order, telling of each as it ends, until too many in a row were not had."""
    ended: list[Scraped] = []
    for day in days:
        ended.append(_scraped(app, day, command("retry ID", app.config.home)))
        if not quiet:
            _say(ended[-1])
        if len(ended) >= FAILURES_MAX and not any(each.complete for each in ended[-FAILURES_MAX:]):
            break
    return ended


def _say(ended: Scraped) -> None:
    line = f"{ended.game_date}: {ended.outcome}"
    if ended.complete:
        say(line)
    else:
        say_error(line)


def _scraped(app: App, day: date, retry: str) -> Scraped:
    """Return what became of a date after its Phase 1 was run, or was found not to be due."""
    before = _unit(app, day)
    try:
        with Console(stderr=True).status(f"Scraping {day} from {app.config.source} ..."):
            run_phase_1(app, UnitHint(phase=PHASE, game_date=day, backfill_id=_wanter(app, before)))
    except Retryable as error:
        after = _unit(app, day)
        return Scraped(game_date=day, status=after.status if after else None, outcome=str(error))
    after = _unit(app, day)
    if after is None:
        return Scraped(game_date=day, status=None, outcome="nothing was done")
    outcome = _outcome(before, after, app.clock.now(), retry)
    rows = after.rows if after.status is Status.COMPLETE else {}
    return Scraped(game_date=day, status=after.status, outcome=outcome, rows=rows)


def _waiting(app: App) -> list[date]:
    """Return the dates whose Phase 1 is pending, and which something live wants; a cancelled one's stay pending."""
    seasons = app.ledger.calendars()
    units = [held.unit for each in seasons for held in app.ledger.units_of_season(each, (PHASE,)).values()]
    return sorted(unit.game_date for unit in units if unit.status is Status.PENDING and _is_wanted(app, unit))


def _is_wanted(app: App, unit: Unit) -> bool:
    wanters = unit.wanted_by.items()
    return any(name in (LIVE, LIVE_HISTORY) or app.ledger.wanter(name) == (True, epoch) for name, epoch in wanters)


@contextmanager
def _stack(config: Config) -> Iterator[App]:
    """Yield an App that may write; a folder is held meanwhile, for only one process may work on it."""
    if config.stack == CLOUD:
        yield bootstrap.cloud(config)
        return
    with lock_folder(Path(config.home)):
        yield bootstrap.embedded(config)


def _require_game_date(app: App, day: date) -> None:
    season = season_of(day)
    if day not in app.ledger.calendar(season).fixtures:
        raise InvalidInput("DATE", str(day), f"a date with games; list them: backfill calendar --season {season}")


def _unit(app: App, day: date) -> Unit | None:
    held = app.ledger.unit(PHASE, day)
    return held.unit if held else None


def _wanter(app: App, unit: Unit | None) -> str:
    """Return a live backfill that wants the date, for the logs and messages to name; "" when there is none."""
    names = sorted(set(unit.wanted_by if unit else ()) - {LIVE, LIVE_HISTORY})
    return next((name for name in names if app.ledger.wanter(name)[0]), "")


def _outcome(before: Unit | None, after: Unit, now: datetime, retry: str) -> str:
    tried = after.fence > (before.fence if before else 0)
    if after.status is Status.COMPLETE:
        rows = ", ".join(f"{count} {name}" for name, count in after.rows.items())
        return f"{'scraped' if tried else 'was complete already'}: {rows}"
    if after.status is Status.FAILED:
        again = "" if tried else f"; have it start afresh first: {retry}"
        return f"failed: {after.error}{again}"
    if after.lease_live(now):
        return f"another attempt holds it until {after.lease_until}"
    return f"is {after.status}, and no live backfill wants it"
