"""`backfill watch`: follow a backfill that some run works on."""

import threading
import time
from typing import cast

import typer

from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.interrupt import stop_on_interrupt
from shared.cli.options import Home, Json, reader
from shared.cli.output import say, say_json
from shared.cli.progress import WAITING_SHOWN, View, view
from shared.cli.standing import exit_code, show_end, standing_json
from shared.cli.status import MaybeId
from shared.config import CLOUD, EMBEDDED
from shared.service.app import App
from shared.service.status import Observer, Standing, newest_live

PLANNER = "plan_backfill"
POLL_SECONDS = 0.2
# Every look at a cloud ledger is billed by the document read; what is slower there is not missed.
CLOUD_SECONDS = 10.0
# How long a request that was published to Pub/Sub is waited for before it counts as never planned.
PLANNING_SECONDS_MAX = 120.0
PLANNED_BY = {EMBEDDED: "; a run plans it: backfill run", CLOUD: "."}


def watch(backfill_id: MaybeId = None, *, json: Json = False, home: Home = None) -> None:
    """Follow a backfill live until it ends; without an id, the newest live one. Ctrl-C only stops the watching.

    Exit code 1 when it failed.

    Example: backfill watch bf-20241108-20241114-3fa9c1
    """
    app = reader(home)
    raise typer.Exit(watch_backfill(app, backfill_id or newest_live(app), json=json))


def watch_backfill(app: App, backfill_id: str, *, json: bool) -> int:
    """Show a backfill until it ends or is paused; return the exit code that its result asks for."""
    standing = follow(app, backfill_id, json=json)
    if json:
        say_json(standing_json(standing))
    else:
        show_end(standing)
    return exit_code([standing])


def follow(app: App, backfill_id: str, *, json: bool) -> Standing:
    """Show a backfill's progress until it ends, is paused, or Ctrl-C stops the watching; return how it stands then."""
    stopped = threading.Event()
    with stop_on_interrupt(stopped.set):
        _await_plan(app, backfill_id, stopped)
        with view(json=json) as shown:
            return _follow(app, backfill_id, shown, stopped)


def _follow(app: App, backfill_id: str, shown: View, stopped: threading.Event) -> Standing:
    observer = Observer(app)
    seconds = max(shown.seconds, CLOUD_SECONDS) if app.config.stack == CLOUD else shown.seconds
    while True:
        standing = observer.standing(backfill_id, WAITING_SHOWN)
        shown.show([standing])
        if not standing.live or stopped.wait(seconds):
            return standing


def _await_plan(app: App, backfill_id: str, stopped: threading.Event) -> None:
    """Wait while a published request has not been planned yet; whoever runs the functions plans it."""
    began, told = time.monotonic(), False
    while app.ledger.backfill(backfill_id) is None and _may_come(app, began) and not stopped.is_set():
        if not told:
            say(f"The request is published and not planned yet{PLANNED_BY[app.config.stack]}")
            told = True
        time.sleep(POLL_SECONDS)


def _may_come(app: App, began: float) -> bool:
    """Return whether a request may still be on its way to the planner."""
    if app.config.stack == CLOUD:
        return time.monotonic() - began < PLANNING_SECONDS_MAX
    return bool(cast(SqliteBus, app.bus).depth().get(PLANNER))
