"""What the warehouse on BigQuery adds to the contract: its jobs as sent, revocation by job id, limits, lost answers."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from shared.adapters.gcp.throttle import PartitionThrottle
from shared.adapters.gcp.warehouse import BigQueryWarehouse
from shared.adapters.table_schemas import table_schemas
from shared.domain.errors import FenceRevoked, MalformedLanding, Rejected, WarehouseUnavailable
from shared.ports import Job, Row, Staged
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_stack import INSTANCE, BigQueryStack, bigquery_stack
from tests.emulators.process import HOST, free_port

NOV8, NOV9 = date(2024, 11, 8), date(2024, 11, 9)
UNIT = "units/2-2024-11-08"
SHOTS = "nba_raw.shots"
COLUMNS = {"game_date": "DATE", "player_id": "INT64", "share": "FLOAT64", "backfill_id": "STRING"}
SCHEMAS = table_schemas(
    {
        "tables": {
            SHOTS: {"partition_by": "game_date", "cluster_by": ["player_id"], "columns": COLUMNS},
            "nba_orchestration.log": {"columns": {"unit": "STRING", "attempt": "INT64"}},
        },
        "landing": {"landing.shots": {"columns": {"game_date": "DATE", "player_id": "INT64"}}},
    }
)
ONE = "SELECT @game_date AS game_date, 1 AS player_id, 0.5 AS share, @backfill_id AS backfill_id"
NONE = f"{ONE} LIMIT 0"
LANDED = "SELECT game_date, player_id, 0.5 AS share, @backfill_id AS backfill_id FROM landing.shots"
REVOCATIONS = 4  # Phase 2 has four processors.
WAIT_SECONDS = 20.0


@pytest.fixture
def cloud(bigquery_proxy: Proxy) -> Iterator[BigQueryStack]:
    with bigquery_stack(bigquery_proxy, SCHEMAS) as stack:
        yield stack


def job(player: int = 1, *, fence: int = 1, sql: str = ONE, day: date = NOV8, **external: str) -> Job:
    return Job(
        unit=f"units/2-{day}",
        fence=fence,
        processor="shots",
        table=SHOTS,
        game_date=day,
        sql=sql.replace("1 AS player_id", f"{player} AS player_id"),
        parameters={"game_date": day, "backfill_id": "b1"},
        external={f"landing.{name}": url for name, url in external.items()},
        backfill_id="Gap 11/08",
    )


def players(cloud: BigQueryStack) -> list[tuple[date, int]]:
    rows = cloud.warehouse.query("SELECT game_date, player_id FROM nba_raw.shots ORDER BY game_date, player_id", {})
    return [(row["game_date"], row["player_id"]) for row in rows]


def publish(warehouse: BigQueryWarehouse, job: Job) -> Staged:
    staged = warehouse.stage(job)
    warehouse.publish(staged)
    return staged


def submitted(cloud: BigQueryStack, part: str) -> list[dict[str, Any]]:
    """Return this project's jobs whose id has `part`, oldest first."""
    found = cloud.proxy.submitted(part)
    return [each for each in found if each["jobReference"]["projectId"] == cloud.client.project]


def sent(cloud: BigQueryStack) -> list[dict[str, Any]]:
    """Return the bodies of this project's job insertions, oldest first."""
    paths = [f"/projects/{cloud.client.project}/jobs", f"/projects/{cloud.client.project}/queries"]
    return [
        each["body"]
        for each in cloud.proxy.journal
        if each["method"] == "POST" and each["path"].endswith(tuple(paths)) and each.get("body")
    ]


