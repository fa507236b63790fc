"""Google's Pub/Sub emulator behind the schema gate, and everything that pipeline.yaml declares created in it.

Started when a test first asks for it, once a process, stopped with the session. A project of its own is as good as
an emptied emulator.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from unittest import mock

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.pubsub_v1 import PublisherClient, SchemaServiceClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.schema_service.transports import SchemaServiceGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from google.pubsub_v1.types import (
    DeadLetterPolicy,
    Encoding,
    ExpirationPolicy,
    PushConfig,
    RetryPolicy,
    Schema,
    SchemaSettings,
    Topic,
)
from google.pubsub_v1.types import Subscription as VendorSubscription

from shared.adapters.gcp.bus import PubSubBus
from shared.adapters.topology import Inbox, Subscription, Topology
from shared.bootstrap import PIPELINE
from tests.emulators.process import HOST, free_port, missing, sdk_root, server
from tests.emulators.schema_gate import schema_gate

HOST_VARIABLE = "PUBSUB_EMULATOR_HOST"
JARS = "platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"
RETENTION_SECONDS = 7 * 24 * 3600
CALL_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class PubSub:
    """A running emulator; `address` is what PUBSUB_EMULATOR_HOST takes, `url` what gcloud takes as its endpoint."""

    address: str
    url: str
    channel: grpc.Channel
    process: subprocess.Popen[bytes]
    projects: Iterator[int] = field(default_factory=count)

    @property
    def publisher(self) -> PublisherClient:
        """Return the plain client of topics."""
        return PublisherClient(transport=PublisherGrpcTransport(channel=self.channel))

    @property
    def subscriber(self) -> SubscriberClient:
        """Return the plain client of subscriptions."""
        return SubscriberClient(transport=SubscriberGrpcTransport(channel=self.channel))

    @property
    def schemas(self) -> SchemaServiceClient:
        """Return the plain client of schemas."""
        return SchemaServiceClient(transport=SchemaServiceGrpcTransport(channel=self.channel))

    def project(self) -> str:
        """Return the name of a project that nobody else uses."""
        return f"lookback-{next(self.projects)}"

    def bus(self, project: str, topology: Topology, *, call_seconds: float = CALL_SECONDS) -> PubSubBus:
        """Return the production bus, connected to this emulator."""
        with mock.patch.dict(os.environ, {HOST_VARIABLE: self.address}):
            return PubSubBus(project, topology, call_seconds=call_seconds)

    def environment(self, project: str) -> dict[str, str]:
        """Return the variables with which clients and gcloud talk to this emulator."""
        return {
            HOST_VARIABLE: self.address,
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB": self.url,
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
            "CLOUDSDK_CORE_PROJECT": project,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """What a test has shorter than declared; None keeps the declaration."""

    ack_deadline_seconds: int | None = None
    retry_minimum_seconds: float | None = None
    retry_maximum_seconds: float | None = None


def provision(
    pubsub: PubSub,
    topology: Topology,
    project: str,
    endpoint_of: Callable[[str], str],
    deadlines: Deadlines | None = None,
) -> None:
    """Create the schemas, topics, push subscriptions and inboxes of `topology` in `project`, and nothing else.

    `endpoint_of` returns the root URL of a function's server. A push goes to the path of its topic below it, from
    which functions-framework learns the topic.
    """
    _create_schemas(pubsub, topology, project)
    _create_topics(pubsub, topology, project)
    for item in topology.subscriptions:
        endpoint = f"{endpoint_of(item.function).rstrip('/')}/{_topic(project, item.topic)}"
        pubsub.subscriber.create_subscription(_push(item, project, endpoint, deadlines or Deadlines()))
    for inbox in topology.inboxes:
        pubsub.subscriber.create_subscription(_pull(inbox, project))


def _create_schemas(pubsub: PubSub, topology: Topology, project: str) -> None:
    for kind in topology.messages.values():
        if kind.schema is not None:
            definition = (PIPELINE.parent / kind.schema).read_text(encoding="utf-8")
            schema = Schema(type_=Schema.Type.PROTOCOL_BUFFER, definition=definition)
            pubsub.schemas.create_schema(parent=f"projects/{project}", schema=schema, schema_id=kind.name)


def _create_topics(pubsub: PubSub, topology: Topology, project: str) -> None:
    for topic in topology.topics.values():
        kind = topology.messages.get(topic.message)
        settings = None
        if kind is not None and kind.schema is not None:
            settings = SchemaSettings(schema=f"projects/{project}/schemas/{kind.name}", encoding=Encoding.JSON)
        pubsub.publisher.create_topic(Topic(name=_topic(project, topic.name), schema_settings=settings))


def _topic(project: str, name: str) -> str:
    return f"projects/{project}/topics/{name}"


def _push(item: Subscription, project: str, endpoint: str, deadlines: Deadlines) -> VendorSubscription:
    dead_letters = None
    if item.dead_letter_topic is not None:
        dead_letters = DeadLetterPolicy(
            dead_letter_topic=_topic(project, item.dead_letter_topic), max_delivery_attempts=item.max_delivery_attempts
        )
    return VendorSubscription(
        name=f"projects/{project}/subscriptions/{item.name}",
        topic=_topic(project, item.topic),
        push_config=PushConfig(push_endpoint=endpoint),
        ack_deadline_seconds=int(_or(deadlines.ack_deadline_seconds, item.ack_deadline_seconds)),
        retry_policy=RetryPolicy(
            minimum_backoff=_duration(_or(deadlines.retry_minimum_seconds, item.retry_minimum_seconds)),
            maximum_backoff=_duration(_or(deadlines.retry_maximum_seconds, item.retry_maximum_seconds)),
        ),
        dead_letter_policy=dead_letters,
        expiration_policy=ExpirationPolicy(),
        message_retention_duration=_duration(RETENTION_SECONDS),
    )


def _pull(inbox: Inbox, project: str) -> VendorSubscription:
    return VendorSubscription(
        name=f"projects/{project}/subscriptions/{inbox.name}",
        topic=_topic(project, inbox.topic),
        expiration_policy=ExpirationPolicy(),
        message_retention_duration=_duration(RETENTION_SECONDS),
    )


def _or(chosen: float | None, declared: float) -> float:
    return declared if chosen is None else chosen


def _duration(seconds: float) -> Duration:
    return Duration(seconds=int(seconds), nanos=round(seconds % 1 * 1e9))


def command(port: int) -> list[str]:
    """Return the emulator's command line; without the emulator on this machine see `missing`."""
    root = sdk_root()
    jars = sorted(root.glob(JARS)) if root is not None else []
    if not jars:
        missing("Google's Pub/Sub emulator")
    return ["java", "-jar", str(jars[-1]), f"--host={HOST}", f"--port={port}"]


@contextmanager
def gated(port: int, process: subprocess.Popen[bytes]) -> Iterator[PubSub]:
    """Yield the emulator that listens on a port, behind the schema gate."""
    with schema_gate(f"{HOST}:{port}") as (address, url):
        channel = grpc.insecure_channel(address)
        yield PubSub(address=address, url=url, channel=channel, process=process)
        channel.close()


@contextmanager
def pubsub_emulator(folder: Path) -> Iterator[PubSub]:
    """Yield a running emulator whose log is in `folder`."""
    port = free_port()
    with server(command(port), port, folder / "pubsub-emulator.log") as process, gated(port, process) as pubsub:
        yield pubsub


@pytest.fixture(scope="session")
def pubsub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubSub]:
    """The emulator of this process."""
    with pubsub_emulator(tmp_path_factory.mktemp("pubsub")) as running:
        yield running
