"""What a plan's fingerprint sees of the ledger, and how plans are told apart."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.domain.calendar import SeasonCalendar, calendar_from
from shared.domain.plan import Plan
from shared.domain.plan_difference import PhaseDifference, difference, ledger_revision
from shared.domain.units import Status, Unit

DAY, NEXT = date(2024, 11, 8), date(2024, 11, 9)
UNIT = Unit(phase=3, game_date=DAY, status=Status.COMPLETE, version=1)


def calendar(revision: int = 1) -> SeasonCalendar:
    games = {str(DAY): ["ATL-BOS"], str(NEXT): ["BOS-ATL"]}
    return calendar_from({"season": "2024-25", "revision": revision, "games": games})


def revision_of(unit: Unit, revision: int = 1) -> str:
    return ledger_revision([calendar(revision)], {unit.key: unit})


@pytest.mark.parametrize(
    "fields", [{"status": Status.PENDING}, {"version": 2}, {"publishing": True}, {"policy": {"min_coverage": 0.5}}]
)
def test_a_unit_that_a_plan_depends_on_moves_the_ledger(fields: dict[str, Any]) -> None:
    assert revision_of(replace(UNIT, **fields)) != revision_of(UNIT)


@pytest.mark.parametrize(
    "fields", [{"wanted_by": {"a": 1}}, {"attempts": 2}, {"updated_at": "2024-11-09"}, {"seconds": 3.0}, {"resends": 1}]
)
def test_what_comes_and_goes_beside_it_does_not(fields: dict[str, Any]) -> None:
    assert revision_of(replace(UNIT, **fields)) == revision_of(UNIT)


def test_a_revised_calendar_and_another_unit_do() -> None:
    assert revision_of(UNIT, revision=2) != revision_of(UNIT)
    assert ledger_revision([calendar()], {}) != revision_of(UNIT)


def test_plans_differ_by_the_dates_that_their_phases_run() -> None:
    before = Plan(targets=(DAY,), history=(), free=(), run={3: (DAY,), 4: (DAY,)}, complete={})
    after = replace(before, run={3: (NEXT,), 4: (DAY,), 5: (DAY,)}, revision="moved")
    assert difference(before, after) == (
        PhaseDifference(phase=3, added=(NEXT,), left_out=(DAY,)),
        PhaseDifference(phase=5, added=(DAY,), left_out=()),
    )
    assert difference(before, replace(before, revision="moved")) == ()
