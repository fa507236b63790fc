"""The ports in memory, for simulations: single-threaded bus, store, and a clock that moves when told."""

import json
import threading
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from shared.adapters.embedded.delivery import Chaos, Delivery, Outcome, Settlement, dead_letter_attributes
from shared.adapters.json_text import encode
from shared.adapters.topology import Subscription, Topology
from shared.domain.errors import Conflict, InvalidInput
from shared.ports import Body, Clock, Document, Write
from shared.tracing import published_with

EPOCH: Final = datetime(2024, 10, 22, tzinfo=UTC)


class VirtualClock:
    """The port `Clock`, standing still until it is advanced or set."""

    def __init__(self, start: datetime = EPOCH) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time it was last moved to, timezone-aware UTC."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time on by so many seconds."""
        self._now += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Move the time to `moment`, forwards or backwards, as a machine's clock may."""
        self._now = moment


class MemoryStore:
    """The port `Store` in memory; documents are kept as text, so no caller can change one by holding it.

    `on_commit` is called with the writes of every commit right after it took effect; what it raises
    reaches the writer. Simulations check their invariants there.
    """

    def __init__(self, on_commit: Callable[[Sequence[Write]], None] | None = None) -> None:
        self._documents: dict[str, tuple[int, str]] = {}
        self._keys: list[str] = []
        self._on_commit = on_commit
        self._turn = threading.RLock()

    def get(self, key: str) -> Document | None:
        """Return the document, or None."""
        with self._turn:
            return self._document(key) if key in self._documents else None

    def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        """Return the documents that exist among `keys`, by key, of one moment."""
        with self._turn:
            return {key: self._document(key) for key in keys if key in self._documents}

    def scan(self, first: str, last: str) -> Iterator[Document]:
        """Yield documents with first <= key <= last, ascending by key; the keys are those of the first step."""
        with self._turn:
            keys = self._keys[bisect_left(self._keys, first) : bisect_right(self._keys, last)]
        for key in keys:
            yield self._document(key)

    def revisions(self, first: str, last: str) -> dict[str, int]:
        """Return the revision of each document with first <= key <= last, by key, without reading bodies."""
        with self._turn:
            keys = self._keys[bisect_left(self._keys, first) : bisect_right(self._keys, last)]
            return {key: self._documents[key][0] for key in keys}

    def count(self, first: str, last: str, field: str, value: str) -> int:
        """Return how many documents with first <= key <= last have the text `value` in `field`."""
        return sum(document.body.get(field) == value for document in self.scan(first, last))

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        """Apply all writes or none; return the new revision of each key.

        Raises Conflict naming the key that exists or moved, InvalidInput when a key is written twice.
        """
        encoded = {write.key: encode(write.body) for write in writes}
        if len(encoded) != len(writes):
            raise InvalidInput("writes", [write.key for write in writes], "every key once in a batch")
        with self._turn:
            for write in writes:
                self._check(write)
            for write in writes:
                if write.revision is None:
                    insort(self._keys, write.key)
                self._documents[write.key] = ((write.revision or 0) + 1, encoded[write.key])
            if self._on_commit is not None:
                self._on_commit(writes)
        return {write.key: (write.revision or 0) + 1 for write in writes}

    def _document(self, key: str) -> Document:
        revision, text = self._documents[key]
        return Document(key=key, revision=revision, body=json.loads(text))

    def _check(self, write: Write) -> None:
        known = self._documents.get(write.key)
        if write.revision is None and known is not None:
            raise Conflict(f"{write.key}: exists already")
        if write.revision is not None and (known is None or known[0] != write.revision):
            raise Conflict(f"{write.key}: revision {write.revision} is not the current one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message's place in the queue: its latest delivery, when it may be leased, whether it is."""

    delivery: Delivery
    due: datetime
    leased: bool


class MemoryBus:
    """The port `Bus` and the contract `Queue` in memory, for one thread; the same calls give the same order."""

    def __init__(
        self, topology: Topology, clock: Clock, *, backoff_scale: float = 1.0, chaos: Chaos | None = None
    ) -> None:
        self._by_topic = topology.by_topic()
        self._by_route = topology.by_route()
        self._clock = clock
        self._backoff_scale = backoff_scale
        self._copies = 2 if chaos is not None and chaos.duplicate else 1
        self._shuffle = None if chaos is None or chaos.shuffle_seed is None else Random(chaos.shuffle_seed)
        self._entries: dict[int, Entry] = {}
        self._sequence = 0
        self._messages = 0

    def publish(self, topic: str, body: Body) -> str:
        """Publish to every subscription of the topic; return the message id. Raises InvalidInput on no such topic."""
        if topic not in self._by_topic:
            raise InvalidInput("topic", topic, f"one of {', '.join(self._by_topic)}")
        return self._insert(topic, published_with(body), encode(body))

    def receive(self, functions: Collection[str] | None, limit: int) -> list[Delivery]:
        """Lease at most `limit` due messages of `functions` (None: of all), the longest due or drawn by the seed."""
        now = self._clock.now()
        due = [
            entry
            for entry in self._entries.values()
            if entry.due <= now and (functions is None or entry.delivery.function in functions)
        ]
        if self._shuffle is None:
            due.sort(key=lambda entry: (entry.due, entry.delivery.sequence))
        elif limit == 1 and due:
            due = [self._shuffle.choice(due)]
        else:
            self._shuffle.shuffle(due)
        leased = [self._lease(entry, now) for entry in due[: max(limit, 0)]]
        return [delivery for delivery in leased if delivery is not None]

    def acknowledge(self, delivery: Delivery) -> None:
        """Remove the message, unless it has been delivered again since."""
        if self._holds(delivery):
            del self._entries[delivery.sequence]

    def reject(self, delivery: Delivery) -> None:
        """Have the message redelivered after its back-off, or dead-lettered, unless it has been delivered again."""
        if not self._holds(delivery):
            return
        subscription = self._by_route[delivery.function, delivery.topic]
        if subscription.gives_up(delivery.attempt):
            self._dead_letter(delivery, subscription)
            return
        wait = timedelta(seconds=self._backoff_scale * subscription.retry_seconds(delivery.attempt))
        self._entries[delivery.sequence] = Entry(delivery=delivery, due=self._clock.now() + wait, leased=False)

    def exchange(
        self, settlements: Sequence[Settlement], functions: Collection[str] | None, limit: int
    ) -> list[Delivery]:
        """Settle deliveries and lease at most `limit` new ones; return the new ones."""
        for delivery, outcome in settlements:
            if outcome is Outcome.ACKNOWLEDGED:
                self.acknowledge(delivery)
            elif outcome is Outcome.REJECTED:
                self.reject(delivery)
            elif self._holds(delivery):
                untried = replace(delivery, attempt=delivery.attempt - 1)
                self._entries[delivery.sequence] = Entry(delivery=untried, due=self._clock.now(), leased=False)
        return self.receive(functions, limit)

    def end_leases(self) -> int:
        """End every lease now; return how many. For a consumer that knows it is the only one."""
        ended = {
            sequence: replace(entry, due=self._clock.now(), leased=False)
            for sequence, entry in self._entries.items()
            if entry.leased
        }
        self._entries.update(ended)
        return len(ended)

    def depth(self) -> dict[str, int]:
        """Return the messages waiting, backing off or leased, by function; no zeros."""
        return dict(sorted(Counter(entry.delivery.function for entry in self._entries.values()).items()))

    def idle(self) -> bool:
        """Return whether there is no message at all."""
        return not self._entries

    def next_due(self) -> datetime | None:
        """Return when the next message may be leased (it may be past), or None when there is none."""
        return min((entry.due for entry in self._entries.values()), default=None)

    def _holds(self, delivery: Delivery) -> bool:
        entry = self._entries.get(delivery.sequence)
        return entry is not None and entry.delivery.lease == delivery.lease

    def _insert(self, topic: str, attributes: dict[str, str], text: str) -> str:
        now = self._clock.now()
        self._messages += 1
        for subscription in self._by_topic[topic] * self._copies:
            self._sequence += 1
            delivery = Delivery(
                sequence=self._sequence,
                lease=0,
                lease_ends=now,
                function=subscription.function,
                topic=topic,
                message_id=str(self._messages),
                published_at=now,
                attributes=attributes,
                text=text,
                attempt=0,
            )
            self._entries[self._sequence] = Entry(delivery=delivery, due=now, leased=False)
        return str(self._messages)

    def _lease(self, entry: Entry, now: datetime) -> Delivery | None:
        before = entry.delivery
        subscription = self._by_route[before.function, before.topic]
        if subscription.gives_up(before.attempt):
            self._dead_letter(before, subscription)
            return None
        ends = now + timedelta(seconds=subscription.ack_deadline_seconds)
        delivery = replace(before, lease=before.lease + 1, lease_ends=ends, attempt=before.attempt + 1)
        self._entries[before.sequence] = Entry(delivery=delivery, due=ends, leased=True)
        return delivery

    def _dead_letter(self, delivery: Delivery, subscription: Subscription) -> None:
        del self._entries[delivery.sequence]
        if subscription.dead_letter_topic is not None:
            attributes = dead_letter_attributes(delivery, subscription)
            self._insert(subscription.dead_letter_topic, attributes, delivery.text)
