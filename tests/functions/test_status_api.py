"""The `status` function over the framework's own test client, on a ledger in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import functions_framework
import pytest

from shared import bootstrap
from shared.adapters.embedded.push import _process_kept
from shared.config import REPOSITORY_ROOT
from shared.domain.backfills import BackfillStatus
from shared.domain.messages import BackfillRequest
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from tests.unit.service.world import complete, day, make_app, open_backfill, plan_for, put

DAYS = [day(number) for number in range(4)]


@pytest.fixture
def app() -> Iterator[App]:
    before = bootstrap._app
    made = bootstrap.use(make_app(DAYS))
    yield made
    bootstrap._app = before


@pytest.fixture(scope="module")
def client() -> Any:
    source = Path(REPOSITORY_ROOT) / "functions" / "status" / "main.py"
    with _process_kept(source.stem):
        return functions_framework.create_app("status", str(source), "http").test_client()


def plant(app: App) -> None:
    request = BackfillRequest(start_date=DAYS[0], end_date=DAYS[1])
    open_backfill(app, "a", request, BackfillStatus.COMPLETE, plan_for(*DAYS[:2]))
    put(app, *(complete(phase, on, wanted_by={"a": 0}) for phase in range(1, 6) for on in DAYS[:2]))
    open_backfill(app, "c", request, BackfillStatus.PAUSED, plan_for(DAYS[2]))
    put(app, Unit(phase=1, game_date=DAYS[2], status=Status.FAILED, error="lost", wanted_by={"c": 0}))
    app.ledger.commit(
        [
            Write(key="rejections/r", body={"at": "2024-11-01", "topic": "sweep", "error": "no", "request": "{"}),
            Write(key="dead_letters/d", body={"at": "2024-11-01", "subscription": "scrape.x", "message": {}}),
        ]
    )


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("/", 200, lambda body: "/backfills/<id>" in body["paths"]),
        ("/backfills", 200, lambda body: [each["id"] for each in body["backfills"]] == ["a", "c"]),
        ("/backfills/c", 200, lambda body: (body["status"], body["stopped_at"]) == ("paused", "")),
        ("/backfills/a", 200, lambda body: (body["status"], body["done"]) == ("complete", 10)),
        ("/backfills/a/plan", 200, lambda body: body["targets"] == [str(each) for each in DAYS[:2]]),
        ("/backfills/a/failed", 200, lambda body: body["failed"] == []),
        ("/backfills/c/failed", 200, lambda body: [each["key"] for each in body["failed"]] == ["units/1-2024-10-24"]),
        ("/backfills/b/failed", 404, lambda body: "'b'" in body["error"]),
        ("/backfills/b", 404, lambda body: "'b'" in body["error"]),
        ("/backfills/a/price", 400, lambda body: "/backfills/a/plan" in body["error"]),
        ("/check?start=2024-10-22&end=2024-10-24", 200, lambda body: body["dates"][2]["needed"] == [1, 2, 3, 4, 5]),
        ("/check?start=soon&end=2024-10-24", 400, lambda body: "start: got 'soon'" in body["error"]),
        ("/check", 400, lambda body: "start: got None" in body["error"]),
        ("/units/3/2024-10-22", 200, lambda body: body["unit"]["status"] == "complete"),
        ("/units/3/2024-10-25", 200, lambda body: body["unit"] is None),
        ("/units/6/2024-10-22", 400, lambda body: "a phase from 1 to 5" in body["error"]),
        ("/rejections", 200, lambda body: body["rejections"][0]["error"] == "no"),
        ("/dead-letters", 200, lambda body: body["dead_letters"][0]["subscription"] == "scrape.x"),
        ("/<script>", 404, lambda body: "no such path" in body["error"]),
    ],
)
def test_each_path_answers(app: App, client: Any, path: str, code: int, found: Any) -> None:
    plant(app)
    answered = client.get(path)
    assert answered.status_code == code, answered.json
    assert found(answered.json), answered.json
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.content_type == "application/json"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(app: App, client: Any, method: str) -> None:
    plant(app)
    before = list(app.ledger.store.scan("", "~"))
    assert getattr(client, method)("/backfills/a").status_code == 405
    assert list(app.ledger.store.scan("", "~")) == before
