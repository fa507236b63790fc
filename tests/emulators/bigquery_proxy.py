"""A small server between google-cloud-bigquery and bqemulator: what BigQuery has and the emulator lacks.

It owns the jobs (`bigquery_jobs`, `bigquery_work`, `bigquery_writes`), reads uploads (`bigquery_uploads`),
answers for tables what the emulator forgets (`bigquery_tables`) and hands everything else on. It enforces what
it stands in for: a rule of BigQuery's that production relies on is refused here as there. Nothing in production
knows of it; a test gives its address as `api_endpoint`.
"""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.emulators.bigquery_jobs import Jobs
from tests.emulators.bigquery_routes import Request, Routes
from tests.emulators.bigquery_tables import Tables
from tests.emulators.bigquery_upstream import Upstream
from tests.emulators.bigquery_work import Work
from tests.emulators.bigquery_writes import PARTITIONED_WRITES, STANDARD_WRITES, Writer, WriteRate
from tests.emulators.process import HOST


class Proxy:
    """The proxy's parts, for tests that look inside: `jobs` to hold, `rate` to lower, `journal` to read."""

    def __init__(
        self,
        emulator_port: int,
        *,
        partitioned_writes: int = PARTITIONED_WRITES,
        standard_writes: int = STANDARD_WRITES,
    ) -> None:
        self.upstream = Upstream(emulator_port)
        self.tables = Tables(self.upstream)
        self.rate = WriteRate(partitioned_writes, standard_writes)
        writer = Writer(self.upstream, self.tables, self.rate)
        self.jobs = Jobs(Work(self.upstream, self.tables, writer))
        self.routes = Routes(self.upstream, self.tables, self.jobs, writer)
        self.endpoint = ""

    @property
    def journal(self) -> list[dict[str, Any]]:
        """Return every request so far: `method`, `path`, `status`, and `body` where it was JSON."""
        return self.routes.journal

    def submitted(self, part: str = "") -> list[dict[str, Any]]:
        """Return the jobs taken so far whose id contains `part`, as the REST API answers them, oldest first."""
        return [record.resource() for record in self.jobs.taken() if part in record.job]


@contextmanager
def serving(proxy: Proxy, port: int) -> Iterator[str]:
    """Serve a proxy on a port; yield its address."""

    class Handler(_Handler):
        routes = proxy.routes

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    proxy.endpoint = f"http://{HOST}:{port}"
    proxy.routes.endpoint = proxy.endpoint
    try:
        yield proxy.endpoint
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, has the routes answer it, writes the answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    routes: Routes

    def _answer(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        if self.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        request = Request(
            method=self.command,
            path=url.path,
            target=self.path,
            query={name: values[-1] for name, values in parse_qs(url.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            content=content,
        )
        answer = self.routes.answer(request)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Stay silent: the journal has it."""
