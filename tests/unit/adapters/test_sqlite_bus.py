"""What only the SQLite bus does: outlive its process, share a file, translate its errors."""

import threading
from pathlib import Path

import pytest

from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.delivery import Delivery, Outcome
from shared.adapters.embedded.memory import VirtualClock
from shared.adapters.topology import Topology, load_topology
from shared.domain.errors import Retryable, StorageUnavailable

TOPOLOGY = load_topology(Path(__file__).parents[3] / "infra" / "pipeline.yaml")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def only(deliveries: list[Delivery]) -> Delivery:
    assert len(deliveries) == 1
    return deliveries[0]


def numbers(deliveries: list[Delivery]) -> list[int]:
    return [delivery.body["n"] for delivery in deliveries]


def sqlite_bus(path: Path, clock: VirtualClock) -> SqliteBus:
    return SqliteBus(path / "bus.sqlite", TOPOLOGY, clock)


def test_messages_and_leases_outlive_the_process(tmp_path: Path, clock: VirtualClock) -> None:
    earlier = sqlite_bus(tmp_path, clock)
    for n in range(2):
        earlier.publish("phase1-requests", {"n": n})
    held = only(earlier.receive(None, 1))
    later = sqlite_bus(tmp_path, clock)
    assert numbers(later.receive(None, 10)) == [1]
    assert later.end_leases() == 2
    assert sorted(numbers(later.receive(None, 10))) == [0, 1]
    earlier.acknowledge(held)
    assert later.depth() == {"scrape": 2}


def test_threads_and_processes_share_the_messages_and_none_comes_twice(tmp_path: Path, clock: VirtualClock) -> None:
    buses = [sqlite_bus(tmp_path, clock) for _ in range(2)]
    taken: list[int] = []

    def work(bus: SqliteBus, start: int) -> None:
        for n in range(start, start + 50):
            bus.publish("phase1-requests", {"n": n})
            for delivery in bus.receive(None, 2):
                taken.append(delivery.body["n"])
                bus.acknowledge(delivery)

    threads = [threading.Thread(target=work, args=(buses[n % 2], 50 * n)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken += numbers(buses[0].receive(None, 1000))
    assert sorted(taken) == list(range(300))


def test_the_message_of_a_subscription_no_longer_declared_stays(tmp_path: Path, clock: VirtualClock) -> None:
    sqlite_bus(tmp_path, clock).publish("phase4-complete", {"n": 1})
    kept = tuple(item for item in TOPOLOGY.subscriptions if item.function == "coordinate")
    fewer = Topology(topics=TOPOLOGY.topics, functions={}, subscriptions=kept)
    bus = SqliteBus(tmp_path / "bus.sqlite", fewer, clock)
    assert [delivery.function for delivery in bus.receive(None, 10)] == ["coordinate"]
    assert bus.depth() == {"coordinate": 1, "predict": 1}


def test_listeners_hear_of_every_publish(tmp_path: Path, clock: VirtualClock) -> None:
    bus = sqlite_bus(tmp_path, clock)
    depths: list[dict[str, int]] = []
    bus.on_publish(lambda: depths.append(bus.depth()))
    bus.publish("phase1-requests", {})
    bus.publish("phase1-requests", {})
    assert depths == [{"scrape": 1}, {"scrape": 2}]


def test_a_full_disk_is_storage_unavailable_and_settles_nothing(tmp_path: Path, clock: VirtualClock) -> None:
    bus = sqlite_bus(tmp_path, clock)
    bus.publish("phase1-requests", {"text": "x" * 10_000})
    for _ in range(9):
        bus.exchange([(only(bus.receive(None, 10)), Outcome.REJECTED)], None, 0)
        clock.advance(600)
    last = only(bus.receive(None, 10))  # the tenth and last attempt: its rejection inserts a dead letter
    bus.publish("phase1-requests", {"n": 2})
    pages = bus._connection.execute("PRAGMA page_count").fetchone()[0]
    bus._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageUnavailable, match="full"):
        bus.publish("phase1-requests", {"text": "x" * 100_000})
    bus._connection.execute(
        "CREATE TEMP TRIGGER no_insert BEFORE INSERT ON delivery BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(StorageUnavailable):
        bus.reject(last)
    bus._connection.execute("DROP TRIGGER no_insert")
    assert bus.depth() == {"scrape": 2}


def test_another_process_that_keeps_the_file_is_retryable(tmp_path: Path, clock: VirtualClock) -> None:
    ours, theirs = sqlite_bus(tmp_path, clock), sqlite_bus(tmp_path, clock)
    ours._connection.execute("PRAGMA busy_timeout = 1")
    theirs._connection.execute("BEGIN IMMEDIATE")
    for write in (lambda: ours.publish("phase1-requests", {}), ours.end_leases):
        with pytest.raises(Retryable, match="another process"):
            write()
    theirs._connection.execute("ROLLBACK")
    ours.publish("phase1-requests", {})
    assert theirs.depth() == {"scrape": 1}


def test_every_sqlite_error_becomes_one_of_ours(tmp_path: Path, clock: VirtualClock) -> None:
    bus = sqlite_bus(tmp_path, clock)
    bus._connection.execute("DROP TABLE delivery")
    for broken in (
        lambda: bus.publish("phase1-requests", {}),
        lambda: bus.receive(None, 1),
        bus.end_leases,
        bus.depth,
        bus.idle,
    ):
        with pytest.raises(StorageUnavailable, match="no such table"):
            broken()
