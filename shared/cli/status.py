"""`backfill status`: all backfills, or one, as they stand."""

from typing import Annotated

import typer
from rich.console import RenderableType

from shared.cli.daily import morning_lines
from shared.cli.options import Home, Json, reader
from shared.cli.output import say, say_json, short_span_text, table
from shared.cli.standing import phases_table, standing_json, summary_line, trouble_lines, waiting_lines
from shared.domain.messages import BackfillRequest
from shared.service.app import App
from shared.service.daily import mornings
from shared.service.plain import plain
from shared.service.refusals import dead_letters, rejections
from shared.service.status import Observer, Standing

REFUSALS_SHOWN = 5
BACKFILLS_SHOWN = 50

MaybeId = Annotated[str | None, typer.Argument(metavar="[ID]", help="A backfill's id; without it, all of them.")]


def status(backfill_id: MaybeId = None, *, json: Json = False, home: Home = None) -> None:
    """Show backfills: counts by phase and status, rate, what waits on what, failures with their errors.

    Example: backfill status bf-20241108-20241114-3fa9c1
    """
    app = reader(home)
    if backfill_id is None:
        _show_all(app, json=json)
        return
    standing = Observer(app).standing(backfill_id)
    if json:
        say_json(standing_json(standing))
    else:
        show_one(standing)


def show_one(standing: Standing) -> None:
    """Write one backfill in full."""
    say(summary_line(standing), asked_text(standing.request), phases_table(standing))
    say(*waiting_lines(standing), *trouble_lines(standing))
    if standing.live:
        say("A run works on it, or starts with: backfill run")


def asked_text(request: BackfillRequest) -> str:
    """Return what a request asked for, in one line."""
    dates = ", ".join(str(day) for day in request.dates) or f"{request.start_date}..{request.end_date}"
    by = f" by {request.requested_by}" if request.requested_by else ""
    reason = f": {request.reason}" if request.reason else ""
    return f"{request.scenario} {dates}, Phases {request.from_phase}-{request.to_phase}{by}{reason}"


def _show_all(app: App, *, json: bool) -> None:
    observer = Observer(app)
    known = [backfill.id for backfill, _ in app.ledger.backfills()]
    standings = observer.standings(known if json else known[-BACKFILLS_SHOWN:])
    refused, letters, daily = rejections(app), dead_letters(app), mornings(app)
    if json:
        found = [standing_json(each) for each in standings]
        say_json({"backfills": found, "daily": plain(daily), "rejections": refused, "dead_letters": letters})
        return
    if not standings:
        say("No backfill yet. Ask for one: backfill request 2024-11-08 2024-11-14")
    else:
        say(_table(standings))
    say(*morning_lines(daily))
    for each in refused[:REFUSALS_SHOWN]:
        say(f"Rejected {each.at[:19]}Z on {each.topic}: {each.error}")
    for letter in letters[:REFUSALS_SHOWN]:
        source = letter.subscription or "spent attempts"
        say(f"Dead letter {letter.at[:19]}Z of {source}: {dict(letter.message)}")


def _table(standings: list[Standing]) -> RenderableType:
    numbers = ("units", "done", "failed", "blocked", "waiting")
    found = table("Backfills, oldest first", "id", "asked", "status", *numbers, right=numbers)
    # The id is what the operator copies: it is never cut.
    found.columns[0].no_wrap = True
    for each in standings:
        failed = sum(trouble.status == "failed" for trouble in each.troubles)
        blocked = len(each.troubles) - failed
        request = each.request
        counts = (each.total, each.done, failed, blocked, each.waiting_total)
        asked = f"{request.scenario} {short_span_text(request.start_date, request.end_date)}"
        found.add_row(each.id, asked, each.status.value, *(str(count) for count in counts))
    return found
