import base64
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.adapters.embedded.delivery import Delivery
from shared.adapters.embedded.push import FunctionApp, acknowledges, envelope
from shared.domain.errors import InvalidInput

MOMENT = datetime(2024, 11, 8, 3, 4, 5, 678900, UTC)
DELIVERY = Delivery(
    sequence=1,
    lease=2,
    lease_ends=MOMENT,
    function="scrape",
    topic="phase1-requests",
    message_id="m1",
    published_at=MOMENT,
    attributes={"a": "b"},
    text='{"player":"Jokić","version":1}',
    attempt=2,
)

FUNCTION = """
import base64, json
import functions_framework

@functions_framework.cloud_event
def {name}(event):
    message = event.data["message"]
    body = json.loads(base64.b64decode(message["data"]))
    if body.get("fail"):
        raise RuntimeError("planned failure")
    record = [event["type"], event["source"], body, message["attributes"], message["messageId"]]
    with open({seen!r}, "a") as seen:
        seen.write(json.dumps(record) + "\\n")
"""


def write_function(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    path = folder / name / "main.py"
    path.write_text(FUNCTION.format(name=name, seen=str(folder / f"{name}.seen")))
    return path


def seen_by(folder: Path, name: str) -> list[list[object]]:
    return [json.loads(line) for line in (folder / f"{name}.seen").read_text().splitlines()]


def test_the_envelope_is_the_one_pubsub_pushes() -> None:
    assert json.loads(envelope(DELIVERY)) == {
        "subscription": "projects/local/subscriptions/scrape.phase1-requests",
        "message": {
            "data": base64.b64encode('{"player":"Jokić","version":1}'.encode()).decode(),
            "attributes": {"a": "b"},
            "messageId": "m1",
            "message_id": "m1",
            "publishTime": "2024-11-08T03:04:05.678900Z",
            "publish_time": "2024-11-08T03:04:05.678900Z",
        },
        "deliveryAttempt": 2,
    }


@pytest.mark.parametrize("status", [102, 200, 201, 203, 204])
def test_statuses_that_acknowledge(status: int) -> None:
    assert acknowledges(status)


@pytest.mark.parametrize("status", [100, 202, 205, 301, 400, 404, 429, 500, 503])
def test_statuses_that_have_the_message_redelivered(status: int) -> None:
    assert not acknowledges(status)


def test_a_function_gets_the_message_as_a_cloud_event_of_its_topic(tmp_path: Path) -> None:
    app = FunctionApp("scrape", write_function(tmp_path, "scrape"))
    assert app.call(envelope(DELIVERY), "phase1-requests") == 200
    assert app.call(envelope(DELIVERY), "alerts") == 200
    kind, body = "google.cloud.pubsub.topic.v1.messagePublished", {"player": "Jokić", "version": 1}
    assert seen_by(tmp_path, "scrape") == [
        [kind, f"//pubsub.googleapis.com/projects/local/topics/{topic}", body, {"a": "b"}, "m1"]
        for topic in ("phase1-requests", "alerts")
    ]


def test_functions_in_one_process_do_not_see_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "main", raising=False)
    path, loaded, variables = list(sys.path), sys.modules.get("main"), dict(os.environ)
    apps = {name: FunctionApp(name, write_function(tmp_path, name)) for name in ("scrape", "predict")}
    assert (sys.path, sys.modules.get("main"), dict(os.environ)) == (path, loaded, variables)
    assert apps["scrape"].call(envelope(DELIVERY), "phase1-requests") == 200
    assert len(seen_by(tmp_path, "scrape")) == 1
    assert not (tmp_path / "predict.seen").exists()


def test_an_exception_of_the_function_is_status_500(tmp_path: Path) -> None:
    app = FunctionApp("scrape", write_function(tmp_path, "scrape"))
    failing = json.loads(envelope(DELIVERY))
    failing["message"]["data"] = base64.b64encode(b'{"fail": true}').decode()
    assert app.call(json.dumps(failing).encode(), "phase1-requests") == 500
    assert app.call(envelope(DELIVERY), "phase1-requests") == 200


def test_a_body_that_is_no_envelope_is_not_acknowledged(tmp_path: Path) -> None:
    app = FunctionApp("scrape", write_function(tmp_path, "scrape"))
    assert not acknowledges(app.call(b"{}", "phase1-requests"))


def test_a_function_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write_function(tmp_path, "scrape")
    for name, source in (("predict", path), ("scrape", tmp_path / "absent" / "main.py")):
        with pytest.raises(InvalidInput, match=f"function: got '{name}'"):
            FunctionApp(name, source)
    assert "FUNCTION_TARGET" not in os.environ
