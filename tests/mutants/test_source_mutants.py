"""Every guard of the live source has a test that would fail without it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from mutant import Mutant
from source_mutants import SOURCE_MUTANTS

ROOT = Path(__file__).resolve().parents[2]
PASSED, TESTS_FAILED = 0, 1
TESTS = "tests/unit/adapters/sources"
COPIED = ("shared", "infra", TESTS, "tests/emulators")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, and of the tests of its sources."""
    folder = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".terraform"))
    shutil.copy(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def run_tests(tree: Path, nodes: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run some tests in a copied tree, stopping at the first failure."""
    paths = [f"{TESTS}/{node.replace('::', '.py::') if '::' in node else f'{node}.py'}" for node in nodes]
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-p", "no:cacheprovider", "--tb=no", *paths]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def test_without_a_planted_bug_every_one_of_those_tests_passes(tree: Path) -> None:
    ran = run_tests(tree, sorted({each.caught_by for each in SOURCE_MUTANTS}))
    assert ran.returncode == PASSED, ran.stdout


@pytest.mark.parametrize("planted", SOURCE_MUTANTS, ids=lambda each: each.name)
def test_a_planted_bug_is_caught(tree: Path, planted: Mutant) -> None:
    module = tree / "shared" / "adapters" / "sources" / f"{planted.module}.py"
    clean = module.read_text(encoding="utf-8")
    assert planted.source in clean, f"{planted.module} no longer reads so; plant the bug where it belongs now"
    module.write_text(clean.replace(planted.source, planted.planted), encoding="utf-8")
    try:
        ran = run_tests(tree, [planted.caught_by])
    finally:
        module.write_text(clean, encoding="utf-8")
    assert ran.returncode == TESTS_FAILED, ran.stdout + ran.stderr
