"""When the circuit breaker trips: shares of what has ended, of one stretch of a backfill."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.config import Config
from shared.domain.backfills import Backfill
from shared.domain.messages import BackfillRequest
from shared.domain.units import Status, Unit
from shared.service.breaker import tripped

FIRST = date(2024, 11, 1)
BEGUN = datetime(2024, 11, 20, 6, 0, tzinfo=UTC)
LATER = BEGUN + timedelta(hours=1)
BACKFILL = Backfill(id="a", request=BackfillRequest(start_date=FIRST, end_date=FIRST), created_at=BEGUN.isoformat())


def units(status: Status, count: int, phase: int = 3, at: datetime = LATER) -> list[Unit]:
    days = (FIRST + timedelta(days=index) for index in range(count))
    return [Unit(phase=phase, game_date=day, status=status, updated_at=at.isoformat()) for day in days]


@pytest.mark.parametrize(
    ("complete", "failed", "blocked", "told"),
    [
        (4, 6, 0, "Phase 3 failed on 6 of 10 dates, more than 50 %"),  # 60 %
        (5, 5, 0, ""),  # 50 % is not more than 50 %
        (3, 6, 0, ""),  # nine have ended, and ten are the least
        (3, 6, 5, ""),  # what is blocked has not ended
        (99, 1, 40, ""),  # a poisoned date
        (0, 10, 0, "Phase 3 failed on 10 of 10 dates, more than 50 %"),
    ],
)
def test_it_trips_on_more_than_its_share_of_what_has_ended(complete: int, failed: int, blocked: int, told: str) -> None:
    found = [*units(Status.COMPLETE, complete), *units(Status.FAILED, failed), *units(Status.BLOCKED, blocked)]
    assert tripped(found, BACKFILL, Config()) == told


def test_phases_are_counted_apart_and_running_ones_not() -> None:
    found = [*units(Status.FAILED, 6, phase=2), *units(Status.FAILED, 6), *units(Status.RUNNING, 9)]
    assert tripped(found, BACKFILL, Config()) == ""


def test_only_what_ended_since_the_backfill_went_on_counts() -> None:
    found = units(Status.FAILED, 10)
    assert tripped(found, BACKFILL, Config())
    armed = replace(BACKFILL, armed_at=(LATER + timedelta(seconds=1)).isoformat())
    assert tripped(found, armed, Config()) == ""


def test_a_share_of_one_never_trips() -> None:
    assert tripped(units(Status.FAILED, 50), BACKFILL, Config(breaker_share=1.0)) == ""
