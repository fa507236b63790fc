"""A folder that holds the whole real season, computed once a test run however many workers it has."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack import SEASON

READY = "filled-season.ready"
VERBS = (
    ("calendar", "--load", SEASON),
    ("request", "2024-10-22", "2025-04-13", "--request-id", "season", "--run"),
)


@pytest.fixture(scope="session")
def filled_season(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LOOKBACK_HOME with 163 game dates complete through Phases 1-5. Copy it before anything is changed in it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "filled-season"
    with (shared / "filled-season.lock").open("w") as lock:
        # The first worker computes it; the others wait for it here.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / READY).exists():
            _fill(home, season_archive)
            (shared / READY).touch()
    return home


def _fill(home: Path, archive: Path) -> None:
    environment = {**os.environ, "LOOKBACK_SOURCE": "archive", "SEASON_ARCHIVE": str(archive)}
    for verb in VERBS:
        argv = [sys.executable, "-m", "shared.cli.main", *verb, "--home", str(home)]
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
