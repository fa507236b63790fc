"""The buses as the functions see them: published to on one side, pushing on the other."""

from collections import defaultdict
from typing import Protocol

from shared.adapters.embedded.delivery import Delivery, Queue
from shared.adapters.embedded.memory import EPOCH, VirtualClock
from shared.adapters.gcp.bus import PubSubBus
from shared.ports import Body
from tests.contract.bus_topology import bus_topology
from tests.emulators.push_receiver import Answer, Push, PushReceiver

# Pub/Sub's shortest deadline and fewest attempts.
DEADLINE_SECONDS = 10
PATIENCE_SECONDS = 40.0
TOPOLOGY = bus_topology(DEADLINE_SECONDS, 0.1, 1)


class PushingBus(Protocol):
    """What the contract asks of a bus."""

    def publish(self, topic: str, body: Body) -> str:
        """Publish; return the message id."""

    def script(self, function: str, *answers: Answer) -> None:
        """Say what the next pushes to a function are answered; TAKEN when nothing was said."""

    def pushes(self, function: str, count: int) -> list[Push]:
        """Return all pushes to a function so far, once there are `count` or no more will come."""


class PulledBus:
    """An embedded bus under a clock that moves to whatever is due next."""

    def __init__(self, queue: Queue, clock: VirtualClock) -> None:
        self._queue, self._clock = queue, clock
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._pushes: dict[str, list[Push]] = defaultdict(list)

    def publish(self, topic: str, body: Body) -> str:
        return self._queue.publish(topic, body)

    def script(self, function: str, *answers: Answer) -> None:
        self._answers[function] += answers

    def pushes(self, function: str, count: int) -> list[Push]:
        while len(self._pushes[function]) < count:
            due = self._queue.next_due()
            if due is None:
                break
            self._clock.set(max(due, self._clock.now()))
            for delivery in self._queue.receive(None, 100):
                self._push(delivery)
        return list(self._pushes[function])

    def _push(self, delivery: Delivery) -> None:
        push = Push(
            function=delivery.function,
            topic=delivery.topic,
            subscription=f"{delivery.function}.{delivery.topic}",
            message_id=delivery.message_id,
            body=delivery.body,
            attributes=delivery.attributes,
            at=(self._clock.now() - EPOCH).total_seconds(),
        )
        self._pushes[delivery.function].append(push)
        answers = self._answers[delivery.function]
        answer = answers.pop(0) if answers else Answer.TAKEN
        if answer is Answer.TAKEN:
            self._queue.acknowledge(delivery)
        elif answer is Answer.FAILED:
            self._queue.reject(delivery)


class PushedBus:
    """Pub/Sub, pushing to a receiver over HTTP."""

    def __init__(self, bus: PubSubBus, receiver: PushReceiver) -> None:
        self._bus, self._receiver = bus, receiver

    def publish(self, topic: str, body: Body) -> str:
        return self._bus.publish(topic, body)

    def script(self, function: str, *answers: Answer) -> None:
        self._receiver.script(function, *answers)

    def pushes(self, function: str, count: int) -> list[Push]:
        return self._receiver.pushes(function, count, PATIENCE_SECONDS)
