"""The message bus as a durable queue in one SQLite file."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from shared.adapters.embedded.delivery import Chaos, Delivery, Outcome, Settlement, dead_letter_attributes
from shared.adapters.embedded.sqlite import connect, storage_error
from shared.adapters.json_text import encode
from shared.adapters.topology import Subscription, Topology
from shared.domain.errors import InvalidInput
from shared.ports import Body, Clock
from shared.tracing import published_with

# How far apart in time a shuffling bus may move messages that were published together.
SHUFFLE_SPREAD_SECONDS: Final = 0.05

# `due` is when an entry may be leased: at once, after its back-off, or when its lease ends. AUTOINCREMENT,
# because a sequence that is used again would let a late acknowledgement remove another message.
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS delivery (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    function TEXT NOT NULL,
    topic TEXT NOT NULL,
    message_id TEXT NOT NULL,
    published REAL NOT NULL,
    attributes TEXT NOT NULL,
    body TEXT NOT NULL,
    deadline_seconds REAL NOT NULL,
    due REAL NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    lease INTEGER NOT NULL DEFAULT 0,
    leased INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due)
"""
COLUMNS: Final = 8
INSERT: Final = (
    "INSERT INTO delivery (function, topic, message_id, published, attributes, body, deadline_seconds, due) VALUES "
)
LEASE: Final = """
UPDATE delivery SET attempt = attempt + 1, lease = lease + 1, leased = 1, due = :now + deadline_seconds
WHERE sequence IN (SELECT sequence FROM delivery WHERE due <= :now {among} ORDER BY due, sequence LIMIT :limit)
RETURNING sequence, lease, due, function, topic, message_id, published, attributes, body, attempt
"""
AMONG: Final = "AND function IN (SELECT value FROM json_each(:functions))"
LEASE_ANY: Final = LEASE.format(among="")
LEASE_AMONG: Final = LEASE.format(among=AMONG)
DELETE: Final = "DELETE FROM delivery WHERE sequence = ? AND lease = ?"
POSTPONE: Final = "UPDATE delivery SET leased = 0, due = ? WHERE sequence = ? AND lease = ?"
RELEASE: Final = "UPDATE delivery SET leased = 0, attempt = attempt - 1, due = ? WHERE sequence = ? AND lease = ?"
END_LEASES: Final = "UPDATE delivery SET leased = 0, due = ? WHERE leased = 1"
DEPTH: Final = "SELECT function, COUNT(*) FROM delivery GROUP BY function ORDER BY function"
NEXT_DUE: Final = "SELECT due FROM delivery ORDER BY due LIMIT 1"


