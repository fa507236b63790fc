"""What the proxy refuses, each with BigQuery's reason; and that it is the named guard which refuses it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from google.api_core.exceptions import GoogleAPICallError
from google.cloud import bigquery

from shared.adapters.table_schemas import TableSchema
from tests.emulators import bigquery_jobs, bigquery_work
from tests.emulators.bigquery import PROJECT, client
from tests.emulators.bigquery_copies import create, fields, fill
from tests.emulators.bigquery_jobs import Jobs
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_work import Work
from tests.emulators.bigquery_writes import Writer, WriteRate

COLUMNS = {"game_date": "DATE", "points": "INT64", "rate": "FLOAT64"}
ROW = {"game_date": "2024-11-08", "points": 10, "rate": 0.5}
REPLACE = "WRITE_TRUNCATE"


class World:
    """A dataset of its own for one case, with tables `source` and `target` laid out alike."""

    def __init__(self, proxy: Proxy, name: str) -> None:
        self.proxy, self.name, self.client = proxy, name, client(proxy)
        self.table("source")
        self.table("target")
        fill(self.client, self.schema("source"), [ROW])

    def schema(self, table: str, **changes: Any) -> TableSchema:
        layout = {"columns": COLUMNS, "partition_by": "game_date", "cluster_by": ("points",)}
        return TableSchema(name=f"{self.name}.{table}", **{**layout, **changes})

    def table(self, table: str, **changes: Any) -> None:
        create(self.client, self.schema(table, **changes))

    def path(self, table: str) -> str:
        return f"{PROJECT}.{self.name}.{table}"

    def copy(self, source: str, target: str, disposition: str = REPLACE, **config: Any) -> Any:
        settings = bigquery.CopyJobConfig(write_disposition=disposition, **config)
        return self.client.copy_table(self.path(source), self.path(target), job_config=settings).result()

    def query(self, sql: str, target: str | None = None, **config: Any) -> Any:
        if target:
            config = {"destination": self.path(target), "write_disposition": REPLACE, **config}
        settings = bigquery.QueryJobConfig(**config)
        return self.client.query(sql.format(self.name), job_config=settings, job_retry=None).result()

    def load(self, rows: list[dict[str, Any]], target: str, **config: Any) -> Any:
        settings = bigquery.LoadJobConfig(
            **{"schema": fields(self.schema("x")), "write_disposition": REPLACE, **config}
        )
        return self.client.load_table_from_json(rows, self.path(target), job_config=settings).result()

    def rows(self, table: str) -> int:
        return int(self.client.get_table(self.path(table)).num_rows)


def quiet(*_: Any, **__: Any) -> None:
    """Stand in for a guard that was taken out."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One refusal: what is tried, what BigQuery says, and the guard without which it would go through.

    `also` is a second guard that stands behind the first.
    """

    name: str
    act: Callable[[World], Any]
    reason: str
    text: str
    guard: tuple[object, str]
    code: int = 400
    also: tuple[object, str] | None = None

    def __str__(self) -> str:
        return self.name


def plain_to_partitioned(world: World) -> None:
    world.table("plain", partition_by=None)
    fill(world.client, world.schema("plain"), [ROW])
    world.copy("plain", "target")


def other_clustering(world: World) -> None:
    world.table("loose", cluster_by=())
    world.copy("source", "loose")


def other_partitioning(world: World) -> None:
    world.table("created", columns={**COLUMNS, "day": "DATE"}, partition_by="day")
    world.table("copied", columns={**COLUMNS, "day": "DATE"})
    world.copy("copied", "created")


def other_columns(world: World) -> None:
    world.table("textual", columns={**COLUMNS, "rate": "STRING"})
    world.copy("source", "textual")


def same_id_twice(world: World) -> None:
    for _ in range(2):
        world.client.copy_table(
            world.path("source"), world.path("new"), job_id=f"{world.name}-copy", job_config=bigquery.CopyJobConfig()
        )
        world.client.delete_table(world.path("new"))


def too_many_writes(world: World) -> None:
    for _ in range(3):
        world.load([ROW], "target$20241108")


def unfiltered(world: World) -> None:
    table = bigquery.Table(world.path("demanding"), schema=fields(world.schema("x")))
    table.time_partitioning = bigquery.TimePartitioning(field="game_date")
    table.require_partition_filter = True
    world.client.create_table(table)
    world.query("SELECT points FROM {0}.demanding WHERE game_date = DATE '2024-11-08'")
    world.query("SELECT points FROM {0}.demanding WHERE points > 5")


SAME = "SELECT game_date, points, rate FROM {0}.source"
LAYOUT = (bigquery_work, "refuse_other_layout")
COPY = (bigquery_work, "refuse_other_copy")
SCHEMA = (bigquery_work, "refuse_other_schema")
CASES = [
    Case(
        name="copy of a plain table to a partitioned one",
        act=plain_to_partitioned,
        reason="invalid",
        text="Failed to copy Non partitioned table to Column partitioned table: not supported.",
        guard=COPY,
    ),
    Case(
        name="copy to another clustering",
        act=other_clustering,
        reason="invalid",
        text="Incompatible table partitioning specification when copying to the column partitioned table",
        guard=COPY,
    ),
    Case(
        name="copy to another partitioning column",
        act=other_partitioning,
        reason="invalid",
        text="Incompatible table partitioning specification when copying to the column partitioned table",
        guard=COPY,
    ),
    Case(
        name="copy of one date to another",
        act=lambda world: world.copy("source$20241108", "target$20241109"),
        reason="invalid",
        text="the partitions are not the same",
        guard=COPY,
        also=(Writer, "_refuse_strays"),
    ),
    Case(
        name="copy to other columns",
        act=other_columns,
        reason="invalid",
        text="Field rate has changed type from STRING to FLOAT",
        guard=SCHEMA,
    ),
    Case(
        name="copy of a partition without rows",
        act=lambda world: world.copy("source$20241109", "target$20241109"),
        reason="notFound",
        text="source$20241109",
        code=404,
        guard=(Work, "_refuse_empty"),
    ),
    Case(
        name="copy into a partition that has rows, without replacing it",
        act=lambda world: [world.copy("source$20241108", "target$20241108", "WRITE_EMPTY") for _ in range(2)],
        reason="duplicate",
        text="Already Exists: Table demo:",
        code=409,
        guard=(Writer, "_refuse_filled"),
    ),
    Case(
        name="query of another type",
        act=lambda world: world.query("SELECT game_date, points, 1 AS rate FROM {0}.source", "target$20241108"),
        reason="invalid",
        text="Field rate has changed type from FLOAT to INTEGER",
        guard=SCHEMA,
    ),
    Case(
        name="query of one date into another",
        act=lambda world: world.query(SAME, "target$20241109"),
        reason="invalid",
        text="Some rows belong to different partitions rather than destination partition 20241109",
        guard=(Writer, "_refuse_strays"),
    ),
    Case(
        name="load into another partitioning",
        act=lambda world: world.load([ROW], "target", time_partitioning=bigquery.TimePartitioning(field="day")),
        reason="invalid",
        text="Expects partitioning specification interval(type:day,field:game_date)",
        guard=LAYOUT,
    ),
    Case(
        name="job id used before",
        act=same_id_twice,
        reason="duplicate",
        text="Already Exists: Job demo:US.",
        code=409,
        guard=(Jobs, "_refuse_known"),
    ),
    Case(
        name="label with capitals",
        act=lambda world: world.query("SELECT 1", labels={"backfill": "Demo:1"}),
        reason="invalid",
        text="backfill=Demo:1",
        guard=(bigquery_jobs, "refuse_labels"),
    ),
    Case(
        name="query over its limit",
        act=lambda world: world.query(SAME, maximum_bytes_billed=10 * 1024 * 1024 - 1),
        reason="bytesBilledLimitExceeded",
        text="Query exceeded limit for bytes billed: 10485759. 10485760 or higher required.",
        # The client has no class for this reason: it reaches the caller as an internal error.
        code=500,
        guard=(bigquery_work, "refuse_cost"),
    ),
    Case(
        name="more writes than ten seconds take",
        act=too_many_writes,
        reason="rateLimitExceeded",
        text="Exceeded rate limits: too many table update operations for this table",
        code=429,
        guard=(WriteRate, "count"),
    ),
    Case(
        name="query without the filter that a table demands",
        act=unfiltered,
        reason="invalidQuery",
        text="without a filter over column(s) 'game_date' that can be used for partition elimination",
        guard=(Work, "_refuse_unfiltered"),
    ),
]


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def world(bigquery_proxy: Proxy, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(bigquery_proxy.rate, "partitioned", 2)
    name = f"refusals_{request.node.name.startswith('test_without'):d}_{request.node.callspec.indices['case']}"
    found = World(bigquery_proxy, name)
    yield found
    found.client.delete_dataset(name, delete_contents=True)


def test_it_is_refused_in_bigquerys_words(world: World, case: Case) -> None:
    with pytest.raises(GoogleAPICallError) as raised:
        case.act(world)
    assert raised.value.code == case.code
    assert raised.value.errors[0]["reason"] == case.reason
    assert case.text in str(raised.value)


def test_without_its_guard_it_goes_through(world: World, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for guard in filter(None, (case.guard, case.also)):
        monkeypatch.setattr(*guard, quiet)
    case.act(world)
