"""Every guard of the status pages has a test that would fail without it."""

import shutil
from pathlib import Path

import pytest
from mutant import Mutant, Tree
from page_mutants import PAGE_MUTANTS

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/functions"
COPIED = ("shared", "functions", "infra", "tests")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A copy of the code and of its tests."""
    folder = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".terraform"))
    shutil.copy(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return Tree(root=folder, code=".", tests=TESTS)


def test_without_a_planted_bug_every_one_of_those_tests_passes(tree: Tree) -> None:
    tree.check_clean(PAGE_MUTANTS)


@pytest.mark.parametrize("planted", PAGE_MUTANTS, ids=lambda each: each.name)
def test_a_planted_bug_is_caught(tree: Tree, planted: Mutant) -> None:
    tree.check_caught(planted)
