"""Interleavings of operators' words on backfills, written down one by one."""

from typing import Any

from shared.domain.errors import AuditFailed
from shared.service.dead_letter import dead_letter
from tests.simulation.oracles import check
from tests.simulation.scripted import DAYS, Scripted

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
    expected = {f"units/2-{DAYS[0]}", f"units/3-{DAYS[0]}"}
    check(again == expected, f"j: the redo failed, was retried, and {sorted(again)} were done, not {sorted(expected)}")


def _gives_up_what_a_later_phase_needs(world: Scripted, redone: int, wanted: int) -> None:
    """Two backfills redo neighbouring phases of a date, and the one that redoes the earlier is cancelled."""
    day = DAYS[0] if wanted <= 3 else DAYS[2]
    world.ask(DAYS[2], request_id="first")
    world.run_calm()
    world.ask(day, request_id="fix", force=True, from_phase=redone, to_phase=redone)
    world.ask(day, request_id="b", force=True, from_phase=wanted, to_phase=wanted)
    world.deliver_plans()
    before = fences(world)
    say(world, "cancel", "fix")
    world.run_calm()
    status = status_of(world, "backfills/b")
    check(status == "complete", f"3: fix was cancelled, and b, which needs what fix was to redo, is {status}")
    again = {key for key, fence in fences(world).items() if fence > before[key]}
    check(again == {f"units/{wanted}-{day}"}, f"4: nobody wants a redo but of Phase {wanted}, and {sorted(again)} ran")


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
