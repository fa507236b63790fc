"""The guide to the dashboard: its API lines are answered, and it names every path that there is."""

import re

import pytest
import typer

from functions.status.pages import PAGES
from shared.cli.main import app as verbs
from shared.config import REPOSITORY_ROOT
from shared.service.pages.status_api import PATHS, resource_of

GUIDE = (REPOSITORY_ROOT / "docs" / "monitoring" / "dashboard.md").read_text()
ASKED = re.findall(r"curl '?localhost:8080/api([^'?\s`]*)", GUIDE)
LINES = re.findall(r"^ {4}backfill (\w+)([^#\n]*)", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("path", [each for each in ASKED if each])
def test_each_path_that_is_asked_for_is_there(path: str) -> None:
    assert resource_of(path) is not None


def test_every_path_of_the_api_is_named() -> None:
    missing = [path for path in PATHS if f"`{path}`" not in GUIDE and path.rpartition("/")[2] not in GUIDE]
    assert missing == []


def test_every_page_is_named() -> None:
    named = {re.sub("{(?:id|date|player)}", lambda found: f"<{found[0][1:-1]}>", each.path) for each in PAGES}
    missing = [path for path in named if path.replace("<player>", "<id>") not in GUIDE]
    assert missing == []


@pytest.mark.parametrize(("verb", "arguments"), LINES)
def test_the_command_takes_the_line(verb: str, arguments: str) -> None:
    command = typer.main.get_command(verbs).commands[verb]  # type: ignore[attr-defined]
    command.make_context(verb, arguments.split())


def test_the_guide_has_lines() -> None:
    assert {verb for verb, _ in LINES} == {"ui"}
    assert len(ASKED) > 5
