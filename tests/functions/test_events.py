"""Golden push events through the deployed entry points, over the framework's own test client."""

import base64
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import functions_framework
import pytest

from shared import bootstrap
from shared.adapters.embedded.push import process_kept
from shared.config import REPOSITORY_ROOT
from shared.domain.errors import SourceUnavailable
from shared.ports import Write
from shared.service.app import App
from tests.memory_stack import MemoryStack, ToySource, toy_work
from tests.simulation.season import SEASON, Line, MadeSeason

FUNCTIONS = {name: each for name, each in bootstrap.topology().functions.items() if each.topics}
# Push bodies as they come: with Pub/Sub's spellings and Eventarc's, with and without the delivery's number.
GOLDEN: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).with_name("golden").glob("*.json"))
}
FORMS = ("pushed", "pushed, again", "pushed, uncounted", "by eventarc", "by eventarc, counted")
FIRST, SECOND = date(2024, 10, 22), date(2024, 10, 23)
NEWER = {"version": 2, "phase": 1, "game_date": "2024-10-22"}
_clients: dict[str, Any] = {}


def made_season() -> MadeSeason:
    """Return two dates of one game, with a player on each side."""
    lines = {1: Line(team="ATL", minutes=30, points=20), 2: Line(team="BOS", minutes=25, points=10)}
    game = (("ATL", "BOS"),)
    return MadeSeason(fixtures={FIRST: game, SECOND: game}, boxes={FIRST: dict(lines), SECOND: dict(lines)})


@pytest.fixture
def stack() -> Iterator[MemoryStack]:
    """A system whose schedule is loaded; each push is served by this process's App."""
    made = MemoryStack(source=ToySource(made_season().rows()))
    before = bootstrap._app
    with toy_work():
        bootstrap.use(made.app())
        assert push("load_calendar", {"version": 1, "season": SEASON}) == 200
        yield made
    bootstrap._app = before


def client(function: str) -> Any:
    """Return the test client of a deployed function."""
    if function not in _clients:
        source = Path(REPOSITORY_ROOT) / "functions" / function / "main.py"
        with process_kept(source.stem):
            _clients[function] = functions_framework.create_app(function, str(source)).test_client()
    return _clients[function]


def event(data: bytes | str, *, spelling: str = "messageId", attempt: int | None = None, **attributes: str) -> Any:
    """Return a push body as Pub/Sub sends it; Eventarc's has the id as `message_id`."""
    encoded = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    message = {"data": encoded, "attributes": attributes, spelling: "8675309", "publishTime": "2024-10-23T06:00:00Z"}
    body: dict[str, Any] = {"subscription": "projects/lookback/subscriptions/any", "message": message}
    return body if attempt is None else {**body, "deliveryAttempt": attempt}


def post(function: str, body: Any) -> int:
    """Push an envelope, as a CloudEvent when it is Eventarc's; return the HTTP status."""
    topic = f"/projects/lookback/topics/{FUNCTIONS[function].topics[0]}"
    by_eventarc = "message_id" in body.get("message", {}) and "messageId" not in body["message"]
    headers = {
        "ce-id": "8675309",
        "ce-specversion": "1.0",
        "ce-source": f"//pubsub.googleapis.com{topic}",
        "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
    }
    answer = client(function).post(topic, json=body, headers=headers if by_eventarc else {})
    return int(answer.status_code)


def push(function: str, message: dict[str, Any], **envelope: Any) -> int:
    """Push a JSON message; return the HTTP status."""
    return post(function, event(json.dumps(message).encode(), **envelope))


def hint(phase: int, day: date = FIRST, backfill_id: str = "a") -> dict[str, Any]:
    """Return the message of a unit."""
    return {"version": 1, "phase": phase, "game_date": str(day), "backfill_id": backfill_id}


def ledger_of(stack: MemoryStack) -> dict[str, Any]:
    """Return every document of the ledger."""
    return {document.key: dict(document.body) for document in stack.store.scan("", "~")}


