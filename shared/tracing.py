"""Trace context of messages: one backfill is one trace, one handling of a message one span of it.

The trace of a backfill is worked out from its id, so that what any function logs of it belongs together without a
record being kept. What a message carries is the span that published it, as the attribute `traceparent` in the form
of W3C Trace Context (version 00).
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

TRACEPARENT: Final = "traceparent"
TRACE_DIGITS: Final = 32
SPAN_BYTES: Final = 8
SAMPLED: Final = "01"
TRACES_REMEMBERED: Final = 1024
_PATTERN: Final = re.compile(r"00-(?P<trace>(?!0{32})[0-9a-f]{32})-(?P<span>(?!0{16})[0-9a-f]{16})-[0-9a-f]{2}")
_CURRENT: Final[ContextVar["Span | None"]] = ContextVar("span", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One handling of a message: its trace (32 hexadecimal digits), its own id (16), and its parent's or nothing."""

    trace: str
    id: str
    parent: str = ""

    def fields(self) -> dict[str, str]:
        """Return what every action logged inside carries of it."""
        return {"trace": self.trace, "span": self.id, "parent_span": self.parent}


@lru_cache(maxsize=TRACES_REMEMBERED)
def trace_of(name: str) -> str:
    """Return the trace of a backfill, or of a message that began without one, from its id."""
    return sha256(name.encode()).hexdigest()[:TRACE_DIGITS]


@contextmanager
def handling(attributes: Mapping[str, Any], backfill_id: str, message_id: str) -> Iterator[Span]:
    """Have what this thread logs and publishes inside belong to a new span of the message's trace.

    A message of a backfill belongs to the backfill's trace. Another goes on with the trace that it carries, or
    begins one of its own: the request without an id becomes the backfill that is named by its message.
    """
    carried = _PATTERN.fullmatch(str(attributes.get(TRACEPARENT, "")))
    begun = carried["trace"] if carried is not None else trace_of(message_id)
    trace = trace_of(backfill_id) if backfill_id else begun
    parent = carried["span"] if carried is not None and carried["trace"] == trace else ""
    span = Span(trace=trace, id=secrets.token_hex(SPAN_BYTES), parent=parent)
    token = _CURRENT.set(span)
    try:
        yield span
    finally:
        _CURRENT.reset(token)


def published_with(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes that a message published now carries: its `traceparent`, where a span is under way.

    A message of another backfill than the one that is handled begins at the root of its own trace.
    """
    span = _CURRENT.get()
    name = body.get("backfill_id") or body.get("request_id")
    if span is None or (name and trace_of(name) != span.trace):
        return {}
    return {TRACEPARENT: f"00-{span.trace}-{span.id}-{SAMPLED}"}
