"""The warehouse as other processes see it: the writer's Parquet files, read afresh by every query."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Never, TypeVar

from shared.adapters.embedded.duckdb_session import DuckDbSession
from shared.adapters.embedded.parquet_tables import create_tables, stored_rows
from shared.adapters.embedded.partitions import PartitionFolder, partition_key
from shared.adapters.embedded.query_bytes import query_bytes
from shared.adapters.embedded.sql_dialect import Statement, translate
from shared.adapters.embedded.staged_columns import digest, measure_published
from shared.adapters.table_schemas import TableSchema, TableSchemas
from shared.domain.errors import InvalidInput, WarehouseUnavailable
from shared.ports import Job, Row, Staged

LISTINGS_MAX: Final = 5

Dates = tuple[date, date]
_Found = TypeVar("_Found")


class ParquetReader:
    """Implements the Warehouse port for reading; never blocks the writer, refuses to write."""

    def __init__(
        self, folder: Path, *, schemas: TableSchemas, threads: int | None = None, held: Dates | None = None
    ) -> None:
        """Read `folder`; with `held`, read each table's partitions of those dates once, and answer from them alone.

        That is for many questions about one state of a stretch of dates: hundreds of files take longer to open than
        their rows to count.
        """
        self._path = folder
        self._dates = held
        self._held: set[str] = set()
        self._holding = threading.Lock()
        self._folder = PartitionFolder(folder)
        self._schemas = schemas
        self._session = DuckDbSession(threads=threads)
        create_tables(self._session, schemas)

    @property
    def log_rows_kept(self) -> int:
        """Return 0: nothing is ever appended."""
        return 0

    def query(self, sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> list[Row]:
        """Return the rows of a SELECT over the files that are current when it starts.

        Raises Rejected on an error of the SQL, WarehouseUnavailable when files vanished at every attempt.
        """
        if siblings:
            raise InvalidInput("siblings", sorted(siblings), "none: only the writer has staging tables")
        statement = translate(sql)
        values = statement.bind(parameters)
        return self._read(lambda: self._session.rows(statement.render(self._sources(statement)), values))

    def digests(self, table: str, entity_column: str | None, first: date, last: date) -> dict[date, str]:  # noqa: ARG002
        """Return the content digest of each partition of [first, last] that has rows, by date. Raises like `query`."""
        schema = self._schemas.table(table)
        dates = {"first": first, "last": last}
        rows = self._read(lambda: self._session.tuples(measure_published(schema, self._source(schema)), dates))
        return {row[0]: digest(row[1], row[2]) for row in rows}

    def query_bytes(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Return the bytes that BigQuery would read for a SELECT over what is published. Raises like `query`."""
        return query_bytes(self.query, self._schemas, sql, parameters)

    def stage(self, job: Job) -> Staged:
        """Refuse: raise InvalidInput."""
        self._refuse(job.table)

    def publish(self, staged: Staged) -> None:
        """Refuse: raise InvalidInput."""
        self._refuse(staged.job.table)

    def discard(self, staged: Staged) -> None:
        """Refuse: raise InvalidInput."""
        self._refuse(staged.job.table)

    def revoke(self, unit: str, fences: range) -> None:
        """Refuse: raise InvalidInput."""
        self._refuse(f"{unit}, fences {list(fences)}")

    def load(self, table: str, partitions: Mapping[date, Sequence[Row]]) -> None:
        """Refuse: raise InvalidInput."""
        self._refuse(f"{table}, {len(partitions)} partitions")

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Refuse: raise InvalidInput."""
        self._refuse(f"{table}, {len(rows)} rows")

    def close(self) -> None:
        """Free the memory."""
        self._session.close()

    def _sources(self, statement: Statement) -> dict[str, str]:
        declared = [self._schemas.tables[name] for name in set(statement.tables) if name in self._schemas.tables]
        return {schema.name: self._source(schema) for schema in declared}

    def _read(self, rows: Callable[[], list[_Found]]) -> list[_Found]:
        for attempt in range(1, LISTINGS_MAX + 1):
            try:
                return rows()
            except WarehouseUnavailable:
                # The writer published a partition twice since it was listed: list again.
                if attempt == LISTINGS_MAX:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _source(self, schema: TableSchema) -> str:
        """Return what a query reads a table from: its current files, or the rows of them that are held."""
        if self._dates is None:
            return f"({stored_rows(schema, list(self._folder.current(schema.name).values()))})"
        with self._holding:
            if schema.name not in self._held:
                self._hold(schema, *self._dates)
                self._held.add(schema.name)
        return schema.name

    def _hold(self, schema: TableSchema, first: date, last: date) -> None:
        keys = (partition_key(first), partition_key(last))
        files = [path for key, path in self._folder.current(schema.name).items() if keys[0] <= key <= keys[1]]
        if files:
            self._session.execute(f"INSERT INTO {schema.name} {stored_rows(schema, files)}")

    def _refuse(self, what: str) -> Never:
        raise InvalidInput("warehouse", what, f"the writer of {self._path}: this one was opened for reading")
