"""Every `backfill` line of the guide to the live source is one that the command takes."""

import shlex

import pytest
import typer

from shared.cli.main import app
from tests.infra.test_guides import lines_of

LINES = [line for line in lines_of("nba-stats.md") if line.startswith("backfill ")]


@pytest.mark.parametrize("line", LINES)
def test_the_command_takes_the_line(line: str) -> None:
    verb, *arguments = shlex.split(line)[1:]
    command = typer.main.get_command(app).commands[verb]  # type: ignore[attr-defined]
    command.make_context(verb, arguments)


def test_the_guide_has_lines() -> None:
    assert {line.split()[1] for line in LINES} >= {"scrape", "calendar"}
