"""Landing files as tables that a statement reads, and the line to blame when BigQuery refuses one.

The file is read through fsspec and uploaded, so that one way serves a local folder and a bucket.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from shared.adapters.gcp.jobs import Jobs, job_id, labels
from shared.adapters.gcp.names import table_names
from shared.adapters.gcp.staging import StagingTables, digest_of, fields
from shared.adapters.landing_lines import landing_content, line_fault
from shared.adapters.table_schemas import TableSchema, TableSchemas
from shared.domain.errors import MalformedLanding, Rejected
from shared.ports import Job

_POSITION: Final = re.compile(r"position (\d+)")


class LandingTables:
    """Loads the landing files that a job's statement names."""

    def __init__(
        self, jobs: Jobs, staging: StagingTables, schemas: TableSchemas, *, instance: Callable[[], str]
    ) -> None:
        self._jobs, self._staging, self._schemas = jobs, staging, schemas
        self._instance = instance

    @contextmanager
    def loaded(self, job: Job) -> Iterator[dict[str, str]]:
        """Yield, by landing name, the table that holds its file for as long as the block runs.

        Raises MalformedLanding naming file and line, StorageUnavailable, WarehouseUnavailable.
        """
        named = table_names(job.sql) & job.external.keys()
        with ExitStack() as made:
            yield {name: self._load(job, name, made) for name in sorted(named)}

    def _load(self, job: Job, name: str, made: ExitStack) -> str:
        schema, url = self._schemas.landing_file(name), job.external[name]
        content = landing_content(url)
        # Each processor loads its own: the first to end may drop it.
        digest = f"{job.processor}_{digest_of(content)}"
        table = self._staging.name(name, job, digest)
        made_at = self._staging.create(table, schema)
        made.callback(self._staging.drop, table)
        lines = b"".join(line + b"\n" for line in content.splitlines() if line.strip())
        if not lines:
            return table
        step = job_id(self._instance(), job.unit, job.processor, f"f{job.fence}", digest, made_at, "load", name)
        tags = labels(backfill_id=job.backfill_id, processor=job.processor, step="load")
        try:
            self._jobs.wait(self._jobs.load(step, lines, fields(schema), tags, table))
        except Rejected as error:
            raise _fault(url, content, schema, str(error)) from error
        return table


def _fault(url: str, content: bytes, schema: TableSchema, message: str) -> MalformedLanding:
    """Return what is wrong with a file that BigQuery refused, by our own reading or else by its message."""
    return line_fault(url, content, schema) or MalformedLanding(url, refused_line(content, message), message)


def refused_line(content: bytes, message: str) -> int:
    """Return the line that a message places by its first byte among the lines not blank; 0 when it does not."""
    found = _POSITION.search(message)
    if found is None:
        return 0
    passed = 0
    for number, line in enumerate(content.splitlines(), start=1):
        passed += len(line) + 1 if line.strip() else 0
        if passed > int(found[1]):
            return number
    return 0
