"""A body as the JSON text that is kept and sent."""

import json
from collections.abc import Mapping
from typing import Any, Final


def encode(body: Mapping[str, Any]) -> str:
    """Return a body as compact JSON text. Raises TypeError for a value that JSON does not know."""
    return _ENCODER.encode(body)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON: {value!r}")


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), default=_plain)
