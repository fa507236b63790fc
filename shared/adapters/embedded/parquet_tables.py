"""Declared tables in a DuckDB session, and their way to and from Parquet files."""

# Names in the SQL come from the declared schemas and from this package; values are bound.
# ruff: noqa: S608

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.adapters.embedded.duckdb_session import DuckDbSession
from shared.adapters.embedded.sql_dialect import duckdb_type, without_zone
from shared.adapters.table_schemas import TableSchema, TableSchemas
from shared.domain.errors import InvalidInput, StorageUnavailable, WarehouseUnavailable
from shared.ports import Row


def create_tables(session: DuckDbSession, schemas: TableSchemas) -> None:
    """Create every declared table, empty, and the `staging` schema."""
    datasets = {schema.dataset for schema in schemas.tables.values()}
    for dataset in sorted(datasets | {"staging"}):
        session.execute(f"CREATE SCHEMA {dataset}")
    for schema in schemas.tables.values():
        columns = ", ".join(f'"{column}" {duckdb_type(kind)}' for column, kind in schema.columns.items())
        session.execute(f"CREATE TABLE {schema.name} ({columns})")


def stored_rows(schema: TableSchema, files: Sequence[Path]) -> str:
    """Return the SELECT of a table's rows in `files`, in the declared columns; the table itself must be empty.

    A column that an older file lacks is NULL, one that is no longer declared is left out.
    """
    columns = ", ".join(f'"{column}"' for column in schema.columns)
    if not files:
        return f"SELECT {columns} FROM {schema.name}"
    paths = ", ".join("'{}'".format(str(path).replace("'", "''")) for path in files)
    stored = f"SELECT * FROM read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
    return f"SELECT {columns} FROM (SELECT * FROM {schema.name} UNION ALL BY NAME {stored})"


def copy_to_parquet(session: DuckDbSession, table: str, path: Path) -> None:
    """Write a table to a Parquet file. Raises StorageUnavailable when the disk refuses it."""
    quoted = str(path).replace("'", "''")
    try:
        session.execute(f"COPY {table} TO '{quoted}' (FORMAT parquet, COMPRESSION snappy)")
    except WarehouseUnavailable as error:
        raise StorageUnavailable(f"cannot write {path}: {error}") from error


def rows_of(schema: TableSchema, rows: Sequence[Row]) -> tuple[str, Mapping[str, Any]]:
    """Return a SELECT of the given rows in the table's columns, and its bound values.

    Raises InvalidInput when a row has a column that is not declared.
    """
    unknown = sorted({column for row in rows for column in row} - schema.columns.keys())
    if unknown:
        raise InvalidInput(schema.name, unknown, f"columns of {list(schema.columns)}")
    fields = ", ".join(f'"{column}" {duckdb_type(kind)}' for column, kind in schema.columns.items())
    values = [{column: without_zone(row.get(column)) for column in schema.columns} for row in rows]
    return f"SELECT UNNEST(CAST($rows AS STRUCT({fields})[]), max_depth := 2)", {"rows": values}
