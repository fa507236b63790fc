"""What `terraform plan` makes of the project's files, with a stand-in for the provider (stand_in_provider.py)."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulators.process import missing
from tests.infra.stand_in_provider import stand_in
from tests.infra.terraform_files import INFRA, ROOTS

PROJECT, REGION = "lookback-demo", "us-central1"
LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'
ARGUMENTS = {
    "triggers": [
        '-var=status_invokers=["user:ann@example.com"]',
        f'-var=notification_channels=["projects/{PROJECT}/notificationChannels/1"]',
    ]
}


Planned = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Terraform:
    """A copy of infra/ in a folder, its state kept there, and the environment that Terraform runs in."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, root: str, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run terraform in a root."""
        command = ["terraform", f"-chdir={self.folder / root}", *argv]
        environment = {**os.environ, **self.environment, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def must(self, root: str, *argv: str) -> str:
        """Run terraform in a root; return its output, fail with its complaint."""
        ended = self.run(root, *argv)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def plan(self, root: str, *arguments: str) -> list[dict[str, Any]]:
        """Return the planned resources of a root, each with `type`, `name`, `index` and `values`."""
        settings = [f"-var=project={PROJECT}", f"-var=region={REGION}", *ARGUMENTS.get(root, []), *arguments]
        self.must(root, "plan", "-input=false", "-no-color", "-out=planned", *settings)
        shown = json.loads(self.must(root, "show", "-json", "planned"))
        return [each for each in shown["planned_values"]["root_module"]["resources"] if each["mode"] == "managed"]


@contextmanager
def terraform(folder: Path) -> Iterator[Terraform]:
    """Yield Terraform on a copy of infra/, initialised."""
    if shutil.which("terraform") is None:
        missing("terraform")
    copy = folder / "infra"
    shutil.copytree(INFRA, copy, ignore=shutil.ignore_patterns(".terraform*", "__pycache__"))
    with stand_in() as environment:
        made = Terraform(copy, environment)
        for root in ROOTS:
            (copy / root / "backend_override.tf").write_text(LOCAL_STATE)
            made.must(root, "init", "-input=false", "-no-color")
        yield made


def plain(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return planned blocks without what is not set in them."""
    return [{key: value for key, value in block.items() if value not in (None, [])} for block in blocks]


def planned_of(made: Terraform, roots: Sequence[str]) -> dict[str, Planned]:
    """Return the planned values of the roots' resources: by `<kind>.<name>`, then by their keys."""
    kinds: dict[str, Planned] = {}
    for root in roots:
        for each in made.plan(root):
            kinds.setdefault(f"{each['type']}.{each['name']}", {})[each.get("index", "")] = each["values"]
    return kinds
