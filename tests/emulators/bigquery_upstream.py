"""bqemulator as the proxy talks to it: one call at a time, its SQL run as jobs, its bugs in binding mended.

bqemulator serves all requests on one DuckDB connection. The lock is what makes several statements one step
for every client of the proxy: nobody reads between the DELETE and the INSERT of a partition.
"""

import json
import re
import threading
import uuid
from collections.abc import Sequence
from typing import Any

import urllib3

from tests.emulators.bigquery_errors import Refused, refused_by
from tests.emulators.process import HOST

API = "/bigquery/v2"
PAGE_ROWS = 100_000
# Strings, quoted names and comments are matched first, so that an @name inside one is left alone.
_PARAMETER = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `[^`]*` | --[^\n]* | /\*.*?\*/ | @(?P<name>\w+)""",
    re.VERBOSE | re.DOTALL,
)


class Upstream:
    """The emulator behind the proxy. `lock` is held by whoever needs several calls to be one step."""

    def __init__(self, port: int) -> None:
        self.lock = threading.RLock()
        self._pool = urllib3.HTTPConnectionPool(HOST, port, maxsize=4, retries=False, timeout=120)

    def forward(self, method: str, path: str, body: bytes, kind: str = "application/json") -> tuple[int, bytes]:
        """Return status and body of the emulator's own answer."""
        with self.lock:
            answer = self._pool.request(method, path, body=body or None, headers={"Content-Type": kind})
        return answer.status, answer.data

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Return the JSON that the emulator answers; raise Refused where it answers an error."""
        status, raw = self.forward(method, API + path, b"" if body is None else json.dumps(body).encode())
        answer = json.loads(raw) if raw.strip() else {}
        if status >= 300:
            raise refused_by(status, answer)
        return dict(answer)

    def insert(self, project: str, job: str, sql: str, parameters: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """Run a statement as the emulator's job `job`; return its statistics. Raises Refused when it fails."""
        query = {"query": typed(sql, parameters), "useLegacySql": False, "queryParameters": list(parameters)}
        body = {"jobReference": {"projectId": project, "jobId": job}, "configuration": {"query": query}}
        done = self.call("POST", f"/projects/{project}/jobs", body)
        error = done["status"].get("errorResult")
        if error:
            raise Refused(error["reason"], error["message"])
        return dict(done["statistics"]["query"])

    def results(self, project: str, job: str, rows: int = PAGE_ROWS) -> dict[str, Any]:
        """Return schema and rows of a job, as getQueryResults does."""
        return self.call("GET", f"/projects/{project}/queries/{job}?maxResults={rows}")

    def run(self, project: str, sql: str, parameters: Sequence[dict[str, Any]] = ()) -> list[list[Any]]:
        """Run a statement; return its rows, each value as the REST API writes it."""
        job = f"proxy-{uuid.uuid4().hex}"
        with self.lock:
            self.insert(project, job, sql, parameters)
            rows = self.results(project, job)["rows"]
            self.call("DELETE", f"/projects/{project}/jobs/{job}/delete")
        return [[cell["v"] for cell in row["f"]] for row in rows]


def typed(sql: str, parameters: Sequence[dict[str, Any]]) -> str:
    """Return the statement without comments, and with its declared type written around each array parameter.

    bqemulator binds an @name in a comment too, and arrays without their type: an empty ARRAY<STRUCT<...>>
    has no fields then.
    """
    types = {each["name"]: _type_name(each["parameterType"]) for each in parameters if each.get("name")}
    arrays = {name: kind for name, kind in types.items() if kind.startswith("ARRAY<")}

    def cast(found: re.Match[str]) -> str:
        name = found["name"]
        if found[0].startswith(("--", "/*")):
            return " "
        return f"CAST(@{name} AS {arrays[name]})" if name in arrays else found[0]

    return _PARAMETER.sub(cast, sql)


def _type_name(declared: dict[str, Any]) -> str:
    if declared["type"] == "ARRAY":
        return f"ARRAY<{_type_name(declared['arrayType'])}>"
    if declared["type"] == "STRUCT":
        fields = (f"{each['name']} {_type_name(each['type'])}" for each in declared["structTypes"])
        return f"STRUCT<{', '.join(fields)}>"
    return str(declared["type"])
