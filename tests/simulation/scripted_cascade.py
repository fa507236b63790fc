"""Corrections that cascade, written down one by one."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from shared.ports import Write
from tests.simulation.faults import Crash
from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.violation import check

FIRST, SECOND, TARGET = DAYS[:3]


def _unit(world: Scripted, phase: int, day: date) -> Any:
    return world.oracles.documents[f"units/{phase}-{day}"]


def _all_there(world: Scripted) -> None:
    world.request(start_date=str(FIRST), end_date=str(TARGET), request_id="a")
    world.run_calm()


def _played_longer(world: Scripted, day: date) -> None:
    """Have an operator correct a player's minutes: his line is another, his points and his team's are not."""
    rows = [json.loads(line) for line in world.landing.files[day, "player_boxscores.jsonl"].splitlines()]
    rows[0]["minutes"] += 1
    line = world.season.boxes[day][rows[0]["player_id"]]
    world.season.boxes[day][rows[0]["player_id"]] = type(line)(  # type: ignore[index]
        team=line.team, minutes=rows[0]["minutes"], points=line.points
    )
    world.landing.files[day, "player_boxscores.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _redo(world: Scripted, day: date) -> None:
    world.ask(day, scenario="reprocess", request_id=f"fix-{day}")


def correction_cascades(world: Scripted) -> None:
    """A player's minutes are corrected: the targets after it run what reads his line, and nothing that reads teams."""
    _all_there(world)
    _played_longer(world, FIRST)
    _redo(world, FIRST)
    world.run_calm()
    check(_unit(world, 4, FIRST)["fence"] == 1, "4: the date's own target is run, which reads nothing of it")
    for day in (SECOND, TARGET):
        unit = _unit(world, 4, day)
        check(unit["fence"] == 2 and not unit.get("stale"), f"cascade: {day} is {unit}")
        ran = set(world.oracles.attempts[f"units/4-{day}", 2].staged)
        check(ran == {"windows", "season"}, f"4: {sorted(ran)} of {day} are run for a player's line")
        check(_unit(world, 5, day)["fence"] == 1, f"4: the same Phase 4 of {day} has its predictions run again")


def nothing_was_corrected(world: Scripted) -> None:
    """A date is redone without a change: Phase 2 runs, and nothing after it."""
    _all_there(world)
    _redo(world, FIRST)
    world.run_calm()
    fences = {phase: _unit(world, phase, FIRST)["fence"] for phase in range(2, 6)}
    check(fences == {2: 2, 3: 1, 4: 1, 5: 1}, f"4: redone without a change, the phases ran {fences} times")
    check(_unit(world, 4, TARGET)["fence"] == 1, "4: a later target is run though nothing has moved")


def date_moves_after_a_target(world: Scripted) -> None:
    """A date of a complete target's window is corrected, for itself alone: whoever completes it flags the target."""
    _all_there(world)
    world.correct(FIRST, 1, 41)
    world.ask(FIRST, scenario="reprocess", cascade=False, request_id="fix")
    _is_flagged(world)


def date_moves_as_a_target_completes(world: Scripted) -> None:
    """A date is corrected, for itself alone, after a target's attempt has looked at it for the last time."""
    _all_there(world)

    def move() -> None:
        world.correct(FIRST, 1, 41)
        world.ask(FIRST, scenario="reprocess", cascade=False, request_id="fix")
        while world.deliver():
            pass

    _before_completion(world, f"contents/4-{TARGET}", move)
    world.ask(TARGET, scenario="downstream", request_id="b")
    _is_flagged(world)


def _is_flagged(world: Scripted) -> None:
    while world.deliver():
        pass
    unit = _unit(world, 4, TARGET)
    check(unit["inputs"][f"3-{FIRST}"] == 1, "the script had the target computed from what was corrected")
    check(bool(unit.get("stale")), "d: a date has moved under a complete target, and without a sweep nobody says so")
    world.run_calm()


def same_rows_in_another_order(world: Scripted) -> None:
    """A date's Phase 3 is done again from the same rows: what it makes is the version that is there."""
    _all_there(world)
    world.ask(FIRST, from_phase=3, to_phase=3, force=True, request_id="b")
    world.run_calm()
    unit = _unit(world, 3, FIRST)
    check((unit["fence"], unit["version"]) == (2, 1), f"2: done {unit['fence']} times, it is version {unit['version']}")


