"""The embedded warehouse: tables in DuckDB's memory, one Parquet file a partition on disk.

One process owns the folder and writes; it answers from memory. Other processes read the files
(`DuckDbWarehouse.reader`). A published partition survives the end of the process at any moment; files are
not forced to the disk one by one, so a power cut may cost the last ones.
"""

# Names in the SQL come from the declared schemas and from this package; values are bound.
# ruff: noqa: S608

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from shared.adapters.embedded.duckdb_session import DuckDbSession
from shared.adapters.embedded.landing_rows import landing_sources
from shared.adapters.embedded.parquet_tables import copy_to_parquet, create_tables, rows_of, stored_rows
from shared.adapters.embedded.partitions import PartitionFolder, part_key, partition_key
from shared.adapters.embedded.query_bytes import query_bytes
from shared.adapters.embedded.sql_dialect import Statement, translate
from shared.adapters.embedded.staged_columns import digest, measure, measure_published, measured, projection
from shared.adapters.embedded.warehouse_reader import ParquetReader
from shared.adapters.landing_lines import landing_fault
from shared.adapters.table_schemas import TableSchema, TableSchemas, load_table_schemas
from shared.domain.errors import (
    AuditFailed,
    FenceRevoked,
    MalformedLanding,
    Rejected,
    StorageUnavailable,
    WarehouseUnavailable,
)
from shared.ports import Job, Row, Staged

# A log part is written again with every append until it holds this many rows.
LOG_PART_ROWS: Final = 500
LOG_ROWS_KEPT: Final = 400
# Statements on one date's rows are short: several at a time on a thread each beat one on several threads,
# and a sum of floats is then made in one order.
STATEMENT_THREADS: Final = 1


