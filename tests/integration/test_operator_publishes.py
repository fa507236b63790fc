"""`gcloud pubsub topics publish` reaches a served function, and is refused what the topic's schema refuses."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.messages import CalendarRequest
from shared.service.load_calendar import load_calendar
from tests.emulators.process import HOST, free_port, missing, server

FUNCTION = "plan_backfill"
PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.1


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Yield the URL of the function in a server of its own, as it is deployed: started from the root, on its path."""
    port = free_port()
    argv = [sys.executable, "-m", "functions_framework", f"--target={FUNCTION}", f"--host={HOST}", f"--port={port}"]
    argv.append(f"--source=functions/{FUNCTION}/main.py")
    environment = {"PYTHONPATH": str(REPOSITORY_ROOT), "LOOKBACK_HOME": str(home)}
    with server(argv, port, home / "function.log", environment=environment, folder=REPOSITORY_ROOT):
        yield f"http://{HOST}:{port}"


def gcloud_publish(environment: dict[str, str], topic: str, message: str) -> subprocess.CompletedProcess[str]:
    argv = ["gcloud", "pubsub", "topics", "publish", topic, f"--message={message}"]
    return subprocess.run(argv, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def awaited(app: Any, key: str) -> dict[str, Any]:
    """Return the ledger's document once it is there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        document = app.ledger.store.get(key)
        if document is not None and document.body["status"] != "planning":
            return dict(document.body)
        time.sleep(POLL_SECONDS)
    pytest.fail(f"{key} is not there after {PATIENCE_SECONDS:g} s")


def test_a_published_request_is_planned_and_a_wrong_one_never_arrives(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if shutil.which("gcloud") is None:
        missing("gcloud")
    pubsub = request.getfixturevalue("pubsub")
    from tests.emulators.pubsub import provision

    app = bootstrap.embedded(Config(home=str(tmp_path)))
    load_calendar(app, CalendarRequest(season="2024-25"))
    project, topology = pubsub.project(), bootstrap.topology()
    environment = pubsub.environment(project)
    week = {"start_date": "2024-11-08", "end_date": "2024-11-14", "max_lookback_days": None}
    with served(tmp_path) as url:
        provision(pubsub, topology, project, lambda function: url if function == FUNCTION else f"http://{HOST}:9")
        wrong = gcloud_publish(environment, "backfill-requests", json.dumps({**week, "sql": "DROP TABLE units"}))
        assert wrong.returncode != 0
        assert "not the JSON form of BackfillRequest" in wrong.stderr
        good = gcloud_publish(environment, "backfill-requests", json.dumps({**week, "request_id": "by-gcloud"}))
        assert good.returncode == 0, good.stderr
        backfill = awaited(app, "backfills/by-gcloud")
    assert backfill["status"] == "running"
    assert not list(app.ledger.store.scan("rejections/", "rejections/~"))
