"""The warehouse as other processes see it: the writer's Parquet files, read afresh by every query."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Never

from shared.adapters.embedded.duckdb_session import DuckDbSession
from shared.adapters.embedded.parquet_tables import create_tables, stored_rows
from shared.adapters.embedded.partitions import PartitionFolder
from shared.adapters.embedded.query_bytes import query_bytes
from shared.adapters.embedded.sql_dialect import Statement, translate
from shared.adapters.table_schemas import TableSchemas
from shared.domain.errors import InvalidInput, WarehouseUnavailable
from shared.ports import Job, Row, Staged

LISTINGS_MAX: Final = 5


class ParquetReader:
    """Implements the Warehouse port for reading; never blocks the writer, refuses to write."""

    def __init__(self, folder: Path, *, schemas: TableSchemas, threads: int | None = None) -> None:
        self._path = folder
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
        for attempt in range(1, LISTINGS_MAX + 1):
            try:
                return self._session.rows(statement.render(self._sources(statement)), values)
            except WarehouseUnavailable:
                # The writer published a partition twice since it was listed: list again.
                if attempt == LISTINGS_MAX:
                    raise
        raise AssertionError("the last attempt returns or raises")

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
        return {
            schema.name: f"({stored_rows(schema, list(self._folder.current(schema.name).values()))})"
            for schema in declared
        }

    def _refuse(self, what: str) -> Never:
        raise InvalidInput("warehouse", what, f"the writer of {self._path}: this one was opened for reading")
