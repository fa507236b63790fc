"""Attempts that fail, die or are overtaken, written down one by one."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.errors import StorageUnavailable, WarehouseUnavailable
from shared.ports import Body
from tests.simulation.faults import Crash
from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.violation import check

DAY, TARGET = DAYS[0], DAYS[2]
HOLDER = f"units/2-{DAY}"


def _unit(world: Scripted, key: str) -> Mapping[str, Any]:
    return world.oracles.documents.get(key, {"status": "absent"})


def _deliver_until_due(world: Scripted, seconds: float = 0.0) -> None:
    """Serve what is due, and what comes due within so many seconds, without a sweep."""
    while True:
        while world.deliver():
            pass
        due = world.bus.next_due()
        if due is None or (due - world.clock.now()).total_seconds() > seconds:
            return
        world.clock.set(max(due, world.clock.now()))


def _die() -> None:
    raise Crash("by the script")


def _is_there(world: Scripted) -> None:
    status = _unit(world, f"units/3-{DAY}")["status"]
    check(status == "complete", f"a: without a sweep 3-{DAY} is {status}")
    world.run_calm()


def _dies_as_it_completes(world: Scripted, key: str) -> None:
    """Have whoever completes a unit die at once, the first time."""

    def look() -> None:
        if _unit(world, key)["status"] == "complete":
            _die()
        world.after_commit[key] = look

    world.after_commit[key] = look


def holder_dies_before_it_says_so(world: Scripted) -> None:
    """An instance dies after its unit is complete and before it says so; its message is delivered again."""
    _dies_as_it_completes(world, HOLDER)
    world.ask(DAY, to_phase=3, request_id="a")
    _deliver_until_due(world, seconds=world.config.lease_seconds)
    _is_there(world)


def holder_dies_as_it_completes(world: Scripted) -> None:
    """An instance dies with the commit that completes Phase 3 of a date: who played there is known by then."""
    _dies_as_it_completes(world, f"units/3-{DAY}")
    world.ask(TARGET, request_id="a")
    for _ in range(2):
        world.deliver_some()
        world.advance(world.config.lease_seconds)
    status = _unit(world, f"units/5-{TARGET}")["status"]
    check(status == "complete", f"a: nobody knows who played on {DAY}, and the target is {status}")
    world.run_calm()


def completion_cannot_be_published(world: Scripted) -> None:
    """The bus refuses a completion once: the message that brought it about is delivered again."""
    port = world.stack.port
    assert port is not None
    publish, refused = port.publish, ["phase2-complete"]

    def refusing(topic: str, body: Body) -> str:
        if topic in refused:
            refused.remove(topic)
            raise StorageUnavailable("injected: not confirmed")
        return publish(topic, body)

    port.publish = refusing  # type: ignore[method-assign]
    world.ask(DAY, to_phase=3, request_id="a")
    _deliver_until_due(world, seconds=world.config.lease_seconds)
    check(not refused, "the script refused no completion")
    _is_there(world)


def _successor_completes(world: Scripted) -> None:
    """Have the lease of a holder that stands still run out, and another one take its unit to the end."""
    world.advance(world.config.lease_seconds + 1)
    world.sweep()
    world.advance(world.config.resend_seconds)
    world.sweep()
    _deliver_until_due(world)
    status = _unit(world, HOLDER)["status"]
    check(status == "complete", f"the script has no successor that completes: {status}")


def zombie_comes_back_to_publish(world: Scripted) -> None:
    """A holder stands still as it publishes; its lease runs out, a successor completes, and then it goes on."""
    world.before_replacing["games", DAY] = lambda: _successor_completes(world)
    world.ask(DAY, to_phase=3, request_id="a")
    world.run_calm()


def zombie_comes_back_to_complete(world: Scripted) -> None:
    """A holder stands still after it has computed; its lease runs out, a successor completes, and then it goes on."""
    world.after_build[HOLDER] = lambda: _successor_completes(world)
    world.ask(DAY, to_phase=3, request_id="a")
    world.run_calm()


def input_moves_while_a_target_is_published(world: Scripted) -> None:
    """A date of a target's window is corrected, for itself alone, after the target's last look before publishing."""

    def move() -> None:
        world.correct(DAY, 1, 41)
        world.ask(DAY, scenario="reprocess", cascade=False, request_id="fix")
        _deliver_until_due(world)

    world.before_replacing["sides", TARGET] = move
    world.ask(TARGET, request_id="a")
    world.run_calm()
    unit = _unit(world, f"units/4-{TARGET}")
    check(unit["inputs"][f"3-{DAY}"] == 2, f"c: the target is left on what moved as it was published: {unit['inputs']}")


def holder_dies_before_it_publishes(world: Scripted) -> None:
    """A holder dies; its message is acknowledged for its lease, which nobody is left to end."""
    world.after_build[HOLDER] = _die
    world.ask(DAY, to_phase=3, request_id="a")
    _deliver_until_due(world, seconds=world.config.lease_seconds / 2)
    check(world.bus.idle(), "the script left a message")
    world.run_calm()
    status = _unit(world, HOLDER)["status"]
    check(status == "complete", f"e: the message of {HOLDER} met a live lease, and now the unit is {status}")


def attempt_fails_once(world: Scripted) -> None:
    """An attempt meets a quota: its unit is pending, not before a delay, and its message comes again by itself."""

    def fail() -> None:
        raise WarehouseUnavailable("injected: quota")

    world.after_build[HOLDER] = fail
    world.ask(DAY, to_phase=3, request_id="a")
    _deliver_until_due(world)
    unit = _unit(world, HOLDER)
    check(unit["status"] == "pending", f"e: after an attempt that failed the unit is {unit['status']}")
    check(unit.get("not_before", "") > world.clock.now().isoformat(), "e: the quota is asked again at once")
    _deliver_until_due(world, seconds=world.config.lease_seconds)
    _is_there(world)


def _goes_wrong_for_ever(world: Scripted, happens: Callable[[], None]) -> None:
    """Have every attempt of a unit go wrong; it is to end failed after as many as are allowed."""

    def again() -> None:
        world.after_build[HOLDER] = again
        happens()

    world.after_build[HOLDER] = again
    world.ask(DAY, to_phase=3, request_id="a")
    world.run_calm()
    unit, allowed = _unit(world, HOLDER), world.config.attempts_max
    check(unit["status"] == "failed", f"e: a unit none of whose attempts succeeds is {unit['status']}")
    tried = sum(key.startswith(f"units/2-{DAY}") for key, _ in world.oracles.attempts)
    check(tried == allowed, f"e: {tried} attempts were made, {allowed} are allowed")


def attempts_fail_for_ever(world: Scripted) -> None:
    """Every attempt of a unit meets a quota."""

    def fail() -> None:
        raise WarehouseUnavailable("injected: quota")

    _goes_wrong_for_ever(world, fail)


def attempts_die_for_ever(world: Scripted) -> None:
    """Every instance that takes a unit dies of it."""
    _goes_wrong_for_ever(world, _die)


ATTEMPT_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    zombie_comes_back_to_publish,
    zombie_comes_back_to_complete,
    holder_dies_before_it_says_so,
    holder_dies_as_it_completes,
    completion_cannot_be_published,
    input_moves_while_a_target_is_published,
    holder_dies_before_it_publishes,
    attempt_fails_once,
    attempts_fail_for_ever,
    attempts_die_for_ever,
)
