"""The cloud stack on Google's emulators: real clients, real pushes, each function a server of its own.

One system serves all tests of this file. Each asks for dates of its own, and compares them with the same dates of one
embedded run; history that an earlier test brought in is only history that need not be run again.
"""

import base64
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from shared.domain.messages import BackfillRequest
from shared.domain.units import Status, Unit
from shared.service.app import App
from shared.service.refusals import dead_letters, rejections
from tests.rehearsal.compare import differences
from tests.rehearsal.drive import embedded_run, follow, load_calendar, publish_request
from tests.rehearsal.figures import read_figures
from tests.rehearsal.stack import Rehearsal, rehearsal

FIRST, LAST = date(2024, 10, 24), date(2024, 10, 29)
KILLED, FROZEN, FAULTY = date(2024, 10, 26), date(2024, 10, 27), date(2024, 10, 28)
FAULTY_MAIN = Path(__file__).parents[1] / "rehearsal" / "faulty" / "process_analytics.py"
FROZEN_SECONDS = 5.0
WAIT_SECONDS = 120.0


@pytest.fixture(scope="module")
def system(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The system with the real season's calendar, loaded by its function."""
    settings = {"SOURCE": "archive", "LEASE_SECONDS": 30}
    with rehearsal(tmp_path_factory.mktemp("rehearsal"), settings=settings) as running:
        load_calendar(running, "2024-25")
        yield running


@pytest.fixture(scope="module")
def embedded(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> App:
    """The same dates on the embedded stack."""
    return embedded_run(tmp_path_factory.mktemp("embedded"), "archive", asked(FIRST, LAST, "embedded"))


def asked(first: date, last: date, name: str) -> BackfillRequest:
    return BackfillRequest(start_date=first, end_date=last, request_id=name)


def unit(system: Rehearsal, phase: int, day: date) -> Unit:
    held = system.app.ledger.unit(phase, day)
    assert held is not None
    return held.unit


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait, looking often, until something holds."""
    limit = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < limit, what
        time.sleep(0.02)


def running(system: Rehearsal, phase: int, day: date) -> bool:
    held = system.app.ledger.unit(phase, day)
    return held is not None and held.unit.status is Status.RUNNING


def assert_identical(system: Rehearsal, embedded: App, first: date, last: date) -> None:
    counts, found = differences(embedded.warehouse, system.app.warehouse, first, last)
    assert found == []
    assert all(counts.values()), counts


def test_a_gap_fill_started_with_gcloud_ends_as_the_embedded_run_does(system: Rehearsal, embedded: App) -> None:
    publish_request(system, asked(FIRST, date(2024, 10, 25), "gap"))
    standing = follow(system, "gap")
    assert (standing.status, standing.done) == ("complete", 16)
    assert_identical(system, embedded, FIRST, date(2024, 10, 25))
    figures = read_figures(system.folder / "logs")
    assert figures.functions["coordinate"].messages >= 4
    assert figures.functions["coordinate"].usage["ledger_reads"] > 0
    assert figures.latencies


def test_a_function_killed_in_the_middle_costs_an_attempt_and_nothing_else(system: Rehearsal, embedded: App) -> None:
    publish_request(system, asked(KILLED, KILLED, "killed"))
    until(lambda: running(system, 3, KILLED), "Phase 3 never ran")
    system.servers.kill("process_analytics")
    crashed = unit(system, 3, KILLED)
    assert (crashed.status, crashed.attempts) == (Status.RUNNING, 1)
    system.servers.start("process_analytics")
    assert follow(system, "killed").status == "complete"
    assert unit(system, 3, KILLED).fence == 2
    assert_identical(system, embedded, KILLED, KILLED)


def test_a_delivery_that_stands_still_for_a_while_is_caught_up(system: Rehearsal, embedded: App) -> None:
    publish_request(system, asked(FROZEN, FROZEN, "frozen"))
    until(lambda: running(system, 2, FROZEN), "Phase 2 never ran")
    os.kill(system.pubsub.process.pid, signal.SIGSTOP)
    time.sleep(FROZEN_SECONDS)
    os.kill(system.pubsub.process.pid, signal.SIGCONT)
    assert follow(system, "frozen").status == "complete"
    assert_identical(system, embedded, FROZEN, FROZEN)


def test_a_date_that_always_raises_fails_alone_and_recovers(system: Rehearsal, embedded: App) -> None:
    system.servers.kill("process_analytics")
    system.servers.start("process_analytics", FAULTY_MAIN, {"FAULTY_DATE": str(FAULTY)})
    publish_request(system, asked(FAULTY, LAST, "faulty"))
    assert follow(system, "faulty").status == "failed"
    failed = unit(system, 3, FAULTY)
    assert (failed.status, failed.attempts) == (Status.FAILED, system.app.config.attempts_max)
    assert "planted: this date cannot be analysed" in failed.error
    blocked = unit(system, 4, LAST)
    assert (blocked.status, f"{failed.key} failed" in blocked.reason) == (Status.BLOCKED, True)
    assert unit(system, 3, LAST).status is Status.COMPLETE
    letter = {"version": 1, "phase": 2, "game_date": str(FAULTY), "backfill_id": "faulty"}
    until(lambda: letter in [dict(each.message) for each in dead_letters(system.app)], "no dead letter")

    system.servers.kill("process_analytics")
    system.servers.start("process_analytics")
    message = json.dumps({"action": "retry", "backfill_id": "faulty"})
    system.gcloud("pubsub", "topics", "publish", "backfill-controls", f"--message={message}")
    until(lambda: unit(system, 3, FAULTY).status is not Status.FAILED, "nothing was retried")
    assert follow(system, "faulty").status == "complete"
    assert_identical(system, embedded, FAULTY, LAST)


def test_a_late_dead_letter_leaves_a_complete_unit_alone(system: Rehearsal) -> None:
    before = unit(system, 3, FIRST)
    known = len(dead_letters(system.app))
    message = json.dumps({"version": 1, "phase": 2, "game_date": str(FIRST), "backfill_id": "gap"})
    source = "CloudPubSubDeadLetterSourceSubscription=process_analytics.phase2-complete"
    words = ("topics", "publish", "dead-letters", f"--message={message}", f"--attribute={source}")
    system.gcloud("pubsub", *words)
    until(lambda: len(dead_letters(system.app)) > known, "the letter was not taken in")
    assert unit(system, 3, FIRST) == before


REFUSED_BY_SCHEMA = {
    "bad JSON": "{",
    "unknown field": '{"start_date": "2024-11-08", "end_date": "2024-11-14", "colour": "red"}',
    "a text for a number": '{"start_date": "2024-11-08", "end_date": "2024-11-14", "to_phase": "five"}',
}


@pytest.mark.parametrize("message", REFUSED_BY_SCHEMA.values(), ids=REFUSED_BY_SCHEMA.keys())
def test_what_the_schema_does_not_allow_is_refused_at_publish(system: Rehearsal, message: str) -> None:
    with pytest.raises(RuntimeError, match="INVALID_ARGUMENT"):
        system.gcloud("pubsub", "topics", "publish", "backfill-requests", f"--message={message}")


NEVER = {
    "a range of 10,000 days": {"start_date": "2000-01-01", "end_date": "2027-05-19"},
    "a season that is not loaded": {"start_date": "1999-11-08", "end_date": "1999-11-14"},
    "SQL in a field": {"start_date": "2024-11-08", "end_date": "2024-11-14", "request_id": "x'; DROP TABLE shots; --"},
}


@pytest.mark.parametrize("message", NEVER.values(), ids=NEVER.keys())
def test_what_no_schema_can_judge_is_recorded_and_never_reaches_sql(system: Rehearsal, message: dict[str, Any]) -> None:
    text = json.dumps(message)
    system.gcloud("pubsub", "topics", "publish", "backfill-requests", f"--message={text}")
    until(lambda: text in [each.request for each in rejections(system.app)], "not recorded")


@pytest.mark.parametrize("data", ["{", "[1]", '{"version": "one"}', '{"colour": "red"}'])
def test_a_push_that_is_not_ours_is_acknowledged_and_recorded(system: Rehearsal, data: str) -> None:
    path = "/projects/demo/topics/phase1-requests"
    encoded = base64.b64encode(data.encode()).decode()
    body = {"subscription": "projects/demo/subscriptions/x", "message": {"data": encoded, "messageId": "1"}}
    answer = requests.post(system.servers.url("scrape") + path, json=body, timeout=WAIT_SECONDS)
    assert answer.status_code in (200, 204)
    assert data in [each.request for each in rejections(system.app)]


def test_the_status_function_tells_what_the_ledger_says(system: Rehearsal) -> None:
    path = f"/api/check?start={FIRST}&end={FIRST}"
    checked = requests.get(system.servers.url("status") + path, timeout=WAIT_SECONDS).json()
    assert [each["game_date"] for each in checked["dates"]] == [str(FIRST)]