def request(**fields: Any) -> dict[str, Any]:
    """Return a backfill request for the first date."""
    return {"version": 1, "start_date": str(FIRST), "end_date": str(FIRST), "request_id": "a", **fields}


# The functions on the way from a request to a finished backfill, each with what its golden event brings about.
WAY = (
    ("plan_backfill", "backfills/a", "running"),
    ("scrape", "units/1-2024-10-22", "complete"),
    ("process_raw", "units/2-2024-10-22", "complete"),
    ("process_analytics", "units/3-2024-10-22", "complete"),
    ("coordinate", "frontier/2024-25", None),
    ("precompute", "units/4-2024-10-22", "complete"),
    ("predict", "units/5-2024-10-22", "complete"),
)


@pytest.mark.parametrize("form", FORMS)
def test_golden_events_take_a_date_from_the_request_to_its_predictions(stack: MemoryStack, form: str) -> None:
    assert post("load_calendar", GOLDEN["load_calendar"][form]) == 200
    for function, key, status in WAY:
        assert post(function, GOLDEN[function][form]) == 200, function
        document = ledger_of(stack)[key]
        assert status is None or document["status"] == status, (function, document)
    assert push("coordinate", hint(5)) == 200
    assert ledger_of(stack)["backfills/a"]["status"] == "complete"
    assert post("sweep", GOLDEN["sweep"][form]) == 200
    assert ledger_of(stack)["backfills/a"]["status"] == "complete"
    assert ledger_of(stack)["frontier/2024-25"]["known"] == {"2024-10-22": 1}
    # No window reaches before opening night: nothing is read but the target's own list of players.
    assert ledger_of(stack)["units/4-2024-10-22"]["manifest"]["versions"] == {}


def test_the_calendar_is_loaded_with_its_fixtures(stack: MemoryStack) -> None:
    games = {"2024-10-22": ["ATL-BOS"], "2024-10-23": ["ATL-BOS"]}
    assert ledger_of(stack)["calendar/2024-25"]["games"] == games


@pytest.mark.parametrize("spelling", ["messageId", "message_id"])
def test_a_request_without_an_id_is_known_by_its_message(stack: MemoryStack, spelling: str) -> None:
    assert push("plan_backfill", request(request_id=""), spelling=spelling) == 200
    assert ledger_of(stack)["backfills/8675309"]["status"] == "running"


@pytest.mark.parametrize("form", FORMS)
def test_a_dead_letter_is_recorded_and_fails_its_unit(stack: MemoryStack, form: str) -> None:
    push("plan_backfill", request())
    assert post("dead_letter", GOLDEN["dead_letter"][form]) == 200
    documents = ledger_of(stack)
    assert documents["units/1-2024-10-22"]["status"] == "failed"
    (letter,) = [body for key, body in documents.items() if key.startswith("dead_letters/")]
    assert (letter["subscription"], letter["message"]) == ("scrape.phase1-requests", hint(1))


def test_a_sweep_fails_a_unit_whose_attempts_crashed(stack: MemoryStack) -> None:
    app: App = bootstrap.app()
    push("plan_backfill", request())
    held = app.ledger.store.get("units/1-2024-10-22")
    assert held is not None
    crashed = {
        **held.body,
        "status": "running",
        "fence": 5,
        "attempts": app.config.attempts_max,
        "lease_until": "2024-10-21T00:00:00+00:00",
    }
    app.ledger.store.commit([Write(key="units/1-2024-10-22", body=crashed, revision=held.revision)])
    assert push("sweep", {"version": 1}) == 200
    assert ledger_of(stack)["units/1-2024-10-22"]["status"] == "failed"


WRONG = {
    "not JSON": b"{",
    "no object": b"[1]",
    "not UTF-8": b"\xff\xfe",
    "no such phase": json.dumps({**hint(9), "start_date": "soon", "season": "2024"}).encode(),
    "unknown field": json.dumps({"version": 1, "colour": "red"}).encode(),
    "version is a text": json.dumps({**hint(1), "version": "1"}).encode(),
    "not a number": b'{"version": 1, "phase": NaN}',
    "a field twice": b'{"version": 1, "version": 1}',
    "half a surrogate pair": b'{"version": 1, "reason": "\\ud800"}',
    "nested": b'{"version": 1, "dates": ' + b"[" * 900 + b"]" * 900 + b"}",
}
# A letter is recorded whatever it says.
LENIENT = ("dead_letter",)


