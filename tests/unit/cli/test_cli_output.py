import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.cli.output import duration_text, plain, say, short_span_text, span_text, table
from shared.cli.progress import line_of, render
from shared.config import REPOSITORY_ROOT
from shared.domain.backfills import BackfillStatus
from shared.domain.messages import BackfillRequest, backfill_request
from shared.domain.units import Status
from shared.service.commands import request_command
from shared.service.status import PhaseProgress, Standing, Trouble
from shared.service.waiting import Waiting
from tests.unit.cli.conftest import Backfill

SCRIPTS = {
    "calculate_range": "plan",
    "check_existing": "check",
    "validate_phase": "validate",
    "monitor_progress": "watch",
}
VERBS = (
    "calendar",
    "plan",
    "request",
    "cancel",
    "retry",
    "daily",
    "run",
    "status",
    "watch",
    "explain",
    "trace",
    "check",
    "validate",
    "history",
    "matrix",
)
STANDING = Standing(
    id="bf",
    status=BackfillStatus.RUNNING,
    request=BackfillRequest(start_date=date(2024, 11, 8), end_date=date(2024, 11, 14)),
    created_at="2024-11-20T00:00:00+00:00",
    finished_at="",
    phases=(PhaseProgress(phase=3, total=8, counts={"complete": 5, "failed": 1}, rate=0.5, eta_seconds=4.0),),
    total=8,
    done=5,
    rate=0.5,
    eta_seconds=4.0,
    stale=0,
    waiting=(Waiting(target=date(2024, 11, 8), dates=(date(2024, 10, 30),), why="history", blocked_by=""),),
    waiting_total=3,
    troubles=(Trouble(phase=3, game_date=date(2024, 10, 29), status=Status.FAILED, error="[red]", attempts=5),),
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (0, "0s"), (59.4, "59s"), (60, "1m 00s"), (200, "3m 20s"), (3600, "1h 00m"), (7500, "2h 05m")],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert duration_text(seconds) == text


def test_spans() -> None:
    first, last = date(2024, 12, 30), date(2025, 1, 2)
    assert (span_text([]), span_text([first]), span_text([last, first])) == (
        "-",
        "2024-12-30",
        "2024-12-30..2025-01-02 (2)",
    )
    assert short_span_text(first, last) == "2024-12-30..2025-01-02"
    assert short_span_text(last, date(2025, 2, 3)) == "2025-01-02..02-03"
    assert short_span_text(None, None) == "-"


def test_plain_is_json_with_iso_dates_and_stable_keys() -> None:
    found = plain(STANDING)
    assert found["request"]["start_date"] == "2024-11-08"
    assert found["waiting"] == [{"target": "2024-11-08", "dates": ["2024-10-30"], "why": "history", "blocked_by": ""}]
    assert found["phases"][0]["counts"] == {"complete": 5, "failed": 1}


@pytest.mark.parametrize(
    "body",
    [
        {"start_date": "2024-11-08", "end_date": "2024-11-14"},
        {"dates": ["2024-11-08", "2024-11-10"], "scenario": "reprocess", "to_phase": 4},
        {"start_date": "2024-11-08", "end_date": "2024-11-08", "scenario": "downstream", "force": True},
        {
            "start_date": "2024-11-08",
            "end_date": "2024-11-14",
            "from_phase": 2,
            "max_lookback_days": 30,
            "min_coverage": 0.85,
            "early_season": "skip",
            "accept_missing": ["2024-10-29"],
        },
    ],
)
def test_the_command_suggested_asks_for_the_same(body: dict[str, Any], backfill: Backfill, home: Path) -> None:
    asked = backfill_request(body)
    words = request_command(asked).split()[1:]
    if asked.from_phase == 1:
        found = backfill(*words, "--dry-run", "--json").json["request"]
        assert backfill_request(found) == asked
    accepting = request_command(asked, [date(2024, 10, 28)])
    assert "--accept-missing 2024-10-28" in accepting


def test_a_line_of_progress() -> None:
    assert line_of(STANDING) == (
        "bf running 5/8 | P3 5/8 | 0.5 units/s ETA 4s"
        " | 2024-11-08 waits on 2024-10-30: history (+2 more targets) | 1 failed, 0 blocked"
    )


def test_bars_show_what_waits_and_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    say(render([STANDING, replace(STANDING, id="second")]))
    out = capsys.readouterr().out
    assert "3 analytics" in out
    assert "5/8" in out
    assert "and 2 more targets waiting" in out
    # Brackets of an error are shown as they are, not taken for markup.
    assert "Phase 3 of 2024-10-29 failed: [red]" in out
    assert "second" in out


def test_names_from_outside_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    found = table("", "player")
    found.add_row("[bold]Ann[/bold]")
    say(found)
    assert "[bold]Ann[/bold]" in capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(backfill: Backfill, verb: str) -> None:
    result = backfill(verb, "--help")
    assert result.code == 0
    assert f"Example: backfill {verb}" in result.out


def test_an_unknown_verb_is_wrong_usage(backfill: Backfill) -> None:
    assert backfill("nonsense").code == 2


@pytest.mark.parametrize(
    "words", [("status", "\udcff"), ("trace", "player", "9" * 5000), ("validate", "--season", "\u00b2024-25")]
)
def test_a_word_that_nothing_could_be_called_is_one_line(backfill: Backfill, words: tuple[str, ...]) -> None:
    result = backfill(*words)
    assert result.code == 2
    assert result.err.startswith("error: ")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_date_that_no_season_is_near_is_one_line(backfill: Backfill, day: str) -> None:
    for verb in ("validate", "check", "plan"):
        result = backfill(verb, day, day)
        assert (result.code, result.err.count("\n")) == (2, 1), result.err


def test_the_matrix_has_every_processor(backfill: Backfill) -> None:
    rows = backfill("matrix", "--json").json["processors"]
    by_name = {row["processor"]: row for row in rows}
    assert by_name["player_shot_zone_analysis"]["needed / minimum"] == "10 / 5"
    assert any(row["status"] == "planned" for row in rows)
    shown = backfill("matrix").out
    assert all(name in shown for name in by_name)
    lines = backfill("matrix", "--markdown").out.splitlines()
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == list(by_name)
    assert {line.count(" | ") for line in lines} == {len(rows[0]) - 1}


@pytest.mark.parametrize(("script", "verb"), SCRIPTS.items())
def test_each_script_is_one_line_over_its_verb(script: str, verb: str) -> None:
    path = REPOSITORY_ROOT / "bin" / "backfill" / f"{script}.sh"
    assert path.read_text() == f'#!/bin/sh\nexec backfill {verb} "$@"\n'
    assert path.stat().st_mode & 0o111


def test_output_cut_short_by_its_reader_is_no_traceback(home: Path) -> None:
    command = f"{sys.executable} -m shared.cli.main calendar --season 2024-25 --json | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert result.stderr == ""
