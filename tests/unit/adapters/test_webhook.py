"""Notices over HTTP, against a server of this machine that answers as it is told to."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any

import pytest

from shared.adapters.webhook import SUMMARY_LENGTH_MAX, WebhookNotifier, address_of, event_of, message_of
from shared.config import Config, from_environment
from shared.domain.alerts import Severity, Tier
from shared.domain.errors import InvalidInput, NotifierRefused, NotifierUnavailable
from shared.domain.notices import Notice, NoticeKind

HOSTILE = "<!channel> & <https://evil.example.com|click> *_`"
KEY = "R0UT1NGKEY"


@dataclass
class Receiver:
    """What the server was sent: path and body; and what it answers next."""

    port: int = 0
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/B0/secret"

    @property
    def pagerduty(self) -> str:
        return f"pagerduty+http://{KEY}@127.0.0.1:{self.port}/v2/enqueue"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.received.append((self.path, body))
            sleep(found.seconds)
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def notice(kind: NoticeKind = NoticeKind.TRIGGERED, **fields: Any) -> Notice:
    given = {
        "subjects": {"units/3-2024-11-08": {"error": HOSTILE}},
        "subjects_total": 3,
        "severity": Severity.CRITICAL,
        **fields,
    }
    return Notice(
        id="unit_failed.1",
        kind=kind,
        incident="unit_failed",
        episode=2,
        rule="unit_failed",
        tiers=(Tier.PRIMARY,),
        at="2024-11-08T12:00:00+00:00",
        **given,
    )


def notifier(**settings: Any) -> WebhookNotifier:
    return WebhookNotifier.of_config(Config(**{"notify_seconds": 5.0, **settings}))


def test_a_chat_gets_a_message_in_which_nothing_from_outside_is_markup(receiver: Receiver) -> None:
    notifier(notify_primary=receiver.url, runbook_url="https://example.com/lookback/").send(Tier.PRIMARY, notice())
    ((path, body),) = receiver.received
    assert path == "/services/T0/B0/secret"
    assert body["text"] == "[critical] unit_failed triggered: units/3-2024-11-08 (3 in all)"
    (attachment,) = body["attachments"]
    assert "&lt;!channel&gt; &amp; &lt;https://evil" in attachment["text"]
    assert "<" not in attachment["text"]
    assert "and 2 more" in attachment["text"]
    assert "https://example.com/lookback/docs/operations/runbooks/unit_failed.md" in attachment["text"]


EVENTS = [
    (NoticeKind.TRIGGERED, "trigger"),
    (NoticeKind.FLAPPING, "trigger"),
    (NoticeKind.RAISED, "trigger"),
    (NoticeKind.GROWN, "trigger"),
    (NoticeKind.ESCALATED, "trigger"),
    (NoticeKind.ACKNOWLEDGED, "acknowledge"),
    (NoticeKind.RESOLVED, "resolve"),
]


@pytest.mark.parametrize(("kind", "action"), EVENTS)
def test_pagerduty_gets_events_of_one_incident(receiver: Receiver, kind: NoticeKind, action: str) -> None:
    told = notifier(notify_primary=receiver.pagerduty, runbook_url="https://example.com/r")
    told.send(Tier.PRIMARY, notice(kind))
    ((path, event),) = receiver.received
    assert path == "/v2/enqueue"
    assert (event["routing_key"], event["event_action"], event["dedup_key"]) == (KEY, action, "unit_failed.2")
    assert ("payload" in event) is (action == "trigger")
    if action == "trigger":
        assert event["payload"]["severity"] == "critical"
        assert event["links"][0]["href"].startswith("https://example.com/r/docs/")


@pytest.mark.parametrize(
    ("severity", "theirs"), list(zip(Severity, ("critical", "error", "warning", "info"), strict=True)), ids=str
)
def test_pagerduty_has_severities_of_its_own(severity: Severity, theirs: str) -> None:
    assert event_of(notice(severity=severity), KEY, "runbook.md")["payload"]["severity"] == theirs


def test_a_summary_is_as_long_as_pagerduty_takes() -> None:
    event = event_of(notice(subjects={"x" * 5000: {}}), KEY, "runbook.md")
    assert len(event["payload"]["summary"]) == SUMMARY_LENGTH_MAX
    assert event["links"] == []


def test_a_report_opens_no_incident_at_pagerduty(receiver: Receiver) -> None:
    notifier(notify_team=receiver.pagerduty).send(Tier.TEAM, notice(NoticeKind.REPORTED))
    assert receiver.received == []


@pytest.mark.parametrize("answer", [500, 503, 429, 408])
def test_what_may_pass_is_tried_again(receiver: Receiver, answer: int) -> None:
    receiver.answers = [answer]
    with pytest.raises(NotifierUnavailable, match=f"127.0.0.1 answered {answer}"):
        notifier(notify_team=receiver.url).send(Tier.TEAM, notice())


@pytest.mark.parametrize("answer", [400, 403, 404, 410])
def test_what_will_not_pass_is_not(receiver: Receiver, answer: int) -> None:
    receiver.answers = [answer]
    with pytest.raises(NotifierRefused, match=f"127.0.0.1 answered {answer}") as refused:
        notifier(notify_team=receiver.url).send(Tier.TEAM, notice())
    assert "secret" not in str(refused.value)


def test_an_answer_that_does_not_come_is_waited_for_so_long(receiver: Receiver) -> None:
    receiver.seconds = 3.0
    with pytest.raises(NotifierUnavailable, match=r"127\.0\.0\.1: "):
        notifier(notify_team=receiver.url, notify_seconds=1.0).send(Tier.TEAM, notice())


def test_a_server_that_is_not_there_is_told_by_its_host_alone() -> None:
    with pytest.raises(NotifierUnavailable) as failed:
        notifier(notify_team="http://127.0.0.1:9/services/secret").send(Tier.TEAM, notice())
    assert "127.0.0.1" in str(failed.value)
    assert "secret" not in str(failed.value)


def test_a_tier_without_an_address_is_told_where_the_one_before_is(receiver: Receiver) -> None:
    told = notifier(notify_team=receiver.url)
    for tier in Tier:
        told.send(tier, notice())
    assert len(receiver.received) == len(Tier)
    above = notifier(notify_lead=receiver.url)
    above.send(Tier.TEAM, notice())
    assert len(receiver.received) == len(Tier)


def test_an_address_tells_nobody_its_secret() -> None:
    address = address_of("pagerduty+https://k%2Fey@events.pagerduty.com/v2/enqueue")
    assert (address.url, address.routing_key) == ("https://events.pagerduty.com/v2/enqueue", "k/ey")
    config = Config(notify_team="https://hooks.example.com/services/secret")
    assert "secret" not in f"{address_of(config.notify_team)} {config}"
    assert "k/ey" not in str(address)


WRONG = ["hooks.example.com/x", "ftp://x", "pagerduty+https://events.pagerduty.com/v2/enqueue", "pagerduty+ftp://k@x"]


@pytest.mark.parametrize("text", WRONG)
def test_an_address_that_is_wrong_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(
        InvalidInput, match=r"LOOKBACK_NOTIFY_TEAM: got '\d+ characters'; expected a webhook's URL"
    ) as no:
        from_environment({"LOOKBACK_NOTIFY_TEAM": text})
    assert text not in str(no.value)


def test_a_runbook_url_is_a_url() -> None:
    with pytest.raises(InvalidInput, match="LOOKBACK_RUNBOOK_URL: got 'docs'"):
        Config(runbook_url="docs")


def test_a_resolved_notice_is_green_and_what_it_says_is_short() -> None:
    message = message_of(notice(NoticeKind.RESOLVED, subjects={"a": {"error": "e" * 5000}}), "runbook.md")
    assert message["attachments"][0]["color"] == "#2e7d32"
    assert len(message["attachments"][0]["text"]) < 1000
