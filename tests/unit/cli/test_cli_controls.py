"""What an operator does when a backfill fails, or is to wait: each verb, its refusals and its exit code."""

import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from shared import bootstrap
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.cli.options import reader
from shared.config import Config
from shared.service.plan_backfill import plan_backfill
from tests.unit.cli.conftest import Backfill, waiting_messages

DAYS = ("2024-10-22", "2024-10-23", "2024-10-24")


@pytest.fixture
def broken(backfill: Backfill, home: Path) -> dict[str, tuple[Path, bytes]]:
    """Three dates of which Phase 2 of two has failed, and what their files were; the third is complete."""
    assert backfill("request", DAYS[0], DAYS[2], "--to-phase", 1, "--run").code == 0
    whole = {}
    for day in DAYS[1:]:
        file = home / "landing" / day / "player_boxscores.jsonl"
        whole[day] = (file, file.read_bytes())
        file.write_bytes(b"not json\n")
    assert backfill("request", DAYS[0], DAYS[2], "--request-id", "gap", "--run").code == 1
    return whole


def plan_all(home: Path) -> None:
    """Have the planner alone take in what was requested."""
    app = bootstrap.embedded(Config(home=str(home)))
    bus, warehouse = cast(SqliteBus, app.bus), cast(DuckDbWarehouse, app.warehouse)
    for delivery in bus.receive({"plan_backfill"}, 10):
        plan_backfill(app, delivery.body, delivery.message_id)
        bus.acknowledge(delivery)
    warehouse.close()


def mend(broken: dict[str, tuple[Path, bytes]], *days: str) -> None:
    for day in days:
        file, content = broken[day]
        file.write_bytes(content)


def fences() -> dict[str, int]:
    documents = reader(None).ledger.store.scan("units/", "units/~")
    return {document.key: document.body.get("fence", 0) for document in documents}


@pytest.mark.integration
def test_failures_are_listed_and_a_part_of_them_is_retried(
    backfill: Backfill, home: Path, broken: dict[str, tuple[Path, bytes]]
) -> None:
    shown = backfill("failed", "gap")
    assert shown.code == 1
    assert "Phase 2 of 2024-10-23 failed after 1 attempt, since " in shown.out
    assert "blocks Phase 3 of 2024-10-23" in shown.out
    assert "Mend the cause, then: backfill retry gap" in shown.out
    (found,) = backfill("failed", "--json").json["backfills"]
    assert [each["key"] for each in found["failed"]] == [f"units/2-{day}" for day in DAYS[1:]]
    mend(broken, DAYS[1])
    before = fences()
    assert backfill("retry", "gap", "--dates", DAYS[1], "--phase", 2).code == 0
    ran = backfill("run")
    assert ran.code == 1
    assert "Validated what gap recovered, 1 date, Phase 2-5: complete" in ran.out
    again = {key for key, fence in fences().items() if fence > before.get(key, 0)}
    assert again == {f"units/{phase}-{DAYS[1]}" for phase in (2, 3, 4, 5)}
    mend(broken, DAYS[2])
    command = [sys.executable, "-m", "shared.cli.main", "retry", "gap", "--wait", "--json"]
    waiting = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"LOOKBACK_HOME": str(home)}
    )
    while not waiting_messages(home):
        assert waiting.poll() is None
    assert backfill("run").code == 0
    out, _ = waiting.communicate()
    assert waiting.returncode == 0
    assert '"complete": true' in out
    assert backfill("failed").code == 0
    assert backfill("failed", "gap").out == "Nothing has failed.\n"


REFUSED = [
    (("retry", "nobody"), "backfill_id: got 'nobody'; expected the id of a backfill"),
    (("retry", "gap", "--dates", DAYS[0]), f"dates: got '{DAYS[0]}'; expected dates on which something failed"),
    (("retry", "gap", "--phase", 3), "of gap, Phase 2 of 2024-10-23, Phase 2 of 2024-10-24 failed"),
    (("retry", "gap", "--dates", "Nov 8"), "--dates: got 'Nov 8'"),
    (("retry", "gap", "--phase", 7), "phase: got 7"),
    (("resume", "gap"), "expected a paused or cancelled backfill; this one is failed"),
    (("pause", "gap"), "expected a live backfill; this one is failed"),
    (("cancel", "gap"), "expected a live or paused backfill; this one is failed"),
    (("apply", "gap"), "expected a dry run's plan; this one is failed"),
    (("failed", "nobody"), "backfill_id: got 'nobody'"),
]


def test_what_would_be_rejected_is_refused_before_it_is_published(
    backfill: Backfill, home: Path, broken: dict[str, tuple[Path, bytes]]
) -> None:
    for words, told in REFUSED:
        result = backfill(*words)
        assert (result.code, told in result.err) == (2, True), (words, result.err)
    assert waiting_messages(home) == {}


def test_a_paused_backfill_is_told_by_every_verb_and_goes_on(backfill: Backfill, home: Path) -> None:
    backfill("request", DAYS[0], "--request-id", "one")
    plan_all(home)
    assert backfill("pause", "one", "--reason", "the source is down").code == 0
    ran = backfill("run")
    assert ran.code == 1
    assert "the source is down" in ran.out
    assert "All that is left is paused: one." in ran.out
    assert "To go on: backfill resume one" in ran.out
    assert backfill("run").code == 1
    assert backfill("watch", "one").code == 1
    assert "paused" in backfill("status").out
    standing = backfill("status", "one", "--json").json
    assert (standing["status"], standing["stopped_reason"], standing["next"]) == (
        "paused",
        "the source is down",
        ["backfill resume one"],
    )
    assert backfill("pause", "one").code == 2
    assert backfill("resume", "one").code == 0
    assert backfill("run").code == 0
    assert backfill("status", "one", "--json").json["status"] == "complete"


def test_a_cancelled_backfill_counts_what_is_not_to_come(backfill: Backfill, home: Path) -> None:
    backfill("request", DAYS[0], "--request-id", "one")
    plan_all(home)
    assert backfill("cancel", "one", "--reason", "wrong week").code == 0
    assert backfill("run").code == 1
    standing = backfill("status", "one", "--json").json
    # A run takes messages up side by side: the first attempt may have begun before the word came.
    assert [each["counts"] for each in standing["phases"]][2:] == [{"cancelled": 1}] * 3
    assert (standing["eta_seconds"], standing["next"]) == (None, ["backfill resume one"])
    assert "cancelled" in backfill("status", "one").out


def test_a_dry_run_is_applied_and_how_its_plan_moved_is_shown(backfill: Backfill, home: Path) -> None:
    for name in ("first", "second"):
        assert backfill("request", DAYS[0], DAYS[1], "--dry-run", "--request-id", name).code == 0
    assert backfill("run").code == 0
    assert "runs as it was planned" in backfill("apply", "first").out
    assert backfill("run").code == 0
    assert backfill("apply", "first").code == 2
    result = backfill("apply", "second", "--json").json
    assert result["moved"] is True
    assert result["difference"] == [{"phase": phase, "added": [], "left_out": list(DAYS[:2])} for phase in range(1, 6)]
    assert "a new plan differs" in backfill("apply", "second").out
    assert backfill("run").code == 0
    assert backfill("status", "second", "--json").json["status"] == "complete"
