"""A backfill on the rehearsal stack from gcloud's message to its end, and the same one on the embedded stack."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from shared import bootstrap
from shared.cli.progress import WAITING_SHOWN, View
from shared.domain.calendar import season_of
from shared.domain.errors import Retryable
from shared.domain.messages import BackfillRequest
from shared.service.app import App
from shared.service.status import Observer, Standing
from tests.rehearsal.stack import Rehearsal, System, swept
from tests.stack import open_app, run

LOOK_SECONDS = 1.0
SWEEP_SECONDS = 10.0


class NotFinished(AssertionError):
    """A backfill did not come to its end in time; the text says where it stands."""


def load_calendar(system: Rehearsal, season: str, seconds: float = 120.0) -> None:
    """Have the season's calendar loaded by the function, asked for with gcloud. Raises NotFinished."""
    system.gcloud("pubsub", "topics", "publish", "calendar-requests", f"--message={json.dumps({'season': season})}")
    key = f"calendar/{season}"
    until = time.monotonic() + seconds
    while system.app.ledger.store.get(key) is None:
        if time.monotonic() > until:
            raise NotFinished(f"{key} was not written within {seconds:.0f} s")
        time.sleep(LOOK_SECONDS)


def publish_request(system: Rehearsal, request: BackfillRequest) -> None:
    """Publish a backfill request with gcloud, as an operator does."""
    message = {"start_date": str(request.start_date), "end_date": str(request.end_date)}
    body = json.dumps({**message, "request_id": request.request_id})
    system.gcloud("pubsub", "topics", "publish", "backfill-requests", f"--message={body}")


def follow(
    system: System,
    backfill_id: str,
    shown: View | None = None,
    *,
    seconds: float = 1800.0,
    look_seconds: float = LOOK_SECONDS,
    sweep_seconds: float = SWEEP_SECONDS,
    on_look: Callable[[Standing], None] = lambda _: None,
) -> Standing:
    """Return how a backfill ended; each look at it is shown and handed to `on_look`. Raises NotFinished."""
    observer = Observer(system.app)
    until = time.monotonic() + seconds
    with swept(system, sweep_seconds):
        while time.monotonic() < until:
            standing = _looked(system, observer, backfill_id)
            if standing is not None:
                if shown is not None:
                    shown.show([standing])
                on_look(standing)
                if not standing.live:
                    return standing
            time.sleep(look_seconds)
    raise NotFinished(f"{backfill_id} after {seconds:.0f} s: {observer.standing(backfill_id)}")


def _looked(system: System, observer: Observer, backfill_id: str) -> Standing | None:
    """Return how a backfill stands, None where it is not there yet or the ledger does not answer now."""
    try:
        return observer.standing(backfill_id, WAITING_SHOWN) if system.app.ledger.backfill(backfill_id) else None
    except Retryable:
        return None


def embedded_run(folder: Path, source: str, request: BackfillRequest) -> App:
    """Return an embedded App on which the same request has been run from empty."""
    before = bootstrap._app
    try:
        app = open_app(folder, source=source, season_archive=os.environ.get("SEASON_ARCHIVE", ""))
        run(app, request.body())
    finally:
        bootstrap._app = before
    return app


def rehearse(system: Rehearsal, request: BackfillRequest, shown: View | None = None) -> Standing:
    """Return how a backfill of an empty system ended, calendar included."""
    load_calendar(system, season_of(request.start_date))
    publish_request(system, request)
    return follow(system, request.request_id, shown)
