"""Every state of an explanation: which it is, what is at the root of it, and the command that goes on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared.adapters.embedded.memory import VirtualClock
from shared.config import Config
from shared.domain.backfills import BackfillStatus
from shared.domain.calendar import FixtureChange
from shared.domain.errors import InvalidInput
from shared.domain.frontier import Frontier, Lane
from shared.domain.messages import LIVE, BackfillRequest
from shared.domain.policy import EarlySeason, Policy
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.processors.registry import of_phase
from shared.service.app import App
from shared.service.explaining.explain import explain
from shared.service.explaining.explanation import UNHELD, State
from tests.unit.service.world import SEASON, appear, calendar_of, complete, day, make_app, open_backfill, plan_for, put

DAYS = [day(number) for number in range(30)]
DAY = day(20)
REQUEST = BackfillRequest(start_date=DAY, end_date=DAY)
WANTED = {"bf": 0}
ERROR = "AuditFailed: player_game_summary: 3 rows, expected 4"


def at(app: App, when: date) -> App:
    """Have it be midnight of a day, UTC."""
    assert isinstance(app.clock, VirtualClock)
    app.clock.advance((when - app.clock.now().date()).total_seconds())
    return app


def opened(status: BackfillStatus = BackfillStatus.RUNNING, *, stopped: str = "") -> App:
    """A season of 30 game dates, and a backfill of the twenty-first."""
    app = at(make_app(DAYS), day(60))
    open_backfill(app, "bf", REQUEST, status, plan_for(DAY))
    if stopped:
        held = app.ledger.backfill("bf")
        assert held is not None
        told = replace(held[0], stopped_at=app.clock.now().isoformat(), stopped_by="ops", stopped_reason=stopped)
        app.ledger.commit([Write(key=told.key, body=told.body(), revision=held[1])])
    return app


def frontier(app: App, **fields: object) -> None:
    body = Frontier(season=SEASON, **fields).body()  # type: ignore[arg-type]
    app.ledger.commit([Write(key=f"frontier/{SEASON}", body=body)])


def fresh(phase: int, **fields: object) -> Unit:
    """A complete unit whose statements are today's."""
    logic = {each.name: each.logic for each in of_phase(phase)}
    return complete(phase, DAY, logic=logic, **fields)


def pending(phase: int, **fields: object) -> Unit:
    return Unit(phase=phase, game_date=DAY, wanted_by=WANTED, **fields)  # type: ignore[arg-type]


def later(app: App, seconds: float) -> str:
    return (app.clock.now() + timedelta(seconds=seconds)).isoformat()


def is_complete() -> App:
    app = opened()
    put(app, fresh(3, rows={"player_game_summary": 4}))
    return app


def is_stale() -> App:
    app = opened()
    put(app, fresh(3, stale={"*": ("2-2024-11-11: 1 -> 2",)}))
    return app


def is_running() -> App:
    app = opened()
    running = pending(3, status=Status.RUNNING, attempts=2, lease_until=later(app, 100))
    put(app, running)
    return app


def lease_ran_out() -> App:
    app = opened()
    put(app, pending(3, status=Status.RUNNING, attempts=2, lease_until=later(app, -100)))
    return app


def waits_for_its_retry() -> App:
    app = opened()
    put(app, complete(2, DAY), pending(3, attempts=1, not_before=later(app, 60), error="WarehouseUnavailable: quota"))
    return app


def waits_for_phase_2() -> App:
    app = opened()
    put(app, pending(2, status=Status.FAILED, attempts=1, error=ERROR), pending(3))
    return app


def is_queued() -> App:
    app = opened()
    put(app, complete(2, DAY), pending(3))
    lane = Lane(phase=3, backfill_id="bf")
    frontier(app, queue={"3-2024-11-10": lane, f"3-{DAY}": lane}, lanes={"3-2024-11-09": lane})
    return app


def is_due() -> App:
    app = opened()
    put(app, complete(2, DAY), pending(3))
    return app


