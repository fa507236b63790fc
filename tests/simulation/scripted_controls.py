"""Interleavings of operators' words on backfills, written down one by one."""

from collections.abc import Callable
from typing import Any

from shared.adapters.embedded.delivery import Delivery
from shared.domain.backfills import backfill_from
from shared.domain.controls import backfill_control
from shared.domain.errors import AuditFailed
from shared.domain.plan import plan_from
from shared.ports import Write
from shared.service import plan_backfill
from shared.service.app import App
from shared.service.breaker import BREAKER
from shared.service.control_backfill import control_backfill
from shared.service.dead_letter import dead_letter
from shared.service.raise_alerts import raise_alerts
from tests.simulation.endings import units_of
from tests.simulation.faults import Crash
from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.season import SEASON
from tests.simulation.violation import check

Body = dict[str, Any]


def body_of(world: Scripted, key: str) -> Body:
    """Return a document of the ledger."""
    return dict(world.oracles.documents[key])


def status_of(world: Scripted, key: str) -> str:
    """Return the status of a backfill or a unit."""
    return str(body_of(world, key)["status"])


def fences(world: Scripted) -> dict[str, int]:
    """Return the attempts that each unit has had."""
    return {key: body.get("fence", 0) for key, body in world.oracles.documents.items() if key.startswith("units/")}


def say(world: Scripted, action: str, name: str, **fields: Any) -> None:
    """Have an operator's word taken in before anything else."""
    world.control(action, name, **fields)
    while world.deliver({"control_backfill"}):
        pass


def failed_redo_is_retried(world: Scripted) -> None:
    """A redo fails although nothing it reads has moved, and is retried: it is to be done, not to be found complete."""

    def fail() -> None:
        raise AuditFailed("injected: audit")

    world.ask(DAYS[0], to_phase=3, request_id="a")
    world.run_calm()
    world.after_build[f"units/2-{DAYS[0]}"] = fail
    world.ask(DAYS[0], scenario="reprocess", to_phase=3, request_id="fix")
    world.run_calm()
    before = fences(world)
    say(world, "retry", "fix")
    world.run_calm()
    again = {key for key, fence in fences(world).items() if fence > before[key]}
    # What it makes is what was there: the phase after it is not run again.
    check(again == {f"units/2-{DAYS[0]}"}, f"j: the redo failed, was retried, and {sorted(again)} were done")


def _gives_up_what_a_later_phase_needs(world: Scripted, redone: int, wanted: int) -> None:
    """Two backfills redo neighbouring phases of a date, and the one that redoes the earlier is cancelled."""
    day = DAYS[0] if wanted <= 3 else DAYS[2]
    world.ask(DAYS[2], request_id="first")
    world.run_calm()
    world.ask(day, request_id="fix", force=True, from_phase=redone, to_phase=redone)
    world.ask(day, request_id="b", force=True, from_phase=wanted, to_phase=wanted)
    world.deliver_plans()
    say(world, "cancel", "fix")
    world.run_calm()
    status = status_of(world, "backfills/b")
    check(status == "complete", f"3: fix was cancelled, and b, which needs what fix was to redo, is {status}")


def cancelled_before_a_later_phase(world: Scripted) -> None:
    """The redo of Phase 2 is cancelled while another backfill redoes Phase 3 of the same date."""
    _gives_up_what_a_later_phase_needs(world, 2, 3)


def cancelled_before_predictions(world: Scripted) -> None:
    """The redo of Phase 4 is cancelled while another backfill redoes Phase 5 of the same target."""
    _gives_up_what_a_later_phase_needs(world, 4, 5)


def letter_comes_after_a_cancel(world: Scripted) -> None:
    """A message of a cancelled backfill runs out of deliveries; its unit is nobody's any more."""
    world.ask(DAYS[2], request_id="a")
    world.deliver_plans()
    say(world, "cancel", "a")
    key = f"units/1-{DAYS[2]}"
    before = status_of(world, key)
    letter = {"version": 1, "phase": 1, "game_date": str(DAYS[2]), "backfill_id": "a"}
    world.serve("dead_letter", lambda app: dead_letter(app, letter, "scrape.phase1-requests", "9"))
    check(status_of(world, key) == before, f"f: a letter that came after the cancel made {key} {status_of(world, key)}")


