"""The verbs on a folder in which a few synthetic dates were run for real."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.adapters.embedded.folder_lock import lock_folder
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.cli.options import reader
from shared.domain.units import Status
from shared.ports import Document
from shared.service.ledger import Ledger
from tests.unit.cli.conftest import END, START, Backfill

TARGET = "2024-10-26"


@pytest.fixture
def there(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOOKBACK_HOME", str(filled))
    return filled


def test_a_completed_backfill_is_told(backfill: Backfill, there: Path) -> None:
    found = backfill("status", "first", "--json").json
    assert (found["status"], found["done"], found["total"], found["troubles"]) == ("complete", 25, 25, [])
    assert [(each["phase"], each["total"]) for each in found["phases"]] == [(n, 5) for n in (1, 2, 3, 4, 5)]
    listed = backfill("status", "--json").json["backfills"]
    assert [each["id"] for each in listed] == ["first"]
    assert "first" in backfill("status").out


def test_check_tells_what_is_needed_by_its_exit_code(backfill: Backfill, there: Path) -> None:
    assert backfill("check", START, END).code == 0
    result = backfill("check", START, "2024-10-28", "--json")
    assert result.code == 1
    assert result.json["complete"] is False
    needed = {each["game_date"]: each["needed"] for each in result.json["dates"] if each["needed"]}
    assert needed == {"2024-10-27": [1, 2, 3, 4, 5], "2024-10-28": [1, 2, 3, 4, 5]}
    assert "Phase 1-5" in backfill("check", START, "2024-10-28").out


def test_a_whole_range_validates(backfill: Backfill, there: Path) -> None:
    result = backfill("validate", START, END, "--json")
    assert (result.code, result.json["findings"]) == (0, [])
    assert "complete" in backfill("validate", START, END).out
    assert backfill("validate", START, "2024-10-27").code == 1


def test_history_of_a_target_agrees_with_its_rows(backfill: Backfill, there: Path) -> None:
    (found,) = backfill("history", TARGET, "--json").json["dates"]
    assert found["basis"] == "manifest"
    columns = "player_id, games_used, quality_score"
    sql = f"SELECT {columns} FROM nba_precompute.player_daily_cache WHERE game_date = @game_date"  # noqa: S608
    rows = reader(None).warehouse.query(sql, {"game_date": date.fromisoformat(TARGET)})
    written = {row["player_id"]: (row["games_used"], row["quality_score"]) for row in rows}
    assert {each["player_id"]: (each["games"], each["quality_score"]) for each in found["players"]} == written
    # Four dates of history: nobody has ten games, so none is ready.
    assert found["decisions"]["ready"] == 0
    assert len(backfill("history", START, END, "--json").json["dates"]) == 5


def test_one_player_is_shown_with_the_games_of_his_window(backfill: Backfill, there: Path) -> None:
    (found,) = backfill("history", TARGET, "--json").json["dates"]
    player = found["players"][-1]
    result = backfill("history", TARGET, "--player", player["player_id"])
    assert f"Games of his window: {', '.join(player['window'])}" in result.out
    assert backfill("history", TARGET, "--player", 1).code == 2


def test_a_complete_backfill_is_watched_to_its_end(backfill: Backfill, there: Path) -> None:
    assert backfill("watch", "first").code == 0
    assert backfill("watch", "nobody").code == 2
    assert "none is live" in backfill("watch").err


def test_a_used_request_id_is_refused(backfill: Backfill, there: Path) -> None:
    result = backfill("request", START, END, "--request-id", "first")
    assert result.code == 2
    assert "request_id: got 'first'" in result.err


def test_only_one_run_holds_a_folder(backfill: Backfill, there: Path) -> None:
    with lock_folder(there):
        result = backfill("run")
        # Reading goes on beside it.
        assert backfill("check", START, END).code == 0
        assert backfill("validate", START, END).code == 0
    assert result.code == 2
    assert result.err.startswith("error: folder: got ")


def test_with_nothing_to_do_a_run_says_so(backfill: Backfill, there: Path) -> None:
    result = backfill("run")
    assert result.code == 0
    assert "Nothing to run" in result.out


def test_lost_rows_make_a_range_incomplete(backfill: Backfill, home: Path) -> None:
    assert backfill("request", "2024-10-22", "2024-10-23", "--run").code == 0
    warehouse = DuckDbWarehouse(home / "warehouse")
    warehouse.load("nba_analytics.player_game_summary", {reader(None).ledger.calendar("2024-25").dates[1]: []})
    warehouse.close()
    result = backfill("validate", "2024-10-22", "2024-10-23", "--phase", 3, "--json")
    assert result.code == 1
    assert [(each["kind"], each["processor"], each["game_date"]) for each in result.json["findings"]] == [
        ("missing", "player_game_summary", "2024-10-23")
    ]
    # The ledger still holds the date for complete: only the warehouse tells.
    assert backfill("check", "2024-10-22", "2024-10-23").code == 0


@pytest.mark.integration
def test_a_failure_is_told_with_its_error_and_the_way_on(backfill: Backfill, home: Path) -> None:
    assert backfill("request", "2024-10-22", "2024-10-23", "--to-phase", 1, "--run").code == 0
    broken = home / "landing" / "2024-10-22" / "player_boxscores.jsonl"
    whole = broken.read_bytes()
    broken.write_bytes(b"not json\n" + whole)
    backfill("request", "2024-10-23", "--request-id", "gap", "--reason", "try [it]")
    result = backfill("run")
    out = " ".join(result.out.split())
    assert result.code == 1
    assert "Phase 2 of 2024-10-22 failed after 1 attempt: MalformedLanding" in out
    assert "player_boxscores.jsonl:1:" in out
    assert "units/2-2024-10-22 failed, and its window needs that date" in out
    again = "backfill retry gap"
    assert f"Mend the cause, then: {again}" in out
    assert "cannot be had: backfill request 2024-10-23 2024-10-23 --accept-missing 2024-10-22" in out
    standing = backfill("status", "gap", "--json").json
    assert {each["status"] for each in standing["troubles"]} == {Status.FAILED, Status.BLOCKED}
    assert standing["next"] == [again]
    assert "try [it]" in backfill("status", "gap").out
    assert backfill("watch", "gap").code == 1
    broken.write_bytes(whole)
    for command in standing["next"]:
        assert backfill(*command.split()[1:]).code == 0
    recovered = backfill("run")
    assert recovered.code == 0
    assert "Validated what gap recovered, 2 dates, Phase 2-5: complete" in recovered.out
    assert backfill("check", "2024-10-23", "2024-10-23").code == 0


def test_a_run_as_json_keeps_its_progress_apart(backfill: Backfill, home: Path) -> None:
    backfill("request", "2024-10-22", "--request-id", "one")
    result = backfill("run", "--json")
    assert result.code == 0
    assert result.json["finished"] is True
    assert [(each["id"], each["status"]) for each in result.json["backfills"]] == [("one", "complete")]
    assert "one complete 5/5" in result.err


@pytest.mark.integration
def test_going_on_without_what_cannot_be_had(backfill: Backfill, home: Path) -> None:
    assert backfill("request", "2024-10-22", "2024-10-23", "--to-phase", 1, "--run").code == 0
    (home / "landing" / "2024-10-22" / "player_boxscores.jsonl").write_bytes(b"not json")
    assert backfill("request", "2024-10-23", "--run").code == 1
    # The backfill that failed has no say any more in what is accepted.
    assert backfill("request", "2024-10-23", "--accept-missing", "2024-10-22", "--run").code == 0
    reasons = {each["shortage"] for each in backfill("history", "2024-10-23", "--json").json["dates"][0]["players"]}
    assert "missing_data" in reasons


def units(ledger: Ledger) -> Iterator[Document]:
    return ledger.store.scan("units/", "units/~")


@pytest.mark.integration
def test_interrupted_and_resumed(backfill: Backfill, home: Path) -> None:
    backfill("request", "2024-10-22", "2024-11-03", "--request-id", "long")
    command = [sys.executable, "-m", "shared.cli.main", "run", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    store = reader(None).ledger.store
    while process.poll() is None and not any(
        document.body["status"] == "complete" for document in store.scan("units/", "units/~")
    ):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert "Traceback" not in err
    stopped = json.loads(out)
    (standing,) = stopped["backfills"]
    assert process.returncode == (0 if stopped["finished"] else 1)
    assert standing["done"] > 0
    assert standing["next"] in (["backfill run"], [])
    # What was done is kept; the second run does the rest.
    assert backfill("run").code == 0
    assert backfill("status", "long", "--json").json["status"] == "complete"
