"""The proxy's jobs: an id is used once, a job is found by it for ever, and one that waits can be cancelled."""

import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_work import Statistics, Work

LOCATION = "US"
KINDS = ("query", "load", "copy")
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,1024}")
# https://cloud.google.com/bigquery/docs/labels-intro: international letters are not stood in for.
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
LABELS_MAX = 64


@dataclass
class JobRecord:
    """One job: what was asked, how it stands, and what it answered."""

    project: str
    job: str
    configuration: dict[str, Any]
    created: float = field(default_factory=time.time)
    state: str = "PENDING"
    error: Refused | None = None
    statistics: Statistics = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    cancelled: bool = False
    ended_at: float = 0.0

    def resource(self) -> dict[str, Any]:
        """Return the job as the REST API answers it."""
        status: dict[str, Any] = {"state": self.state}
        if self.error:
            status |= {"errorResult": self.error.proto(), "errors": self.error.protos()}
        times = {"creationTime": _milliseconds(self.created), "startTime": _milliseconds(self.created)}
        if self.ended.is_set():
            times["endTime"] = _milliseconds(self.ended_at)
        return {
            "kind": "bigquery#job",
            "etag": self.state,
            "id": f"{self.project}:{LOCATION}.{self.job}",
            "jobReference": {"projectId": self.project, "jobId": self.job, "location": LOCATION},
            "configuration": self.configuration,
            "status": status,
            "statistics": {**times, **self.statistics},
            "user_email": "rehearsal@localhost",
        }


class Jobs:
    """All jobs since the start. A job runs in the request that inserts it, unless a test holds it back."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._records: dict[tuple[str, str], JobRecord] = {}
        self._guard = threading.Lock()
        self._held: dict[str, threading.Event] = {}

    def hold(self, part: str) -> Callable[[], None]:
        """Keep each job whose id contains `part` PENDING until the function returned here is called."""
        gate = self._held[part] = threading.Event()

        def release() -> None:
            self._held.pop(part, None)
            gate.set()

        return release

    def insert(self, project: str, body: dict[str, Any], content: bytes | None = None) -> JobRecord:
        """Take a job and run it; return it as it stands. Raises Refused when its id was used or it is malformed."""
        job = (body.get("jobReference") or {}).get("jobId") or f"job_{uuid.uuid4().hex}"
        configuration = body["configuration"]
        kind = next((name for name in KINDS if name in configuration), None)
        if kind is None or not _JOB_ID.fullmatch(job):
            raise Refused("invalid", f"Invalid job: id {job!r}, configuration of {sorted(configuration)}")
        refuse_labels(configuration.get("labels") or {})
        if kind == "load" and content is None:
            raise Refused("notImplemented", "the proxy loads uploaded files, not sourceUris")
        configuration = {**configuration, "jobType": kind.upper()}
        record = JobRecord(project=project, job=job, configuration=configuration)
        if configuration.get("dryRun"):
            return self._dry(record)
        with self._guard:
            self._refuse_known(project, job)
            self._records[project, job] = record
        gates = [gate for part, gate in self._held.items() if part in job]
        if gates:
            threading.Thread(target=self._run, args=(record, content, gates), daemon=True).start()
        else:
            self._run(record, content, [])
        return record

    def get(self, project: str, job: str) -> JobRecord:
        """Return a job. Raises Refused when there is none."""
        record = self._records.get((project, job))
        if record is None:
            raise Refused("notFound", f"Not found: Job {project}:{LOCATION}.{job}")
        return record

    def taken(self) -> list[JobRecord]:
        """Return the jobs of all projects, oldest first."""
        return list(self._records.values())

    def all(self, project: str) -> list[JobRecord]:
        """Return a project's jobs, newest first."""
        return [record for record in reversed(self._records.values()) if record.project == project]

    def cancel(self, project: str, job: str) -> JobRecord:
        """End a job that has not begun; return it as it stands. One that is done stays what it is."""
        record = self.get(project, job)
        with self._guard:
            if record.state == "PENDING":
                record.cancelled = True
                self._end(record, Refused("stopped", "Job execution was cancelled: User requested cancellation"))
        return record

    def _refuse_known(self, project: str, job: str) -> None:
        if (project, job) in self._records:
            raise Refused("duplicate", f"Already Exists: Job {project}:{LOCATION}.{job}")

    def _dry(self, record: JobRecord) -> JobRecord:
        if "query" not in record.configuration:
            raise Refused("notImplemented", "the proxy makes dry runs of queries")
        record.statistics = self._work.dry_run(record.project, f"dry-{uuid.uuid4().hex}", record.configuration)
        self._end(record, None)
        return record

    def _run(self, record: JobRecord, content: bytes | None, gates: list[threading.Event]) -> None:
        for gate in gates:
            gate.wait()
        with self._guard:
            if record.cancelled:
                return
            record.state = "RUNNING"
        error = None
        try:
            record.statistics = self._perform(record, content)
        except Refused as refused:
            error = refused
        self._end(record, error)

    def _perform(self, record: JobRecord, content: bytes | None) -> Statistics:
        if "query" in record.configuration:
            return self._work.query(record.project, record.job, record.configuration)
        if "load" in record.configuration:
            return self._work.load(record.configuration, content or b"")
        return self._work.copy(record.configuration)

    def _end(self, record: JobRecord, error: Refused | None) -> None:
        record.error = error
        record.ended_at = time.time()
        record.state = "DONE"
        record.ended.set()


def refuse_labels(labels: dict[str, str]) -> None:
    """Return when BigQuery would keep these labels; raise Refused naming what it would not."""
    wrong = [f"{key}={value}" for key, value in labels.items() if not _LABEL_KEY.fullmatch(key)]
    wrong += [f"{key}={value}" for key, value in labels.items() if not _LABEL_VALUE.fullmatch(value)]
    if wrong or len(labels) > LABELS_MAX:
        raise Refused("invalid", f"Invalid labels {wrong or len(labels)}: lower-case letters, digits, _ and - only")


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))
