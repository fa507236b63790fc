"""backfill alerts, ack, silence: what is wrong is listed, taken on, and kept quiet, through the functions."""

from pathlib import Path
from typing import Any

import pytest

from shared.cli.options import reader
from shared.domain.alerts import Severity, Tier
from shared.domain.incidents import Incident, IncidentStatus, tell
from shared.domain.notices import NoticeKind
from shared.service.alerting.incidents import incident_write
from tests.unit.cli.conftest import Backfill, waiting_messages


@pytest.fixture
def firing(home: Path) -> Path:
    """A folder in which an incident fires and another one healed by itself."""
    app = reader(str(home))
    now = app.clock.now()
    fires: dict[str, Any] = {"since": now.isoformat(), "fired_at": now.isoformat(), "last_seen": now.isoformat()}
    letters = Incident(
        id="dead_letters",
        rule="dead_letters",
        severity=Severity.HIGH,
        status=IncidentStatus.FIRING,
        episode=1,
        subjects={f"{number}: scrape.phase1-requests": {"message": "[bold]"} for number in range(5)},
        subjects_total=5,
        **fires,
    )
    healed = Incident(
        id="unit_failed",
        rule="unit_failed",
        severity=Severity.MEDIUM,
        status=IncidentStatus.RESOLVED,
        episode=1,
        resolved_at=now.isoformat(),
        since=now.isoformat(),
    )
    told = tell(letters, NoticeKind.TRIGGERED, (Tier.PRIMARY,), now)
    app.ledger.commit([incident_write(told, None), incident_write(healed, None)])
    return home


def test_what_is_wrong_is_listed_with_its_runbook(backfill: Backfill, firing: Path) -> None:
    result = backfill("alerts")
    assert result.code == 1
    assert "dead_letters" in result.out
    assert "and 2 more" in " ".join(result.out.split())
    assert "docs/operations/runbooks/dead_letters.md" in result.out
    assert "unit_failed" not in result.out
    assert "unit_failed" in backfill("alerts", "--all").out
    (found,) = backfill("alerts", "--json").json["incidents"]
    assert (found["id"], found["told"], found["runbook"]) == (
        "dead_letters",
        ["primary"],
        "docs/operations/runbooks/dead_letters.md",
    )


def test_nothing_wrong_is_said(backfill: Backfill, home: Path) -> None:
    result = backfill("alerts")
    assert (result.code, result.out) == (0, "Nothing is wrong.\n")


def test_an_incident_is_taken_on_and_a_silence_set_and_ended(backfill: Backfill, firing: Path) -> None:
    assert backfill("ack", "dead_letters", "--by", "ann").code == 0
    reason = "the warehouse is moved"
    said = backfill("silence", "unit_failed", "--for", "2h", "--reason", reason, "--json").json
    assert (said["message"]["minutes"], said["topic"]) == (120, "alert-controls")
    assert waiting_messages(firing) == {"control_alerts": 2}
    assert backfill("run").code == 0
    listed = backfill("alerts").out
    assert "acknowledged by ann" in listed
    assert f"unit_failed ({reason}" in listed
    assert backfill("silence", "unit_failed", "--cancel").code == 0
    assert backfill("run").code == 0
    assert reason not in backfill("alerts").out


REFUSED = [
    (("ack", "nobody"), "target: got 'nobody'"),
    (("ack", "unit_failed"), "incident: got 'unit_failed'; expected one that fires; this one is resolved"),
    (("ack", "phase_outage"), "incident: got 'phase_outage'; expected the id of an incident"),
    (("silence", "all", "--for", "soon", "--reason", "x"), "--for: got 'soon'"),
    (("silence", "all", "--for", "31d", "--reason", "x"), "minutes: got 44640"),
    (("silence", "all", "--for", "2h"), "reason: got ''"),
    (("silence", "all", "--for", "2h", "--cancel"), "--cancel: got '2h'"),
    (("silence", "all", "--cancel"), "target: got 'all'; expected a silence that is on"),
]


def test_what_would_be_rejected_is_refused_before_it_is_published(backfill: Backfill, firing: Path) -> None:
    for words, told in REFUSED:
        result = backfill(*words)
        assert (result.code, told in result.err) == (2, True), (words, result.err)
    assert waiting_messages(firing) == {}
