"""The REST API's methods that the proxy answers itself; every other one is the emulator's."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_jobs import LOCATION, JobRecord, Jobs
from tests.emulators.bigquery_rows import BadValue, row_of
from tests.emulators.bigquery_tables import TableRef, Tables, parse
from tests.emulators.bigquery_uploads import Uploads, parts
from tests.emulators.bigquery_upstream import API, Upstream
from tests.emulators.bigquery_writes import SCRATCH_DATASET, Writer
from tests.emulators.process import sdk_root

RESULTS_WAIT_SECONDS = 10.0
DISCOVERY = "platform/bq/discovery_next/bigquery.json"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request: `target` is path and query as sent."""

    method: str
    path: str
    target: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content) if self.content else {}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    content: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


def of_json(body: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode())


class Routes:
    """Finds who answers a request, and keeps the journal of all."""

    def __init__(self, upstream: Upstream, tables: Tables, jobs: Jobs, writer: Writer) -> None:
        self.journal: list[dict[str, Any]] = []
        self.endpoint = ""
        self._upstream = upstream
        self._tables = tables
        self._jobs = jobs
        self._writer = writer
        self._uploads = Uploads()
        self._streamed: dict[str, set[str]] = {}
        table = rf"{API}/projects/(?P<project>[^/]+)/datasets/(?P<dataset>[^/]+)/tables"
        project = rf"{API}/projects/(?P<project>[^/]+)"
        self._known: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = [
            (method, re.compile(pattern), answer)
            for method, pattern, answer in (
                ("POST", rf"{project}/jobs", self._insert),
                ("GET", rf"{project}/jobs", self._list),
                ("GET", rf"{project}/jobs/(?P<job>[^/]+)", self._get),
                ("POST", rf"{project}/jobs/(?P<job>[^/]+)/cancel", self._cancel),
                ("GET", rf"{project}/queries/(?P<job>[^/]+)", self._results),
                ("POST", rf"{project}/queries", self._query),
                ("POST", rf"/upload{project}/jobs", self._upload),
                ("PUT", rf"/upload{project}/jobs", self._upload_chunk),
                ("POST", table, self._create_table),
                ("GET", rf"{table}/(?P<table>[^/]+)", self._get_table),
                ("DELETE", rf"{table}/(?P<table>[^/]+)", self._delete_table),
                ("POST", rf"{table}/(?P<table>[^/]+)/insertAll", self._stream),
                ("GET", rf"{project}/datasets", self._datasets),
                ("GET", "/journal", self._journal),
                ("GET", r"/\$discovery/rest", self._discovery),
            )
        ]

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request, the proxy's own or the emulator's."""
        try:
            answer = self._dispatch(request)
        except Refused as error:
            answer = of_json(error.answer(), error.code)
        entry = {"method": request.method, "path": request.path, "status": answer.status}
        if request.headers.get("content-type", "").startswith("application/json") and request.content:
            entry["body"] = json.loads(request.content)
        self.journal.append(entry)
        return answer

    def _dispatch(self, request: Request) -> Answer:
        for method, pattern, answer in self._known:
            found = pattern.fullmatch(request.path)
            if found and method == request.method:
                return answer(request, **found.groupdict())
        kind = request.headers.get("content-type", "application/json")
        return Answer(*self._upstream.forward(request.method, request.target, request.content, kind))

    def _journal(self, _: Request) -> Answer:
        return of_json(self.journal)

    def _discovery(self, _: Request) -> Answer:
        """Return what the `bq` command line asks for first: the API's description, from the SDK, at this address."""
        root = sdk_root()
        if root is None:
            raise Refused("notFound", "the description of the API is part of the Google Cloud SDK")
        described = json.loads((root / DISCOVERY).read_text(encoding="utf-8"))
        return of_json({**described, "rootUrl": f"{self.endpoint}/", "baseUrl": f"{self.endpoint}{API}/"})

    def _insert(self, request: Request, project: str) -> Answer:
        return of_json(self._jobs.insert(project, request.json()).resource())

    def _list(self, _: Request, project: str) -> Answer:
        jobs = [record.resource() for record in self._jobs.all(project)]
        return of_json({"kind": "bigquery#jobList", "jobs": [{**job, "state": job["status"]["state"]} for job in jobs]})

    def _get(self, _: Request, project: str, job: str) -> Answer:
        return of_json(self._jobs.get(project, job).resource())

    def _cancel(self, _: Request, project: str, job: str) -> Answer:
        record = self._jobs.cancel(project, job)
        return of_json({"kind": "bigquery#jobCancelResponse", "job": record.resource()})

    def _results(self, request: Request, project: str, job: str) -> Answer:
        record = self._jobs.get(project, job)
        wait = min(int(request.query.get("timeoutMs", 10_000)) / 1000, RESULTS_WAIT_SECONDS)
        if not record.ended.wait(wait):
            reference = {"projectId": project, "jobId": job, "location": LOCATION}
            return of_json({"jobReference": reference, "jobComplete": False})
        if record.error:
            raise record.error
        status, content = self._upstream.forward("GET", request.target, b"")
        if status != 200:
            return Answer(status, content)
        return of_json(self._completed(record, json.loads(content)))

    def _completed(self, record: JobRecord, found: dict[str, Any]) -> dict[str, Any]:
        reference = {"projectId": record.project, "jobId": record.job, "location": LOCATION}
        processed = record.statistics["totalBytesProcessed"]
        return {**found, "jobReference": reference, "totalBytesProcessed": processed, "cacheHit": False}

    def _query(self, request: Request, project: str) -> Answer:
        body = request.json()
        settings = {key: body[key] for key in ("labels", "dryRun") if key in body}
        inner = ("query", "useLegacySql", "queryParameters", "parameterMode", "maximumBytesBilled", "defaultDataset")
        query = {key: body[key] for key in inner if key in body}
        record = self._jobs.insert(project, {"configuration": {**settings, "query": query}})
        record.ended.wait()
        if record.error:
            raise record.error
        if body.get("dryRun"):
            schema = record.statistics["query"]["schema"]
            return of_json(self._completed(record, {"jobComplete": True, "schema": schema, "rows": []}))
        found = self._upstream.results(project, record.job, rows=int(body.get("maxResults", 10_000)))
        return of_json(self._completed(record, found))

    def _upload(self, request: Request, project: str) -> Answer:
        if request.query.get("uploadType") == "resumable":
            session = self._uploads.begin(request.json())
            address = f"{self.endpoint}{request.path}?uploadType=resumable&upload_id={session}"
            return Answer(200, b"", {"Location": address})
        body, content = parts(request.headers["content-type"], request.content)
        return of_json(self._jobs.insert(project, body, content).resource())

    def _upload_chunk(self, request: Request, project: str) -> Answer:
        whole = self._uploads.add(request.query["upload_id"], request.headers.get("content-range", ""), request.content)
        if whole is None:
            received = self._uploads.received(request.query["upload_id"])
            return Answer(308, b"", {"Range": f"bytes=0-{received - 1}"})
        body, content = whole
        return of_json(self._jobs.insert(project, body, content).resource())

    def _create_table(self, request: Request, project: str, dataset: str) -> Answer:
        resource = request.json()
        table = resource["tableReference"]["tableId"]
        return of_json(self._tables.create(TableRef(project=project, dataset=dataset, table=table), resource))

    def _get_table(self, _: Request, project: str, dataset: str, table: str) -> Answer:
        return of_json(self._tables.get(_ref(project, dataset, table)))

    def _delete_table(self, _: Request, project: str, dataset: str, table: str) -> Answer:
        with self._upstream.lock:
            self._tables.delete(_ref(project, dataset, table))
        return Answer(204, b"")

    def _stream(self, request: Request, project: str, dataset: str, table: str) -> Answer:
        ref, body = _ref(project, dataset, table), request.json()
        if ref.partition:
            raise Refused("invalid", f"Streaming to metadata partition of column based partitioning table {ref}")
        layout = self._tables.layout(ref)
        seen = self._streamed.setdefault(str(ref), set())
        rows, faults = [], []
        for index, row in enumerate(body["rows"]):
            try:
                values = row_of(row["json"], layout)
            except BadValue as problem:
                faults.append({"index": index, "errors": [{"reason": "invalid", "message": str(problem)}]})
                continue
            # BigQuery leaves out a row whose insertId it saw a moment ago, best effort.
            if row.get("insertId") not in seen:
                rows.append(values)
        if faults and not body.get("skipInvalidRows"):
            bad = {fault["index"] for fault in faults}
            stopped = {"reason": "stopped", "message": ""}
            faults += [{"index": n, "errors": [stopped]} for n in range(len(body["rows"])) if n not in bad]
        else:
            self._writer.stream(ref, rows)
            seen |= {row["insertId"] for row in body["rows"] if row.get("insertId")}
        answer: dict[str, Any] = {"kind": "bigquery#tableDataInsertAllResponse"}
        return of_json({**answer, "insertErrors": faults} if faults else answer)

    def _datasets(self, request: Request, project: str) -> Answer:
        listed = self._upstream.call("GET", request.target.removeprefix(API))
        named = [each for each in listed["datasets"] if each["datasetReference"]["datasetId"] != SCRATCH_DATASET]
        return of_json({**listed, "datasets": named})


def _ref(project: str, dataset: str, table: str) -> TableRef:
    return parse({"projectId": project, "datasetId": dataset, "tableId": table.replace("%24", "$")})
