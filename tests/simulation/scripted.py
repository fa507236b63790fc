"""Interleavings written down one by one, for guards that few seeds come across: a world without chance."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from shared.config import Config
from shared.domain.errors import AuditFailed
from shared.ports import Write
from tests.memory_stack import Partition, toy_work
from tests.simulation.endings import judge_end
from tests.simulation.faults import Chaos, Crash, SimulatedBuild
from tests.simulation.scenarios import Scenario
from tests.simulation.season import OPENING_NIGHT, SEASON, Line, MadeSeason
from tests.simulation.violation import Violation, check
from tests.simulation.world import DELIVERIES_MAX, World

DAYS = [OPENING_NIGHT + timedelta(days=index) for index in range(6)]
DELIVERIES_SOME = 200
HISTORY = ("plan_backfill", "process_raw", "process_analytics")
QUIET = Scenario(kind="live", early=(), requests=(), lost=frozenset())


@dataclass(kw_only=True)
class Scripted(World):
    """A world in which something happens once: after a build, after a commit, before a partition is replaced."""

    random: Random = field(default_factory=lambda: Random(0))
    chaos: Chaos = field(default_factory=Chaos)
    config: Config = field(default_factory=Config)
    after_build: dict[str, Callable[[], None]] = field(default_factory=dict)
    after_commit: dict[str, Callable[[], None]] = field(default_factory=dict)
    before_replacing: dict[tuple[str, date], Callable[[], None]] = field(default_factory=dict)
    asked_for: int = 0

    def deliver(self, functions: Collection[str] | None = None) -> bool:
        self.asked_for += 1
        check(self.asked_for <= DELIVERIES_MAX, "3: what the script waits for never comes")
        return super().deliver(functions)

    def has_read(self, build: Any) -> None:
        super().has_read(build)
        self.after_build.pop(build.unit.key, lambda: None)()

    def published(self, table: str, day: date, partition: Partition) -> None:
        super().published(table, day, partition)
        self.before_replacing.pop((table, day), lambda: None)()

    def _committed(self, writes: Sequence[Write]) -> None:
        super()._committed(writes)
        for write in writes:
            self.after_commit.pop(write.key, lambda: None)()

    def ask(self, day: date, **fields: Any) -> None:
        """Request one date."""
        self.request(start_date=str(day), end_date=str(day), **fields)

    def deliver_some(self) -> None:
        """Serve what is due; messages that go round and round, not for ever."""
        for _ in range(DELIVERIES_SOME):
            if not self.deliver():
                return

    def correct_and_redo(self, day: date) -> None:
        """Correct a line of a date by hand and ask for the date to be redone."""
        self.correct(day, 1, 41)
        self.ask(day, scenario="reprocess", to_phase=3, request_id="fix")


def noticed(script: Callable[[Scripted], None]) -> str:
    """Return the invariant that a script breaks, empty when it breaks none."""
    return played(script)[0]


def played(script: Callable[[Scripted], None]) -> tuple[str, list[str]]:
    """Return the invariant that a script breaks (empty: none) and its trace."""
    world = small_world(Random(0), Chaos())
    try:
        carry_out(world, script)
    except Violation as violation:
        return str(violation), world.trace
    return "", world.trace


def small_world(random: Random, chaos: Chaos) -> Scripted:
    """Return a world of two players who play on every one of six dates, the fourth of which can never be had."""
    game = (("ATL", "BOS"),)
    line = {1: Line(team="ATL", minutes=30, points=20), 2: Line(team="BOS", minutes=25, points=10)}
    season = MadeSeason(fixtures=dict.fromkeys(DAYS, game), boxes={day: dict(line) for day in DAYS})
    return Scripted(season=season, lost=frozenset({DAYS[3]}), random=random, chaos=chaos)


def carry_out(world: Scripted, script: Callable[[Scripted], None]) -> None:
    """Play a script and judge its end. Raises Violation when it breaks an invariant."""
    SimulatedBuild.world = world
    with toy_work(SimulatedBuild):
        script(world)
        judge_end(world, QUIET)


def input_moves_while_a_target_is_computed(world: Scripted) -> None:
    """Phase 3 of a date gets a new version between a target's build and its publish."""

    def move() -> None:
        world.correct_and_redo(DAYS[0])
        while world.deliver():
            pass

    world.after_build[f"units/4-{DAYS[2]}"] = move
    world.ask(DAYS[2], request_id="a")
    world.run_calm()


