"""Rounds of coordination that meet, and failures that recover, written down one by one."""

from collections.abc import Callable

from shared.ports import Document
from tests.simulation.scripted import DAYS, DELIVERIES_SOME, Scripted
from tests.simulation.season import SEASON
from tests.simulation.violation import check

FIRST, SECOND, TARGET, LATE = *DAYS[:3], DAYS[5]
HISTORY = ("plan_backfill", "scrape", "process_raw", "process_analytics")


def last_two_dates_at_once(world: Scripted) -> None:
    """The last two dates of a window complete at once: one coordinator commits the frontier that the other has read."""
    world.request(start_date=str(FIRST), end_date=str(SECOND), to_phase=1, request_id="landed")
    world.run_calm()
    world.ask(TARGET, request_id="a")
    while not _all_complete(world):
        check(world.deliver(HISTORY), "the script did not come to two complete dates")
    get, waiting = world.store.get, [world.deliver]

    def overtaken(key: str) -> Document | None:
        found = get(key)
        if key == f"frontier/{SEASON}" and waiting:
            waiting.pop()({"coordinate"})
        return found

    world.store.get = overtaken  # type: ignore[method-assign]
    while world.deliver({"coordinate"}):
        pass
    while world.deliver():
        pass
    status = world.oracles.documents[f"units/5-{TARGET}"]["status"]
    check(status == "complete", f"h: two dates completed at once, and without a sweep the target is {status}")
    world.run_calm()


def _all_complete(world: Scripted) -> bool:
    units = [world.oracles.documents.get(f"units/3-{day}", {}) for day in (FIRST, SECOND, TARGET)]
    return all(unit.get("status") == "complete" for unit in units)


def lost_date_is_found_for_another(world: Scripted) -> None:
    """A lost date blocks one of a backfill's targets; it is found and run for another while the first still runs."""
    world.request(start_date=str(FIRST), end_date=str(LATE), dates=[str(FIRST), str(LATE)], request_id="a")
    while world.deliver(("coordinate", "precompute", *HISTORY)):
        pass
    check(world.oracles.documents[f"units/4-{LATE}"]["status"] == "blocked", "the script blocked no target")
    world.stack.source.lost = frozenset()
    world.ask(DAYS[3], to_phase=3, request_id="b")
    world.deliver_plans()
    while world.deliver():
        pass
    status = world.oracles.documents[f"units/4-{LATE}"]["status"]
    check(status == "complete", f"i: the date was found, and without a sweep the target is {status}")
    world.run_calm()


def recovery_is_heard_last(world: Scripted) -> None:
    """A lost date that blocks a target is found; the last other target ends before the coordinator hears of that."""
    world.one_process = True
    world.request(start_date=str(FIRST), end_date=str(LATE), dates=[str(FIRST), str(LATE)], request_id="a")
    while world.deliver(("coordinate", "precompute", *HISTORY)):
        pass
    world.stack.source.lost = frozenset()
    world.ask(DAYS[3], to_phase=3, request_id="b")
    while world.deliver(HISTORY):
        pass
    recovered = world.bus.receive({"coordinate"}, DELIVERIES_SOME)
    check(bool(recovered), "the script did not have the date recover")
    while world.deliver(("predict", "coordinate")):
        pass
    status = world.oracles.documents["backfills/a"]["status"]
    check(status == "running", f"i: what blocked a's target is found, and a is {status}")
    world.run_calm()


def two_lanes_are_allowed(world: Scripted) -> None:
    """More dates are to be had than may be under way at once."""
    world.configure(max_in_flight=2)

    def look() -> None:
        lanes = [name for name, *_ in world.oracles.documents[f"frontier/{SEASON}"]["lanes"]]
        check(len(lanes) <= 2, f"dispatch: the lanes {lanes} are under way, two are allowed")
        world.after_commit[f"frontier/{SEASON}"] = look

    world.after_commit[f"frontier/{SEASON}"] = look
    world.request(start_date=str(FIRST), end_date=str(TARGET), request_id="a")
    world.run_calm()


ROUND_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    last_two_dates_at_once,
    lost_date_is_found_for_another,
    recovery_is_heard_last,
    two_lanes_are_allowed,
)
