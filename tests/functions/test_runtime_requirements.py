"""A deployed function has what requirements.txt names and nothing more: no DuckDB, no CLI, no test tools."""

import subprocess
import sys

from shared.bootstrap import topology
from shared.config import REPOSITORY_ROOT

# The packages of the extras, by the names they are imported under.
NOT_DEPLOYED = ("duckdb", "sqlglot", "typer", "rich", "pandas", "pyarrow", "numpy", "hypothesis", "pytest", "hcl2")
PROGRAM = """
import importlib, pkgutil, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused!r}:
            raise ModuleNotFoundError(f"{{name}} is not deployed")

sys.meta_path.insert(0, Refuse())
import functions_framework
for name, kind in {functions!r}.items():
    functions_framework.create_app(name, f"functions/{{name}}/main.py", kind)
    sys.modules.pop("main")
import shared.adapters.gcp
for module in pkgutil.iter_modules(shared.adapters.gcp.__path__, "shared.adapters.gcp."):
    importlib.import_module(module.name)
import shared.adapters.sources.synthetic
"""


def load(refused: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    kinds = {name: "http" if each.http else "cloudevent" for name, each in topology().functions.items()}
    program = PROGRAM.format(refused=refused, functions=kinds)
    return subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=False
    )


def test_the_functions_and_the_cloud_stack_load_on_the_deployed_packages_alone() -> None:
    loaded = load(NOT_DEPLOYED)
    assert loaded.returncode == 0, loaded.stderr[-2000:]


def test_a_package_that_the_functions_do_use_would_be_missed() -> None:
    assert "fsspec is not deployed" in load((*NOT_DEPLOYED, "fsspec")).stderr