def input_is_half_replaced_when_a_target_starts(world: Scripted) -> None:
    """A released target is delivered after the attempt that replaces a date of its window died half way."""

    def die() -> None:
        raise Crash("half way")

    world.ask(DAYS[2], request_id="a")
    while not world.oracles.documents.get(f"units/4-{DAYS[2]}", {}).get("manifest"):
        world.deliver()
    world.before_replacing["teams", DAYS[0]] = die
    world.correct_and_redo(DAYS[0])
    while world.deliver(HISTORY):
        pass
    world.run_calm()


def window_has_a_hole(world: Scripted) -> None:
    """A date within a target's window can never be had, and the operator accepts that."""
    world.ask(DAYS[5], request_id="a", accept_missing=[str(DAYS[3])])
    world.ask(DAYS[2], request_id="b")
    world.run_calm()


def file_is_corrected_by_hand(world: Scripted) -> None:
    """A landing file changes under a complete unit, which is only told once more that Phase 1 is complete."""

    def correct() -> None:
        world.correct(DAYS[0], 1, 41)
        world.bus.publish("phase1-complete", {"version": 1, "phase": 1, "game_date": str(DAYS[0]), "backfill_id": ""})

    world.after_build[f"units/3-{DAYS[0]}"] = correct
    world.ask(DAYS[1], request_id="a")
    world.run_calm()


def planner_is_overtaken(world: Scripted) -> None:
    """The sweep carries a plan out, to the end of the backfill, while its planner stands still."""
    world.after_commit[f"units/4-{DAYS[4]}"] = world.run_calm
    world.ask(DAYS[4], request_id="a")
    world.run_calm()
    status = world.oracles.documents[f"units/4-{DAYS[4]}"]["status"]
    check(status == "blocked", f"3: the target of a date that can never be had is {status}")


def sweep_meets_a_plan(world: Scripted) -> None:
    """The sweep comes between a plan's units and its lanes, which its target is to wait for."""

    def lanes_are_there() -> None:
        names = _lanes(world)
        check({f"3-{DAYS[0]}", f"3-{DAYS[1]}"} <= names, f"h: the target is decided before {sorted(names)} are all")

    world.after_commit[f"units/4-{DAYS[2]}"] = world.sweep
    world.after_commit[f"frontier/{SEASON}"] = lanes_are_there
    world.ask(DAYS[2], request_id="a")
    world.run_calm()


def _lanes(world: Scripted) -> set[str]:
    frontier = world.oracles.documents[f"frontier/{SEASON}"]
    return {name for name, *_ in (*frontier["queue"], *frontier["lanes"])}


def redo_meets_a_failure(world: Scripted) -> None:
    """A date is asked to be redone from Phase 2 while its Phase 3 runs, and that attempt fails for good."""

    def fail() -> None:
        world.correct_and_redo(DAYS[0])
        world.deliver_plans()
        raise AuditFailed("injected: audit")

    world.after_build[f"units/3-{DAYS[0]}"] = fail
    world.ask(DAYS[1], request_id="a")
    while world.deliver({"plan_backfill", "scrape", "process_raw", "process_analytics"}):
        if f"units/3-{DAYS[0]}" not in world.after_build and not world.bus.idle():
            break
    while world.deliver({"coordinate"}):
        pass
    held = world.oracles.documents
    if held[f"units/2-{DAYS[0]}"]["status"] == "pending" and held[f"units/3-{DAYS[0]}"]["status"] == "failed":
        check(f"3-{DAYS[0]}" in _lanes(world), "3: Phase 2 is on its way and its lane has ended")
    else:
        check(False, "the script did not come to a failed Phase 3 beside a pending Phase 2")
    world.run_calm()


