from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters.embedded.memory import VirtualClock
from shared.domain.backfills import BackfillStatus
from shared.domain.errors import InvalidInput
from shared.domain.frontier import Frontier, Lane
from shared.domain.messages import BackfillRequest
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from shared.service.refusals import dead_letters, rejections
from shared.service.status import Observer, newest_live
from tests.unit.service.world import HOME_TEAM, SEASON, appear, complete, day, make_app, open_backfill, plan_for, put

DAYS = [day(number) for number in range(30)]
REQUEST = BackfillRequest(start_date=day(20), end_date=day(21))
WANTED = {"bf": 0}


def opened(status: BackfillStatus = BackfillStatus.RUNNING) -> App:
    app = make_app(DAYS)
    open_backfill(app, "bf", REQUEST, status, plan_for(day(20), day(21)))
    return app


def frontier(app: App, **fields: object) -> None:
    body = Frontier(season=SEASON, **fields).body()  # type: ignore[arg-type]
    app.ledger.commit([Write(key=f"frontier/{SEASON}", body=body)])


def clock(app: App) -> VirtualClock:
    assert isinstance(app.clock, VirtualClock)
    return app.clock


def test_counts_by_phase_and_status_of_the_units_it_wants() -> None:
    app = opened()
    put(app, *(complete(3, each, wanted_by=WANTED) for each in DAYS[:3]))
    put(app, Unit(phase=3, game_date=DAYS[3], wanted_by=WANTED, status=Status.RUNNING))
    put(app, Unit(phase=4, game_date=day(20), wanted_by=WANTED), complete(4, day(19), wanted_by={"other": 0}))
    standing = Observer(app).standing("bf")
    assert {each.phase: dict(each.counts) for each in standing.phases} == {
        3: {"complete": 3, "running": 1},
        4: {"pending": 1},
    }
    assert (standing.total, standing.done, standing.live, standing.failed) == (5, 3, True, False)


def test_the_rate_is_that_of_the_last_minute() -> None:
    """Two of three units completed within the last 60 s: 2/60 a second, and one left takes 30 s."""
    app = opened()
    clock(app).advance(600)
    now = clock(app).now()
    times = [now - timedelta(seconds=500), now - timedelta(seconds=50), now - timedelta(seconds=1)]
    put(app, *(complete(1, DAYS[i], wanted_by=WANTED, updated_at=at.isoformat()) for i, at in enumerate(times)))
    put(app, Unit(phase=1, game_date=DAYS[4], wanted_by=WANTED))
    standing = Observer(app).standing("bf")
    assert standing.rate == pytest.approx(2 / 60)
    assert standing.eta_seconds == pytest.approx(30)
    assert standing.phases[0].eta_seconds == pytest.approx(30)


def test_without_completions_lately_there_is_no_eta() -> None:
    app = opened()
    put(app, Unit(phase=1, game_date=DAYS[0], wanted_by=WANTED))
    clock(app).advance(600)
    standing = Observer(app).standing("bf")
    assert (standing.rate, standing.eta_seconds) == (0.0, None)


def test_an_observer_sees_what_changed_since() -> None:
    app = opened()
    pending = Unit(phase=1, game_date=DAYS[0], wanted_by=WANTED)
    put(app, pending)
    observer = Observer(app)
    assert observer.standing("bf").done == 0
    put(app, replace(pending, status=Status.COMPLETE, version=1, updated_at=app.clock.now().isoformat()))
    assert observer.standing("bf").done == 1


def test_failures_come_with_their_error_and_the_blocked_with_their_reason() -> None:
    app = opened(BackfillStatus.FAILED)
    put(
        app,
        Unit(phase=4, game_date=day(20), wanted_by=WANTED, status=Status.BLOCKED, reason="units/2-x failed"),
        Unit(phase=2, game_date=DAYS[0], wanted_by=WANTED, status=Status.FAILED, error="line 3", attempts=5),
    )
    standing = Observer(app).standing("bf")
    assert [(each.status, each.phase, each.error, each.attempts) for each in standing.troubles] == [
        (Status.FAILED, 2, "line 3", 5),
        (Status.BLOCKED, 4, "units/2-x failed", 0),
    ]
    assert standing.failed