def rejection_of(stack: MemoryStack, before: dict[str, Any]) -> dict[str, Any]:
    """Return the one document that was written since, a rejection."""
    new = {key: body for key, body in ledger_of(stack).items() if before.get(key) != body}
    assert [key.partition("/")[0] for key in new] == ["rejections"]
    return dict(new.popitem()[1])


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_what_can_never_succeed_is_acknowledged_and_recorded(stack: MemoryStack, function: str, content: bytes) -> None:
    before = ledger_of(stack)
    assert post(function, event(content)) == 200
    if not (function in LENIENT and content in (WRONG["no such phase"], WRONG["unknown field"])):
        rejection = rejection_of(stack, before)
        assert (rejection["topic"], rejection["request"]) == (
            FUNCTIONS[function].topics[0],
            content.decode("utf-8", "replace"),
        )
        assert rejection["error"]


def test_a_rejection_is_alerted_once_however_often_it_is_delivered(stack: MemoryStack) -> None:
    alerts: list[dict[str, Any]] = []
    publish = stack.bus.publish
    stack.bus.publish = lambda topic, body: alerts.append(dict(body)) or publish(topic, body)  # type: ignore[method-assign, func-returns-value]
    for _ in range(3):
        assert post("scrape", event(WRONG["no such phase"])) == 200
    (alert,) = alerts
    assert (alert["rule"], alert["subject"]) == ("message_rejected", "phase1-requests")
    assert "unknown field" in alert["detail"]["error"]


@pytest.mark.parametrize("spelling", ["messageId", "message_id"])
@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_what_is_not_base64_is_acknowledged_and_recorded(stack: MemoryStack, function: str, spelling: str) -> None:
    before = ledger_of(stack)
    assert post(function, event("not base64!", spelling=spelling)) == 200
    assert "not base64!" in rejection_of(stack, before)["request"]


NO_PUSH = {
    "empty": b"{}",
    "no id": b'{"message": {"data": ""}}',
    "not JSON": b"{",
    # On these the framework itself fails.
    "a text with its words": b'"context"',
    "a context of another type": b'{"context": 5, "data": {}}',
    "nested": b'{"message": ' + b"[" * 100_000,
    "too long a number": b'{"message": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", NO_PUSH.values(), ids=NO_PUSH.keys())
@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_what_is_no_push_at_all_is_refused(stack: MemoryStack, function: str, body: bytes) -> None:
    before = ledger_of(stack)
    headers = {"Authorization": "Bearer secret"}
    answer = client(function).post("/", data=body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.text) == (400, "not a Pub/Sub push\n")
    assert ledger_of(stack) == before


def test_a_function_that_fails_is_not_taken_for_a_request_that_cannot_be_read(
    stack: MemoryStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: date) -> None:
        raise TypeError("a bug")

    push("plan_backfill", request())
    monkeypatch.setattr(stack.source, "scrape", broken)
    assert push("scrape", hint(1)) == 500


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_message_of_a_newer_version_is_kept_for_a_newer_deployment(stack: MemoryStack, function: str) -> None:
    before = ledger_of(stack)
    assert push(function, NEWER) == 500
    assert ledger_of(stack) == before


def test_a_retryable_error_is_answered_so_that_the_event_comes_again(
    stack: MemoryStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(_: date) -> None:
        raise SourceUnavailable("the source answers 503")

    push("plan_backfill", request())
    monkeypatch.setattr(stack.source, "scrape", unavailable)
    assert push("scrape", hint(1)) == 500
    unit = ledger_of(stack)["units/1-2024-10-22"]
    assert (unit["status"], unit["attempts"]) == ("pending", 1)
