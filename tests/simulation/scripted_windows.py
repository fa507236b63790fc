"""Windows and policies at their edges, written down one by one."""

from collections.abc import Callable
from typing import Any

from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.violation import check

TARGET = DAYS[5]


def _ask_with_nothing_lost(world: Scripted, **fields: Any) -> None:
    world.stack.source.lost = frozenset()
    world.ask(TARGET, **fields)


def days_reach_further_than_games(world: Scripted) -> None:
    """A window of days begins with a date that no window of games reaches."""
    _ask_with_nothing_lost(world, request_id="a")
    world.run_calm()
    read = world.oracles.documents[f"units/4-{TARGET}"]["inputs"]
    check(f"3-{DAYS[0]}" in read, f"1: the first of the days is not read: {sorted(read)}")


def player_turns_out_not_to_have_played(world: Scripted) -> None:
    """A player's line is corrected, he did not play, under an instance that remembers the date as it was."""
    world.one_process = True
    _ask_with_nothing_lost(world, request_id="a", max_lookback_days=3)
    world.run_calm()
    world.correct(DAYS[3], 1, None)
    world.ask(DAYS[3], scenario="reprocess", request_id="fix")
    world.deliver_some()
    read = world.oracles.documents[f"units/4-{TARGET}"]["inputs"][f"3-{DAYS[3]}"]
    check(read == 2, f"cascade: {DAYS[3]} was corrected, and the target is computed from its version {read}")
    world.run_calm()


def strict_and_lax_ask_at_once(world: Scripted) -> None:
    """Two backfills want a target, one of them under a cap: what is computed satisfies both."""
    _ask_with_nothing_lost(world, request_id="lax", max_lookback_days=1)
    world.ask(TARGET, request_id="strict")
    world.deliver_plans()
    world.run_calm()
    ends = {name: world.oracles.documents[f"backfills/{name}"]["status"] for name in ("lax", "strict")}
    check(set(ends.values()) == {"complete"}, f"g: everything could be had, and they end {ends}")


def others_complete_what_is_not_asked_for(world: Scripted) -> None:
    """Dates below a target's cap complete for another backfill, after its plan was made and before its release."""
    _ask_with_nothing_lost(world, request_id="a", max_lookback_days=1)
    world.deliver_plans()
    held = world.bus.receive({"scrape"}, 10)
    for delivery in held:
        world.bus.acknowledge(delivery)
    world.ask(DAYS[1], request_id="b")
    while world.deliver():
        pass
    for delivery in held:
        world.bus.publish("phase1-requests", delivery.body)
    world.run_calm()
    read = sorted(name for name in world.oracles.documents[f"units/4-{TARGET}"]["inputs"] if name.startswith("3-"))
    check(read == [f"3-{DAYS[4]}", f"3-{TARGET}"], f"6: what happened to be complete is read: {read}")


WINDOW_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    days_reach_further_than_games,
    player_turns_out_not_to_have_played,
    strict_and_lax_ask_at_once,
    others_complete_what_is_not_asked_for,
)
