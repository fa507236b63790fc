"""What every Warehouse must do, on the embedded one in memory and on a folder; then what only the folder adds."""

import errno
import os
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import fsspec
import pytest

from shared.adapters.embedded import warehouse as warehouse_module
from shared.adapters.embedded.partitions import PartitionFolder
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.table_schemas import TableSchemas, table_schemas
from shared.domain.errors import (
    AuditFailed,
    FenceRevoked,
    InvalidInput,
    MalformedLanding,
    Rejected,
    StorageUnavailable,
    WarehouseUnavailable,
)
from shared.ports import Job, Row, Staged, Warehouse
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_stack import BigQueryStack, bigquery_stack

NOV8 = date(2024, 11, 8)
NOV9 = date(2024, 11, 9)

SHOTS = {
    "game_date": "DATE",
    "player_id": "INT64",
    "team": "STRING",
    "distance": "FLOAT64",
    "made": "BOOL",
    "processed_at": "TIMESTAMP",
    "backfill_id": "STRING",
}
LANDED = {"game_date": "DATE", "player_id": "INT64", "team": "STRING", "distance": "FLOAT64", "made": "BOOL"}
LOG = {"unit": "STRING", "attempt": "INT64", "started_at": "TIMESTAMP", "game_date": "DATE"}


def _declared(**shots: str) -> TableSchemas:
    return table_schemas(
        {
            "tables": {
                "nba_raw.shots": {"partition_by": "game_date", "columns": {**SHOTS, **shots}},
                "nba_raw.teams": {"partition_by": "game_date", "columns": {"game_date": "DATE", "team": "STRING"}},
                "nba_orchestration.log": {"columns": LOG},
            },
            "landing": {"landing.shots": {"columns": LANDED}},
        }
    )


SCHEMAS = _declared()

LOAD = """
SELECT game_date, player_id, team, distance, made, @processed_at AS processed_at, @backfill_id AS backfill_id
FROM landing.shots
"""
ONE_ROW = """
SELECT @game_date AS game_date, 1 AS player_id, 'BOS' AS team, 2.5 AS distance, TRUE AS made,
  @processed_at AS processed_at, @backfill_id AS backfill_id
"""
ALL = "SELECT game_date, player_id, team, distance, made FROM nba_raw.shots ORDER BY game_date, player_id"


