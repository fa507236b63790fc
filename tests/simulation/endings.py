"""What must hold once nothing moves any more, and between a run with faults and the same without."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from tests.simulation.oracles import STOPPED, TERMINAL
from tests.simulation.scenarios import Scenario
from tests.simulation.season import SEASON
from tests.simulation.violation import check
from tests.simulation.world import World

Units = Mapping[str, Mapping[str, Any]]


def judge_end(world: World, scenario: Scenario) -> None:
    """Invariant 3: nothing is lost; and whatever has moved since it was read is flagged."""
    found = units_of(world)
    backfills = backfills_of(world)
    for name, body in backfills.items():
        ended = ("complete", "failed", *STOPPED) if name in world.oracles.ended else ("complete", "failed")
        check(body["status"] in ended, f"3: backfill {name} is {body['status']} for ever")
    for request in scenario.requests if scenario.kind != "fix" else scenario.requests[:1]:
        name = request["request_id"]
        check(name in backfills, f"3: request {name} was lost")
    world.oracles.asked.end(backfills, world.oracles.over)
    _judge_lanes(world)
    _judge_daily(world, found)
    for key, unit in found.items():
        wanters = unit.get("wanted_by", {})
        if wanters and not (unit["status"] in ("pending", "blocked") and _is_left(world, backfills, key, wanters)):
            check(unit["status"] in TERMINAL, f"3: {key} is {unit['status']} for ever, wanted by {wanters}")
        if unit["status"] == "complete":
            _judge_fresh(world, found, key, unit)
            _judge_cascaded(backfills, key, unit)
            if key[6] == "4" and not unit.get("stale") and date.fromisoformat(key[8:]) in world.season.fixtures:
                world.oracles.computed.windows_hold(key)


def judge_same(wild: World, calm: World) -> None:
    """Invariant 6: the tables of a run with faults are those of a run without.

    Where a date can never be had, it depends on when that was heard which others were still asked for; how each
    backfill ends, and what both runs completed, is the same even so.
    """
    for name, backfill in backfills_of(calm).items() if _comparable(calm) else ():
        status = backfills_of(wild)[name]["status"]
        check(status == backfill["status"], f"6: {name} ends {status}, without faults {backfill['status']}")
    with_faults, without = units_of(wild), units_of(calm)
    lossy = any(unit["status"] == "failed" for unit in without.values())
    for key, unit in without.items():
        other = with_faults.get(key)
        check(lossy or other is not None, f"6: {key} was never run")
        if other is None:
            continue
        same = other["status"] == unit["status"]
        check(same or lossy, f"6: {key} {other['status']}, without faults {unit['status']}")
        # Of requests of which none can have what satisfies another, the order decides for which one it was computed.
        alike = same and (_comparable(calm) or other.get("policy") == unit.get("policy"))
        check(not alike or other.get("digests") == unit.get("digests"), f"6: {key} differs from the run without faults")
    extra = set(with_faults) - set(without)
    check(lossy or not extra, f"6: run although the run without faults needs none of {sorted(extra)}")


def attempts_spent(world: World) -> bool:
    """Return whether a unit failed that would not have failed without faults."""
    return any(key[6] != "1" or date.fromisoformat(key[8:]) not in world.lost for key in world.oracles.failed)


def backfills_of(world: World) -> Units:
    """Return every backfill's document, by id."""
    return {key[10:]: body for key, body in world.oracles.documents.items() if key.startswith("backfills/")}


def units_of(world: World) -> Units:
    """Return every unit's document, by key."""
    return {key: body for key, body in world.oracles.documents.items() if key.startswith("units/")}


def _comparable(world: World) -> bool:
    """Return whether one policy can satisfy every request without asking for more than one of them does."""
    asked = [body["request"] for body in backfills_of(world).values()]
    if len({tuple(request["accept_missing"]) for request in asked}) > 1:
        return False
    capped = any(request["max_lookback_days"] is not None for request in asked)
    return not capped or all(request["min_coverage"] == 1.0 for request in asked)


def _judge_lanes(world: World) -> None:
    """No lane is left for what nobody wants any more."""
    stopped = [name for name, body in backfills_of(world).items() if body["status"] in STOPPED]
    for key, body in world.oracles.documents.items():
        if key.startswith("frontier/"):
            left = [name for name, *_ in (*body["lanes"], *body["queue"])]
            check(not left, f"f: the lanes {left} are left when nothing moves any more")
            check(
                not any(name in stopped for wanters in body["targets"].values() for name in wanters),
                f"f: {body['targets']} wait for {stopped}, which are cancelled or paused",
            )


def _judge_cascaded(backfills: Units, key: str, unit: Mapping[str, Any]) -> None:
    """A corrected date whose backfill came to a good end leaves no target stale, unless it was to."""
    for cause in (cause for causes in unit.get("stale", {}).values() for cause in causes):
        fix = backfills.get(f"fix-{cause[2:12]}")
        if fix is not None and fix["status"] == "complete" and fix["request"]["cascade"]:
            check(False, f"cascade: {fix['id']} is complete, and {key} is stale: {cause}")


def _judge_daily(world: World, found: Units) -> None:
    """The date after each one of the daily path was computed before its games, unless they were known already."""
    games = sorted(world.oracles.documents[f"calendar/{SEASON}"]["games"])
    for day, following in pairwise(games):
        unit = found.get(f"units/3-{day}", {})
        if unit.get("status") == "complete" and "live" in unit["wanted_by"]:
            known = found.get(f"units/3-{following}", {}).get("version")
            expected = found.get(f"units/4-{following}")
            check(bool(known) or expected is not None, f"daily: {day} was scraped, and {following} is not foretold")


def _is_stopped(backfill: Mapping[str, Any] | None) -> bool:
    return backfill is not None and backfill["status"] in STOPPED


def _is_left(world: World, backfills: Units, key: str, wanters: Mapping[str, int]) -> bool:
    """Return whether a unit that is still to be run is nobody's until somebody asks for it again.

    One that a cancelled backfill opened again stays so; were it another's too, that would never have ended. One that
    lost its game was done with when its backfill ended, and once it has one again the targets that need it are flagged.
    """
    if any(_gave_up(backfills.get(name)) or _is_stopped(backfills.get(name)) for name in wanters):
        return True
    changes = world.oracles.documents[f"calendar/{SEASON}"].get("changes", ())
    rescheduled = any(change["date"] == key[8:] for change in changes)
    return rescheduled and all(name in world.oracles.over for name in wanters)


def _gave_up(backfill: Mapping[str, Any] | None) -> bool:
    """Return whether a backfill ended with blocked units; when the failure is mended later, they are nobody's."""
    return backfill is not None and backfill["counts"].get("blocked", 0) > 0


def _judge_fresh(world: World, found: Units, key: str, unit: Mapping[str, Any]) -> None:
    """A complete unit of which an input has moved is flagged."""
    for name, version in unit.get("inputs", {}).items():
        upstream = f"units/{int(key[6]) - 1}-{key[8:]}" if name.isdigit() else f"units/{name}"
        if upstream in found:
            moved = found[upstream].get("version", 0) != version
            check(not moved or unit.get("stale"), f"stale: {key} read {upstream} at {version}, and nobody says so")
    if key[6] == "2":
        for name in ("games", "player_boxscores"):
            landed = world.oracles.truth.landed(date.fromisoformat(key[8:]), name)
            told = any(cause.startswith("1-") for cause in unit.get("stale", {}).get("*", []))
            check(unit["inputs"][name] == landed or told, f"k: {key} is not made from the {name} that lie there")
