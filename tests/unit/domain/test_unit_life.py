"""A unit's whole life: holders come, stall, crash and come back late."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.domain import units
from shared.domain.errors import FenceRevoked
from shared.domain.units import IllegalTransition, Output, Status, Unit, unit_from

NOW = datetime(2024, 11, 9, 12, 0, tzinfo=UTC)
LEASE_SECONDS = 540
ATTEMPTS_MAX = 3
FRESH = Unit(phase=3, game_date=date(2024, 11, 8))

HeldEvent = Callable[[Unit, int], Unit]
ENDINGS: dict[str, HeldEvent] = {
    "retry": lambda unit, fence: units.retry(unit, fence, "timed out", 10, NOW),
    "supersede": lambda unit, fence: units.supersede(unit, fence, NOW),
    "fail": lambda unit, fence: units.fail(unit, fence, "no such column", NOW),
}


class UnitLife(RuleBasedStateMachine):
    """Whatever holders, coordinators and requests do, the unit keeps its promises."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.unit = FRESH
        self.fences = [0]
        self.seen_fence = 0
        self.half_replaced = False

    def apply(self, after: Unit) -> None:
        before, self.unit = self.unit, after
        changed = dict(after.digests) != dict(before.digests)
        assert after.fence >= before.fence
        assert after.version - before.version == (1 if changed or (after.version == 1 and before.version == 0) else 0)
        assert after.game_date == before.game_date

    def holder_does(self, fence: int, event: HeldEvent) -> bool:
        """Let a holder of some fence act; it is refused exactly when its fence is not the current one."""
        current = self.unit.status is Status.RUNNING and fence == self.unit.fence
        if not current:
            with pytest.raises(FenceRevoked):
                event(self.unit, fence)
            return False
        self.apply(event(self.unit, fence))
        return True

    @rule(seconds=st.sampled_from((1, 60, 600)))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def claim(self) -> None:
        if self.unit.attempts >= ATTEMPTS_MAX:
            return
        may = self.unit.status is Status.PENDING or (
            self.unit.status is Status.RUNNING and not self.unit.lease_live(self.now)
        )
        if may:
            self.apply(units.claim(self.unit, self.now, LEASE_SECONDS))
            assert self.unit.fence == self.fences[-1] + 1
            self.fences.append(self.unit.fence)
        else:
            with pytest.raises(IllegalTransition):
                units.claim(self.unit, self.now, LEASE_SECONDS)

    @rule(back=st.integers(0, 2))
    def publish_started(self, back: int) -> None:
        fence = self.fences[max(0, len(self.fences) - 1 - back)]
        if self.holder_does(fence, lambda unit, held: units.publish_started(unit, held, self.now)):
            self.half_replaced = True

    @rule(back=st.integers(0, 2), digest=st.sampled_from("ab"))
    def complete(self, back: int, digest: str) -> None:
        fence = self.fences[max(0, len(self.fences) - 1 - back)]
        output = Output(digests={"games": digest}, rows={"games": 9}, inputs={"1-2024-11-08": len(self.fences)})
        if self.holder_does(fence, lambda unit, held: units.complete(unit, held, output, self.now)):
            self.half_replaced = False
            assert self.unit.readable

    @rule(back=st.integers(0, 2), name=st.sampled_from(sorted(ENDINGS)))
    def end_without_output(self, back: int, name: str) -> None:
        self.holder_does(self.fences[max(0, len(self.fences) - 1 - back)], ENDINGS[name])

    @precondition(lambda self: self.unit.status is Status.RUNNING)
    @rule()
    def crash(self) -> None:
        self.now = max(self.now, datetime.fromisoformat(self.unit.lease_until))
        self.apply(units.expire(self.unit, ATTEMPTS_MAX, self.now))

    @precondition(lambda self: self.unit.status is Status.COMPLETE)
    @rule()
    def reopen(self) -> None:
        self.apply(units.reopen(self.unit, self.now))

    @rule()
    def keep(self) -> None:
        if self.unit.status is Status.PENDING and self.unit.usable and not self.unit.force:
            self.apply(units.keep(self.unit, self.now))
        else:
            with pytest.raises(IllegalTransition):
                units.keep(self.unit, self.now)

    @rule(name=st.sampled_from(("block", "unblock", "resent")))
    def coordinate(self, name: str) -> None:
        if name == "block":
            self.apply(units.block(self.unit, "units/2-2024-11-08 failed", self.now))
        else:
            self.apply({"unblock": units.unblock, "resent": units.resent}[name](self.unit, self.now))

    @precondition(lambda self: self.unit.status in (Status.PENDING, Status.BLOCKED))
    @rule(share=st.sampled_from((0.5, 1.0)))
    def release(self, share: float) -> None:
        self.apply(units.release(self.unit, {"versions": {"2024-11-07": 1}}, share, self.now))

    @rule(backfill=st.sampled_from(("nov", "dec")), epoch=st.integers(0, 2), force=st.booleans())
    def want(self, backfill: str, epoch: int, force: bool) -> None:
        self.apply(units.want(self.unit, backfill, epoch, self.now, force=force))
        assert self.unit.wanted_by[backfill] == epoch

    @invariant()
    def the_fence_never_falls(self) -> None:
        assert self.unit.fence == self.fences[-1]

    @invariant()
    def half_replaced_partitions_are_read_by_nobody(self) -> None:
        assert self.unit.publishing is self.half_replaced
        assert not (self.half_replaced and (self.unit.readable or self.unit.usable))

    @invariant()
    def attempts_stay_within_the_limit(self) -> None:
        assert 0 <= self.unit.attempts <= ATTEMPTS_MAX

    @invariant()
    def only_a_running_unit_has_a_lease(self) -> None:
        assert bool(self.unit.lease_until) is (self.unit.status is Status.RUNNING)

    @invariant()
    def the_ledger_document_gives_the_unit_back(self) -> None:
        assert unit_from(json.loads(json.dumps(self.unit.body()))) == self.unit


TestUnitLife = UnitLife.TestCase