@pytest.fixture(params=["memory", "folder", "bigquery"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    if request.param == "bigquery":
        yield request.getfixturevalue("cloud").warehouse
        return
    opened = DuckDbWarehouse(tmp_path if request.param == "folder" else None, schemas=SCHEMAS)
    yield opened
    opened.close()


@pytest.fixture
def cloud(bigquery_proxy: Proxy) -> Iterator[BigQueryStack]:
    """A project of the emulator with the declared tables, and the warehouse on it."""
    with bigquery_stack(bigquery_proxy, SCHEMAS) as stack:
        yield stack


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[DuckDbWarehouse]:
    opened = DuckDbWarehouse(tmp_path, schemas=SCHEMAS)
    yield opened
    opened.close()


def _job(sql: str = ONE_ROW, day: date = NOV8, *, fence: int = 1, table: str = "nba_raw.shots", **fields: Any) -> Job:
    parameters = {
        "game_date": day,
        "processed_at": datetime(2024, 11, 9, 5, tzinfo=UTC),
        "backfill_id": "b1",
        **fields.pop("parameters", {}),
    }
    return Job(
        unit=f"2-{day}",
        fence=fence,
        processor="shots",
        table=table,
        game_date=day,
        sql=sql,
        parameters=parameters,
        **fields,
    )


def _landed(tmp_path: Path, *lines: str) -> dict[str, str]:
    path = tmp_path / "landed's.jsonl"
    path.write_text("".join(line + "\n" for line in lines))
    return {"landing.shots": str(path)}


def _shot(day: date, player: int, distance: float = 2.5) -> str:
    return f'{{"game_date": "{day}", "player_id": {player}, "team": "BOS", "distance": {distance}, "made": true}}'


def _publish(warehouse: Warehouse, job: Job) -> Staged:
    staged = warehouse.stage(job)
    warehouse.publish(staged)
    return staged


def _players(warehouse: Any) -> list[tuple[date, int]]:
    return [(row["game_date"], row["player_id"]) for row in warehouse.query(ALL, {})]


def test_publish_replaces_one_partition_and_no_other(warehouse: Warehouse, tmp_path: Path) -> None:
    for day in (NOV8, NOV9):
        _publish(warehouse, _job(LOAD, day, external=_landed(tmp_path, _shot(day, 1), _shot(day, 2))))
    staged = warehouse.stage(_job(LOAD, NOV9, fence=2, external=_landed(tmp_path, _shot(NOV9, 7))))
    assert _players(warehouse) == [(NOV8, 1), (NOV8, 2), (NOV9, 1), (NOV9, 2)]
    warehouse.publish(staged)
    assert _players(warehouse) == [(NOV8, 1), (NOV8, 2), (NOV9, 7)]
    assert staged.rows == 1


def test_a_partition_of_no_rows_is_empty_afterwards(warehouse: Warehouse, tmp_path: Path) -> None:
    _publish(warehouse, _job())
    staged = _publish(warehouse, _job(LOAD, fence=2, external=_landed(tmp_path)))
    assert (staged.rows, _players(warehouse)) == (0, [])


def test_staging_again_replaces_and_publishing_again_changes_nothing(warehouse: Warehouse) -> None:
    first, second = warehouse.stage(_job()), warehouse.stage(_job())
    assert first == second
    warehouse.publish(second)
    warehouse.publish(second)
    assert _players(warehouse) == [(NOV8, 1)]


def test_attempts_of_one_unit_do_not_share_a_staging(warehouse: Warehouse) -> None:
    old = warehouse.stage(_job(fence=1))
    new = warehouse.stage(_job(ONE_ROW.replace("1 AS player_id", "2 AS player_id"), fence=2))
    assert old.staging != new.staging
    warehouse.publish(new)
    assert _players(warehouse) == [(NOV8, 2)]


def test_rows_come_back_with_names_and_python_types(warehouse: Warehouse) -> None:
    _publish(warehouse, _job())
    assert warehouse.query("SELECT * FROM nba_raw.shots WHERE game_date = @game_date", {"game_date": NOV8}) == [
        {
            "game_date": NOV8,
            "player_id": 1,
            "team": "BOS",
            "distance": 2.5,
            "made": True,
            "processed_at": datetime(2024, 11, 9, 5, tzinfo=UTC),
            "backfill_id": "b1",
        }
    ]


def _digest(warehouse: Warehouse, tmp_path: Path, *lines: str, **parameters: Any) -> str:
    return warehouse.stage(_job(LOAD, external=_landed(tmp_path, *lines), parameters=parameters)).digest


def test_digest_is_of_the_content_alone(warehouse: Warehouse, tmp_path: Path) -> None:
    lines = [_shot(NOV8, player) for player in range(20)]
    digest = _digest(warehouse, tmp_path, *lines)
    for seed in range(3):
        shuffled = random.Random(seed).sample(lines, k=len(lines))
        assert _digest(warehouse, tmp_path, *shuffled) == digest
    other = {"processed_at": datetime(2025, 1, 1, tzinfo=UTC), "backfill_id": "b2"}
    assert _digest(warehouse, tmp_path, *lines, **other) == digest


@pytest.mark.parametrize(
    "change",
    [
        [_shot(NOV8, 1), _shot(NOV8, 2, 2.500000001)],  # one in the ninth decimal
        [_shot(NOV8, 1)],
        [_shot(NOV8, 1), _shot(NOV8, 2), _shot(NOV8, 2)],
        [_shot(NOV8, 1), _shot(NOV8, 2).replace("true", "null")],
        [_shot(NOV8, 1).replace("2.5", "0"), _shot(NOV8, 2)],
    ],
)
def test_digest_changes_with_the_content(warehouse: Warehouse, tmp_path: Path, change: list[str]) -> None:
    assert _digest(warehouse, tmp_path, *change) != _digest(warehouse, tmp_path, _shot(NOV8, 1), _shot(NOV8, 2))


def test_digest_does_not_lose_a_row_that_is_there_twice(warehouse: Warehouse, tmp_path: Path) -> None:
    # An exclusive or of the rows' hashes would cancel each pair and leave player 1 of both.
    pairs = [[_shot(NOV8, 1), _shot(NOV8, twice), _shot(NOV8, twice)] for twice in (2, 3)]
    assert _digest(warehouse, tmp_path, *pairs[0]) != _digest(warehouse, tmp_path, *pairs[1])


def test_each_entity_has_a_digest_of_its_own_rows(warehouse: Warehouse, tmp_path: Path) -> None:
    def entities(column: str | None, *lines: str) -> dict[str, str]:
        job = _job(LOAD, external=_landed(tmp_path, *lines), entity_column=column)
        return dict(warehouse.stage(job).entities)

    before = entities("player_id", _shot(NOV8, 1), _shot(NOV8, 2), _shot(NOV8, 10, 3.5))
    # Player 2 moved, 10 is there twice, 1 is as he was, in another place; 3 is new.
    after = entities(
        "player_id", _shot(NOV8, 10, 3.5), _shot(NOV8, 2, 4), _shot(NOV8, 10, 3.5), _shot(NOV8, 1), _shot(NOV8, 3)
    )
    assert set(before) == {"1", "2", "10"}
    assert {name for name in after if after[name] != before.get(name)} == {"2", "3", "10"}
    assert set(entities("team", _shot(NOV8, 1), _shot(NOV8, 2))) == {"BOS"}
    assert entities(None, _shot(NOV8, 1)) == {}


@pytest.mark.parametrize("entity_column", [None, "player_id"])
def test_a_published_partition_has_the_digest_it_was_staged_with(
    warehouse: Warehouse, tmp_path: Path, entity_column: str | None
) -> None:
    staged = {}
    for day, players in ((NOV8, (2, 1)), (NOV9, (7,))):
        landed = _landed(tmp_path, *(_shot(day, player) for player in players))
        staged[day] = _publish(warehouse, _job(LOAD, day, external=landed, entity_column=entity_column)).digest
    assert warehouse.digests("nba_raw.shots", entity_column, NOV8, NOV9) == staged
    assert warehouse.digests("nba_raw.shots", entity_column, NOV9, NOV9 + timedelta(days=9)) == {NOV9: staged[NOV9]}
    edited = warehouse.query("SELECT * FROM nba_raw.shots WHERE game_date = @game_date", {"game_date": NOV8})
    edited[0]["distance"] += 1
    warehouse.load("nba_raw.shots", {NOV8: edited})
    found = warehouse.digests("nba_raw.shots", entity_column, NOV8, NOV9)
    assert (found[NOV8] != staged[NOV8], found[NOV9]) == (True, staged[NOV9])
    warehouse.load("nba_raw.shots", {NOV8: []})
    assert warehouse.digests("nba_raw.shots", entity_column, NOV8, NOV8) == {}


def test_digest_does_not_see_float_noise(warehouse: Warehouse, tmp_path: Path) -> None:
    # 0.1 + 0.2 is 0.30000000000000004.
    assert _digest(warehouse, tmp_path, _shot(NOV8, 1, 0.1 + 0.2)) == _digest(warehouse, tmp_path, _shot(NOV8, 1, 0.3))


def test_a_revoked_fence_publishes_nothing(warehouse: Warehouse) -> None:
    stale, other = warehouse.stage(_job(fence=2)), warehouse.stage(_job(day=NOV9, fence=1))
    warehouse.revoke("2-2024-11-08", range(1, 3))
    warehouse.revoke("2-2024-11-08", range(1, 1))  # never lowers what was revoked
    with pytest.raises(FenceRevoked, match="fence 2"):
        warehouse.publish(stale)
    assert _players(warehouse) == []
    warehouse.publish(other)
    warehouse.publish(warehouse.stage(_job(fence=3)))
    assert _players(warehouse) == [(NOV8, 1), (NOV9, 1)]


def test_a_fence_revoked_while_the_file_was_written_publishes_nothing(
    on_disk: DuckDbWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = on_disk.stage(_job())
    write = warehouse_module.copy_to_parquet

    def write_then_lose(*arguments: Any) -> None:
        write(*arguments)
        on_disk.revoke("2-2024-11-08", range(1, 2))

    monkeypatch.setattr(warehouse_module, "copy_to_parquet", write_then_lose)
    with pytest.raises(FenceRevoked):
        on_disk.publish(staged)
    assert (_players(on_disk), list((tmp_path / "nba_raw.shots").iterdir())) == ([], [])


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (ONE_ROW.replace("'BOS' AS team, ", ""), "missing team"),
        (ONE_ROW.replace("1 AS player_id", "1 AS player_id, 5 AS extra"), "not declared extra"),
        (ONE_ROW.replace("1 AS player_id", "'x' AS player_id"), "player_id is (VARCHAR|STRING), declared INT64"),
        (ONE_ROW.replace("1 AS player_id", "1.5 AS player_id"), "player_id is (DOUBLE|FLOAT64), declared INT64"),
        (ONE_ROW.replace("TRUE AS made", "1 AS made"), "made is (INTEGER|INT64), declared BOOL"),
        (
            ONE_ROW.replace("@game_date AS", "DATE_SUB(@game_date, INTERVAL 1 DAY) AS"),
            "rows are not of 2024-11-08",
        ),
        (ONE_ROW.replace("@game_date AS", "NULL AS"), "rows are not of 2024-11-08"),
        (ONE_ROW.replace("2.5 AS", "CAST('nan' AS FLOAT64) AS"), "1 hold NaN or infinity"),
        (ONE_ROW.replace("2.5 AS", "CAST('-inf' AS FLOAT64) AS"), "1 hold NaN or infinity"),
    ],
)
def test_a_staging_that_is_not_the_tables_is_refused(warehouse: Warehouse, sql: str, named: str) -> None:
    with pytest.raises(AuditFailed, match=named):
        warehouse.stage(_job(sql))


def test_columns_may_come_in_any_order_and_nulls_take_the_declared_type(warehouse: Warehouse) -> None:
    _publish(
        warehouse,
        _job(
            """SELECT NULL AS backfill_id, @processed_at AS processed_at, TRUE AS made, 3 AS distance, NULL AS team,
            COUNT(*) AS player_id, @game_date AS game_date FROM nba_raw.shots"""
        ),
    )
    assert warehouse.query(ALL, {}) == [
        {"game_date": NOV8, "player_id": 0, "team": None, "distance": 3.0, "made": True}
    ]


def test_a_statement_reads_what_its_own_attempt_staged(warehouse: Warehouse) -> None:
    _publish(warehouse, _job(day=NOV9))
    staged = warehouse.stage(_job())
    sql = "SELECT DISTINCT @game_date AS game_date, shots.team FROM nba_raw.shots WHERE shots.game_date = @game_date"
    alone = warehouse.stage(_job(sql, table="nba_raw.teams"))
    after = warehouse.stage(_job(sql, table="nba_raw.teams", siblings={"nba_raw.shots": staged.staging}))
    assert (alone.rows, after.rows) == (0, 1)
    counted = "SELECT COUNT(*) AS n FROM nba_raw.shots"
    assert warehouse.query(counted, {}, {"nba_raw.shots": staged.staging}) == [{"n": 1}]
    assert warehouse.query("SELECT game_date FROM nba_raw.shots", {}) == [{"game_date": NOV9}]


def test_landing_files_are_read_from_any_url(warehouse: Warehouse) -> None:
    url = "memory://warehouse-test/2024-11-08/shots.jsonl"
    with fsspec.open(url, "wb") as file:
        file.write((_shot(NOV8, 4) + "\n\n").encode())
    _publish(warehouse, _job(LOAD, external={"landing.shots": url}))
    assert _players(warehouse) == [(NOV8, 4)]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ('{"player_id": 1', "not JSON"),
        ("[1]", "not a JSON object"),
        (_shot(NOV8, 2).replace('"player_id": 2', '"player_id": "two"'), "player_id: 'two' is not INT64"),
        (_shot(NOV8, 2).replace('"player_id": 2', '"player_id": 2.7'), "player_id: 2.7 is not INT64"),
        (_shot(NOV8, 2).replace("2.5", '"far"'), "distance: 'far' is not FLOAT64"),
        (_shot(NOV8, 2).replace("2024-11-08", "2024-11-38"), "game_date: '2024-11-38' is not DATE"),
        (_shot(NOV8, 2).replace("true", '"perhaps"'), "made: 'perhaps' is not BOOL"),
    ],
)
def test_a_broken_landing_line_is_named(warehouse: Warehouse, tmp_path: Path, broken: str, problem: str) -> None:
    external = _landed(tmp_path, _shot(NOV8, 1), "", broken, _shot(NOV8, 3))
    with pytest.raises(MalformedLanding) as raised:
        warehouse.stage(_job(LOAD, external=external))
    assert raised.value.line == 3
    assert raised.value.problem.startswith(problem)
    assert raised.value.url == external["landing.shots"]


