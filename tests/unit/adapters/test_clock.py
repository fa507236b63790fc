from datetime import UTC, datetime, timedelta

from shared.adapters.clock import SystemClock
from shared.adapters.embedded.memory import VirtualClock


def test_the_system_clock_is_utc_and_moves_with_the_machines() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_the_virtual_clock_moves_only_when_told() -> None:
    clock = VirtualClock(datetime(2024, 11, 8, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2024, 11, 8, tzinfo=UTC)
    clock.advance(1.5)
    assert clock.now() == datetime(2024, 11, 8, 0, 0, 1, 500_000, UTC)
    clock.set(datetime(2024, 11, 7, tzinfo=UTC))
    assert clock.now() == datetime(2024, 11, 7, tzinfo=UTC)
