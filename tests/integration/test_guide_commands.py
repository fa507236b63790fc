"""The operations guide executed: gcloud's lines on the Pub/Sub emulator, backfill's on the embedded stack."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from shared import bootstrap
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.bootstrap import topology
from shared.config import Config
from shared.domain.controls import backfill_control
from shared.service.control_backfill import control_backfill
from tests.emulators.process import HOST
from tests.emulators.pubsub import PubSub, provision
from tests.infra.test_guides import BLOCK, FOLDER, lines_of
from tests.unit.cli.test_cli_controls import plan_all

GUIDE = "01-backfill-operations-guide.md"
LINES = list(lines_of(GUIDE))
PUBLISHED = [line for line in LINES if line.startswith("gcloud pubsub topics publish")]
PULLED = [line for line in LINES if line.startswith("gcloud pubsub subscriptions pull")]
RECOVERY, SCENARIOS = "## Recovery", "## Scenarios"
# What is not complete yet, was not played yet, or is refused because the date has a game.
INCOMPLETE = {
    "backfill check 2024-11-08 2024-11-14": 1,
    "backfill check 2024-11-15 2024-11-16": 1,
    "backfill check 2024-11-08 2024-11-16 --to-phase 3": 1,
    "backfill calendar --clear 2024-11-20": 2,
}
BROKEN = ("2024-11-08", "2024-11-10")
OUTPUT = re.compile(r"^```text\n(.*?)^```", re.DOTALL | re.MULTILINE)
LETTER = '{"version": 1, "phase": 2, "game_date": "2024-11-08", "backfill_id": "nov8-14"}'
ALERT = '{"version": 1, "rule": "dead_letter", "subject": "scrape.phase1-requests", "detail": {"error": "planted"}}'


def executed(argv: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def environment(pubsub: PubSub) -> dict[str, str]:
    """Everything that is declared, with nobody behind the push endpoints."""
    project = pubsub.project()
    provision(pubsub, topology(), project, lambda _: f"http://{HOST}:9")
    return pubsub.environment(project)


@pytest.mark.parametrize("line", PUBLISHED)
def test_gcloud_publishes_what_the_guide_says(environment: dict[str, str], line: str) -> None:
    done = executed(shlex.split(line), environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", PULLED)
def test_gcloud_pulls_from_the_inboxes_that_the_guide_names(environment: dict[str, str], line: str) -> None:
    topic = shlex.split(line)[4].removesuffix(".inbox")
    message = ALERT if topic == "alerts" else LETTER
    assert (
        executed(["gcloud", "pubsub", "topics", "publish", topic, f"--message={message}"], environment).returncode == 0
    )
    done = executed(shlex.split(line), environment)
    assert done.returncode == 0, done.stderr
    assert '"messageId"' in done.stdout


def cli(home: dict[str, str], line: str) -> subprocess.CompletedProcess[str]:
    """Run a command line of the guide on a folder."""
    return executed([sys.executable, "-m", "shared.cli.main", *shlex.split(line)[1:]], home)


def folder(tmp_path: Path) -> dict[str, str]:
    return {"LOOKBACK_HOME": str(tmp_path), "LOOKBACK_SOURCE": "synthetic"}


def section(title: str) -> str:
    """Return a section of the guide."""
    return (FOLDER / GUIDE).read_text().partition(f"{title}\n")[2].partition("\n## ")[0]


def recovery() -> str:
    """Return the guide's section on recovery."""
    return section(RECOVERY)


def verbs(text: str) -> list[str]:
    """Return the backfill commands of a part of the guide."""
    lines = (line for block in BLOCK.findall(text) for line in block.splitlines())
    return [line for line in lines if line.startswith("backfill ")]


def test_the_verbs_run_in_the_guides_order(tmp_path: Path) -> None:
    home = folder(tmp_path)
    for line in verbs((FOLDER / GUIDE).read_text().replace(recovery(), "").replace(section(SCENARIOS), "")):
        done = cli(home, line)
        assert done.returncode == INCOMPLETE.get(line, 0), (line, done.stdout, done.stderr)
        if line.split()[1] in ("request", "daily"):
            ran = cli(home, "backfill run")
            assert ran.returncode == 0, ran.stdout


def test_the_verbs_of_recovery_say_what_the_guide_says(tmp_path: Path) -> None:
    home = folder(tmp_path)
    files = {day: tmp_path / "landing" / day / "games.jsonl" for day in BROKEN}
    for line in ("backfill calendar --load 2024-25", "backfill request 2024-11-08 2024-11-14 --to-phase 1 --run"):
        assert cli(home, line).returncode == 0
    whole = {day: file.read_bytes() for day, file in files.items()}
    for file in files.values():
        file.write_bytes(b"not json\n")
    asked = "backfill request 2024-11-08 2024-11-14 --request-id nov8-14 --max-lookback-days 3 --run"
    assert cli(home, asked).returncode == 1
    said = ""
    for line in verbs(recovery()):
        for day, file in files.items() if line.startswith("backfill retry") else ():
            if day in line or "--dates" not in line:
                file.write_bytes(whole[day])
        if line.startswith("backfill pause"):
            assert cli(home, "backfill request 2024-11-15 2024-11-16 --request-id nov15-16").returncode == 0
            plan_all(tmp_path)
        done = cli(home, line)
        assert done.returncode == (1 if line.startswith("backfill failed") else 0), (line, done.stdout, done.stderr)
        said += done.stdout
        if "--dates" in line or "--dry-run" in line:
            cli(home, "backfill run")
        elif line.split()[1] in ("pause", "resume"):
            control_all(tmp_path)
    found = plain(said, tmp_path)
    for line in (line for block in OUTPUT.findall(recovery()) for line in block.splitlines()):
        assert "circuit breaker" in line or "leave what failed" in line or plain(line, tmp_path) in found, line


def plain(text: str, home: Path) -> str:
    """Return a text without what differs from run to run: times, rates, the folder, line breaks."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "TIME", text)
    text = re.sub(r", [\d.]+ units/s", "", text)
    return " ".join(text.replace(f"{home}/", "").split())


def control_all(home: Path) -> None:
    """Have what was said of backfills taken in, and nothing else."""
    app = bootstrap.embedded(Config(home=str(home)))
    for delivery in cast(SqliteBus, app.bus).receive({"control_backfill"}, 10):
        control_backfill(app, backfill_control(delivery.body), delivery.message_id)
        cast(SqliteBus, app.bus).acknowledge(delivery)
    cast(DuckDbWarehouse, app.warehouse).close()
