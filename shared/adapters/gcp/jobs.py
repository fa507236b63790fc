"""BigQuery jobs under ids of our own: a submission that is retried finds its job instead of running it twice.

The id of a publish is made of what a later attempt knows too: the ledger, the unit, the processor and the fence.
It leaves out the SQL, so that whoever revokes a fence can take the id before its holder does, whatever version of
the statement that holder runs. The other steps' ids end in a digest of all that the statement reads.

A job id is unique in its location only: every call names the location.
"""

import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from google.api_core.exceptions import Conflict, NotFound, ServerError, TooManyRequests
from google.api_core.retry import Retry, if_exception_type
from google.cloud import bigquery
from google.cloud.bigquery import CopyJob, LoadJob, QueryJob, SchemaField
from google.cloud.bigquery.retry import DEFAULT_RETRY

from shared.adapters.gcp.job_errors import job_failure, vendor_errors
from shared.adapters.gcp.parameters import Parameter
from shared.domain.errors import WarehouseUnavailable
from shared.ports import Row

AnyJob = QueryJob | LoadJob | CopyJob

LABEL_LENGTH_MAX: Final = 63
STEP: Final = "step"
REVOCATION: Final = "revoke"
# A revocation only takes a job id: its statement reads nothing and is billed nothing.
NO_OPERATION: Final = "SELECT 1"
DONE: Final = "DONE"
POLL_SECONDS: Final = 0.1
POLL_SECONDS_MAX: Final = 2.0
POLL_GROWTH: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """How long one call and one job may take, in seconds, and the bytes that a query may be billed."""

    call_seconds: float
    job_seconds: float
    query_bytes_max: int


def job_id(instance: str, *parts: object) -> str:
    """Return `lookback-<instance>-<part>-...` in the characters of a job id; the ledger's `units/` is left out."""
    text = "-".join(["lookback", instance, *(str(part).removeprefix("units/") for part in parts)])
    return re.sub(r"[^A-Za-z0-9_-]", "-", text)


def publish_id(instance: str, unit: str, processor: str, fence: int) -> str:
    """Return the id of the one job by which a fence may replace a processor's partition."""
    return job_id(instance, unit, processor, f"f{fence}", "publish")


def fresh_id(instance: str, *parts: object) -> str:
    """Return an id that no job has yet, for what may be done again with the same content."""
    return job_id(instance, *parts, uuid.uuid4().hex)


def labels(**values: object) -> dict[str, str]:
    """Return labels by BigQuery's rules: small letters, digits, `_` and `-`, at most 63; empty ones left out."""
    cleaned = {key: re.sub(r"[^a-z0-9_-]", "-", str(value).lower())[:LABEL_LENGTH_MAX] for key, value in values.items()}
    return {key: value for key, value in cleaned.items() if value}


def revokes(job: AnyJob) -> bool:
    """Return whether a job that was found under a publish's id is the revocation of it."""
    return dict(job.labels or {}).get(STEP) == REVOCATION


