"""`backfill scrape`: Phase 1 of one date on this machine, for a source that the deployed functions cannot reach."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared import bootstrap
from shared.adapters.embedded.folder_lock import lock_folder
from shared.cli.commands import command
from shared.cli.options import Home, Json, config_of, day_of
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, say, say_json
from shared.config import CLOUD, Config
from shared.domain.calendar import season_of
from shared.domain.errors import InvalidInput
from shared.domain.messages import LIVE, LIVE_HISTORY, UnitHint
from shared.domain.units import Status, Unit
from shared.service.app import App
from shared.service.scrape import scrape as run_phase_1

PHASE = 1

Date = Annotated[str, typer.Argument(metavar="DATE", help="The game date, 2024-11-08.")]


def scrape(game_date: Date, *, json: Json = False, home: Home = None) -> None:
    """Run Phase 1 of a date on this machine: scrape it, write its landing files, publish phase1-complete.

    It does what the function `scrape` does, with the same ledger and landing zone: it claims the date, so that
    nobody else scrapes it meanwhile. A date that no backfill wants is run on as in daily operation.

    Example: LOOKBACK_SOURCE=nba_stats backfill scrape 2024-11-08
    """
    day, config = day_of("DATE", game_date), config_of(home)
    with _stack(config) as app:
        _require_game_date(app, day)
        before = _unit(app, day)
        with Console(stderr=True).status(f"Scraping {day} from {config.source} ..."):
            run_phase_1(app, UnitHint(phase=PHASE, game_date=day, backfill_id=_wanter(app, before)))
        after, now = _unit(app, day), app.clock.now()
    outcome, code = _outcome(before, after, now, command("retry ID", config.home))
    if json:
        rows = dict(after.rows) if after and after.status is Status.COMPLETE else {}
        say_json({"game_date": day, "status": after.status if after else None, "outcome": outcome, "rows": rows})
    elif code:
        sys.stderr.write(f"error: {day}: {outcome}\n")
    else:
        say(f"{day}: {outcome}")
    raise typer.Exit(code)


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


def _outcome(before: Unit | None, after: Unit | None, now: datetime, retry: str) -> tuple[str, int]:
    """Return what became of the date, and the exit code that says it."""
    tried = after is not None and after.fence > (before.fence if before else 0)
    if after is None:
        return "nothing was done", EXIT_INCOMPLETE
    if after.status is Status.COMPLETE:
        rows = ", ".join(f"{count} {name}" for name, count in after.rows.items())
        return f"{'scraped' if tried else 'was complete already'}: {rows}", EXIT_DONE
    if after.status is Status.FAILED:
        again = "" if tried else f"; have it start afresh first: {retry}"
        return f"failed: {after.error}{again}", EXIT_INCOMPLETE
    if after.lease_live(now):
        return f"another attempt holds it until {after.lease_until}", EXIT_INCOMPLETE
    return f"is {after.status}, and no live backfill wants it", EXIT_INCOMPLETE
