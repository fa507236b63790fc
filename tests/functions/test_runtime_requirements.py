"""A deployed function has what requirements.txt names and nothing more: no DuckDB, no CLI, no test tools."""

import subprocess
import sys

from shared.bootstrap import topology
from shared.config import REPOSITORY_ROOT

# The packages of the extras, by the names they are imported under.
EXTRAS = ("duckdb", "sqlglot", "typer", "rich", "pyarrow", "hypothesis", "pytest", "hcl2")
# Deployed with the two functions that ask the live source, and there never loaded: the source needs no data frames.
NOT_LOADED = ("pandas", "numpy")
NOT_DEPLOYED = (*EXTRAS, *NOT_LOADED, "nba_api")
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
from shared.bootstrap import source
from shared.config import Config
live = source(Config(source="nba_stats", nba_url="http://127.0.0.1:9", nba_tries=1))
if {asks!r}:
    try:
        live.schedule("2031-32")
    except Exception as error:
        sys.exit(str(error))
"""


def load(refused: tuple[str, ...], *, asks: bool = False) -> subprocess.CompletedProcess[str]:
    kinds = {name: "http" if each.http else "cloudevent" for name, each in topology().functions.items()}
    program = PROGRAM.format(refused=refused, functions=kinds, asks=asks)
    return subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=False
    )


def test_the_functions_and_the_cloud_stack_load_on_the_deployed_packages_alone() -> None:
    loaded = load(NOT_DEPLOYED)
    assert loaded.returncode == 0, loaded.stderr[-2000:]


def test_a_package_that_the_functions_do_use_would_be_missed() -> None:
    assert "fsspec is not deployed" in load((*NOT_DEPLOYED, "fsspec")).stderr


def test_where_the_live_source_is_deployed_it_is_asked_without_data_frames() -> None:
    assert "ConnectionError" in load((*EXTRAS, *NOT_LOADED), asks=True).stderr


def test_where_it_is_not_only_asking_it_is_refused() -> None:
    assert "needs the extra nba-stats" in load(NOT_DEPLOYED, asks=True).stderr
