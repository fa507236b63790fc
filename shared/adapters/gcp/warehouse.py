"""The warehouse on BigQuery: a statement's rows go to a staging partition, and from there to the table's, by jobs.

Each replacement of a partition is one job, atomic, with an id that only its fence has (`jobs.publish_id`). A later
attempt revokes an earlier fence by taking that id for a job that does nothing: whichever of the two is submitted
first has it, and the other one finds out.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cached_property
from typing import Any, Final

from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_RETRY

from shared.adapters.gcp.job_errors import STOPPED, vendor_errors
from shared.adapters.gcp.jobs import AnyJob, JobLimits, Jobs, fresh_id, job_id, labels, publish_id, revokes
from shared.adapters.gcp.landing_tables import LandingTables
from shared.adapters.gcp.names import replace_tables
from shared.adapters.gcp.outside_rows import json_rows, partition_lines
from shared.adapters.gcp.parameters import Parameter, bind
from shared.adapters.gcp.staged_columns import (
    digest,
    entity_digest,
    measure,
    measure_published,
    no_rows,
    projection,
    wrong_column,
)
from shared.adapters.gcp.staging import StagingTables, fields, partition, statement_digest
from shared.adapters.gcp.throttle import PartitionThrottle
from shared.adapters.table_schemas import TableSchema, TableSchemas, load_table_schemas
from shared.config import Config
from shared.domain.errors import AuditFailed, FenceRevoked, Rejected, WarehouseUnavailable
from shared.ports import Job, Row, Staged
from shared.processors.registry import of_phase

LOADS_AT_ONCE: Final = 8
# What BigQuery recommends for one streaming insert.
APPENDED_ROWS_MAX: Final = 500
_OTHER_PARTITION: Final = "belong to different partitions"


class BigQueryWarehouse:
    """Implements the Warehouse port. Threads may call it at the same time; nothing is asked of BigQuery before."""

    def __init__(
        self,
        client: bigquery.Client,
        config: Config,
        *,
        instance: Callable[[], str],
        schemas: TableSchemas | None = None,
    ) -> None:
        """Work in the client's project and the config's region; `instance` returns the ledger's id, asked for once."""
        limits = JobLimits(
            call_seconds=config.call_seconds, job_seconds=config.job_seconds, query_bytes_max=config.query_bytes_max
        )
        self._client = client
        self._call_seconds = config.call_seconds
        self._new_instance = instance
        self._schemas = schemas or load_table_schemas()
        self._jobs = Jobs(client, location=config.region, limits=limits)
        self._staging = StagingTables(client, config.staging_dataset, call_seconds=config.call_seconds)
        self._landing = LandingTables(self._jobs, self._staging, self._schemas, instance=lambda: self._instance)
        self._throttle = PartitionThrottle(config.partition_writes_per_10s)
        self._projections: dict[tuple[str, str], str] = {}

    @property
    def log_rows_kept(self) -> int:
        """Return 0: an instance may be ended as soon as it is idle."""
        return 0

    def stage(self, job: Job) -> Staged:
        """Run the job's SQL into its staging table; return it with its row count and digest.

        Raises Rejected on an error of the SQL, MalformedLanding naming file and line, AuditFailed when the
        columns or dates are not the table's, StorageUnavailable and WarehouseUnavailable otherwise.
        """
        schema = self._schemas.table(job.table)
        with self._landing.loaded(job) as landed:
            sql = replace_tables(job.sql, {**landed, **job.siblings})
            staging = self._stage(job, schema, sql, bind(sql, job.parameters))
        return self._measured(job, schema, staging)

    def publish(self, staged: Staged) -> None:
        """Replace one partition by the staged rows, or empty it when there are none.

        Raises FenceRevoked when a later fence revoked this one, also while the replacement was waiting to run.
        """
        job = staged.job
        name = publish_id(self._instance, job.unit, job.processor, job.fence)
        target, tags = partition(job.table, job), _labels(job, "publish")
        self._throttle.wait(job.table)
        if staged.rows:
            found = self._jobs.copy(name, partition(staged.staging, job), target, tags)
        else:
            # Whether a partition that never had a row can be copied is not documented; an empty result can be written.
            found = self._jobs.query(name, no_rows(self._schemas.table(job.table)), (), tags, target)
        if revokes(found):
            raise FenceRevoked(f"{job.unit}: fence {job.fence} was revoked before it published {job.table}")
        self._wait_for_publish(job, found)

    def discard(self, staged: Staged) -> None:
        """Drop a staging table; quiet when it is gone, and when it cannot be dropped now: it expires."""
        self._staging.drop(staged.staging)

    def revoke(self, unit: str, fences: range) -> None:
        """From now on refuse `publish` for these fences of `unit`: their publish job ids are taken, or their jobs over.

        Raises WarehouseUnavailable when a publish that has begun is not over in time.
        """
        for fence in fences:
            for processor in of_phase(_phase(unit)):
                name = publish_id(self._instance, unit, processor.name, fence)
                self._jobs.revoke(name, labels(processor=processor.name, phase=_phase(unit)))

    def query(self, sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> list[Row]:
        """Return the rows of a SELECT. Raises Rejected on an error of the SQL, else WarehouseUnavailable."""
        rendered = replace_tables(sql, siblings or {})
        return self._rows(rendered, bind(rendered, parameters), labels(step="query"))

    def query_bytes(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Return the bytes that a SELECT would read, by a dry run. Raises like `query`."""
        return self._jobs.bytes_read(sql, bind(sql, parameters))

    def digests(self, table: str, entity_column: str | None, first: date, last: date) -> dict[date, str]:
        """Return the content digest of each partition of [first, last] that has rows, by date; it reads all columns."""
        sql = measure_published(self._schemas.table(table), entity_column)
        found: dict[date, list[Row]] = defaultdict(list)
        for row in self._rows(sql, bind(sql, {"start_date": first, "end_date": last}), labels(step="measure")):
            found[row["game_date"]].append(row)
        return {
            day: digest(sum(row["row_count"] for row in rows), (row["content"] for row in rows))
            for day, rows in found.items()
        }

    def load(self, table: str, partitions: Mapping[date, Sequence[Row]]) -> None:
        """Replace each named partition by rows from outside the pipeline, several at a time; an empty list empties it.

        Raises InvalidInput on a column that is not the table's, AuditFailed on a row of another date; nothing is
        replaced then. Any other error may leave some partitions replaced.
        """
        schema = self._schemas.table(table)
        contents = {day: partition_lines(schema, day, rows) for day, rows in partitions.items()}
        with ThreadPoolExecutor(LOADS_AT_ONCE) as pool:
            loads = [pool.submit(self._load, schema, day, content) for day, content in contents.items()]
            try:
                for each in loads:
                    each.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Append rows to a log table by streaming inserts: load jobs are limited to 1,500 a table and day.

        Columns left out are NULL; a row sent twice within minutes is kept once, as far as BigQuery notices.
        Raises InvalidInput on a column that is not the table's, Rejected naming the first row that is refused.
        """
        found = json_rows(self._schemas.table(table), rows)
        for first in range(0, len(found), APPENDED_ROWS_MAX):
            self._append(table, found[first : first + APPENDED_ROWS_MAX])

    def close(self) -> None:
        """Close the client's connections."""
        close: Callable[[], None] = self._client.close
        close()

    @cached_property
    def _instance(self) -> str:
        return self._new_instance()

    def _stage(self, job: Job, schema: TableSchema, sql: str, parameters: Sequence[Parameter]) -> str:
        digested = statement_digest(sql, parameters)
        staging = self._staging.name(job.table, job, digested)
        select = f"SELECT {self._projection(job, schema, sql, parameters)} FROM (\n{sql}\n)"  # noqa: S608
        made_at = self._staging.create(staging, schema)
        name = job_id(self._instance, job.unit, job.processor, f"f{job.fence}", digested, made_at, "stage")
        try:
            tags = _labels(job, "stage")
            self._jobs.wait(self._jobs.query(name, select, parameters, tags, partition(staging, job)))
        except Rejected as error:
            self._staging.drop(staging)
            raise _audited(job, schema, error) from error
        return staging

    def _projection(self, job: Job, schema: TableSchema, sql: str, parameters: Sequence[Parameter]) -> str:
        # The statement's columns do not depend on which staging tables it reads.
        key = (job.sql, job.table)
        if key not in self._projections:
            self._projections[key] = projection(schema, self._jobs.schema(sql, parameters), job.processor)
        return self._projections[key]

    def _measured(self, job: Job, schema: TableSchema, staging: str) -> Staged:
        sql = measure(schema, staging, job.entity_column)
        found = self._rows(sql, bind(sql, {"game_date": job.game_date}), _labels(job, "measure"))
        rows, strays, not_finite = (sum(row[name] for row in found) for name in ("row_count", "strays", "not_finite"))
        if strays or not_finite:
            self._staging.drop(staging)
            problem = f"{strays} of {rows} rows are not of {job.game_date}, {not_finite} hold NaN or infinity"
            raise AuditFailed(f"{job.processor}: {problem}")
        digests = {row["entity"]: entity_digest(row["row_count"], row["content"]) for row in found}
        return Staged(
            job=job,
            staging=staging,
            rows=rows,
            digest=digest(rows, (row["content"] for row in found)),
            entities=digests if job.entity_column else {},
        )

    def _rows(self, sql: str, parameters: Sequence[Parameter], tags: Mapping[str, str]) -> list[Row]:
        name = fresh_id(self._instance, tags["step"])
        return self._jobs.rows(self._jobs.wait(self._jobs.query(name, sql, parameters, tags)))

    def _wait_for_publish(self, job: Job, found: AnyJob) -> None:
        try:
            self._jobs.wait(found)
        except WarehouseUnavailable as error:
            if (found.error_result or {}).get("reason") != STOPPED:
                raise
            raise FenceRevoked(f"{job.unit}: fence {job.fence} was cancelled as it published {job.table}") from error

    def _load(self, schema: TableSchema, day: date, content: bytes) -> None:
        target = f"{schema.name}${day:%Y%m%d}"
        name, tags = fresh_id(self._instance, "load", target), labels(step="load")
        self._throttle.wait(schema.name)
        if content:
            self._jobs.wait(self._jobs.load(name, content, fields(schema), tags, target))
        else:
            self._jobs.wait(self._jobs.query(name, no_rows(schema), (), tags, target))

    def _append(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        row_ids = [hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest() for row in rows]
        with vendor_errors():
            refused = self._client.insert_rows_json(
                f"{self._client.project}.{table}",
                rows,
                row_ids=row_ids,
                retry=DEFAULT_RETRY.with_timeout(self._call_seconds),
                timeout=self._call_seconds,
            )
        if refused:
            raise Rejected(f"{table}: {len(refused)} of {len(rows)} rows are refused, the first for {refused[0]}")


def _labels(job: Job, step: str) -> dict[str, str]:
    return labels(backfill_id=job.backfill_id, processor=job.processor, phase=_phase(job.unit), step=step)


def _phase(unit: str) -> int:
    return int(unit.removeprefix("units/").partition("-")[0])


def _audited(job: Job, schema: TableSchema, error: Rejected) -> Rejected:
    """Return the audit's error where a statement failed for what its rows are, else the error itself."""
    problem = wrong_column(schema, str(error))
    if problem is not None:
        return AuditFailed(f"{job.processor}: {problem}")
    if _OTHER_PARTITION in str(error):
        return AuditFailed(f"{job.processor}: rows are not of {job.game_date}")
    return error