@pytest.mark.parametrize("url", ["/nowhere/shots.jsonl", "memory://nowhere/shots.jsonl"])
def test_a_missing_landing_file_is_named(warehouse: Warehouse, url: str) -> None:
    with pytest.raises(MalformedLanding, match="no such file"):
        warehouse.stage(_job(LOAD, external={"landing.shots": url}))


def test_an_error_of_the_sql_over_sound_landing_files_is_the_sqls(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="nothing") as raised:
        warehouse.stage(_job("SELECT nothing FROM landing.shots", external=_landed(tmp_path, _shot(NOV8, 1))))
    assert not isinstance(raised.value, MalformedLanding)


PLAYER = {
    "player_id": 1,
    "team": "BOS",
    "opponent": "NYK",
    "is_home": True,
    "floor": NOV8,
    "shortage": None,
    "team_games": 8,
}


@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("SELECT player_id, p.team, floor FROM UNNEST(@players) AS p", {"players": []}, []),
        ("SELECT player_id, p.team, floor FROM UNNEST(@players) AS p", {"players": None}, []),
        (
            "SELECT player_id, p.team, floor, shortage FROM UNNEST(@players) AS p ORDER BY p.player_id",
            {"players": [PLAYER, {**PLAYER, "player_id": 0, "floor": None}]},
            [
                {"player_id": 0, "team": "BOS", "floor": None, "shortage": None},
                {"player_id": 1, "team": "BOS", "floor": NOV8, "shortage": None},
            ],
        ),
        ("SELECT * FROM UNNEST(@players)", {"players": [PLAYER]}, [PLAYER]),
        ("SELECT p.* FROM UNNEST(@players) p", {"players": [PLAYER]}, [PLAYER]),
        ("SELECT @game_date IN UNNEST(@hidden_dates) AS h", {"game_date": NOV8, "hidden_dates": []}, [{"h": False}]),
        ("SELECT @game_date IN UNNEST(@hidden_dates) AS h", {"game_date": NOV8, "hidden_dates": None}, [{"h": False}]),
        ("SELECT @game_date IN UNNEST(@hidden_dates) AS h", {"game_date": NOV8, "hidden_dates": [NOV8]}, [{"h": True}]),
        (
            "SELECT d FROM UNNEST(@hidden_dates) AS d ORDER BY d",
            {"hidden_dates": [NOV9, NOV8]},
            [{"d": NOV8}, {"d": NOV9}],
        ),
        ("SELECT @game_date IS NULL AS n, @season AS s", {"game_date": None, "season": None}, [{"n": True, "s": None}]),
        ("SELECT 1 AS one", {"game_date": NOV8, "not declared": object()}, [{"one": 1}]),
        ("SELECT @season AS s", {"season": "it's \"24; DROP"}, [{"s": "it's \"24; DROP"}]),
    ],
)
def test_parameters(warehouse: Warehouse, sql: str, parameters: dict[str, Any], expected: list[Row]) -> None:
    assert warehouse.query(sql, parameters) == expected


