"""`backfill cancel`, `pause`, `resume`, `retry`, `apply`: publish an operator's word on a backfill that it fits."""

import getpass
import time
from dataclasses import replace
from typing import Annotated, cast

import typer

from shared.adapters.embedded.bus import SqliteBus
from shared.cli import options
from shared.cli.commands import command
from shared.cli.options import day_of, reader
from shared.cli.output import EXIT_INCOMPLETE, say, say_json, span_text, table
from shared.cli.recovery import wait_and_validate
from shared.cli.watch import PLANNING_SECONDS_MAX, POLL_SECONDS
from shared.config import EMBEDDED
from shared.domain.controls import BackfillControl, ControlAction, backfill_control, fits, misfit
from shared.service.app import App
from shared.service.apply_plan import Application, application_of
from shared.service.failures import chosen, known_backfill
from shared.service.settle import units_of

TOPIC = "backfill-controls"
TAKER = "control_backfill"

BackfillId = Annotated[str, typer.Argument(metavar="ID", help="The backfill's id, as backfill status lists it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the backfill.")]
RetryDates = Annotated[str, typer.Option("--dates", metavar="DATES", help="Failed dates only: 2024-11-08,2024-11-10.")]
RetryPhase = Annotated[int | None, typer.Option("--phase", metavar="1-5", help="What failed in this phase only.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow it to its end, then validate its dates.")]


def cancel(
    backfill_id: BackfillId, reason: Reason = "", *, json: options.Json = False, home: options.Home = None
) -> None:
    """Cancel a live or paused backfill; what it shares with another goes on, and attempts that have begun finish.

    Example: backfill cancel bf-20241108-20241114-1f0a2b --reason "wrong week"
    """
    _send(reader(home), _word(ControlAction.CANCEL, backfill_id, reason), json=json)


def pause(
    backfill_id: BackfillId, reason: Reason = "", *, json: options.Json = False, home: options.Home = None
) -> None:
    """Have a live backfill start nothing new until it is resumed; attempts that have begun finish.

    Example: backfill pause bf-20241108-20241114-1f0a2b --reason "the source is down until 8"
    """
    _send(reader(home), _word(ControlAction.PAUSE, backfill_id, reason), json=json)


def resume(
    backfill_id: BackfillId,
    reason: Reason = "",
    *,
    wait: Wait = False,
    json: options.Json = False,
    home: options.Home = None,
) -> None:
    """Have a paused or cancelled backfill go on with what is left of it; what failed stays failed.

    Example: backfill resume bf-20241108-20241114-1f0a2b
    """
    _send(reader(home), _word(ControlAction.RESUME, backfill_id, reason), wait=wait, json=json)


def retry(
    backfill_id: BackfillId,
    reason: Reason = "",
    *,
    dates: RetryDates = "",
    phase: RetryPhase = None,
    wait: Wait = False,
    json: options.Json = False,
    home: options.Home = None,
) -> None:
    """Have the failed units of a failed or paused backfill, and what they blocked, start afresh; nothing else.

    Example: backfill retry bf-20241108-20241114-1f0a2b --dates 2024-11-08,2024-11-10 --reason "the source is back"
    """
    days = tuple(sorted({day_of("--dates", text.strip()) for text in dates.split(",") if text.strip()}))
    app, word = reader(home), _word(ControlAction.RETRY, backfill_id, reason)
    asked = replace(word, dates=days, phase=phase)
    _send(app, backfill_control(asked.body()), wait=wait, json=json)


def apply(
    backfill_id: BackfillId, reason: Reason = "", *, json: options.Json = False, home: options.Home = None
) -> None:
    """Run the plan of a dry run; where the ledger has moved since, show how a new plan differs and run that.

    Example: backfill apply bf-20241108-20241114-1f0a2b
    """
    app, word = reader(home), _word(ControlAction.APPLY, backfill_id, reason)
    _check_fit(app, word)
    found = application_of(app, known_backfill(app, backfill_id)[0])
    if not json:
        _show_application(found)
    _send(app, word, json=json, application=found)


def _word(action: ControlAction, backfill_id: str, reason: str) -> BackfillControl:
    asked = BackfillControl(action=action, backfill_id=backfill_id, requested_by=getpass.getuser(), reason=reason)
    return backfill_control(asked.body())


def _check_fit(app: App, word: BackfillControl) -> None:
    """Refuse what would be rejected once it is published. Raises InvalidInput naming the status, or what has failed."""
    backfill, _ = known_backfill(app, word.backfill_id)
    if not fits(word.action, backfill):
        raise misfit(word.action, backfill)
    if word.action is ControlAction.RETRY:
        chosen(units_of(app, backfill), backfill.id, word.dates, word.phase)


def _send(
    app: App, word: BackfillControl, *, json: bool, wait: bool = False, application: Application | None = None
) -> None:
    _check_fit(app, word)
    message_id = app.bus.publish(TOPIC, word.body())
    follow = command("run", app.config.home)
    if wait:
        if not json:
            say(f"Published {word.action} of {word.backfill_id} to {TOPIC}; waiting for its end.")
        _await_taken(app, word.backfill_id, message_id)
        raise typer.Exit(wait_and_validate(app, word.backfill_id, json=json))
    if json:
        shown = {} if application is None else {"moved": application.moved, "difference": application.difference}
        say_json({"topic": TOPIC, "message": word.body(), **shown, "next": [follow]})
        return
    say(f"Published {word.action} of {word.backfill_id} to {TOPIC}.", f"Next: {follow}   (unless a run is on)")


def _await_taken(app: App, backfill_id: str, message_id: str) -> None:
    """Wait until whoever runs the functions has taken a word in. Raises InvalidInput when it was refused."""
    began = time.monotonic()
    while message_id not in known_backfill(app, backfill_id)[0].heard:
        if not _may_be_taken(app, began):
            if message_id in known_backfill(app, backfill_id)[0].heard:
                return
            say(f"The word on {backfill_id} was not taken; why: backfill status")
            raise typer.Exit(EXIT_INCOMPLETE)
        time.sleep(POLL_SECONDS)


def _may_be_taken(app: App, began: float) -> bool:
    if app.config.stack == EMBEDDED:
        return bool(cast(SqliteBus, app.bus).depth().get(TAKER))
    return time.monotonic() - began < PLANNING_SECONDS_MAX


def _show_application(found: Application) -> None:
    if not found.moved:
        say("Nothing has moved since the dry run: it runs as it was planned.")
        return
    if not found.difference:
        say("The ledger has moved since the dry run; a new plan runs the same dates.")
        return
    shown = table("The ledger has moved since the dry run; a new plan differs", "phase", "added", "left out")
    for each in found.difference:
        shown.add_row(str(each.phase), span_text(each.added), span_text(each.left_out))
    say(shown)
