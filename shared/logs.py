"""Structured logs: a constant action and its fields, one JSON object a line; `log_actions` is their vocabulary."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from shared.domain.units import Unit
from shared.log_actions import ACTIONS

_LOGGER: Final = logging.getLogger("lookback")
# Where nobody asked for the log, as in a verb at a terminal, Python would write warnings to standard error.
_LOGGER.addHandler(logging.NullHandler())
_BOUND: Final[ContextVar[Mapping[str, object]]] = ContextVar("bound", default={})  # noqa: B039
# The names under which Cloud Logging takes an entry into a trace.
TRACE: Final = "logging.googleapis.com/trace"
SPAN: Final = "logging.googleapis.com/spanId"
SAMPLED: Final = "logging.googleapis.com/trace_sampled"


def log(action: str, **fields: object) -> None:
    """Log one action of the vocabulary with its fields (`phase`, `attempt`, ...) and those bound around it."""
    level = ACTIONS[action].severity_of(fields)
    if _LOGGER.isEnabledFor(level):
        entry = {"action": action, **_BOUND.get(), **fields}
        _LOGGER.log(level, json.dumps(entry, default=str, ensure_ascii=False))


def of_unit(unit: Unit) -> dict[str, Any]:
    """Return the fields by which an entry names a unit and its attempt."""
    return {"phase": unit.phase, "game_date": unit.game_date.isoformat(), "attempt": unit.attempts}


@contextmanager
def bound(fields: Mapping[str, object]) -> Iterator[None]:
    """Have every action that this thread logs inside carry these fields, as they are at that moment."""
    token = _BOUND.set(fields)
    try:
        yield
    finally:
        _BOUND.reset(token)


def log_to_stdout(project: str = "") -> None:
    """Have every action written to standard output, as Cloud Logging reads it.

    That is with `severity` and `message`, and with the trace as a resource of `project`, where one is named.
    """
    if any(isinstance(handler, logging.StreamHandler) for handler in _LOGGER.handlers):
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(project))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)


class JsonLines(logging.Formatter):
    """Writes one JSON object a line, with `time`, `severity` and `message` in front, whoever logged it."""

    def __init__(self, project: str = "") -> None:
        super().__init__()
        self._project = project

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat()
        entry: dict[str, Any] = {"time": moment, "severity": record.levelname}
        if record.name != _LOGGER.name:
            entry |= {"message": record.getMessage(), "logger": record.name}
            if record.exc_info:
                entry["exception"] = self.formatException(record.exc_info)
            return json.dumps(entry, ensure_ascii=False)
        fields = json.loads(record.getMessage())
        entry |= {"message": fields["action"], **fields}
        if self._project and "trace" in fields:
            entry[TRACE] = f"projects/{self._project}/traces/{fields['trace']}"
            entry[SPAN], entry[SAMPLED] = fields["span"], True
        return json.dumps(entry, ensure_ascii=False)
