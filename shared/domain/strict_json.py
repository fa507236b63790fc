"""JSON from outside, held to what every reader of it takes alike and every store of ours can keep."""

import json
import math
from typing import Any, Final

# Deeper than any message, and far from where Python's own recursion ends.
NESTING_MAX: Final = 16


def strict_json(content: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises ValueError saying what is wrong: not UTF-8, not JSON, a name twice in one object, NaN or a number beyond
    every float, half a surrogate pair, or lists and objects within each other deeper than NESTING_MAX.
    """
    try:
        value = _decode(content.decode())
    except RecursionError as error:
        raise ValueError(f"nested deeper than {NESTING_MAX}") from error
    _check(value, 0)
    return value


def _check(value: Any, depth: int) -> None:
    if depth > NESTING_MAX:
        raise ValueError(f"nested deeper than {NESTING_MAX}")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number out of range")
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)
    elif isinstance(value, dict):
        for name, each in value.items():
            name.encode()
            _check(each, depth + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _constant(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON's")


_decode: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant).decode
