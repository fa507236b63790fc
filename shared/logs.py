"""Structured logs: a constant action and its fields, one JSON object a line."""

import json
import logging
import sys
from typing import Final

_LOGGER: Final = logging.getLogger("lookback")


def log(action: str, **fields: object) -> None:
    """Log one action with its fields (`unit`, `backfill_id`, `attempt`, ...)."""
    if _LOGGER.isEnabledFor(logging.INFO):
        _LOGGER.info(json.dumps({"action": action, **fields}, default=str, ensure_ascii=False))


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
