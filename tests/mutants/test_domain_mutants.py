"""Every guard of the pure domain has a test that would fail without it: plant the bug, run the test, see it fail."""

import shutil
from pathlib import Path

import pytest
from alert_mutants import ALERT_MUTANTS
from domain_mutants import DOMAIN_MUTANTS
from mutant import Mutant, Tree
from price_mutants import PRICE_MUTANTS
from propagation_mutants import PROPAGATION_MUTANTS
from window_mutants import WINDOW_MUTANTS

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = (*WINDOW_MUTANTS, *DOMAIN_MUTANTS, *PRICE_MUTANTS, *PROPAGATION_MUTANTS, *ALERT_MUTANTS)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A copy of the domain and its tests."""
    folder = tmp_path_factory.mktemp("tree")
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "shared" / "domain", folder / "shared" / "domain", ignore=unwanted)
    shutil.copytree(ROOT / "tests" / "unit" / "domain", folder / "tests" / "unit" / "domain", ignore=unwanted)
    for name in ("pyproject.toml", "shared/__init__.py", "shared/config.py"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copy(ROOT / "tests" / "pure.py", folder / "tests" / "conftest.py")
    return Tree(
        root=folder,
        code="shared/domain",
        tests="tests/unit/domain",
        environment=(("HYPOTHESIS_PROFILE", "mutants"),),
    )


def test_without_a_planted_bug_every_one_of_those_tests_passes(tree: Tree) -> None:
    tree.check_clean(MUTANTS)


@pytest.mark.parametrize("planted", MUTANTS, ids=lambda each: each.name)
def test_a_planted_bug_is_caught(tree: Tree, planted: Mutant) -> None:
    tree.check_caught(planted)
