"""What a function receives from an embedded bus, what may become of it, and the bus as its consumers see it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final, Protocol

from shared.adapters.topology import Subscription
from shared.ports import Body

PROJECT: Final = "local"
DEAD_LETTER_PREFIX: Final = "CloudPubSubDeadLetterSource"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to hand one message to one function.

    `text` is the message's body as JSON. `sequence` and `lease` name this attempt among all: what a holder
    does with a delivery counts only while the queue's entry `sequence` still carries the same `lease`.
    """

    sequence: int
    lease: int
    lease_ends: datetime
    function: str
    topic: str
    message_id: str
    published_at: datetime
    attributes: Mapping[str, str]
    text: str
    attempt: int

    @property
    def body(self) -> Body:
        """Return the message's body."""
        body: Body = json.loads(self.text)
        return body


class Outcome(Enum):
    """What a consumer says of a delivery."""

    ACKNOWLEDGED = auto()  # done: the message is gone
    REJECTED = auto()  # failed: again after a back-off, or to the dead-letter topic
    RELEASED = auto()  # never tried: again at once, and the attempt is not counted


Settlement = tuple[Delivery, Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaos:
    """What a bus may do to a message that no test should rely on it not doing.

    `duplicate` delivers every message twice; `shuffle_seed` delivers in an order drawn from that seed.
    """

    duplicate: bool = False
    shuffle_seed: int | None = None


class Queue(Protocol):
    """An embedded bus: the port `Bus`, and the consuming side that the runners use."""

    def publish(self, topic: str, body: Body) -> str:
        """Publish to every subscription of the topic; return the message id. Raises InvalidInput on no such topic."""

    def receive(self, functions: Collection[str] | None, limit: int) -> list[Delivery]:
        """Lease at most `limit` due messages of `functions` (None: of all), the longest due first."""

    def acknowledge(self, delivery: Delivery) -> None:
        """Remove the message, unless it has been delivered again since."""

    def reject(self, delivery: Delivery) -> None:
        """Have the message redelivered after its back-off, or dead-lettered, unless it has been delivered again."""

    def exchange(
        self, settlements: Sequence[Settlement], functions: Collection[str] | None, limit: int
    ) -> list[Delivery]:
        """Settle deliveries and lease new ones in one step; return the new ones."""

    def end_leases(self) -> int:
        """End every lease now; return how many. For a consumer that knows it is the only one."""

    def depth(self) -> dict[str, int]:
        """Return the messages waiting, backing off or leased, by function; no zeros."""

    def idle(self) -> bool:
        """Return whether there is no message at all."""

    def next_due(self) -> datetime | None:
        """Return when the next message may be leased (it may be past), or None when there is none."""


def dead_letter_attributes(delivery: Delivery, subscription: Subscription) -> dict[str, str]:
    """Return the attributes of a dead-lettered message: its own and where it comes from, named as Pub/Sub does."""
    return {
        **delivery.attributes,
        f"{DEAD_LETTER_PREFIX}DeliveryCount": str(delivery.attempt),
        f"{DEAD_LETTER_PREFIX}Subscription": subscription.name,
        f"{DEAD_LETTER_PREFIX}SubscriptionProject": PROJECT,
        f"{DEAD_LETTER_PREFIX}TopicPublishTime": timestamp_text(delivery.published_at),
    }


def timestamp_text(moment: datetime) -> str:
    """Return a UTC time as Pub/Sub writes it: RFC 3339 ending in Z."""
    return moment.isoformat().replace("+00:00", "Z")
