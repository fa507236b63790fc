"""How rows reach a table: dispositions, partition decorators, schema checks and the limit on partition writes."""

# Names in the SQL come from references that were parsed; bqemulator binds the values.
# ruff: noqa: S608

import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_tables import Layout, TableRef, Tables
from tests.emulators.bigquery_upstream import Upstream

SCRATCH_DATASET = "proxy_scratch"
STREAMED_ROWS = 10_000
# https://cloud.google.com/bigquery/quotas: metadata updates of one table in 10 seconds.
WINDOW_SECONDS = 10.0
PARTITIONED_WRITES = 50
STANDARD_WRITES = 5


class WriteRate:
    """Counts writes a table; refuses those above what BigQuery takes in ten seconds."""

    def __init__(self, partitioned: int, standard: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.partitioned = partitioned
        self.standard = standard
        self._clock = clock
        self._written: dict[str, deque[float]] = defaultdict(deque)

    def count(self, ref: TableRef, layout: Layout) -> None:
        """Count one write. Raises Refused (rateLimitExceeded) when it is one too many."""
        limit = self.partitioned if layout.partition_by else self.standard
        now, written = self._clock(), self._written[str(ref.whole)]
        while written and now - written[0] > WINDOW_SECONDS:
            written.popleft()
        if len(written) >= limit:
            raise Refused("rateLimitExceeded", "Exceeded rate limits: too many table update operations for this table.")
        written.append(now)


class Writer:
    """Puts rows of a scratch table where a job's destination, disposition and decorator say."""

    def __init__(self, upstream: Upstream, tables: Tables, rate: WriteRate) -> None:
        self._upstream = upstream
        self._tables = tables
        self._rate = rate
        self._projects: set[str] = set()

    @contextmanager
    def scratch(self, project: str) -> Iterator[TableRef]:
        """Yield the name of a table that nobody else uses; drop it afterwards."""
        if project not in self._projects:
            reference = {"datasetReference": {"projectId": project, "datasetId": SCRATCH_DATASET}}
            self._upstream.call("POST", f"/projects/{project}/datasets", reference)
            self._projects.add(project)
        ref = TableRef(project=project, dataset=SCRATCH_DATASET, table=f"t{uuid.uuid4().hex}")
        try:
            yield ref
        finally:
            self._upstream.run(project, f"DROP TABLE IF EXISTS {ref.sql}")

    def stream(self, ref: TableRef, rows: list[dict[str, Any]]) -> None:
        """Append rows whose values are normalised already."""
        for first in range(0, len(rows), STREAMED_ROWS):
            body = {"rows": [{"json": row} for row in rows[first : first + STREAMED_ROWS]]}
            self._upstream.call("POST", f"{ref.path}/insertAll", body)

    def destination(self, ref: TableRef, config: Mapping[str, Any], wanted: dict[str, Any]) -> Layout:
        """Return the destination's layout, created from `wanted` where the job may create it.

        Raises Refused when it is missing and may not be created, or when it may not be written by its disposition.
        """
        if not self._tables.exists(ref):
            if config.get("createDisposition") == "CREATE_NEVER":
                raise Refused("notFound", f"Not found: Table {ref.whole}")
            if ref.partition and not (wanted.get("timePartitioning") or {}).get("field"):
                message = "Partitioning specification must be provided in order to create partitioned table"
                raise Refused("invalid", message)
            reference = {"projectId": ref.project, "datasetId": ref.dataset, "tableId": ref.table}
            self._tables.create(ref.whole, {"tableReference": reference, **wanted})
        found = self._tables.layout(ref)
        if config.get("writeDisposition") == "WRITE_EMPTY":
            self._refuse_filled(ref)
        return found

    def write(self, scratch: TableRef, ref: TableRef, layout: Layout, disposition: str) -> int:
        """Write every row of `scratch`, of the layout's columns, to the table or partition; return how many.

        Nothing is written when a row is not of the decorator's date, or the table was written too often.
        """
        if ref.partition:
            self._refuse_strays(scratch, ref, layout)
        self._rate.count(ref, layout)
        statements = [f"INSERT INTO {ref.sql} ({layout.names}) SELECT {layout.names} FROM {scratch.sql}"]
        if disposition == "WRITE_TRUNCATE":
            where = f"`{layout.partition_by}` = DATE '{ref.partition}'" if ref.partition else "TRUE"
            statements.insert(0, f"DELETE FROM {ref.sql} WHERE {where}")
        script = "; ".join(["BEGIN TRANSACTION", *statements, "COMMIT TRANSACTION"])
        with self._upstream.lock:
            self._upstream.run(ref.project, f"{script};")
            return self._tables.rows(scratch)

    def _refuse_filled(self, ref: TableRef) -> None:
        if self._tables.rows(ref):
            raise Refused("duplicate", f"Already Exists: Table {ref}")

    def _refuse_strays(self, scratch: TableRef, ref: TableRef, layout: Layout) -> None:
        own = f"`{layout.partition_by}` = DATE '{ref.partition}'"
        [[strays]] = self._upstream.run(ref.project, f"SELECT COUNTIF(NOT IFNULL({own}, FALSE)) FROM {scratch.sql}")
        if int(strays):
            message = "Some rows belong to different partitions rather than destination partition"
            raise Refused("invalid", f"{message} {ref.partition:%Y%m%d}")
