import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from shared.adapters.clock import SystemClock
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.delivery import Chaos
from shared.adapters.embedded.memory import VirtualClock
from shared.adapters.embedded.runner import SHORT_CALL_SECONDS, App, LocalRunner
from shared.adapters.topology import load_topology
from shared.domain.errors import InvalidInput, StorageUnavailable

ROOT = Path(__file__).parents[3]
TOPOLOGY = load_topology(ROOT / "infra" / "pipeline.yaml")
# A test that waits longer than this for a thread has found a hang.
SWEEP_CPU_SECONDS = 0.02
PATIENCE_SECONDS = 30.0


class Watch:
    """Tells `run` to end when the condition holds, and fails the test when it never does."""

    def __init__(self, condition: Callable[[], bool]) -> None:
        self.condition = condition
        self.ends = time.monotonic() + PATIENCE_SECONDS

    def __call__(self) -> bool:
        assert time.monotonic() < self.ends, "the run never came to its end"
        return self.condition()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SqliteBus]:
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, SystemClock(), backoff_scale=0.0001)
    yield bus
    bus.close()


def apps_of(app: App) -> dict[str, App]:
    return dict.fromkeys(TOPOLOGY.functions, app)


def acknowledge(body: bytes, topic: str) -> int:
    return 204


def runner_of(bus: SqliteBus, app: App, **options: float) -> LocalRunner:
    return LocalRunner(bus, apps_of(app), clock=SystemClock(), workers=int(options.get("workers", 3)))


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("chaos", [None, Chaos(duplicate=True, shuffle_seed=1)])
def test_a_chain_of_messages_runs_to_its_end(tmp_path: Path, workers: int, chaos: Chaos | None) -> None:
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, SystemClock(), chaos=chaos)
    follows = {"phase1-requests": "phase1-complete", "phase1-complete": "phase2-complete"}
    seen: list[str] = []
    turns = {topic: count() for topic in follows}

    def app(body: bytes, topic: str) -> int:
        seen.append(topic)
        if topic in follows and next(turns[topic]) < 20:
            bus.publish(follows[topic], {"n": 1})
        return 204

    for n in range(20):
        bus.publish("phase1-requests", {"n": n})
    assert LocalRunner(bus, apps_of(app), clock=SystemClock(), workers=workers).run(Watch(bus.idle)) is True
    copies = 1 if chaos is None else 2
    for topic in ("phase1-requests", "phase1-complete", "phase2-complete"):
        assert seen.count(topic) == 20 * copies


def test_a_failed_call_is_repeated_until_it_succeeds(bus: SqliteBus) -> None:
    statuses = iter([500, 503, 202, 204])
    asked: list[int] = []

    def app(body: bytes, topic: str) -> int:
        if topic == "phase1-requests":
            asked.append(next(statuses))
            return asked[-1]
        return 204

    bus.publish("phase1-requests", {})
    runner_of(bus, app).run(Watch(bus.idle))
    assert asked == [500, 503, 202, 204]


def test_a_call_that_always_fails_ends_as_a_dead_letter(bus: SqliteBus) -> None:
    attempts: list[str] = []

    def app(body: bytes, topic: str) -> int:
        attempts.append(topic)
        return 500 if topic == "phase1-requests" else 200

    bus.publish("phase1-requests", {})
    runner_of(bus, app).run(Watch(bus.idle))
    assert (attempts.count("phase1-requests"), attempts.count("dead-letters")) == (10, 1)


def test_long_calls_run_side_by_side(bus: SqliteBus) -> None:
    # Each call returns only when three are under way at once.
    together = threading.Barrier(3, timeout=PATIENCE_SECONDS)

    def app(body: bytes, topic: str) -> int:
        if topic == "phase1-requests":
            together.wait()
        return 204

    for n in range(6):
        bus.publish("phase1-requests", {"n": n})
    assert runner_of(bus, app, workers=3).run(Watch(bus.idle))


def test_one_worker_makes_one_call_at_a_time(bus: SqliteBus) -> None:
    running: list[int] = []
    most: list[int] = []

    def app(body: bytes, topic: str) -> int:
        running.append(1)
        most.append(len(running))
        time.sleep(2 * SHORT_CALL_SECONDS)
        running.pop()
        return 204

    for n in range(5):
        bus.publish("phase1-requests", {"n": n})
    runner_of(bus, app, workers=1).run(Watch(bus.idle))
    assert max(most) == 1


def test_it_finds_what_other_processes_and_its_own_callers_publish(tmp_path: Path, bus: SqliteBus) -> None:
    other = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, SystemClock())
    seen: list[str] = []
    publish = [
        lambda: other.publish("backfill-requests", {}),
        lambda: bus.publish("calendar-requests", {}),
    ]

    def app(body: bytes, topic: str) -> int:
        seen.append(topic)
        return 204

    def on_tick() -> None:
        if publish and bus.idle():
            publish.pop()()

    runner_of(bus, app).run(Watch(lambda: {"backfill-requests", "calendar-requests"} <= set(seen)), on_tick)


