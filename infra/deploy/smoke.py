"""Ask a fresh deployment for a plan, in dry-run, and wait until it is in the ledger.

    python -m infra.deploy.smoke --season=2024-25 --request-id=smoke-1

The message goes the way of an operator's: topic, schema, push, token, function, ledger. Nothing is computed.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

from shared import bootstrap
from shared.config import from_environment
from shared.domain.backfills import BackfillStatus
from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import BackfillRequest, CalendarRequest
from shared.domain.plan import Plan
from shared.service.app import App

WAIT_SECONDS: Final = 300.0
POLL_SECONDS: Final = 2.0

Found = TypeVar("Found")
Sleep = Callable[[float], None]


class NoAnswer(Exception):
    """The deployment did not do what it was asked: read the function's logs and the inbox `dead-letters.inbox`."""


def smoke(app: App, season: str, request_id: str, sleep: Sleep = time.sleep) -> Plan:
    """Return the plan that the deployment made for the season's first game date. Raises NoAnswer."""
    calendar = _calendar(app, season)
    if calendar is None:
        app.bus.publish("calendar-requests", CalendarRequest(season=season).body())
        calendar = _wait(f"the calendar of {season}", lambda: _calendar(app, season), sleep)
    day = calendar.dates[0]
    request = BackfillRequest(
        start_date=day, end_date=day, dry_run=True, request_id=request_id, requested_by="deployment"
    )
    app.bus.publish("backfill-requests", request.body())
    return _wait(f"the plan of {request_id}", lambda: _planned(app, request_id), sleep)


def _calendar(app: App, season: str) -> SeasonCalendar | None:
    return next((each for each in app.ledger.calendars() if each.season == season), None)


def _planned(app: App, request_id: str) -> Plan | None:
    found = app.ledger.backfill(request_id)
    if found is None or found[0].status is not BackfillStatus.PLANNED:
        return None
    return app.ledger.plan(request_id)


def _wait(what: str, look: Callable[[], Found | None], sleep: Sleep) -> Found:
    for _ in range(int(WAIT_SECONDS / POLL_SECONDS)):
        found = look()
        if found is not None:
            return found
        sleep(POLL_SECONDS)
    raise NoAnswer(f"{what} is not in the ledger after {WAIT_SECONDS:g} s")


def main(argv: list[str]) -> int:
    """Smoke-test the stack of the environment; return 1 when it does not answer."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.smoke")
    parser.add_argument("--season", required=True)
    parser.add_argument("--request-id", required=True)
    asked = parser.parse_args(argv)
    app = bootstrap.open_app(from_environment(os.environ))
    try:
        plan = smoke(app, asked.season, asked.request_id)
    except NoAnswer as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{asked.request_id}: planned {sum(map(len, plan.run.values()))} units; nothing was run\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
