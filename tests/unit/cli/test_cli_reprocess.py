"""A box score is corrected by hand: what that reaches is foretold, flagged, listed, and run again."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.cli.options import reader
from shared.processors import declaration
from tests.unit.cli.conftest import END, START, Backfill

FIXED = "2024-10-23"
ATTEMPTS = "SELECT processor, unit FROM nba_orchestration.processor_execution_log"


@pytest.fixture
def folder(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it for one test."""
    shutil.copytree(filled, tmp_path / "home")
    monkeypatch.setenv("LOOKBACK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def correct(folder: Path, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Change the line of the date's first player who played; return it as it was."""
    path = folder / "landing" / FIXED / "player_boxscores.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    row = next(each for each in rows if each["minutes"] > 0)
    before = dict(row)
    change(row)
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return before


def one_more_free_throw(row: dict[str, Any]) -> None:
    row.update(points=row["points"] + 1, ftm=row["ftm"] + 1, fta=row["fta"] + 1)


def runs(folder: Path) -> Counter[tuple[str, str]]:
    """Return how often each processor ran for each unit."""
    warehouse = DuckDbWarehouse.reader(folder / "warehouse")
    return Counter((row["processor"], row["unit"]) for row in warehouse.query(ATTEMPTS, {}))


def stale_pairs(found: Any) -> set[tuple[str, str]]:
    return {(each["processor"], f"units/{each['phase']}-{each['game_date']}") for each in found["stale"]}


def test_a_correction_is_foretold_flagged_and_run_again(backfill: Backfill, folder: Path) -> None:
    row = correct(folder, one_more_free_throw)
    foretold = backfill("impact", "--date", FIXED, "--player", row["player_name"].upper(), "--json").json
    expected = {(name, f"units/4-{day}") for name, days in foretold["targets"].items() for day in days}
    assert foretold["partitions"] == len(expected) > 0
    assert row["player_id"] in foretold["players"]
    before = runs(folder)
    assert backfill("reprocess", FIXED, "--no-cascade", "--request-id", "fix", "--run").code == 0
    found = backfill("stale", "--json")
    assert (found.code, stale_pairs(found.json)) == (1, expected)
    assert backfill("check", START, END).code == 1
    assert {unit for _, unit in runs(folder) - before} == {f"units/2-{FIXED}", f"units/3-{FIXED}"}
    cache = next(each for each in found.json["stale"] if each["processor"] == "player_daily_cache")
    assert str(row["player_id"]) in cache["entities"]
    assert [link.partition(" ")[0] for link in cache["chain"]] == [
        f"2-{FIXED}",
        f"3-{FIXED}:",
        f"4-{cache['game_date']}",
    ]
    assert "player_daily_cache" in backfill("stale").out
    assert f"<- 3-{FIXED}: 1 -> 2" in backfill("stale", "--chain", "--processor", "player_daily_cache").out
    before = runs(folder)
    [line] = found.json["next"]
    assert backfill(*line.split()[1:], "--run").code == 0
    again = {pair for pair in runs(folder) - before if pair[1].startswith("units/4-")}
    assert again == expected
    assert backfill("stale").out.startswith("Nothing is stale.")


@pytest.mark.integration
def test_a_reprocess_cascades_unless_told_otherwise(backfill: Backfill, folder: Path) -> None:
    correct(folder, one_more_free_throw)
    assert backfill("reprocess", FIXED, "--request-id", "fix", "--run").code == 0
    assert backfill("stale", "--json").json == {"stale": [], "next": []}
    assert backfill("check", START, END).code == 0
    assert backfill("validate", START, END).code == 0


def test_without_a_change_nothing_after_phase_2_is_run(backfill: Backfill, folder: Path) -> None:
    before = runs(folder)
    assert backfill("reprocess", FIXED, "--request-id", "same", "--run").code == 0
    assert {unit for _, unit in runs(folder) - before} == {f"units/2-{FIXED}"}


def test_a_new_formula_outdates_its_own_partitions_and_is_run_on_request(
    backfill: Backfill, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "player_shot_zone_analysis"
    statement = declaration.statement
    monkeypatch.setattr(declaration, "statement", lambda path: statement(path) + ("-- v2\n" if name in path else ""))
    found = backfill("stale", "--json").json
    assert stale_pairs(found) == {(name, f"units/4-2024-10-{day}") for day in range(22, 27)}
    assert all(each["cause"].startswith("logic: ") for each in found["stale"])
    assert found["next"] == [f"backfill reprocess {START} {END} --from-phase 4 --processor {name}"]
    before = runs(folder)
    arguments = ("--from-phase", 4, "--processor", name, "--request-id", "logic", "--run")
    assert backfill("reprocess", "2024-10-24", "2024-10-25", *arguments).code == 0
    # The comment changes no row: what reads the table is left alone.
    assert set(runs(folder) - before) == {(name, f"units/4-2024-10-{day}") for day in (24, 25)}
    left = backfill("stale", "--json").json
    assert stale_pairs(left) == {(name, f"units/4-2024-10-{day}") for day in (22, 23, 26)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("impact", "--date", "2024-10-23", "--player", "Nobody"), "--player"),
        (("impact", "--date", "2024-11-30"), "Phase 3 is complete"),
        (("stale", "--processor", "nothing"), "processor"),
        (("reprocess", FIXED, "--from-phase", 4, "--processor", "shots"), "processors of Phases 4-5"),
        (("reprocess",), "START"),
    ],
)
def test_bad_input_is_one_line(backfill: Backfill, folder: Path, arguments: tuple[Any, ...], said: str) -> None:
    result = backfill(*arguments)
    assert result.code == 2
    assert said in result.err
    assert len(result.err.splitlines()) == 1


def test_a_unit_records_its_statements_and_whom_it_changed(backfill: Backfill, folder: Path) -> None:
    row = correct(folder, one_more_free_throw)
    backfill("reprocess", FIXED, "--request-id", "fix", "--run")
    app = reader(str(folder))
    held = app.ledger.unit(3, date.fromisoformat(FIXED))
    assert held is not None
    assert (held.unit.version, set(held.unit.logic)) == (2, set(held.unit.digests))
    change = app.ledger.store.get(f"changes/3-{FIXED}-000002")
    history = app.ledger.store.get(f"history/3-{FIXED}-{held.unit.fence:04d}")
    assert change is not None
    assert history is not None
    assert str(row["player_id"]) in change.body["entities"]["player_game_summary"]
    assert history.body["changed"] == change.body["entities"]
