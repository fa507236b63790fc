"""Take a deployment down: say what goes and what stays, ask, and do it.

    python -m infra.deploy.destroy --project=P --region=R

Tables, landing files and the ledger stay unless DESTROY_DATA=yes. The question is answered by typing the project's
id, or by CONFIRM=<project's id> where nobody can type.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.deploy.functions import service_name
from infra.deploy.rollout import read_services
from shared.adapters.topology import load_topology
from shared.config import REPOSITORY_ROOT

INFRA: Final = REPOSITORY_ROOT / "infra"
GOES: Final = """\
This takes down Lookback in the project {project}, region {region}:
  - push subscriptions, schedules, alerts and log metrics, with every message that still waits
  - the functions {functions}
  - topics, schemas, inboxes with what is in them, service accounts and their grants"""
DATA_GOES: Final = (
    "  - THE DATA: every table, every landing file and its versions, the ledger. Nothing brings them back."
)
DATA_STAYS: Final = "Tables, landing files and the ledger stay. DESTROY_DATA=yes takes them, too."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be destroyed: of which project and region, which services are there, and whether the data goes."""

    project: str
    region: str
    services: tuple[str, ...]
    data: bool

    def description(self) -> str:
        """Return what goes and what stays, for a person to read."""
        functions = ", ".join(self.services) or "(none is deployed)"
        goes = GOES.format(project=self.project, region=self.region, functions=functions)
        return "\n".join([goes, DATA_GOES if self.data else DATA_STAYS])


def commands(wish: Wish) -> list[list[str]]:
    """Return the commands in order: what pushes goes before what it pushes to."""
    where = [f"--project={wish.project}", f"--region={wish.region}"]
    deleted = [["gcloud", "run", "services", "delete", name, *where, "--quiet"] for name in wish.services]
    unlock = [_terraform("storage", "apply", wish, "-var=protect=false")]
    data = [_init("storage", wish), *unlock, _terraform("storage", "destroy", wish, "-var=protect=false")]
    return [
        _init("triggers", wish),
        _terraform("triggers", "destroy", wish),
        *deleted,
        _init("system", wish),
        _terraform("system", "destroy", wish),
        *(data if wish.data else []),
    ]


def _init(root: str, wish: Wish) -> list[str]:
    state = [f"-backend-config=bucket={wish.project}-lookback-state", f"-backend-config=prefix={root}"]
    return ["terraform", f"-chdir={INFRA / root}", "init", "-input=false", "-reconfigure", *state]


def _terraform(root: str, verb: str, wish: Wish, *settings: str) -> list[str]:
    where = [f"-var=project={wish.project}", f"-var=region={wish.region}"]
    return ["terraform", f"-chdir={INFRA / root}", verb, "-input=false", "-auto-approve", *where, *settings]


def agreed(project: str, environment: Mapping[str, str], *, terminal: bool, ask: Callable[[str], str]) -> bool:
    """Return whether a person, or CONFIRM, named the project; without either the answer is no."""
    if "CONFIRM" in environment:
        return environment["CONFIRM"] == project
    return terminal and ask(f"Type {project} to go on: ").strip() == project


def deployed(project: str, region: str, run: Callable[[Sequence[str]], str]) -> tuple[str, ...]:
    """Return the services of declared functions that are there."""
    where = [f"--project={project}", f"--region={region}"]
    there = read_services(run(["gcloud", "run", "services", "list", *where, "--format=json"]))
    declared = map(service_name, load_topology(INFRA / "pipeline.yaml").functions)
    return tuple(name for name in declared if name in there)


def main(argv: list[str]) -> int:
    """Ask and destroy; return 1 when nobody agreed."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.destroy")
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    asked = parser.parse_args(argv)
    services = deployed(asked.project, asked.region, _output)
    data = os.environ.get("DESTROY_DATA") == "yes"
    wish = Wish(project=asked.project, region=asked.region, services=services, data=data)
    sys.stdout.write(wish.description() + "\n")
    if not agreed(asked.project, os.environ, terminal=sys.stdin.isatty(), ask=input):
        sys.stderr.write(f"Nothing was destroyed: nobody typed the project's id, and CONFIRM is not {asked.project}.\n")
        return 1
    for command in commands(wish):
        subprocess.run(command, check=True, cwd=Path(REPOSITORY_ROOT))  # noqa: S603
    return 0


def _output(argv: Sequence[str]) -> str:
    return subprocess.run(list(argv), check=True, capture_output=True, text=True).stdout  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
