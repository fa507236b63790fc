"""Every guard of the warehouse on BigQuery, removed once: its tests must notice."""

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shared.adapters.gcp import jobs, landing_tables, staging, warehouse
from shared.adapters.gcp.jobs import Jobs
from shared.adapters.gcp.staging import StagingTables
from shared.adapters.gcp.throttle import PartitionThrottle
from shared.adapters.gcp.warehouse import BigQueryWarehouse
from shared.ports import Staged
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_stack import BigQueryStack, bigquery_stack


def module_of(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, Path(__file__).parents[1] / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CLOUD = module_of("contract/test_bigquery_warehouse.py")
Patch = tuple[object, str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """What is replaced, and the test that must fail then."""

    name: str
    patch: Patch
    caught_by: Callable[..., None]

    def __str__(self) -> str:
        return self.name


QUERY_CONFIG = Jobs._query_config
CREATE = StagingTables.create


def nothing(*_: Any, **__: Any) -> None:
    """Stand in for a step that is left out."""


def revoke_without_waiting(self: Jobs, name: str, tags: Mapping[str, str]) -> None:
    self.query(name, jobs.NO_OPERATION, (), {**tags, jobs.STEP: jobs.REVOCATION})


def revoke_the_first_processor(self: BigQueryWarehouse, unit: str, fences: range) -> None:
    for fence in fences:
        self._jobs.revoke(jobs.publish_id(self._instance, unit, "games", fence), {})


def revoke_the_last_fence(self: BigQueryWarehouse, unit: str, fences: range) -> None:
    for processor in warehouse.of_phase(warehouse._phase(unit)):
        self._jobs.revoke(jobs.publish_id(self._instance, unit, processor.name, fences.stop - 1), {})


def publish_under_any_id(instance: str, *parts: object) -> str:
    return jobs.fresh_id(instance, *parts)


def any_bytes(self: Jobs, *arguments: Any) -> Any:
    config = QUERY_CONFIG(self, *arguments)
    config.maximum_bytes_billed = 10**15
    return config


def only_rows_are_published(self: BigQueryWarehouse, staged: Staged) -> None:
    if staged.rows:
        PUBLISH(self, staged)


def made_no_time(self: StagingTables, *arguments: Any) -> str:
    CREATE(self, *arguments)
    return "0"


def revoke_where_no_table_is(self: Jobs, name: str, tags: Mapping[str, str]) -> None:
    self._location = "US"
    REVOKE(self, name, tags)


PUBLISH, REVOKE = BigQueryWarehouse.publish, Jobs.revoke

BUGS = [
    Bug(
        name="earlier fences are not revoked",
        patch=(BigQueryWarehouse, "revoke", nothing),
        caught_by=CLOUD.test_a_fence_that_comes_late_publishes_nothing,
    ),
    Bug(
        name="a revocation is taken for the publish",
        patch=(warehouse, "revokes", lambda _: False),
        caught_by=CLOUD.test_a_fence_that_comes_late_publishes_nothing,
    ),
    Bug(
        name="a publish has an id that nobody can know",
        patch=(warehouse, "publish_id", publish_under_any_id),
        caught_by=CLOUD.test_a_fence_that_comes_late_publishes_nothing,
    ),
    Bug(
        name="one processor of the phase is revoked",
        patch=(BigQueryWarehouse, "revoke", revoke_the_first_processor),
        caught_by=CLOUD.test_a_revocation_takes_the_ids_of_every_processor_and_fence_and_no_more,
    ),
    Bug(
        name="one fence is revoked",
        patch=(BigQueryWarehouse, "revoke", revoke_the_last_fence),
        caught_by=CLOUD.test_a_revocation_takes_the_ids_of_every_processor_and_fence_and_no_more,
    ),
    Bug(
        name="a publish that has begun is left to run",
        patch=(Jobs, "revoke", revoke_without_waiting),
        caught_by=CLOUD.test_a_revocation_waits_for_a_publish_that_cannot_be_cancelled,
    ),
    Bug(
        name="a revocation is in another location than the publish",
        patch=(Jobs, "revoke", revoke_where_no_table_is),
        caught_by=CLOUD.test_a_revocation_takes_the_ids_of_every_processor_and_fence_and_no_more,
    ),
    Bug(
        name="a partition of no rows is not published",
        patch=(BigQueryWarehouse, "publish", only_rows_are_published),
        caught_by=CLOUD.test_a_partition_is_emptied_and_its_neighbour_left_alone,
    ),
    Bug(
        name="a job is taken for one that filled a table dropped since",
        patch=(StagingTables, "create", made_no_time),
        caught_by=CLOUD.test_a_staging_that_was_dropped_is_filled_again,
    ),
    Bug(
        name="a query may cost anything",
        patch=(Jobs, "_query_config", any_bytes),
        caught_by=CLOUD.test_a_query_that_would_cost_too_much_is_rejected_naming_the_limit,
    ),
    Bug(
        name="writes do not wait for their turn",
        patch=(PartitionThrottle, "wait", nothing),
        caught_by=CLOUD.test_partition_writes_wait_for_their_turn,
    ),
    Bug(
        name="a failed audit leaves its staging",
        patch=(StagingTables, "drop", nothing),
        caught_by=CLOUD.test_an_audit_leaves_no_staging,
    ),
    Bug(
        name="a line is not counted",
        patch=(landing_tables, "refused_line", lambda *_: 0),
        caught_by=CLOUD.test_a_field_that_is_not_declared_is_named,
    ),
    Bug(
        name="a staging never expires",
        patch=(staging, "STAGING_LIFE", staging.STAGING_LIFE * 1000),
        caught_by=CLOUD.test_a_staging_is_laid_out_as_its_table_and_expires,
    ),
]


@pytest.fixture
def cloud(bigquery_proxy: Proxy) -> Iterator[BigQueryStack]:
    with bigquery_stack(bigquery_proxy, CLOUD.SCHEMAS) as stack:
        yield stack


@pytest.mark.parametrize("bug", BUGS, ids=str)
def test_the_contract_catches(bug: Bug, cloud: BigQueryStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"cloud": cloud, "tmp_path": tmp_path, "monkeypatch": monkeypatch}
    arguments = {name: value for name, value in wanted.items() if name in bug.caught_by.__annotations__}
    monkeypatch.setattr(*bug.patch)
    # The planted bug fails the test's own assertion and raises nothing of its own.
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        bug.caught_by(**arguments)
