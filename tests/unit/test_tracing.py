"""One backfill is one trace: what a message carries, and what a handler makes of it."""

from typing import Any

import pytest

from shared.adapters.embedded.memory import MemoryBus, VirtualClock
from shared.bootstrap import topology
from shared.tracing import TRACEPARENT, handling, published_with, trace_of

HINT = {"version": 1, "phase": 2, "game_date": "2024-11-08", "backfill_id": "nov8"}
LIVE = {**HINT, "backfill_id": ""}
ELSEWHERE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_nothing_is_carried_outside_of_a_handler() -> None:
    assert published_with(HINT) == {}


def test_a_chain_of_messages_is_one_trace_whose_spans_are_each_others_parents() -> None:
    with handling({}, "nov8", "m-1") as first:
        carried = published_with(HINT)
    with handling(carried, "nov8", "m-2") as second:
        pass
    assert first.parent == ""
    assert (second.trace, second.parent) == (first.trace, first.id) == (trace_of("nov8"), first.id)
    assert second.id != first.id


def test_a_redelivery_is_a_span_of_its_own_under_the_same_parent() -> None:
    with handling({}, "nov8", "m-1"):
        carried = published_with(HINT)
    with handling(carried, "nov8", "m-2") as once, handling(carried, "nov8", "m-2") as again:
        pass
    assert once.parent == again.parent
    assert once.id != again.id


def test_a_message_about_another_backfill_begins_at_the_root_of_that_trace() -> None:
    with handling({}, "nov8", "m-1"):
        carried = published_with({**HINT, "backfill_id": "other"})
    assert carried == {}
    with handling({TRACEPARENT: ELSEWHERE}, "nov8", "m-2") as span:
        assert (span.trace, span.parent) == (trace_of("nov8"), "")


def test_the_daily_path_goes_on_with_what_it_carries() -> None:
    with handling({TRACEPARENT: ELSEWHERE}, "", "m-1") as span:
        assert (span.trace, span.parent) == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
        assert published_with(LIVE) == {TRACEPARENT: f"00-{span.trace}-{span.id}-01"}


def test_a_request_without_an_id_is_of_the_trace_of_the_backfill_that_its_message_names() -> None:
    with handling({}, "", "message-7") as asked:
        carried = published_with({**HINT, "backfill_id": "message-7"})
    with handling(carried, "message-7", "m-2") as next_one:
        assert (next_one.trace, next_one.parent) == (asked.trace, asked.id)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        None,
        7,
        "00-xyz",
        ELSEWHERE.upper(),
        ELSEWHERE + "0",
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
    ],
)
def test_what_is_not_a_traceparent_is_as_good_as_none(wrong: Any) -> None:
    with handling({TRACEPARENT: wrong}, "", "m-1") as span:
        assert (span.trace, span.parent) == (trace_of("m-1"), "")


def test_a_bus_delivers_what_was_carried_and_a_dead_letter_keeps_it() -> None:
    bus = MemoryBus(topology(), VirtualClock())
    with handling({}, "nov8", "m-1") as span:
        bus.publish("phase1-complete", HINT)
    (delivery,) = bus.receive(None, 10)
    assert delivery.attributes == {TRACEPARENT: f"00-{span.trace}-{span.id}-01"}
