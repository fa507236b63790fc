"""One date through every phase on BigQuery's emulator: the same services, and the same tables as embedded."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.adapters.embedded.memory import MemoryBus, MemoryStore, VirtualClock
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.landing import FsspecLanding
from shared.adapters.sources.synthetic import SyntheticSource
from shared.adapters.table_schemas import load_table_schemas
from shared.config import Config
from shared.domain.messages import CalendarRequest, unit_hint
from shared.domain.units import Status
from shared.ports import Row, Warehouse
from shared.processors.registry import PROCESSORS
from shared.service.app import App
from shared.service.coordinate import coordinate
from shared.service.execution_log import TABLE as LOG
from shared.service.ledger import Ledger
from shared.service.load_calendar import load_calendar
from shared.service.plan_backfill import plan_backfill
from shared.service.precompute import precompute
from shared.service.predict import predict
from shared.service.process_analytics import process_analytics
from shared.service.process_raw import process_raw
from shared.service.scrape import scrape
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_stack import BigQueryStack, bigquery_stack

SEASON = "2024-25"
SERVICES: dict[str, Callable[..., None]] = {
    "scrape": scrape,
    "process_raw": process_raw,
    "process_analytics": process_analytics,
    "coordinate": coordinate,
    "precompute": precompute,
    "predict": predict,
}
LEFT_OUT = {"processed_at", "backfill_id"}
BUILT = [each for each in PROCESSORS if each.active]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """An App whose backfill of the first date of a small season has run, and its bus."""

    app: App
    bus: MemoryBus


def ran(warehouse: Warehouse, folder: Path) -> Ran:
    clock = VirtualClock()
    bus = MemoryBus(bootstrap.topology(), clock)
    source = SyntheticSource(teams=4, games_per_team=1, roster_size=10)
    app = App(
        config=Config(),
        bus=bus,
        ledger=Ledger(MemoryStore()),
        warehouse=warehouse,
        landing=FsspecLanding(str(folder)),
        source=source,
        clock=clock,
    )
    calendar = load_calendar(app, CalendarRequest(season=SEASON)).calendar
    day = str(calendar.dates[0])
    bus.publish("backfill-requests", {"start_date": day, "end_date": day, "request_id": "one"})
    while batch := bus.receive(None, 1):
        [delivery] = batch
        body: dict[str, Any] = dict(delivery.body)
        if delivery.function == "plan_backfill":
            plan_backfill(app, body, delivery.message_id)
        else:
            SERVICES[delivery.function](app, unit_hint(body))
        bus.acknowledge(delivery)
    return Ran(app=app, bus=bus)


@pytest.fixture(scope="module")
def cloud(bigquery_proxy: Proxy) -> Iterator[BigQueryStack]:
    with bigquery_stack(bigquery_proxy, load_table_schemas()) as stack:
        yield stack


@pytest.fixture(scope="module")
def both(cloud: BigQueryStack, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Ran]:
    embedded = ran(DuckDbWarehouse(), tmp_path_factory.mktemp("embedded"))
    return embedded, ran(cloud.warehouse, tmp_path_factory.mktemp("cloud"))


def rows(app: App, table: str, key: tuple[str, ...]) -> list[Row]:
    found = app.warehouse.query(f"SELECT * FROM {table} ORDER BY {', '.join(key)}", {})  # noqa: S608
    return [{name: value for name, value in row.items() if name not in LEFT_OUT} for row in found]


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return bool(left == right)


def test_every_unit_is_complete_and_no_fence_was_revoked(both: tuple[Ran, Ran], cloud: BigQueryStack) -> None:
    for each in both:
        day = each.app.ledger.calendar(SEASON).dates[0]
        units = [held.unit for phase in range(1, 6) if (held := each.app.ledger.unit(phase, day)) is not None]
        assert [(unit.status, unit.error) for unit in units] == [(Status.COMPLETE, "")] * 5
    publishes = [each["configuration"]["labels"]["step"] for each in cloud.proxy.submitted("-publish")]
    assert publishes.count("publish") >= len(BUILT)
    ours = [
        each for each in cloud.proxy.submitted("-publish") if each["jobReference"]["projectId"] == cloud.client.project
    ]
    assert {each["configuration"]["labels"]["step"] for each in ours} == {"publish"}


@pytest.mark.parametrize("each", BUILT, ids=lambda each: each.name)
def test_the_table_is_the_embedded_one(both: tuple[Ran, Ran], each: Any) -> None:
    embedded, cloud = (rows(ran.app, each.table, each.key) for ran in both)
    assert len(embedded) == len(cloud)
    for left, right in zip(embedded, cloud, strict=True):
        assert left.keys() == right.keys()
        assert {name: (left[name], right[name]) for name in left if not same(left[name], right[name])} == {}


def test_every_attempt_is_in_the_log_and_nothing_is_left_in_staging(
    both: tuple[Ran, Ran], cloud: BigQueryStack
) -> None:
    logged = both[1].app.warehouse.query(f"SELECT processor, status FROM {LOG} ORDER BY processor", {})  # noqa: S608
    assert logged == [{"processor": each.name, "status": "succeeded"} for each in sorted(BUILT, key=lambda p: p.name)]
    assert list(cloud.client.list_tables(cloud.config.staging_dataset)) == []
