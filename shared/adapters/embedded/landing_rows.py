"""Landing files as DuckDB tables, and the line to blame when one cannot be read."""

# Names in the SQL come from the declared schemas and from this package; values are bound.
# ruff: noqa: S608

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import fsspec
from fsspec.implementations.local import LocalFileSystem

from shared.adapters.embedded.sql_dialect import duckdb_type
from shared.adapters.table_schemas import TableSchema, TableSchemas
from shared.domain.errors import MalformedLanding, StorageUnavailable


@contextmanager
def landing_sources(external: Mapping[str, str], schemas: TableSchemas) -> Iterator[dict[str, str]]:
    """Yield, for each landing name of a job, the DuckDB expression that reads its file.

    A file that is not local is copied for as long as the block runs. Raises MalformedLanding when it is
    missing, StorageUnavailable when it cannot be fetched.
    """
    with ExitStack() as copies:
        yield {name: _read_json(_local_copy(url, copies), schemas.landing_file(name)) for name, url in external.items()}


def landing_fault(external: Mapping[str, str], schemas: TableSchemas) -> MalformedLanding | None:
    """Return the first line of a job's landing files that does not have its declared types, or None."""
    for name, url in external.items():
        for number, line in enumerate(_content(url).splitlines(), start=1):
            problem = _problem(line, schemas.landing_file(name))
            if problem is not None:
                return MalformedLanding(url, number, problem)
    return None


def _local_copy(url: str, copies: ExitStack) -> str:
    filesystem, path = fsspec.core.url_to_fs(url)
    if isinstance(filesystem, LocalFileSystem) and Path(path).is_file():
        return str(path)
    content = _content(url)
    try:
        copy = Path(copies.enter_context(tempfile.TemporaryDirectory())) / "rows.jsonl"
        copy.write_bytes(content)
    except OSError as error:
        raise StorageUnavailable(f"cannot copy {url}: {error}") from error
    return str(copy)


def _content(url: str) -> bytes:
    try:
        filesystem, path = fsspec.core.url_to_fs(url)
        content: bytes = filesystem.cat_file(path)
    except FileNotFoundError as error:
        raise MalformedLanding(url, 0, "no such file") from error
    except OSError as error:
        raise StorageUnavailable(f"cannot read {url}: {error}") from error
    return content


def _read_json(path: str, schema: TableSchema) -> str:
    # DuckDB would round 3.7 into an integer column: whole numbers are read as floats and then insisted on.
    kinds = {column: "DOUBLE" if kind == "INT64" else duckdb_type(kind) for column, kind in schema.columns.items()}
    columns = ", ".join(f"'{column}': '{kind}'" for column, kind in kinds.items())
    chosen = ", ".join(
        f'lookback_whole("{column}") AS "{column}"' if kind == "INT64" else f'"{column}"'
        for column, kind in schema.columns.items()
    )
    quoted = path.replace("'", "''")
    return f"(SELECT {chosen} FROM read_json('{quoted}', format = 'newline_delimited', columns = {{{columns}}}))"


def _problem(line: bytes, schema: TableSchema) -> str | None:
    if not line.strip():
        return None
    try:
        row = json.loads(line)
    except ValueError as error:
        return f"not JSON: {error}"
    if not isinstance(row, dict):
        return "not a JSON object"
    for column, kind in schema.columns.items():
        value = row.get(column)
        if value is not None and not _fits(value, kind):
            return f"{column}: {value!r} is not {kind}"
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
