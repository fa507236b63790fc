"""The declaration `infra/pipeline.yaml` as frozen values: messages, topics, functions, subscriptions, schedules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import yaml

from shared.adapters.declaration import Entry, Limits, entry, section
from shared.adapters.function_settings import SETTINGS, FunctionSettings, function_settings
from shared.adapters.schedules import Schedule, schedule_of
from shared.domain.errors import InvalidInput
from shared.domain.price import Instance

SECTIONS: Final = ("defaults", "messages", "topics", "functions", "inboxes", "schedules")
# Read by the deployment only.
DEPLOYED_SECTIONS: Final = ("landing", "staging", "log_metrics", "alert_policies")
# What Pub/Sub accepts; a declaration outside of it would run here and fail at deployment.
PUBSUB_ID: Final = re.compile(r"(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}")
FUNCTION_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
SCHEMA_FILE: Final = re.compile(r"schemas/[a-z_]+\.proto")
ACK_DEADLINE_SECONDS: Final[Limits] = (10, 600)
RETRY_SECONDS: Final[Limits] = (0, 600)
DELIVERY_ATTEMPTS: Final[Limits] = (5, 100)
# 600 s is fewer doublings away from any minimum that is not zero; the power must not overflow.
DOUBLINGS_MAX: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """A kind of message. `schema` is its proto3 file beside the declaration; None: anything goes."""

    name: str
    schema: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic and the kind of message it carries."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """A pull subscription in which an operator finds what no function keeps."""

    name: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One topic's messages on their way to one function.

    `dead_letter_topic` is None on the dead-letter topic itself: what it cannot deliver it retries for ever,
    because there is no further place to keep a message.
    """

    function: str
    topic: str
    ack_deadline_seconds: float
    retry_minimum_seconds: float
    retry_maximum_seconds: float
    max_delivery_attempts: int
    dead_letter_topic: str | None

    @property
    def name(self) -> str:
        """Return the subscription's id, as envelopes and dead letters carry it: `predict.phase4-complete`."""
        return f"{self.function}.{self.topic}"

    def gives_up(self, attempt: int) -> bool:
        """Return whether a message that failed `attempt` times goes to the dead-letter topic."""
        return self.dead_letter_topic is not None and attempt >= self.max_delivery_attempts

    def retry_seconds(self, attempt: int) -> float:
        """Return the wait before the next delivery after `attempt` failed ones: doubling from minimum to maximum."""
        doublings = min(attempt - 1, DOUBLINGS_MAX)
        return min(self.retry_maximum_seconds, self.retry_minimum_seconds * 2.0**doublings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function, the topics it takes or that it answers HTTP requests, and how it is deployed."""

    name: str
    topics: tuple[str, ...]
    http: bool
    settings: FunctionSettings

    def instance(self) -> Instance:
        """Return what an instance of it has, as prices depend on it."""
        return Instance(
            cpu=self.settings.cpu,
            memory_gib=self.settings.memory_mib / 1024,
            concurrency=self.settings.concurrency,
            instances_max=self.settings.max_instances,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Everything that is declared, in declared order."""

    topics: Mapping[str, Topic]
    functions: Mapping[str, Function]
    subscriptions: tuple[Subscription, ...]
    messages: Mapping[str, MessageKind] = field(default_factory=dict)
    inboxes: tuple[Inbox, ...] = ()
    schedules: tuple[Schedule, ...] = ()

    def by_topic(self) -> dict[str, tuple[Subscription, ...]]:
        """Return the subscriptions of every topic; an empty tuple for a topic no function takes."""
        return {name: tuple(item for item in self.subscriptions if item.topic == name) for name in self.topics}

    def by_route(self) -> dict[tuple[str, str], Subscription]:
        """Return the subscriptions by (function, topic)."""
        return {(item.function, item.topic): item for item in self.subscriptions}


def load_topology(path: Path) -> Topology:
    """Return the topology declared in the YAML file at `path`.

    Raises InvalidInput, naming the entry and the field, on a declaration that cannot be run or deployed: an
    undeclared topic, a missing schema file, a number outside of Pub/Sub's or Cloud Run's limits, a topic that nobody
    takes.
    """
    try:
        declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput("pipeline", str(path), f"a readable YAML file ({error})") from error
    topology = topology_of(declared)
    for kind in topology.messages.values():
        if kind.schema is not None and not (path.parent / kind.schema).is_file():
            raise InvalidInput(f"messages.{kind.name}.schema", kind.schema, f"a file in {path.parent}")
    return topology


def topology_of(declared: object) -> Topology:
    """Return the topology of a parsed declaration; raises InvalidInput like `load_topology`."""
    whole = entry("pipeline", declared, (*SECTIONS, *DEPLOYED_SECTIONS)).fields
    defaults = entry("defaults", whole.get("defaults", {}), ("function", "subscription")).fields
    messages = section(whole, "messages", PUBSUB_ID, ("schema",))
    topics = section(whole, "topics", PUBSUB_ID, ("message",))
    functions = section(whole, "functions", FUNCTION_NAME, ("topics", "http", "subscription", *SETTINGS))
    inboxes = section(whole, "inboxes", PUBSUB_ID, ("topic",))
    schedules = section(whole, "schedules", PUBSUB_ID, ("topic", "cron", "time_zone", "message"))
    topology = Topology(
        messages={name: _message(name, each) for name, each in messages.items()},
        topics={name: Topic(name=name, message=str(each.fields.get("message"))) for name, each in topics.items()},
        functions={name: _function(name, each, defaults.get("function", {})) for name, each in functions.items()},
        subscriptions=tuple(
            _subscription(name, topic, each, defaults.get("subscription", {}))
            for name, each in functions.items()
            for topic in each.texts("topics")
        ),
        inboxes=tuple(Inbox(name=name, topic=str(each.fields.get("topic"))) for name, each in inboxes.items()),
        schedules=tuple(schedule_of(name, each) for name, each in schedules.items()),
    )
    _check_dead_letters(topology)
    _check_references(topology)
    _check_timeouts(topology)
    return topology


def _message(name: str, declared: Entry) -> MessageKind:
    schema = (
        declared.text("schema", SCHEMA_FILE, "a file such as schemas/alert.proto") if "schema" in declared else None
    )
    return MessageKind(name=name, schema=schema)


def _function(name: str, declared: Entry, defaults: Mapping[str, Any]) -> Function:
    merged = entry(f"functions.{name}", {**defaults, **declared.fields}, ("topics", "http", "subscription", *SETTINGS))
    topics, http = merged.texts("topics"), merged.flag("http")
    if http == bool(topics):
        raise merged.refused("topics", "topics to take, or http: true, and not both")
    return Function(name=name, topics=topics, http=http, settings=function_settings(merged))


def _subscription(function: str, topic: str, declared: Entry, defaults: Mapping[str, Any]) -> Subscription:
    known = {item.name for item in fields(Subscription)} - {"function", "topic"}
    path = f"functions.{function}.subscription"
    own = entry(path, declared.fields.get("subscription", {}), known).fields
    merged = entry(path, {**defaults, **own}, known)
    dead_letter_topic = merged.text("dead_letter_topic", PUBSUB_ID, "a topic")
    subscription = Subscription(
        function=function,
        topic=topic,
        ack_deadline_seconds=merged.whole("ack_deadline_seconds", ACK_DEADLINE_SECONDS),
        retry_minimum_seconds=merged.number("retry_minimum_seconds", RETRY_SECONDS),
        retry_maximum_seconds=merged.number("retry_maximum_seconds", RETRY_SECONDS),
        max_delivery_attempts=merged.whole("max_delivery_attempts", DELIVERY_ATTEMPTS),
        dead_letter_topic=None if dead_letter_topic == topic else dead_letter_topic,
    )
    if subscription.retry_minimum_seconds > subscription.retry_maximum_seconds:
        raise merged.refused(
            "retry_minimum_seconds", f"at most retry_maximum_seconds ({subscription.retry_maximum_seconds:g})"
        )
    return subscription


def _check_references(topology: Topology) -> None:
    for topic in topology.topics.values():
        if topic.message not in topology.messages:
            raise InvalidInput(f"topics.{topic.name}.message", topic.message, "a kind declared under `messages`")
    named = [
        *((f"functions.{item.function}.topics", item.topic) for item in topology.subscriptions),
        *(
            (f"functions.{name}.access.publish", topic)
            for name, function in topology.functions.items()
            for topic in function.settings.access.publish
        ),
        *((f"inboxes.{item.name}.topic", item.topic) for item in topology.inboxes),
        *((f"schedules.{item.name}.topic", item.topic) for item in topology.schedules),
    ]
    for path, name in named:
        if name not in topology.topics:
            raise InvalidInput(path, name, "a topic declared under `topics`")
    taken = {item.topic for item in topology.subscriptions} | {item.topic for item in topology.inboxes}
    for name in topology.topics:
        if name not in taken:
            raise InvalidInput(f"topics.{name}", name, "a function or an inbox that takes it; its messages are lost")
    ids = {item.name for item in topology.subscriptions}
    for inbox in topology.inboxes:
        if inbox.name in ids:
            raise InvalidInput("inboxes", inbox.name, "a name that no function's subscription has")


def _check_dead_letters(topology: Topology) -> None:
    served = {item.topic for item in topology.subscriptions}
    for item in topology.subscriptions:
        if item.dead_letter_topic is not None and item.dead_letter_topic not in served:
            raise InvalidInput(
                f"functions.{item.function}.subscription.dead_letter_topic",
                item.dead_letter_topic,
                "a topic that some function takes; without a subscription its messages are lost",
            )


def _check_timeouts(topology: Topology) -> None:
    """A push that runs on after its deadline is delivered again beside itself."""
    for item in topology.subscriptions:
        seconds = topology.functions[item.function].settings.timeout_seconds
        if seconds > item.ack_deadline_seconds:
            raise InvalidInput(
                f"functions.{item.function}.timeout_seconds",
                seconds,
                f"at most its ack_deadline_seconds ({item.ack_deadline_seconds:g})",
            )