def is_failed() -> App:
    app = opened(BackfillStatus.FAILED)
    put(app, pending(3, status=Status.FAILED, attempts=1, error=ERROR, updated_at=later(app, 0)))
    return app


def is_blocked() -> App:
    app = is_failed()
    put(app, pending(4, status=Status.BLOCKED, reason=f"units/3-{DAY} failed"))
    return app


def history_failed() -> App:
    app = opened(BackfillStatus.FAILED)
    lost = Unit(phase=3, game_date=day(3), status=Status.FAILED, attempts=1, error=ERROR, wanted_by=WANTED)
    why = f"units/3-{day(3)} failed, and its window needs that date"
    put(app, lost, pending(4, status=Status.BLOCKED, reason=why))
    return app


def is_blocked_no_more() -> App:
    app = opened()
    put(app, complete(3, DAY), pending(4, status=Status.BLOCKED, reason=f"units/3-{DAY} failed"))
    return app


def is_paused() -> App:
    app = opened(BackfillStatus.PAUSED, stopped="the source is down")
    put(app, pending(3))
    return app


def is_cancelled() -> App:
    app = opened(BackfillStatus.CANCELLED, stopped="wrong week")
    put(app, pending(3))
    return app


def nobody_asked() -> App:
    return opened(BackfillStatus.COMPLETE)


def was_rejected() -> App:
    app = nobody_asked()
    body = {"topic": "backfill-requests", "request": f'{{"start_date": "{DAY}"}}', "error": "phase: got 9", "at": "x"}
    app.ledger.commit([Write(key="rejections/a", body=body)])
    return app


def is_only_planned() -> App:
    return opened(BackfillStatus.PLANNED)


def is_being_planned() -> App:
    return opened(BackfillStatus.PLANNING)


def own_date_is_awaited() -> App:
    app = opened()
    put(app, complete(2, DAY), pending(3), pending(4))
    frontier(app, targets={DAY.isoformat(): ["bf"]}, lanes={f"3-{DAY}": Lane(phase=3, backfill_id="bf")})
    return app


def window_is_awaited() -> App:
    """Players 1 and 2 are listed on every date but the eighteenth, whose Phase 3 failed for another backfill."""
    app = opened()
    for each in DAYS[:21]:
        if each != day(17):
            appear(app, each, {1: "AAA", 2: None})
    put(app, Unit(phase=3, game_date=day(17), status=Status.FAILED, attempts=1, error=ERROR, wanted_by={"other": 0}))
    put(app, pending(4))
    known = {each.isoformat(): 1 for each in DAYS[:21] if each != day(17)}
    frontier(app, targets={DAY.isoformat(): ["bf"]}, known=known)
    return app


def is_released_next() -> App:
    app = opened()
    for each in DAYS[:21]:
        appear(app, each, {1: "AAA"})
    put(app, pending(4))
    frontier(app, targets={DAY.isoformat(): ["bf"]}, known={each.isoformat(): 1 for each in DAYS[:21]})
    return app


def is_skipped() -> App:
    app = opened()
    policy = Policy(early_season=EarlySeason.SKIP).body()
    put(app, fresh(4, policy=policy, rows={"player_daily_cache": 0}))
    return app


def is_capped() -> App:
    app = opened()
    manifest = {"floors": {"player:1": [day(10).isoformat(), "capped"], "team:AAA": [day(10).isoformat(), "capped"]}}
    put(app, fresh(4, policy=Policy(max_lookback_days=10).body(), manifest=manifest, rows={"player_daily_cache": 1}))
    return app