def test_a_target_waits_for_planned_history_under_way() -> None:
    app = opened()
    lanes = {f"3-{day(20)}": Lane(phase=1, backfill_id="bf"), f"3-{day(5)}": Lane(phase=1, backfill_id="bf")}
    frontier(app, lanes=lanes, targets={str(day(20)): ["bf"]})
    (waiting,) = Observer(app).standing("bf").waiting
    # Day 5 is not of this plan's history; its own date is.
    assert (waiting.target, waiting.dates, waiting.blocked_by) == (day(20), (day(20),), "")


def test_a_target_waits_for_the_dates_its_players_windows_need() -> None:
    """Known are days 10..20; the player missed days 11..19 with his team known, so his window reaches before 10."""
    app = opened()
    for number in range(10, 21):
        appear(app, day(number), {7: HOME_TEAM} if number in (10, 20) else {8: HOME_TEAM})
    frontier(app, known={str(day(number)): 1 for number in range(10, 21)}, targets={str(day(20)): ["bf"]})
    (waiting,) = Observer(app).standing("bf").waiting
    assert waiting.dates[-1] == day(9)
    assert not waiting.blocked_by


def test_a_blocked_target_names_the_failed_unit() -> None:
    app = opened()
    failed = f"units/2-{day(5)}"
    frontier(
        app,
        failed={str(day(5)): failed},
        blocked={str(day(20)): str(day(5))},
        targets={str(day(20)): ["bf"], str(day(21)): ["other"]},
    )
    standing = Observer(app).standing("bf")
    assert [(each.target, each.dates, each.blocked_by) for each in standing.waiting] == [(day(20), (day(5),), failed)]


def test_waiting_targets_are_counted_beyond_those_shown() -> None:
    app = opened()
    frontier(app, targets={str(each): ["bf"] for each in DAYS[10:15]})
    standing = Observer(app).standing("bf", waiting_max=2)
    assert (len(standing.waiting), standing.waiting_total) == (2, 5)


def test_an_unknown_backfill_is_named() -> None:
    with pytest.raises(InvalidInput, match="backfill_id: got 'nope'"):
        Observer(make_app(DAYS)).standing("nope")


def test_the_newest_live_backfill() -> None:
    app = opened()
    clock(app).advance(1)
    open_backfill(app, "aa", REQUEST, BackfillStatus.RUNNING, plan_for(day(20)))
    clock(app).advance(1)
    open_backfill(app, "zz", REQUEST, BackfillStatus.COMPLETE, plan_for(day(20)))
    assert newest_live(app) == "aa"


def test_no_live_backfill_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="none is live"):
        newest_live(make_app(DAYS))


def test_rejections_come_latest_first() -> None:
    app = make_app(DAYS)
    for key, at in (("a", "2024-11-01"), ("b", "2024-11-03"), ("c", "2024-11-02")):
        body = {"at": at, "topic": "sweep", "error": key, "request": "{}"}
        app.ledger.commit([Write(key=f"rejections/{key}", body=body)])
    assert [each.error for each in rejections(app)] == ["b", "c", "a"]


def test_dead_letters_come_latest_first() -> None:
    app = make_app(DAYS)
    for key, at in (("a", "2024-11-01"), ("b", "2024-11-03")):
        body = {"at": at, "subscription": key, "message": {"phase": 1}}
        app.ledger.commit([Write(key=f"dead_letters/{key}", body=body)])
    assert [(each.subscription, each.message) for each in dead_letters(app)] == [
        ("b", {"phase": 1}),
        ("a", {"phase": 1}),
    ]
