"""`make mutants` tells what notices a planted bug, fails when nothing does, and prints what happened."""

from dataclasses import replace
from unittest import mock

import pytest

from tests.simulation import mutants
from tests.simulation.planted import BUGS
from tests.simulation.planted_bug import LETTERS

NAME = "a correction by hand is overwritten"


def test_a_bug_that_its_script_notices_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert mutants.main(["--only", NAME, "--seeds", "0"]) == 0
    assert "By a script alone: 1: a correction by hand is overwritten." in capsys.readouterr().out


def test_a_bug_that_nothing_notices_fails(capsys: pytest.CaptureFixture[str]) -> None:
    harmless = replace(BUGS[NAME], script=None, patches=())
    with mock.patch.dict(BUGS, {NAME: harmless}):  # type: ignore[arg-type]
        assert mutants.main(["--only", NAME, "--seeds", "0"]) == 1
    assert "NOTHING NOTICES IT" in capsys.readouterr().out


def test_a_name_that_no_bug_has_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert mutants.main(["--only", "no such bug"]) == 2
    assert "no planted bug and no rule is called so: no such bug" in capsys.readouterr().err


@pytest.mark.parametrize("letter", LETTERS)
def test_every_rule_is_shown_broken_step_by_step(letter: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert mutants.main(["--trace", letter]) == 0
    shown = capsys.readouterr().out
    assert "REQUEST" in shown
    assert "VIOLATION" in shown
