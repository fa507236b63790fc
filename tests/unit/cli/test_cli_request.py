import json
import re
from pathlib import Path

import pytest

from shared.adapters.embedded.folder_lock import lock_folder
from tests.unit.cli.conftest import Backfill, waiting_messages

RANGE_OF_THIRTY_DAYS = [
    "Phase 1    2024-10-09..2024-11-14",
    "Phases 2-3 2024-10-09..2024-11-14",
    "Phases 4-5 2024-11-08..2024-11-14",
    "(game dates inside it only)",
]


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_the_range_comes_out_as_the_operator_wrote_it(backfill: Backfill, home: Path) -> None:
    result = backfill("plan", "2024-11-08", "2024-11-14", "--max-lookback-days", 30)
    assert result.code == 0
    assert lines(result.out)[:4] == RANGE_OF_THIRTY_DAYS


def test_a_plan_writes_nothing(backfill: Backfill, home: Path) -> None:
    backfill("plan", "2024-11-08", "2024-11-14")
    assert waiting_messages(home) == {}
    assert backfill("status", "--json").json == {"backfills": [], "daily": [], "rejections": [], "dead_letters": []}


def test_a_plan_as_json(backfill: Backfill, home: Path) -> None:
    found = backfill("plan", "--date", "2024-11-08", "--date", "2024-11-10", "--json").json
    assert found["plan"]["targets"] == ["2024-11-08", "2024-11-10"]
    assert [each["game_date"] for each in found["targets"]] == ["2024-11-08", "2024-11-10"]
    assert {"first", "last", "run", "complete", "may_add", "phase"} == found["phases"][0].keys()
    assert found["targets"][0]["curve"]["30"] is None


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["2024-13-01"], "start_date"),
        (["2024-11-08", "2024-11-01"], "end_date"),
        (["08.11.2024"], "start_date"),
        ([], "START"),
        (["2024-07-20"], "start_date"),
        (["2024-11-08", "--from-phase", "9"], "from_phase"),
        (["2024-11-08", "--from-phase", "4", "--to-phase", "2"], "to_phase"),
        (["2024-11-08", "--from-phase", "4"], "from_phase"),
        (["2024-11-08", "--min-coverage", "1.5"], "min_coverage"),
        (["2024-11-08", "--max-lookback-days", "0"], "max_lookback_days"),
        (["2024-11-08", "--accept-missing", "soon"], "accept_missing"),
        (["2024-11-08", "--request-id", "no spaces"], "request_id"),
        (["--date", "2024-11-05"], "dates"),
        (["2031-11-08"], "season"),
        (["2024-11-08", "--run", "--wait"], "--wait"),
        (["--file", "nowhere.json"], "--file"),
    ],
)
def test_bad_input_is_one_line_and_publishes_nothing(
    backfill: Backfill, home: Path, arguments: list[str], field: str
) -> None:
    result = backfill("request", *arguments)
    assert result.code == 2
    assert re.fullmatch(rf"error: {re.escape(field)}: got .+; expected .+\n", result.err)
    assert result.out == ""
    assert waiting_messages(home) == {}


def test_a_request_is_published_once_under_a_new_id(backfill: Backfill, home: Path) -> None:
    result = backfill("request", "2024-11-08", "2024-11-14", "--reason", "gap", "--json")
    assert result.code == 0
    assert re.fullmatch(r"bf-20241108-20241114-[0-9a-f]{6}", result.json["backfill_id"])
    assert result.json["joined"] is False
    assert result.json["next"] == ["backfill run", f"backfill watch {result.json['backfill_id']}"]
    assert waiting_messages(home) == {"plan_backfill": 1}


def test_a_dry_run_is_shown_and_kept_and_runs_nothing(backfill: Backfill, home: Path) -> None:
    words = ("2024-11-08", "2024-11-14", "--max-lookback-days", 30, "--dry-run", "--request-id", "look")
    result = backfill("request", *words)
    assert lines(result.out)[:4] == RANGE_OF_THIRTY_DAYS
    assert "backfill apply look" in result.out
    assert waiting_messages(home) == {"plan_backfill": 1}
    assert backfill("run").code == 0
    assert backfill("status", "look", "--json").json["status"] == "planned"
    assert backfill("check", "2024-11-08", "2024-11-14").code == 1


def test_a_file_holds_a_request_and_options_override_it(backfill: Backfill, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"start_date": "2024-11-08", "end_date": "2024-11-14", "max_lookback_days": 60}))
    found = backfill("request", "--file", file, "--max-lookback-days", 30, "--dry-run", "--json").json
    assert found["request"]["end_date"] == "2024-11-14"
    assert found["request"]["max_lookback_days"] == 30


def test_an_unknown_field_in_a_file_is_refused(backfill: Backfill, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"start_date": "2024-11-08", "end_date": "2024-11-14", "lookback": 30}))
    assert "lookback" in backfill("request", "--file", file).err
    assert waiting_messages(home) == {}


def test_without_a_calendar_the_way_to_load_one_is_named(
    backfill: Backfill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKBACK_HOME", str(tmp_path))
    result = backfill("plan", "2024-11-08")
    assert result.code == 2
    assert "backfill calendar --load 2024-25" in result.err


def test_another_folder_is_part_of_the_command_suggested(backfill: Backfill, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert backfill("calendar", "--load", "2024-25", "--home", other).code == 0
    out = backfill("request", "2024-11-08", "--home", other).out
    assert f"backfill run --home {other}" in " ".join(out.split())
    assert waiting_messages(home) == {}


def test_the_calendar_shows_what_was_loaded(backfill: Backfill, home: Path) -> None:
    (season,) = backfill("calendar", "--json").json["calendars"]
    assert (season["season"], season["games"], season["revision"]) == ("2024-25", 1230, 1)
    (dated,) = backfill("calendar", "--season", "2024-25", "--json").json["calendars"]
    assert len(dated["fixtures"]) == season["game_dates"]
    assert sum(len(games) for games in dated["fixtures"].values()) == season["games"]


def test_while_a_run_holds_the_folder_a_calendar_is_requested_from_it(backfill: Backfill, home: Path) -> None:
    with lock_folder(home):
        result = backfill("calendar", "--load", "2024-25")
    assert result.code == 0
    assert "published to calendar-requests" in result.out
    assert waiting_messages(home) == {"load_calendar": 1}


def test_a_season_that_cannot_be_is_named(backfill: Backfill, home: Path) -> None:
    result = backfill("calendar", "--load", "2024-26")
    assert (result.code, waiting_messages(home)) == (2, {})
    assert result.err.startswith("error: season: got '2024-26'")
