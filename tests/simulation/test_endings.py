"""What a run may leave undone at its end, and that it is done when it is asked for again."""

from collections.abc import Callable
from datetime import date
from random import Random

from shared.domain.errors import AuditFailed
from tests.simulation.faults import Chaos, Crash
from tests.simulation.scripted import DAYS, HISTORY, Scripted, carry_out, small_world
from tests.simulation.scripted_schedule import postpone, schedule

DAY, TARGET, LAST = DAYS[2], DAYS[4], DAYS[-1]


def _dies_without_its_game(world: Scripted, day: date) -> Callable[[], None]:
    def lose_the_game() -> None:
        with world.calm():
            postpone(world, day)
        raise Crash("half way")

    return lose_the_game


def test_a_date_whose_game_is_back_when_its_backfill_is_over_is_run_when_it_is_asked_for() -> None:
    def script(world: Scripted) -> None:
        world.stack.source.lost = frozenset()
        world.before_replacing["games", DAY] = _dies_without_its_game(world, DAY)
        world.ask(TARGET, request_id="a")
        while world.deliver():
            pass
        held = world.oracles.documents
        assert held["backfills/a"]["status"] == "complete"
        assert held[f"units/2-{DAY}"]["status"] == "running"
        schedule(world, DAY)
        world.run_calm()
        assert (held[f"units/2-{DAY}"]["status"], held[f"units/3-{DAY}"]["status"]) == ("pending", "blocked")
        assert held[f"units/4-{TARGET}"]["stale"]
        world.ask(TARGET, request_id="b")
        world.run_calm()
        assert [held[f"units/{phase}-{DAY}"]["status"] for phase in (1, 2, 3)] == ["complete"] * 3
        assert f"3-{DAY}" in held[f"units/4-{TARGET}"]["inputs"]
        assert not held[f"units/4-{TARGET}"].get("stale")

    carry_out(small_world(Random(0), Chaos()), script)


def test_the_last_date_of_a_season_that_loses_its_game_while_it_runs_does_not_run_for_ever() -> None:
    def script(world: Scripted) -> None:
        world.stack.source.lost = frozenset()
        world.before_replacing["windows", LAST] = _dies_without_its_game(world, LAST)
        world.ask(LAST, request_id="a")
        world.run_calm()
        assert world.oracles.documents[f"units/4-{LAST}"]["status"] == "blocked"

    carry_out(small_world(Random(0), Chaos()), script)


def test_a_target_that_its_own_date_and_another_hold_up_is_told_so_once() -> None:
    def script(world: Scripted) -> None:
        def fail() -> None:
            raise AuditFailed("injected: audit")

        world.after_build[f"units/2-{LAST}"] = fail
        world.scraped(LAST)
        world.run_calm()
        # Now it is to be foretold, and one of the dates in its window can never be had.
        world.scraped(TARGET)
        world.run_calm()
        held = world.oracles.documents
        assert held[f"units/2-{LAST}"]["status"] == "failed"
        assert held[f"units/4-{LAST}"]["reason"] == f"units/1-{DAYS[3]} failed, and its window needs that date"

    carry_out(small_world(Random(0), Chaos()), script)


def test_a_target_that_others_gave_up_is_decided_for_who_cascades() -> None:
    def script(world: Scripted) -> None:
        world.stack.source.lost = frozenset({DAYS[1]})
        world.ask(TARGET, request_id="capped", max_lookback_days=2)
        world.run_calm()
        world.ask(TARGET, scenario="reprocess", request_id="whole")
        world.run_calm()
        held = world.oracles.documents
        assert (held["backfills/whole"]["status"], held[f"units/4-{TARGET}"]["status"]) == ("failed", "blocked")
        # The first has the lost date tried again, so that nobody waits for the target any more; the other's change
        # reaches it, and is computed as it was before, without the lost date.
        world.ask(DAY, scenario="reprocess", cascade=False, request_id="neighbour")
        world.correct(DAYS[3], 1, 41)
        world.ask(DAYS[3], scenario="reprocess", request_id="fix")
        while world.deliver():
            pass
        assert [held[f"units/{phase}-{TARGET}"]["status"] for phase in (4, 5)] == ["complete"] * 2
        world.run_calm()
        assert held["backfills/fix"]["status"] == "failed"

    carry_out(small_world(Random(0), Chaos()), script)


