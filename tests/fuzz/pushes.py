"""Hostile pushes to every deployed function: what comes over HTTP, the envelope, and the message in it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import functions_framework
from hypothesis import strategies as st

from shared.adapters.embedded.push import process_kept
from shared.config import REPOSITORY_ROOT
from shared.domain.messages import MESSAGE_BYTES_MAX
from tests.fuzz.hostile import HTML, MARKER, SQL, contents, texts, values
from tests.fuzz.surface import Surface
from tests.fuzz.system import FIRST, FUNCTIONS, THIRD, check_statements, check_writes, request, system

MIMES: Final = (
    "application/json",
    "application/json; charset=utf-16",
    "application/cloudevents+json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data",
    "",
)
HEADERS: Final = (
    *("ce-id", "ce-source", "ce-specversion", "ce-type", "ce-time", "Content-Encoding"),
    *("Function-Execution-Id", "X-Cloud-Trace-Context", "traceparent"),
)
METHODS: Final = ("POST", "POST", "POST", "POST", "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE")
# What no answer may tell: how the program is made and where it lies.
TELLTALES: Final = ("Traceback", 'File "', str(REPOSITORY_ROOT), "site-packages", ".py")
SERVER_ERROR: Final = 500
HINTS: Final = [
    {"version": 1, "phase": phase, "game_date": day, "backfill_id": name}
    for phase in range(1, 6)
    for day, name in ((FIRST, "first"), (THIRD, "second"))
]
EVERYTHING: Final = request(
    "again",
    FIRST,
    THIRD,
    SQL[1],
    dates=[FIRST, THIRD],
    scenario="downstream",
    from_phase=4,
    to_phase=5,
    max_lookback_days=30,
    min_coverage=0.5,
    accept_missing=[FIRST],
    early_season="skip",
    force=True,
    cascade=False,
    dry_run=True,
    over_quota=False,
    processors=["player_daily_cache"],
)
CONTROL: Final = {"version": 1, "backfill_id": "second", "requested_by": HTML[2], "reason": HTML[3]}
SILENCE: Final = {"version": 1, "action": "silence", "target": "unit_failed", "minutes": 5, "reason": HTML[4]}
NOTICE: Final = {"version": 1, "rule": "r", "subject": HTML[0], "detail": {"a": SQL[0]}, "incident": "a", "notice": "b"}
VALID: Final[Mapping[str, list[dict[str, Any]]]] = {
    "plan_backfill": [request("more", THIRD, THIRD, HTML[0]), EVERYTHING],
    "control_backfill": [{**CONTROL, "action": action} for action in ("cancel", "pause", "resume", "retry", "apply")],
    "load_calendar": [{"version": 1, "season": "2024-25"}],
    "sweep": [{"version": 1}],
    "raise_alerts": [{"version": 1}],
    "notify": [
        {"version": 1, "rule": "r", "subject": HTML[0], "detail": {"a": SQL[0]}, "incident": "a", "notice": "b"}
    ],
    "control_alerts": [SILENCE, {"version": 1, "action": "ack", "target": "unit_failed"}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request to a function; `content` is the message in it, where there is one."""

    function: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    content: bytes | None = None


