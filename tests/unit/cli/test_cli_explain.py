"""`backfill explain` and `backfill trace` on a folder with four dates of the made-up season complete."""

import shutil
from pathlib import Path

import pytest

from shared import bootstrap
from shared.cli.explain import on_folder
from tests.unit.cli.conftest import END, Backfill

NAME = "Amari Albrecht"


@pytest.fixture
def copied(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    shutil.copytree(filled, folder)
    monkeypatch.setenv("LOOKBACK_HOME", str(folder))
    monkeypatch.setattr(bootstrap, "_app", None)
    return folder


def test_a_complete_date_is_held_by_nothing(backfill: Backfill, copied: Path) -> None:
    done = backfill("explain", END)
    assert done.code == 0
    assert f"Phase 5 of {END} is complete" in done.out
    assert "Next:" not in done.out


def test_a_date_nobody_asked_for_says_how_to_ask(backfill: Backfill, copied: Path) -> None:
    done = backfill("explain", "2024-11-08")
    assert done.code == 1
    assert "Phase 1 of 2024-11-08 was never requested" in done.out
    assert "Next: backfill request 2024-11-08\n" in done.out


def test_a_pending_target_shows_what_it_waits_for_and_who_needs_it(backfill: Backfill, copied: Path) -> None:
    assert backfill("request", "2024-11-08", "--request-id", "nov8").code == 0
    done = backfill("explain", "2024-11-08", "--json")
    assert done.code == 1
    assert done.json["state"] == "not_requested"
    assert done.json["held"] is True


def test_the_json_has_chain_and_commands(backfill: Backfill, copied: Path) -> None:
    found = backfill("explain", END, "--phase", 4, "--json").json
    assert (found["game_date"], found["phase"], found["state"], found["held"]) == (END, 4, "complete", False)
    assert [link["phase"] for link in found["chain"]] == [4]
    assert found["commands"] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("explain", "yesterday"), "date: got 'yesterday'; expected a date such as 2024-11-08"),
        (("explain", END, "--phase", 7), "phase: got 7; expected a phase from 1 to 5"),
        (("explain", END, "--player", "Amary Albrekt"), f"did you mean {NAME}"),
        (("explain", END, "--backfill", "none"), "backfill_id: got 'none'"),
        (("trace", "team", "XYZ"), "team: got 'XYZ'; expected a team of the schedule: "),
        (("trace", "game", "nothing"), "game: got 'nothing'; expected the id of a scheduled game"),
    ],
)
def test_what_is_wrong_is_one_line(backfill: Backfill, copied: Path, arguments: tuple[object, ...], error: str) -> None:
    done = backfill(*arguments)
    assert done.code == 2
    assert error in done.err
    assert done.err.count("\n") == 1


def test_a_trace_names_every_table_of_a_player(backfill: Backfill, copied: Path) -> None:
    found = backfill("trace", "player", *NAME.lower().split(), "--json").json
    assert found["name"] == NAME
    assert [stop["phase"] for stop in found["stops"]] == [0, 1, 2, 3, 4, 4, 4, 4, 5, 5]
    assert found["game_date"] <= END
    assert {game["game_date"] for game in found["history"]} >= {found["game_date"]}


def test_commands_name_the_folder_where_the_environment_names_another() -> None:
    line = "backfill request 2024-11-08 --run && backfill retry bf"
    assert on_folder([line], "/elsewhere") == [
        "backfill request 2024-11-08 --run --home /elsewhere && backfill retry bf --home /elsewhere"
    ]
    sweep = "gcloud pubsub topics publish sweep"
    assert on_folder([sweep], "/elsewhere") == [sweep]
