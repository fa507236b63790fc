"""Structured logs: a constant action and its fields, one JSON object a line."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_LOGGER: Final = logging.getLogger("lookback")
_BOUND: Final[ContextVar[Mapping[str, object]]] = ContextVar("bound", default={})  # noqa: B039


def log(action: str, **fields: object) -> None:
    """Log one action with its fields (`unit`, `attempt`, ...) and those bound around it."""
    if _LOGGER.isEnabledFor(logging.INFO):
        entry = {"action": action, **_BOUND.get(), **fields}
        _LOGGER.info(json.dumps(entry, default=str, ensure_ascii=False))


@contextmanager
def bound(fields: Mapping[str, object]) -> Iterator[None]:
    """Have every action that this thread logs inside carry these fields, as they are at that moment."""
    token = _BOUND.set(fields)
    try:
        yield
    finally:
        _BOUND.reset(token)


def log_to_stdout() -> None:
    """Have every action written to standard output, with the `severity` and `message` that Cloud Logging reads."""
    if _LOGGER.handlers:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_CloudFormatter())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)


class _CloudFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = json.loads(record.getMessage())
        return json.dumps({"severity": record.levelname, "message": fields["action"], **fields}, ensure_ascii=False)