def ends(world: Scripted, **expected: str) -> None:
    """Hold that backfills end as expected."""
    found = {name: status_of(world, f"backfills/{name}") for name in expected}
    check(found == expected, f"f: they end {found}, not {expected}")


def lanes_of(world: Scripted) -> dict[str, str]:
    """Return in whose name each queued or started lane runs."""
    frontier = body_of(world, f"frontier/{SEASON}")
    return {name: owner for name, _, owner in (*frontier["queue"], *frontier["lanes"])}


def ran_once(world: Scripted) -> None:
    """Hold that no unit was run twice."""
    twice = sorted(key for key, fence in fences(world).items() if fence > 1)
    check(not twice, f"4: {twice} were run more than once")


def paused_in_the_middle(world: Scripted) -> None:
    """A backfill is paused while its first dates run; nothing more of it starts until it is resumed."""
    world.configure(max_in_flight=2)
    world.stack.source.lost = frozenset()
    world.ask(DAYS[5], request_id="a")
    world.deliver_plans()
    while world.deliver({"scrape"}):
        pass
    world.ask(DAYS[0], to_phase=1, request_id="b")
    world.deliver_plans()
    say(world, "pause", "a", reason="the source is down", requested_by="ops")
    owners = lanes_of(world).values()
    check("a" not in owners, f"f: a is paused, and lanes are still to be started or held for it: {lanes_of(world)}")
    before = fences(world)
    world.run_calm()
    started = {key for key, fence in fences(world).items() if fence > before[key] and key != f"units/1-{DAYS[0]}"}
    check(not started, f"f: {sorted(started)} were run while their only backfill was paused")
    told = body_of(world, "backfills/a")
    check((told["status"], told["stopped_by"], told["stopped_reason"]) == ("paused", "ops", "the source is down"), "f")
    say(world, "resume", "a")
    while world.deliver():
        pass
    ends(world, a="complete", b="complete")
    world.run_calm()
    ran_once(world)


def paused_beside_another(world: Scripted) -> None:
    """Of two backfills that share everything one is paused; the other goes on, and leaves nothing for the first."""
    for name in ("a", "b"):
        world.ask(DAYS[2], request_id=name)
    world.deliver_plans()
    world.deliver({"scrape"})
    say(world, "pause", "a")
    while world.deliver():
        pass
    ends(world, a="paused", b="complete")
    say(world, "resume", "a")
    ends(world, a="complete")
    world.run_calm()
    ran_once(world)


def paused_after_a_release(world: Scripted) -> None:
    """A target is released, then its backfill is paused, and cancelled, and resumed after the message has come."""
    world.ask(DAYS[2], request_id="a")
    while not world.oracles.documents.get(f"units/4-{DAYS[2]}", {}).get("manifest"):
        world.deliver()
    say(world, "pause", "a")
    say(world, "cancel", "a")
    while world.deliver():
        pass
    counts = body_of(world, "backfills/a")["counts"]
    check(counts == {"complete": 9, "cancelled": 2}, f"f: a was cancelled before two units ran, and counts {counts}")
    say(world, "resume", "a")
    while world.deliver():
        pass
    ends(world, a="complete")
    world.run_calm()
    ran_once(world)


def paused_before_predictions(world: Scripted) -> None:
    """A backfill is paused while Phase 4 of its target is computed: that finishes, Phase 5 waits for the resume."""

    def pause() -> None:
        say(world, "pause", "a")

    world.after_build[f"units/4-{DAYS[2]}"] = pause
    world.ask(DAYS[2], request_id="a")
    world.run_calm()
    found = [status_of(world, f"units/{phase}-{DAYS[2]}") for phase in (4, 5)]
    check(found == ["complete", "pending"], f"f: a was paused while Phase 4 ran, and Phases 4 and 5 are {found}")
    world.after_commit["backfills/a"] = _die
    world.control("resume", "a")
    lost = world.bus.receive({"control_backfill"}, 1)
    world.serve("control_backfill", lambda app: _word(app, lost[0]))
    world.bus.acknowledge(lost[0])
    world.run_calm()
    ends(world, a="complete")
    ran_once(world)