@pytest.mark.parametrize(
    ("sql", "named"), [("SELECT @season AS s", "also season"), ("SELECT @unheard_of AS u", "@unheard_of")]
)
def test_a_parameter_not_given_or_not_declared_is_named(warehouse: Warehouse, sql: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        warehouse.query(sql, {"game_date": NOV8})


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC 1",
        "SELECT nope FROM nba_raw.shots",
        "SELECT 1 AS one FROM nba_raw.nope",
        "SELECT CAST('x' AS INT64) AS i",
        "SELECT CAST(1e30 AS INT64) AS i",
        "SELECT SUM(team) AS s FROM nba_raw.shots",
    ],
)
def test_an_error_of_the_sql_is_rejected(warehouse: Warehouse, sql: str) -> None:
    with pytest.raises(Rejected):
        warehouse.query(sql, {})
    with pytest.raises(Rejected):
        warehouse.stage(_job(sql))


@pytest.mark.parametrize("table", ["nba_raw.nope", "shots"])
def test_an_undeclared_table_is_refused(warehouse: Warehouse, table: str) -> None:
    with pytest.raises(InvalidInput, match=table):
        warehouse.stage(_job(table=table))
    with pytest.raises(InvalidInput, match=table):
        warehouse.append(table, [{"unit": "x"}])


