"""Folders that hold what many tests start from, each computed once a test run however many workers it has."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.stack import SEASON

CALENDAR = ("calendar", "--load", SEASON)
# Opening night and the four game dates after it, of the synthetic season.
FIRST, LAST = "2024-10-22", "2024-10-26"


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LOOKBACK_HOME with the synthetic season's calendar alone. Copy it before anything is changed."""
    return _once(tmp_path_factory, "loaded", {"LOOKBACK_SOURCE": "synthetic"}, CALENDAR)


@pytest.fixture(scope="session")
def five_dates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LOOKBACK_HOME in which the backfill `first` has run FIRST..LAST. Copy it before anything is changed."""
    request = ("request", FIRST, LAST, "--request-id", "first", "--run")
    return _once(tmp_path_factory, "five-dates", {"LOOKBACK_SOURCE": "synthetic"}, CALENDAR, request)


@pytest.fixture(scope="session")
def filled_season(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LOOKBACK_HOME with 163 game dates complete through Phases 1-5. Copy it before anything is changed in it."""
    setting = {"LOOKBACK_SOURCE": "archive", "SEASON_ARCHIVE": str(season_archive)}
    request = ("request", "2024-10-22", "2025-04-13", "--request-id", "season", "--run")
    return _once(tmp_path_factory, "filled-season", setting, CALENDAR, request)


def _once(factory: pytest.TempPathFactory, name: str, setting: Mapping[str, str], *verbs: tuple[str, ...]) -> Path:
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, ready = shared / name, shared / f"{name}.ready"
    with (shared / f"{name}.lock").open("w") as lock:
        # The first worker computes it; the others wait for it here.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            for verb in verbs:
                argv = [sys.executable, "-m", "shared.cli.main", *verb, "--home", str(home)]
                done = subprocess.run(argv, env={**os.environ, **setting}, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stdout + done.stderr
            ready.touch()
    return home
