"""`backfill request`: validate a request and publish it."""

import getpass
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.cli import options
from shared.cli.commands import command
from shared.cli.options import config_of, reader, request_body, request_of
from shared.cli.output import EXIT_DONE, say, say_json
from shared.cli.plan import range_lines, show_preview
from shared.cli.recovery import wait_and_validate
from shared.cli.run import run_folder
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillRequest, decode
from shared.service.app import App
from shared.service.plain import plain
from shared.service.preview import Preview, live_twin, preview_request
from shared.service.pricing.quotas import passed_quotas, units_of_plan

TOPIC = "backfill-requests"
SUFFIX_BYTES = 3

RequestId = Annotated[str | None, typer.Option("--request-id", metavar="ID", help="The backfill's id.")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept with the backfill.")]
RequestedBy = Annotated[str | None, typer.Option("--requested-by", metavar="NAME", help="Who asks; default: you.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and have it kept, to be applied; nothing runs.")]
File = Annotated[str | None, typer.Option("--file", metavar="FILE", help="A request as JSON; options override it.")]
NoCascade = Annotated[bool, typer.Option("--no-cascade", help="Leave targets that become stale as they are.")]
OverQuota = Annotated[bool, typer.Option("--over-quota", help="Publish it although it would pass a daily quota.")]
Wait = Annotated[
    bool, typer.Option("--wait", help="Follow it to its end, which a run elsewhere works on, and validate it.")
]
Run = Annotated[bool, typer.Option("--run", help="Run it here, to its end.")]


def request(
    start: options.MaybeStart = None,
    end: options.MaybeEnd = None,
    *,
    dates: options.Dates = None,
    max_lookback_days: options.LookbackDays = None,
    min_coverage: options.Coverage = None,
    early_season: options.Early = None,
    from_phase: options.FromPhase = None,
    to_phase: options.ToPhase = None,
    scenario: options.ScenarioOption = None,
    force: options.Force = False,
    processors: options.Processors = None,
    accept_missing: options.Accept = None,
    no_cascade: NoCascade = False,
    request_id: RequestId = None,
    reason: Reason = None,
    requested_by: RequestedBy = None,
    dry_run: DryRun = False,
    over_quota: OverQuota = False,
    file: File = None,
    wait: Wait = False,
    run: Run = False,
    json: options.Json = False,
    home: options.Home = None,
) -> None:
    """Publish a backfill request, after checking it as the planner will; bad input publishes nothing.

    Example: backfill request 2024-11-08 2024-11-14 --reason "gap after the outage"
    """
    what = {"dates": dates, "scenario": scenario, "from_phase": from_phase, "to_phase": to_phase, "force": force}
    limits = {"max_lookback_days": max_lookback_days, "min_coverage": min_coverage}
    accepted = {"early_season": early_season, "accept_missing": accept_missing}
    about = {"request_id": request_id, "reason": reason, "requested_by": requested_by, "over_quota": over_quota}
    cascade = {"cascade": False} if no_cascade else {}
    only = {"processors": processors}
    body = _read(file) | cascade | request_body(start, end, **what, **only, **limits, **accepted, **about)
    ask(body, home, json=json, dry_run=dry_run, then=then_of(run=run, wait=wait))


def then_of(*, run: bool, wait: bool) -> str:
    """Return what to do once it is published: `run`, `wait`, or nothing. Raises InvalidInput for both."""
    if run and wait:
        raise InvalidInput("--wait", "with --run", "one of the two: --run already waits")
    return "run" if run else "wait" if wait else ""


def ask(body: dict[str, Any], home: str | None, *, json: bool, dry_run: bool, then: str) -> None:
    """Publish a request after checking it, or show its plan alone, and do what is to be done `then`."""
    app = reader(home)
    asked = request_of(body)
    preview = preview_request(app, asked)
    if dry_run or asked.dry_run:
        _keep_plan(app, {**body, "dry_run": True}, preview, json=json)
        return
    if _asked_to_pass(app, asked, preview):
        body, asked = {**body, "over_quota": True}, replace(asked, over_quota=True)
    name, joined = publish(app, body, asked)
    if not then:
        _show(app, name, preview, joined=joined, json=json)
        return
    if not json:
        say(f"Backfill {name}")
    code = run_folder(config_of(home), json=json) if then == "run" else wait_and_validate(app, name, json=json)
    raise typer.Exit(code)


def _keep_plan(app: App, body: dict[str, Any], preview: Preview, *, json: bool) -> None:
    """Show what a request would do, and publish it as a dry run, whose plan is kept under its id."""
    name, _ = publish(app, body, replace(preview.request, dry_run=True))
    start, follow = command("run", app.config.home), command(f"apply {name}", app.config.home)
    if json:
        say_json({**plain(preview), "backfill_id": name, "next": [start, follow]})
        return
    show_preview(preview, json=False)
    say("", f"Published as the dry run {name}; its plan is kept as soon as it is taken in. Next: {start}")
    say(f"Run that plan: {follow}")


def _asked_to_pass(app: App, asked: BackfillRequest, preview: Preview) -> bool:
    """Return whether the operator, asked on a terminal, lets the request pass a quota.

    Raises InvalidInput naming quota, figure and limit when it would pass one and nobody can be asked, or says no.
    """
    if asked.over_quota:
        return False
    for use in passed_quotas(app, preview.plan, units_of_plan(app, preview.plan)):
        refused = use.refusal()
        if not (sys.stdin.isatty() and typer.confirm(f"{refused}\nPublish it all the same?", err=True)):
            raise refused
        return True
    return False


def publish(app: App, body: dict[str, Any], asked: BackfillRequest) -> tuple[str, bool]:
    """Publish a valid request; return the backfill's id, and whether a live one that asks the same is joined.

    Raises InvalidInput when its id was used before.
    """
    twin = live_twin(app, asked)
    if twin is not None:
        return twin, True
    name = asked.request_id or _new_id(asked)
    app.bus.publish(TOPIC, {"requested_by": getpass.getuser(), **body, "version": 1, "request_id": name})
    return name, False


def _new_id(asked: BackfillRequest) -> str:
    return f"bf-{asked.start_date:%Y%m%d}-{asked.end_date:%Y%m%d}-{secrets.token_hex(SUFFIX_BYTES)}"


def _read(file: str | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return decode(Path(file).read_bytes())
    except OSError as error:
        raise InvalidInput("--file", file, f"a readable JSON file ({error.strerror})") from error


def _show(app: App, name: str, preview: Preview, *, joined: bool, json: bool) -> None:
    home = app.config.home
    start, follow = command("run", home), command(f"watch {name}", home)
    if json:
        say_json({"backfill_id": name, "joined": joined, "plan": preview.plan, "next": [start, follow]})
        raise typer.Exit(EXIT_DONE)
    if joined:
        say(f"Joined {name}: it is live and asks for the same; nothing was published.")
    else:
        say(f"Published backfill {name} to {TOPIC}.", *range_lines(preview))
    say(f"Next: {start}   (or, when a run is on: {follow})")