def test_discard_drops_a_staging_and_is_quiet_when_it_is_gone(warehouse: Warehouse) -> None:
    staged = warehouse.stage(_job())
    warehouse.discard(staged)
    warehouse.discard(staged)
    with pytest.raises(Rejected):
        warehouse.publish(staged)
    assert _players(warehouse) == []


def test_the_bytes_of_what_is_no_query_are_refused(warehouse: Warehouse) -> None:
    with pytest.raises(Rejected):
        warehouse.query_bytes("SELECT nobody FROM", {})


def test_load_replaces_the_named_partitions_and_no_other(warehouse: Warehouse) -> None:
    rows = {day: [{"game_date": day, "team": team} for team in ("BOS", "NYK")] for day in (NOV8, NOV9)}
    warehouse.load("nba_raw.teams", rows)
    warehouse.load("nba_raw.teams", {NOV8: [], date(2024, 11, 10): [{"game_date": "2024-11-10"}]})
    assert warehouse.query("SELECT game_date, team FROM nba_raw.teams ORDER BY game_date, team", {}) == [
        *rows[NOV9],
        {"game_date": date(2024, 11, 10), "team": None},
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"game_date": NOV9, "team": "BOS"}, AuditFailed),
        ({"game_date": NOV8, "city": "Boston"}, InvalidInput),
        ({"game_date": "Friday", "team": "BOS"}, Rejected),
    ],
)
def test_load_refuses_rows_that_are_not_the_partitions(warehouse: Warehouse, row: Row, kind: type[Rejected]) -> None:
    warehouse.load("nba_raw.teams", {NOV8: [{"game_date": NOV8, "team": "LAL"}]})
    with pytest.raises(kind):
        warehouse.load("nba_raw.teams", {NOV8: [row]})
    assert warehouse.query("SELECT team FROM nba_raw.teams", {}) == [{"team": "LAL"}]