class SqliteBus:
    """The port `Bus` and the contract `Queue` over one SQLite file, for any number of threads and processes.

    `backoff_scale` multiplies the declared retry waits, which are meant for a cloud. Threads share one
    connection in turns: a queue has writes only, and one connection keeps its pages cached between them.
    """

    def __init__(
        self, path: Path, topology: Topology, clock: Clock, *, backoff_scale: float = 1.0, chaos: Chaos | None = None
    ) -> None:
        self._path = path
        self._by_topic = topology.by_topic()
        self._by_route = topology.by_route()
        self._clock = clock
        self._backoff_scale = backoff_scale
        self._copies = 2 if chaos is not None and chaos.duplicate else 1
        self._shuffle = None if chaos is None or chaos.shuffle_seed is None else Random(chaos.shuffle_seed)
        self._turn = threading.Lock()
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._connection = connect(path, SCHEMA)

    def publish(self, topic: str, body: Body) -> str:
        """Publish to every subscription of the topic, durable when it returns; return the message id.

        Raises InvalidInput on an undeclared topic, StorageUnavailable, Retryable.
        """
        if topic not in self._by_topic:
            raise InvalidInput("topic", topic, f"one of {', '.join(self._by_topic)}")
        message_id = secrets.token_hex(8)
        text = encode(body)
        with self._turn:
            try:
                self._insert(topic, message_id, json.dumps(published_with(body)), text)
            except sqlite3.Error as error:
                raise storage_error(self._path, error) from error
        for listener in self._listeners:
            listener()
        return message_id

    def on_publish(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after every publish of this process, on the publisher's thread."""
        self._listeners = (*self._listeners, listener)

    def receive(self, functions: Collection[str] | None, limit: int) -> list[Delivery]:
        """Lease at most `limit` due messages of `functions` (None: of all), the longest due first."""
        return self.exchange((), functions, limit)

    def acknowledge(self, delivery: Delivery) -> None:
        """Remove the message, unless it has been delivered again since."""
        self.exchange(((delivery, Outcome.ACKNOWLEDGED),), None, 0)

    def reject(self, delivery: Delivery) -> None:
        """Have the message redelivered after its back-off, or dead-lettered, unless it has been delivered again."""
        self.exchange(((delivery, Outcome.REJECTED),), None, 0)

    def exchange(
        self, settlements: Sequence[Settlement], functions: Collection[str] | None, limit: int
    ) -> list[Delivery]:
        """Settle deliveries and lease at most `limit` new ones, in one transaction; return the new ones.

        Raises StorageUnavailable, Retryable; then nothing was settled and nothing leased.
        """
        now = self._now()
        if not settlements and not self._due(now):
            return []
        with self._transaction():
            self._settle(settlements, now)
            return self._lease(functions, limit, now) if limit > 0 else []

    def end_leases(self) -> int:
        """End every lease now; return how many. For a consumer that knows it is the only one."""
        now = self._now()
        with self._transaction():
            return self._connection.execute(END_LEASES, (now,)).rowcount

    def depth(self) -> dict[str, int]:
        """Return the messages waiting, backing off or leased, by function; no zeros."""
        return dict(self._rows(DEPTH))

    def idle(self) -> bool:
        """Return whether there is no message at all."""
        return not self._rows(NEXT_DUE)

    def next_due(self) -> datetime | None:
        """Return when the next message may be leased (it may be past), or None when there is none."""
        rows = self._rows(NEXT_DUE)
        return datetime.fromtimestamp(rows[0][0], UTC) if rows else None

    def close(self) -> None:
        """Close the file; the bus is not used afterwards."""
        self._connection.close()

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _due(self, now: float) -> bool:
        rows = self._rows(NEXT_DUE)
        return bool(rows) and rows[0][0] <= now

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self._turn:
            try:
                return self._connection.execute(statement).fetchall()
            except sqlite3.Error as error:
                raise storage_error(self._path, error) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._turn:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise storage_error(self._path, error) from error
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _insert(self, topic: str, message_id: str, attributes: str, text: str) -> None:
        now = self._now()
        values: list[object] = []
        for item in self._by_topic[topic] * self._copies:
            due = now if self._shuffle is None else now + self._shuffle.uniform(0.0, SHUFFLE_SPREAD_SECONDS)
            values += (item.function, topic, message_id, now, attributes, text, item.ack_deadline_seconds, due)
        if values:
            row = f"({', '.join('?' * COLUMNS)})"
            self._connection.execute(INSERT + ", ".join([row] * (len(values) // COLUMNS)), values)

    def _lease(self, functions: Collection[str] | None, limit: int, now: float) -> list[Delivery]:
        parameters: dict[str, object] = {"now": now, "limit": limit}
        if functions is not None:
            parameters["functions"] = json.dumps(sorted(functions))
        rows = self._connection.execute(LEASE_ANY if functions is None else LEASE_AMONG, parameters).fetchall()
        leased = [_delivery(row) for row in rows]
        if self._shuffle is None:
            leased.sort(key=lambda delivery: delivery.sequence)
        else:
            self._shuffle.shuffle(leased)
        return [delivery for delivery in leased if not self._spent(delivery)]

    def _spent(self, delivery: Delivery) -> bool:
        # A lease that ended without an answer is an attempt too, and this is where it is noticed. The message
        # of a subscription that is no longer declared stays in the queue: dropping it is not ours to decide.
        subscription = self._by_route.get((delivery.function, delivery.topic))
        if subscription is None:
            return True
        earlier = delivery.attempt - 1
        if subscription.gives_up(earlier):
            self._dead_letter(replace(delivery, attempt=earlier), subscription)
            return True
        return False

    def _settle(self, settlements: Sequence[Settlement], now: float) -> None:
        done = []
        for delivery, outcome in settlements:
            if outcome is Outcome.ACKNOWLEDGED:
                done.append((delivery.sequence, delivery.lease))
            elif outcome is Outcome.RELEASED:
                self._connection.execute(RELEASE, (now, delivery.sequence, delivery.lease))
            else:
                self._reject(delivery, now)
        if done:
            self._connection.executemany(DELETE, done)

    def _reject(self, delivery: Delivery, now: float) -> None:
        subscription = self._by_route[delivery.function, delivery.topic]
        if subscription.gives_up(delivery.attempt):
            self._dead_letter(delivery, subscription)
            return
        due = now + self._backoff_scale * subscription.retry_seconds(delivery.attempt)
        self._connection.execute(POSTPONE, (due, delivery.sequence, delivery.lease))

    def _dead_letter(self, delivery: Delivery, subscription: Subscription) -> None:
        removed = self._connection.execute(DELETE, (delivery.sequence, delivery.lease)).rowcount
        if removed and subscription.dead_letter_topic is not None:
            attributes = json.dumps(dead_letter_attributes(delivery, subscription))
            self._insert(subscription.dead_letter_topic, secrets.token_hex(8), attributes, delivery.text)


def _delivery(row: tuple[Any, ...]) -> Delivery:
    sequence, lease, due, function, topic, message_id, published, attributes, text, attempt = row
    return Delivery(
        sequence=sequence,
        lease=lease,
        lease_ends=datetime.fromtimestamp(due, UTC),
        function=function,
        topic=topic,
        message_id=message_id,
        published_at=datetime.fromtimestamp(published, UTC),
        attributes={} if attributes == "{}" else json.loads(attributes),
        text=text,
        attempt=attempt,
    )
