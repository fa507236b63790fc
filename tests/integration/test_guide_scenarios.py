"""The guide's five scenarios executed on the made-up season: exit codes, what is printed, and what gcloud asks for."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from shared import bootstrap
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.messages import BackfillRequest, backfill_request
from tests.infra.test_guides import BLOCK
from tests.integration.test_guide_commands import OUTPUT, SCENARIOS, cli, folder, plain, section

SEASON = "### 1. A historical season\n"
# Exit codes of lines that do not always end with 0, in the order in which they stand.
CODES = {"backfill check 2024-11-08 2024-11-14": [1, 0], "backfill stale": [0, 1, 0, 0]}


def one_more_free_throw(row: dict[str, Any]) -> None:
    row.update(points=row["points"] + 1, ftm=row["ftm"] + 1, fta=row["fta"] + 1)


def one_more_rebound(row: dict[str, Any]) -> None:
    row.update(dreb=row["dreb"] + 1, reb=row["reb"] + 1)


# What is done by hand before a line.
CORRECTIONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "--request-id fix-nov8": one_more_free_throw,
    "--request-id rebound-nov8": one_more_rebound,
}


def correct(home: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the box score of the date's first player."""
    path = home / "landing" / "2024-11-08" / "player_boxscores.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert rows[0]["player_name"] == "Amari Albrecht"
    change(rows[0])
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))


def script(home: dict[str, str], line: str) -> subprocess.CompletedProcess[str]:
    """Run one of the four scripts, `backfill` being this project's."""
    path = Path(home["LOOKBACK_HOME"]) / "bin" / "backfill"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m shared.cli.main "$@"\n')
    path.chmod(0o755)
    environment = {**os.environ, **home, "PATH": f"{path.parent}:{os.environ['PATH']}"}
    argv = shlex.split(line)
    return subprocess.run(argv, env=environment, cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=False)


def requested(home: Path, name: str) -> BackfillRequest:
    """Return the request of a backfill, whoever asked for it."""
    app = bootstrap.embedded(Config(home=str(home)))
    found = app.ledger.backfill(name)
    cast(DuckDbWarehouse, app.warehouse).close()
    assert found is not None, name
    return replace(found[0].request, requested_by="")


def follow(home: dict[str, str], text: str) -> None:
    """Run the lines of a part of the guide: each ends and prints as the guide says, each gcloud line asks the same."""
    path, said = Path(home["LOOKBACK_HOME"]), ""
    codes, messages = {line: list(each) for line, each in CODES.items()}, {}
    for line in (line for block in BLOCK.findall(text) for line in block.splitlines()):
        if line.startswith("gcloud"):
            body = json.loads(line.partition("--message=")[2].strip("'"))
            messages[body["request_id"]] = body
            continue
        for part, change in CORRECTIONS.items():
            if part in line:
                correct(path, change)
        done = script(home, line) if line.startswith("bin/") else cli(home, line)
        assert done.returncode == (codes[line].pop(0) if line in codes else 0), (line, done.stdout, done.stderr)
        said += done.stdout
    found = plain(said, path)
    for line in (line for block in OUTPUT.findall(text) for line in block.splitlines()):
        assert plain(line, path) in found, line
    assert messages
    for name, body in messages.items():
        assert requested(path, name) == backfill_request(body), name


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    made = folder(tmp_path) | {"COLUMNS": "160"}
    assert cli(made, "backfill calendar --load 2024-25").returncode == 0
    return made


def test_scenarios_2_to_5_and_the_scripts(home: dict[str, str]) -> None:
    whole = section(SCENARIOS)
    follow(home, whole.replace(season(), ""))


def test_scenario_1_a_season(home: dict[str, str]) -> None:
    follow(home, season())


def season() -> str:
    """Return the guide's scenario of a whole season."""
    return section(SCENARIOS).partition(SEASON)[2].partition("\n### ")[0]


@pytest.mark.parametrize("start", ["1. A historical", "2. A gap", "3. A data fix", "4. Downstream", "5. Early season"])
def test_every_scenario_has_both_kinds_of_lines(start: str) -> None:
    text = section(SCENARIOS).partition(f"### {start}")[2].partition("\n### ")[0]
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    asked = [line for line in lines if line.split()[:2] in (["backfill", "request"], ["backfill", "reprocess"])]
    published = [line for line in lines if line.startswith("gcloud pubsub topics publish backfill-requests")]
    assert len(asked) == len(published) > 0
    assert OUTPUT.search(text)
