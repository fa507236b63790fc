"""A bug planted in a copied tree, with the test that must notice it, and how both are run."""

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PASSED, TESTS_FAILED = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One planted bug: `source`, exact text of a module of the code under test, is written as `planted` instead."""

    name: str
    module: str
    source: str
    planted: str
    caught_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A copied tree: the folder of the code under test, that of its tests, and what their process is told."""

    root: Path
    code: str
    tests: str
    environment: tuple[tuple[str, str], ...] = ()

    def run(self, nodes: Iterable[str]) -> subprocess.CompletedProcess[str]:
        """Run some tests, `module` or `module::test`, stopping at the first failure."""
        paths = [f"{self.tests}/{node.replace('::', '.py::') if '::' in node else f'{node}.py'}" for node in nodes]
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-p", "no:cacheprovider", "--tb=no", *paths]
        environment = {**os.environ, "PYTHONPATH": str(self.root), **dict(self.environment)}
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)

    def check_clean(self, mutants: Iterable[Mutant]) -> None:
        """Fail unless every one of the mutants' tests passes without a planted bug."""
        ran = self.run(sorted({each.caught_by for each in mutants}))
        assert ran.returncode == PASSED, ran.stdout

    def check_caught(self, planted: Mutant) -> None:
        """Plant a bug, run its test, and fail unless that does."""
        module = self.root / self.code / f"{planted.module}.py"
        clean = module.read_text(encoding="utf-8")
        assert planted.source in clean, f"{planted.module} no longer reads so; plant the bug where it belongs now"
        module.write_text(clean.replace(planted.source, planted.planted), encoding="utf-8")
        try:
            ran = self.run([planted.caught_by])
        finally:
            module.write_text(clean, encoding="utf-8")
        assert ran.returncode == TESTS_FAILED, ran.stdout + ran.stderr


def mutant(name: str, module: str, source: str, planted: str, caught_by: str) -> Mutant:
    """Return a planted bug; `caught_by` is `module::test` below the tree's folder of tests."""
    return Mutant(name=name, module=module, source=source, planted=planted, caught_by=caught_by)
