"""Schedules that change while units wait, run or have run, written down one by one."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.simulation.faults import Crash
from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.season import SEASON, Line
from tests.simulation.violation import check


def postpone(world: Scripted, day: date) -> None:
    """Take the last game of a date from the schedule, and have it loaded again."""
    del world.season.fixtures[day]  # type: ignore[attr-defined]
    del world.season.boxes[day]  # type: ignore[attr-defined]
    world.stack.source.rows = world.season.rows()
    world.revise_calendar()


def schedule(world: Scripted, day: date) -> None:
    """Put a game on a date, and have the schedule loaded again."""
    world.season.fixtures[day] = (("ATL", "BOS"),)  # type: ignore[index]
    lines = {1: Line(team="ATL", minutes=30, points=20), 2: Line(team="BOS", minutes=25, points=10)}
    world.season.boxes[day] = lines  # type: ignore[index]
    world.stack.source.rows = world.season.rows()
    world.revise_calendar()


def _unit(world: Scripted, phase: int, day: date) -> Mapping[str, Any]:
    return world.oracles.documents.get(f"units/{phase}-{day}", {"status": "absent"})


def _is_dropped(world: Scripted, day: date, phases: tuple[int, ...]) -> None:
    for phase in phases:
        unit = _unit(world, phase, day)
        standing = f"{unit['status']} {unit.get('reason', '')}"
        check(
            standing == "blocked no game any more (calendar revision 2)",
            f"schedule: {phase}-{day} is {standing} though the date has no game",
        )


def _nothing_lost(world: Scripted) -> None:
    world.stack.source.lost = frozenset()


def foretold_date_is_postponed(world: Scripted) -> None:
    """A date is about to be computed before its games when its last one is postponed; the one after it is foretold."""
    _nothing_lost(world)
    world.request(start_date=str(DAYS[0]), end_date=str(DAYS[1]), request_id="before")
    world.run_calm()
    world.scraped(DAYS[2])
    while not _unit(world, 4, DAYS[3]).get("manifest"):
        world.deliver()
    postpone(world, DAYS[3])
    lanes = world.oracles.documents[f"frontier/{SEASON}"]
    left = [name for name, *_ in (*lanes["queue"], *lanes["lanes"]) if name.endswith(str(DAYS[3]))]
    check(not left, f"schedule: the lanes {left} are left of a date without games")
    world.run_calm()
    _is_dropped(world, DAYS[3], (4, 5))
    check(_unit(world, 5, DAYS[4])["status"] == "complete", f"daily: {DAYS[4]}, next now, is not foretold")


def date_of_a_plan_is_postponed(world: Scripted) -> None:
    """History of a backfill loses its game while its message is on its way: it is not run, and not waited for."""
    _nothing_lost(world)
    world.ask(DAYS[4], request_id="a")
    world.deliver_plans()
    check(_unit(world, 1, DAYS[2])["status"] == "pending", "the script did not plan the date")
    postpone(world, DAYS[2])
    world.run_calm()
    _is_dropped(world, DAYS[2], (1, 2, 3))
    ran = [phase for phase in (1, 2, 3) if _unit(world, phase, DAYS[2]).get("fence", 0)]
    check(not ran, f"schedule: Phases {ran} of {DAYS[2]} were run though it has no game")
    status = world.oracles.documents["backfills/a"]["status"]
    check(status == "complete", f"schedule: a is {status} for the sake of a date without games")


def target_of_a_plan_is_postponed(world: Scripted) -> None:
    """One of the targets of a backfill loses its game while it waits; it ends with the others."""
    _nothing_lost(world)
    world.request(start_date=str(DAYS[2]), end_date=str(DAYS[4]), request_id="a")
    world.deliver_plans()
    postpone(world, DAYS[3])
    world.run_calm()
    _is_dropped(world, DAYS[3], (1, 2, 3, 4, 5))
    status = world.oracles.documents["backfills/a"]["status"]
    check(status == "complete", f"schedule: a is {status} for the sake of a date without games")


def played_date_is_dropped(world: Scripted) -> None:
    """A date that was run has its game taken away: what is computed afterwards does not read it."""
    _nothing_lost(world)
    world.request(start_date=str(DAYS[0]), end_date=str(DAYS[2]), to_phase=3, request_id="before")
    world.run_calm()
    postpone(world, DAYS[1])
    world.ask(DAYS[4], request_id="a")
    world.run_calm()
    read = _unit(world, 4, DAYS[4])["inputs"]
    check(f"3-{DAYS[1]}" not in read, f"schedule: {DAYS[4]} read {DAYS[1]}, which has no game any more")


def next_date_gets_a_game(world: Scripted) -> None:
    """A date between the one that was scraped and the one that was foretold gets its first game."""
    _nothing_lost(world)
    postpone(world, DAYS[3])
    world.request(start_date=str(DAYS[0]), end_date=str(DAYS[1]), request_id="before")
    world.run_calm()
    world.scraped(DAYS[2])
    world.run_calm()
    check(_unit(world, 5, DAYS[4])["status"] == "complete", f"daily: {DAYS[4]} is not foretold")
    schedule(world, DAYS[3])
    world.run_calm()
    check(_unit(world, 5, DAYS[3])["status"] == "complete", f"daily: {DAYS[3]} has a game now and is not foretold")


def postponed_game_returns(world: Scripted) -> None:
    """A target's date loses its game and gets it back: asked for again, it is run like any other."""
    _nothing_lost(world)
    world.ask(DAYS[4], request_id="a")
    world.deliver_plans()
    postpone(world, DAYS[2])
    world.run_calm()
    schedule(world, DAYS[2])
    world.ask(DAYS[4], request_id="b", force=True)
    world.run_calm()
    read = _unit(world, 4, DAYS[4])["inputs"]
    check(f"3-{DAYS[2]}" in read, f"schedule: {DAYS[4]} does not read {DAYS[2]}, whose game is back")


