"""Every command of the operations guides is one that the installed tools take, and what it names is there."""

import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest

from shared import bootstrap
from shared.config import REPOSITORY_ROOT
from tests.infra.gcloud import faults

FOLDER = REPOSITORY_ROOT / "docs" / "operations"
RUNBOOKS = tuple(f"runbooks/{path.name}" for path in sorted((FOLDER / "runbooks").glob("*.md")))
ALERTING = "../monitoring/06-alerting-strategy-and-escalation.md"
GUIDES = ("01-backfill-operations-guide.md", "deploy.md", "nba-stats.md", "price.md", ALERTING, *RUNBOOKS)
TOPOLOGY = bootstrap.topology()
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
SUBSTITUTED = re.compile(r"""\$\((gcloud .*?)\)(?=["\s]|$)""")


def commands() -> Iterator[list[str]]:
    """Yield the guides' command lines as words, continuations joined; those inside `$(...)` too."""
    for line in (line for guide in GUIDES for line in lines_of(guide)):
        yield from (shlex.split(inner) for inner in SUBSTITUTED.findall(line))
        words = shlex.split(line)
        if words and words[0] in ("gcloud", "make", "python"):
            yield words


def lines_of(guide: str) -> Iterator[str]:
    """Yield the command lines of a guide."""
    for block in BLOCK.findall((FOLDER / guide).read_text()):
        yield from block.replace("\\\n", " ").splitlines()


COMMANDS = list(commands())


@pytest.mark.parametrize("argv", [each for each in COMMANDS if each[0] == "gcloud"], ids=" ".join)
def test_gcloud_takes_the_line(argv: list[str]) -> None:
    assert list(faults(argv)) == []


@pytest.mark.parametrize("argv", [each for each in COMMANDS if each[0] == "make"], ids=" ".join)
def test_make_knows_the_target(argv: list[str]) -> None:
    ended = subprocess.run(["make", "--dry-run", *argv[1:]], cwd=REPOSITORY_ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_the_guides_have_a_line_for_every_operation() -> None:
    lines = "\n".join(" ".join(each) for each in COMMANDS)
    for operation in (
        "make deploy",
        "make destroy",
        "publish backfill-requests",
        "update-traffic",
        "pull dead-letters",
        "publish calendar-requests",
        "publish sweep",
        "logging read",
        "run services describe status",
    ):
        assert operation in lines


@pytest.mark.parametrize("argv", [each for each in COMMANDS if each[:2] == ["gcloud", "pubsub"]], ids=" ".join)
def test_topics_and_inboxes_that_are_named_are_declared(argv: list[str]) -> None:
    subscriptions = (each.name for each in (*TOPOLOGY.inboxes, *TOPOLOGY.subscriptions))
    known = {*TOPOLOGY.topics, *subscriptions}
    named = [word for word in argv[4:] if not word.startswith("-")]
    assert set(named) <= known


def test_paths_that_are_named_exist() -> None:
    text = "".join((FOLDER / guide).read_text() for guide in GUIDES)
    for path in re.findall(r"`(infra/[a-z_./]+|tests/[a-z]+|cloudbuild\.yaml)`", text):
        assert (REPOSITORY_ROOT / path).exists(), path


def test_make_refuses_to_deploy_to_nowhere() -> None:
    for target in ("deploy", "destroy"):
        ended = subprocess.run(["make", target], cwd=REPOSITORY_ROOT, capture_output=True, text=True)
        assert ended.returncode == 2
        assert "PROJECT=my-project REGION=us-central1" in ended.stderr


def test_make_deploy_is_a_command_that_gcloud_takes() -> None:
    argv = ["make", "--dry-run", "deploy", "PROJECT=p", "REGION=r", 'STATUS_INVOKERS=["user:a","user:b"]']
    printed = subprocess.run(argv, cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=True).stdout
    (line,) = [each for each in printed.replace("\\\n", " ").splitlines() if each.startswith("gcloud")]
    words = shlex.split(line)
    assert list(faults(words)) == []
    (substitutions,) = [each for each in words if each.startswith("--substitutions=")]
    # gcloud's own escape: with ^;^ in front, pairs are parted by semicolons and values may hold commas.
    pairs = dict(pair.split("=", 1) for pair in substitutions.removeprefix("--substitutions=^;^").split(";"))
    assert pairs["_STATUS_INVOKERS"] == '["user:a","user:b"]'
    assert pairs["_REGION"] == "r"
