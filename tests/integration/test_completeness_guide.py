"""The page on data completeness executed on a real season: each command in the state that the page is about."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from shared.config import REPOSITORY_ROOT
from shared.processors.queries import FOLDER, queries
from shared.service.completeness.findings import Kind
from tests.corruptions import Corruption, plant
from tests.emulators.process import missing

PAGE = (REPOSITORY_ROOT / "docs/monitoring/05-data-completeness-validation.md").read_text()
COMMANDS = [
    line for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) for line in block.splitlines()
]
SHOWN = [
    line for block in re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) for line in block.splitlines()
]
RUN = [line for line in COMMANDS if not line.startswith("bq ")]
PASTED = [line for line in COMMANDS if line.startswith("bq ")]
# What has happened, as a reader of the page finds it, just before a command is run for the first time.
LOST, COPY = "backfill validate 2024-11-08 --phase 3", "backfill validate 2024-11-12 --phase 4"
PLANTED = {
    LOST: Corruption(
        name="LeBron James has lost his row",
        on=date(2024, 11, 8),
        table="nba_analytics.player_game_summary",
        sql=("DELETE FROM t WHERE player_id = 2544",),
        finds=(),
    ),
    COPY: Corruption(
        name="a stale copy",
        on=date(2024, 11, 12),
        table="nba_precompute.player_daily_cache",
        sql=("UPDATE t SET points_avg_last_10 = points_avg_last_10 * 1.01",),
        finds=(),
    ),
}


@pytest.fixture(scope="module")
def place(filled_season: Path, season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a shell that has `backfill` and a whole season, in a folder like the project's."""
    folder = tmp_path_factory.mktemp("guide")
    shutil.copytree(filled_season, folder / "home")
    for name in ("bin", "docs"):
        (folder / name).symlink_to(REPOSITORY_ROOT / name)
    command = folder / "path" / "backfill"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m shared.cli.main "$@"\n')
    command.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY_ROOT),
        "LOOKBACK_HOME": str(folder / "home"),
        "LOOKBACK_SOURCE": "archive",
        "SEASON_ARCHIVE": str(season_archive),
    }


def test_the_commands_do_what_the_page_says(place: dict[str, str]) -> None:
    home = Path(place["LOOKBACK_HOME"])
    said, pending = "", dict(PLANTED)
    for line in RUN:
        corruption = pending.pop(line, None)
        if corruption is not None:
            plant(home, corruption)
        done = subprocess.run(
            ["sh", "-c", line], cwd=home.parent, env=place, capture_output=True, text=True, check=False
        )
        assert done.returncode == (0 if corruption is None else 1), (line, done.stdout, done.stderr)
        assert corruption is None or "content" in done.stdout
        said += " ".join(done.stdout.split()) + "\n"
    assert not pending
    for line in SHOWN:
        assert line in said
    assert json.loads((home.parent / "validation.json").read_text())["complete"] is True
    with (home.parent / "findings.csv").open() as file:
        assert list(csv.reader(file)) == [["phase", "processor", "game_date", "kind", "entity", "detail"]]


@pytest.mark.parametrize("line", PASTED)
def test_bq_takes_the_line(line: str) -> None:
    words = shlex.split(line)
    assert words[-2] == "<"
    assert (REPOSITORY_ROOT / words[-1]).read_text() == queries()[Path(words[-1]).stem]
    if shutil.which("bq") is None:
        missing("gcloud's bq")
    shown = "".join(
        subprocess.run(["bq", *argv], capture_output=True, text=True, check=False).stdout
        for argv in (["help", "query"], ["--help"])
    )
    known = set(re.findall(r"--(?:\[no\])?([a-z_]+)", shown))
    assert {word.removeprefix("--").partition("=")[0] for word in words if word.startswith("--")} <= known


def test_the_page_explains_every_kind_and_names_every_query() -> None:
    for word in (*Kind, *queries()):
        assert f"`{word}`" in PAGE
    assert f"`{FOLDER}/`" in PAGE
