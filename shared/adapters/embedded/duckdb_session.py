"""One in-memory DuckDB instance shared by threads: a cursor for each, and its errors in the project's words."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

import duckdb

from shared.adapters.embedded.sql_dialect import MACROS
from shared.domain.errors import LookbackError, Rejected, StorageUnavailable, WarehouseUnavailable
from shared.ports import Row

MEMORY_LIMIT: Final = "1GiB"

# What DuckDB raises for a reason other than the statement: memory, disk, a closed or conflicting connection.
_OUTSIDE_THE_SQL: Final = (
    duckdb.OutOfMemoryException,
    duckdb.IOException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.InterruptException,
    duckdb.ConnectionException,
    duckdb.TransactionException,
    duckdb.PermissionException,
)
_STORAGE_SIGNS: Final = ("No space left", "Permission denied", "Read-only file system", "quota exceeded")


class DuckDbSession:
    """An in-memory DuckDB instance. Every thread has its own cursor, so threads may call at the same time."""

    def __init__(self, *, threads: int | None = None, memory_limit: str = MEMORY_LIMIT) -> None:
        options: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory_limit}
        if threads is not None:
            options["threads"] = threads
        self._connection = duckdb.connect(":memory:", config=options)
        self._local = threading.local()
        for macro in MACROS:
            self._connection.execute(macro)

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run one statement on this thread's cursor and return the cursor, to fetch from.

        Raises Rejected on an error of the SQL, StorageUnavailable or WarehouseUnavailable on any other.
        """
        try:
            return self._cursor().execute(sql, dict(parameters) if parameters else None)
        except duckdb.Error as error:
            raise translated(error) from error

    def tuples(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return a statement's rows as tuples. Raises as `execute`."""
        try:
            return self.execute(sql, parameters).fetchall()
        except duckdb.Error as error:
            raise translated(error) from error

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Return a statement's rows by column name, timestamps in UTC. Raises as `execute`."""
        found = self.tuples(sql, parameters)
        columns = [column[0] for column in self._cursor().description or ()]
        return [dict(zip(columns, map(_in_utc, values), strict=True)) for values in found]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block's statements on this thread as one transaction; roll back when it raises."""
        self.execute("BEGIN")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # The cause is what matters: a failed statement may have ended the transaction already.
            with suppress(LookbackError):
                self.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the instance; later calls raise WarehouseUnavailable."""
        self._connection.close()
        self._local = threading.local()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._local.cursor = self._connection.cursor()
        return cursor


def translated(error: duckdb.Error) -> LookbackError:
    """Return the project's error for one of DuckDB's: the operator can correct SQL, and can only wait for the rest."""
    text = str(error)
    if isinstance(error, duckdb.IOException) and any(sign in text for sign in _STORAGE_SIGNS):
        return StorageUnavailable(text)
    # A damaged file is reported as the bare base class.
    if isinstance(error, _OUTSIDE_THE_SQL) or type(error) is duckdb.Error:
        return WarehouseUnavailable(text)
    return Rejected(text)


def _in_utc(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
