"""Tables of the staging dataset: made with a declared schema, dropped after use, and expiring when nobody does."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_RETRY

from shared.adapters.gcp.job_errors import vendor_errors
from shared.adapters.gcp.parameters import Parameter
from shared.adapters.table_schemas import TableSchema
from shared.domain.errors import Retryable
from shared.logs import log
from shared.ports import Job

# Longer than any attempt: what is still there then was left by one that died.
STAGING_LIFE: Final = timedelta(hours=24)
DIGEST_LENGTH: Final = 12


def digest_of(content: bytes) -> str:
    """Return the digest of some bytes that stands in the names of tables and jobs."""
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]


def statement_digest(sql: str, parameters: Iterable[Parameter]) -> str:
    """Return the digest of a statement with the values bound to it."""
    bound = [parameter.to_api_repr() for parameter in parameters]
    return digest_of(json.dumps([sql, bound], sort_keys=True).encode())


def fields(schema: TableSchema) -> list[bigquery.SchemaField]:
    """Return a declared schema as the API takes it; every column may be NULL."""
    return [bigquery.SchemaField(column, kind) for column, kind in schema.columns.items()]


def partition(table: str, job: Job) -> str:
    """Return the name of the job's partition of a table: `nba_raw.shots$20241108`."""
    return f"{table}${job.game_date:%Y%m%d}"


class StagingTables:
    """Makes and drops tables of one dataset."""

    def __init__(self, client: bigquery.Client, dataset: str, *, call_seconds: float) -> None:
        self._client = client
        self._dataset = dataset
        self._call_seconds = call_seconds
        self._retry = DEFAULT_RETRY.with_timeout(call_seconds)

    def name(self, table: str, job: Job, digest: str) -> str:
        """Return the name of a table for one attempt: `lookback_staging.nba_raw__shots__20241108__f1__<digest>`.

        The digest is of everything the rows are made of: a job that is found instead of run has filled this table.
        """
        return f"{self._dataset}.{table.replace('.', '__')}__{job.game_date:%Y%m%d}__f{job.fence}__{digest}"

    def create(self, name: str, schema: TableSchema) -> str:
        """Make an empty table laid out as declared, unless it is there; return the moment at which it was made.

        The job that fills it has that moment in its id: one that filled a table of that name which was dropped
        since is not taken for it. Raises Rejected, WarehouseUnavailable.
        """
        table = bigquery.Table(f"{self._client.project}.{name}", schema=fields(schema))
        if schema.partition_by:
            table.time_partitioning = bigquery.TimePartitioning(field=schema.partition_by)
        if schema.cluster_by:
            table.clustering_fields = list(schema.cluster_by)
        table.expires = datetime.now(UTC) + STAGING_LIFE
        with vendor_errors():
            made = self._client.create_table(table, exists_ok=True, retry=self._retry, timeout=self._call_seconds)
        return f"{made.created:%Y%m%d%H%M%S%f}"

    def drop(self, name: str) -> None:
        """Drop a table; quiet when it is gone, and when it cannot be done now: it expires by itself."""
        try:
            with vendor_errors():
                self._client.delete_table(
                    f"{self._client.project}.{name}", retry=self._retry, timeout=self._call_seconds, not_found_ok=True
                )
        except Retryable as error:
            log("staging.left", table=name, error=str(error))
