"""One contract, all three buses: what is published is pushed to each function until it takes it, or dead-lettered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.memory import MemoryBus, VirtualClock
from shared.domain.errors import InvalidInput
from shared.tracing import handling
from tests.contract.bus_topology import ATTEMPTS
from tests.contract.pushing_buses import DEADLINE_SECONDS, TOPOLOGY, PulledBus, PushedBus, PushingBus
from tests.emulators.push_receiver import Answer, push_receiver

PREFIX = "CloudPubSubDeadLetterSource"
# The receiver keeps silent for longer than the deadline; clocks of two processes may differ by a little.
SILENCE_SECONDS = DEADLINE_SECONDS + 5
TOLERANCE_SECONDS = 0.5
FAR_MORE_THAN_DECLARED = 4 * ATTEMPTS


@pytest.fixture(params=["memory", "sqlite", "pubsub"])
def bus(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PushingBus]:
    clock = VirtualClock()
    if request.param == "memory":
        yield PulledBus(MemoryBus(TOPOLOGY, clock), clock)
    elif request.param == "sqlite":
        yield PulledBus(SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, clock), clock)
    else:
        yield from pushed(request)


def pushed(request: pytest.FixtureRequest) -> Iterator[PushingBus]:
    from tests.emulators.pubsub import provision

    pubsub = request.getfixturevalue("pubsub")
    project = pubsub.project()
    with push_receiver(SILENCE_SECONDS) as (receiver, url):
        provision(pubsub, TOPOLOGY, project, lambda function: f"{url}/{function}")
        published = pubsub.bus(project, TOPOLOGY)
        yield PushedBus(published, receiver)
        published.close()
        for subscription in TOPOLOGY.subscriptions:
            path = f"projects/{project}/subscriptions/{subscription.name}"
            pubsub.subscriber.delete_subscription(subscription=path)


def test_a_message_reaches_every_subscription_of_its_topic_once(bus: PushingBus) -> None:
    body = {"version": 1, "share": 0.85, "days": None, "names": ["Dončić", "\U0001f3c0"], "deep": {"flag": True}}
    message_id = bus.publish("done", body)
    for function in ("coordinate", "predict"):
        (push,) = bus.pushes(function, 1)
        assert (push.topic, push.subscription) == ("done", f"{function}.done")
        assert (push.message_id, push.body, push.attributes) == (message_id, body, {})
    assert bus.publish("done", body) != message_id
    assert len(bus.pushes("coordinate", 2)) == len(bus.pushes("predict", 2)) == 2


def test_what_a_handler_publishes_carries_its_span_to_every_function(bus: PushingBus) -> None:
    with handling({}, "nov8", "m-1") as span:
        bus.publish("done", {"version": 1, "backfill_id": "nov8"})
    for function in ("coordinate", "predict"):
        (push,) = bus.pushes(function, 1)
        assert push.attributes == {"traceparent": f"00-{span.trace}-{span.id}-01"}


def test_a_failed_push_comes_again_before_its_deadline_until_it_is_taken(bus: PushingBus) -> None:
    bus.script("analyse", Answer.FAILED, Answer.FAILED)
    message_id = bus.publish("raw", {"n": 1})
    pushes = bus.pushes("analyse", 3)
    assert [push.message_id for push in pushes] == [message_id] * 3
    assert pushes[2].at - pushes[0].at < DEADLINE_SECONDS
    bus.publish("raw", {"n": 2})
    assert [push.body["n"] for push in bus.pushes("analyse", 4)] == [1, 1, 1, 2]


def test_a_push_without_an_answer_comes_again_after_its_deadline(bus: PushingBus) -> None:
    bus.script("analyse", Answer.NONE)
    message_id = bus.publish("raw", {"n": 1})
    first, second = bus.pushes("analyse", 2)
    assert first.message_id == second.message_id == message_id
    assert second.at - first.at > DEADLINE_SECONDS - TOLERANCE_SECONDS


def test_after_its_last_attempt_a_message_is_a_dead_letter_of_that_subscription_only(bus: PushingBus) -> None:
    bus.script("predict", *[Answer.FAILED] * FAR_MORE_THAN_DECLARED)
    message_id = bus.publish("done", {"n": 1})
    (letter,) = bus.pushes("dead_letter", 1)
    assert [push.message_id for push in bus.pushes("predict", ATTEMPTS)] == [message_id] * ATTEMPTS
    assert len(bus.pushes("coordinate", 1)) == 1
    assert (letter.topic, letter.body) == ("dead-letters", {"n": 1})
    assert letter.message_id != message_id
    assert set(letter.attributes) == {
        f"{PREFIX}{name}" for name in ("DeliveryCount", "Subscription", "SubscriptionProject", "TopicPublishTime")
    }
    assert letter.attributes[f"{PREFIX}DeliveryCount"] == str(ATTEMPTS)
    assert letter.attributes[f"{PREFIX}Subscription"] == "predict.done"


def test_a_dead_letter_is_kept_however_often_it_fails(bus: PushingBus) -> None:
    bus.script("dead_letter", *[Answer.FAILED] * ATTEMPTS)
    bus.publish("dead-letters", {"n": 1})
    assert [push.body for push in bus.pushes("dead_letter", ATTEMPTS + 1)] == [{"n": 1}] * (ATTEMPTS + 1)


def test_an_undeclared_topic_is_refused(bus: PushingBus) -> None:
    with pytest.raises(InvalidInput, match="topic: got 'raws'; expected one of raw, done, dead-letters, alerts"):
        bus.publish("raws", {})


def test_a_body_that_is_not_json_is_refused(bus: PushingBus) -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        bus.publish("raw", {"players": {1}})
