"""What the runs break does break: ports that are cut, slow or refuse, a full disk, a warehouse that is killed."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.domain.errors import FenceRevoked, InvalidInput, StorageUnavailable, WarehouseUnavailable
from shared.ports import Job, Staged
from tests.chaos.disk import Disk, small_disk
from tests.chaos.proxy import Network, Proxy, network
from tests.chaos.remote_warehouse import RemoteWarehouse
from tests.chaos.warehouses import WarehouseServer, embedded_warehouse

DAY = date(2024, 11, 8)
TABLE = "nba_raw.schedule"
GAME = {"season": "2024-25", "game_id": "0022400001", "game_date": DAY, "home_team": "BOS", "away_team": "NYK"}
LATENCY_SECONDS = 0.2


def job(fence: int) -> Job:
    """A job that stages what is published of the day."""
    sql = f"SELECT * FROM {TABLE} WHERE game_date = @game_date"  # noqa: S608
    return Job(
        unit="units/2-2024-11-08",
        fence=fence,
        processor="schedule",
        table=TABLE,
        game_date=DAY,
        sql=sql,
        parameters={"game_date": DAY},
    )


@pytest.fixture
def ways() -> Iterator[Network]:
    with network() as opened:
        yield opened


@pytest.fixture
def house(ways: Network, tmp_path: Path) -> Iterator[WarehouseServer]:
    """A warehouse that holds a game, on a disk of its own."""
    (tmp_path / "logs").mkdir()
    with small_disk(tmp_path / "disk", 8) as disk, embedded_warehouse(ways, tmp_path, disk) as opened:
        RemoteWarehouse(opened.proxy.port).load(TABLE, {DAY: [GAME]})
        yield opened


@pytest.fixture
def way(house: WarehouseServer) -> Proxy:
    """The way to it, which can be broken."""
    return house.proxy


def staged(warehouse: RemoteWarehouse, fence: int) -> Staged:
    """What a job of a fence has staged."""
    found = warehouse.stage(job(fence))
    assert found.rows == 1
    return found


def test_calls_and_their_errors_come_through(way: Proxy) -> None:
    warehouse = RemoteWarehouse(way.port)
    warehouse.publish(staged(warehouse, 1))
    assert [row["home_team"] for row in warehouse.query(f"SELECT home_team FROM {TABLE}", {})] == ["BOS"]  # noqa: S608
    with pytest.raises(InvalidInput, match="columns of") as refused:
        warehouse.load(TABLE, {DAY: [{"colour": "red"}]})
    assert refused.value.field == TABLE


def test_a_way_that_refuses_or_is_cut_is_an_unavailable_warehouse(way: Proxy) -> None:
    warehouse = RemoteWarehouse(way.port)
    way.refusing = True
    with pytest.raises(WarehouseUnavailable, match="connection broke"):
        warehouse.query("SELECT 1", {})
    way.refusing, way.latency = False, 5.0
    threading.Timer(LATENCY_SECONDS, way.cut).start()
    with pytest.raises(WarehouseUnavailable, match="connection broke"):
        warehouse.query("SELECT 1", {})


def test_a_slow_way_is_slow_and_busy_until_it_has_answered(way: Proxy) -> None:
    way.latency = LATENCY_SECONDS
    began = time.monotonic()
    assert RemoteWarehouse(way.port).query("SELECT 1 AS one", {}) == [{"one": 1}]
    # The question and the answer each had to wait.
    assert time.monotonic() - began >= 2 * LATENCY_SECONDS
    until = began + 10
    while way.busy and time.monotonic() < until:
        time.sleep(0.01)
    assert not way.busy


def test_what_is_held_goes_on_when_it_is_held_no_more(way: Proxy) -> None:
    way.holding = True
    threading.Timer(LATENCY_SECONDS, lambda: setattr(way, "holding", False)).start()
    began = time.monotonic()
    assert RemoteWarehouse(way.port).query("SELECT 1 AS one", {}) == [{"one": 1}]
    assert time.monotonic() - began >= LATENCY_SECONDS


def test_a_killed_warehouse_has_lost_what_was_staged_and_remembers_what_was_revoked(house: WarehouseServer) -> None:
    warehouse = RemoteWarehouse(house.proxy.port)
    late = staged(warehouse, 1)
    warehouse.revoke(late.job.unit, range(1, 2))
    house.restart(0.0)
    with pytest.raises(WarehouseUnavailable, match="went with the process"):
        warehouse.publish(late)
    with pytest.raises(FenceRevoked):
        warehouse.publish(staged(warehouse, 1))
    warehouse.publish(staged(warehouse, 2))


def test_a_full_disk_refuses_what_is_written_until_it_is_freed(house: WarehouseServer, tmp_path: Path) -> None:
    disk = Disk(folder=tmp_path / "disk", bounded=os.path.ismount(tmp_path / "disk"))
    if not disk.bounded:
        pytest.skip("only root may mount a disk")
    warehouse = RemoteWarehouse(house.proxy.port)
    disk.fill()
    with pytest.raises(StorageUnavailable):
        warehouse.load(TABLE, {DAY: []})
    disk.free()
    warehouse.load(TABLE, {DAY: []})
    assert warehouse.query(f"SELECT * FROM {TABLE}", {}) == []  # noqa: S608


def test_a_disk_is_gone_when_its_work_is_done(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        (disk.folder / "file").write_text("x")
    assert not os.path.ismount(disk.folder)
    assert list(disk.folder.iterdir()) == ([] if disk.bounded else [disk.folder / "file"])