def test_a_time_of_another_zone_is_the_same_instant(warehouse: Warehouse) -> None:
    eastern = datetime(2024, 11, 9, 0, 30, tzinfo=timezone(timedelta(hours=-5)))
    [row] = warehouse.query("SELECT @processed_at AS at", {"processed_at": eastern})
    assert (row["at"], row["at"].tzinfo) == (eastern, UTC)


def test_log_rows_are_appended(warehouse: Warehouse) -> None:
    started = datetime(2024, 11, 9, 5, 30, tzinfo=UTC)
    warehouse.append("nba_orchestration.log", [{"unit": "2-a", "attempt": 1, "started_at": started}])
    warehouse.append("nba_orchestration.log", [])
    warehouse.append("nba_orchestration.log", [{"unit": "2-b"}, {"unit": "2-c", "attempt": 2}])
    found = warehouse.query("SELECT unit, attempt, started_at FROM nba_orchestration.log ORDER BY unit", {})
    assert found == [
        {"unit": "2-a", "attempt": 1, "started_at": started},
        {"unit": "2-b", "attempt": None, "started_at": None},
        {"unit": "2-c", "attempt": 2, "started_at": None},
    ]
    with pytest.raises(InvalidInput, match="unitt"):
        warehouse.append("nba_orchestration.log", [{"unitt": "2-d"}])


def test_threads_publish_and_query_side_by_side(warehouse: Warehouse) -> None:
    # The emulator does one thing at a time.
    days = [date(2024, 11, day) for day in range(1, 25 if isinstance(warehouse, DuckDbWarehouse) else 3)]

    def work(day: date) -> int:
        for fence in (1, 2):
            staged = _publish(warehouse, _job(day=day, fence=fence))
            warehouse.append("nba_orchestration.log", [{"unit": f"2-{day}", "attempt": fence}])
            warehouse.discard(staged)
        return len(
            warehouse.query("SELECT 1 AS one FROM nba_raw.shots WHERE game_date = @game_date", {"game_date": day})
        )

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, days)) == [1] * len(days)
    assert _players(warehouse) == [(day, 1) for day in days]
    assert warehouse.query("SELECT COUNT(*) AS n FROM nba_orchestration.log", {}) == [{"n": 2 * len(days)}]


def test_a_closed_warehouse_is_unavailable(on_disk: DuckDbWarehouse) -> None:
    on_disk.close()
    with pytest.raises(WarehouseUnavailable):
        on_disk.query(ALL, {})


def test_the_next_process_finds_what_was_published(on_disk: DuckDbWarehouse, tmp_path: Path) -> None:
    _publish(on_disk, _job())
    _publish(on_disk, _job(day=NOV9))
    _publish(on_disk, _job(ONE_ROW.replace("1 AS player_id", "5 AS player_id"), NOV9, fence=2))
    on_disk.stage(_job(day=date(2024, 11, 10)))
    on_disk.append("nba_orchestration.log", [{"unit": "2-a"}])
    (tmp_path / "nba_raw.shots" / "0.unpublished").write_bytes(b"half a file")
    on_disk.close()

    again = DuckDbWarehouse(tmp_path, schemas=SCHEMAS)
    assert _players(again) == [(NOV8, 1), (NOV9, 5)]
    assert sorted(path.name for path in (tmp_path / "nba_raw.shots").iterdir()) == [
        "game_date=2024-11-08.v000001.parquet",
        "game_date=2024-11-09.v000002.parquet",
    ]
    again.append("nba_orchestration.log", [{"unit": "2-b"}])
    again.close()
    found = DuckDbWarehouse(tmp_path, schemas=SCHEMAS).query("SELECT unit FROM nba_orchestration.log ORDER BY unit", {})
    assert found == [{"unit": "2-a"}, {"unit": "2-b"}]


