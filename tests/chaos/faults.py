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
STRUCK = (*WORKERS, "coordinate", "sweep", "plan_backfill", "dead_letter")
# A document that is in the ledger from before the first fault on.
WITNESS = "calendar/2024-25"
SECONDS_BETWEEN = 2.0
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


# Faults are dealt as cards are: each of these comes once before any comes again.
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
    """One fault: `at` seconds after the first could come, for so many seconds.

    One that is a function's strikes it `moment` seconds after a message has come in, or when none comes.
    """

    kind: Kind
    at: float
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


def schedule(seed: int, seconds: float, left_out: Sequence[Kind] = ()) -> list[Fault]:
    """Return the faults of a seed within so many seconds, in their order."""
    draw, deck, at = random.Random(seed), list[Kind](), 0.0
    faults = []
    while (at := at + draw.expovariate(1 / SECONDS_BETWEEN)) < seconds:
        if not deck:
            deck = draw.sample(DECK, len(DECK))
        kind = deck.pop()
        workers = tuple(WORKERS) if kind in (Kind.FREEZE, Kind.ANSWER_LOST) else STRUCK
        fault = Fault(
            kind=kind,
            at=at,
            seconds=draw.uniform(*SECONDS[kind]),
            function=draw.choice(workers) if kind in (Kind.KILL, Kind.FREEZE, Kind.ANSWER_LOST) else "",
            moment=draw.uniform(*MOMENT_SECONDS),
            latency=draw.uniform(*LATENCY_SECONDS),
        )
        if kind not in left_out:
            faults.append(fault)
    return faults


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
        Kind.STORE_SLOW: lambda: stack.ledger.slow(slow, lasting),
        Kind.STORE_CUT: lambda: stack.ledger.cut(lasting),
        Kind.STORE_RESTARTED: lambda: stack.ledger.restart(lasting, WITNESS),
        Kind.WAREHOUSE_SLOW: lambda: stack.warehouse.slow(slow, lasting),
        Kind.WAREHOUSE_CUT: lambda: stack.warehouse.cut(lasting),
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
    over: threading.Event = field(default_factory=threading.Event)

    def run(self, fault: Fault, began: float) -> None:
        """Wait for a fault's time, and strike unless the storm is over by then."""
        if self.over.wait(max(0.0, began + fault.at - time.monotonic())):
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
    blowing, began = Storm(stack=stack), time.monotonic()
    threads = [threading.Thread(target=blowing.run, args=(fault, began), daemon=True) for fault in faults]
    for thread in threads:
        thread.start()
    try:
        yield blowing
    finally:
        blowing.over.set()
        for thread in threads:
            thread.join()
    if blowing.broken:
        raise blowing.broken[0]
