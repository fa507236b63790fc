"""What the proxy does in BigQuery's place: partitions, job ids, uploads, dry runs, streaming, the journal."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from google.api_core.exceptions import Conflict, GoogleAPICallError, NotFound
from google.cloud import bigquery

from tests.emulators.bigquery import PROJECT, client
from tests.emulators.bigquery_copies import fields
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_upstream import typed
from tests.emulators.process import missing
from tests.emulators.test_bigquery_refusals import World

NAME = "proxy_rules"


@pytest.fixture
def world(bigquery_proxy: Proxy) -> Iterator[World]:
    found = World(bigquery_proxy, NAME)
    yield found
    found.client.delete_dataset(NAME, delete_contents=True)


def row(day: int, points: int = 1) -> dict[str, Any]:
    return {"game_date": f"2024-11-{day:02d}", "points": points, "rate": points / 3}


def held(world: World, table: str = "target") -> list[tuple[int, int]]:
    """Return day and points of every row."""
    found = world.query(f"SELECT EXTRACT(DAY FROM game_date), points FROM {{0}}.{table} ORDER BY 1, 2")  # noqa: S608
    return [tuple(each) for each in found]


def test_a_decorator_replaces_its_partition_and_no_other(world: World) -> None:
    world.load([row(7), row(8, 1), row(8, 2), row(9)], "target")
    world.load([row(8, 5)], "target$20241108")
    assert held(world) == [(7, 1), (8, 5), (9, 1)]
    world.query("SELECT DATE '2024-11-08' AS game_date, 6 AS points, 0.5 AS rate", "target$20241108")
    assert held(world) == [(7, 1), (8, 6), (9, 1)]
    world.load([row(6), row(8, 7), row(8, 8)], "source")
    world.copy("source$20241108", "target$20241108")
    assert held(world) == [(7, 1), (8, 7), (8, 8), (9, 1)]
    world.query("SELECT * FROM {0}.source WHERE FALSE", "target$20241108")
    assert held(world) == [(7, 1), (9, 1)]


def test_appending_keeps_what_is_there_and_replacing_without_a_decorator_does_not(world: World) -> None:
    world.load([row(7)], "target")
    world.load([row(7, 2)], "target$20241107", write_disposition="WRITE_APPEND")
    assert held(world) == [(7, 1), (7, 2)]
    world.load([row(8)], "target")
    assert held(world) == [(8, 1)]
    world.copy("target$20241108", "target$20241108", "WRITE_APPEND")
    assert held(world) == [(8, 1), (8, 1)]


def test_deleting_a_partition_leaves_the_others(world: World) -> None:
    world.load([row(7), row(8)], "target")
    world.client.delete_table(world.path("target$20241108"))
    assert held(world) == [(7, 1)]
    with pytest.raises(NotFound):
        world.client.delete_table(world.path("target$20241108"))


def test_a_reader_sees_the_old_or_the_new_partition(world: World) -> None:
    world.load([row(8, 1)], "target")
    stop, seen = threading.Event(), set()

    def read() -> None:
        reader = client(world.proxy)
        while not stop.is_set():
            found = reader.query(f"SELECT COUNT(*) FROM {NAME}.target").result()  # noqa: S608
            seen.update(each[0] for each in found)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for points in range(2, 8):
            world.query(f"SELECT DATE '2024-11-08' AS game_date, {points} AS points, 0.5 AS rate", "target$20241108")
    finally:
        stop.set()
        thread.join()
    assert seen == {1}


def test_a_write_that_fails_midway_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.load([row(8, 1)], "target")
    monkeypatch.setattr("tests.emulators.bigquery_work.refuse_other_schema", lambda *_: None)
    with pytest.raises(GoogleAPICallError):
        world.query("SELECT DATE '2024-11-08' AS game_date, 'x' AS points, 0.5 AS rate", "target$20241108")
    assert held(world) == [(8, 1)]


def test_a_job_is_found_by_its_id_whatever_became_of_it(world: World) -> None:
    ids = {kind: f"{NAME}-{kind}" for kind in ("copy", "load", "query", "failed")}
    settings = bigquery.LoadJobConfig(schema=fields(world.schema("x")), labels={"backfill": "b1"})
    source, target = world.path("source"), world.path("target")
    jobs = {
        "copy": lambda: world.client.copy_table(source, world.path("copied"), job_id=ids["copy"]),
        "load": lambda: world.client.load_table_from_json([row(8)], target, job_id=ids["load"], job_config=settings),
        "query": lambda: world.client.query("SELECT 1", job_id=ids["query"], job_retry=None),
        "failed": lambda: world.client.query("SELECT missing", job_id=ids["failed"], job_retry=None),
    }
    for kind, submit in jobs.items():
        submit()
        with pytest.raises(Conflict, match=f"Already Exists: Job {PROJECT}:US.{ids[kind]}"):
            submit()
        found = world.client.get_job(ids[kind])
        assert found.state == "DONE"
        assert (found.error_result is None) == (kind != "failed")
    assert world.client.get_job(ids["load"]).labels == {"backfill": "b1"}
    assert {job.job_id for job in world.client.list_jobs()} >= set(ids.values())
    assert len(held(world)) == 1


def test_a_held_job_waits_and_can_be_cancelled(world: World) -> None:
    release = world.proxy.jobs.hold(f"{NAME}-waits")
    jobs = [
        world.client.copy_table(world.path("source"), world.path(f"copy{n}"), job_id=f"{NAME}-waits-{n}")
        for n in range(2)
    ]
    assert [job.state for job in jobs] == ["PENDING", "PENDING"]
    assert world.client.cancel_job(jobs[0].job_id).state == "DONE"
    release()
    jobs[1].result(timeout=10)
    assert world.client.get_job(jobs[0].job_id).error_result["reason"] == "stopped"
    assert world.rows("copy1") == 1
    with pytest.raises(NotFound):
        world.client.get_table(world.path("copy0"))


def test_a_dry_run_tells_bytes_and_columns_and_leaves_no_job(world: World) -> None:
    settings = bigquery.QueryJobConfig(dry_run=True)
    sql = f"SELECT s.points FROM {NAME}.source AS s JOIN {NAME}.target AS t USING (game_date)"  # noqa: S608
    before = len(list(world.client.list_jobs()))
    job = world.client.query(sql, job_config=settings)
    assert job.total_bytes_processed == 2 * 10 * 1024 * 1024
    assert [field.name for field in job.schema] == ["points"]
    assert len(list(world.client.list_jobs())) == before


def test_a_large_file_is_uploaded_in_chunks(world: World) -> None:
    world.table("wide", columns={"game_date": "DATE", "text": "STRING"}, cluster_by=())
    rows = [{"game_date": "2024-11-08", "text": "x" * 4000} for _ in range(1500)]
    settings = bigquery.LoadJobConfig(schema=fields(world.schema("x", columns={"game_date": "DATE", "text": "STRING"})))
    sent = len(world.proxy.journal)
    job = world.client.load_table_from_json(rows, world.path("wide"), job_config=settings)
    assert job.result().output_rows == 1500
    assert [entry["method"] for entry in world.proxy.journal[sent:]][:2] == ["POST", "PUT"]


def test_streamed_rows_are_checked_and_an_insert_id_counts_once(world: World) -> None:
    target = world.path("target")
    assert world.client.insert_rows_json(target, [row(8)], row_ids=["a"]) == []
    assert world.client.insert_rows_json(target, [row(8), row(9)], row_ids=["a", "b"]) == []
    assert held(world) == [(8, 1), (9, 1)]
    faults = world.client.insert_rows_json(target, [row(8), {**row(8), "points": "x"}])
    assert {fault["index"]: fault["errors"][0]["reason"] for fault in faults} == {0: "stopped", 1: "invalid"}
    assert held(world) == [(8, 1), (9, 1)]
    with pytest.raises(GoogleAPICallError, match="column based partitioning"):
        world.client.insert_rows_json(f"{target}$20241108", [row(8)])


def test_a_table_is_what_it_was_created_as(world: World) -> None:
    found = world.client.get_table(world.path("source"))
    assert found.time_partitioning.field == "game_date"
    assert found.clustering_fields == ["points"]
    assert found.schema == [*map(_as_answered, fields(world.schema("x")))]
    # A DATE, an INT64 and a FLOAT64.
    assert (found.num_rows, found.num_bytes) == (1, 24)
    assert NAME in {each.dataset_id for each in world.client.list_datasets()}
    assert "proxy_scratch" not in {each.dataset_id for each in world.client.list_datasets()}


def _as_answered(field: bigquery.SchemaField) -> bigquery.SchemaField:
    legacy = {"INT64": "INTEGER", "FLOAT64": "FLOAT"}
    return bigquery.SchemaField(field.name, legacy.get(field.field_type, field.field_type))


def test_the_journal_has_every_request_and_every_job(world: World) -> None:
    world.query("SELECT @game_date", query_parameters=[bigquery.ScalarQueryParameter("game_date", "DATE", date.min)])
    inserted = [entry for entry in world.proxy.journal if entry["path"].endswith("/jobs") and "body" in entry]
    assert inserted[-1]["body"]["configuration"]["query"]["query"] == "SELECT @game_date"
    [job] = world.proxy.submitted(inserted[-1]["body"]["jobReference"]["jobId"])
    assert job["configuration"]["jobType"] == "QUERY"
    with urlopen(f"{world.proxy.endpoint}/journal") as answer:  # noqa: S310
        assert len(json.load(answer)) >= len(inserted)


def test_the_bq_command_line_finds_its_way(world: World, tmp_path: Path) -> None:
    if shutil.which("bq") is None:
        missing("bq (the Google Cloud SDK)")
    # Any token will do: the proxy asks nobody who they are.
    settings = {"CLOUDSDK_AUTH_ACCESS_TOKEN": "none", "CLOUDSDK_CONFIG": str(tmp_path), "HOME": str(tmp_path)}
    argv = ["bq", "--api", world.proxy.endpoint, "--project_id", PROJECT, "--format", "json", "query"]
    sql = f"SELECT points FROM {NAME}.source"  # noqa: S608
    environment = {**os.environ, **settings, "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}
    answer = subprocess.run([*argv, "--use_legacy_sql=false", sql], capture_output=True, text=True, env=environment)
    assert json.loads(answer.stdout or "null") == [{"points": "10"}], answer.stderr


def test_parameters_are_typed_outside_strings_and_comments_only() -> None:
    dates = {"name": "d", "parameterType": {"type": "ARRAY", "arrayType": {"type": "DATE"}}}
    assert typed("SELECT '@d', \"@d\", `@d` -- @d\nFROM UNNEST(@d) /* @d */", [dates]) == (
        "SELECT '@d', \"@d\", `@d`  \nFROM UNNEST(CAST(@d AS ARRAY<DATE>))  "
    )
