"""Structured logs: a constant action and its fields, one JSON object a line on stderr."""

import json
import logging

_LOGGER = logging.getLogger("lookback")


def log(action: str, **fields: object) -> None:
    """Log one action with its fields (`unit`, `backfill_id`, `attempt`, ...)."""
    if _LOGGER.isEnabledFor(logging.INFO):
        _LOGGER.info(json.dumps({"action": action, **fields}, default=str, ensure_ascii=False))
