"""The operations guide executed: gcloud's lines on the Pub/Sub emulator, backfill's on the embedded stack."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from shared.bootstrap import topology
from tests.emulators.process import HOST
from tests.emulators.pubsub import PubSub, provision
from tests.infra.test_guides import lines_of

GUIDE = "01-backfill-operations-guide.md"
LINES = list(lines_of(GUIDE))
PUBLISHED = [line for line in LINES if line.startswith("gcloud pubsub topics publish")]
PULLED = [line for line in LINES if line.startswith("gcloud pubsub subscriptions pull")]
VERBS = [line for line in LINES if line.startswith("backfill ")]
# What is not complete yet, was not played yet, or is refused because the date has a game.
INCOMPLETE = {
    "backfill check 2024-11-08 2024-11-14": 1,
    "backfill check 2024-11-15 2024-11-16": 1,
    "backfill check 2024-11-08 2024-11-16 --to-phase 3": 1,
    "backfill calendar --clear 2024-11-20": 2,
}
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


def test_the_verbs_run_in_the_guides_order(tmp_path: Path) -> None:
    home = {"LOOKBACK_HOME": str(tmp_path), "LOOKBACK_SOURCE": "synthetic"}
    for line in VERBS:
        words = shlex.split(line)[1:]
        done = executed([sys.executable, "-m", "shared.cli.main", *words], home)
        assert done.returncode == INCOMPLETE.get(line, 0), (line, done.stdout, done.stderr)
        if words[0] in ("request", "retry", "cancel", "daily"):
            ran = executed([sys.executable, "-m", "shared.cli.main", "run"], home)
            assert ran.returncode == 0, ran.stdout
