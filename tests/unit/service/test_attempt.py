"""What an attempt asks of the warehouse before it publishes."""

from dataclasses import replace
from datetime import date

import pytest

from shared.domain import units
from shared.domain.errors import WarehouseUnavailable
from shared.domain.messages import UnitHint
from shared.domain.units import Status, Unit
from shared.ports import Job, Staged
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared, Step, run_unit
from shared.service.build import Build
from shared.service.ledger import unit_write
from tests.memory_stack import MemoryStack, ToySource, ToyWarehouse

DAY = date(2024, 11, 8)
HINT = UnitHint(phase=3, game_date=DAY)


class Revoking(ToyWarehouse):
    """Remembers what it was asked to revoke."""

    def __init__(self) -> None:
        super().__init__()
        self.revoked: list[list[int]] = []

    def revoke(self, unit: str, fences: range) -> None:
        super().revoke(unit, fences)
        self.revoked.append(list(fences))


class Unreachable(ToyWarehouse):
    """Cannot be asked any more once something is published."""

    def discard(self, staged: Staged) -> None:
        raise WarehouseUnavailable(f"discard {staged.staging}: the connection broke")


class Work:
    """A phase whose input has a version, and whose publish may fail."""

    def __init__(self) -> None:
        self.version = 1
        self.digest: str | None = None
        self.error: Exception | None = None

    def step(self) -> Step:
        def inputs(*_: object) -> Inputs:
            return {"2": self.version} | ({} if self.digest is None else {"lines": self.digest})

        def publish() -> None:
            if self.error is not None:
                raise self.error

        return Step(
            phase=3,
            inputs=inputs,
            unchanged=lambda *_: True,
            prepare=lambda *_: Prepared(digests={}, rows={}, publish=publish),
        )


@pytest.fixture
def stack() -> MemoryStack:
    made = MemoryStack(source=ToySource({}))
    made.warehouse = Revoking()
    return made


def test_the_normal_path_revokes_nothing(stack: MemoryStack) -> None:
    work = Work()
    for version in (1, 2, 3):
        work.version = version
        run_unit(stack.app(), work.step(), HINT)
    held = stack.app().ledger.unit(3, DAY)
    assert held is not None
    assert (held.unit.fence, stack.warehouse.revoked) == (3, [])  # type: ignore[attr-defined]


def test_an_attempt_revokes_each_fence_since_the_last_that_completed_once(stack: MemoryStack) -> None:
    app, work = stack.app(), Work()
    run_unit(app, work.step(), HINT)
    work.version, work.error = 2, RuntimeError("the connection broke while it published")
    for _ in range(2):
        with pytest.raises(RuntimeError):
            run_unit(app, work.step(), HINT)
        stack.clock.advance(app.config.retry_seconds_max)
    work.error = None
    run_unit(app, work.step(), HINT)
    # Fence 1 completed, 2 and 3 broke, 4 completed: 3 revoked 2 before it published, 4 only 3.
    assert stack.warehouse.revoked == [[2], [3]]  # type: ignore[attr-defined]


def test_a_holder_that_vanished_is_revoked(stack: MemoryStack) -> None:
    app, work = stack.app(), Work()
    unit = units.Unit(phase=3, game_date=DAY, wanted_by={"live": 0})
    vanished = units.claim(unit, stack.clock.now(), app.config.lease_seconds)
    app.ledger.commit([unit_write(vanished, None)])
    stack.clock.advance(app.config.lease_seconds)
    run_unit(app, work.step(), HINT)
    assert stack.warehouse.revoked == [[1]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("version", "digest", "cause"),
    [
        (2, "first", "2-2024-11-08: 1 -> 2"),
        (1, "second", "2-2024-11-08: lines changed"),
        (1, None, "2-2024-11-08: lines changed"),
    ],
)
def test_a_unit_that_nobody_wants_any_more_is_flagged_with_what_moved(
    stack: MemoryStack, version: int, digest: str | None, cause: str
) -> None:
    app, work = stack.app(), Work()
    work.digest = "first"
    run_unit(app, work.step(), HINT)
    held = app.ledger.unit(3, DAY)
    assert held is not None
    app.ledger.commit([unit_write(replace(held.unit, wanted_by={}), held.revision)])
    work.version, work.digest = version, digest
    assert not run_unit(app, work.step(), replace(HINT, backfill_id="gone"))
    held = app.ledger.unit(3, DAY)
    assert held is not None
    assert held.unit.stale == {"*": (cause,)}


def test_a_complete_unit_whose_staging_cannot_be_dropped_is_told_of(stack: MemoryStack) -> None:
    stack.warehouse = Unreachable()
    app = stack.app()

    def prepare(app: App, unit: Unit, _: Inputs) -> Prepared:
        build = Build(app, unit, {}, {})
        job = Job(unit=unit.key, fence=unit.fence, processor="p", table="t", game_date=DAY, sql="", parameters={})
        build.staged["t"] = Staged(job=job, staging="staging.t", rows=0, digest="")
        return Prepared(digests={}, rows={}, publish=lambda: None, discard=build.discard)

    assert run_unit(app, replace(Work().step(), prepare=prepare), HINT)
    held = app.ledger.unit(3, DAY)
    assert held is not None
    assert held.unit.status is Status.COMPLETE
    assert [message.topic for message in stack.bus.receive({"coordinate"}, 10)] == ["phase3-complete"]
