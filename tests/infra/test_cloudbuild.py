"""cloudbuild.yaml: read by the installed gcloud itself, and held against what it calls."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.config import REPOSITORY_ROOT, from_environment
from tests.emulators.process import missing, sdk_root

FILE = REPOSITORY_ROOT / "cloudbuild.yaml"
BUILD = yaml.safe_load(FILE.read_text())
BUILT_IN = {"PROJECT_ID", "BUILD_ID"}
# gcloud reads a build with its own messages and refuses a field that they do not have.
READ = """
import sys
sys.path[:0] = [sys.argv[1] + "/lib", sys.argv[1] + "/lib/third_party"]
from googlecloudsdk.api_lib.cloudbuild import config
from googlecloudsdk.generated_clients.apis.cloudbuild.v1 import cloudbuild_v1_messages as messages
build = config.LoadCloudbuildConfigFromPath(sys.argv[2], messages, params={})
print(*[step.id for step in build.steps])
"""


def read_by_gcloud(path: Path) -> subprocess.CompletedProcess[str]:
    root = sdk_root()
    if root is None:
        missing("gcloud")
    python = root / "platform" / "bundledpythonunix" / "bin" / "python3"
    argv = [str(python) if python.exists() else "python3", "-c", READ, str(root), str(path)]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_gcloud_reads_the_build() -> None:
    ended = read_by_gcloud(FILE)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == ["check", "storage-and-system", "functions", "triggers", "smoke"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("entrypoint: bash", "entrypont: bash"), ("logging: CLOUD", "logging: CLOUDY"), ("  _SEASON:", "  SEASON:")],
)
def test_a_build_that_gcloud_refuses_is_noticed(tmp_path: Path, right: str, wrong: str) -> None:
    text = FILE.read_text()
    assert right in text
    (tmp_path / "cloudbuild.yaml").write_text(text.replace(right, wrong, 1))
    assert read_by_gcloud(tmp_path / "cloudbuild.yaml").returncode == 1


def step(name: str) -> dict[str, Any]:
    return next(each for each in BUILD["steps"] if each["id"] == name)


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    return [text for each in value for text in texts(each)] if isinstance(value, list) else [str(value)]


def test_every_substitution_is_declared_and_used() -> None:
    steps = "\n".join(texts([BUILD["steps"], BUILD["options"]]))
    used = set(re.findall(r"\$\{?([A-Z_]+)", steps)) - BUILT_IN
    assert used == set(BUILD["substitutions"])


def test_make_deploy_sets_substitutions_that_the_build_has() -> None:
    text = (REPOSITORY_ROOT / "Makefile").read_text()
    assert set(re.findall(r"[;^](_[A-Z_]+)=", text)) == set(BUILD["substitutions"])


def test_what_functions_need_comes_before_them_and_what_needs_them_after() -> None:
    order = [each["id"] for each in BUILD["steps"]]
    assert not any("waitFor" in each for each in BUILD["steps"])
    assert step("storage-and-system")["args"][1:] == ["storage", "system"]
    assert step("triggers")["args"][1:] == ["triggers"]
    assert order.index("check") < order.index("storage-and-system") < order.index("functions")
    assert order.index("functions") < order.index("triggers") < order.index("smoke")


def test_the_smoke_step_opens_the_cloud_stack() -> None:
    pairs = (pair.split("=", 1) for pair in step("smoke")["env"])
    config = from_environment({name: value.replace("$PROJECT_ID", "demo") for name, value in pairs})
    assert (config.stack, config.project, config.landing) == ("cloud", "demo", "gs://demo-landing")


@pytest.mark.parametrize("name", ["storage-and-system", "functions", "triggers"])
def test_a_step_calls_what_is_there(name: str) -> None:
    called = step(name)["args"][1 if step(name)["args"][0] == "-m" else 0]
    path = called if called.endswith(".sh") else called.replace(".", "/") + ".py"
    assert (REPOSITORY_ROOT / path).is_file()


def test_terraforms_version_is_the_one_that_was_tested() -> None:
    assert {step(name)["name"] for name in ("storage-and-system", "triggers")} == {"hashicorp/terraform:1.11.4"}


def test_roots_are_applied_in_order_each_with_its_own_state(tmp_path: Path) -> None:
    recorder = tmp_path / "terraform"
    recorder.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    recorder.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PROJECT": "demo"}
    script = REPOSITORY_ROOT / "infra" / "deploy" / "apply.sh"
    subprocess.run([str(script), "storage", "system"], env=environment, check=True)
    init = "init -input=false -reconfigure -backend-config=bucket=demo-lookback-state -backend-config=prefix="
    assert (tmp_path / "calls").read_text().splitlines() == [
        f"-chdir=storage {init}storage",
        "-chdir=storage apply -input=false -auto-approve",
        f"-chdir=system {init}system",
        "-chdir=system apply -input=false -auto-approve",
    ]


def test_a_root_that_fails_stops_those_after_it(tmp_path: Path) -> None:
    recorder = tmp_path / "terraform"
    recorder.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\nexit 1\n')
    recorder.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PROJECT": "demo"}
    script = REPOSITORY_ROOT / "infra" / "deploy" / "apply.sh"
    assert subprocess.run([str(script), "storage", "system"], env=environment, check=False).returncode == 1
    assert len((tmp_path / "calls").read_text().splitlines()) == 1
