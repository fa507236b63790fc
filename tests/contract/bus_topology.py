"""The topics and functions that the buses' contracts are written about."""

from shared.adapters.topology import Subscription, Topic, Topology

ATTEMPTS = 5
ROUTES = (("analyse", "raw"), ("coordinate", "done"), ("predict", "done"), ("dead_letter", "dead-letters"))


def bus_topology(deadline_seconds: float, retry_minimum_seconds: float, retry_maximum_seconds: float) -> Topology:
    """Return a topology whose subscriptions all wait so long; nobody takes `alerts`."""
    return Topology(
        topics={name: Topic(name=name, message="any") for name in ("raw", "done", "dead-letters", "alerts")},
        functions={},
        subscriptions=tuple(
            Subscription(
                function=function,
                topic=topic,
                ack_deadline_seconds=deadline_seconds,
                retry_minimum_seconds=retry_minimum_seconds,
                retry_maximum_seconds=retry_maximum_seconds,
                max_delivery_attempts=ATTEMPTS,
                dead_letter_topic=None if topic == "dead-letters" else "dead-letters",
            )
            for function, topic in ROUTES
        ),
    )
