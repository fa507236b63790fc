from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.plan import Plan
from shared.domain.timeline import SLOTS, THROTTLE, Pace, timeline

FIRST = date(2024, 11, 1)
SECONDS = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0, 5: 5.0}


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def plan_of(history: int, targets: int) -> Plan:
    """So many history dates and then so many targets, nothing of them there yet."""
    days = tuple(day(number) for number in range(history + targets))
    run = dict.fromkeys((1, 2, 3), days) | {phase: days[history:] for phase in (4, 5) if targets}
    kept = {phase: found for phase, found in run.items() if found}
    return Plan(targets=days[history:], history=days[:history], free=(), run=kept, complete={})


def test_a_target_waits_for_the_history_before_it() -> None:
    """Two slots: the history lanes of 1 + 2 + 3 s end at 6, 6 and 12 s; the target's 4 + 5 s follow: 21 s."""
    found = timeline(plan_of(2, 1), Pace(seconds=SECONDS, slots=2))
    assert found.ends == {
        (HISTORY_LANE, day(0)): 6.0,
        (HISTORY_LANE, day(1)): 6.0,
        (HISTORY_LANE, day(2)): 12.0,
        (TARGET_LANE, day(2)): 21.0,
    }
    assert (found.seconds, found.bound_by) == (21.0, SLOTS)


def test_a_target_waits_for_the_slowest_of_its_history() -> None:
    """Phase 1 is missing on the first date only: its lane of 100 + 5 s ends after that of the target's own date."""
    first, last = (day(0),), (day(0), day(1))
    run = {1: first, 2: last, 3: last, 4: (day(1),)}
    plan = Plan(targets=(day(1),), history=first, free=(), run=run, complete={})
    found = timeline(plan, Pace(seconds={**SECONDS, 1: 100.0}, slots=2))
    assert (found.ends[HISTORY_LANE, day(1)], found.ends[TARGET_LANE, day(1)]) == (5.0, 105.0 + 4.0)


def test_every_unit_pays_for_its_message() -> None:
    """One date through five phases: 15 s of work and 5 messages of half a second."""
    found = timeline(plan_of(0, 1), Pace(seconds=SECONDS, slots=4, push_seconds=0.5))
    assert found.seconds == 17.5


@pytest.mark.parametrize(
    ("pace", "seconds", "bound_by"),
    [
        # 10 dates of 1 s in Phase 1, two at once: 5 s, which a hundred slots would not need.
        (Pace(seconds=dict.fromkeys(SECONDS, 1.0), slots=100, instances={1: 1}), 10.0, "Phase 1's 1 instances"),
        # 10 partitions of a table, one in two seconds.
        (Pace(seconds=dict.fromkeys(SECONDS, 1.0), slots=100, writes_a_second=0.5), 20.0, THROTTLE),
    ],
)
def test_what_else_holds_it_back_stretches_every_end(pace: Pace, seconds: float, bound_by: str) -> None:
    found = timeline(plan_of(10, 0), pace)
    assert (found.seconds, found.bound_by) == (seconds, bound_by)
    assert max(found.ends.values()) == seconds


def test_the_ends_of_a_phase_are_those_of_its_lanes() -> None:
    found = timeline(plan_of(1, 1), Pace(seconds=SECONDS, slots=1))
    assert found.lane_ends(2, [day(1), day(0)]) == [6.0, 12.0]
    assert found.lane_ends(5, [day(1)]) == [21.0]


def test_a_plan_of_nothing_takes_no_time() -> None:
    found = timeline(plan_of(0, 0), Pace(seconds=SECONDS, slots=2))
    assert (found.seconds, found.ends) == (0.0, {})


@given(st.integers(0, 12), st.integers(0, 6), st.integers(1, 8))
def test_more_dates_never_take_less_time(history: int, targets: int, slots: int) -> None:
    pace = Pace(seconds=SECONDS, slots=slots)
    assert timeline(plan_of(history, targets), pace).seconds <= timeline(plan_of(history + 1, targets), pace).seconds
