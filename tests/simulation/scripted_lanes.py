"""Lanes that end before Phase 3, that are past what is to be redone, or that nobody waits for any more."""

from collections.abc import Callable, Sequence

from shared.domain.errors import StorageUnavailable
from shared.ports import Body, Write
from tests.simulation.scripted import DAYS, DELIVERIES_SOME, Scripted
from tests.simulation.season import SEASON
from tests.simulation.violation import check

HISTORY = ("scrape", "process_raw", "process_analytics", "coordinate")


def _status(world: Scripted, key: str) -> str:
    return str(world.oracles.documents.get(key, {"status": "absent"})["status"])


def _deliver_all(world: Scripted) -> None:
    while world.deliver():
        pass


def _lanes(world: Scripted) -> list[str]:
    frontier = world.oracles.documents[f"frontier/{SEASON}"]
    return [name for name, *_ in (*frontier["queue"], *frontier["lanes"])]


def only_files_are_asked_for(world: Scripted) -> None:
    """Phases 1 and 2 of three dates are asked for, one date at a time: each makes room for the next as it ends."""
    world.configure(max_in_flight=1)
    world.request(start_date=str(DAYS[0]), end_date=str(DAYS[2]), to_phase=2, request_id="a")
    _deliver_all(world)
    check(_status(world, "backfills/a") == "complete", f"h: without a sweep a is {_status(world, 'backfills/a')}")
    check(not _lanes(world), f"h: without a sweep the lanes {_lanes(world)} are left")
    world.run_calm()


def redo_comes_behind_a_lane(world: Scripted) -> None:
    """A date is corrected and to be redone from Phase 2 while its lane is between Phases 2 and 3."""
    world.ask(DAYS[1], request_id="a")
    world.deliver_plans()
    while _status(world, f"units/2-{DAYS[0]}") != "complete":
        world.deliver(("scrape", "process_raw"))
    world.correct_and_redo(DAYS[0])
    world.deliver_plans()
    _deliver_all(world)
    status = _status(world, f"units/2-{DAYS[0]}")
    check(status == "complete", f"h: {DAYS[0]} was to be redone, and without a sweep its Phase 2 is {status}")
    world.run_calm()


def cancelled_as_its_lanes_are_queued(world: Scripted) -> None:
    """A backfill is cancelled between its planner's last look at it and the commit that queues its lanes."""
    commit, waiting = world.store.commit, ["cancel"]

    def late(writes: Sequence[Write]) -> dict[str, int]:
        if waiting and any(write.key.startswith("frontier/") for write in writes):
            waiting.pop()
            world.control("cancel", "a")
            while world.deliver({"control_backfill"}):
                pass
        return commit(writes)

    world.ask(DAYS[2], to_phase=3, request_id="a")
    world.store.commit = late  # type: ignore[method-assign]
    world.deliver_plans()
    check(
        not waiting and not _lanes(world), f"f: a is cancelled, and without a sweep the lanes {_lanes(world)} are left"
    )
    world.run_calm()


def date_is_run_by_others_as_it_is_planned(world: Scripted) -> None:
    """A date that a plan names is complete, through another backfill, before the plan's lanes are queued."""

    def run_it() -> None:
        world.ask(DAYS[0], to_phase=3, request_id="b")
        world.deliver_plans()
        while world.deliver(HISTORY):
            pass

    world.after_commit["plans/a"] = run_it
    world.ask(DAYS[1], request_id="a")
    _deliver_all(world)
    check(_status(world, "backfills/a") == "complete", f"h: without a sweep a is {_status(world, 'backfills/a')}")
    world.run_calm()


def redo_is_not_heard_of(world: Scripted) -> None:
    """A redone Phase 2 cannot say that it is complete, and Phase 3 has kept its output of before: it is said again."""
    port = world.stack.port
    assert port is not None
    publish = port.publish
    refused: list[Body] = []

    def refusing(topic: str, body: Body) -> str:
        if topic == "phase2-complete" and not refused:
            refused.append(body)
            raise StorageUnavailable("injected: not confirmed")
        return publish(topic, body)

    def correct() -> None:
        world.correct_and_redo(DAYS[0])
        world.deliver_plans()
        port.publish = refusing  # type: ignore[method-assign]

    world.after_build[f"units/3-{DAYS[0]}"] = correct
    world.ask(DAYS[0], to_phase=3, request_id="a")
    world.run_calm()
    check(bool(refused), "the script refused no completion")


def accepted_date_comes_in_time(world: Scripted) -> None:
    """A date accepted as missing is completed by another backfill before the target is decided: it stays a hole."""
    world.stack.source.lost = frozenset()
    world.ask(DAYS[2], request_id="a", accept_missing=[str(DAYS[1])])
    world.deliver_plans()
    held = world.bus.receive({"scrape"}, DELIVERIES_SOME)
    world.ask(DAYS[1], to_phase=3, request_id="b")
    _deliver_all(world)
    status = _status(world, f"units/3-{DAYS[1]}")
    check(status == "complete" and bool(held), f"the script did not have b run {DAYS[1]} first: {status}")
    world.run_calm()
    read = world.oracles.computed.manifest(f"units/4-{DAYS[2]}")["versions"]
    check(str(DAYS[1]) not in read, f"6: {DAYS[1]} was accepted as missing, and whether it is read is a race: {read}")


LANE_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    only_files_are_asked_for,
    redo_comes_behind_a_lane,
    cancelled_as_its_lanes_are_queued,
    date_is_run_by_others_as_it_is_planned,
    redo_is_not_heard_of,
    accepted_date_comes_in_time,
)