def test_leases_of_an_earlier_boot_end_at_the_start(bus: SqliteBus) -> None:
    bus.publish("phase1-requests", {})
    assert len(bus.receive(None, 1)) == 1  # held by nobody now, for another 600 s
    assert runner_of(bus, acknowledge).run(Watch(bus.idle))


def test_functions_without_an_app_keep_their_messages(bus: SqliteBus) -> None:
    bus.publish("phase1-requests", {})
    bus.publish("phase1-complete", {})
    runner = LocalRunner(bus, {"scrape": acknowledge, "sweep": acknowledge}, clock=SystemClock())
    runner.run(Watch(lambda: bus.depth() == {"process_raw": 1}))
    assert bus.depth() == {"process_raw": 1}


def test_sweeps_that_take_long_come_less_often(tmp_path: Path) -> None:
    clock = VirtualClock()
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, clock)
    sweeps: list[int] = []
    moments: list[int] = []

    def sweep(body: bytes, topic: str) -> int:
        began = time.thread_time()
        while time.thread_time() - began < SWEEP_CPU_SECONDS:
            pass
        sweeps.append(len(moments))
        return 204

    def on_tick() -> None:
        if bus.idle():
            moments.append(1)
            clock.advance(SWEEP_CPU_SECONDS)

    runner = LocalRunner(bus, {"sweep": sweep}, clock=clock, workers=1, sweep_seconds=SWEEP_CPU_SECONDS)
    runner.run(Watch(lambda: len(sweeps) == 3), on_tick)
    # Each costs a whole period, and a tenth of the time is theirs.
    assert sweeps[1] - sweeps[0] >= 9
    assert sweeps[2] - sweeps[1] >= 9


def test_sweeps_and_checks_are_published_at_once_and_every_period(tmp_path: Path) -> None:
    clock = VirtualClock()
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, clock)
    ticks: list[str] = []
    counts: list[tuple[int, int]] = []

    def app(body: bytes, topic: str) -> int:
        ticks.append(topic)
        return 204

    def on_tick() -> None:
        if bus.idle():
            counts.append((ticks.count("sweep"), ticks.count("alert-checks")))
            clock.advance(59.0)

    runner = LocalRunner(bus, apps_of(app), clock=clock, sweep_seconds=118.0)
    runner.run(Watch(lambda: ticks.count("sweep") >= 3), on_tick)
    # Published at 0, 118 and 236 s; on idle ticks the clock stands at 0, 59, 118, 177 s.
    assert counts[:4] == [(1, 1), (1, 1), (2, 2), (2, 2)]


def test_sweeps_that_nobody_takes_do_not_pile_up(tmp_path: Path) -> None:
    clock = VirtualClock()
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, clock)
    ticks: list[int] = []

    def on_tick() -> None:
        clock.advance(1_000)
        ticks.append(1)

    LocalRunner(bus, {"scrape": acknowledge}, clock=clock).run(Watch(lambda: len(ticks) >= 4), on_tick)
    assert bus.depth() == {"sweep": 1}


def test_a_delivery_that_waited_out_its_lease_is_left_to_the_bus(tmp_path: Path) -> None:
    clock = VirtualClock()
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, clock)
    attempts: list[bytes] = []

    def app(body: bytes, topic: str) -> int:
        if topic == "phase1-requests":
            attempts.append(body)
            if len(attempts) == 1:
                clock.advance(600.0)  # the second message, leased together with this one, waits that long
        return 204

    bus.publish("phase1-requests", {"n": 1})
    bus.publish("phase1-requests", {"n": 2})
    LocalRunner(bus, {"scrape": app, "sweep": acknowledge}, clock=clock, workers=1).run(Watch(bus.idle))
    # The first one is acknowledged late but undisturbed; the second is called once, as its second attempt.
    assert [b'"deliveryAttempt": 2' in body for body in attempts] == [False, True]


def test_stop_finishes_the_current_call_and_gives_the_rest_back(bus: SqliteBus) -> None:
    finished: list[bytes] = []

    def app(body: bytes, topic: str) -> int:
        runner.stop()
        time.sleep(0.1)
        finished.append(body)
        return 204

    for n in range(5):
        bus.publish("phase1-requests", {"n": n})
    runner = LocalRunner(bus, {"scrape": app}, clock=SystemClock(), workers=1)
    assert runner.run(Watch(lambda: False)) is False
    assert len(finished) == 1
    left = bus.receive({"scrape"}, 10)
    assert [(delivery.body["n"], delivery.attempt) for delivery in left] == [(n, 1) for n in range(1, 5)]


