import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.gcp.throttle import WINDOW_SECONDS, PartitionThrottle


class Time:
    """A clock that only a sleeper moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.guard = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.guard:
            self.now += seconds


def test_the_first_writes_begin_at_once_and_the_next_when_the_first_is_ten_seconds_old() -> None:
    time = Time()
    throttle = PartitionThrottle(3, clock=time.clock, sleep=time.sleep)
    begun = []
    for _ in range(7):
        throttle.wait("nba_raw.schedule")
        begun.append(time.now)
    assert begun == [0, 0, 0, 10, 10, 10, 20]


def test_tables_do_not_wait_for_each_other() -> None:
    time = Time()
    throttle = PartitionThrottle(1, clock=time.clock, sleep=time.sleep)
    for table in ("a", "b", "c"):
        throttle.wait(table)
    assert time.now == 0


@given(writes=st.integers(1, 5), pauses=st.lists(st.floats(0, 12), max_size=30))
def test_no_ten_seconds_hold_more_writes_than_allowed(writes: int, pauses: list[float]) -> None:
    time, begun = Time(), []
    throttle = PartitionThrottle(writes, clock=time.clock, sleep=time.sleep)
    for pause in pauses:
        time.sleep(pause)
        throttle.wait("t")
        begun.append(time.now)
    # A write and the one `writes` later are a window apart.
    spans = [later - earlier for earlier, later in zip(begun, begun[writes:], strict=False)]
    assert all(span >= WINDOW_SECONDS - 1e-6 for span in spans)


def test_threads_share_the_allowance() -> None:
    time = Time()
    throttle = PartitionThrottle(4, clock=time.clock, sleep=time.sleep)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(throttle.wait, ["t"] * 12))
    assert time.now >= 2 * WINDOW_SECONDS  # 12 writes are three windows' worth