def target_runs_as_a_date_moves(world: Scripted) -> None:
    """A date of a target's window gets a new version after the target's attempt has looked at it for the last time."""
    _all_there(world)
    _before_completion(world, f"contents/4-{TARGET}", lambda: _move(world))
    world.ask(TARGET, scenario="downstream", request_id="b")
    world.run_calm()
    unit = _unit(world, 4, TARGET)
    check(not unit.get("stale"), f"cascade: the target is left stale: {unit.get('stale')}")
    check(unit["inputs"][f"3-{FIRST}"] == 2, "d: the target is left on what has moved")
    attempt = world.oracles.documents[f"history/4-{TARGET}-0002"]
    check(attempt["status"] == "pending", f"d: the attempt that was joined ends {attempt['status']} on what has moved")


def _move(world: Scripted) -> None:
    world.correct(FIRST, 1, 41)
    _redo(world, FIRST)
    while world.deliver():
        pass


def _before_completion(world: Scripted, key: str, happens: Callable[[], None]) -> None:
    """Have something happen once between an attempt's last look at its inputs and its completion."""
    store = world.store
    get_many, waiting = store.get_many, [happens]

    def watched(keys: Sequence[str]) -> Any:
        if key in keys and waiting:
            waiting.pop()()
        return get_many(keys)

    store.get_many = watched  # type: ignore[method-assign]


def capped_target_is_reached(world: Scripted) -> None:
    """A target that was computed under a cap is reached by a correction that asks for exact windows."""
    world.ask(TARGET, request_id="a", max_lookback_days=1)
    world.run_calm()
    before = _unit(world, 4, TARGET)
    world.correct(SECOND, 1, 41)
    _redo(world, SECOND)
    world.run_calm()
    after = _unit(world, 4, TARGET)
    check(after["inputs"][f"3-{SECOND}"] == 2, "cascade: the target does not read the correction")
    check(set(after["inputs"]) == set(before["inputs"]), f"6: it reads {sorted(after['inputs'])} now")
    status = world.oracles.documents[f"backfills/fix-{SECOND}"]["status"]
    check(status == "complete", f"g: the correction is {status}, for a target that is as strict as it was")
    check(after["policy"] == before["policy"], f"g: a cascade has it computed under {after['policy']}")


def unit_is_written_as_it_is_claimed(world: Scripted) -> None:
    """Somebody writes a unit, and does not take it, between the moment a hint's function reads it and its claim."""
    key = f"units/2-{FIRST}"
    read, waiting = world.landing.read, [key]

    def written_meanwhile(day: date, name: str) -> bytes | None:
        if waiting and world.oracles.documents[f"units/1-{FIRST}"]["status"] == "complete":
            held = world.store.get(waiting.pop())
            body = {**held.body, "wanted_by": {**held.body["wanted_by"], "other": 0}}
            world.store.commit([Write(key=key, body=body, revision=held.revision)])
        return read(day, name)

    world.landing.read = written_meanwhile  # type: ignore[method-assign]
    world.ask(FIRST, request_id="a", to_phase=2)
    while world.deliver():
        pass
    check(not waiting and _unit(world, 2, FIRST)["status"] == "complete", "e: the hint is dropped")
    world.run_calm()


def sweep_reads_as_a_plan_is_written(world: Scripted) -> None:
    """A plan's units are written between a sweep's look at Phase 2 and at Phase 3 of a date; then its planner dies."""
    _all_there(world)
    scan, waiting = world.store.scan, ["mend", "expire"]

    def die() -> None:
        raise Crash("planner")

    def written_between(first: str, last: str) -> Any:
        if waiting and first.startswith("units/3-") and waiting.pop() == "mend":
            world.after_commit[f"units/2-{FIRST}"] = die
            world.deliver_plans()
        return scan(first, last)

    _played_longer(world, FIRST)
    _redo(world, FIRST)
    world.store.scan = written_between  # type: ignore[method-assign]
    world.sweep()
    while world.deliver():
        pass
    check(not waiting and _unit(world, 2, FIRST)["fence"] == 2, "h: the lane begins after the phase to be redone")
    world.run_calm()


CASCADE_SCRIPTS = (
    sweep_reads_as_a_plan_is_written,
    unit_is_written_as_it_is_claimed,
    correction_cascades,
    nothing_was_corrected,
    date_moves_after_a_target,
    date_moves_as_a_target_completes,
    same_rows_in_another_order,
    target_runs_as_a_date_moves,
    capped_target_is_reached,
)