RETRY = f"backfill retry bf --dates {DAY} --phase 3"
REQUESTED = f"backfill request {DAY}"
TO_3 = f"{REQUESTED} --to-phase 3"
# The state, the phase asked about, a part of the reason, and the commands.
CASES: list[tuple[Callable[[], App], int, State, str, tuple[str, ...]]] = [
    (is_complete, 3, State.COMPLETE, "complete, at version 1 (4 player_game_summary)", ()),
    (is_stale, 3, State.STALE, "2-2024-11-11: 1 -> 2", (f"backfill request {DAY} {DAY} --from-phase 3",)),
    (is_running, 3, State.RUNNING, "for bf: attempt 2 of 5 holds its lease until", ()),
    (lease_ran_out, 3, State.WAITING_LEASE, "the lease of attempt 2 of 5 ran out at", ("backfill run",)),
    (waits_for_its_retry, 3, State.WAITING_RETRY, "attempt 1 of 5 ended with WarehouseUnav", ("backfill run",)),
    (waits_for_phase_2, 3, State.WAITING_UPSTREAM, f"Phase 2 of {DAY} failed after 1 attempt", (TO_3,)),
    (is_queued, 3, State.QUEUED, "1 date in flight, max_in_flight allows 16, and 1 wait in front", ("backfill run",)),
    (is_due, 3, State.READY, "its message is on its way", ("backfill run",)),
    (is_failed, 3, State.FAILED, f"failed after 1 attempt, at 20.*: {ERROR}", (RETRY,)),
    (is_blocked, 4, State.BLOCKED, f"the phase before it failed: Phase 3 of {DAY} failed", (RETRY,)),
    (
        history_failed,
        4,
        State.BLOCKED,
        f"its window needs {day(3)}, which failed: Phase 3 of {day(3)} failed",
        (
            f"backfill retry bf --dates {day(3)} --phase 3",
            f"backfill request {DAY} {DAY} --accept-missing {day(3)}",
        ),
    ),
    (is_blocked_no_more, 4, State.BLOCKED, f"Phase 3 of {DAY} is complete by now", (REQUESTED,)),
    (is_paused, 3, State.PAUSED, "bf was paused by ops at 20.*: the source is down", ("backfill resume bf", REQUESTED)),
    (is_cancelled, 3, State.CANCELLED, "bf was cancelled by ops at 20.*: wrong", ("backfill resume bf", REQUESTED)),
    (nobody_asked, 3, State.NOT_REQUESTED, "was never requested", (TO_3,)),
    (was_rejected, 4, State.NOT_REQUESTED, "rejected at xZ: phase: got 9", (REQUESTED,)),
    (is_only_planned, 4, State.NOT_REQUESTED, "by the dry run bf", ("backfill apply bf", REQUESTED)),
    (is_being_planned, 4, State.QUEUED, "bf asks for .* and is being planned", ("backfill run",)),
    (own_date_is_awaited, 4, State.WAITING_OWN_DATE, f"Phase 3 of {DAY} is due", ("backfill run",)),
    (
        window_is_awaited,
        4,
        State.WAITING_WINDOW,
        f"waits for Phase 3 of 1 date: {day(17)}, which .* need: Phase 3 of {day(17)} failed",
        (f"backfill request {day(17)} --to-phase 3",),
    ),
    (is_released_next, 4, State.READY, "releases it in its next round", ("backfill run",)),
    (is_skipped, 4, State.SKIPPED, "skips who has fewer games than the minimum", (REQUESTED,)),
    (is_capped, 4, State.CAPPED, "cut short: 1 player by max_lookback_days 10", (REQUESTED,)),
    (is_capped, 5, State.NOT_REQUESTED, "was never requested", (REQUESTED,)),
]


@pytest.mark.parametrize(("world", "phase", "state", "why", "commands"), CASES)
def test_a_state(world: Callable[[], App], phase: int, state: State, why: str, commands: tuple[str, ...]) -> None:
    found = explain(world(), DAY, phase)
    assert found.state is state, found
    for part in why.split(".*"):
        assert part in found.why, found.why
    assert found.commands == commands
    assert found.held is (state not in UNHELD)
    assert found.chain[0].phase == phase


def test_every_state_but_those_of_a_player_has_a_case() -> None:
    of_players = {State.NOT_SCHEDULED, State.NOT_LISTED, State.SHORT_HISTORY, State.DID_NOT_PLAY, State.FILE_MISSING}
    others = {State.NO_GAMES, State.DROPPED, State.PRE_GAME}
    assert {case[2] for case in CASES} == set(State) - of_players - others


