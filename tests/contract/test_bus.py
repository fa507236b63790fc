"""One contract, both embedded buses: the port `Bus` and the consuming side `Queue`."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.adapters.embedded.bus import SHUFFLE_SPREAD_SECONDS, SqliteBus
from shared.adapters.embedded.delivery import Chaos, Delivery, Outcome, Queue
from shared.adapters.embedded.memory import MemoryBus, VirtualClock
from shared.domain.errors import InvalidInput
from tests.contract.bus_topology import ATTEMPTS, bus_topology

DEADLINE = 60
TOPOLOGY = bus_topology(DEADLINE, 10, 60)


class OpenBus(Protocol):
    def __call__(self, **options: Any) -> Queue: ...


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=["sqlite", "memory"])
def open_bus(request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock) -> OpenBus:
    count = iter(range(1_000_000))

    def build(**options: Any) -> Queue:
        if request.param == "memory":
            return MemoryBus(TOPOLOGY, clock, **options)
        return SqliteBus(tmp_path / f"{next(count)}.sqlite", TOPOLOGY, clock, **options)

    return build


@pytest.fixture
def bus(open_bus: OpenBus) -> Queue:
    return open_bus()


def only(deliveries: list[Delivery]) -> Delivery:
    assert len(deliveries) == 1
    return deliveries[0]


def numbers(deliveries: list[Delivery]) -> list[int]:
    return [delivery.body["n"] for delivery in deliveries]


def test_a_message_reaches_every_subscription_of_its_topic(bus: Queue, clock: VirtualClock) -> None:
    message_id = bus.publish("done", {"version": 1, "n": 7})
    deliveries = bus.receive(None, 10)
    assert [delivery.function for delivery in deliveries] == ["coordinate", "predict"]
    for delivery in deliveries:
        assert delivery.body == {"version": 1, "n": 7}
        assert (delivery.topic, delivery.message_id, delivery.attempt) == ("done", message_id, 1)
        assert (delivery.published_at, delivery.attributes) == (clock.now(), {})
        assert delivery.lease_ends == clock.now() + timedelta(seconds=DEADLINE)


def test_every_message_has_an_id_of_its_own(bus: Queue) -> None:
    assert len({bus.publish("raw", {"n": n}) for n in range(100)}) == 100


def test_an_undeclared_topic_is_refused_and_an_unsubscribed_one_drops(bus: Queue) -> None:
    with pytest.raises(InvalidInput, match="topic: got 'raws'"):
        bus.publish("raws", {})
    assert bus.publish("alerts", {}) != ""
    assert bus.idle()


def test_a_body_that_is_not_json_is_refused(bus: Queue) -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        bus.publish("raw", {"players": {1}})
    assert bus.idle()


def test_receive_is_first_in_first_out_up_to_the_limit(bus: Queue, clock: VirtualClock) -> None:
    for n in range(5):
        bus.publish("raw", {"n": n})
        clock.advance(0.001)
    assert numbers(bus.receive(None, 0)) == []
    assert numbers(bus.receive(None, 3)) == [0, 1, 2]
    assert numbers(bus.receive(None, 3)) == [3, 4]


def test_receive_takes_only_the_functions_asked_for(bus: Queue) -> None:
    bus.publish("raw", {"n": 1})
    bus.publish("done", {"n": 2})
    assert [delivery.function for delivery in bus.receive({"predict", "dead_letter"}, 10)] == ["predict"]
    assert bus.receive(set(), 10) == []
    assert [delivery.function for delivery in bus.receive(None, 10)] == ["analyse", "coordinate"]


def test_a_leased_message_is_nobody_elses_until_its_deadline(bus: Queue, clock: VirtualClock) -> None:
    bus.publish("raw", {"n": 1})
    only(bus.receive(None, 10))
    clock.advance(DEADLINE - 0.001)
    assert bus.receive(None, 10) == []
    clock.advance(0.001)
    assert only(bus.receive(None, 10)).attempt == 2


def test_an_acknowledged_message_never_comes_back(bus: Queue, clock: VirtualClock) -> None:
    bus.publish("raw", {"n": 1})
    delivery = only(bus.receive(None, 10))
    bus.acknowledge(delivery)
    bus.acknowledge(delivery)
    clock.advance(10 * DEADLINE)
    assert bus.receive(None, 10) == []
    assert bus.idle()


def test_a_late_acknowledgement_counts_while_nobody_has_the_message_again(bus: Queue, clock: VirtualClock) -> None:
    bus.publish("raw", {"n": 1})
    delivery = only(bus.receive(None, 10))
    clock.advance(2 * DEADLINE)
    bus.acknowledge(delivery)
    assert bus.idle()


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_stale_holder_changes_nothing_for_the_newer_one(bus: Queue, clock: VirtualClock, outcome: Outcome) -> None:
    bus.publish("raw", {"n": 1})
    stale = only(bus.receive(None, 10))
    clock.advance(DEADLINE)
    newer = only(bus.receive(None, 10))
    assert bus.exchange([(stale, outcome)], None, 10) == []
    assert bus.depth() == {"analyse": 1}
    assert bus.next_due() == newer.lease_ends
    bus.acknowledge(newer)
    assert bus.idle()


def test_a_stale_last_attempt_dead_letters_nothing(bus: Queue, clock: VirtualClock) -> None:
    bus.publish("raw", {"n": 1})
    for _ in range(ATTEMPTS - 1):
        bus.receive(None, 10)
        clock.advance(DEADLINE)
    stale = only(bus.receive(None, 10))
    bus.exchange([(stale, Outcome.RELEASED)], None, 0)
    newer = only(bus.receive(None, 10))
    bus.reject(stale)
    assert bus.depth() == {"analyse": 1}
    bus.acknowledge(newer)
    assert bus.idle()


def test_a_late_acknowledgement_does_not_hit_the_next_message(bus: Queue) -> None:
    bus.publish("raw", {"n": 1})
    first = only(bus.receive(None, 10))
    bus.acknowledge(first)
    bus.publish("raw", {"n": 2})
    second = only(bus.receive(None, 10))
    bus.acknowledge(first)
    assert bus.depth() == {"analyse": 1}
    bus.acknowledge(second)
    assert bus.idle()


@pytest.mark.parametrize("scale", [1.0, 0.005])
def test_rejection_backs_off_doubling_between_minimum_and_maximum(
    open_bus: OpenBus, clock: VirtualClock, scale: float
) -> None:
    bus = open_bus(backoff_scale=scale)
    bus.publish("raw", {"n": 1})
    for wait in (10, 20, 40, 60):  # 10 * 2^(attempt-1), at most 60; the fifth rejection dead-letters
        bus.reject(only(bus.receive(None, 10)))
        clock.advance(wait * scale - 0.0001)
        assert bus.receive(None, 10) == []
        clock.advance(0.0002)
    assert only(bus.receive(None, 10)).attempt == ATTEMPTS


def reject_all_attempts(bus: Queue, clock: VirtualClock) -> None:
    for _ in range(ATTEMPTS):
        bus.reject(only(bus.receive({"analyse"}, 10)))
        clock.advance(60)


def expire_all_attempts(bus: Queue, clock: VirtualClock) -> None:
    for _ in range(ATTEMPTS):
        only(bus.receive({"analyse"}, 10))
        clock.advance(DEADLINE)
    assert bus.receive({"analyse"}, 10) == []


@pytest.mark.parametrize("fail", [reject_all_attempts, expire_all_attempts])
def test_after_its_last_attempt_a_message_is_a_dead_letter(
    bus: Queue, clock: VirtualClock, fail: Callable[[Queue, VirtualClock], None]
) -> None:
    message_id = bus.publish("raw", {"n": 1})
    published_at = clock.now()
    fail(bus, clock)
    assert bus.depth() == {"dead_letter": 1}
    letter = only(bus.receive(None, 10))
    assert (letter.function, letter.topic, letter.attempt, letter.body) == ("dead_letter", "dead-letters", 1, {"n": 1})
    assert letter.message_id != message_id
    assert letter.attributes == {
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": "analyse.raw",
        "CloudPubSubDeadLetterSourceSubscriptionProject": "local",
        "CloudPubSubDeadLetterSourceTopicPublishTime": published_at.isoformat().replace("+00:00", "Z"),
    }


def test_one_subscription_gives_up_and_the_other_does_not_notice(bus: Queue, clock: VirtualClock) -> None:
    bus.publish("done", {"n": 1})
    for _ in range(ATTEMPTS):
        bus.reject(only(bus.receive({"predict"}, 10)))
        clock.advance(60)
    assert bus.depth() == {"coordinate": 1, "dead_letter": 1}
    assert only(bus.receive({"coordinate"}, 10)).attempt == 1


def test_a_dead_letter_is_kept_however_often_it_fails(bus: Queue, clock: VirtualClock) -> None:
    bus.publish("dead-letters", {"n": 1})
    for attempt in range(1, 10 * ATTEMPTS):
        letter = only(bus.receive(None, 10))
        assert letter.attempt == attempt
        if attempt % 2:
            bus.reject(letter)
        clock.advance(DEADLINE)
    assert bus.depth() == {"dead_letter": 1}


def test_a_released_delivery_comes_back_at_once_and_costs_no_attempt(bus: Queue) -> None:
    bus.publish("raw", {"n": 1})
    for _ in range(3 * ATTEMPTS):
        delivery = only(bus.receive(None, 10))
        assert delivery.attempt == 1
        assert bus.exchange([(delivery, Outcome.RELEASED)], None, 0) == []


def test_exchange_settles_and_leases_in_one_step(bus: Queue, clock: VirtualClock) -> None:
    for n in range(4):
        bus.publish("raw", {"n": n})
    first, second, third = bus.receive(None, 3)
    settlements = [(first, Outcome.ACKNOWLEDGED), (second, Outcome.REJECTED), (third, Outcome.RELEASED)]
    assert sorted(numbers(bus.exchange(settlements, None, 10))) == [2, 3]
    clock.advance(10)
    assert numbers(bus.receive(None, 10)) == [1]


def test_end_leases_frees_what_an_earlier_boot_held_and_only_that(bus: Queue, clock: VirtualClock) -> None:
    for n in range(3):
        bus.publish("raw", {"n": n})
    rejected, *_ = bus.receive(None, 2)
    bus.reject(rejected)
    assert bus.end_leases() == 1
    assert sorted(numbers(bus.receive(None, 10))) == [1, 2]
    clock.advance(10)
    assert numbers(bus.receive(None, 10)) == [0]
    bus.end_leases()
    assert bus.end_leases() == 0


def test_depth_idle_and_next_due_follow_the_messages(bus: Queue, clock: VirtualClock) -> None:
    assert (bus.depth(), bus.idle(), bus.next_due()) == ({}, True, None)
    bus.publish("done", {"n": 1})
    assert (bus.depth(), bus.idle(), bus.next_due()) == ({"coordinate": 1, "predict": 1}, False, clock.now())
    one, other = bus.receive(None, 10)
    assert bus.next_due() == clock.now() + timedelta(seconds=DEADLINE)
    bus.reject(one)
    assert bus.next_due() == clock.now() + timedelta(seconds=10)
    bus.acknowledge(other)
    assert (bus.depth(), bus.idle()) == ({"coordinate": 1}, False)


def test_chaos_delivers_every_message_twice(open_bus: OpenBus, clock: VirtualClock) -> None:
    bus = open_bus(chaos=Chaos(duplicate=True))
    ids = [bus.publish("done", {"n": n}) for n in range(3)]
    deliveries = bus.receive(None, 100)
    assert sorted(delivery.message_id for delivery in deliveries) == sorted(ids * 4)  # 2 subscriptions x 2 copies
    for delivery in deliveries:
        bus.acknowledge(delivery)
    assert bus.idle()


def shuffled_order(open_bus: OpenBus, clock: VirtualClock, seed: int, batch: int) -> list[int]:
    bus = open_bus(chaos=Chaos(shuffle_seed=seed))
    for n in range(30):
        bus.publish("raw", {"n": n})
    clock.advance(SHUFFLE_SPREAD_SECONDS)
    order: list[int] = []
    while deliveries := bus.receive(None, batch):
        order += numbers(deliveries)
    return order


@pytest.mark.parametrize("batch", [1, 30])
def test_chaos_shuffles_by_its_seed_and_loses_nothing(open_bus: OpenBus, clock: VirtualClock, batch: int) -> None:
    order = shuffled_order(open_bus, clock, 1, batch)
    assert sorted(order) == list(range(30))
    assert order != list(range(30))
    assert shuffled_order(open_bus, clock, 1, batch) == order
    assert shuffled_order(open_bus, clock, 2, batch) != order


STEPS = st.lists(
    st.tuples(st.sampled_from(["publish", "receive", *Outcome, "wait", "reboot"]), st.integers(0, 3)), max_size=60
)


class Ledger:
    """What a consumer remembers: which messages it was handed, finished, and may no longer be handed."""

    def __init__(self, bus: Queue, clock: VirtualClock) -> None:
        self.bus, self.clock = bus, clock
        self.published, self.finished = 0, set[int]()
        self.holders: list[Delivery] = []

    def step(self, action: str | Outcome, number: int) -> None:
        if isinstance(action, Outcome):
            if self.holders:
                self.settle(self.holders.pop(number % len(self.holders)), action)
        elif action == "publish":
            self.bus.publish("raw", {"n": self.published})
            self.published += 1
        elif action == "receive":
            self.receive(number)
        elif action == "wait":
            self.clock.advance(DEADLINE / 2)
        else:
            self.bus.end_leases()

    def receive(self, limit: int) -> None:
        deliveries = self.bus.receive(None, limit)
        assert len(deliveries) <= limit
        assert not self.finished & set(numbers(deliveries))
        self.holders += deliveries

    def settle(self, delivery: Delivery, outcome: Outcome) -> None:
        newest = max(item.lease for item in [*self.holders, delivery] if item.sequence == delivery.sequence)
        before = self.bus.depth()
        self.bus.exchange([(delivery, outcome)], None, 0)
        if delivery.lease < newest:
            assert self.bus.depth() == before
        elif outcome is Outcome.ACKNOWLEDGED:
            self.finished.add(delivery.body["n"])


def drained(bus: Queue, clock: VirtualClock) -> set[int]:
    """Return the numbers of all messages still there, dead letters included, and acknowledge them."""
    found: set[int] = set()
    while not bus.idle():
        clock.advance(DEADLINE)
        for delivery in bus.receive(None, 100):
            found.add(delivery.body["n"])
            bus.acknowledge(delivery)
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_every_message_is_finished_or_still_there(
    open_bus: OpenBus, clock: VirtualClock, steps: list[tuple[str | Outcome, int]]
) -> None:
    ledger = Ledger(open_bus(), clock)
    for action, number in steps:
        ledger.step(action, number)
    assert drained(ledger.bus, clock) == set(range(ledger.published)) - ledger.finished
