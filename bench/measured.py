"""Where one part leaves what another needs: runs of the season in processes of their own, kept in a temp folder."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.real_season import MEASURED
from shared.config import SAMPLE_ARCHIVE

FOLDER = Path(tempfile.gettempdir()) / "lookback-bench"
SCHEDULE = "schedule.parquet"
ERROR_LENGTH_MAX = 2000


def measured_season(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the calendar, appearances and seconds of the last season run, of a new one when there is none."""
    path = folder / MEASURED
    if not path.is_file():
        home = folder / "season"
        run_apart("bench.real_season", home, 1)
        keep_measured(home, folder)
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def keep_measured(home: Path, folder: Path = FOLDER) -> None:
    """Keep what a season run measured for the simulations, beside its home."""
    shutil.copyfile(home / MEASURED, folder / MEASURED)


def run_apart(module: str, home: Path, parallel: int) -> dict[str, Any]:
    """Run a module on an empty home in a process of its own; return its JSON line.

    Raises SystemExit when the season's archive is missing or the process failed.
    """
    archive = Path(os.environ.get("SEASON_ARCHIVE") or SAMPLE_ARCHIVE)
    if not (archive / SCHEDULE).is_file():
        raise SystemExit(f"no season archive in {archive} (set SEASON_ARCHIVE)")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    return _json_line(module, home, parallel)


def set_wise(home: Path, threads: int) -> dict[str, Any]:
    """Return seconds and differing rows, by processor, of the set-wise statements over a season run's home."""
    return _json_line("bench.set_wise", home, threads)


def _json_line(module: str, home: Path, parallel: int) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", module, str(home), str(parallel)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr.strip()[-ERROR_LENGTH_MAX:]}")
    line: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return line