@pytest.mark.parametrize("opened", [DuckDbWarehouse, DuckDbWarehouse.reader])
def test_a_column_declared_later_is_null_in_older_files(
    on_disk: DuckDbWarehouse, tmp_path: Path, opened: Callable[..., Any]
) -> None:
    _publish(on_disk, _job())
    on_disk.close()
    wider = opened(tmp_path, schemas=_declared(zone="STRING"))
    assert wider.query("SELECT player_id, zone FROM nba_raw.shots", {}) == [{"player_id": 1, "zone": None}]


@pytest.mark.parametrize("opened", [DuckDbWarehouse, DuckDbWarehouse.reader])
def test_a_column_no_longer_declared_is_left_out(
    on_disk: DuckDbWarehouse, tmp_path: Path, opened: Callable[..., Any]
) -> None:
    _publish(on_disk, _job())
    on_disk.close()
    columns = {name: kind for name, kind in SHOTS.items() if name != "team"}
    narrower = opened(tmp_path, schemas=table_schemas({"tables": {"nba_raw.shots": {"columns": columns}}}))
    assert list(narrower.query("SELECT * FROM nba_raw.shots", {})[0]) == list(columns)


def test_a_damaged_file_is_named_when_opening(on_disk: DuckDbWarehouse, tmp_path: Path) -> None:
    _publish(on_disk, _job())
    on_disk.close()
    damaged = tmp_path / "nba_raw.shots" / "game_date=2024-11-08.v000001.parquet"
    damaged.write_bytes(b"PAR1" + bytes(200))
    with pytest.raises(StorageUnavailable, match="game_date=2024-11-08"):
        DuckDbWarehouse(tmp_path, schemas=SCHEMAS)


def test_log_parts_are_closed_at_their_size(
    on_disk: DuckDbWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse_module, "LOG_PART_ROWS", 4)
    for number in range(5):
        on_disk.append("nba_orchestration.log", [{"unit": f"2-{number}", "attempt": side} for side in (0, 1)])
    # 10 rows, 4 a part: two full ones and one of 2.
    assert list(PartitionFolder(tmp_path).current("nba_orchestration.log")) == [f"part=00000{n}" for n in (1, 2, 3)]
    reader = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS)
    assert reader.query("SELECT COUNT(*) AS n FROM nba_orchestration.log", {}) == [{"n": 10}]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_refuses_leaves_everything_as_it_was(
    on_disk: DuckDbWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    _publish(on_disk, _job())
    on_disk.append("nba_orchestration.log", [{"unit": "2-a"}])
    staged = on_disk.stage(_job(ONE_ROW.replace("1 AS player_id", "2 AS player_id"), fence=2))

    def refuse(source: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        with pytest.raises(StorageUnavailable, match=os.strerror(code)):
            on_disk.publish(staged)
        with pytest.raises(StorageUnavailable, match=os.strerror(code)):
            on_disk.append("nba_orchestration.log", [{"unit": "2-b"}])
    log = "SELECT unit FROM nba_orchestration.log"
    assert (_players(on_disk), on_disk.query(log, {})) == ([(NOV8, 1)], [{"unit": "2-a"}])
    assert [path.name for path in (tmp_path / "nba_raw.shots").iterdir()] == ["game_date=2024-11-08.v000001.parquet"]
    on_disk.publish(staged)
    assert _players(on_disk) == [(NOV8, 2)]


def test_a_folder_that_cannot_be_made_is_storage_unavailable(tmp_path: Path) -> None:
    (tmp_path / "nba_raw.shots").write_text("not a folder")
    with pytest.raises(StorageUnavailable):
        DuckDbWarehouse(tmp_path, schemas=SCHEMAS)


def test_a_reader_sees_what_is_published_as_it_is_published(on_disk: DuckDbWarehouse, tmp_path: Path) -> None:
    reader = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS)
    assert _players(reader) == []
    staged = on_disk.stage(_job())
    assert _players(reader) == []
    on_disk.publish(staged)
    on_disk.append("nba_orchestration.log", [{"unit": "2-a"}])
    assert _players(reader) == [(NOV8, 1)]
    assert reader.query("SELECT unit FROM nba_orchestration.log", {}) == [{"unit": "2-a"}]
    assert reader.query(
        "SELECT s.team, t.team AS other FROM nba_raw.shots AS s LEFT JOIN nba_raw.teams AS t USING (team)", {}
    )
    _publish(on_disk, _job("SELECT * FROM nba_raw.shots WHERE team = 'none'", fence=2))
    assert _players(reader) == []
    reader.close()


def test_a_reader_that_holds_dates_answers_from_them_as_it_read_them(on_disk: DuckDbWarehouse, tmp_path: Path) -> None:
    digests = {day: _publish(on_disk, _job(day=day)).digest for day in (NOV8, NOV9)}
    reader = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS, held=(NOV8, NOV8))
    assert _players(reader) == [(NOV8, 1)]
    assert reader.digests("nba_raw.shots", "player_id", NOV8, NOV9) == {NOV8: digests[NOV8]}
    _publish(on_disk, _job(ONE_ROW.replace("1 AS player_id", "2 AS player_id"), fence=2))
    assert _players(reader) == [(NOV8, 1)]
    fresh = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS)
    assert _players(fresh) == [(NOV8, 2), (NOV9, 1)]
    assert fresh.digests("nba_raw.shots", "player_id", NOV9, NOV9) == {NOV9: digests[NOV9]}


