"""Landing files as DuckDB tables."""

# Names in the SQL come from the declared schemas and from this package; values are bound.
# ruff: noqa: S608

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from shared.adapters.embedded.sql_dialect import duckdb_type
from shared.adapters.landing_lines import landing_content
from shared.adapters.table_schemas import TableSchema, TableSchemas
from shared.domain.errors import StorageUnavailable


@contextmanager
def landing_sources(external: Mapping[str, str], schemas: TableSchemas) -> Iterator[dict[str, str]]:
    """Yield, for each landing name of a job, the DuckDB expression that reads its file.

    A file that is not local is copied for as long as the block runs. Raises MalformedLanding when it is
    missing, StorageUnavailable when it cannot be fetched.
    """
    with ExitStack() as copies:
        yield {name: _read_json(_local_copy(url, copies), schemas.landing_file(name)) for name, url in external.items()}


def _local_copy(url: str, copies: ExitStack) -> str:
    filesystem, path = fsspec.core.url_to_fs(url)
    if isinstance(filesystem, LocalFileSystem) and Path(path).is_file():
        return str(path)
    content = landing_content(url)
    try:
        copy = Path(copies.enter_context(tempfile.TemporaryDirectory())) / "rows.jsonl"
        copy.write_bytes(content)
    except OSError as error:
        raise StorageUnavailable(f"cannot copy {url}: {error}") from error
    return str(copy)


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
