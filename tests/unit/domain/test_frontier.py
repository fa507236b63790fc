import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.frontier import HISTORY_LANE, LIVE, TARGET_LANE, Frontier, Lane, frontier_from, lane_of

NAMES = [f"{kind}-2024-11-{day:02d}" for kind in (HISTORY_LANE, TARGET_LANE) for day in range(1, 29)]


def frontier_of(queue: str, started: str = "") -> Frontier:
    """A frontier whose lanes are written one letter each: b for a backfill's, L for a live one."""
    wanted = {"b": "nov", "L": LIVE}
    frontier = Frontier(season="2024-25")
    for name, letter in zip(NAMES, started + queue, strict=False):
        frontier.enqueue(name, 1, wanted[letter])
    for name in NAMES[: len(started)]:
        frontier.lanes[name] = frontier.queue.pop(name)
    return frontier


@pytest.mark.parametrize(
    ("started", "queue", "in_flight", "live_in_flight", "begun"),
    [
        ("", "bbbb", 2, 1, [0, 1]),
        ("b", "bbbb", 2, 1, [1]),  # one of two places is taken
        ("bb", "bbbb", 2, 1, []),
        ("bbb", "bb", 2, 1, []),  # more than allowed were started under an earlier setting
        ("", "bb", 5, 1, [0, 1]),
        ("bb", "bbbL", 2, 1, [5]),  # live dates do not wait behind a backfill
        ("bb", "LLb", 2, 1, [2]),
        ("L", "LLb", 2, 1, [3]),  # nor does a backfill wait behind them
        ("L", "LbL", 1, 2, [1, 2]),
        ("", "bLbLb", 1, 1, [0, 1]),
        ("", "", 4, 4, []),
    ],
)
def test_lanes_start_in_order_while_there_is_room(
    started: str, queue: str, in_flight: int, live_in_flight: int, begun: list[int]
) -> None:
    frontier = frontier_of(queue, started)
    found = frontier.start(in_flight, live_in_flight)
    assert [name for name, _ in found] == [NAMES[index] for index in begun]
    assert all(frontier.lanes[name] == lane and name not in frontier.queue for name, lane in found)


@given(st.text("bL", max_size=6), st.text("bL", max_size=20), st.integers(0, 6), st.integers(0, 3), st.integers(1, 4))
def test_no_more_are_under_way_than_is_allowed_and_none_is_lost(
    started: str, queue: str, in_flight: int, live_in_flight: int, rounds: int
) -> None:
    frontier = frontier_of(queue, started)
    for _ in range(rounds):
        frontier.start(in_flight, live_in_flight)
    live = [lane for lane in frontier.lanes.values() if lane.backfill_id == LIVE]
    assert len(live) == max(started.count("L"), min(live_in_flight, (started + queue).count("L")))
    others = len(frontier.lanes) - len(live)
    assert others == max(started.count("b"), min(in_flight, (started + queue).count("b")))
    assert len(frontier.lanes) + len(frontier.queue) == len(started + queue)


def test_a_lane_is_queued_once_and_under_its_first_wanter() -> None:
    frontier = frontier_of("b", "b")
    frontier.enqueue(NAMES[0], 2, "dec")
    frontier.enqueue(NAMES[1], 2, "dec")
    assert (frontier.lanes[NAMES[0]].phase, frontier.queue[NAMES[1]].phase) == (1, 1)
    assert list(frontier.queue) == [NAMES[1]]


def test_a_lane_that_ended_may_be_queued_again() -> None:
    frontier = frontier_of("b", "b")
    for name in NAMES[:3]:
        frontier.end(name)
    assert (frontier.lanes, frontier.queue) == ({}, {})
    frontier.enqueue(NAMES[0], 3, "dec")
    assert frontier.queue[NAMES[0]] == Lane(phase=3, backfill_id="dec")


def test_a_date_is_under_way_in_its_first_three_phases_only() -> None:
    frontier = frontier_of("b", "b")
    frontier.enqueue(f"{TARGET_LANE}-2024-11-09", 4, "nov")
    dates = ("2024-11-01", "2024-11-02", "2024-11-09")
    assert [frontier.under_way(day) for day in dates] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "kind", "day"),
    [("3-2024-11-08", HISTORY_LANE, date(2024, 11, 8)), ("4-2025-01-01", TARGET_LANE, date(2025, 1, 1))],
)
def test_a_lanes_name_tells_its_kind_and_date(name: str, kind: int, day: date) -> None:
    assert lane_of(name) == (kind, day)


def test_the_ledger_document_gives_the_frontier_back_in_order() -> None:
    frontier = frontier_of("bLb", "bL")
    frontier.known["2024-11-01"] = 2
    frontier.failed["2024-11-02"] = "units/2-2024-11-02"
    frontier.targets["2024-11-08"] = ["dec", "nov"]
    frontier.blocked["2024-11-08"] = "2024-11-02"
    again = frontier_from(json.loads(json.dumps(frontier.body())))
    assert again == frontier
    assert [list(again.queue), list(again.lanes)] == [list(frontier.queue), list(frontier.lanes)]
    assert frontier.key == "frontier/2024-25"


def test_a_working_copy_shares_nothing_with_the_document_it_came_from() -> None:
    body = frontier_of("b", "b").body()
    before = json.dumps(body)
    copy = frontier_from(body)
    copy.start(5, 5)
    copy.known["2024-11-01"] = 1
    copy.targets["2024-11-08"] = ["nov"]
    assert json.dumps(body) == before
