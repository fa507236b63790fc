"""What is uploaded: exactly what the digests are of, and all that the functions need."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.deploy.sources import stage, uploaded
from shared import bootstrap
from shared.config import REPOSITORY_ROOT
from tests.emulators.process import missing
from tests.infra.uploads import upload

FUNCTIONS = list(bootstrap.topology().functions)
# As the buildpack starts a function: the framework is given the file and the name, the path is PYTHONPATH's.
PROGRAM = """
import sys, functions_framework
from pathlib import Path
# Neither this checkout nor its installation may lend what is not there.
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", "")]
sys.path[:] = [path for path in sys.path if Path(path) == Path.cwd() or not (Path(path) / "shared").is_dir()]
for name in sys.argv[1:]:
    functions_framework.create_app(name, f"functions/{name}/main.py")
    sys.modules.pop("main")
from shared import bootstrap
from shared.adapters.table_schemas import load_table_schemas
assert Path(bootstrap.__file__).is_relative_to(Path.cwd()), bootstrap.__file__
assert bootstrap.topology().schedules and load_table_schemas().tables
"""


def start(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [sys.executable, "-P", "-c", PROGRAM, *FUNCTIONS]
    return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_gcloud_uploads_what_the_digests_are_of() -> None:
    if shutil.which("gcloud") is None:
        missing("gcloud")
    argv = ["gcloud", "meta", "list-files-for-upload", str(REPOSITORY_ROOT)]
    listed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(listed) == uploaded(REPOSITORY_ROOT)


def test_gcloud_uploads_the_same_of_the_copy_with_further_requirements(tmp_path: Path) -> None:
    if shutil.which("gcloud") is None:
        missing("gcloud")
    stage(REPOSITORY_ROOT, tmp_path / "staged", "requirements-nba-stats.txt")
    argv = ["gcloud", "meta", "list-files-for-upload", str(tmp_path / "staged")]
    listed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(listed) == uploaded(REPOSITORY_ROOT)


def test_every_function_loads_from_what_is_uploaded_alone(tmp_path: Path) -> None:
    started = start(upload(tmp_path))
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    "name", ["infra/pipeline.yaml", "infra/tables.yaml", "infra/schemas/alert.proto", "shared/logs.py"]
)
def test_a_file_that_is_not_uploaded_is_missed(tmp_path: Path, name: str) -> None:
    (upload(tmp_path) / name).unlink()
    assert start(tmp_path).returncode == 1
