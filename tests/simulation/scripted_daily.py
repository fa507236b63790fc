"""Mornings of the daily path, written down one by one."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.season import Line
from tests.simulation.violation import check

NEWCOMER = 3


def _everything_can_be_had(world: Scripted, first: date, last: date) -> None:
    """Fill a range of a season of which nothing is lost."""
    world.stack.source.lost = frozenset()
    world.request(start_date=str(first), end_date=str(last), request_id="before")
    world.run_calm()


def _newcomer_plays(world: Scripted, day: date) -> None:
    """Have somebody play on a date who has not played before; nobody can expect him."""
    world.season.boxes[day][NEWCOMER] = Line(team="ATL", minutes=12, points=6)  # type: ignore[index]
    world.stack.source.rows = world.season.rows()


def _deliver_all(world: Scripted) -> None:
    while world.deliver():
        pass


def _unit(world: Scripted, phase: int, day: date) -> Mapping[str, Any]:
    return world.oracles.documents.get(f"units/{phase}-{day}", {"status": "absent"})


def _foretold(world: Scripted, day: date) -> None:
    status = _unit(world, 5, day)["status"]
    check(status == "complete", f"daily: without a sweep the predictions of {day} are {status}")


def _players(world: Scripted, day: date) -> set[int]:
    windows = world.warehouse.partitions["windows", day].content
    return {entity for entity, *_ in windows if not isinstance(entity, str)}


def _fences(world: Scripted, day: date) -> list[int]:
    return [_unit(world, phase, day).get("fence", 0) for phase in (4, 5)]


def yesterday_becomes_todays_predictions(world: Scripted) -> None:
    """A date is scraped; the one after it is predicted from it, by who played in it, before its own games."""
    _everything_can_be_had(world, DAYS[0], DAYS[1])
    world.scraped(DAYS[2])
    _deliver_all(world)
    _foretold(world, DAYS[2])
    _foretold(world, DAYS[3])
    check(_unit(world, 1, DAYS[3])["status"] == "absent", f"daily: {DAYS[3]} is scraped before its games")
    unit = _unit(world, 4, DAYS[3])
    check(unit["manifest"]["roster"] == {"1": "ATL", "2": "BOS"}, f"daily: the roster is {unit['manifest']}")
    check(f"3-{DAYS[2]}" in unit["inputs"], f"daily: computed without {DAYS[2]}: {sorted(unit['inputs'])}")
    check(_unit(world, 4, DAYS[4])["status"] == "absent", f"daily: {DAYS[4]} is foretold two dates ahead")
    world.run_calm()


def what_was_foretold_is_played(world: Scripted) -> None:
    """A date that was predicted is scraped, with a player nobody expected; its output stays until somebody asks."""
    _newcomer_plays(world, DAYS[3])
    _everything_can_be_had(world, DAYS[0], DAYS[1])
    world.scraped(DAYS[2])
    _deliver_all(world)
    before = _fences(world, DAYS[3])
    world.scraped(DAYS[3])
    _deliver_all(world)
    _foretold(world, DAYS[4])
    check(_players(world, DAYS[4]) == {1, 2, NEWCOMER}, f"daily: {DAYS[4]} is computed for {_players(world, DAYS[4])}")
    world.ask(DAYS[3], request_id="fill")
    world.run_calm()
    after, stale = _fences(world, DAYS[3]), _unit(world, 4, DAYS[3]).get("stale")
    check(after == before, f"daily: the output of {DAYS[3]}, made before its games, was made again: {after}")
    check(not stale, f"daily: {DAYS[3]} is flagged because others played than were expected: {stale}")
    world.ask(DAYS[3], scenario="downstream", request_id="again")
    world.run_calm()
    unit = _unit(world, 4, DAYS[3])
    check(_players(world, DAYS[3]) == {1, 2, NEWCOMER}, f"daily: asked for again, {DAYS[3]} has no {NEWCOMER}")
    check("roster" not in unit["manifest"], f"daily: asked for again, {DAYS[3]} is computed by its roster")
    check(f"3-{DAYS[3]}" in unit["inputs"], f"5: {DAYS[3]} read its own players and says {sorted(unit['inputs'])}")


def played_before_it_is_computed(world: Scripted) -> None:
    """A date is released by its roster; it is scraped before the attempt begins, and read by nobody."""
    _newcomer_plays(world, DAYS[3])
    _everything_can_be_had(world, DAYS[0], DAYS[1])
    world.scraped(DAYS[2])
    while not _unit(world, 4, DAYS[3]).get("manifest"):
        world.deliver()
    world.scraped(DAYS[3])
    while world.deliver({"scrape", "process_raw", "process_analytics"}):
        pass
    check(_unit(world, 3, DAYS[3])["status"] == "complete", "the script did not have the date played first")
    world.run_calm()


def live_date_meets_a_pending_redo(world: Scripted) -> None:
    """A date in a live target's window is to be redone; the target reads what was kept, and is flagged later."""
    _everything_can_be_had(world, DAYS[0], DAYS[1])
    world.correct_and_redo(DAYS[0])
    world.deliver_plans()
    late = world.bus.receive({"process_raw"}, 1)
    check(len(late) == 1, "the script holds no message back")
    world.scraped(DAYS[2])
    _deliver_all(world)
    check(_unit(world, 2, DAYS[0])["status"] == "pending", "the script did not keep the redo pending")
    _foretold(world, DAYS[2])
    _foretold(world, DAYS[3])
    world.bus.reject(late[0])
    world.run_calm()
    for day in DAYS[2:4]:
        check(bool(_unit(world, 4, day).get("stale")), f"stale: {day} read {DAYS[0]} before it was redone, unflagged")