def lane_ends_early(world: Scripted) -> None:
    """Phase 2 is to be redone alone; its message is lost, and an old completion of Phase 3 comes once more."""
    world.ask(DAYS[1], request_id="a")
    world.run_calm()
    world.ask(DAYS[0], scenario="reprocess", to_phase=2, request_id="b")
    world.deliver_plans()
    lost = world.bus.receive({"process_raw"}, 1)
    check(len(lost) == 1, "the script lost no message")
    world.bus.acknowledge(lost[0])
    world.bus.publish("phase3-complete", {"version": 1, "phase": 3, "game_date": str(DAYS[0]), "backfill_id": ""})
    world.run_calm()


def _ends_apart(world: Scripted) -> None:
    ends = {name: world.oracles.documents[f"backfills/{name}"]["status"] for name in ("lax", "strict")}
    check(ends == {"lax": "complete", "strict": "failed"}, f"g: a date that only one of them needs is lost: {ends}")
    policy = world.oracles.documents[f"units/4-{DAYS[5]}"]["policy"]
    check(policy["max_lookback_days"] == 1, f"g: computed for the lax one under {policy}")


def lax_and_strict_share_a_target(world: Scripted) -> None:
    """Two backfills want a target at once; only the stricter one's window holds the date that can never be had."""
    world.ask(DAYS[5], request_id="lax", max_lookback_days=1)
    world.ask(DAYS[5], request_id="strict")
    world.deliver_plans()
    while world.deliver():
        pass
    told = {"version": 1, "phase": 1, "game_date": str(DAYS[3]), "backfill_id": "lax"}
    world.bus.publish("unit-failed", told)
    world.run_calm()
    _ends_apart(world)


def lax_runs_what_only_strict_needs(world: Scripted) -> None:
    """Opening night, which no plan names, is fetched for the windows of both together and cannot be had."""
    world.stack.source.lost = frozenset({DAYS[0]})
    world.ask(DAYS[5], request_id="lax", max_lookback_days=1)
    world.ask(DAYS[5], request_id="strict")
    world.deliver_plans()
    world.run_calm()
    wanted = world.oracles.documents[f"units/1-{DAYS[0]}"]["wanted_by"]
    check("lax" in wanted, "the script did not have opening night fetched for both")
    _ends_apart(world)


def release_for_the_lax_one_is_lost(world: Scripted) -> None:
    """The message that releases a target for the lax backfill is lost, and the sweep meets the target."""
    world.ask(DAYS[5], request_id="lax", max_lookback_days=1)
    world.ask(DAYS[5], request_id="strict")
    while not world.oracles.documents.get(f"units/4-{DAYS[5]}", {}).get("manifest"):
        world.deliver()
    lost = world.bus.receive({"precompute"}, 1)
    check(len(lost) == 1, "the script lost no message")
    world.bus.acknowledge(lost[0])
    world.run_calm()
    _ends_apart(world)


def lax_comes_to_a_blocked_target(world: Scripted) -> None:
    """A target that a stricter backfill found blocked is asked for by one that needs less."""
    world.ask(DAYS[5], request_id="strict")
    world.run_calm()
    world.ask(DAYS[5], request_id="lax", max_lookback_days=1)
    world.run_calm()
    _ends_apart(world)


def strict_comes_to_a_waiting_target(world: Scripted) -> None:
    """A stricter backfill joins after the target of a lax one was released, before it is computed."""
    world.ask(DAYS[5], request_id="lax", max_lookback_days=1)
    while not world.oracles.documents.get(f"units/4-{DAYS[5]}", {}).get("manifest"):
        world.deliver()
    world.ask(DAYS[5], request_id="strict")
    world.deliver_plans()
    world.run_calm()
    _ends_apart(world)


def _unschedule(world: Scripted, day: date) -> None:
    held = world.store.get(f"calendar/{SEASON}")
    assert held is not None
    body = world.season.calendar_body(without=day)
    world.store.commit([Write(key=held.key, body=body, revision=held.revision)])


def calendar_is_revised_elsewhere(world: Scripted) -> None:
    """Instances that remember a calendar are asked for a date that it did not have and the one after."""
    _unschedule(world, DAYS[1])
    for name in ("a", "b", "c"):
        world.ask(DAYS[0], force=True, request_id=name)
        world.run_calm()
    world.revise_calendar()
    world.request(start_date=str(DAYS[1]), end_date=str(DAYS[2]), request_id="d")
    world.run_calm()
    status = world.oracles.documents["backfills/d"]["status"]
    check(status == "complete", f"3: d is {status} under the revised calendar")


