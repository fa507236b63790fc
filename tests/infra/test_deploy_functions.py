"""The command that deploys each function, and the digest that tells whether there is anything to deploy."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from infra.deploy.functions import ASKING, STAGED, Deployment, Target, deployments
from infra.deploy.sources import stage, uploaded
from shared.adapters.sources.nba_stats_pace import JITTER
from shared.adapters.topology import load_topology
from shared.config import REPOSITORY_ROOT, Config, from_environment
from shared.domain.errors import InvalidInput
from tests.infra.gcloud import faults
from tests.infra.uploads import upload

TARGET = Target(project="demo", region="us-central1", source="synthetic")
LIVE = Target(project="demo", region="us-central1", source="nba_stats", nba_proxy="http://10.0.0.9:3128")
TOPOLOGY = load_topology(REPOSITORY_ROOT / "infra" / "pipeline.yaml")
LABEL_VALUE = re.compile(r"[a-z0-9_-]{1,63}")
SERVICE_NAME = re.compile(r"[a-z]([a-z0-9-]{0,47}[a-z0-9])?")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return upload(tmp_path)


def flags(deployment: Deployment) -> dict[str, str]:
    pairs = (word.partition("=") for word in deployment.argv if word.startswith("--"))
    return {name: value for name, _, value in pairs}


def digests(root: Path, target: Target = TARGET) -> dict[str, str]:
    return {each.function: each.digest for each in deployments(root, target)}


@pytest.mark.parametrize("each", deployments(REPOSITORY_ROOT, TARGET), ids=lambda each: each.function)
def test_a_command_is_one_that_gcloud_takes_and_says_what_is_declared(each: Deployment) -> None:
    assert list(faults(each.argv)) == []
    assert SERVICE_NAME.fullmatch(each.service)
    given, function = flags(each), TOPOLOGY.functions[each.function]
    settings = function.settings
    assert given["--function"] == each.function
    assert given["--memory"] == f"{settings.memory_mib}Mi"
    assert float(given["--cpu"]) == settings.cpu
    assert int(given["--concurrency"]) == settings.concurrency
    assert int(given["--timeout"]) == settings.timeout_seconds
    assert (int(given["--min-instances"]), int(given["--max-instances"])) == (
        settings.min_instances,
        settings.max_instances,
    )
    assert given["--base-image"] == settings.runtime
    assert given["--ingress"] == ("internal" if function.topics else "all")
    assert "--no-allow-unauthenticated" in given
    assert given["--service-account"] == f"lookback-{each.service}@demo.iam.gserviceaccount.com"
    source = given["--set-build-env-vars"].removeprefix("GOOGLE_FUNCTION_SOURCE=")
    assert f"def {each.function}(" in (REPOSITORY_ROOT / source).read_text()
    assert LABEL_VALUE.fullmatch(given["--labels"].removeprefix("lookback-digest="))


@pytest.mark.parametrize("each", deployments(REPOSITORY_ROOT, LIVE), ids=lambda each: each.function)
def test_only_what_asks_the_live_source_is_given_its_packages_pace_and_proxy(each: Deployment) -> None:
    assert list(faults(each.argv)) == []
    variables = dict(pair.split("=", 1) for pair in flags(each)["--set-env-vars"].split(","))
    config, asks = from_environment(variables), each.function in ASKING
    assert config.source == "nba_stats"
    assert flags(each)["--source"] == (STAGED if asks else ".")
    assert config.nba_proxy == (LIVE.nba_proxy if asks else "")
    # All instances together ask as often as one would.
    instances = TOPOLOGY.functions[each.function].settings.max_instances
    assert config.nba_seconds_between == (Config().nba_seconds_between * instances if asks else 1.0)
    # The busiest date, 15 games at 1 + 3n calls, fits the budget at the longest pace.
    assert not asks or 46 * config.nba_seconds_between * (1 + JITTER) < config.nba_budget_seconds


def test_the_functions_that_ask_a_source_are_the_services_that_do() -> None:
    services = (REPOSITORY_ROOT / "shared" / "service").glob("*.py")
    assert {path.stem for path in services if "app.source." in path.read_text()} == set(ASKING)


def test_what_the_asking_functions_are_built_from_differs_in_the_requirements_alone(tmp_path: Path) -> None:
    stage(REPOSITORY_ROOT, tmp_path / "staged", "requirements-nba-stats.txt")
    stage(REPOSITORY_ROOT, tmp_path / "staged", "requirements-nba-stats.txt")
    assert uploaded(tmp_path / "staged") == uploaded(REPOSITORY_ROOT)
    for name in (*uploaded(REPOSITORY_ROOT), ".gcloudignore"):
        original = "requirements-nba-stats.txt" if name == "requirements.txt" else name
        assert (tmp_path / "staged" / name).read_bytes() == (REPOSITORY_ROOT / original).read_bytes()


def test_the_further_requirements_are_the_common_ones_and_the_package() -> None:
    common, further = (
        set((REPOSITORY_ROOT / name).read_text().split()) for name in ("requirements.txt", "requirements-nba-stats.txt")
    )
    assert common < further
    assert {line.partition("==")[0] for line in further - common} == {"nba-api", "numpy", "pandas"}


def test_further_requirements_concern_the_asking_functions_alone(root: Path) -> None:
    (root / "requirements-nba-stats.txt").write_text("nba-api==1.12.0\n")
    before = digests(root, LIVE)
    append("requirements-nba-stats.txt")(root)
    after = digests(root, LIVE)
    assert {name for name in before if before[name] != after[name]} == set(ASKING)


@pytest.mark.parametrize("each", deployments(REPOSITORY_ROOT, TARGET), ids=lambda each: each.function)
def test_the_functions_settings_are_read_from_its_environment(each: Deployment) -> None:
    variables = dict(pair.split("=", 1) for pair in flags(each)["--set-env-vars"].split(","))
    config = from_environment(variables)
    assert (config.stack, config.project, config.region) == ("cloud", "demo", "us-central1")
    assert (config.landing, config.source) == ("gs://demo-landing", "synthetic")
    # The threads that serve are as many as the requests that one instance is given.
    assert variables["THREADS"] == flags(each)["--concurrency"]
    known = {"PYTHONPATH", "THREADS"}
    read = {f"LOOKBACK_{name.upper()}" for name in config.__dataclass_fields__}
    assert set(variables) <= known | read


def test_a_function_without_an_entry_point_is_refused(root: Path) -> None:
    (root / "functions" / "status" / "main.py").unlink()
    with pytest.raises(InvalidInput, match=r"functions/status/main\.py"):
        deployments(root, TARGET)


def append(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + "\n# changed\n")

    return change


def declare(change: Callable[[dict], None]) -> Callable[[Path], None]:  # type: ignore[type-arg]
    def write(root: Path) -> None:
        path = root / "infra" / "pipeline.yaml"
        declared = yaml.safe_load(path.read_text())
        change(declared)
        path.write_text(yaml.safe_dump(declared, sort_keys=False))

    return write


EVERY, NONE = set(TOPOLOGY.functions), set()  # type: ignore[var-annotated]
CHANGES = {
    "its entry point": (append("functions/scrape/main.py"), {"scrape"}),
    "a file beside it": (append("functions/scrape/extra.py"), {"scrape"}),
    "the package of all": (append("functions/__init__.py"), EVERY),
    "a service": (append("shared/service/scrape.py"), EVERY),
    "a statement": (append("shared/processors/sql/phase2/games.sql"), EVERY),
    "a requirement": (append("requirements.txt"), EVERY),
    "a table": (append("infra/tables.yaml"), EVERY),
    "a schema": (append("infra/schemas/alert.proto"), EVERY),
    "its memory": (declare(lambda each: each["functions"]["scrape"].update(memory="1Gi")), {"scrape"}),
    "everybody's memory": (
        declare(lambda each: each["defaults"]["function"].update(memory="768Mi")),
        EVERY,
    ),
    "an inbox": (declare(lambda each: each["inboxes"].update({"more.inbox": {"topic": "alerts"}})), NONE),
    "a comment in the declaration": (append("infra/pipeline.yaml"), NONE),
    "the command line": (append("shared/cli/main.py"), NONE),
    "a Terraform file": (append("infra/system/pubsub.tf"), NONE),
    "what Python left behind": (append("shared/__pycache__/x.pyc"), NONE),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_digest_changes_with_what_the_function_is_made_of(
    root: Path, change: Callable[[Path], None], expected: set[str]
) -> None:
    (root / "shared" / "cli").mkdir()
    (root / "infra" / "system").mkdir()
    before = digests(root)
    change(root)
    after = digests(root)
    assert {name for name in before if before[name] != after[name]} == expected


def test_a_digest_changes_with_where_it_goes(root: Path) -> None:
    elsewhere = Target(project="demo", region="europe-west1", source="synthetic")
    assert not set(digests(root).values()) & set(digests(root, elsewhere).values())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gcloud run deploy x --ingress=internal --no-allow-unauthenticated --quiet", []),
        ("gcloud run deploy x --memry=1Gi", ["no such flag: --memry"]),
        (
            "gcloud run deploy x --ingress=private",
            ["--ingress is one of all, internal, internal-and-cloud-load-balancing"],
        ),
        ("gcloud run deploy x --no-memory=1Gi", ["no such flag: --no-memory"]),
        ("gcloud run deploy x --quiet=yes", ["takes no value: --quiet"]),
        ("gcloud run deploy x --memory 1Gi", ["write the value after an equals sign: --memory"]),
        ("gcloud run deplo x", ["no such command: gcloud run deplo x"]),
        ("gcloud pubsub topics", ["no such command: gcloud pubsub topics"]),
    ],
)
def test_a_command_that_gcloud_does_not_know_is_noticed(line: str, expected: list[str]) -> None:
    assert list(faults(shlex.split(line))) == expected
