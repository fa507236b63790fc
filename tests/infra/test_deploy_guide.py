"""Every command of the deployment guide is one that the installed tools take, and what it names is there."""

import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest

from shared import bootstrap
from shared.config import REPOSITORY_ROOT
from tests.infra.gcloud import faults

GUIDE = REPOSITORY_ROOT / "docs" / "operations" / "deploy.md"
TOPOLOGY = bootstrap.topology()
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands() -> Iterator[list[str]]:
    """Yield the guide's command lines as words, continuations joined."""
    for block in BLOCK.findall(GUIDE.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line)
            if words and words[0] in ("gcloud", "make", "python"):
                yield words


COMMANDS = list(commands())


@pytest.mark.parametrize("argv", [each for each in COMMANDS if each[0] == "gcloud"], ids=" ".join)
def test_gcloud_takes_the_line(argv: list[str]) -> None:
    assert list(faults(argv)) == []


@pytest.mark.parametrize("argv", [each for each in COMMANDS if each[0] == "make"], ids=" ".join)
def test_make_knows_the_target(argv: list[str]) -> None:
    ended = subprocess.run(["make", "--dry-run", *argv[1:]], cwd=REPOSITORY_ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_the_guide_has_a_line_for_every_operation() -> None:
    lines = "\n".join(" ".join(each) for each in COMMANDS)
    for operation in (
        "make deploy",
        "make destroy",
        "publish backfill-requests",
        "update-traffic",
        "pull dead-letters",
    ):
        assert operation in lines


@pytest.mark.parametrize("argv", [each for each in COMMANDS if each[:2] == ["gcloud", "pubsub"]], ids=" ".join)
def test_topics_and_inboxes_that_are_named_are_declared(argv: list[str]) -> None:
    subscriptions = (each.name for each in (*TOPOLOGY.inboxes, *TOPOLOGY.subscriptions))
    known = {*TOPOLOGY.topics, *subscriptions}
    named = [word for word in argv[4:] if not word.startswith("-")]
    assert set(named) <= known


def test_paths_that_are_named_exist() -> None:
    for path in re.findall(r"`(infra/[a-z_./]+|tests/[a-z]+|cloudbuild\.yaml)`", GUIDE.read_text()):
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