def pause_dies_half_way(world: Scripted) -> None:
    """Whoever pauses a backfill dies once that is written, and its message is lost; the sweep takes it from all.

    Its target is another's, too, and can never be had: that goes on waiting for the other alone.
    """
    for name in ("a", "b"):
        world.ask(DAYS[5], request_id=name)
    world.deliver_plans()
    world.after_commit["backfills/a"] = _die
    world.control("pause", "a")
    lost = world.bus.receive({"control_backfill"}, 1)
    world.serve("control_backfill", lambda app: _word(app, lost[0]))
    world.bus.acknowledge(lost[0])
    world.run_calm()
    waiting = body_of(world, f"frontier/{SEASON}")["targets"]
    check(waiting == {str(DAYS[5]): ["b"]}, f"f: a is paused, and {waiting} still wait")


def resume_overtakes_a_round(world: Scripted) -> None:
    """A round that began before a pause writes a unit, at the epoch of then, after the resume."""
    world.ask(DAYS[2], request_id="a")
    world.deliver_plans()
    say(world, "pause", "a")
    say(world, "resume", "a")
    key = f"units/5-{DAYS[2]}"
    held = world.store.get(key)
    assert held is not None
    world.store.commit([Write(key=key, body={**held.body, "wanted_by": {"a": 0}}, revision=held.revision)])
    world.run_calm()
    ends(world, a="complete")


def resume_overtakes_the_planner(world: Scripted) -> None:
    """A planner that stood still since before a pause writes its units, at the epoch of then, after the resume."""
    world.ask(DAYS[2], request_id="a")
    world.deliver_plans()
    say(world, "pause", "a")
    say(world, "resume", "a")
    body = body_of(world, "backfills/a")
    plan = plan_from(body_of(world, "plans/a"))
    wish = plan_backfill._Wish(name="a", epoch=0, request=backfill_from(body).request, plan=plan)
    world.serve("plan_backfill", lambda app: plan_backfill._write_units(app, wish))
    epochs = {body["wanted_by"]["a"] for key, body in world.oracles.documents.items() if key.startswith("units/")}
    check(epochs == {2}, f"f: a stands at its epoch 2, and its units at {epochs}")
    world.run_calm()
    ends(world, a="complete")


def paused_while_a_redo_completes(world: Scripted) -> None:
    """A backfill that redoes a date is paused while its Phase 3 is computed: the resume has it cascade."""

    def pause() -> None:
        say(world, "pause", "fix")

    world.ask(DAYS[2], request_id="a")
    world.run_calm()
    world.after_build[f"units/3-{DAYS[0]}"] = pause
    world.correct(DAYS[0], 1, 41)
    world.ask(DAYS[0], scenario="reprocess", request_id="fix")
    world.run_calm()
    check(bool(body_of(world, f"units/4-{DAYS[2]}").get("stale")), "the script did not leave the target stale")
    say(world, "resume", "fix")
    world.run_calm()
    ends(world, fix="complete")
    stale = body_of(world, f"units/4-{DAYS[2]}").get("stale")
    check(not stale, f"f: fix was paused while its date changed, and the target is stale: {stale}")


def a_part_is_retried(world: Scripted) -> None:
    """Two dates fail, and one of them is retried: what the other blocks stays blocked."""
    world.stack.source.lost = frozenset({DAYS[1], DAYS[3]})
    world.request(start_date=str(DAYS[0]), end_date=str(DAYS[5]), request_id="a", max_lookback_days=2)
    world.run_calm()
    world.stack.source.lost = frozenset()
    before = fences(world)
    say(world, "retry", "a", dates=[str(DAYS[3])])
    world.run_calm()
    again = {key for key, fence in fences(world).items() if fence > before[key]}
    # Targets look back two days: the fourth date, retried, still needs the second, and the two after it do not.
    expected = {f"units/{phase}-{DAYS[3]}" for phase in (1, 2, 3)}
    expected |= {f"units/{phase}-{day}" for phase in (4, 5) for day in DAYS[4:]}
    check(again == expected, f"j: {sorted(again)} were run for the retry of one date, not {sorted(expected)}")
    ends(world, a="failed")
    say(world, "retry", "a", phase=1)
    world.run_calm()
    ends(world, a="complete")
    twice = {key: fence for key, fence in fences(world).items() if fence > 1}
    check(twice == {f"units/1-{DAYS[1]}": 2, f"units/1-{DAYS[3]}": 2}, f"j: {twice} were run more than once")


