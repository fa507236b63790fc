"""What the system did not take: messages that can never succeed, and those whose deliveries were spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.service.app import App


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A message that could never succeed: when it came on which topic, why it was refused, its content."""

    at: str
    topic: str
    error: str
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message whose deliveries, or its unit's attempts, were spent: when that was taken in, and its body.

    `subscription` is the one it comes from, empty where the ledger ran out of attempts first.
    """

    at: str
    subscription: str
    message: Mapping[str, Any]


def rejections(app: App) -> list[Rejection]:
    """Return the rejected messages, latest first."""
    bodies = [document.body for document in app.ledger.store.scan("rejections/", "rejections/~")]
    return sorted((Rejection(**body) for body in bodies), key=lambda each: each.at, reverse=True)


def dead_letters(app: App) -> list[DeadLetter]:
    """Return the dead letters, latest first."""
    bodies = [document.body for document in app.ledger.store.scan("dead_letters/", "dead_letters/~")]
    return sorted((DeadLetter(**body) for body in bodies), key=lambda each: each.at, reverse=True)