def late_scrape_of_others(world: Scripted) -> None:
    """A date between other teams is still on its way when the next one arrives: league means are to have it."""
    others = (("CHA", "DEN"),)
    world.season.fixtures[DAYS[1]] = others  # type: ignore[index]
    world.season.boxes[DAYS[1]] = {7: Line(team="CHA", minutes=30, points=9)}  # type: ignore[index]
    world.stack.source.rows = world.season.rows()
    world.revise_calendar()
    _everything_can_be_had(world, DAYS[0], DAYS[0])
    world.scraped(DAYS[1])
    world.deliver({"scrape"})
    late = world.bus.receive({"process_raw"}, 1)
    check(len(late) == 1, "the script holds no message back")
    world.scraped(DAYS[2])
    _deliver_all(world)
    world.bus.reject(late[0])
    world.run_calm()
    read = _unit(world, 4, DAYS[3])["inputs"]
    check(f"3-{DAYS[1]}" in read, f"daily: {DAYS[3]} did not wait for {DAYS[1]}: {sorted(read)}")
    check(_fences(world, DAYS[3]) == [1, 1], f"daily: {DAYS[3]} was computed more than once")


def scrapes_arrive_in_another_order(world: Scripted) -> None:
    """Two dates are late and the later one comes first: the date after both is computed from both."""
    _everything_can_be_had(world, DAYS[0], DAYS[1])
    world.scraped(DAYS[3])
    _deliver_all(world)
    world.scraped(DAYS[2])
    _deliver_all(world)
    _foretold(world, DAYS[4])
    read = _unit(world, 4, DAYS[4])["inputs"]
    check({f"3-{DAYS[2]}", f"3-{DAYS[3]}"} <= set(read), f"daily: {DAYS[4]} read only {sorted(read)}")
    world.run_calm()


def foretold_again_before_its_games(world: Scripted) -> None:
    """What a date was foretold from is corrected; asked for again before its games, it is still foretold."""
    _everything_can_be_had(world, DAYS[0], DAYS[1])
    world.scraped(DAYS[2])
    _deliver_all(world)
    world.correct_and_redo(DAYS[2])
    world.run_calm()
    check(
        bool(_unit(world, 4, DAYS[3]).get("stale")), f"stale: {DAYS[3]} read {DAYS[2]} before it was redone, unflagged"
    )
    world.ask(DAYS[3], scenario="downstream", request_id="again")
    _deliver_all(world)
    status = world.oracles.documents.get("backfills/again", {}).get("status")
    check(status == "complete", f"daily: asked for again, the backfill is {status}")
    unit = _unit(world, 4, DAYS[3])
    check(not unit.get("stale") and "roster" in unit["manifest"], f"daily: asked for again, {DAYS[3]} is {unit}")
    check(_unit(world, 1, DAYS[3])["status"] == "absent", f"daily: {DAYS[3]} is scraped before its games")
    world.run_calm()


def cascade_reaches_a_foretold_date(world: Scripted) -> None:
    """What a date was foretold from is redone with all that depends on it: it is foretold anew, not scraped."""
    _everything_can_be_had(world, DAYS[0], DAYS[1])
    world.scraped(DAYS[2])
    _deliver_all(world)
    world.correct(DAYS[2], 1, 41)
    world.ask(DAYS[2], scenario="reprocess", request_id="fix")
    world.run_calm()
    unit = _unit(world, 4, DAYS[3])
    check(unit["inputs"][f"3-{DAYS[2]}"] == 2, f"daily: {DAYS[3]} was not foretold anew: {unit['inputs']}")
    check(not unit.get("stale") and "roster" in unit["manifest"], f"daily: foretold anew, {DAYS[3]} is {unit}")
    check(_unit(world, 1, DAYS[3])["status"] == "absent", f"daily: {DAYS[3]} is scraped before its games")


DAILY_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    yesterday_becomes_todays_predictions,
    what_was_foretold_is_played,
    played_before_it_is_computed,
    live_date_meets_a_pending_redo,
    late_scrape_of_others,
    scrapes_arrive_in_another_order,
    foretold_again_before_its_games,
    cascade_reaches_a_foretold_date,
)
