"""Runs the functions on this machine: takes messages from the bus, pushes them, settles them."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.delivery import Delivery, Outcome, Settlement
from shared.adapters.embedded.interrupt import stop_on_interrupt
from shared.adapters.embedded.push import acknowledges, envelope
from shared.domain.errors import InvalidInput
from shared.ports import Clock

App = Callable[[bytes, str], int]

# What a scheduler would publish, each to the function that takes it.
TICKS: Final = {"sweep": "sweep", "alert-checks": "raise_alerts"}
SWEEP_SECONDS: Final = 300.0
TICK_SECONDS: Final = 0.05
# What sweeps may take of the time, at most: they read every unit, and come less often where there are many.
SWEEP_SHARE: Final = 0.1
# How often a worker without work looks for messages of other processes, or for one that a busy worker published.
IDLE_POLL_SECONDS: Final = 0.025
STANDBY_POLL_SECONDS: Final = 0.01
RESERVE_SECONDS: Final = 1.0
# While calls are shorter than this they run one after the other: handed to several threads they would spend
# more time passing Python's interpreter lock around than working. Longer ones (queries) run side by side.
SHORT_CALL_SECONDS: Final = 0.005
# The weight of the latest call in the running mean of call durations.
MEAN_WEIGHT: Final = 0.125
# Deliveries leased ahead for all workers together, so that one transaction serves several calls.
PREFETCH: Final = 8
SETTLE_SECONDS: Final = 0.05
WORKERS_MAX: Final = 64


class LocalRunner:
    """Worker threads that push the bus's messages to the functions until the caller has what it waits for.

    `apps` maps a function's name to what takes (push body, topic) and returns an HTTP status.
    The runner takes itself for the only consumer of its bus: lock the folder first.
    """

    def __init__(
        self,
        bus: SqliteBus,
        apps: Mapping[str, App],
        *,
        clock: Clock,
        workers: int = 3,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        if not 1 <= workers <= WORKERS_MAX:
            raise InvalidInput("workers", workers, f"1 to {WORKERS_MAX}")
        self._bus = bus
        self._apps = apps
        self._clock = clock
        self._workers = workers
        self._sweep_every = timedelta(seconds=sweep_seconds)
        self._ready = threading.Condition()
        self._leased: deque[Delivery] = deque()
        self._settled: list[Settlement] = []
        self._calls: dict[int, float] = {}
        self._mean_seconds = 0.0
        self._swept_seconds = 0.0
        self._exchanged_at = 0.0
        self._stopping = self._standing_by = False
        self._threads: list[threading.Thread] = []
        self._failures: list[BaseException] = []
        bus.on_publish(self._wake)

    def run(self, until: Callable[[], bool], on_tick: Callable[[], None] | None = None) -> bool:
        """Run until `until()` holds; return True, or False when stopped before.

        Both callables are called on this thread about every 50 ms. Publishes `sweep`, and `alert-checks` where its
        function is among the apps, at once and then every `sweep_seconds`, or less often where they take long. The
        first Ctrl-C stops as `stop()` does, a second one raises KeyboardInterrupt at once. An exception of `until`, of
        `on_tick` or of a worker ends the run and is raised here; a function's exception does not, it is answered 500
        and redelivered.
        """
        self._reset()
        with stop_on_interrupt(self.stop):
            for thread in self._threads:
                thread.start()
            try:
                reached = self._watch(until, on_tick)
            except KeyboardInterrupt:
                self.stop()
                raise
            except BaseException:
                self._finish()
                raise
            self._finish()
        return reached

    def stop(self) -> None:
        """Take no new deliveries; `run` returns when the current calls are done. Safe in a signal handler."""
        self._stopping = True

    def _reset(self) -> None:
        self._stopping = False
        self._failures.clear()
        self._leased.clear()
        self._settled.clear()
        self._calls.clear()
        self._bus.end_leases()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._workers)]

    def _watch(self, until: Callable[[], bool], on_tick: Callable[[], None] | None) -> bool:
        swept_at: datetime | None = None
        while not self._stopping:
            swept_at = self._sweep(swept_at)
            if until():
                return True
            if on_tick is not None:
                on_tick()
            time.sleep(TICK_SECONDS)
        return False

    def _sweep(self, last: datetime | None) -> datetime:
        """Publish what is due; return when that was last done."""
        now = self._clock.now()
        every = max(self._sweep_every, timedelta(seconds=self._swept_seconds / SWEEP_SHARE))
        if last is not None and now < last + every:
            return last
        depth = self._bus.depth()
        for topic, function in TICKS.items():
            # One waiting sweep does the work of many, also where nobody takes it.
            if not depth.get(function) and (topic == "sweep" or function in self._apps):
                self._bus.publish(topic, {"version": 1})
        return now

    def _finish(self) -> None:
        self.stop()
        with self._ready:
            self._ready.notify_all()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]
        unused = [(delivery, Outcome.RELEASED) for delivery in self._leased]
        self._bus.exchange([*self._settled, *unused], self._apps.keys(), 0)

    def _work(self) -> None:
        settlement: Settlement | None = None
        spent = 0.0
        try:
            while (delivery := self._next(settlement, spent)) is not None:
                # Of this thread alone: calls that wait for one another would pass for long ones, and go on doing so.
                began = time.thread_time()
                status = self._apps[delivery.function](envelope(delivery), delivery.topic)
                spent = time.thread_time() - began
                if delivery.function in TICKS.values():
                    self._swept_seconds = max(spent, self._swept_seconds / 2)
                settlement = (delivery, Outcome.ACKNOWLEDGED if acknowledges(status) else Outcome.REJECTED)
        except BaseException as error:
            # Carried to the thread that called `run`, which raises it.
            self._failures.append(error)
            self.stop()

    def _next(self, settlement: Settlement | None, spent: float) -> Delivery | None:
        with self._ready:
            if settlement is not None:
                self._settled.append(settlement)
                del self._calls[threading.get_ident()]
                self._mean_seconds += MEAN_WEIGHT * (spent - self._mean_seconds)
            while not self._stopping:
                if self._may_start():
                    self._refill()
                    delivery = self._take()
                    if delivery is not None:
                        # Another one is to stand by, or to take what else is leased.
                        if not self._standing_by or (self._leased and self._calls_are_long()):
                            self._ready.notify()
                        return delivery
                self._stand_by()
            return None

    def _stand_by(self) -> None:
        """Wait until there may be something to do; one worker looks, the others are woken when it has gone."""
        if self._standing_by:
            self._ready.wait(RESERVE_SECONDS)
            return
        self._standing_by = True
        self._ready.wait(STANDBY_POLL_SECONDS if self._calls else IDLE_POLL_SECONDS)
        self._standing_by = False

    def _may_start(self) -> bool:
        youngest = max(self._calls.values(), default=0.0)
        return self._calls_are_long() or time.monotonic() - youngest >= SHORT_CALL_SECONDS

    def _calls_are_long(self) -> bool:
        return self._mean_seconds >= SHORT_CALL_SECONDS

    def _refill(self) -> None:
        now = time.monotonic()
        if self._leased and not (self._settled and now - self._exchanged_at >= SETTLE_SECONDS):
            return
        self._leased.extend(self._bus.exchange(self._settled, self._apps.keys(), PREFETCH - len(self._leased)))
        self._settled.clear()
        self._exchanged_at = now

    def _take(self) -> Delivery | None:
        now = self._clock.now()
        while self._leased:
            delivery = self._leased.popleft()
            # Waited here longer than its lease: the bus has it for another delivery.
            if now < delivery.lease_ends:
                self._calls[threading.get_ident()] = time.monotonic()
                return delivery
        return None

    def _wake(self) -> None:
        # A worker that publishes is about to take the next message itself, or a colleague finds it within the
        # standby poll: waking one for every message would have both wait for the interpreter lock.
        if self._calls_are_long() or threading.current_thread() not in self._threads:
            with self._ready:
                self._ready.notify()
