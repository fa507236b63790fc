"""Every guard of explain and trace has a test that would fail without it."""

import shutil
from pathlib import Path

import pytest
from explain_mutants import EXPLAIN_MUTANTS
from mutant import Mutant, Tree

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests/unit/service"
COPIED = ("shared", "infra", TESTS)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A copy of the code, and of the services' tests."""
    folder = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".terraform"))
    for name in ("pyproject.toml", "tests/memory_stack.py"):
        shutil.copy(ROOT / name, folder / name)
    return Tree(root=folder, code="shared/service/explaining", tests=f"{TESTS}/explaining")


def test_without_a_planted_bug_every_one_of_those_tests_passes(tree: Tree) -> None:
    tree.check_clean(EXPLAIN_MUTANTS)


@pytest.mark.parametrize("planted", EXPLAIN_MUTANTS, ids=lambda each: each.name)
def test_a_planted_bug_is_caught(tree: Tree, planted: Mutant) -> None:
    tree.check_caught(planted)