class Jobs:
    """Submits jobs and waits for them. Threads may call it at the same time.

    Raises Rejected on an error of the statement or the rows, WarehouseUnavailable on any other.
    """

    def __init__(self, client: bigquery.Client, *, location: str, limits: JobLimits) -> None:
        self._client = client
        self._location = location
        self._limits = limits
        self._retry = DEFAULT_RETRY.with_timeout(limits.call_seconds)
        # Right after a conflict the job may not be found yet.
        self._retry_finding = Retry(
            if_exception_type(NotFound, ServerError, TooManyRequests), timeout=limits.call_seconds
        )

    def query(
        self,
        name: str,
        sql: str,
        parameters: Iterable[Parameter],
        tags: Mapping[str, str],
        destination: str | None = None,
    ) -> AnyJob:
        """Submit a query, or find it; its rows replace `destination`, a table or partition, where one is given."""
        config = self._query_config(parameters, tags)
        if destination is not None:
            config.destination = f"{self._client.project}.{destination}"
            config.write_disposition = "WRITE_TRUNCATE"
            config.create_disposition = "CREATE_NEVER"
        return self._submit(
            name,
            lambda: self._client.query(
                sql,
                job_config=config,
                job_id=name,
                location=self._location,
                retry=self._retry,
                timeout=self._limits.call_seconds,
                job_retry=None,
            ),
        )

    def load(
        self, name: str, content: bytes, schema: Iterable[SchemaField], tags: Mapping[str, str], destination: str
    ) -> AnyJob:
        """Submit a load of JSON lines that replace `destination`, or find it."""
        config = bigquery.LoadJobConfig(
            source_format="NEWLINE_DELIMITED_JSON",
            schema=list(schema),
            autodetect=False,
            ignore_unknown_values=False,
            max_bad_records=0,
            write_disposition="WRITE_TRUNCATE",
            create_disposition="CREATE_NEVER",
            labels=dict(tags),
        )
        return self._submit(
            name,
            lambda: self._client.load_table_from_file(
                BytesIO(content),
                f"{self._client.project}.{destination}",
                size=len(content),
                job_id=name,
                location=self._location,
                job_config=config,
                timeout=self._limits.call_seconds,
            ),
        )

    def copy(self, name: str, source: str, destination: str, tags: Mapping[str, str]) -> AnyJob:
        """Submit a copy of a table or partition that replaces `destination`, or find it."""
        config = bigquery.CopyJobConfig(
            write_disposition="WRITE_TRUNCATE", create_disposition="CREATE_NEVER", labels=dict(tags)
        )
        project = self._client.project
        return self._submit(
            name,
            lambda: self._client.copy_table(
                f"{project}.{source}",
                f"{project}.{destination}",
                job_id=name,
                location=self._location,
                job_config=config,
                retry=self._retry,
                timeout=self._limits.call_seconds,
            ),
        )

    def schema(self, sql: str, parameters: Iterable[Parameter]) -> dict[str, str]:
        """Return the columns a query would have, with their types as BigQuery names them; a dry run, free."""
        fields = self._dry_run(sql, parameters).schema or []
        kinds = {each.name: str(each.field_type) for each in fields}
        return {**kinds, **{each.name: f"ARRAY<{kinds[each.name]}>" for each in fields if each.mode == "REPEATED"}}

    def bytes_read(self, sql: str, parameters: Iterable[Parameter]) -> int:
        """Return the bytes that a query would read; a dry run, free."""
        return int(self._dry_run(sql, parameters).total_bytes_processed or 0)

    def rows(self, job: AnyJob) -> list[Row]:
        """Return the rows of a query that is done, by column name."""
        if not isinstance(job, QueryJob):
            raise WarehouseUnavailable(f"{job.job_id} is not a query")
        with vendor_errors():
            found = job.result(retry=self._retry, timeout=self._limits.call_seconds, job_retry=None)
            return [dict(row.items()) for row in found]

    def wait(self, job: AnyJob) -> AnyJob:
        """Return the job when it is done. Raises what it failed with; WarehouseUnavailable when it takes too long."""
        self._until_done(job)
        if job.error_result:
            raise job_failure(job.error_result, job.errors)
        return job

    def revoke(self, name: str, tags: Mapping[str, str]) -> None:
        """Return when no job can begin under this id any more, and none that has is still running.

        Raises WarehouseUnavailable when one is neither done nor cancelled in time.
        """
        found = self.query(name, NO_OPERATION, (), {**tags, STEP: REVOCATION})
        if revokes(found) or found.state == DONE:
            return
        with vendor_errors():
            self._client.cancel_job(name, location=self._location, retry=self._retry, timeout=self._limits.call_seconds)
        # A cancelled job may still come to its end: either way it is over then.
        self._until_done(found)

    def _dry_run(self, sql: str, parameters: Iterable[Parameter]) -> QueryJob:
        config = self._query_config(parameters, {})
        config.dry_run = True
        with vendor_errors():
            return self._client.query(
                sql,
                job_config=config,
                location=self._location,
                retry=self._retry,
                timeout=self._limits.call_seconds,
                job_retry=None,
            )

    def _submit(self, name: str, begin: Callable[[], AnyJob]) -> AnyJob:
        with vendor_errors():
            try:
                return begin()
            except Conflict:
                return self._find(name)

    def _find(self, name: str) -> AnyJob:
        found: Any = self._client.get_job(
            name, location=self._location, retry=self._retry_finding, timeout=self._limits.call_seconds
        )
        if not isinstance(found, AnyJob):
            raise WarehouseUnavailable(f"job {name} is of another kind: {found!r}")
        return found

    def _until_done(self, job: AnyJob) -> None:
        deadline, pause = time.monotonic() + self._limits.job_seconds, POLL_SECONDS
        while job.state != DONE:
            if time.monotonic() >= deadline:
                raise WarehouseUnavailable(f"job {job.job_id} is {job.state} after {self._limits.job_seconds:g} s")
            time.sleep(pause)
            pause = min(pause * POLL_GROWTH, POLL_SECONDS_MAX)
            with vendor_errors():
                job.reload(retry=self._retry, timeout=self._limits.call_seconds)

    def _query_config(self, parameters: Iterable[Parameter], tags: Mapping[str, str]) -> bigquery.QueryJobConfig:
        return bigquery.QueryJobConfig(
            query_parameters=list(parameters),
            maximum_bytes_billed=self._limits.query_bytes_max,
            labels=dict(tags),
            use_legacy_sql=False,
        )
