"""What a dry run asks of BigQuery and how its answer is read, over the real client."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from shared.adapters.gcp.warehouse import BigQueryWarehouse
from shared.config import Config

CONFIG = Config(stack="cloud", project="demo", landing_url="memory://landing")


class Answering(HTTPServer):
    """Answers every job with the same size and keeps what it was asked."""

    asked: list[dict[str, Any]]
    size: str


class Answer(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        statistics = {"query": {"totalBytesProcessed": self.server.size}}
        job = {**body, "statistics": statistics, "status": {"state": "DONE"}, "jobReference": {"projectId": "demo"}}
        content = json.dumps(job).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Answering]:
    started = Answering(("127.0.0.1", 0), Answer)
    started.asked, started.size = [], "123456789"
    thread = threading.Thread(target=started.serve_forever, daemon=True)
    thread.start()
    yield started
    started.shutdown()
    started.server_close()
    thread.join()


def test_the_bytes_of_a_query_are_asked_for_and_nothing_is_run(server: Answering) -> None:
    endpoint = ClientOptions(api_endpoint=f"http://127.0.0.1:{server.server_port}")
    client = bigquery.Client(project="demo", credentials=AnonymousCredentials(), client_options=endpoint)
    warehouse = BigQueryWarehouse(client, CONFIG, instance=lambda: "one")
    sql = "SELECT player_id FROM nba_raw.shots WHERE game_date = @game_date"
    assert warehouse.query_bytes(sql, {"game_date": date(2024, 11, 8), "players": []}) == 123_456_789
    (asked,) = server.asked
    assert asked["configuration"]["dryRun"] is True
    query = asked["configuration"]["query"]
    assert query["query"].split() == sql.split()
    assert [each["name"] for each in query["queryParameters"]] == ["game_date"]
    warehouse.close()
