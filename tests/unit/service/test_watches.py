"""A waiting target is decided when it can get further, and not read at every date that completes meanwhile."""

import pytest
from world import SEASON, day, make_app

from bench.decide import Drive, as_started, latest_first, traffic
from bench.noop import calendar_of
from shared.service.seasons import Season

DATES = 40
READS_MAX, WRITES_MAX = 8, 6
TARGET = day(9).isoformat()


@pytest.mark.parametrize("drive", [as_started, latest_first])
def test_a_completion_reads_and_writes_few_documents_whatever_the_order(drive: Drive) -> None:
    # Six reads and four writes, and two of each for the target that it releases.
    reads, writes, released = traffic([calendar_of(2024, DATES)], drive)
    assert released == 1
    assert reads <= READS_MAX
    assert writes <= WRITES_MAX


def waiting(awaited: int) -> Season:
    season = Season(make_app([day(number) for number in range(10)]).ledger, SEASON)
    season.watches[TARGET] = (day(8).isoformat(), ("gap",))
    season.awaited[TARGET] = awaited
    return season


def test_the_watch_moves_to_the_latest_date_that_is_still_coming() -> None:
    season = waiting(0b101100000)
    assert season.watch_next(TARGET, 0b001101010, 0)
    assert season.watches[TARGET] == (day(6).isoformat(), ("gap",))


@pytest.mark.parametrize(
    ("coming", "lost"), [(0b010001010, 0), (0, 0), (0b001100000, 0b000100000)], ids=["others", "none", "one failed"]
)
def test_a_target_is_decided_when_nothing_it_waits_for_is_coming_or_some_of_it_failed(coming: int, lost: int) -> None:
    assert not waiting(0b101100000).watch_next(TARGET, coming, lost)


def test_what_others_wait_for_and_failed_does_not_matter() -> None:
    assert waiting(0b101100000).watch_next(TARGET, 0b001000000, 0b000000011)


def test_a_target_that_was_forgotten_waits_for_nothing() -> None:
    season = waiting(0b101100000)
    season.forget(TARGET)
    assert not season.watch_next(TARGET, 0b101100000, 0)
