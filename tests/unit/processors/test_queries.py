"""The queries to paste are the statements that the project runs, as they are in the tree."""

import re
import shlex
import shutil
import subprocess

import pytest

from shared.adapters.embedded.sql_dialect import translate
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.table_schemas import load_table_schemas
from shared.config import REPOSITORY_ROOT
from shared.processors.checks import CHECKS, COLUMNS, PER_DATE_MAX
from shared.processors.queries import FOLDER, command, main, queries
from shared.processors.registry import of_phase
from tests.unit.service.world import day

QUERIES = queries()


def test_the_files_are_what_is_generated() -> None:
    files = {path.stem: path.read_text() for path in (REPOSITORY_ROOT / FOLDER).glob("*.sql")}
    assert files == QUERIES, "run: python -m shared.processors.queries docs/monitoring/queries"


def test_a_file_of_a_query_that_is_no_more_is_deleted(tmp_path) -> None:
    (tmp_path / "gone.sql").write_text("SELECT 1")
    main(str(tmp_path))
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_it_runs_on_tables_as_they_are_declared(name: str) -> None:
    found = DuckDbWarehouse().query(QUERIES[name], {"start_date": day(0), "end_date": day(9)})
    assert found == []


@pytest.mark.parametrize("name", QUERIES)
def test_it_names_deployed_tables_only_and_nothing_of_a_template(name: str) -> None:
    statement = translate(QUERIES[name])
    assert set(statement.tables) <= set(load_table_schemas().tables)
    assert statement.parameters == {"start_date", "end_date"}


def test_every_table_is_checked_by_what_applies_to_it() -> None:
    for processor in (each for phase in (2, 3, 4, 5) for each in of_phase(phase)):
        checks = {check.name for check in CHECKS if processor.table in (check.sql((processor.phase,)) or "")}
        assert {"row_counts", "duplicate_keys", "missing_entities", "wrong_dates", "null_columns"} <= checks
        assert ("windows" in checks) == (processor.phase >= 4), processor.name


def test_a_check_without_anything_to_check_has_no_statement() -> None:
    windows = next(check for check in CHECKS if check.name == "windows")
    assert windows.sql((2, 3)) is None
    text = windows.sql((4,)) or ""
    assert text.startswith(f"SELECT {', '.join(COLUMNS)}\n")
    assert f"<= {PER_DATE_MAX}" in text


@pytest.mark.skipif(shutil.which("bq") is None, reason="bq is not installed")
def test_bq_takes_the_flags_of_the_line() -> None:
    shown = subprocess.run(["bq", "help", "query"], capture_output=True, text=True, check=False).stdout
    everywhere = subprocess.run(["bq", "--help"], capture_output=True, text=True, check=False).stdout
    known = set(re.findall(r"--(?:\[no\])?([a-z_]+)", shown + everywhere))
    words = shlex.split(command("windows", "2024-11-08", "2024-11-14"))
    assert words[:2] == ["bq", "query"]
    assert {word.removeprefix("--").partition("=")[0] for word in words if word.startswith("--")} <= known
    assert (REPOSITORY_ROOT / words[-1]).exists()