def calendar_is_revised_after_a_release(world: Scripted) -> None:
    """A target is released, then the schedule gets a date in its window, then it is computed."""
    _unschedule(world, DAYS[1])
    world.ask(DAYS[2], request_id="a")
    while not world.oracles.documents.get(f"units/4-{DAYS[2]}", {}).get("manifest"):
        world.deliver()
    world.revise_calendar()
    world.run_calm()
    read = world.oracles.documents[f"units/4-{DAYS[2]}"]["inputs"]
    check(f"3-{DAYS[1]}" in read, f"1: computed from {sorted(read)} though {DAYS[1]} has games")


def nothing_waits_for_the_sweep(world: Scripted) -> None:
    """Without faults every decision is made by the message that brings it about, whichever instance takes it."""
    world.ask(DAYS[2], request_id="a")
    world.ask(DAYS[1], request_id="b")
    while world.deliver():
        pass
    ends = {name: world.oracles.documents[f"backfills/{name}"]["status"] for name in ("a", "b")}
    check(set(ends.values()) == {"complete"}, f"h: without a sweep the backfills are {ends}")
    world.run_calm()


def _fences(world: Scripted) -> dict[str, int]:
    return {key: body.get("fence", 0) for key, body in world.oracles.documents.items() if key.startswith("units/")}


def cancelled_in_the_middle(world: Scripted) -> None:
    """A backfill is cancelled while its first dates run; their late completions start nothing more of it."""
    world.ask(DAYS[2], request_id="a")
    world.deliver_plans()
    while world.deliver({"scrape"}):
        pass
    world.control("cancel", "a")
    while world.deliver({"control_backfill"}):
        pass
    before = _fences(world)
    world.run_calm()
    check(_fences(world) == before, "f: units were run after their only backfill was cancelled")
    check(world.oracles.documents["backfills/a"]["status"] == "cancelled", "f: a is not cancelled")


def cancelled_beside_another(world: Scripted) -> None:
    """Of two backfills that share everything the one in whose name the lanes run is cancelled."""
    world.configure(max_in_flight=1)
    for name in ("a", "b"):
        world.request(start_date=str(DAYS[0]), end_date=str(DAYS[2]), to_phase=3, request_id=name)
    world.deliver_plans()
    world.deliver({"scrape"})
    world.control("cancel", "a")
    while world.deliver({"control_backfill"}):
        pass
    while world.deliver():
        pass
    status = world.oracles.documents[f"units/3-{DAYS[2]}"]["status"]
    check(status == "complete", f"f: a was cancelled, and without a sweep b's last date is {status}")
    world.run_calm()
    ends = {name: world.oracles.documents[f"backfills/{name}"]["status"] for name in ("a", "b")}
    check(ends == {"a": "cancelled", "b": "complete"}, f"f: they end {ends}")


def strict_one_is_cancelled(world: Scripted) -> None:
    """A target waits for a date that of its backfills only the cancelled one needs, and that goes on for a third."""
    world.one_process = True
    world.stack.source.lost = frozenset()
    world.ask(DAYS[5], request_id="lax", max_lookback_days=1)
    world.deliver_plans()
    world.ask(DAYS[5], request_id="strict")
    world.deliver_plans()
    world.ask(DAYS[2], request_id="third")
    world.deliver_plans()
    for started in world.bus.receive({"scrape"}, 50):
        world.bus.acknowledge(started)
        if started.body["game_date"] != str(DAYS[2]):
            world.bus.publish("phase1-requests", started.body)
    while world.deliver():
        pass
    world.control("cancel", "strict")
    while world.deliver():
        pass
    status = world.oracles.documents[f"units/5-{DAYS[5]}"]["status"]
    check(status == "complete", f"f: strict was cancelled, and without a sweep lax's target is {status}")
    world.run_calm()


def retried_without_a_target(world: Scripted) -> None:
    """A backfill of Phases 1-3 failed because its date was lost; the date is found, and the backfill retried."""
    world.ask(DAYS[3], request_id="a", to_phase=3)
    world.run_calm()
    world.stack.source.lost = frozenset()
    world.control("retry", "a")
    while world.deliver():
        pass
    status = world.oracles.documents["backfills/a"]["status"]
    check(status == "complete", f"j: a was retried, and without a sweep it is {status}")
    world.run_calm()


