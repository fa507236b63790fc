from datetime import date

import pytest

from shared.domain.plan import Plan
from shared.service.pricing.traffic import Setting, messages_of, reads_of, writes_of
from tests.unit.service.world import day


def plan_of(targets: tuple[date, ...], **run: tuple[date, ...]) -> Plan:
    return Plan(
        targets=targets, history=(), free=(), run={int(key[1:]): days for key, days in run.items()}, complete={}
    )


ONE, TWO = (day(20),), (day(20), day(21))
WHOLE = plan_of(ONE, p1=ONE, p2=ONE, p3=ONE, p4=ONE, p5=ONE)


@pytest.mark.parametrize(
    ("plan", "messages"),
    [
        (plan_of(ONE), {"backfill-requests": 1}),
        (
            WHOLE,
            {
                "backfill-requests": 1,
                "phase1-requests": 1,
                "phase1-complete": 1,
                "phase2-complete": 1,
                "phase3-complete": 1,
                "phase4-releases": 1,
                "phase4-complete": 1,
                "phase5-complete": 1,
            },
        ),
        # A lane that starts at Phase 2 is set going by the completion of Phase 1, said again.
        (
            plan_of(TWO, p2=TWO, p3=TWO),
            {"backfill-requests": 1, "phase1-complete": 2, "phase2-complete": 2, "phase3-complete": 2},
        ),
        (plan_of(ONE, p5=ONE), {"backfill-requests": 1, "phase4-complete": 1, "phase5-complete": 1}),
    ],
)
def test_a_message_sets_each_lane_going_and_tells_each_completion(plan: Plan, messages: dict[str, int]) -> None:
    assert messages_of(plan) == messages


def test_sweeps_are_messages_too() -> None:
    assert messages_of(plan_of(ONE), sweeps=3) == {"backfill-requests": 1, "sweep": 3}


@pytest.mark.parametrize(
    ("plan", "writes"),
    [
        # Nothing but the planning: backfill, plan, start, end.
        (plan_of(ONE), 4),
        # 4, a frontier, 5 units created, 4 + 5 + 6 + 5 + 5 by their attempts, 2 lanes ended, 1 release.
        (WHOLE, 4 + 1 + 5 + 25 + 2 + 1),
        # 4, a frontier, 2 units created and 5 writes each; their lanes end with Phase 5.
        (plan_of(TWO, p5=TWO), 4 + 1 + 2 + 10 + 2),
    ],
)
def test_writes(plan: Plan, writes: int) -> None:
    assert writes_of(plan) == writes


def test_reads_of_a_date_on_an_empty_ledger() -> None:
    """Planning 14 + 0 there + 5 planned + 3 as its lane is queued + 1 target + 5 at its first settling; the end 3 + 5;
    units 2 + 7 + 9 + 8 + 8, 4 looks at one date and its head once; a completion 2 + 1, a release 3 + 2, an end 3."""
    assert reads_of(WHOLE, Setting(there=())) == 28 + 8 + 34 + 5 + 3 + 5 + 3


def test_phase_4_looks_at_every_earlier_date_of_its_season() -> None:
    """10 earlier dates: 4 looks each, each head once; 10 units more at the plan's three passes over what is there."""
    there = {(3, day(number)) for number in range(10)}
    assert reads_of(WHOLE, Setting(there=there)) - reads_of(WHOLE, Setting(there=())) == 10 * (4 + 1) + 3 * 10


def test_dates_found_on_the_way_sweeps_and_instances_add_to_it() -> None:
    base = reads_of(WHOLE, Setting(there=()))
    assert reads_of(WHOLE, Setting(there=(), added=2)) == base + 2 * (2 + 4 * 1)
    assert reads_of(WHOLE, Setting(there=(), sweeps=2)) == base + 2 * (5 * 5 + 40)
    assert reads_of(WHOLE, Setting(there=(), coordinators=3, precomputers=4)) == base + 2 + 3
