"""What only the Pub/Sub bus has: vendor errors by name, confirmed publishes, and its planted bugs."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from unittest import mock

import grpc
import pytest
from google.api_core.exceptions import GoogleAPICallError
from google.pubsub_v1.types import Subscription as VendorSubscription
from google.pubsub_v1.types import Topic

from shared import bootstrap
from shared.adapters.gcp import bus as bus_module
from shared.adapters.gcp.bus import PubSubBus
from shared.adapters.topology import Subscription
from shared.domain.errors import BusUnavailable, InvalidInput
from tests.contract.pushing_buses import TOPOLOGY
from tests.emulators import pubsub as pubsub_module
from tests.emulators.failing_pubsub import failing_pubsub
from tests.emulators.process import HOST, free_port
from tests.emulators.pubsub import Deadlines, PubSub, provision
from tests.emulators.schema_gate import Schemas

CALL_SECONDS = 0.4
Status = grpc.StatusCode
TRANSIENT = (
    Status.ABORTED,
    Status.CANCELLED,
    Status.DEADLINE_EXCEEDED,
    Status.INTERNAL,
    Status.RESOURCE_EXHAUSTED,
    Status.UNAVAILABLE,
    Status.UNKNOWN,
)
REPAIRABLE = (Status.NOT_FOUND, Status.PERMISSION_DENIED, Status.UNAUTHENTICATED, Status.FAILED_PRECONDITION)


def opened(address: str, call_seconds: float = CALL_SECONDS) -> PubSubBus:
    with mock.patch.dict(os.environ, {"PUBSUB_EMULATOR_HOST": address}):
        return PubSubBus("demo", TOPOLOGY, call_seconds=call_seconds)


@pytest.mark.parametrize("status", TRANSIENT, ids=str)
def test_a_transient_error_is_tried_again(status: grpc.StatusCode) -> None:
    with failing_pubsub(status, Status.OK) as (failing, address):
        assert opened(address, 10).publish("raw", {"n": 1}) == "7"
        assert failing.calls == 2


@pytest.mark.parametrize("status", TRANSIENT, ids=str)
def test_a_lasting_error_is_retryable_once_the_time_is_up(status: grpc.StatusCode) -> None:
    with failing_pubsub(status) as (failing, address):
        with pytest.raises(BusUnavailable, match="raw: not confirmed"):
            opened(address).publish("raw", {"n": 1})
        assert failing.calls > 1


@pytest.mark.parametrize("status", REPAIRABLE, ids=str)
def test_what_an_operator_repairs_is_retryable_and_not_tried_again_here(status: grpc.StatusCode) -> None:
    with failing_pubsub(status) as (failing, address):
        with pytest.raises(BusUnavailable, match=r"raw: not confirmed: .*as planned"):
            opened(address, 10).publish("raw", {"n": 1})
        assert failing.calls == 1


def test_a_refused_message_is_wrong_input() -> None:
    with failing_pubsub(Status.INVALID_ARGUMENT) as (failing, address):
        with pytest.raises(InvalidInput, match=r"message of raw: got '\{\"n\":1\}'; expected .*as planned"):
            opened(address).publish("raw", {"n": 1})
        assert failing.calls == 1


def test_a_message_above_pubsubs_limit_is_wrong_input() -> None:
    with failing_pubsub(Status.OK) as (failing, address):
        with pytest.raises(InvalidInput, match="message of raw"):
            opened(address).publish("raw", {"text": "x" * 10_000_000})
        assert failing.calls == 0


def test_a_publish_that_nobody_confirms_is_not_published() -> None:
    with failing_pubsub(None) as (_, address):
        started = time.monotonic()
        with pytest.raises(BusUnavailable, match="raw: not confirmed"):
            opened(address).publish("raw", {"n": 1})
        assert time.monotonic() - started < 10 * CALL_SECONDS


def test_an_endpoint_that_is_not_there_is_retryable() -> None:
    with pytest.raises(BusUnavailable, match="raw: not confirmed"):
        opened(f"{HOST}:{free_port()}").publish("raw", {"n": 1})


def test_a_machine_without_credentials_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PUBSUB_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", "/nonexistent")
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(InvalidInput, match="GOOGLE_APPLICATION_CREDENTIALS"):
        PubSubBus("demo", TOPOLOGY, call_seconds=CALL_SECONDS)


def test_a_topic_that_is_not_deployed_is_retryable(pubsub: PubSub) -> None:
    bus = pubsub.bus(pubsub.project(), TOPOLOGY)
    with pytest.raises(BusUnavailable, match="raw: not confirmed: NotFound"):
        bus.publish("raw", {"n": 1})
    bus.close()


def test_threads_publish_side_by_side_and_every_message_has_an_id_of_its_own(pubsub: PubSub) -> None:
    project = pubsub.project()
    pubsub.publisher.create_topic(name=f"projects/{project}/topics/raw")
    bus = pubsub.bus(project, TOPOLOGY)
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda n: bus.publish("raw", {"n": n}), range(200)))) == 200
    bus.close()


def test_what_is_provisioned_is_what_is_declared(pubsub: PubSub) -> None:
    project = pubsub.project()
    provision(pubsub, TOPOLOGY, project, lambda function: f"http://{HOST}:9/{function}/")
    for declared in TOPOLOGY.subscriptions:
        path = f"projects/{project}/subscriptions/{declared.name}"
        held = pubsub.subscriber.get_subscription(subscription=path)
        topic = f"projects/{project}/topics/{declared.topic}"
        assert (held.topic, held.ack_deadline_seconds) == (topic, declared.ack_deadline_seconds)
        assert held.push_config.push_endpoint == f"http://{HOST}:9/{declared.function}/{topic}"
        backoff = held.retry_policy
        assert backoff.minimum_backoff.total_seconds() == declared.retry_minimum_seconds
        assert backoff.maximum_backoff.total_seconds() == declared.retry_maximum_seconds
        letters = held.dead_letter_policy
        if declared.dead_letter_topic is None:
            assert letters.dead_letter_topic == ""
        else:
            assert letters.dead_letter_topic == f"projects/{project}/topics/dead-letters"
            assert letters.max_delivery_attempts == declared.max_delivery_attempts


def test_a_test_may_have_shorter_deadlines_than_declared(pubsub: PubSub) -> None:
    project = pubsub.project()
    slow = replace(TOPOLOGY.subscriptions[0], ack_deadline_seconds=600, retry_maximum_seconds=600)
    topology = replace(TOPOLOGY, subscriptions=(slow,))
    deadlines = Deadlines(ack_deadline_seconds=10, retry_minimum_seconds=0, retry_maximum_seconds=1)
    provision(pubsub, topology, project, lambda _: f"http://{HOST}:9", deadlines)
    held = pubsub.subscriber.get_subscription(subscription=f"projects/{project}/subscriptions/analyse.raw")
    assert (held.ack_deadline_seconds, held.retry_policy.maximum_backoff.total_seconds()) == (10, 1)


def test_a_topic_refuses_what_its_schema_refuses(pubsub: PubSub) -> None:
    project, declared = pubsub.project(), bootstrap.topology()
    provision(pubsub, declared, project, lambda _: f"http://{HOST}:9")
    bus = pubsub.bus(project, declared)
    with pytest.raises(InvalidInput, match=r"message of unit-failed: got .*colour.*not the JSON form of UnitHint"):
        bus.publish("unit-failed", {"colour": "red"})
    assert bus.publish("dead-letters", {"colour": "red"})
    bus.close()


def unconfirmed(bus: PubSubBus, topic: str, body: dict[str, object]) -> str:
    bus._client.publish(bus._paths[topic], b"{}")
    return "7"


BUGS: dict[str, tuple[tuple[object, str, object], Callable[[], None]]] = {
    "a publish is not waited for": (
        (PubSubBus, "publish", unconfirmed),
        test_an_endpoint_that_is_not_there_is_retryable,
    ),
    "a refusal is not recognised": (
        (bus_module, "REFUSED", ()),
        test_a_refused_message_is_wrong_input,
    ),
    "a transient error is not tried again": (
        (bus_module, "TRANSIENT", ()),
        lambda: test_a_transient_error_is_tried_again(Status.UNAVAILABLE),
    ),
    "what an operator repairs is tried until the time is up": (
        (bus_module, "TRANSIENT", (*bus_module.TRANSIENT, *bus_module.REPAIRABLE)),
        lambda: test_what_an_operator_repairs_is_retryable_and_not_tried_again_here(Status.NOT_FOUND),
    ),
    "an error of Pub/Sub reaches the service by its vendor's name": (
        (bus_module, "UNCONFIRMED", bus_module.TRANSIENT),
        lambda: test_what_an_operator_repairs_is_retryable_and_not_tried_again_here(Status.PERMISSION_DENIED),
    ),
}


@pytest.mark.integration
@pytest.mark.parametrize("name", BUGS)
def test_the_tests_above_catch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    patch, caught_by = BUGS[name]
    monkeypatch.setattr(*patch)
    with pytest.raises((AssertionError, pytest.fail.Exception, GoogleAPICallError, BusUnavailable)):
        caught_by()


def without_dead_letters(item: Subscription, *rest: Any) -> VendorSubscription:
    held = PUSH(item, *rest)
    held.dead_letter_policy = None
    return held


PUSH = pubsub_module._push
PROVISIONING_BUGS: dict[str, tuple[tuple[object, str, object], Callable[[PubSub], None]]] = {
    "a subscription has no dead letters": (
        (pubsub_module, "_push", without_dead_letters),
        test_what_is_provisioned_is_what_is_declared,
    ),
    "a test's deadlines are not used": (
        (pubsub_module, "_or", lambda _, declared: declared),
        test_a_test_may_have_shorter_deadlines_than_declared,
    ),
    "a topic takes what its schema refuses": (
        (Schemas, "check", lambda *_: None),
        test_a_topic_refuses_what_its_schema_refuses,
    ),
    "a topic has no schema": (
        (Schemas, "attach", lambda _, topic: Topic(name=topic.name)),
        test_a_topic_refuses_what_its_schema_refuses,
    ),
}


@pytest.mark.parametrize("name", PROVISIONING_BUGS)
def test_the_tests_of_provisioning_catch(name: str, pubsub: PubSub, monkeypatch: pytest.MonkeyPatch) -> None:
    patch, caught_by = PROVISIONING_BUGS[name]
    monkeypatch.setattr(*patch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        caught_by(pubsub)