def test_the_dates_of_a_window_come_with_who_needs_them() -> None:
    (need,) = explain(window_is_awaited(), DAY, 4).needs
    assert (need.game_date, need.state) == (day(17), State.FAILED)
    assert need.needed_by == ("player 1", "player 2", "AAA", "BBB")


def test_only_those_are_named_whose_windows_need_a_date() -> None:
    """Player 1 has ten games since the 5th; player 2 has played since the 16th alone: he needs both dates before."""
    app = opened()
    for each in DAYS[:21]:
        if each not in (day(3), day(4)):
            appear(app, each, {1: "AAA"} | ({2: "AAA"} if each > day(15) else {}))
    for each in (day(3), day(4)):
        put(app, Unit(phase=3, game_date=each, wanted_by=WANTED))
    put(app, pending(4))
    known = {each.isoformat(): 1 for each in DAYS[:21] if each not in (day(3), day(4))}
    frontier(app, targets={DAY.isoformat(): ["bf"]}, known=known)
    needs = explain(app, DAY, 4).needs
    assert needs
    assert all("player 2" in need.needed_by and "player 1" not in need.needed_by for need in needs), needs


def test_the_worst_of_the_awaited_dates_is_followed() -> None:
    """The 17th is due, the 18th has failed."""
    app = window_is_awaited()
    known = {each.isoformat(): 1 for each in DAYS[:21] if each not in (day(16), day(17))}
    held = app.ledger.store.get(f"frontier/{SEASON}")
    assert held is not None
    body = Frontier(season=SEASON, targets={DAY.isoformat(): ["bf"]}, known=known).body()
    app.ledger.commit([Write(key=held.key, body=body, revision=held.revision)])
    put(app, complete(2, day(16)), Unit(phase=3, game_date=day(16), wanted_by=WANTED))
    found = explain(app, DAY, 4)
    assert [need.game_date for need in found.needs] == [day(16), day(17)]
    assert found.commands == (f"backfill request {day(17)} --to-phase 3",)


def test_a_date_is_held_by_the_first_phase_that_is() -> None:
    app = is_blocked()
    put(app, complete(1, DAY), fresh(2), pending(5, status=Status.BLOCKED, reason=f"units/3-{DAY} failed"))
    found = explain(app, DAY)
    states = [State.COMPLETE, State.COMPLETE, State.FAILED, State.BLOCKED, State.BLOCKED]
    assert [each.state for each in found.phases] == states
    assert (found.state, found.commands) == (State.FAILED, (RETRY,))


def test_a_date_that_was_brought_past_phase_1_is_not_held_by_it() -> None:
    app = is_complete()
    assert [each.phase for each in explain(app, DAY).phases] == [3, 4, 5]


def test_a_date_without_games_names_those_next_to_it() -> None:
    app = make_app([day(0), day(2)])
    found = explain(app, day(1))
    assert (found.state, found.held, found.commands) == (State.NO_GAMES, False, ())
    assert f"has {day(0)} and {day(2)} next to it" in found.why


@pytest.mark.parametrize(("rows", "commands"), [({}, ()), ({"games": 1}, (f"backfill calendar --clear {DAY}",))])
def test_a_date_that_lost_its_games(rows: dict[str, int], commands: tuple[str, ...]) -> None:
    app = make_app([])
    others = [each for each in DAYS if each != DAY]
    change = FixtureChange(game_date=DAY, teams=frozenset({"AAA"}), revision=2)
    held = app.ledger.store.get(f"calendar/{SEASON}")
    assert held is not None
    body = replace(calendar_of(others), revision=2, changes=(change,)).body()
    app.ledger.commit([Write(key=held.key, body=body, revision=held.revision)])
    put(app, complete(2, DAY, rows=rows))
    found = explain(app, DAY)
    assert (found.state, found.held, found.commands) == (State.DROPPED, False, commands)
    assert "no game any more (calendar revision 2)" in found.why


