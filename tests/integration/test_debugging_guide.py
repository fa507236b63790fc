"""The page on debugging a single entity executed: each part on a ledger in the state that it is about."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.cli.options import reader
from shared.config import REPOSITORY_ROOT
from tests.faults import (
    Home,
    fill,
    plant_dead_letter,
    plant_expired_lease,
    plant_failed_phase_3,
    plant_missing_landing_file,
)
from tests.infra.gcloud import faults
from tests.infra.test_guides import BLOCK
from tests.integration.test_guide_commands import OUTPUT, plain

PAGE = (REPOSITORY_ROOT / "docs" / "monitoring" / "DEBUGGING_SINGLE_ENTITY.md").read_text()
DAY, LAST = "2024-10-28", "2024-10-31"
QUOTED = re.compile(r"^bq query --use_legacy_sql=false '(.*)'$")
# How each part of the page begins, and what its lines exit with, in order.
PARTS: dict[str, tuple[Callable[[Home], object], list[int]]] = {
    "## Step by step": (lambda home: None, [0] * 6),
    "### The name is not the one in the box scores": (lambda home: None, [2, 0]),
    "### Nobody asked for the date": (lambda home: None, [1, 0, 0]),
    "### He was listed and did not play, or his team was off": (lambda home: None, [0, 1]),
    "### A landing file is missing": (lambda home: plant_missing_landing_file(home, DAY), [1, 0, 0, 0, 0]),
    "### A phase failed": (lambda home: plant_failed_phase_3(home, DAY), [1, 0, 0, 0]),
    "### A run was killed": (lambda home: plant_expired_lease(home, DAY), [1, 0, 0]),
    "### A message became a dead letter": (lambda home: plant_dead_letter(home, DAY), [1, 0, 0, 0]),
    "### His window was capped": (lambda home: None, [0, 0, 0, 0]),
}


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The made-up season's first ten dates, complete."""
    made = Home(folder=tmp_path_factory.mktemp("october"))
    fill(made, LAST)
    return made


@pytest.fixture
def home(october: Home, tmp_path: Path) -> Home:
    shutil.copytree(october.folder, tmp_path / "home")
    return Home(folder=tmp_path / "home")


def part(heading: str) -> str:
    """Return what stands between a heading and the next."""
    return re.split(r"\n##+ ", PAGE.partition(f"{heading}\n")[2])[0]


def lines(text: str, first: str) -> list[str]:
    """Return the command lines of a part of the page that begin with a word."""
    found = (line for block in BLOCK.findall(text) for line in block.splitlines())
    return [line for line in found if line.split()[0] == first]


@pytest.mark.parametrize("heading", PARTS)
def test_the_lines_do_what_the_page_says(home: Home, heading: str) -> None:
    plant, codes = PARTS[heading]
    plant(home)
    said, ended = "", []
    for line in (each for written in lines(part(heading), "backfill") for each in written.split(" && ")):
        done = home.cli(line)
        ended.append(done.returncode)
        said += done.stdout + done.stderr
    assert ended == codes, said
    found = plain(said, home.folder)
    for line in (line for block in OUTPUT.findall(part(heading)) for line in block.splitlines()):
        assert plain(line, home.folder) in found, (line, said)


def test_every_part_with_lines_is_executed() -> None:
    headings = re.findall(r"^##+ .*$", PAGE, re.MULTILINE)
    assert {each for each in headings if lines(part(each), "backfill")} == set(PARTS)


def test_the_queries_are_answered(october: Home) -> None:
    app = reader(str(october.folder))
    found = [QUOTED.fullmatch(line) for line in lines(PAGE, "bq")]
    assert len(found) == 3
    for query in found:
        assert query is not None
        assert app.warehouse.query(query[1], {})


def test_gcloud_takes_its_lines() -> None:
    found = [shlex.split(line) for line in lines(PAGE, "gcloud")]
    assert found
    assert [list(faults(argv)) for argv in found] == [[]] * len(found)