def game_is_taken_while_its_date_runs(world: Scripted) -> None:
    """A date's Phase 3 dies half way, its game having been taken meanwhile; nobody is left to wait for it."""

    def lose_the_game() -> None:
        with world.calm():
            postpone(world, DAYS[2])
        raise Crash("half way")

    _nothing_lost(world)
    world.before_replacing["players", DAYS[2]] = lose_the_game
    world.ask(DAYS[4], request_id="a")
    world.run_calm()
    _is_dropped(world, DAYS[2], (3,))


def date_that_was_read_is_postponed(world: Scripted) -> None:
    """A complete target read a date, on which none of its teams played, that then loses its game: it is flagged."""
    _nothing_lost(world)
    world.season.fixtures[DAYS[1]] = (("CHA", "DEN"),)  # type: ignore[index]
    lines = {3: Line(team="CHA", minutes=30, points=20), 4: Line(team="DEN", minutes=25, points=10)}
    world.season.boxes[DAYS[1]] = lines  # type: ignore[index]
    world.stack.source.rows = world.season.rows()
    world.revise_calendar()
    world.request(start_date=str(DAYS[1]), end_date=str(DAYS[2]), request_id="a")
    world.run_calm()
    check(f"3-{DAYS[1]}" in _unit(world, 4, DAYS[2])["inputs"], "the script did not have the date read")
    postpone(world, DAYS[1])
    world.run_calm()
    flagged = bool(_unit(world, 4, DAYS[2]).get("stale"))
    check(flagged, f"schedule: {DAYS[2]} read {DAYS[1]}, which has no game any more, and nobody says so")


SCHEDULE_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    foretold_date_is_postponed,
    date_of_a_plan_is_postponed,
    target_of_a_plan_is_postponed,
    played_date_is_dropped,
    next_date_gets_a_game,
    postponed_game_returns,
    game_is_taken_while_its_date_runs,
    date_that_was_read_is_postponed,
)
