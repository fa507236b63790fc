"""Requests that come twice, and landing files that people and Phase 1 both write, written down one by one."""

from collections.abc import Callable
from typing import Any

from shared.service.plan_backfill import plan_backfill
from tests.simulation.faults import Crash
from tests.simulation.scripted import DAYS, Scripted
from tests.simulation.violation import check

DAY = DAYS[0]
BOXES = (DAY, "player_boxscores.jsonl")


def _backfills(world: Scripted) -> dict[str, str]:
    found = world.oracles.documents.items()
    return {key[10:]: body["status"] for key, body in found if key.startswith("backfills/")}


def same_is_asked_twice(world: Scripted) -> None:
    """Two operators ask for the same, neither with an id of his own, while the first request is under way."""
    world.ask(DAY, requested_by="one")
    world.deliver_plans()
    world.ask(DAY, requested_by="other")
    world.deliver_plans()
    world.run_calm()
    found = _backfills(world)
    check(len(found) == 1, f"j: the same was asked for twice, and the backfills are {found}")


def same_is_asked_when_it_has_ended(world: Scripted) -> None:
    """An operator asks for what a backfill, which has ended, had asked for."""
    world.ask(DAY, force=True)
    world.run_calm()
    world.ask(DAY, force=True)
    world.run_calm()
    found = _backfills(world)
    check(set(found.values()) == {"complete"} and len(found) == 2, f"j: what was asked for again is not run: {found}")


def request_comes_again_when_it_has_ended(world: Scripted) -> None:
    """A request's message is delivered once more when all that came of it has ended."""
    world.ask(DAY, force=True)
    delivery = world.bus.receive({"plan_backfill"}, 1)[0]
    world.serve("plan_backfill", lambda app: plan_backfill(app, dict(delivery.body), delivery.message_id))
    world.run_calm()
    before = len(world.oracles.attempts)
    world.serve("plan_backfill", lambda app: plan_backfill(app, dict(delivery.body), delivery.message_id))
    world.bus.acknowledge(delivery)
    world.run_calm()
    check(len(_backfills(world)) == 1, f"j: one message is the backfills {_backfills(world)}")
    check(len(world.oracles.attempts) == before, "j: the same message has everything run again")


def _scrape_again(world: Scripted, **fields: Any) -> None:
    world.ask(DAY, from_phase=1, to_phase=3, force=True, **fields)
    world.run_calm()


def corrected_date_is_scraped_again(world: Scripted) -> None:
    """A line is corrected by hand, and then an operator has the date scraped again."""
    world.ask(DAY, to_phase=3, request_id="a")
    world.run_calm()
    world.correct(DAY, 1, 41)
    corrected = world.landing.files[BOXES]
    _scrape_again(world, request_id="b")
    check(world.oracles.documents[f"units/1-{DAY}"]["fence"] == 2, "the script had nothing scraped again")
    check(world.landing.files[BOXES] == corrected, "k: Phase 1 wrote over what was corrected by hand")


def scrape_dies_half_way(world: Scripted) -> None:
    """The source has mended a line; the instance that fetches it dies after the first file it writes."""
    world.ask(DAY, to_phase=3, request_id="a")
    world.run_calm()
    world.stack.source.rows[DAY]["player_boxscores"][0]["points"] = 41
    write, deaths = world.landing.write, ["first"]

    def dying(*given: Any) -> None:
        write(*given)
        if deaths:
            deaths.pop()
            raise Crash("by the script")

    world.landing.write = dying  # type: ignore[method-assign]
    _scrape_again(world, request_id="b")
    check(not deaths, "the script had nobody die")
    mended = b'"points":41' in world.landing.files[BOXES].replace(b" ", b"")
    check(mended, "k: what a crash left of a scrape passes for a correction by hand")


REQUEST_SCRIPTS: tuple[Callable[[Scripted], None], ...] = (
    same_is_asked_twice,
    same_is_asked_when_it_has_ended,
    request_comes_again_when_it_has_ended,
    corrected_date_is_scraped_again,
    scrape_dies_half_way,
)
