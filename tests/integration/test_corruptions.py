"""A real season corrupted date by date: `validate` and the pasted queries find each, and nothing on a clean one."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.embedded.warehouse_reader import ParquetReader
from shared.config import Config
from shared.processors.checks import CHECKS, COLUMNS
from shared.processors.queries import queries
from shared.service.completeness.findings import Finding, Kind
from shared.service.completeness.validate import Validation, validate
from tests.corruptions import CORRUPTIONS, Corruption, plant

FIRST, LAST = date(2024, 10, 22), date(2025, 4, 13)
PLANTED = {each.on for each in CORRUPTIONS}
# What a target says of itself is doubted when what it looks back on was changed.
FOLLOWS = {Kind.WINDOW, Kind.GAP}
# Which of the queries to paste finds a kind: all but what only the ledger or the neighbours tell.
QUERY_OF = {
    Kind.MISSING: "row_counts",
    Kind.LOW: "row_counts",
    Kind.HIGH: "row_counts",
    Kind.DUPLICATES: "duplicate_keys",
    Kind.MISSING_ENTITY: "missing_entities",
    Kind.UNEXPECTED_ENTITY: "missing_entities",
    Kind.WRONG_DATE: "wrong_dates",
    Kind.NULLS: "null_columns",
    Kind.RANGE: "value_ranges",
    Kind.WINDOW: "windows",
    Kind.QUALITY: "row_rules",
}
LEDGER_ONLY = {Kind.CONTENT, Kind.LEDGER, Kind.STALE, Kind.GAP}

Rows = Mapping[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def corrupted(filled_season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("corrupted") / "home"
    shutil.copytree(filled_season, home)
    for corruption in CORRUPTIONS:
        plant(home, corruption)
    return home


def validated(home: Path, first: date, last: date, **options: Any) -> Validation:
    held = (first - timedelta(days=366), last + timedelta(days=10))
    return validate(bootstrap.open_app(Config(home=str(home)), reading=True, held=held), first, last, **options)


@pytest.fixture(scope="module")
def found(corrupted: Path) -> Validation:
    return validated(corrupted, FIRST, LAST)


@pytest.fixture(scope="module")
def by_date(found: Validation) -> Mapping[date, list[Finding]]:
    dates: dict[date, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        dates[finding.game_date].append(finding)
    return dates


def answers(home: Path) -> Rows:
    warehouse = DuckDbWarehouse.reader(home / "warehouse", held=(FIRST, LAST))
    span = {"start_date": FIRST, "end_date": LAST}
    return {name: warehouse.query(sql, span) for name, sql in queries().items()}


@pytest.fixture(scope="module")
def pasted(corrupted: Path) -> Rows:
    return answers(corrupted)


@pytest.fixture(scope="module")
def pasted_clean(filled_season: Path) -> Rows:
    return answers(filled_season)


def test_the_corruptions_are_of_a_date_each() -> None:
    assert len(PLANTED) == len(CORRUPTIONS) >= 30
    assert {phase for each in CORRUPTIONS for _, phase, _ in each.finds} == {1, 2, 3, 4, 5}


def test_a_clean_season_is_silent(filled_season: Path) -> None:
    result = validated(filled_season, FIRST, LAST)
    assert result.complete
    assert result.findings == ()
    assert (result.game_dates, len(result.dates)) == (163, 163)
    assert sum(each.players for each in result.dates) == 26_306


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda each: f"{each.finds[0][1]} {each.name}")
def test_each_is_found(corruption: Corruption, by_date: Mapping[date, list[Finding]]) -> None:
    findings = by_date[corruption.on]
    seen = {(each.kind, each.phase, each.processor) for each in findings}
    assert set(corruption.finds) <= seen, sorted(seen)
    if corruption.table and corruption.sql != ("gone",):
        assert (Kind.CONTENT, corruption.finds[0][1], corruption.finds[0][2]) in seen
    first = [each.entity for each in findings if (each.kind, each.phase, each.processor) == corruption.finds[0]]
    assert any(corruption.entity in each for each in first), first


def test_nothing_is_found_on_any_other_date(found: Validation, by_date: Mapping[date, list[Finding]]) -> None:
    assert not found.complete
    strangers = {each.kind for day in by_date if day not in PLANTED for each in by_date[day]}
    assert strangers <= FOLLOWS
    # Before the first change of what is looked back on nothing follows at all.
    assert not [day for day in by_date if day not in PLANTED and day < date(2025, 3, 28)]


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_a_pasted_check_is_silent_on_a_clean_season(name: str, pasted_clean: Rows) -> None:
    assert pasted_clean[name] == []


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda each: f"{each.finds[0][1]} {each.name}")
def test_the_pasted_queries_find_it_too(corruption: Corruption, pasted: Rows) -> None:
    for kind, phase, processor in corruption.finds:
        if kind in LEDGER_ONLY or phase == 1:
            continue
        names = ["reconciliation", "row_rules", "missing_entities"] if kind is Kind.MISMATCH else [QUERY_OF[kind]]
        key = (kind.value, phase, processor, corruption.on)
        rows = [row for name in names for row in pasted[name]]
        assert key in [(row["kind"], row["phase"], row["processor"], row["game_date"]) for row in rows]


def test_every_check_finds_something_planted(pasted: Rows) -> None:
    for check in CHECKS:
        assert pasted[check.name], check.name
        assert tuple(pasted[check.name][0]) == COLUMNS


def test_the_reports_tell_what_a_target_has_and_what_it_lacks(pasted_clean: Rows, pasted: Rows) -> None:
    """Nov 8 lies seventeen days into the season: nobody has ten games yet."""
    [ready] = [row for row in pasted_clean["readiness"] if row["game_date"] == date(2024, 11, 8)]
    assert (ready["players"], ready["ready"], ready["degraded"], ready["skip"]) == (296, 0, 240, 56)
    history = [row for row in pasted_clean["history_available"] if row["game_date"] == date(2024, 11, 8)]
    assert sum(row["games_available"] >= 5 for row in history) == 240
    assert len(pasted_clean["daily_completeness"]) == 163 * 14
    assert all(row["row_count"] == row["expected"] for row in pasted_clean["daily_completeness"])
    assert len(pasted_clean["quality_distribution"]) == len(pasted_clean["freshness"]) == 163 * 7
    assert pasted_clean["blocking_dates"] == []
    blocked = {(row["target_date"], row["missing_date"]) for row in pasted["blocking_dates"]}
    assert blocked == {(date(2025, 4, 11), date(2025, 4, 10)), (date(2025, 4, 13), date(2025, 4, 10))}


def test_a_player_without_a_row_is_named(found: Validation) -> None:
    (finding,) = [each for each in found.missing if each.game_date == date(2024, 11, 10)]
    assert finding.detail.startswith("listed with ")
    assert finding.entity.split("(")[0].strip()
    assert finding.incomplete


def cli(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "shared.cli.main", "validate", *arguments, "--home", str(home)]
    return subprocess.run(argv, env={**os.environ}, capture_output=True, text=True, check=False)


def test_the_exit_code_gates_and_csv_and_json_hold_the_findings(corrupted: Path) -> None:
    whole = cli(corrupted, "2024-11-08", "--counts-only")
    assert (whole.returncode, "complete" in whole.stdout) == (0, True)
    done = cli(corrupted, "2024-11-10", "--csv")
    assert done.returncode == 1
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert tuple(rows[0]) == COLUMNS
    told = json.loads(cli(corrupted, "2024-11-10", "--json").stdout)
    assert [row["kind"] for row in rows] == [each["kind"] for each in told["findings"]]
    assert {"low", "missing_entity", "content"} <= {row["kind"] for row in rows}
    by_date = cli(corrupted, "2024-11-10", "--by-date", "--phase", "4")
    assert by_date.returncode == 1
    assert "Rows by date" in by_date.stdout


def test_a_reader_of_the_season_needs_no_more_than_its_dates(corrupted: Path) -> None:
    held = ParquetReader(
        corrupted / "warehouse", schemas=bootstrap.load_table_schemas(), held=(date(2024, 11, 8), date(2024, 11, 9))
    )
    count = "SELECT game_date, COUNT(*) AS n FROM nba_raw.games GROUP BY game_date ORDER BY game_date"
    assert [row["game_date"] for row in held.query(count, {})] == [date(2024, 11, 8), date(2024, 11, 9)]