def test_a_reader_of_a_folder_that_is_not_there_yet_finds_empty_tables(tmp_path: Path) -> None:
    reader = DuckDbWarehouse.reader(tmp_path / "later", schemas=SCHEMAS)
    assert _players(reader) == []
    assert not (tmp_path / "later").exists()
    with pytest.raises(Rejected):
        reader.query("SELECT nope FROM nba_raw.shots", {})


def test_a_reader_writes_nothing(on_disk: DuckDbWarehouse, tmp_path: Path) -> None:
    staged = on_disk.stage(_job())
    reader = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS)
    attempts: list[Callable[[], object]] = [
        lambda: reader.stage(_job()),
        lambda: reader.publish(staged),
        lambda: reader.discard(staged),
        lambda: reader.revoke("2-2024-11-08", range(1, 2)),
        lambda: reader.append("nba_orchestration.log", [{"unit": "2-a"}]),
        lambda: reader.load("nba_raw.teams", {NOV8: []}),
        lambda: reader.query(ALL, {}, {"nba_raw.shots": staged.staging}),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidInput):
            attempt()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_reader_lists_again_when_a_listed_file_is_gone(
    on_disk: DuckDbWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(on_disk, _job())
    reader = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS)
    listings = [{"game_date=2024-11-08": tmp_path / "gone.parquet"}] * 4
    current = PartitionFolder.current

    def outdated(folder: PartitionFolder, table: str) -> dict[str, Path]:
        return listings.pop() if listings else current(folder, table)

    monkeypatch.setattr(PartitionFolder, "current", outdated)
    assert _players(reader) == [(NOV8, 1)]
    listings += [{"game_date=2024-11-08": tmp_path / "gone.parquet"}] * 5
    with pytest.raises(WarehouseUnavailable):
        _players(reader)


def test_a_reader_never_sees_half_a_partition(on_disk: DuckDbWarehouse, tmp_path: Path) -> None:
    # Version v has 50 * v rows, all of player v: any mixture of two versions breaks one or the other.
    external = [_landed(tmp_path, *[_shot(NOV8, 1)] * 50)]
    base = on_disk.stage(_job(LOAD, external=external[0]))
    sql = """SELECT s.game_date, n AS player_id, s.team, s.distance, s.made, s.processed_at, s.backfill_id
    FROM nba_raw.shots AS s CROSS JOIN UNNEST([{}]) AS n"""
    done = threading.Event()

    def write() -> None:
        for version in range(1, 41):
            numbers = ", ".join([str(version)] * version)
            job = _job(sql.format(numbers), fence=version + 1, siblings={"nba_raw.shots": base.staging})
            on_disk.discard(_publish(on_disk, job))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reader = DuckDbWarehouse.reader(tmp_path, schemas=SCHEMAS)
    totals = "SELECT COUNT(*) AS n, MIN(player_id) AS lowest, MAX(player_id) AS highest FROM nba_raw.shots"
    seen: list[Row] = []
    while not done.is_set():
        seen += reader.query(totals, {})
    writer.join()
    seen += reader.query(totals, {})
    assert seen[-1] == {"n": 2000, "lowest": 40, "highest": 40}  # 50 * 40
    assert [row for row in seen if row["n"] and not (row["lowest"] == row["highest"] == row["n"] / 50)] == []