def landed(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "shots.jsonl"
    path.write_text("".join(line + "\n" for line in lines))
    return str(path)


def test_nothing_is_asked_for_before_it_is_needed(cloud: BigQueryStack) -> None:
    asked: list[str] = []

    def instance() -> str:
        asked.append(INSTANCE)
        return INSTANCE

    before = len(cloud.proxy.journal)
    warehouse = BigQueryWarehouse(cloud.client, cloud.config, instance=instance, schemas=SCHEMAS)
    assert (asked, len(cloud.proxy.journal)) == ([], before)
    for _ in range(2):
        warehouse.query("SELECT 1 AS one", {})
    assert asked == [INSTANCE]


def test_the_jobs_of_an_attempt(cloud: BigQueryStack, tmp_path: Path) -> None:
    url = landed(tmp_path, '{"game_date": "2024-11-08", "player_id": 7}')
    staged = publish(cloud.warehouse, job(sql=LANDED, shots=url))
    [load], [stage], [measure], [copy] = (
        [each["configuration"] for each in submitted(cloud, part)]
        for part in ("-load-landing-shots", "-stage", "-measure-", "-publish")
    )
    labels = {"backfill_id": "gap-11-08", "processor": "shots", "phase": "2"}
    assert load["load"]["sourceFormat"] == "NEWLINE_DELIMITED_JSON"
    assert load["load"]["writeDisposition"] == "WRITE_TRUNCATE"
    assert [each["name"] for each in load["load"]["schema"]["fields"]] == ["game_date", "player_id"]
    assert not load["load"].get("ignoreUnknownValues")
    dataset, _, table = staged.staging.partition(".")
    assert stage["labels"] == {**labels, "step": "stage"}
    query = stage["query"]
    assert query["destinationTable"] | {"projectId": ""} == {
        "projectId": "",
        "datasetId": dataset,
        "tableId": f"{table}$20241108",
    }
    assert (query["writeDisposition"], query["createDisposition"]) == ("WRITE_TRUNCATE", "CREATE_NEVER")
    for each in (stage, measure):
        assert int(each["query"]["maximumBytesBilled"]) == cloud.config.query_bytes_max
        assert {each["name"] for each in each["query"]["queryParameters"]} <= {"game_date", "backfill_id"}
    assert copy["labels"] == {**labels, "step": "publish"}
    assert copy["copy"]["destinationTable"]["tableId"] == "shots$20241108"
    assert copy["copy"]["writeDisposition"] == "WRITE_TRUNCATE"
    assert all(each["jobReference"]["location"] == cloud.config.region for each in sent(cloud))
    assert len(sent(cloud)) >= len([load, stage, measure, copy])


def test_a_staging_is_laid_out_as_its_table_and_expires(cloud: BigQueryStack) -> None:
    staged = cloud.warehouse.stage(job())
    table = cloud.client.get_table(f"{cloud.client.project}.{staged.staging}")
    assert (table.time_partitioning.field, table.clustering_fields) == ("game_date", ["player_id"])
    [created] = [
        each["body"]
        for each in cloud.proxy.journal
        if each["method"] == "POST"
        and each["path"].endswith(f"/projects/{cloud.client.project}/datasets/lookback_staging/tables")
    ]
    expires = datetime.fromtimestamp(int(created["expirationTime"]) / 1000, UTC)
    assert timedelta(hours=23) < expires - datetime.now(UTC) < timedelta(hours=25)


def test_landing_tables_are_dropped_when_they_were_read(cloud: BigQueryStack, tmp_path: Path) -> None:
    url = landed(tmp_path, '{"game_date": "2024-11-08", "player_id": 7}')
    staged = cloud.warehouse.stage(job(sql=LANDED, shots=url))
    tables = [f"lookback_staging.{table.table_id}" for table in cloud.client.list_tables("lookback_staging")]
    assert tables == [staged.staging]


def test_a_partition_is_emptied_and_its_neighbour_left_alone(cloud: BigQueryStack) -> None:
    publish(cloud.warehouse, job(1))
    publish(cloud.warehouse, job(2, day=NOV9))
    publish(cloud.warehouse, job(fence=2, sql=NONE))
    assert players(cloud) == [(NOV9, 2)]
    [emptied] = submitted(cloud, "-f2-publish")
    assert emptied["configuration"]["query"]["destinationTable"]["tableId"] == "shots$20241108"
    assert emptied["configuration"]["labels"]["step"] == "publish"


def test_a_submission_that_is_made_again_finds_its_job(cloud: BigQueryStack) -> None:
    staged = publish(cloud.warehouse, job(1))
    cloud.another().publish(staged)
    assert cloud.another().stage(job(1)) == staged
    assert (len(submitted(cloud, "-publish")), len(submitted(cloud, "-stage"))) == (1, 1)
    assert players(cloud) == [(NOV8, 1)]


def test_a_failed_job_ends_the_attempt(cloud: BigQueryStack) -> None:
    staged = cloud.warehouse.stage(job(1))
    cloud.warehouse.discard(staged)
    for warehouse in (cloud.warehouse, cloud.another()):
        with pytest.raises(Rejected, match="notFound"):
            warehouse.publish(staged)
    assert len(submitted(cloud, "-publish")) == 1


def test_a_staging_that_was_dropped_is_filled_again(cloud: BigQueryStack) -> None:
    first = cloud.warehouse.stage(job(1))
    cloud.warehouse.discard(first)
    assert cloud.warehouse.stage(job(1)) == first
    assert first.rows == 1


def test_a_fence_that_comes_late_publishes_nothing(cloud: BigQueryStack) -> None:
    late = cloud.warehouse.stage(job(1, fence=1))
    successor = cloud.another()
    successor.revoke(UNIT, range(1, 2))
    publish(successor, job(2, fence=2))
    with pytest.raises(FenceRevoked, match="fence 1"):
        cloud.warehouse.publish(late)
    assert players(cloud) == [(NOV8, 2)]


def test_a_fence_that_comes_late_empties_nothing(cloud: BigQueryStack) -> None:
    late = cloud.warehouse.stage(job(fence=1, sql=NONE))
    cloud.another().revoke(UNIT, range(1, 2))
    publish(cloud.another(), job(2, fence=2))
    with pytest.raises(FenceRevoked):
        cloud.warehouse.publish(late)
    assert players(cloud) == [(NOV8, 2)]


def test_a_revocation_takes_the_ids_of_every_processor_and_fence_and_no_more(cloud: BigQueryStack) -> None:
    cloud.warehouse.revoke(UNIT, range(1, 1))
    assert submitted(cloud, "-publish") == []
    cloud.warehouse.revoke(UNIT, range(2, 4))
    cloud.warehouse.revoke(UNIT, range(2, 4))
    taken = submitted(cloud, "-publish")
    assert len(taken) == 2 * REVOCATIONS
    assert {each["jobReference"]["jobId"].split("-")[-2] for each in taken} == {"f2", "f3"}
    assert {each["configuration"]["labels"]["step"] for each in taken} == {"revoke"}
    assert all(each["jobReference"]["location"] == cloud.config.region for each in sent(cloud))


def publishing(cloud: BigQueryStack, staged: Staged, pool: ThreadPoolExecutor) -> "Future[None]":
    """Publish in a thread; return once its job is there."""
    began = len(submitted(cloud, "-publish"))
    future = pool.submit(cloud.warehouse.publish, staged)
    deadline = datetime.now(UTC) + timedelta(seconds=WAIT_SECONDS)
    while len(submitted(cloud, "-publish")) == began and datetime.now(UTC) < deadline:
        threading.Event().wait(0.02)
    return future


def test_a_publish_that_waits_is_cancelled_by_its_revocation(cloud: BigQueryStack) -> None:
    late = cloud.warehouse.stage(job(1, fence=1))
    release = cloud.proxy.jobs.hold(f"{UNIT[6:]}-shots-f1-publish")
    with ThreadPoolExecutor(1) as pool:
        future = publishing(cloud, late, pool)
        try:
            cloud.another().revoke(UNIT, range(1, 2))
            publish(cloud.another(), job(2, fence=2))
        finally:
            release()
        with pytest.raises(FenceRevoked, match="fence 1"):
            future.result(WAIT_SECONDS)
    assert players(cloud) == [(NOV8, 2)]


def test_a_revocation_waits_for_a_publish_that_cannot_be_cancelled(
    cloud: BigQueryStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = cloud.warehouse.stage(job(1, fence=1))
    successor = cloud.another()
    staged = successor.stage(job(2, fence=2))
    monkeypatch.setattr(cloud.proxy.jobs, "cancel", cloud.proxy.jobs.get)
    release = cloud.proxy.jobs.hold(f"{UNIT[6:]}-shots-f1-publish")
    threading.Timer(0.7, release).start()
    with ThreadPoolExecutor(1) as pool:
        future = publishing(cloud, late, pool)
        successor.revoke(UNIT, range(1, 2))
        successor.publish(staged)
        release()
        future.result(WAIT_SECONDS)
    # Fence 1 was over before fence 2 published.
    assert players(cloud) == [(NOV8, 2)]


def test_a_revocation_that_cannot_end_a_publish_in_time_says_so(
    cloud: BigQueryStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = cloud.warehouse.stage(job(1, fence=1))
    monkeypatch.setattr(cloud.proxy.jobs, "cancel", cloud.proxy.jobs.get)
    release = cloud.proxy.jobs.hold(f"{UNIT[6:]}-shots-f1-publish")
    with ThreadPoolExecutor(1) as pool:
        future = publishing(cloud, late, pool)
        try:
            with pytest.raises(WarehouseUnavailable, match=r"PENDING after 0\.2 s"):
                cloud.another(job_seconds=0.2).revoke(UNIT, range(1, 2))
        finally:
            release()
        future.result(WAIT_SECONDS)


def test_whoever_comes_first_the_successors_rows_stay(cloud: BigQueryStack) -> None:
    warehouses = cloud.warehouse, cloud.another()
    for number in range(2):
        fences = 2 * number + 1, 2 * number + 2
        late, next_ = (each.stage(job(fence, fence=fence)) for each, fence in zip(warehouses, fences, strict=True))
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(warehouses[0].publish, late)
            warehouses[1].revoke(UNIT, range(fences[0], fences[1]))
            warehouses[1].publish(next_)
            assert future.exception(WAIT_SECONDS) is None or isinstance(future.exception(), FenceRevoked)
        assert players(cloud) == [(NOV8, fences[1])]


def test_a_job_that_takes_too_long_is_unavailable_and_found_again(cloud: BigQueryStack) -> None:
    staged = cloud.warehouse.stage(job(1))
    release = cloud.proxy.jobs.hold(f"{UNIT[6:]}-shots-f1-publish")
    try:
        with pytest.raises(WarehouseUnavailable, match=r"PENDING after 0\.2 s"):
            cloud.another(job_seconds=0.2).publish(staged)
    finally:
        release()
    cloud.warehouse.publish(staged)
    assert (players(cloud), len(submitted(cloud, "-publish"))) == ([(NOV8, 1)], 1)


def test_a_query_that_would_cost_too_much_is_rejected_naming_the_limit(cloud: BigQueryStack) -> None:
    publish(cloud.warehouse, job(1))
    frugal = cloud.another(query_bytes_max=1_048_576)
    with pytest.raises(Rejected, match=r"1048576.*LOOKBACK_QUERY_BYTES_MAX"):
        frugal.query("SELECT * FROM nba_raw.shots", {})
    with pytest.raises(Rejected, match="LOOKBACK_QUERY_BYTES_MAX"):
        frugal.stage(job(sql="SELECT * FROM nba_raw.shots"))


def test_too_many_writes_are_unavailable(cloud: BigQueryStack, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = cloud.warehouse.stage(job(1))
    monkeypatch.setattr(cloud.proxy.rate, "partitioned", 0)
    with pytest.raises(WarehouseUnavailable, match="rateLimitExceeded"):
        cloud.warehouse.publish(staged)
    assert players(cloud) == []


class Time:
    """A clock that only a sleeper moves."""

    now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_partition_writes_wait_for_their_turn(cloud: BigQueryStack) -> None:
    time = Time()
    warehouse = cloud.another()
    warehouse._throttle = PartitionThrottle(2, clock=lambda: time.now, sleep=time.sleep)
    staged = warehouse.stage(job(1))
    days = [NOV8 + timedelta(days=number) for number in range(1, 4)]
    rows: dict[date, list[Row]] = {day: [{"game_date": day, "player_id": 5}] for day in days}
    warehouse.load(SHOTS, {**rows, days[2]: []})
    warehouse.publish(staged)
    warehouse.publish(staged)
    # Five writes, two a window: the fifth begins two windows after the first.
    assert time.now >= 20
    assert players(cloud) == [(NOV8, 1), (days[0], 5), (days[1], 5)]


def test_a_row_has_the_same_id_whenever_it_is_sent(cloud: BigQueryStack) -> None:
    for _ in range(2):
        cloud.warehouse.append("nba_orchestration.log", [{"unit": "2-a", "attempt": 1}, {"unit": "2-b"}])
    path = f"/projects/{cloud.client.project}/datasets/nba_orchestration/tables/log/insertAll"
    first, second = (
        [row["insertId"] for row in each["body"]["rows"]] for each in cloud.proxy.journal if each["path"].endswith(path)
    )
    assert first == second
    assert len(set(first)) == 2


def test_a_field_that_is_not_declared_is_named(cloud: BigQueryStack, tmp_path: Path) -> None:
    url = landed(tmp_path, '{"player_id": 1}', "", '{"player_id": 2, "colour": "red"}')
    with pytest.raises(MalformedLanding, match="colour") as raised:
        cloud.warehouse.stage(job(sql=LANDED, shots=url))
    assert raised.value.line == 3


def test_an_audit_leaves_no_staging(cloud: BigQueryStack) -> None:
    for sql in (ONE.replace("0.5", "CAST('nan' AS FLOAT64)"), ONE.replace("@game_date AS", "DATE '2024-11-09' AS")):
        with pytest.raises(Rejected):
            cloud.warehouse.stage(job(sql=sql))
    assert list(cloud.client.list_tables("lookback_staging")) == []


def test_without_a_connection_everything_is_unavailable_but_discard(cloud: BigQueryStack) -> None:
    staged = cloud.warehouse.stage(job(1))
    options = {"api_endpoint": f"http://{HOST}:{free_port()}"}
    lost = bigquery.Client(project="demo", credentials=AnonymousCredentials(), client_options=options)
    config = cloud.config
    warehouse = BigQueryWarehouse(
        lost, type(config)(call_seconds=0.2), instance=lambda: INSTANCE, schemas=cloud.schemas
    )
    attempts: list[Any] = [
        lambda: warehouse.query("SELECT 1 AS one", {}),
        lambda: warehouse.stage(job(1)),
        lambda: warehouse.publish(staged),
        lambda: warehouse.revoke(UNIT, range(1, 2)),
        lambda: warehouse.append("nba_orchestration.log", [{"unit": "2-a"}]),
        lambda: warehouse.load(SHOTS, {NOV8: []}),
    ]
    for attempt in attempts:
        with pytest.raises(WarehouseUnavailable):
            attempt()
    warehouse.discard(staged)
