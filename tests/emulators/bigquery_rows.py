"""Newline-delimited JSON as a load job reads it: strictly, each fault named by row position and field."""

import json
import math
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_tables import Layout

READING = "Error while reading data, error message:"
GIVING_UP = (
    "JSON table encountered too many errors, giving up. Rows: {}; errors: 1. "
    "Please look into the errors[] collection for more details."
)
INT64 = range(-(2**63), 2**63)
_WHOLE = re.compile(r"[+-]?\d+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadValue(Exception):
    """A value or row that does not fit; the text is what BigQuery says about it."""


def parse_rows(content: bytes, layout: Layout) -> list[dict[str, Any]]:
    """Return the rows of a file, each with every column. Raises Refused naming the first fault as BigQuery does."""
    rows = []
    for position, line in _lines(content):
        try:
            rows.append(row_of(_object(line), layout))
        except BadValue as problem:
            detail = f"{READING} JSON parsing error in row starting at position {position}: {problem}"
            raise Refused("invalid", f"{READING} {GIVING_UP.format(len(rows) + 1)}", more=(detail,)) from problem
    return rows


def row_of(values: dict[str, Any], layout: Layout) -> dict[str, Any]:
    """Return a row with every column of the table, values normalised. Raises BadValue."""
    for name in values:
        if name not in layout.columns:
            raise BadValue(f"No such field: {name}.")
    return {name: _value(name, kind, values.get(name), layout) for name, kind in layout.columns.items()}


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    for line in content.split(b"\n"):
        if line.strip():
            yield position, line
        position += len(line) + 1


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_constant=_no_constant)
    except ValueError as error:
        raise BadValue(f"Parser terminated before end of string ({error})") from error
    if not isinstance(found, dict):
        raise BadValue("Start of object expected")
    return found


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def _value(name: str, kind: str, value: Any, layout: Layout) -> Any:
    if value is None:
        if name in layout.required:
            raise BadValue(f"Only optional fields can be set to NULL. Field: {name}; Value: NULL")
        return None
    convert = _CONVERT.get(kind)
    if convert is None:
        raise BadValue(f"the proxy loads no {kind}. Field: {name}")
    try:
        return convert(value)
    except ValueError as error:
        expected = kind.lower()
        raise BadValue(f"Could not convert value to {expected}. Field: {name}; Value: {json.dumps(value)}") from error


def _integer(value: Any) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if type(value) is not int or value not in INT64:
        raise ValueError(value)
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, str):
        value = float(value)
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if type(value) is not bool:
        raise ValueError(value)
    return bool(value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _date(value: Any) -> str:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError(value)
    return date.fromisoformat(value).isoformat()


def _timestamp(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    text = value.replace(" UTC", "+00:00")
    return datetime.fromisoformat(text).isoformat()


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "INTEGER": _integer,
    "FLOAT": _float,
    "BOOLEAN": _boolean,
    "STRING": _string,
    "DATE": _date,
    "TIMESTAMP": _timestamp,
}
