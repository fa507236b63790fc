"""`backfill cancel` and `backfill retry`: publish an operator's word on a backfill."""

import getpass
from typing import Annotated

import typer

from shared.cli import options
from shared.cli.commands import command
from shared.cli.options import reader
from shared.cli.output import say, say_json
from shared.domain.controls import BackfillControl, ControlAction, backfill_control
from shared.domain.errors import InvalidInput

TOPIC = "backfill-controls"

BackfillId = Annotated[str, typer.Argument(metavar="ID", help="The backfill's id, as backfill status lists it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]


def cancel(
    backfill_id: BackfillId, reason: Reason = "", *, json: options.Json = False, home: options.Home = None
) -> None:
    """Cancel a live backfill; what it shares with another goes on, and attempts that have begun finish.

    Example: backfill cancel bf-20241108-20241114-1f0a2b --reason "wrong week"
    """
    _publish(ControlAction.CANCEL, backfill_id, reason, home, json=json)


def retry(
    backfill_id: BackfillId, reason: Reason = "", *, json: options.Json = False, home: options.Home = None
) -> None:
    """Have the failed units of a failed backfill, and what they blocked, start afresh; nothing else is run again.

    Example: backfill retry bf-20241108-20241114-1f0a2b --reason "the source is back"
    """
    _publish(ControlAction.RETRY, backfill_id, reason, home, json=json)


def _publish(action: ControlAction, backfill_id: str, reason: str, home: str | None, *, json: bool) -> None:
    app = reader(home)
    asked = BackfillControl(action=action, backfill_id=backfill_id, requested_by=getpass.getuser(), reason=reason)
    body = backfill_control(asked.body()).body()
    if app.ledger.backfill(backfill_id) is None:
        raise InvalidInput("ID", backfill_id, "the id of a backfill; backfill status lists them")
    app.bus.publish(TOPIC, body)
    follow = command("run", app.config.home)
    if json:
        say_json({"topic": TOPIC, "message": body, "next": [follow]})
        return
    say(f"Published {action} of {backfill_id} to {TOPIC}.", f"Next: {follow}   (unless a run is on)")
