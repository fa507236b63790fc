"""The gcloud command that deploys each function, from pipeline.yaml.

    python -m infra.deploy.functions --project=P --region=R --source=synthetic > build/functions.json

Cloud Run functions from source: one upload of the repository's root for all, `GOOGLE_FUNCTION_SOURCE` (read when
the image is built) names the file, `PYTHONPATH` (read when it runs) makes `shared` importable beside it. Where the
source needs packages of its own, the functions that ask it are built from a copy of the upload with other
requirements, made in `build/`; the others stay as small as they are.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from infra.deploy.sources import REQUIREMENTS, digest, stage
from shared.adapters.topology import Function, topology_of
from shared.config import NBA_STATS, REPOSITORY_ROOT, SOURCES, Config
from shared.domain.errors import InvalidInput

DIGEST_LABEL: Final = "lookback-digest"
# Where the buildpack puts the uploaded tree.
WORKSPACE: Final = "/workspace"
# The functions that ask the source for games, and what else they are built from for a source that needs packages.
ASKING: Final = ("scrape", "load_calendar")
REQUIREMENTS_OF_SOURCE: Final = {NBA_STATS: "requirements-nba-stats.txt"}
STAGED: Final = "build/asking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to deploy to, which source the deployed pipeline scrapes, and the proxy it is asked through."""

    project: str
    region: str
    source: str
    nba_proxy: str = ""

    def requirements(self, function: Function) -> str:
        """Return the file that a function's packages are installed from."""
        return REQUIREMENTS_OF_SOURCE.get(self.source, REQUIREMENTS) if function.name in ASKING else REQUIREMENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One function: its Cloud Run service, the digest of all that it is made of, and the command that deploys it."""

    function: str
    service: str
    digest: str
    argv: tuple[str, ...]


def deployments(root: Path, target: Target) -> list[Deployment]:
    """Return every declared function's deployment, in declared order.

    Raises InvalidInput when a declared function has no entry point: its subscriptions would push to nothing.
    """
    declared = yaml.safe_load((root / "infra" / "pipeline.yaml").read_text(encoding="utf-8"))
    functions = topology_of(declared).functions.values()
    for function in functions:
        if not (root / entry_file(function)).is_file():
            raise InvalidInput(f"functions.{function.name}", entry_file(function), "a file with the entry point")
    return [_deployment(root, declared, target, function) for function in functions]


def service_name(function: str) -> str:
    """Return the name of a function's Cloud Run service, which knows no underscores."""
    return function.replace("_", "-")


def entry_file(function: Function) -> str:
    """Return the file of a function's entry point, relative to the repository's root."""
    return f"functions/{function.name}/main.py"


def account(name: str, project: str) -> str:
    """Return the address of a service account of the project."""
    return f"lookback-{name}@{project}.iam.gserviceaccount.com"


def _deployment(root: Path, declared: dict[str, Any], target: Target, function: Function) -> Deployment:
    service = service_name(function.name)
    settings = (*_build(target, function), *_run(declared, target, function))
    mark = digest(root, declared, function.name, settings, target.requirements(function))
    argv = ("gcloud", "run", "deploy", service, *settings, f"--labels={DIGEST_LABEL}={mark}", "--quiet")
    return Deployment(function=function.name, service=service, digest=mark, argv=argv)


def _build(target: Target, function: Function) -> tuple[str, ...]:
    builder = f"projects/{target.project}/serviceAccounts/{account('builder', target.project)}"
    return (
        f"--project={target.project}",
        f"--region={target.region}",
        f"--source={'.' if target.requirements(function) == REQUIREMENTS else STAGED}",
        f"--function={function.name}",
        f"--base-image={function.settings.runtime}",
        f"--build-service-account={builder}",
        f"--set-build-env-vars=GOOGLE_FUNCTION_SOURCE={entry_file(function)}",
    )


def _run(declared: dict[str, Any], target: Target, function: Function) -> tuple[str, ...]:
    settings = function.settings
    variables = ",".join(f"{name}={value}" for name, value in environment(declared, target, function).items())
    return (
        f"--set-env-vars={variables}",
        f"--service-account={account(service_name(function.name), target.project)}",
        f"--memory={settings.memory_mib}Mi",
        f"--cpu={settings.cpu:g}",
        f"--concurrency={settings.concurrency}",
        f"--timeout={settings.timeout_seconds}",
        f"--min-instances={settings.min_instances}",
        f"--max-instances={settings.max_instances}",
        "--no-allow-unauthenticated",
        # Pub/Sub's pushes within the project count as internal; people come to `status` from outside.
        f"--ingress={'all' if function.http else 'internal'}",
    )


def environment(declared: dict[str, Any], target: Target, function: Function) -> dict[str, str]:
    """Return the variables that a function runs with."""
    bucket = declared["landing"]["bucket"].replace("{project}", target.project)
    return {
        "PYTHONPATH": WORKSPACE,
        "THREADS": str(function.settings.concurrency),
        "LOOKBACK_STACK": "cloud",
        "LOOKBACK_PROJECT": target.project,
        "LOOKBACK_REGION": target.region,
        "LOOKBACK_LANDING_URL": f"gs://{bucket}",
        "LOOKBACK_STAGING_DATASET": declared["staging"]["dataset"],
        "LOOKBACK_SOURCE": target.source,
        **(_nba_environment(target, function) if target.source == NBA_STATS and function.name in ASKING else {}),
    }


def _nba_environment(target: Target, function: Function) -> dict[str, str]:
    # Each instance keeps a pace of its own; together they ask as often as one would by default.
    seconds = Config().nba_seconds_between * function.settings.max_instances
    proxy = {"LOOKBACK_NBA_PROXY": target.nba_proxy} if target.nba_proxy else {}
    return {"LOOKBACK_NBA_SECONDS_BETWEEN": f"{seconds:g}", **proxy}


def main(argv: list[str]) -> None:
    """Print the deployments as JSON, and make the copy of the upload that some of them may be built from."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.functions")
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--source", choices=SOURCES, default="synthetic")
    parser.add_argument("--nba-proxy", default="")
    target = Target(**vars(parser.parse_args(argv)))
    if target.source in REQUIREMENTS_OF_SOURCE:
        stage(REPOSITORY_ROOT, REPOSITORY_ROOT / STAGED, REQUIREMENTS_OF_SOURCE[target.source])
    json.dump([asdict(each) for each in deployments(REPOSITORY_ROOT, target)], sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
