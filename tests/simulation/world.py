"""One simulated run: one thread, one clock, one seed that decides everything.

A delivery is served by a production service on an instance of its own. At every call of a port the world may
pause it: crash it, let other deliveries, sweeps and time go by, and then let it go on, lease or no lease.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from shared import bootstrap
from shared.adapters.embedded.delivery import Chaos as BusChaos
from shared.adapters.embedded.delivery import Delivery
from shared.adapters.embedded.memory import MemoryBus
from shared.config import Config
from shared.domain.alert_controls import alert_control
from shared.domain.controls import backfill_control
from shared.domain.errors import Rejected, Retryable
from shared.domain.messages import CalendarRequest, alert, calendar_request, unit_hint
from shared.ports import Body, Write
from shared.service.app import App
from shared.service.control_alerts import control_alerts
from shared.service.control_backfill import control_backfill
from shared.service.coordinate import coordinate
from shared.service.dead_letter import SOURCE_ATTRIBUTE, dead_letter
from shared.service.load_calendar import load_calendar
from shared.service.notify import notify
from shared.service.plan_backfill import plan_backfill
from shared.service.precompute import precompute
from shared.service.predict import predict
from shared.service.process_analytics import process_analytics
from shared.service.process_raw import process_raw
from shared.service.scrape import scrape
from shared.service.sweep import sweep
from tests.memory_stack import MemoryStack, Partition, ToyBuild, ToySource
from tests.simulation.faults import (
    Chaos,
    Crash,
    SimulatedBus,
    SimulatedLanding,
    SimulatedStore,
    SimulatedWarehouse,
    SkewedClock,
)
from tests.simulation.oracles import Oracles
from tests.simulation.outside import Outside
from tests.simulation.season import SEASON, MadeSeason
from tests.simulation.violation import check

DEPTH_MAX = 3
INSTANCES = 3
DELIVERIES_MAX = 6000
SWEEPS_MAX = 120
SWEEP_SECONDS = 300.0
CALL = timedelta(microseconds=1)
# How often, when nothing is delivered, it is a sweep that happens and not time that passes.
SWEEP_SHARE = 0.2

UNIT_SERVICES: dict[str, Callable[..., None]] = {
    "scrape": scrape,
    "process_raw": process_raw,
    "process_analytics": process_analytics,
    "coordinate": coordinate,
    "precompute": precompute,
    "predict": predict,
}


@dataclass(kw_only=True)
class World(Outside):
    """The system under simulation and everything around it."""

    season: MadeSeason
    random: Random
    chaos: Chaos
    config: Config
    lost: frozenset[date] = frozenset()
    unscheduled: date | None = None
    one_process: bool = False
    trace: list[str] = field(default_factory=list)
    depth: int = 0
    # How many actions were taken with faults on, and how many may be.
    acts: int = 0
    acts_max: int | None = None
    interruptions: int = 0

    def __post_init__(self) -> None:
        self.stack = MemoryStack(source=ToySource(self.season.rows(), self.lost), config=self.config)
        self.clock = self.stack.clock
        self.stack.bus = MemoryBus(
            bootstrap.topology(), self.clock, chaos=BusChaos(shuffle_seed=self.random.randrange(2**32))
        )
        self.warehouse = self.stack.warehouse = SimulatedWarehouse(self)
        self.landing = self.stack.landing = SimulatedLanding(self)
        self.oracles = Oracles(self.season, self.clock, self.warehouse, self.config, self.chaos.skew_seconds)
        self.oracles.truth.landing = self.landing
        self.store = self.stack.store = SimulatedStore(self, self._committed)
        self.stack.port = SimulatedBus(self, self.stack.bus)
        self.bus = self.stack.bus
        self.instances: dict[tuple[str, int, int], App] = {}
        calendar = self.season.calendar_body(without=self.unscheduled)
        with self.calm():
            self.store.commit([Write(key=f"calendar/{calendar['season']}", body=calendar)])

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Switch every fault off while the block runs."""
        chaos, self.chaos = self.chaos, Chaos()
        try:
            yield
        finally:
            self.chaos = chaos

    def run_wild(self, actions: int) -> None:
        """Do so many things in the order of the seed, with faults."""
        for _ in range(actions):
            if self.bus.idle() or self.acts == self.acts_max:
                return
            self.acts += 1
            self.act()

    def act(self) -> None:
        """Deliver a message, or let time pass, or sweep."""
        if self.random.random() < 0.9 and self.deliver():
            return
        if self.random.random() < SWEEP_SHARE:
            self.sweep()
        elif self.random.random() < self.chaos.lease_jump:
            self.advance(self.config.lease_seconds + 1)
        else:
            self.advance(self.random.choice((0.5, 5, 30, 120)))

    def run_calm(self) -> None:
        """Faults off: deliver everything, sweep on time, until nothing is left to do.

        Raises Violation when that does not come to an end.
        """
        with self.calm():
            self._run_calm()

    def _run_calm(self) -> None:
        deliveries = sweeps = 0
        still: object = None
        while True:
            while self.deliver():
                deliveries += 1
                check(deliveries <= DELIVERIES_MAX, "3: messages go round and round")
            due = self.bus.next_due()
            if due is not None and due < self.clock.now() + timedelta(seconds=SWEEP_SECONDS):
                self.clock.set(max(due, self.clock.now()))
                continue
            self.advance(SWEEP_SECONDS)
            self.sweep()
            sweeps += 1
            standing = {key: body for key, body in self.oracles.documents.items() if key[0] in "ubf"}
            # A lease may end later than two sweeps: the clock that it was taken by may have been ahead.
            held = any(key.startswith("units/") and body["status"] == "running" for key, body in standing.items())
            if self.bus.idle() and standing == still and not held:
                return
            still = standing
            check(sweeps <= SWEEPS_MAX, "3: no end of sweeps")

    def deliver(self, functions: Collection[str] | None = None) -> bool:
        """Serve one due message (of these functions only); return False when there is none."""
        batch = self.bus.receive(functions, 1)
        if not batch:
            return False
        delivery = batch[0]
        if self.chaos.delay and self.random.random() < self.chaos.delay:
            self.note(f"{delivery.function} holds {delivery.message_id} and does nothing")
            return True
        tripping, interruptions = self._tripping(delivery), self.interruptions
        acknowledged = self.serve(delivery.function, lambda app: _call(app, delivery))
        if acknowledged and interruptions == self.interruptions and not self.chaos.conflict:
            left = tripping & self._tripping(delivery)
            check(not left, f"breaker: {sorted(left)} fail too often, and go on")
        if not acknowledged:
            if self.random.random() < 0.5 or not self.chaos.any:
                self.bus.reject(delivery)
            return True
        if self.chaos.duplicate and self.random.random() < self.chaos.duplicate:
            self.note("delivered twice")
            self.serve(delivery.function, lambda app: _call(app, delivery))
        if self.random.random() >= self.chaos.acknowledgement_lost:
            self.bus.acknowledge(delivery)
        return True

    def _tripping(self, delivery: Delivery) -> set[tuple[str, int]]:
        """Return whose breaker has to trip on the failure that is told, by backfill and epoch."""
        if delivery.topic != "unit-failed" or self.config.breaker_share >= 1:
            return set()
        failed = self.oracles.documents.get(f"units/{delivery.body['phase']}-{delivery.body['game_date']}", {})
        wanters = failed["wanted_by"] if failed.get("status") == "failed" else ()
        return {each for each in self.oracles.breakers.due(self.oracles.documents) if each[0] in wanters}

    def configure(self, **fields: Any) -> None:
        """Change the configuration of every instance that starts from now on, and what is judged by it."""
        self.config = self.stack.config = replace(self.config, **fields)
        self.oracles.configure(self.config)

    def revise_calendar(self) -> None:
        """Load the schedule as the source has it now."""
        self.note("CALENDAR")
        self.serve("load_calendar", lambda app: load_calendar(app, CalendarRequest(season=SEASON)))

    def deliver_plans(self) -> None:
        """Serve the requests that wait, in the order they were made."""
        while batch := self.bus.receive({"plan_backfill"}, 1):
            self.serve("plan_backfill", lambda app, delivery=batch[0]: _call(app, delivery))
            self.bus.acknowledge(batch[0])

    def sweep(self) -> None:
        """Run a sweep."""
        self.serve("sweep", sweep)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)
        self.note(f"time +{seconds:g} s")

    def pause(self, where: str) -> None:
        """Let anything happen at a call of a port; it takes a moment in any case."""
        self.clock.set(self.clock.now() + CALL)
        chaos = self.chaos
        if not self.depth or not chaos.any:
            return
        draw = self.random.random()
        if draw < chaos.crash:
            self.note(f"CRASH at {where}")
            raise Crash(where)
        if draw < chaos.crash + chaos.switch and self.depth < DEPTH_MAX:
            self.interrupt(where, self.random.choice((1, 2, 5, 12)))

    def interrupt(self, where: str, acts: int) -> None:
        """Let so many other things happen before the caller goes on."""
        self.note(f"( paused at {where}")
        self.interruptions += 1
        for _ in range(acts):
            self.act()
        self.note(")")

    def note(self, text: str) -> None:
        """Add a line to the trace."""
        self.trace.append(f"{self.clock.now():%m-%d %H:%M:%S} {'  ' * self.depth}{text}")

    def published(self, table: str, day: date, partition: Partition) -> None:
        """Judge a partition about to be replaced."""
        self.oracles.replacing(table, day, partition)

    def has_read(self, build: ToyBuild) -> None:
        """Remember what an attempt read."""
        self.oracles.attempts[build.unit.key, build.unit.fence] = build

    def _committed(self, writes: Sequence[Write]) -> None:
        for write in writes:
            if write.key.startswith("units/"):
                self.note(f"{write.key[6:]} {_described(write.body)}")
            elif write.key.startswith("calendar/"):
                self.rescheduled(write.body["games"])
        self.oracles.committed(writes)

    def _instance(self, chosen: tuple[str, int, int]) -> App:
        if chosen not in self.instances:
            skew = self.chaos.skew_seconds
            clock = SkewedClock(self.clock, self.random.uniform(-skew, skew)) if skew else self.clock
            self.instances[chosen] = self.stack.app(clock)
        return self.instances[chosen]

    def serve(self, name: str, call: Callable[[App], None]) -> bool:
        """Run a service on one of its instances; return whether it acknowledged.

        Each has a memory of its own. One that is paused serves nothing else meanwhile, hence others at each depth.
        """
        depth = self.depth
        chosen = ("", depth, 0) if self.one_process else (name, depth, self.random.randrange(INSTANCES))
        app = self._instance(chosen)
        held = self.oracles.begin()
        acknowledged = True
        self.depth += 1
        try:
            call(app)
        except Rejected as error:
            self.note(f"{name} rejected: {error}")
        except Retryable as error:
            self.note(f"{name} 500: {error}")
            acknowledged = False
        except Crash:
            self.instances.pop(chosen, None)
            return False
        finally:
            self.depth = depth
            self.oracles.end()
        if not (self.chaos.conflict or self.chaos.unsure_commit):
            self.oracles.attempted.left(held, self.oracles.documents)
        return acknowledged


def _call(app: App, delivery: Delivery) -> None:
    body = dict(delivery.body)
    if delivery.function == "plan_backfill":
        plan_backfill(app, body, delivery.message_id)
    elif delivery.function == "control_backfill":
        control_backfill(app, backfill_control(body), delivery.message_id)
    elif delivery.function == "control_alerts":
        control_alerts(app, alert_control(body), delivery.message_id)
    elif delivery.function == "notify":
        notify(app, alert(body))
    elif delivery.function == "load_calendar":
        load_calendar(app, calendar_request(body))
    elif delivery.function == "dead_letter":
        dead_letter(app, body, delivery.attributes.get(SOURCE_ATTRIBUTE, ""), delivery.message_id)
    else:
        UNIT_SERVICES[delivery.function](app, unit_hint(body))


def _described(body: Body) -> str:
    names = ("fence", "attempts", "version", "publishing", "force", "stale", "error", "reason")
    return " ".join([str(body["status"]), *(f"{name}={body[name]}" for name in names if body.get(name))])