@st.composite
def pushes(draw: st.DrawFn) -> Request:
    """A push as Pub/Sub sends it, of a message at odds."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    content = draw(contents(VALID.get(name, HINTS)))
    attributes = {"CloudPubSubDeadLetterSourceSubscription": "scrape.phase1-requests", "traceparent": draw(texts)}
    message = {"data": base64.b64encode(content).decode(), "messageId": "8675309", "attributes": attributes}
    return _posted(name, {"subscription": "projects/p/subscriptions/s", "message": message}, content)


@st.composite
def envelopes(draw: st.DrawFn) -> Request:
    """A push body at odds: its fields of other types, missing, repeated, or of no push at all."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    content = json.dumps(draw(st.sampled_from(VALID.get(name, HINTS)))).encode()
    message = {
        "data": base64.b64encode(content).decode(),
        "messageId": "8675309",
        "attributes": {"CloudPubSubDeadLetterSourceSubscription": draw(values)},
        "publishTime": "2024-10-23T06:00:00Z",
    }
    body: dict[str, Any] = {"subscription": "projects/p/subscriptions/s", "message": message, "deliveryAttempt": 1}
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from((body, message)))
        field = draw(st.sampled_from(sorted(place) or ["context"]))
        if draw(st.booleans()):
            place[draw(st.one_of(st.just(field), st.sampled_from(("context", "data", "message_id")), texts))] = draw(
                values
            )
        else:
            place.pop(field, None)
    return _posted(name, body, content)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Whatever HTTP can carry: other methods, paths, types and headers around bytes that are mostly no JSON."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    words = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
    headers = draw(st.dictionaries(st.sampled_from(HEADERS), words, max_size=7))
    if draw(st.booleans()):
        headers |= {"ce-id": "1", "ce-source": "//pubsub/x", "ce-specversion": "1.0", "ce-type": "t"}
    body = draw(
        st.one_of(
            contents(VALID.get(name, HINTS)),
            values.map(lambda value: json.dumps(value).encode()),
            st.sampled_from((b"[" * 50_000, b"{" * 50_000, b'{"message":', b"9" * 5000, b"\xff\xfe", b'"context"')),
        )
    )
    path = draw(st.sampled_from(("/", "/projects/p/topics/t", "/../..", "/robots.txt", f"/{MARKER}?a=b", "//", "/%00")))
    method, mime = draw(st.sampled_from(METHODS)), draw(st.sampled_from(MIMES))
    return Request(function=name, method=method, path=path, headers={**headers, "Content-Type": mime}, body=body)


def check_push(asked: Request) -> None:
    """Fail unless it was taken in, refused or recorded, and the system is what it was for those who come after."""
    known = system()
    with known.fresh() as app:
        client = client_of(asked.function)
        answer = client.open(asked.path, method=asked.method, data=asked.body, headers=dict(asked.headers))
        said = answer.get_data(as_text=True)
        if answer.status_code >= SERVER_ERROR:
            assert is_newer(asked), (answer.status_code, said)
        assert not any(sign in said for sign in TELLTALES), said
        check_writes(known.seen)
        check_statements(known.seen)
        if asked.content is not None and len(asked.content) > MESSAGE_BYTES_MAX:
            assert all(write.key.startswith("rejections/") for write in known.seen.writes), "too long, and taken in"
        if any(not write.key.startswith("rejections/") for write in known.seen.writes):
            sweep = _posted("sweep", {"message": {"data": "e30=", "messageId": "1"}, "subscription": "s"}, b"{}")
            after = client_of("sweep").post(sweep.path, data=sweep.body, headers=dict(sweep.headers))
            assert after.status_code == 200, "a sweep after it failed"
            check_writes(known.seen)
            assert app.ledger.backfills()


def is_newer(asked: Request) -> bool:
    """Return whether a push carries a message of a later version, which is kept for a later deployment."""
    try:
        body = json.loads(asked.content if asked.content is not None else asked.body)
    except (ValueError, RecursionError):
        return False
    version = body.get("version") if isinstance(body, dict) else None
    return type(version) is int and version > 1


@lru_cache(maxsize=len(FUNCTIONS))
def client_of(name: str) -> Any:
    """Return the test client of a deployed function, loaded once a process."""
    source = REPOSITORY_ROOT / "functions" / name / "main.py"
    with process_kept(source.stem):
        return functions_framework.create_app(name, str(source)).test_client()


def _posted(name: str, body: object, content: bytes) -> Request:
    topic = FUNCTIONS[name].topics[0]
    return Request(
        function=name,
        method="POST",
        path=f"/projects/p/topics/{topic}",
        headers={"Content-Type": "application/json"},
        body=json.dumps(body).encode(),
        content=content,
    )


MESSAGES: Final = Surface(name="messages", inputs=pushes(), check=check_push)
ENVELOPES: Final = Surface(name="push envelopes", inputs=envelopes(), check=check_push)
REQUESTS: Final = Surface(name="HTTP to functions", inputs=requests(), check=check_push)
