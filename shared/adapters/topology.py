"""The declaration `infra/pipeline.yaml` as frozen values: topics, functions and their subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import yaml

from shared.domain.errors import InvalidInput

# What Pub/Sub accepts; a declaration outside of it would run here and fail at deployment.
LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "ack_deadline_seconds": (10, 600),
    "retry_minimum_seconds": (0, 600),
    "retry_maximum_seconds": (0, 600),
    "max_delivery_attempts": (5, 100),
}
# 600 s is fewer doublings away from any minimum that is not zero; the power must not overflow.
DOUBLINGS_MAX: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic and the kind of message it carries."""

    name: str
    message: str


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
    """A function, the topics it takes, and its deployment settings (memory, concurrency) as declared."""

    name: str
    topics: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """All topics, functions and subscriptions, in declared order."""

    topics: Mapping[str, Topic]
    functions: Mapping[str, Function]
    subscriptions: tuple[Subscription, ...]

    def by_topic(self) -> dict[str, tuple[Subscription, ...]]:
        """Return the subscriptions of every topic; an empty tuple for a topic nobody takes."""
        return {name: tuple(item for item in self.subscriptions if item.topic == name) for name in self.topics}

    def by_route(self) -> dict[tuple[str, str], Subscription]:
        """Return the subscriptions by (function, topic)."""
        return {(item.function, item.topic): item for item in self.subscriptions}


def load_topology(path: Path) -> Topology:
    """Return the topology declared in the YAML file at `path`.

    Raises InvalidInput, naming the function or topic and the field, on a declaration that cannot be run:
    an undeclared topic, a number outside of Pub/Sub's limits, a dead-letter topic without a subscription.
    """
    try:
        declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput("pipeline", str(path), f"a readable YAML file ({error})") from error
    return topology_of(declared)


def topology_of(declared: Mapping[str, Any]) -> Topology:
    """Return the topology of a parsed declaration; raises InvalidInput like `load_topology`."""
    defaults = declared.get("defaults", {})
    topics = {name: Topic(name=name, message=entry["message"]) for name, entry in declared["topics"].items()}
    functions = {
        name: _function(name, entry, defaults.get("function", {})) for name, entry in declared["functions"].items()
    }
    subscriptions = tuple(
        _subscription(function.name, topic, defaults.get("subscription", {}) | entry.get("subscription", {}))
        for function, entry in zip(functions.values(), declared["functions"].values(), strict=True)
        for topic in function.topics
    )
    topology = Topology(topics=topics, functions=functions, subscriptions=subscriptions)
    _check(topology)
    return topology


def _function(name: str, entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Function:
    settings = {key: value for key, value in entry.items() if key not in {"topics", "subscription"}}
    return Function(name=name, topics=tuple(entry.get("topics", ())), settings={**defaults, **settings})


def _subscription(function: str, topic: str, settings: Mapping[str, Any]) -> Subscription:
    known = {item.name for item in fields(Subscription)} - {"function", "topic"}
    if set(settings) != known:
        raise InvalidInput(f"functions.{function}.subscription", sorted(settings), f"exactly {sorted(known)}")
    for name, (lowest, highest) in LIMITS.items():
        if not lowest <= settings[name] <= highest:
            raise InvalidInput(f"functions.{function}.{name}", settings[name], f"{lowest} to {highest}")
    dead_letter_topic = None if settings["dead_letter_topic"] == topic else settings["dead_letter_topic"]
    return Subscription(function=function, topic=topic, **{**settings, "dead_letter_topic": dead_letter_topic})


def _check(topology: Topology) -> None:
    served = {item.topic for item in topology.subscriptions}
    for item in topology.subscriptions:
        if item.topic not in topology.topics:
            raise InvalidInput(f"functions.{item.function}.topics", item.topic, "a topic declared under `topics`")
        if item.retry_minimum_seconds > item.retry_maximum_seconds:
            raise InvalidInput(
                f"functions.{item.function}.retry_minimum_seconds",
                item.retry_minimum_seconds,
                f"at most retry_maximum_seconds ({item.retry_maximum_seconds})",
            )
        if item.dead_letter_topic is not None and item.dead_letter_topic not in served:
            raise InvalidInput(
                f"functions.{item.function}.dead_letter_topic",
                item.dead_letter_topic,
                "a topic that some function takes; without a subscription its messages are lost",
            )
