"""Deploy those functions whose files, declaration or settings changed; leave the others alone.

    python3 -m infra.deploy.rollout build/functions.json

What a deployed function was made of is on it as a label. Only the standard library is needed here: this runs in
an image that has gcloud and little else.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

DIGEST_LABEL: Final = "lookback-digest"
# Each deployment waits for its own image to be built.
AT_ONCE: Final = 4

Command = Sequence[str]
Run = Callable[[Command], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A deployed service: the digest it was made of, whether its newest revision runs, whether it gets the traffic."""

    digest: str
    ready: bool
    pinned: bool


def read_services(listed: str) -> dict[str, Service]:
    """Return the services by name, from the JSON that `gcloud run services list` prints."""
    return {each["metadata"]["name"]: _service(each) for each in json.loads(listed)}


def _service(listed: Mapping[str, Any]) -> Service:
    status = listed.get("status", {})
    conditions = {each["type"]: each["status"] for each in status.get("conditions", [])}
    newest = status.get("latestCreatedRevisionName")
    return Service(
        digest=listed["metadata"].get("labels", {}).get(DIGEST_LABEL, ""),
        ready=conditions.get("Ready") == "True" and newest == status.get("latestReadyRevisionName"),
        pinned=not any(each.get("latestRevision") for each in listed.get("spec", {}).get("traffic", [])),
    )


def commands(deployment: Mapping[str, Any], service: Service | None) -> list[list[str]]:
    """Return what has to be run for a function; nothing when the deployed one is the same and runs."""
    if service is not None and service.digest == deployment["digest"] and service.ready:
        return []
    argv = list(deployment["argv"])
    if service is None or not service.pinned:
        return [argv]
    # After a roll-back the traffic stays where it was put: a new revision alone would get none.
    where = [each for each in argv if each.startswith(("--project=", "--region="))]
    return [argv, ["gcloud", "run", "services", "update-traffic", deployment["service"], *where, "--to-latest"]]


def rollout(deployments: Sequence[Mapping[str, Any]], services: Mapping[str, Service], run: Run) -> dict[str, str]:
    """Deploy what changed, several at once; return how it went, by function: kept, deployed or failed with why.

    Where nothing is deployed yet the first one goes alone: gcloud makes the bucket that all of them upload to.
    """
    alone = 0 if services else 1

    def one(deployment: Mapping[str, Any]) -> str:
        due = commands(deployment, services.get(deployment["service"]))
        try:
            for argv in due:
                run(argv)
        except subprocess.CalledProcessError as error:
            return f"failed: {str(error.stderr).strip()}"
        return "deployed" if due else "kept"

    ended = [one(each) for each in deployments[:alone]]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended += pool.map(one, deployments[alone:])
    return dict(zip((each["function"] for each in deployments), ended, strict=True))


def list_services(deployments: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the command that lists what is deployed where the deployments go to."""
    where = [each for each in deployments[0]["argv"] if each.startswith(("--project=", "--region="))]
    return ["gcloud", "run", "services", "list", *where, "--format=json"]


def execute(argv: Command) -> str:
    """Run a command; return its output. Raises CalledProcessError with its complaint."""
    return subprocess.run(list(argv), check=True, capture_output=True, text=True).stdout  # noqa: S603


def main(path: Path) -> int:
    """Roll out, print a line a function; return 1 when one failed."""
    deployments = json.loads(path.read_text(encoding="utf-8"))
    services = read_services(execute(list_services(deployments)))
    ended = rollout(deployments, services, execute)
    sys.stdout.writelines(f"{function}: {how}\n" for function, how in ended.items())
    return int(any(how.startswith("failed") for how in ended.values()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
