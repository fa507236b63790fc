"""The `status` function over the framework's own test client, on a ledger in memory or a folder with five dates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import functions_framework
import pytest

from shared import bootstrap
from shared.adapters.embedded.push import process_kept
from shared.cli.options import reader
from shared.config import REPOSITORY_ROOT
from shared.domain.backfills import BackfillStatus
from shared.domain.messages import BackfillRequest
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from tests.unit.service.world import complete, day, make_app, open_backfill, plan_for, put

DAYS = [day(number) for number in range(4)]
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def app() -> Iterator[App]:
    before = bootstrap._app
    made = bootstrap.use(make_app(DAYS))
    yield made
    bootstrap._app = before


@pytest.fixture(scope="module")
def client() -> Any:
    source = Path(REPOSITORY_ROOT) / "functions" / "status" / "main.py"
    with process_kept(source.stem):
        return functions_framework.create_app("status", str(source), "http").test_client()


@pytest.fixture
def computed(five_dates: Path) -> Iterator[App]:
    """The App that reads `five_dates`, as this process's."""
    before = bootstrap._app
    yield bootstrap.use(reader(str(five_dates)))
    bootstrap._app = before


def plant(app: App) -> None:
    """A complete backfill `a`, a paused `c` of which a unit failed with a hostile error, and messages not taken in."""
    request = BackfillRequest(start_date=DAYS[0], end_date=DAYS[1], reason=HOSTILE)
    open_backfill(app, "a", request, BackfillStatus.COMPLETE, plan_for(*DAYS[:2]))
    put(app, *(complete(phase, on, wanted_by={"a": 0}) for phase in range(1, 6) for on in DAYS[:2]))
    open_backfill(app, "c", request, BackfillStatus.PAUSED, plan_for(DAYS[2]))
    put(app, Unit(phase=1, game_date=DAYS[2], status=Status.FAILED, error=f"lost {HOSTILE}", wanted_by={"c": 0}))
    letter = {"at": "2024-11-01T00:00:00+00:00", "subscription": "scrape.x", "message": {"a": HOSTILE}}
    refused = {"at": "2024-11-01T00:00:00+00:00", "topic": "sweep", "error": f"no {HOSTILE}", "request": HOSTILE}
    app.ledger.commit([Write(key="rejections/r", body=refused), Write(key="dead_letters/d", body=letter)])