def test_a_runner_can_run_again(bus: SqliteBus) -> None:
    runner = runner_of(bus, acknowledge)
    for _ in range(2):
        bus.publish("phase1-requests", {})
        assert runner.run(Watch(bus.idle)) is True


class Broken(Exception):
    pass


@pytest.mark.parametrize("workers", [1, 3])
def test_a_workers_failure_ends_the_run_and_is_raised(bus: SqliteBus, workers: int) -> None:
    def app(body: bytes, topic: str) -> int:
        raise Broken(topic)

    bus.publish("phase1-requests", {})
    with pytest.raises(Broken):
        runner_of(bus, app, workers=workers).run(Watch(lambda: False))
    assert runner_of(bus, acknowledge).run(Watch(bus.idle))


def test_a_failure_of_the_bus_ends_the_run_and_is_raised(bus: SqliteBus) -> None:
    broken: list[int] = []

    def on_tick() -> None:
        if not broken:
            broken.append(1)
            bus._connection.execute("ALTER TABLE delivery RENAME TO gone")

    with pytest.raises(StorageUnavailable):
        runner_of(bus, acknowledge).run(Watch(lambda: False), on_tick)


def test_after_a_failure_the_same_runner_starts_afresh(bus: SqliteBus) -> None:
    calls: list[bytes] = []

    def app(body: bytes, topic: str) -> int:
        calls.append(body)
        if len(calls) == 1:
            raise Broken
        return 204

    for n in range(4):
        bus.publish("phase1-requests", {"n": n})
    runner = LocalRunner(bus, {"scrape": app, "sweep": acknowledge}, clock=SystemClock(), workers=1)
    with pytest.raises(Broken):
        runner.run(Watch(lambda: False))
    assert runner.run(Watch(bus.idle)) is True
    # The failed call, and then each message once: none is left over from the first run's leases.
    assert len(calls) == 1 + 4


def test_ctrl_c_is_afterwards_what_it_was(bus: SqliteBus) -> None:
    before = signal.getsignal(signal.SIGINT)
    runner_of(bus, acknowledge).run(Watch(bus.idle))
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("place", ["until", "on_tick"])
def test_a_failure_of_the_caller_stops_the_workers_and_is_raised(bus: SqliteBus, place: str) -> None:
    def fail() -> bool:
        raise Broken(place)

    until, on_tick = (fail, None) if place == "until" else (lambda: False, fail)
    before = threading.active_count()
    with pytest.raises(Broken, match=place):
        runner_of(bus, acknowledge).run(until, on_tick)  # type: ignore[arg-type]
    assert threading.active_count() == before


@pytest.mark.parametrize("workers", [0, -1, 65])
def test_the_number_of_workers_has_limits(bus: SqliteBus, workers: int) -> None:
    with pytest.raises(InvalidInput, match="workers"):
        LocalRunner(bus, {}, clock=SystemClock(), workers=workers)


SCRIPT = """
import sys, time
from pathlib import Path
from shared.adapters.clock import SystemClock
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.runner import LocalRunner
from shared.adapters.topology import load_topology

def app(body, topic):
    print("called", flush=True)
    time.sleep(float(sys.argv[2]))
    print("finished", flush=True)
    return 204

bus = SqliteBus(Path(sys.argv[1]), load_topology(Path("infra/pipeline.yaml")), SystemClock())
for n in range(2):
    bus.publish("phase1-requests", {"n": n})
reached = LocalRunner(bus, {"scrape": app}, clock=SystemClock(), workers=1).run(lambda: False)
print("returned", reached, flush=True)
"""


def started(path: Path, call_seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(path), str(call_seconds)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "called\n"
    return process


def test_the_first_interrupt_lets_the_current_call_finish(tmp_path: Path) -> None:
    process = started(tmp_path / "bus.sqlite", 1.0)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert (output, process.returncode) == ("finished\nreturned False\n", 0)
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, SystemClock())
    assert [delivery.attempt for delivery in bus.receive({"scrape"}, 10)] == [1]


def test_a_second_interrupt_aborts(tmp_path: Path) -> None:
    process = started(tmp_path / "bus.sqlite", 10 * PATIENCE_SECONDS)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)  # two signals at once may arrive as one
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert output == ""
    assert "KeyboardInterrupt" in errors


def test_a_killed_runner_loses_nothing(tmp_path: Path) -> None:
    process = started(tmp_path / "bus.sqlite", 10 * PATIENCE_SECONDS)
    process.kill()
    process.communicate()
    bus = SqliteBus(tmp_path / "bus.sqlite", TOPOLOGY, SystemClock())
    bodies: list[bytes] = []

    def app(body: bytes, topic: str) -> int:
        bodies.append(body)
        return 204

    LocalRunner(bus, {"scrape": app, "sweep": acknowledge}, clock=SystemClock()).run(Watch(bus.idle))
    assert len(bodies) == 2
