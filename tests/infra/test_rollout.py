"""Which functions are deployed again, in which order things are destroyed, and who has to agree."""

import json
import subprocess
import time
from collections.abc import Sequence
from typing import Any

import pytest

from infra.deploy import destroy
from infra.deploy.destroy import Wish, agreed
from infra.deploy.rollout import Service, commands, list_services, read_services, rollout
from tests.infra.gcloud import faults

WHERE = ["--project=p", "--region=r"]
DEPLOY = ["gcloud", "run", "deploy", "dead-letter", *WHERE, "--source=."]
DEPLOYMENT = {"function": "dead_letter", "service": "dead-letter", "digest": "new", "argv": DEPLOY}
TO_LATEST = ["gcloud", "run", "services", "update-traffic", "dead-letter", *WHERE, "--to-latest"]
RUNS = Service(digest="new", ready=True, pinned=False)


def listed(**changes: Any) -> dict[str, Any]:
    """Return a service as `gcloud run services list --format=json` prints it."""
    status = {
        "conditions": [{"type": "Ready", "status": changes.get("ready", "True")}],
        "latestCreatedRevisionName": "dead-letter-2",
        "latestReadyRevisionName": changes.get("newest_ready", "dead-letter-2"),
    }
    traffic = changes.get("traffic", [{"latestRevision": True, "percent": 100}])
    labels = changes.get("labels", {"lookback-digest": "new"})
    return {"metadata": {"name": "dead-letter", "labels": labels}, "spec": {"traffic": traffic}, "status": status}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, RUNS),
        ({"labels": {}}, Service(digest="", ready=True, pinned=False)),
        ({"ready": "False"}, Service(digest="new", ready=False, pinned=False)),
        # The revision that carries the label never came up; an older one serves.
        ({"newest_ready": "dead-letter-1"}, Service(digest="new", ready=False, pinned=False)),
        (
            {"traffic": [{"revisionName": "dead-letter-1", "percent": 100}]},
            Service(digest="new", ready=True, pinned=True),
        ),
    ],
)
def test_a_service_is_read_from_what_gcloud_lists(changes: dict[str, Any], expected: Service) -> None:
    assert read_services(json.dumps([listed(**changes)])) == {"dead-letter": expected}


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (None, [DEPLOY]),
        (RUNS, []),
        (Service(digest="old", ready=True, pinned=False), [DEPLOY]),
        (Service(digest="new", ready=False, pinned=False), [DEPLOY]),
        (Service(digest="old", ready=True, pinned=True), [DEPLOY, TO_LATEST]),
        (Service(digest="new", ready=True, pinned=True), []),
    ],
    ids=["absent", "the same", "changed", "never came up", "changed after a roll-back", "rolled back, unchanged"],
)
def test_only_what_changed_or_does_not_run_is_deployed(service: Service | None, expected: list[list[str]]) -> None:
    assert commands(DEPLOYMENT, service) == expected


def test_one_failure_leaves_the_others_deployed() -> None:
    others = [{**DEPLOYMENT, "function": name, "service": name, "argv": ["gcloud", name]} for name in "abc"]
    ran: list[Sequence[str]] = []

    def run(argv: Sequence[str]) -> str:
        ran.append(argv)
        if argv[1] == "b":
            raise subprocess.CalledProcessError(1, list(argv), stderr="quota\n")
        return ""

    ended = rollout(others, {"c": RUNS}, run)
    assert ended == {"a": "deployed", "b": "failed: quota", "c": "kept"}
    assert sorted(argv[1] for argv in ran) == ["a", "b"]


def test_where_nothing_is_deployed_the_first_goes_alone() -> None:
    others = [{**DEPLOYMENT, "function": name, "service": name, "argv": ["gcloud", name]} for name in "abc"]
    events: list[str] = []

    def run(argv: Sequence[str]) -> str:
        events.append(f"{argv[1]} starts")
        time.sleep(0.05)
        events.append(f"{argv[1]} ends")
        return ""

    assert set(rollout(others, {}, run).values()) == {"deployed"}
    assert events[:2] == ["a starts", "a ends"]
    assert len(events) == 6


def wish(*, data: bool = False) -> Wish:
    return Wish(project="p", region="r", services=("scrape", "status"), data=data)


def steps(*, data: bool) -> list[str]:
    """Return what is done to what, in order."""
    found = []
    for argv in destroy.commands(wish(data=data)):
        if argv[0] == "gcloud":
            found.append(f"delete {argv[4]}")
        elif argv[2] != "init":
            found.append(f"{argv[2]} {argv[1].rpartition('/')[2]}")
    return found


def test_what_pushes_goes_before_what_it_pushes_to() -> None:
    assert steps(data=False) == ["destroy triggers", "delete scrape", "delete status", "destroy system"]


def test_the_data_goes_last_and_only_when_it_is_asked_for() -> None:
    assert steps(data=True)[-3:] == ["destroy system", "apply storage", "destroy storage"]
    assert "THE DATA" in wish(data=True).description()
    assert "THE DATA" not in wish().description()
    assert "DESTROY_DATA=yes" in wish().description()


@pytest.mark.parametrize(
    "argv", [*destroy.commands(wish(data=True)), list_services([DEPLOYMENT]), TO_LATEST], ids=" ".join
)
def test_gcloud_takes_every_command(argv: list[str]) -> None:
    if argv[0] == "gcloud":
        assert list(faults(argv)) == []
    else:
        assert argv[0] == "terraform"


@pytest.mark.parametrize(
    ("environment", "terminal", "typed", "expected"),
    [
        ({}, True, "p", True),
        ({}, True, " p\n", True),
        ({}, True, "y", False),
        ({}, True, "", False),
        ({}, False, "p", False),
        ({"CONFIRM": "p"}, False, "", True),
        ({"CONFIRM": "q"}, True, "p", False),
        ({"CONFIRM": ""}, True, "p", False),
        ({"CONFIRM": "yes"}, False, "", False),
    ],
)
def test_somebody_has_to_name_the_project(
    environment: dict[str, str], terminal: bool, typed: str, expected: bool
) -> None:
    assert agreed("p", environment, terminal=terminal, ask=lambda _: typed) is expected


def test_only_declared_functions_are_deleted() -> None:
    there = json.dumps([{**listed(), "metadata": {"name": name}} for name in ("somebody-elses", "dead-letter")])
    assert destroy.deployed("p", "r", lambda _: there) == ("dead-letter",)
