"""Every message that services, schedules and operators publish: to a declared topic, as its schema says, read back."""

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from shared import bootstrap
from shared.cli import alerts as alerts_verb
from shared.cli import calendar, control
from shared.cli import request as request_verb
from shared.domain import alert_controls, controls, messages
from shared.domain.messages import BackfillRequest, backfill_request
from shared.ports import Body
from shared.service.app import App
from tests.emulators.proto_schema import ProtoSchema
from tests.functions.test_events import FORMS, GOLDEN, WAY, event, hint, made_season, post, push, request
from tests.memory_stack import MemoryStack, ToySource, toy_work

TOPOLOGY = bootstrap.topology()
# Longer than a backfill may stand still, and than what is found must hold before it is told.
HOURS = 3


class RecordingBus:
    """The port `Bus`, remembering what was published."""

    def __init__(self) -> None:
        self.published: dict[str, list[Body]] = defaultdict(list)

    def publish(self, topic: str, body: Body) -> str:
        self.published[topic].append(json.loads(json.dumps(body)))
        return str(len(self.published[topic]))


def schema_of(topic: str) -> ProtoSchema | None:
    file = TOPOLOGY.messages[TOPOLOGY.topics[topic].message].schema
    return ProtoSchema.compile((bootstrap.PIPELINE.parent / file).read_text()) if file is not None else None


@pytest.fixture(scope="module")
def published() -> Iterator[dict[str, list[Body]]]:
    """What the functions publish on the way of a backfill, of a failure, of a stall and of a rejection."""
    bus, stack = RecordingBus(), MemoryStack(source=ToySource(made_season().rows()))
    stack.port = bus
    before = bootstrap._app
    with toy_work():
        app = bootstrap.use(stack.app())
        walk(app, stack)
        yield dict(bus.published)
    bootstrap._app = before


def walk(app: App, stack: MemoryStack) -> None:
    post("load_calendar", GOLDEN["load_calendar"][FORMS[0]])
    for function, *_ in WAY:
        assert post(function, GOLDEN[function][FORMS[0]]) == 200
    push("plan_backfill", request(request_id="stalls", force=True))
    stack.clock.advance(HOURS * 3600)
    post("raise_alerts", GOLDEN["raise_alerts"][FORMS[0]])
    push("dead_letter", hint(1), CloudPubSubDeadLetterSourceSubscription="scrape.phase1-requests")
    post("scrape", event(b"{"))
    asked = {"start_date": "2024-10-22", "end_date": "2024-10-23", "max_lookback_days": None}
    request_verb.publish(app, asked, backfill_request(asked))


def decoder(kind: str) -> Callable[[Body], object]:
    """Return the function that decodes a kind of message."""
    name = kind.replace("-", "_")
    modules = (messages, controls, alert_controls)
    return next(getattr(module, name) for module in modules if hasattr(module, name))


def test_every_topic_has_a_publisher(published: dict[str, list[Body]]) -> None:
    operators = {alerts_verb.TOPIC, calendar.TOPIC, control.TOPIC, request_verb.TOPIC}
    schedules = {schedule.topic for schedule in TOPOLOGY.schedules}
    by_pubsub = {item.dead_letter_topic for item in TOPOLOGY.subscriptions if item.dead_letter_topic is not None}
    assert set(published) - operators == set(TOPOLOGY.topics) - operators - schedules - by_pubsub
    assert request_verb.TOPIC in published


def test_every_rule_of_an_alert_was_heard(published: dict[str, list[Body]]) -> None:
    assert {body["rule"] for body in published["alerts"]} == {"backfill_stalled", "dead_letter", "message_rejected"}


@pytest.mark.parametrize("topic", TOPOLOGY.topics)
def test_what_is_published_passes_its_topics_schema(published: dict[str, list[Body]], topic: str) -> None:
    schema = schema_of(topic)
    scheduled = [schedule.message for schedule in TOPOLOGY.schedules if schedule.topic == topic]
    for body in [*published.get(topic, []), *scheduled]:
        assert schema is not None, f"{topic} is published to and has no schema"
        schema.check(json.dumps(body).encode())


@pytest.mark.parametrize("function", GOLDEN)
def test_a_golden_event_passes_its_topics_schema_and_its_decoder(function: str) -> None:
    topic = TOPOLOGY.functions[function].topics[0]
    kind, schema = TOPOLOGY.topics[topic].message, schema_of(topic)
    for form in FORMS:
        content = base64.b64decode(GOLDEN[function][form]["message"]["data"])
        body = messages.decode(content)
        if schema is not None:
            schema.check(content)
            decoder(kind)(body)


def test_a_scheduled_message_passes_its_decoder() -> None:
    for schedule in TOPOLOGY.schedules:
        kind = TOPOLOGY.topics[schedule.topic].message
        decoder(kind)(messages.decode(json.dumps(schedule.message).encode()))


def test_a_request_reads_back_as_it_was_made() -> None:
    asked = backfill_request({"dates": ["2024-11-08"], "max_lookback_days": 30, "accept_missing": ["2024-11-01"]})
    again: BackfillRequest = backfill_request(asked.body())
    assert again == asked
