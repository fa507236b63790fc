"""Requests that end at an earlier phase than what is complete, written down one by one."""

from collections.abc import Callable

from tests.simulation.oracles import check
from tests.simulation.scripted import DAYS, Scripted


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


PHASE_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (only_phase_4_is_redone,)
