"""A backfill through every function is one trace: the log of a local run, read as a tree of spans."""

import json
from pathlib import Path
from typing import Any

from shared.tracing import trace_of
from tests.integration.test_guide_commands import cli, folder


def test_a_backfill_is_one_tree_and_its_status_names_the_trace(tmp_path: Path) -> None:
    home = folder(tmp_path)
    for line in (
        "backfill calendar --load 2024-25",
        "backfill request 2024-11-08 2024-11-09 --request-id one --max-lookback-days 5",
        "backfill request 2024-11-12 2024-11-12 --request-id two --max-lookback-days 2",
        "backfill run",
    ):
        assert cli(home, line).returncode == 0, line
    entries = [json.loads(line) for line in (tmp_path / "run.log").read_text().splitlines()]
    handled = [entry for entry in entries if entry.get("action") == "message.handled"]
    for name in ("one", "two"):
        spans = [entry for entry in handled if entry["backfill_id"] == name]
        assert {entry["trace"] for entry in spans} == {trace_of(name)}
        assert {entry["topic"] for entry in spans} >= {"backfill-requests", "phase1-complete", "phase5-complete"}
        assert_tree(spans)
        status = json.loads(cli(home, f"backfill status {name} --json").stdout)
        assert trace_of(name) in json.dumps(status)


def assert_tree(spans: list[dict[str, Any]]) -> None:
    """Hold every span of a trace to a parent of that trace; those without began what other messages set off."""
    known = {entry["span"] for entry in spans}
    assert len(known) == len(spans)
    orphans = {entry["topic"] for entry in spans if entry["parent_span"] not in known}
    # A lane that another backfill's completion, or the sweep, freed begins at the root.
    assert "backfill-requests" in orphans
    followers = [
        entry for entry in spans if entry["topic"] in ("phase2-complete", "phase3-complete", "phase5-complete")
    ]
    assert followers
    assert all(entry["parent_span"] in known for entry in followers)