def test_a_date_to_be_played_waits_for_its_games() -> None:
    app = at(make_app(DAYS), DAY)
    found = explain(app, DAY, 1)
    assert (found.state, found.held) == (State.PRE_GAME, False)
    # Midnight UTC is the evening before in the East, where the games of that day may be on.
    assert explain(app, day(19), 1).state is State.PRE_GAME
    assert explain(app, day(18), 1).state is State.NOT_REQUESTED


def test_the_reading_of_one_backfill_alone() -> None:
    """Two backfills want a unit that failed: the one that is asked about gives the command."""
    app = is_failed()
    open_backfill(app, "two", REQUEST, BackfillStatus.FAILED, plan_for(DAY))
    put(app, replace(pending(3), status=Status.FAILED, error=ERROR, wanted_by={"bf": 0, "two": 0}))
    assert explain(app, DAY, 3, backfill_id="two").commands == (RETRY.replace("bf", "two"),)
    with pytest.raises(InvalidInput, match="backfill_id: got 'three'"):
        explain(app, DAY, 3, backfill_id="three")


def test_the_daily_path_has_no_backfill_to_retry() -> None:
    app = opened()
    put(app, Unit(phase=2, game_date=DAY, status=Status.FAILED, error=ERROR, wanted_by={LIVE: 0}))
    assert explain(app, DAY, 2).commands == (REQUESTED,)


def test_a_failure_names_its_dead_letter() -> None:
    app = is_failed()
    message = {"phase": 2, "game_date": DAY.isoformat()}
    letter = {"at": "2024-12-01T00:00:00", "subscription": "process_analytics.phase2-complete", "message": message}
    app.ledger.commit([Write(key="dead_letters/a", body=letter)])
    assert "a dead letter of 2024-12-01T00:00:00Z from process_analytics.phase2-complete" in explain(app, DAY, 3).why


def test_another_dates_letter_is_not_its_own() -> None:
    app = is_failed()
    message = {"phase": 2, "game_date": day(1).isoformat()}
    letter = {"at": "2024-12-01T00:00:00", "subscription": "process_analytics.phase2-complete", "message": message}
    app.ledger.commit([Write(key="dead_letters/a", body=letter)])
    assert "dead letter" not in explain(app, DAY, 3).why


def test_a_missing_landing_file_is_scraped_again_before_the_retry() -> None:
    app = opened(BackfillStatus.FAILED)
    app.landing.write(DAY, "games.jsonl", b"")
    app.landing.write(DAY, "shots.jsonl", b"")
    put(app, pending(2, status=Status.FAILED, error="MalformedLanding: the file is missing"))
    put(app, pending(3, status=Status.BLOCKED, reason=f"units/2-{DAY} failed"))
    found = explain(app, DAY, 3)
    assert "player_boxscores.jsonl is missing" in found.why
    assert found.commands == (f"backfill request {DAY} --to-phase 2 --force --run && backfill retry bf",)


def test_in_the_cloud_a_sweep_drives_what_is_due() -> None:
    app = lease_ran_out()
    config = Config(stack="cloud", project="p", landing_url="gs://b")
    object.__setattr__(app, "config", config)
    assert explain(app, DAY, 3).commands == ("gcloud pubsub topics publish sweep --message='{\"version\": 1}'",)


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ({"phase": 6}, "phase: got 6; expected a phase from 1 to 5"),
        ({"phase": 3, "player": "x"}, "phase: got 3; expected 4 or 5 with a player"),
        ({"player": "x"}, "player: got 'x'"),
    ],
)
def test_what_is_asked_wrongly(asked: dict[str, object], right: str) -> None:
    with pytest.raises(InvalidInput, match=right):
        explain(opened(), DAY, **asked)  # type: ignore[arg-type]


def test_a_season_that_was_never_loaded() -> None:
    with pytest.raises(InvalidInput, match="calendar --load 2030-31"):
        explain(opened(), day(365 * 6), 3)
