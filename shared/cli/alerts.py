"""`backfill alerts`, `ack`, `silence`: what is wrong, who has taken it on, and what nobody is to be told of."""

import getpass
import re
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.table import Table

from shared.cli import options
from shared.cli.commands import command
from shared.cli.options import reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, say, say_json, table
from shared.domain.alert_controls import AlertAction, AlertControl, alert_control
from shared.domain.alert_rules import BY_NAME
from shared.domain.errors import InvalidInput
from shared.domain.incidents import Incident
from shared.domain.silences import Silence
from shared.service.alerting.incidents import incidents, silences
from shared.service.app import App
from shared.service.control_alerts import check_control
from shared.service.plain import plain

TOPIC: Final = "alert-controls"
DURATION: Final = re.compile(r"(\d{1,4})([mhd])")
MINUTES_OF: Final = {"m": 1, "h": 60, "d": 24 * 60}
SUBJECTS_SHOWN_MAX: Final = 3

Target = Annotated[str, typer.Argument(metavar="TARGET", help="An incident, as backfill alerts lists it; a rule; all.")]
IncidentId = Annotated[str, typer.Argument(metavar="INCIDENT", help="An incident, as backfill alerts lists it.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes it on; you, by default.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why nobody is to be told; needed.")]
For = Annotated[str, typer.Option("--for", metavar="TIME", help="For how long: 30m, 2h, 3d.")]
Cancel = Annotated[bool, typer.Option("--cancel", help="End a silence instead.")]
Everything = Annotated[bool, typer.Option("--all", help="Also what healed by itself, and what is long over.")]


def alerts(*, everything: Everything = False, json: options.Json = False, home: options.Home = None) -> None:
    """Show the incidents that fire, the worst first, and those resolved within a week. Exit code 1 when any fires.

    Example: backfill alerts --all
    """
    app = reader(home)
    found, quiet = incidents(app, everything=everything), silences(app)
    if json:
        say_json({"incidents": [_as_json(each) for each in found], "silences": [plain(each) for each in quiet]})
    else:
        _show(found, quiet)
    raise typer.Exit(EXIT_INCOMPLETE if any(each.open for each in found) else EXIT_DONE)


def ack(incident: IncidentId, *, by: By = "", json: options.Json = False, home: options.Home = None) -> None:
    """Take an incident on: it is not escalated any more, and ends by itself when its cause has.

    Example: backfill ack dead_letters --by ann
    """
    word = AlertControl(action=AlertAction.ACK, target=incident, requested_by=by or getpass.getuser())
    _send(reader(home), alert_control(word.body()), json=json)


def silence(
    target: Target,
    *,
    duration: For = "",
    reason: Reason = "",
    cancel: Cancel = False,
    json: options.Json = False,
    home: options.Home = None,
) -> None:
    """Have nobody told of an incident, a rule or anything at all for a time; with --cancel from now on again.

    Example: backfill silence all --for 2h --reason "the warehouse is moved"
    """
    if cancel and (duration or reason):
        raise InvalidInput("--cancel", duration or reason, "neither --for nor --reason beside it")
    action = AlertAction.UNSILENCE if cancel else AlertAction.SILENCE
    minutes = 0 if cancel else minutes_of(duration)
    who = getpass.getuser()
    word = AlertControl(action=action, target=target, minutes=minutes, requested_by=who, reason=reason)
    _send(reader(home), alert_control(word.body()), json=json)


def minutes_of(duration: str) -> int:
    """Return the minutes of a time such as 30m, 2h or 3d. Raises InvalidInput."""
    match = DURATION.fullmatch(duration)
    if match is None:
        raise InvalidInput("--for", duration, "a time such as 30m, 2h or 3d")
    return int(match[1]) * MINUTES_OF[match[2]]


def _send(app: App, word: AlertControl, *, json: bool) -> None:
    check_control(app, word)
    app.bus.publish(TOPIC, word.body())
    follow = command("run", app.config.home)
    if json:
        say_json({"topic": TOPIC, "message": word.body(), "next": [follow]})
        return
    say(f"Published {word.action} of {word.target} to {TOPIC}.", f"Next: {follow}   (unless a run is on)")


def _as_json(incident: Incident) -> dict[str, object]:
    runbook = BY_NAME[incident.rule].runbook if incident.rule in BY_NAME else ""
    return {**incident.body(), "runbook": runbook}


def _show(found: tuple[Incident, ...], quiet: tuple[Silence, ...]) -> None:
    if found:
        say(_table(found))
    for each in found:
        if each.open:
            say(f"{each.id}: {BY_NAME[each.rule].runbook if each.rule in BY_NAME else each.rule}")
    if not any(each.open for each in found):
        say("Nothing is wrong.")
    for silent in quiet:
        say(f"Silent until {silent.until[:16]}Z: {silent.target} ({silent.reason}; {silent.by})")


def _table(found: tuple[Incident, ...]) -> Table:
    shown = table("", "incident", "severity", "status", "since", "told", "of")
    for each in found:
        who = ", ".join(each.told) or each.muted or "nobody yet"
        taken = f" by {each.acknowledged_by}" if each.acknowledged_by else ""
        since = datetime.fromisoformat(each.since).strftime("%m-%d %H:%MZ") if each.since else "-"
        shown.add_row(each.id, each.severity, f"{each.status}{taken}", since, who, _subjects(each))
    return shown


def _subjects(incident: Incident) -> str:
    names = list(incident.subjects)[:SUBJECTS_SHOWN_MAX]
    more = incident.subjects_total - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")
