"""Faults on real processes: which, when and how long is drawn from a seed before a run begins."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from tests.chaos.stack import ChaosStack

# Functions that hold units, and those that decide what comes next.
WORKERS = {"scrape": 1, "process_raw": 2, "process_analytics": 3, "precompute": 4, "predict": 5}
KILLED = (*WORKERS, *WORKERS, "coordinate", "sweep", "plan_backfill", "dead_letter")
# A document that is in the ledger from before the first fault on.
WITNESS = "calendar/2024-25"
# None strikes at the very end, which would leave it nothing to strike.
SHARE = (0.0, 0.9)
DELAY_SECONDS = (0.0, 3.0)
LATENCY_SECONDS = (0.02, 0.15)
# A message is dealt with in a tenth of a second where nothing else runs, in a second where much does.
MOMENT_SECONDS = (0.0, 0.4)


class Kind(StrEnum):
    """What is done to the system."""

    KILL = "kill -9"
    FREEZE = "frozen past its lease"
    ANSWER_LOST = "answer lost"
    PUBSUB = "Pub/Sub killed"
    STORE_SLOW = "store slow"
    STORE_CUT = "store cut off"
    STORE_RESTARTED = "store restarted"
    WAREHOUSE_SLOW = "warehouse slow"
    WAREHOUSE_CUT = "warehouse cut off"
    WAREHOUSE_KILLED = "warehouse killed"
    DISK_FULL = "disk full"


# A deck of faults: each kind is in it.
DECK = (*[Kind.KILL] * 5, *[Kind.FREEZE] * 2, *[Kind.ANSWER_LOST] * 2, *list(Kind)[3:])
# How long each lasts, in seconds; a frozen instance stands still for so long beyond its lease.
SECONDS: Mapping[Kind, tuple[float, float]] = {
    Kind.KILL: (0.1, 2.0),
    Kind.FREEZE: (1.0, 4.0),
    Kind.ANSWER_LOST: (0.0, 0.0),
    Kind.PUBSUB: (0.2, 2.0),
    Kind.STORE_SLOW: (2.0, 5.0),
    Kind.STORE_CUT: (0.2, 2.0),
    Kind.STORE_RESTARTED: (0.1, 1.0),
    Kind.WAREHOUSE_SLOW: (2.0, 5.0),
    Kind.WAREHOUSE_CUT: (0.2, 2.0),
    Kind.WAREHOUSE_KILLED: (0.1, 2.0),
    Kind.DISK_FULL: (1.0, 4.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: when a share `at` of the units is complete and after a delay, for so many seconds.

    One that is a function's strikes it `moment` seconds after a message has come in, or when none comes. That faults
    come as the work proceeds makes a slow machine's run as hard as a fast one's.
    """

    kind: Kind
    at: float
    delay: float
    seconds: float
    function: str = ""
    moment: float = 0.0
    latency: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A fault as it happened, from one wall clock time to another."""

    fault: Fault
    began: float
    ended: float


def schedule(seed: int, decks: int, left_out: Sequence[Kind] = ()) -> list[Fault]:
    """Return the faults of a seed, so many decks of them, by when they strike."""
    draw = random.Random(seed)
    faults = [_drawn(kind, draw) for _ in range(decks) for kind in DECK]
    return sorted((each for each in faults if each.kind not in left_out), key=lambda each: each.at)


def _drawn(kind: Kind, draw: random.Random) -> Fault:
    struck = {Kind.KILL: KILLED, Kind.FREEZE: tuple(WORKERS), Kind.ANSWER_LOST: tuple(WORKERS)}.get(kind, ("",))
    return Fault(
        kind=kind,
        at=draw.uniform(*SHARE),
        delay=draw.uniform(*DELAY_SECONDS),
        seconds=draw.uniform(*SECONDS[kind]),
        function=draw.choice(struck),
        moment=draw.uniform(*MOMENT_SECONDS),
        latency=draw.uniform(*LATENCY_SECONDS),
    )


def impossible(stack: ChaosStack) -> list[Kind]:
    """Return the faults that cannot be had on a stack: no disk of its own, no warehouse that survives its death."""
    absent = [Kind.DISK_FULL] if not stack.disk.bounded else []
    return [*absent, *([Kind.WAREHOUSE_KILLED] if stack.warehouse.server is None else [])]


def strike(stack: ChaosStack, fault: Fault) -> None:
    """Do what a fault says, and undo it after its seconds."""
    lasting, slow = fault.seconds, fault.latency
    if fault.function:
        stack.fleet.await_work(fault.function)
        time.sleep(fault.moment)
    strikes: Mapping[Kind, Callable[[], None]] = {
        Kind.KILL: lambda: stack.fleet.kill(fault.function, lasting),
        Kind.FREEZE: lambda: stack.fleet.freeze(fault.function, stack.lease_seconds + lasting),
        Kind.ANSWER_LOST: lambda: stack.fleet.cut(fault.function),
        Kind.PUBSUB: lambda: stack.restart_pubsub(lasting),
        Kind.STORE_SLOW: lambda: stack.ledger.proxy.slow_down(slow, lasting),
        Kind.STORE_CUT: lambda: stack.ledger.proxy.cut_off(lasting),
        Kind.STORE_RESTARTED: lambda: stack.ledger.restart(lasting, WITNESS),
        Kind.WAREHOUSE_SLOW: lambda: stack.warehouse.proxy.slow_down(slow, lasting),
        Kind.WAREHOUSE_CUT: lambda: stack.warehouse.proxy.cut_off(lasting),
        Kind.WAREHOUSE_KILLED: lambda: stack.warehouse.restart(lasting),
        Kind.DISK_FULL: lambda: stack.fill_disk(lasting),
    }
    strikes[fault.kind]()


@dataclass(kw_only=True)
class Storm:
    """Faults that are under way: `struck` so far, and what went wrong with the harness itself."""

    stack: ChaosStack
    struck: list[Struck] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)
    share: float = 0.0
    over: bool = False
    moved: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, share: float, *, over: bool = False) -> None:
        """Take in which share of the units is complete, or that no further fault is to strike."""
        with self.moved:
            self.share, self.over = share, over
            self.moved.notify_all()

    def run(self, fault: Fault) -> None:
        """Wait for a fault's time, and strike unless the storm is over by then."""
        with self.moved:
            self.moved.wait_for(lambda: self.over or self.share >= fault.at)
            if self.over or self.moved.wait_for(lambda: self.over, fault.delay):
                return
        since = time.time()
        try:
            strike(self.stack, fault)
        except BaseException as error:
            self.broken.append(error)
            return
        self.struck.append(Struck(fault=fault, began=since, ended=time.time()))


@contextmanager
def storm(stack: ChaosStack, faults: Sequence[Fault]) -> Iterator[Storm]:
    """Have faults strike, each at its time, while the block runs; everything is whole again afterwards.

    Raises what kept the harness from restoring it.
    """
    blowing = Storm(stack=stack)
    threads = [threading.Thread(target=blowing.run, args=(fault,), daemon=True) for fault in faults]
    for thread in threads:
        thread.start()
    try:
        yield blowing
    finally:
        blowing.tell(1.0, over=True)
        for thread in threads:
            thread.join()
    if blowing.broken:
        raise blowing.broken[0]
