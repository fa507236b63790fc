"""Faults planted in the real season: explain and trace name the cause and the command, and the command mends it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import (
    Home,
    fill,
    plant_capped_window,
    plant_dead_letter,
    plant_expired_lease,
    plant_failed_audit,
    plant_failed_phase_3,
    plant_missing_landing_file,
)

DAY, LAST = "2024-10-27", "2024-10-29"
CURRY = 201939
DONCIC = 1629029
# In the first week everybody has fewer than ten games.
MENDED = ("complete", "short_history")


@pytest.fixture(scope="module")
def week(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The real season's first eight dates, complete."""
    made = Home(folder=tmp_path_factory.mktemp("week"), archive=season_archive)
    fill(made, LAST)
    return made


@pytest.fixture
def home(week: Home, tmp_path: Path) -> Home:
    shutil.copytree(week.folder, tmp_path / "home")
    return Home(folder=tmp_path / "home", archive=week.archive)


@pytest.fixture
def whole(filled_season: Path, season_archive: Path) -> Home:
    """The whole season, only to be looked at."""
    return Home(folder=filled_season, archive=season_archive)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault: how it comes about, who is asked, what is said, the command, and what is said afterwards."""

    plant: Callable[[Home], object]
    asked: str
    state: str
    why: tuple[str, ...]
    command: str


FAULTS = {
    "a failed Phase 3 date": Case(
        plant=lambda home: plant_failed_phase_3(home, DAY),
        asked=f"backfill explain {DAY}",
        state="failed",
        why=(f"Phase 3 of {DAY} failed after 5 attempts", "StorageUnavailable", "team_defense_game_summary"),
        command=f"backfill retry redo-3 --dates {DAY} --phase 3",
    ),
    "a failed Phase 3 date, from what it blocks": Case(
        plant=lambda home: plant_failed_phase_3(home, DAY),
        asked=f"backfill explain {DAY} --phase 5",
        state="blocked_by_failure",
        why=("the phase before it failed", f"Phase 3 of {DAY} failed after 5 attempts"),
        command=f"backfill retry redo-3 --dates {DAY} --phase 3",
    ),
    "a missing landing file": Case(
        plant=lambda home: plant_missing_landing_file(home, DAY),
        asked=f"backfill explain {DAY}",
        state="failed",
        why=(f"Phase 2 of {DAY} failed after 1 attempt", f"{DAY}/player_boxscores.jsonl is missing"),
        command=f"backfill request {DAY} --to-phase 2 --force --run && backfill retry redo-2",
    ),
    "a missing landing file, traced": Case(
        plant=lambda home: plant_missing_landing_file(home, DAY),
        asked=f"backfill trace team GSW --date {DAY}",
        state="failed",
        why=(f"{DAY}/player_boxscores.jsonl is missing",),
        command=f"backfill request {DAY} --to-phase 2 --force --run && backfill retry redo-2",
    ),
    "an audit that a typo fails": Case(
        plant=lambda home: plant_failed_audit(home, DAY, CURRY),
        asked=f"backfill trace player Stephen Curry --date {DAY}",
        state="failed",
        why=(f"Phase 2 of {DAY} failed after 1 attempt", "minutes"),
        command=f"backfill retry typo-2 --dates {DAY} --phase 2",
    ),
    "an expired lease": Case(
        plant=lambda home: plant_expired_lease(home, DAY),
        asked=f"backfill explain {DAY}",
        state="waiting_on_lease",
        why=("the lease of attempt 1 of 5 ran out at", "waits for the sweep"),
        command="backfill run",
    ),
    "a dead letter": Case(
        plant=lambda home: plant_dead_letter(home, DAY),
        asked=f"backfill explain {DAY}",
        state="failed",
        why=("its message ran out of delivery attempts", "a dead letter of", "process_raw.phase1-complete"),
        command=f"backfill retry letter-2 --dates {DAY} --phase 2",
    ),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_the_cause_is_named_and_the_command_mends_it(home: Home, case: Case) -> None:
    case.plant(home)
    found = home.json(case.asked)
    assert found["state"] == case.state, found
    for part in case.why:
        assert part in found["why"], found["why"]
    assert found["commands"][0] == case.command
    assert home.cli(case.asked).returncode == 1
    home.obey(found["commands"][0])
    after = home.json(case.asked)
    assert after["state"] in MENDED, after
    assert home.cli(case.asked).returncode == 0


@pytest.mark.parametrize(
    ("asked", "state", "why", "command"),
    [
        (
            "backfill trace player luka doncic --date 2025-02-04",
            "not_listed",
            "though DAL plays; his next game, on 2025-02-10, is for LAL: he was traded",
            f"backfill trace player {DONCIC} --date 2025-02-10",
        ),
        (
            "backfill explain 2025-02-04 --player doncic",
            "not_listed",
            "though DAL plays; his next game, on 2025-02-10, is for LAL: he was traded",
            f"backfill trace player {DONCIC} --date 2025-02-10",
        ),
        (
            "backfill trace player anthony gill --date 2024-10-30",
            "did_not_play",
            "with 0 minutes: he did not play, so the date is in no window of his; he played last on 2024-10-24",
            "backfill trace player 1630264 --date 2024-10-24",
        ),
        (
            "backfill trace player lebron --date 2024-11-18",
            "not_scheduled",
            "LAL, whom he played for last, does not play",
            "backfill trace player 2544 --date 2024-11-19",
        ),
    ],
)
def test_a_fact_of_the_season_is_named_and_the_command_leads_to_the_player(
    whole: Home, asked: str, state: str, why: str, command: str
) -> None:
    found = whole.json(asked)
    assert (found["state"], found["commands"]) == (state, [command])
    assert why in found["why"]
    after = whole.json(command)
    assert after["vanishes"] == ""
    assert after["state"] in MENDED


def test_a_capped_window_is_named_and_made_whole(season_archive: Path, tmp_path: Path) -> None:
    """Of an empty folder with three days of history; then without the cap, from opening night."""
    home, day = Home(folder=tmp_path, archive=season_archive), "2024-11-04"
    plant_capped_window(home, day, 3)
    for asked in (f"backfill explain {day} --phase 4", f"backfill trace player tatum --date {day}"):
        found = home.json(asked)
        assert found["state"] == "capped", found
        assert "cut short" in found["why"] or "his window was capped" in found["why"]
        assert found["commands"] == [f"backfill request {day}"]
    home.obey(f"backfill request {day}")
    assert home.json(f"backfill explain {day} --phase 4")["state"] == "complete"
    assert home.json(f"backfill trace player tatum --date {day}")["state"] in MENDED


def test_a_typo_in_a_name_lists_the_nearest(whole: Home) -> None:
    done = whole.cli("backfill trace player Luka Donkich")
    assert done.returncode == 2
    assert f"did you mean Luka Dončić ({DONCIC}, LAL)" in done.stderr
    assert whole.json(f"backfill trace player {DONCIC} --date 2025-04-11")["name"] == "Luka Dončić"