def breaker_trips(world: Scripted) -> None:
    """Phase 1 fails on three of the first four dates, and again on the next one after the backfill was resumed."""
    world.configure(max_in_flight=1, breaker_dates_min=4)
    world.stack.source.lost = frozenset(DAYS[1:5])
    world.request(start_date=str(DAYS[0]), end_date=str(DAYS[5]), to_phase=3, request_id="a")
    world.run_calm()
    told = body_of(world, "backfills/a")
    said = (told["status"], told["stopped_by"], told["stopped_reason"])
    expected = ("paused", BREAKER, "Phase 1 failed on 3 of 4 dates, more than 50 %")
    check(said == expected, f"breaker: a is {said}, not {expected}")
    world.serve("raise_alerts", raise_alerts)
    fired = {body["id"]: body["status"] for key, body in world.oracles.documents.items() if key.startswith("alerts/")}
    check(fired.get("circuit_breaker.a") == "firing", f"breaker: the incidents are {fired}")
    say(world, "resume", "a")
    world.run_calm()
    check(world.oracles.ended == ["a"], f"breaker: it tripped {len(world.oracles.ended)} times")
    ends(world, a="failed")
    world.stack.source.lost = frozenset()
    say(world, "retry", "a")
    world.run_calm()
    ends(world, a="complete")


def a_poisoned_date_stalls_nobody(world: Scripted) -> None:
    """Two dates of six fail, the first of them at once, and block most of the targets; the breaker does not trip.

    It is for what fails, not for what that blocks: when the second fails, four of five targets are held up.
    """
    world.configure(max_in_flight=1, breaker_dates_min=3)
    world.stack.source.lost = frozenset({DAYS[0], DAYS[4]})
    world.request(start_date=str(DAYS[0]), end_date=str(DAYS[5]), request_id="a", max_lookback_days=2)
    world.run_calm()
    ends(world, a="failed")
    status = status_of(world, f"units/5-{DAYS[3]}")
    check(status == "complete", f"breaker: the target that needs neither of the dates is {status}")


def plan_is_applied_after_the_ledger_moved(world: Scripted) -> None:
    """A dry run is looked at, then others run a part of it, then it is applied by the instance that looked."""
    world.one_process = True
    world.ask(DAYS[2], request_id="dry", dry_run=True)
    world.run_calm()
    world.ask(DAYS[1], request_id="b")
    world.run_calm()
    check(not any("dry" in unit.get("wanted_by", {}) for unit in units_of(world).values()), "f: a dry run ran")
    world.serve("status", lambda app: app.ledger.plan("dry"))
    say(world, "apply", "dry")
    world.run_calm()
    ends(world, dry="complete", b="complete")
    ran_once(world)
    wanted = sorted(key for key, unit in units_of(world).items() if "dry" in unit.get("wanted_by", {}))
    run = body_of(world, "plans/dry")["run"]
    planned = sorted(f"units/{phase}-{day}" for phase, days in run.items() for day in days)
    check(wanted == planned, f"apply: the plan says {planned}, and {wanted} were wanted")
    check(f"units/1-{DAYS[0]}" not in planned, f"apply: {planned} were planned although a part was there")


def _die() -> None:
    raise Crash("half way")


def _word(app: App, delivery: Delivery) -> None:
    control_backfill(app, backfill_control(delivery.body), delivery.message_id)


CONTROL_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    failed_redo_is_retried,
    cancelled_before_a_later_phase,
    cancelled_before_predictions,
    letter_comes_after_a_cancel,
    paused_in_the_middle,
    paused_beside_another,
    paused_after_a_release,
    paused_before_predictions,
    pause_dies_half_way,
    resume_overtakes_a_round,
    resume_overtakes_the_planner,
    paused_while_a_redo_completes,
    a_part_is_retried,
    breaker_trips,
    a_poisoned_date_stalls_nobody,
    plan_is_applied_after_the_ledger_moved,
)
