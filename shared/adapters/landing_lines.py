"""Landing files as bytes, and the line to blame when a warehouse cannot read one."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import fsspec

from shared.adapters.table_schemas import TableSchema, TableSchemas
from shared.domain.errors import MalformedLanding, StorageUnavailable
from shared.domain.landing_format import SHOWN_CHARACTERS_MAX


def landing_content(url: str) -> bytes:
    """Return a landing file's bytes. Raises MalformedLanding when it is missing, StorageUnavailable."""
    try:
        filesystem, path = fsspec.core.url_to_fs(url)
        content: bytes = filesystem.cat_file(path)
    except FileNotFoundError as error:
        raise MalformedLanding(url, 0, "no such file") from error
    except OSError as error:
        raise StorageUnavailable(f"cannot read {url}: {error}") from error
    return content


def landing_fault(external: Mapping[str, str], schemas: TableSchemas) -> MalformedLanding | None:
    """Return the first line of a job's landing files that does not have its declared types, or None."""
    for name, url in external.items():
        fault = line_fault(url, landing_content(url), schemas.landing_file(name))
        if fault is not None:
            return fault
    return None


def line_fault(url: str, content: bytes, schema: TableSchema) -> MalformedLanding | None:
    """Return the first line of a file's content that does not have its declared types, or None."""
    for number, line in enumerate(content.splitlines(), start=1):
        problem = _problem(line, schema)
        if problem is not None:
            return MalformedLanding(url, number, problem)
    return None


def _problem(line: bytes, schema: TableSchema) -> str | None:
    if not line.strip():
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    if not isinstance(row, dict):
        return "not a JSON object"
    for column, kind in schema.columns.items():
        value = row.get(column)
        if value is not None and not _fits(value, kind):
            # Of lists and objects the type: they may be deeper than can be shown.
            shown = repr(value) if isinstance(value, str | int | float) else type(value).__name__
            return f"{column}: {shown[:SHOWN_CHARACTERS_MAX]} is not {kind}"
    return None


def _fits(value: Any, kind: str) -> bool:
    if kind in _PARSERS:
        return isinstance(value, str) and _parses(value, kind)
    if kind == "INT64" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _JSON_TYPES[kind]) and (kind == "BOOL" or not isinstance(value, bool))


def _parses(value: str, kind: str) -> bool:
    try:
        _PARSERS[kind](value)
    except ValueError:
        return False
    return True


_PARSERS: Final = {"DATE": date.fromisoformat, "TIMESTAMP": datetime.fromisoformat}
_JSON_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "STRING": (str, int, float),
    "INT64": (int,),
    "FLOAT64": (int, float),
    "BOOL": (bool,),
}