def neither_needs_what_both_need(world: Scripted) -> None:
    """The policies of two backfills together ask for a lost date that neither would need alone."""
    world.ask(DAYS[5], request_id="a", max_lookback_days=1)
    world.ask(DAYS[5], request_id="b", min_coverage=0.5, accept_missing=[str(DAYS[3])])
    world.deliver_plans()
    world.run_calm()
    ends = {name: world.oracles.documents[f"backfills/{name}"]["status"] for name in ("a", "b")}
    check("failed" in ends.values(), f"g: no output satisfies both, and they end {ends}")


def retried_when_the_date_is_found(world: Scripted) -> None:
    """A backfill failed because a date was lost; the date is found, and the backfill retried, twice."""
    world.ask(DAYS[5], request_id="a")
    world.ask(DAYS[1], request_id="b")
    world.run_calm()
    before = _fences(world)
    complete = {key for key in before if world.oracles.documents[key]["status"] == "complete"}
    world.stack.source.lost = frozenset()
    world.control("retry", "a")
    world.control("retry", "a")
    while world.deliver():
        pass
    status = world.oracles.documents["backfills/a"]["status"]
    check(status == "complete", f"j: a was retried, and without a sweep it is {status}")
    world.run_calm()
    after = _fences(world)
    again = sorted(key for key in complete if after[key] != before[key])
    check(not again, f"j: {again} were complete and were run again")
    check(after[f"units/1-{DAYS[3]}"] == before[f"units/1-{DAYS[3]}"] + 1, "j: the lost date was not run once again")


def blocked_after_its_release(world: Scripted) -> None:
    """A target is released on what was kept of its own date; then the failure to redo that date is heard."""
    world.ask(DAYS[2], request_id="a")
    while not world.oracles.documents.get(f"units/4-{DAYS[2]}", {}).get("manifest"):
        world.deliver()
    held = world.store.get(f"units/2-{DAYS[2]}")
    assert held is not None
    failed = {**held.body, "status": "failed", "error": "injected: by the script"}
    world.store.commit([Write(key=held.key, body=failed, revision=held.revision)])
    third = world.store.get(f"units/3-{DAYS[2]}")
    assert third is not None
    world.store.commit([Write(key=third.key, body={**third.body, "status": "pending"}, revision=third.revision)])
    lost = world.bus.receive({"precompute"}, 1)
    world.bus.acknowledge(lost[0])
    told = {"version": 1, "phase": 2, "game_date": str(DAYS[2]), "backfill_id": "a"}
    world.bus.publish("unit-failed", told)
    world.run_calm()


def redo_meets_a_release(world: Scripted) -> None:
    """A released target is asked to be redone, with a date of its window, before it is computed: that date is first."""
    world.ask(DAYS[2], request_id="a")
    while not world.oracles.documents.get(f"units/4-{DAYS[2]}", {}).get("manifest"):
        world.deliver()
    world.correct(DAYS[1], 1, 41)
    world.request(start_date=str(DAYS[1]), end_date=str(DAYS[2]), scenario="reprocess", request_id="b")
    world.deliver_plans()
    while world.deliver({"precompute", "predict"}):
        pass
    world.run_calm()
    fence = world.oracles.documents[f"units/4-{DAYS[2]}"]["fence"]
    check(fence == 1, f"g: b asked for {DAYS[1]} to be redone first, and the target was computed {fence} times")


def _has_no_cap(world: Scripted) -> None:
    policy = world.oracles.documents[f"units/4-{DAYS[2]}"]["policy"]
    manifest = world.oracles.computed.manifest(f"units/4-{DAYS[2]}")
    for asked in (policy, manifest["policy"]):
        check(asked["max_lookback_days"] is None, f"g: b asked for everything and got {asked}")


def weaker_policy_comes_first(world: Scripted) -> None:
    """A target computed under a cap is asked for again without one."""
    world.ask(DAYS[2], request_id="a", max_lookback_days=1)
    world.run_calm()
    world.ask(DAYS[2], request_id="b")
    world.run_calm()
    _has_no_cap(world)
