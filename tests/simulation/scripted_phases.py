"""Requests that end at an earlier phase than what is complete, written down one by one."""

from collections.abc import Callable

from shared.domain.errors import AuditFailed
from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.violation import check


def only_phase_4_is_redone(world: Scripted) -> None:
    """A target is complete to its predictions, and its Phase 4 alone is asked for again."""
    world.stack.source.lost = frozenset()
    world.ask(DAYS[2], request_id="a")
    world.run_calm()
    world.ask(DAYS[2], request_id="b", from_phase=4, to_phase=4, force=True)
    world.run_calm()
    fourth, fifth = (world.oracles.documents[f"units/{phase}-{DAYS[2]}"] for phase in (4, 5))
    check(fourth["fence"] == 2, "to_phase: Phase 4 was not run again")
    check(fifth["status"] == "complete", f"to_phase: Phase 5 is {fifth['status']}, asked for by nobody")
    check(fifth["fence"] == 1, "to_phase: Phase 5 was run again, asked for by nobody")


def two_phases_of_a_date_have_failed(world: Scripted) -> None:
    """Phase 4 of a date fails, then its Phase 2 when it is redone: each sweep blocks Phase 5 for the same one."""
    world.stack.source.lost = frozenset()
    world.after_build[f"units/4-{DAYS[2]}"] = _fail
    world.ask(DAYS[2], request_id="a")
    world.run_calm()
    world.correct(DAYS[2], 1, 41)
    world.after_build[f"units/2-{DAYS[2]}"] = _fail
    world.ask(DAYS[2], scenario="reprocess", to_phase=3, request_id="fix")
    world.run_calm()
    reasons = {phase: world.oracles.documents[f"units/{phase}-{DAYS[2]}"].get("reason") for phase in (3, 5)}
    expected = {3: f"units/2-{DAYS[2]} failed", 5: f"units/4-{DAYS[2]} failed"}
    check(reasons == expected, f"failures: {reasons}")


def _fail() -> None:
    raise AuditFailed("injected: audit")


PHASE_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (only_phase_4_is_redone, two_phases_of_a_date_have_failed)
