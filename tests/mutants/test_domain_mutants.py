"""Every guard of the pure domain has a test that would fail without it: plant the bug, run the test, see it fail."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from domain_mutants import DOMAIN_MUTANTS
from mutant import Mutant
from price_mutants import PRICE_MUTANTS
from propagation_mutants import PROPAGATION_MUTANTS
from window_mutants import WINDOW_MUTANTS

ROOT = Path(__file__).resolve().parents[2]
PASSED, TESTS_FAILED = 0, 1
MUTANTS = (*WINDOW_MUTANTS, *DOMAIN_MUTANTS, *PRICE_MUTANTS, *PROPAGATION_MUTANTS)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the domain and its tests."""
    folder = tmp_path_factory.mktemp("tree")
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "shared" / "domain", folder / "shared" / "domain", ignore=unwanted)
    shutil.copytree(ROOT / "tests" / "unit" / "domain", folder / "tests" / "unit" / "domain", ignore=unwanted)
    for name in ("pyproject.toml", "shared/__init__.py", "shared/config.py"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copy(ROOT / "tests" / "pure.py", folder / "tests" / "conftest.py")
    return folder


def run_tests(tree: Path, nodes: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run some tests in a copied tree, stopping at the first failure."""
    paths = [f"tests/unit/domain/{node.replace('::', '.py::') if '::' in node else f'{node}.py'}" for node in nodes]
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-p", "no:cacheprovider", "--tb=no", *paths]
    environment = {**os.environ, "PYTHONPATH": str(tree), "HYPOTHESIS_PROFILE": "mutants"}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def test_without_a_planted_bug_every_one_of_those_tests_passes(tree: Path) -> None:
    ran = run_tests(tree, sorted({each.caught_by for each in MUTANTS}))
    assert ran.returncode == PASSED, ran.stdout


@pytest.mark.parametrize("planted", MUTANTS, ids=lambda each: each.name)
def test_a_planted_bug_is_caught(tree: Path, planted: Mutant) -> None:
    module = tree / "shared" / "domain" / f"{planted.module}.py"
    clean = module.read_text(encoding="utf-8")
    assert planted.source in clean, f"{planted.module} no longer reads so; plant the bug where it belongs now"
    module.write_text(clean.replace(planted.source, planted.planted), encoding="utf-8")
    try:
        ran = run_tests(tree, [planted.caught_by])
    finally:
        module.write_text(clean, encoding="utf-8")
    assert ran.returncode == TESTS_FAILED, ran.stdout + ran.stderr