class DuckDbWarehouse:
    """Implements the Warehouse port in one process. Threads may call it at the same time."""

    def __init__(
        self, folder: Path | None = None, *, schemas: TableSchemas | None = None, threads: int = STATEMENT_THREADS
    ) -> None:
        """Open as the one writer of `folder`, and load it; purely in memory when it is None.

        `threads` is what one statement may use. Raises StorageUnavailable when the folder cannot be read.
        """
        self._schemas = schemas or load_table_schemas()
        self._session = DuckDbSession(threads=threads)
        self._folder = None if folder is None else PartitionFolder(folder)
        self._publishing = threading.RLock()
        self._lowest_fence: dict[str, int] = {}
        self._projections: dict[tuple[str, str], str] = {}
        self._log_parts: dict[str, int] = {}
        create_tables(self._session, self._schemas)
        if self._folder is not None:
            self._load(self._folder)

    @staticmethod
    def reader(
        folder: Path,
        *,
        schemas: TableSchemas | None = None,
        threads: int | None = None,
        held: tuple[date, date] | None = None,
    ) -> ParquetReader:
        """Return a read-only warehouse over the folder of a writer that may be running."""
        return ParquetReader(folder, schemas=schemas or load_table_schemas(), threads=threads, held=held)

    @property
    def log_rows_kept(self) -> int:
        """Return how many log rows to collect for one `append`, which writes a file."""
        return LOG_ROWS_KEPT

    def stage(self, job: Job) -> Staged:
        """Run the job's SQL into its staging table; return it with its row count and digest.

        Raises Rejected on an error of the SQL, MalformedLanding naming file and line, AuditFailed when the
        columns or dates are not the table's, StorageUnavailable and WarehouseUnavailable otherwise.
        """
        schema = self._schemas.table(job.table)
        statement = translate(job.sql)
        staging = _staging_name(job)
        try:
            with landing_sources(job.external, self._schemas) as landed:
                self._run(job, schema, statement, staging, {**landed, **job.siblings})
        except Rejected as error:
            explained = isinstance(error, AuditFailed | MalformedLanding)
            fault = None if explained else landing_fault(job.external, self._schemas)
            if fault is None:
                raise
            raise fault from error
        return self._measured(job, schema, staging)

    def publish(self, staged: Staged) -> None:
        """Replace one partition by the staged rows, on disk and in memory.

        Raises FenceRevoked when a later fence revoked this one, StorageUnavailable when the disk refuses;
        the partition is then what it was.
        """
        self._refuse_revoked(staged.job)
        if self._folder is None:
            self._replace(staged, lambda: None)
            return
        folder, job = self._folder, staged.job
        with folder.unpublished(job.table) as written:
            copy_to_parquet(self._session, staged.staging, written)
            self._replace(staged, lambda: folder.publish(written, job.table, partition_key(job.game_date)))

    def discard(self, staged: Staged) -> None:
        """Drop a staging table; quiet when it is gone."""
        self._session.execute(f"DROP TABLE IF EXISTS {staged.staging}")

    def revoke(self, unit: str, fences: range) -> None:
        """From now on refuse `publish` for these fences of `unit` and every lower one.

        Kept in memory: one process owns the folder, so the holders of an earlier one are gone.
        """
        with self._publishing:
            self._lowest_fence[unit] = max(fences.stop, self._lowest_fence.get(unit, 0))

    def query(self, sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> list[Row]:
        """Return the rows of a SELECT. Raises Rejected on an error of the SQL, else WarehouseUnavailable."""
        statement = translate(sql)
        return self._session.rows(statement.render(siblings or {}), statement.bind(parameters))

    def query_bytes(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Return the bytes that BigQuery would read for a SELECT over what is published. Raises like `query`."""
        return query_bytes(self.query, self._schemas, sql, parameters)

    def digests(self, table: str, entity_column: str | None, first: date, last: date) -> dict[date, str]:  # noqa: ARG002
        """Return the content digest of each partition of [first, last] that has rows, by date."""
        sql = measure_published(self._schemas.table(table), table)
        return {row[0]: digest(row[1], row[2]) for row in self._session.tuples(sql, {"first": first, "last": last})}

    def load(self, table: str, partitions: Mapping[date, Sequence[Row]]) -> None:
        """Replace each named partition by rows from outside the pipeline; an empty list empties it.

        Raises InvalidInput on a column that is not the table's, AuditFailed on a row of another date.
        """
        schema = self._schemas.table(table)
        for day, rows in partitions.items():
            unit = f"load/{table}"
            job = Job(unit=unit, fence=1, processor="load", table=table, game_date=day, sql="", parameters={})
            staging = _staging_name(job)
            self._session.execute(f"CREATE OR REPLACE TABLE {staging} AS SELECT * FROM {table} WHERE FALSE")
            if rows:
                bound, values = rows_of(schema, rows)
                self._session.execute(f"INSERT INTO {staging} {bound}", values)
            staged = self._measured(job, schema, staging)
            try:
                self.publish(staged)
            finally:
                self.discard(staged)

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Append rows to a log table; columns left out are NULL. Raises InvalidInput, StorageUnavailable."""
        schema = self._schemas.table(table)
        if not rows:
            return
        bound, values = rows_of(schema, rows)
        with self._publishing, self._session.transaction():
            self._session.execute(f"INSERT INTO {table} {bound}", values)
            if self._folder is not None:
                self._write_log_part(self._folder, table, bound, values)

    def close(self) -> None:
        """Free the memory. What was published stays in the folder."""
        self._session.close()

    def _run(
        self, job: Job, schema: TableSchema, statement: Statement, staging: str, sources: Mapping[str, str]
    ) -> None:
        select = statement.render(sources)
        values = statement.bind(job.parameters)
        key = (job.sql, job.table)
        if key not in self._projections:
            described = {row[0]: row[1] for row in self._session.tuples(f"DESCRIBE {select}", values)}
            self._projections[key] = projection(schema, described, job.processor)
        columns = self._projections[key]
        self._session.execute(f"CREATE OR REPLACE TABLE {staging} AS SELECT {columns} FROM ({select})", values)

    def _measured(self, job: Job, schema: TableSchema, staging: str) -> Staged:
        values = {"game_date": job.game_date} if schema.partition_by else None
        found = measured(self._session.tuples(measure(schema, staging, job.entity_column), values), job.entity_column)
        staged = Staged(job=job, staging=staging, rows=found.rows, digest=found.digest, entities=found.entities)
        if found.strays or found.not_finite:
            self.discard(staged)
            off = f"{found.strays} of {found.rows} rows are not of {job.game_date}"
            problem = f"{off}, {found.not_finite} hold NaN or infinity"
            raise AuditFailed(f"{job.processor}: {problem}")
        return staged

    def _refuse_revoked(self, job: Job) -> None:
        lowest = self._lowest_fence.get(job.unit, 0)
        if job.fence < lowest:
            raise FenceRevoked(f"{job.unit}: fence {job.fence} was revoked, the lowest allowed is {lowest}")

    def _replace(self, staged: Staged, publish_file: Callable[[], None]) -> None:
        job = staged.job
        with self._publishing:
            self._refuse_revoked(job)
            with self._session.transaction():
                self._session.execute(f"DELETE FROM {job.table} WHERE game_date = $day", {"day": job.game_date})
                self._session.execute(f"INSERT INTO {job.table} BY NAME SELECT * FROM {staged.staging}")
                # The file last: memory is rolled back when the disk refuses it.
                publish_file()

    def _write_log_part(self, folder: PartitionFolder, table: str, bound: str, values: Mapping[str, Any]) -> None:
        part = f"staging.{table.replace('.', '__')}__part"
        self._session.execute(f"CREATE TABLE IF NOT EXISTS {part} AS SELECT * FROM {table} WHERE FALSE")
        self._session.execute(f"INSERT INTO {part} {bound}", values)
        number = self._log_parts[table]
        with folder.unpublished(table) as written:
            copy_to_parquet(self._session, part, written)
            folder.publish(written, table, part_key(number))
        held = self._session.tuples(f"SELECT COUNT(*) FROM {part}")[0][0]
        if held >= LOG_PART_ROWS:
            self._session.execute(f"DROP TABLE {part}")
            self._log_parts[table] = number + 1

    def _load(self, folder: PartitionFolder) -> None:
        folder.sweep()
        for schema in self._schemas.tables.values():
            files = folder.current(schema.name)
            parts = [key for key in files if key.startswith("part=")]
            # Parts of an earlier process are left as they are.
            self._log_parts[schema.name] = int(parts[-1].removeprefix("part=")) + 1 if parts else 1
            if not files:
                continue
            try:
                self._session.execute(f"INSERT INTO {schema.name} {stored_rows(schema, list(files.values()))}")
            except (Rejected, WarehouseUnavailable) as error:
                raise StorageUnavailable(f"the files of {schema.name} cannot be read: {error}") from error


def _staging_name(job: Job) -> str:
    return f"staging.{job.table.replace('.', '__')}__{job.game_date:%Y%m%d}__f{job.fence}"