def test_predictions_are_as_strict_as_the_target_that_they_read() -> None:
    def script(world: Scripted) -> None:
        world.stack.source.lost = frozenset()
        world.ask(TARGET, request_id="capped", max_lookback_days=2)
        world.run_calm()
        world.ask(TARGET, request_id="whole-4", to_phase=4)
        world.run_calm()
        world.ask(TARGET, request_id="whole")
        world.run_calm()
        held = world.oracles.documents
        assert held["backfills/whole"]["status"] == "complete"
        assert held[f"units/5-{TARGET}"]["inputs"] == {"4": 2}

    carry_out(small_world(Random(0), Chaos()), script)


def test_a_target_does_not_go_round_and_round_for_a_date_that_was_left_half_replaced() -> None:
    def script(world: Scripted) -> None:
        def fail() -> None:
            raise AuditFailed("injected: audit")

        def redo() -> None:
            world.before_replacing["teams", DAYS[1]] = fail
            world.correct_and_redo(DAYS[1])
            while world.deliver():
                pass

        world.stack.source.lost = frozenset()
        world.request(start_date=str(DAYS[0]), end_date=str(DAY), to_phase=3, request_id="before")
        world.run_calm()
        world.after_build[f"units/3-{DAYS[3]}"] = redo
        world.ask(TARGET, request_id="a")
        world.run_calm()
        held = world.oracles.documents
        assert (held["backfills/fix"]["status"], held["backfills/a"]["status"]) == ("failed", "complete")
        assert held[f"units/4-{TARGET}"]["inputs"][f"3-{DAYS[1]}"] == 2

    carry_out(small_world(Random(0), Chaos()), script)


def test_a_target_that_is_to_be_stricter_as_it_completes_is_sent_for_again() -> None:
    def script(world: Scripted) -> None:
        def ask_for_more() -> None:
            world.ask(TARGET, request_id="whole")
            world.deliver_plans()

        world.stack.source.lost = frozenset()
        world.request(start_date=str(DAYS[0]), end_date=str(TARGET), to_phase=3, request_id="before")
        world.run_calm()
        world.after_build[f"units/4-{TARGET}"] = ask_for_more
        world.ask(TARGET, request_id="capped", max_lookback_days=2)
        held = world.oracles.documents
        while held.get(f"units/4-{TARGET}", {"status": ""})["status"] != "complete":
            world.deliver()
        # It is decided for the other before its predictions have come to their end.
        told = {"version": 1, "phase": 3, "game_date": str(DAYS[0]), "backfill_id": "before"}
        world.bus.publish("phase3-complete", told)
        while world.deliver({"coordinate"}):
            pass
        assert held[f"units/4-{TARGET}"]["status"] == "pending"
        while world.deliver():
            pass
        assert [held[f"units/{phase}-{TARGET}"]["status"] for phase in (4, 5)] == ["complete"] * 2
        world.run_calm()

    carry_out(small_world(Random(0), Chaos()), script)


def test_a_target_that_is_held_up_as_its_backfill_goes_on_is_computed_if_others_have_the_date_run_again() -> None:
    def script(world: Scripted) -> None:
        held = world.oracles.documents

        def run_again() -> None:
            world.stack.source.lost = frozenset()
            world.ask(DAYS[3], to_phase=3, request_id="b")
            while held[f"units/3-{DAYS[3]}"]["status"] != "complete":
                world.deliver({"scrape", *HISTORY})

        world.ask(DAYS[3], request_id="a")
        while held.get(f"units/1-{DAYS[3]}", {"status": ""})["status"] != "failed":
            world.deliver()
        world.control("pause", "a")
        world.deliver_some()
        assert held[f"units/4-{DAYS[3]}"]["status"] == "blocked"
        world.after_commit["backfills/a"] = run_again
        world.control("resume", "a")
        # The word of the failure comes once more, before that of the completion.
        world.bus.publish("unit-failed", {"version": 1, "phase": 1, "game_date": str(DAYS[3]), "backfill_id": "a"})
        world.deliver_some()
        assert held["backfills/a"]["status"] == "complete"
        world.run_calm()

    carry_out(small_world(Random(0), Chaos()), script)
