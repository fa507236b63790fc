"""What a backfill was foretold to use, counted on the embedded stack as it really runs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from bench.driver import CountingStore
from shared import bootstrap
from shared.adapters.embedded.runner import TICKS
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.domain.messages import backfill_request
from shared.ports import Job, Staged
from shared.service.app import App
from shared.service.plan_backfill import planned
from shared.service.pricing.price import Price, price_request
from shared.service.pricing.traffic import Setting, messages_of, reads_of, writes_of
from tests.stack import all_units, open_app, run

# A target whose team windows are all its history, and one whose players' windows reach further back.
EARLY = {"start_date": "2024-10-27", "end_date": "2024-10-28"}
LATE = {"start_date": "2024-12-01", "end_date": "2024-12-01"}
COUNTED = ("stage", "publish", "query", "append")


class Counts:
    """What a run asked of its ports."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.messages: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self.reads = self.writes = 0


@contextmanager
def counted(app: App) -> Iterator[Counts]:
    """Count what is asked of the bus, the ledger and the warehouse, without what the runner sends at its own pace."""
    counts, store = Counts(), CountingStore(app.ledger.store)
    publish, warehouse = app.bus.publish, app.warehouse
    assert isinstance(warehouse, DuckDbWarehouse)
    real = {name: getattr(warehouse, name) for name in COUNTED}

    def published(topic: str, body: Mapping[str, Any]) -> str:
        if topic not in TICKS:
            counts.messages[topic] += 1
        return publish(topic, body)

    def stage(job: Job) -> Staged:
        counts.calls["stage"] += 1
        return real["stage"](job)  # type: ignore[no-any-return]

    def replaced(staged: Staged) -> None:
        counts.calls["publish"] += 1
        counts.written[staged.job.table] += 1
        real["publish"](staged)

    def query(sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> Any:
        counts.calls["query"] += 1
        return real["query"](sql, parameters, siblings)

    def append(table: str, rows: Sequence[Any]) -> None:
        counts.calls["append"] += len(rows)
        real["append"](table, rows)

    with (
        mock.patch.object(app.bus, "publish", published),
        mock.patch.object(app.ledger, "store", store),
        mock.patch.multiple(warehouse, stage=stage, publish=replaced, query=query, append=append),
    ):
        yield counts
    counts.reads, counts.writes = store.traffic.reads, store.traffic.writes


class Run:
    """A request priced, run and counted on an empty folder."""

    def __init__(self, home: Path, request: dict[str, Any]) -> None:
        # One worker and one sweep, at the start: nothing is read twice because of when it was looked at.
        self.app = open_app(home, source="synthetic", sweep_seconds=3600.0, workers=1)
        asked = backfill_request(request)
        self.plan, _ = planned(self.app, asked)
        self.price: Price = price_request(self.app, asked, bootstrap.deployment())
        with counted(self.app) as self.counts:
            (self.backfill,) = run(self.app, {**request, "request_id": "priced"}, workers=1)
        self.units = Counter(unit.phase for unit in all_units(self.app).values())


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    made = Run(tmp_path_factory.mktemp("early"), EARLY)
    yield made
    made.app.warehouse.close()


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    made = Run(tmp_path_factory.mktemp("late"), LATE)
    yield made
    made.app.warehouse.close()


def test_the_units_are_those_foretold(early: Run) -> None:
    assert early.backfill.counts == {"complete": early.units.total()}
    assert early.units == early.price.least.work.units
    assert early.price.added == 0


def test_what_windows_asked_for_lies_between_both_ends(late: Run) -> None:
    assert late.price.added > 0
    assert late.price.least.work.units[3] < late.units[3] <= late.price.most.work.units[3]
    assert late.units[4] == late.price.least.work.units[4] == 1


def test_messages_are_exactly_those_foretold(early: Run) -> None:
    assert early.counts.messages == messages_of(early.plan)


def test_jobs_are_exactly_those_foretold(early: Run) -> None:
    """A stage is a statement and a digest, and each query is one on what was staged; a publish is a copy."""
    work, calls = early.price.least.work, early.counts.calls
    assert 2 * calls["stage"] + calls["query"] == work.query_jobs
    assert calls["publish"] == work.copy_jobs
    assert calls["append"] <= work.log_rows == calls["stage"]


def test_partitions_are_written_once_each(early: Run) -> None:
    assert early.counts.written == early.price.least.work.partition_writes


def test_writes_are_exactly_those_foretold(early: Run) -> None:
    assert early.counts.writes == writes_of(early.plan) == early.price.least.work.writes


def test_writes_of_an_extended_run_are_between_both_ends(late: Run) -> None:
    assert late.price.least.work.writes < late.counts.writes <= late.price.most.work.writes


def test_reads_are_foretold_for_one_instance_and_a_bound_for_many(early: Run) -> None:
    """One process, one sweep: the first one meets as many units as were there by then, so it may have read less."""
    without = reads_of(early.plan, Setting(there=()))
    with_sweep = reads_of(early.plan, Setting(there=(), sweeps=1))
    assert without <= early.counts.reads <= with_sweep
    assert early.counts.reads <= early.price.least.work.reads


def test_reads_of_an_extended_run_are_within_a_half(late: Run) -> None:
    """Rounds look again at a date that a target waits for, as often as others end meanwhile: a mean is foretold."""
    assert late.counts.reads == pytest.approx(late.price.most.work.reads, rel=0.5)


def test_every_table_is_billed_at_the_minimum_and_dry_runs_agree(early: Run) -> None:
    """The same price asked for again, now that the tables hold the dates: each dry run is below 10 MiB too."""
    asked = backfill_request({**EARLY, "force": True})
    again = price_request(early.app, asked, bootstrap.deployment()).least.work
    assert again.scans_at_minimum == again.scans > 0
    assert again.query_bytes == again.scans * 10 * 2**20


def test_the_next_price_is_paced_by_what_ran(early: Run) -> None:
    found = price_request(early.app, backfill_request({**EARLY, "force": True}), bootstrap.deployment())
    assert found.pace.measured == dict(early.units)
    assert found.least.seconds > 0
