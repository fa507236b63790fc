"""The conditions of the rules, each at its edge: what they see in a ledger planted so."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.config import Config
from shared.domain.alerts import Observation, Severity
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import LIVE, BackfillRequest
from shared.domain.units import Status, Unit, unit_key
from shared.ports import Write
from shared.service.alerting import alert_conditions, alert_rates
from shared.service.alerting.alert_view import EndedAttempt, View, look
from shared.service.refusals import DeadLetter
from tests.functions.test_events import FIRST, made_season
from tests.memory_stack import MemoryStack, ToySource

NOW = datetime(2024, 11, 25, 18, tzinfo=UTC)
OPENING = date(2024, 10, 22)
DAYS = [OPENING + timedelta(days=number) for number in range(60)]
CALENDAR = SeasonCalendar(season="2024-25", revision=1, fixtures=dict.fromkeys(DAYS, (("ATL", "BOS"),)))
REQUEST = BackfillRequest(start_date=DAYS[0], end_date=DAYS[-1])


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat()


def backfill(name: str = "a", status: BackfillStatus = BackfillStatus.RUNNING, **fields: Any) -> Backfill:
    return Backfill(id=name, request=REQUEST, status=status, **{"created_at": ago(86400), **fields})


def unit(phase: int, number: int, status: Status = Status.COMPLETE, **fields: Any) -> Unit:
    made = {"wanted_by": {"a": 0}, "updated_at": ago(60), "version": 1, **fields}
    return Unit(phase=phase, game_date=DAYS[number], status=status, **made)


def view(units: Iterable[Unit] = (), **fields: Any) -> View:
    plain: dict[str, Any] = {
        "now": NOW,
        "config": Config(),
        "calendars": [CALENDAR],
        "units": {each.key: each for each in units},
        "backfills": {"a": backfill()},
        "letters": [],
        "refusals": [],
        "attempts": [],
        "qualities": {},
    }
    return View(**{**plain, **fields})


def ended(count: int, failed: int, seconds: float, phase: int = 3, first: int = 0) -> list[EndedAttempt]:
    """Return so many attempts that ended so long ago, of different dates, the first of them failed."""
    at = NOW - timedelta(seconds=seconds)
    keys = [unit_key(phase, DAYS[(first + number) % len(DAYS)]) for number in range(count)]
    return [EndedAttempt(unit=key, phase=phase, at=at, failed=number < failed) for number, key in enumerate(keys)]


OUTAGES: list[tuple[list[EndedAttempt], list[str]]] = [
    (ended(5, 5, 60), ["phase 3"]),
    (ended(4, 4, 60), []),  # four dates are not many
    (ended(10, 5, 60), []),  # half is not most
    (ended(9, 5, 60), ["phase 3"]),
    (ended(5, 5, 1800), []),  # half an hour ago
    (ended(5, 5, 1799), ["phase 3"]),
    (ended(5, 5, 120) + ended(5, 0, 60), []),  # the last attempts went well
    (ended(5, 5, 60) + ended(5, 0, 120), ["phase 3"]),
    (ended(5, 5, 60, phase=2) + ended(6, 6, 60), ["phase 2", "phase 3"]),
]


@pytest.mark.parametrize(("attempts", "expected"), OUTAGES)
def test_a_phase_is_out_when_most_of_its_dates_fail(attempts: list[EndedAttempt], expected: list[str]) -> None:
    units = [unit(phase, number, error="busy") for phase in (2, 3) for number in range(20)]
    found = list(alert_rates.outages(view(units, attempts=attempts)))
    assert [each.subject for each in found] == expected
    assert all({"a", f"phase-{each.subject[-1]}"} <= each.tags for each in found)


BURNS: list[tuple[list[EndedAttempt], list[str]]] = [
    # 14.4 % of an hour: 8 of 50 are 16 %, 7 are 14 %; the last five minutes must burn, too.
    (ended(45, 3, 3000) + ended(5, 5, 60), ["failure_rate_fast", "failure_rate_slow"]),
    (ended(45, 2, 3000) + ended(5, 5, 60), ["failure_rate_slow"]),
    (ended(45, 8, 3000) + ended(5, 0, 60), []),
    (ended(44, 8, 3000) + ended(5, 5, 60), []),  # too little traffic in the long stretch
    (ended(46, 8, 3000) + ended(4, 4, 60), []),
    # 6 % of six hours: 4 of 60 are 6.7 %, 3 are 5 %.
    (ended(55, 3, 20000) + ended(5, 1, 1000), ["failure_rate_slow"]),
    (ended(55, 2, 20000) + ended(5, 1, 1000), []),
]


@pytest.mark.parametrize(("attempts", "expected"), BURNS)
def test_a_budget_burns_over_a_long_stretch_and_its_end(attempts: list[EndedAttempt], expected: list[str]) -> None:
    assert [each.rule for each in alert_rates.burns(view(attempts=attempts))] == expected


def done_at(*seconds_ago: float) -> list[Unit]:
    return [unit(2, number, updated_at=ago(seconds)) for number, seconds in enumerate(seconds_ago)]


PENDING = unit(2, 40, Status.PENDING)
EVERY_MINUTE = [3600 + 60 * number for number in range(30)]
EVERY_TEN = [3600 + 600 * number for number in range(30)]
STALLS: list[tuple[list[Unit], bool]] = [
    ([*done_at(7200), PENDING], True),
    ([*done_at(7199), PENDING], False),
    (done_at(7200), False),  # nothing is left to do
    ([*done_at(*EVERY_MINUTE), PENDING], True),  # an hour where a minute is usual
    ([*done_at(*(each - 3001 for each in EVERY_MINUTE)), PENDING], False),  # 599 s: not so soon
    ([*done_at(*(each - 3000 for each in EVERY_MINUTE)), PENDING], True),
    ([*done_at(*EVERY_TEN), PENDING], True),  # 3600 s, and 3000 would be enough
    ([*done_at(*(each - 601 for each in EVERY_TEN)), PENDING], False),
    ([PENDING], True),  # a day without any
    ([replace(PENDING, resends=7, updated_at=ago(1))], True),  # sent again, which is no movement
]


@pytest.mark.parametrize(("units", "expected"), STALLS)
def test_a_backfill_stands_still_by_its_own_pace(units: list[Unit], expected: bool) -> None:
    found = [each.rule for each in alert_conditions.backfills(view(units))]
    assert found == (["backfill_stalled"] if expected else [])


def test_a_backfill_that_was_resumed_has_its_time_anew() -> None:
    units = [*done_at(90000), PENDING]
    for armed, expected in ((ago(7199), []), (ago(7200), ["backfill_stalled"])):
        held = {"a": backfill(armed_at=armed)}
        assert [each.rule for each in alert_conditions.backfills(view(units, backfills=held))] == expected


def slow(recent: Sequence[float], earlier: Sequence[float]) -> list[Unit]:
    lately = [unit(4, number, seconds=seconds, updated_at=ago(60)) for number, seconds in enumerate(recent)]
    before = [unit(4, 30 + number, seconds=each, updated_at=ago(7200)) for number, each in enumerate(earlier)]
    return [*lately, *before]


@pytest.mark.parametrize(
    ("recent", "earlier", "expected"),
    [
        ([90.0] * 5, [30.0] * 20, ["phase 4"]),
        ([89.0] * 5, [30.0] * 20, []),
        ([90.0] * 4, [30.0] * 20, []),
        ([90.0] * 5, [30.0] * 19, []),
        ([59.0] * 5, [1.0] * 20, []),
    ],
)
def test_a_phase_is_slow_by_its_own_measure(recent: list[float], earlier: list[float], expected: list[str]) -> None:
    assert [each.subject for each in alert_rates.slowness(view(slow(recent, earlier)))] == expected


def test_low_quality_counts_for_less_in_the_first_weeks() -> None:
    scores = {DAYS[27]: 49.9, DAYS[28]: 49.9, DAYS[40]: 50.0}
    found = [(each.subject, each.severity) for each in alert_rates.qualities(view(qualities=scores))]
    assert found == [(str(DAYS[27]), Severity.LOW), (str(DAYS[28]), Severity.MEDIUM)]


def test_a_quota_is_near_when_four_fifths_are_used_or_on_their_way() -> None:
    units = [unit(2, number, Status.PENDING if number % 2 else Status.COMPLETE) for number in range(8)]
    for limit, expected in ((10, ["partition writes"]), (11, [])):
        config = Config(partition_writes_per_day=limit)
        found = list(alert_rates.quotas(view(units, config=config)))
        assert [each.rule for each in found] == ["quota_near"] * len(expected)


def letter(subscription: str, **message: Any) -> DeadLetter:
    body = {"version": 1, "phase": 1, "game_date": str(DAYS[0]), "backfill_id": "a", **message}
    return DeadLetter(at=ago(60), subscription=subscription, message=body)


FAILED, PLANNED = Status.FAILED, Status.PENDING
LETTERS: list[tuple[DeadLetter, list[Unit], bool]] = [
    (letter("scrape.phase1-requests"), [unit(1, 0, FAILED)], True),
    (letter("scrape.phase1-requests"), [unit(1, 0)], False),
    (letter("process_raw.phase1-complete"), [unit(1, 0), unit(2, 0, PLANNED)], True),
    (letter("process_raw.phase1-complete"), [unit(1, 0, PLANNED), unit(2, 0)], False),
    (letter("", phase=1), [unit(1, 0), unit(2, 0, FAILED)], True),
    (letter("", phase=5), [unit(5, 0)], False),
    (letter("scrape.phase1-requests"), [unit(1, 0, FAILED, wanted_by={"gone": 0})], False),
    (letter("coordinate.phase3-complete"), [], True),  # about no unit of its own
    (letter("scrape.phase1-requests", phase="one"), [], True),
]


@pytest.mark.parametrize(("sent", "units", "expected"), LETTERS)
def test_a_letter_counts_until_its_unit_is_complete(sent: DeadLetter, units: list[Unit], expected: bool) -> None:
    assert [each.rule for each in alert_conditions.letters(view(units, letters=[sent]))] == ["dead_letters"] * expected


def test_more_than_ten_letters_are_many() -> None:
    for count, rules in ((10, {"dead_letters"}), (11, {"dead_letters", "dead_letters_many"})):
        found = list(alert_conditions.letters(view(letters=[letter("coordinate.phase3-complete")] * count)))
        assert {each.rule for each in found} == rules
        assert len({each.subject for each in found}) == count


def of_rule(found: Iterable[Observation], rule: str) -> list[Observation]:
    return [each for each in found if each.rule == rule]


def test_a_failure_and_what_it_holds_up_have_a_tag_in_common() -> None:
    root = unit(3, 5, FAILED, error="no rows")
    reason = f"{root.key} failed and the target's window needs that date"
    held = [unit(4, number, Status.BLOCKED, reason=reason) for number in (6, 7)]
    found = list(alert_conditions.failures(view([root, unit(2, 1, FAILED), *held])))
    (blocker,) = of_rule(found, "dependency_blocker")
    assert (blocker.group, blocker.detail["holds up"]) == ("3", "2")
    blocked = of_rule(found, "target_blocked")
    assert [each.subject for each in blocked] == [each.key for each in held]
    assert all(each.tags & blocker.tags for each in blocked)
    assert len(of_rule(found, "unit_failed")) == 2


@pytest.mark.parametrize(
    ("wanted", "status", "expected"),
    [
        ({"a": 0}, BackfillStatus.RUNNING, True),
        ({"a": 0}, BackfillStatus.FAILED, True),
        ({"a": 0}, BackfillStatus.PAUSED, True),
        ({"a": 0}, BackfillStatus.CANCELLED, False),
        ({"a": 0}, BackfillStatus.COMPLETE, False),
        ({"nobody": 0}, BackfillStatus.RUNNING, False),
        ({LIVE: 0}, BackfillStatus.CANCELLED, True),
    ],
)
def test_what_nobody_wants_any_more_has_not_failed(
    wanted: dict[str, int], status: BackfillStatus, expected: bool
) -> None:
    held = {"a": backfill(status=status)}
    found = list(alert_conditions.failures(view([unit(3, 5, FAILED, wanted_by=wanted)], backfills=held)))
    assert bool(found) is expected


# Six o'clock Eastern in November is 11:00 UTC; November 25 is the 35th day.
LIVE_ONE = {"wanted_by": {LIVE: 0}}
GAMES, PREDICTIONS = "units/3-2024-11-24", "units/5-2024-11-25"
TODAY: list[tuple[datetime, list[Unit], list[str]]] = [
    (datetime(2024, 11, 25, 11, tzinfo=UTC), [unit(3, 32, **LIVE_ONE)], [GAMES, PREDICTIONS]),
    # A minute before it is what was due the day before that counts.
    (datetime(2024, 11, 25, 10, 59, tzinfo=UTC), [unit(3, 32, **LIVE_ONE), unit(5, 33)], []),
    (datetime(2024, 11, 25, 11, tzinfo=UTC), [unit(3, 33, **LIVE_ONE)], [PREDICTIONS]),
    (datetime(2024, 11, 25, 11, tzinfo=UTC), [unit(3, 33, **LIVE_ONE), unit(5, 34)], []),
    (datetime(2024, 11, 25, 11, tzinfo=UTC), [unit(3, 33)], []),  # the daily path is not in use
    (datetime(2024, 11, 25, 11, tzinfo=UTC), [unit(3, 15, **LIVE_ONE)], []),  # and was not for two weeks
    (datetime(2025, 1, 10, 11, tzinfo=UTC), [unit(3, 59, **LIVE_ONE)], []),  # no games these days
]


@pytest.mark.parametrize(("now", "units", "expected"), TODAY)
def test_data_is_due_at_six_eastern(now: datetime, units: list[Unit], expected: list[str]) -> None:
    assert [each.subject for each in alert_conditions.today(view(units, now=now))] == expected


def test_a_look_reads_the_history_only_of_units_that_had_more_than_one_attempt() -> None:
    stack = MemoryStack(source=ToySource(made_season().rows()))
    stack.clock.set(NOW)
    calendar = made_season().calendar_body()
    writes = [Write(key=f"calendar/{calendar['season']}", body=calendar)]
    units = {
        1: Unit(phase=1, game_date=FIRST, status=Status.COMPLETE, fence=1, version=1, updated_at=ago(60)),
        2: Unit(phase=2, game_date=FIRST, status=Status.COMPLETE, fence=3, version=1, updated_at=ago(60)),
        3: Unit(phase=3, game_date=FIRST, status=Status.PENDING, fence=1, error="busy", updated_at=ago(60)),
        4: Unit(phase=4, game_date=FIRST, status=Status.COMPLETE, fence=5, version=1, updated_at=ago(86400)),
    }
    writes += [Write(key=each.key, body=each.body()) for each in units.values()]
    history = {
        "2-2024-10-22-0001": ("pending", "WarehouseUnavailable: busy", ago(90)),
        "2-2024-10-22-0002": ("pending", "units/2-2024-10-22: an input moved while attempt 2 ran", ago(80)),
        "2-2024-10-22-0003": ("complete", "", ago(60)),
        "3-2024-10-22-0001": ("pending", "WarehouseUnavailable: busy", ago(60)),
    }
    for name, (status, error, at) in history.items():
        body = {"unit": f"units/{name[:12]}", "status": status, "error": error, "finished_at": at}
        writes.append(Write(key=f"history/{name}", body=body))
    stack.store.commit(writes)
    read: list[str] = []
    get_many = stack.store.get_many
    stack.store.get_many = lambda keys: (read.extend(keys), get_many(keys))[1]  # type: ignore[method-assign]
    found = sorted((each.phase, each.failed) for each in look(stack.app()).attempts)
    assert found == [(1, False), (2, False), (2, True), (3, True)]
    assert sorted(key for key in read if key.startswith("history/")) == sorted(f"history/{name}" for name in history)


def test_quality_is_of_the_games_that_a_manifest_lets_a_player_use() -> None:
    season = made_season()
    stack = MemoryStack(source=ToySource(season.rows()))
    stack.clock.set(NOW)
    calendar = season.calendar_body()
    second = max(season.fixtures)
    manifest = {"versions": {str(FIRST): 1}, "floors": {"player:2": [str(second), "capped"]}}
    known = {
        f"appearances/{day}": {"game_date": str(day), "players": [[1, "ATL", True], [2, "BOS", True]]}
        for day in (FIRST, second)
    }
    done = [Unit(phase=3, game_date=day, status=Status.COMPLETE, version=1) for day in (FIRST, second)]
    target = Unit(
        phase=4, game_date=second, status=Status.COMPLETE, version=1, manifest=manifest, updated_at=ago(60), fence=1
    )
    stack.store.commit(
        [
            Write(key=f"calendar/{calendar['season']}", body=calendar),
            *(Write(key=key, body=body) for key, body in known.items()),
            *(Write(key=each.key, body=each.body()) for each in (*done, target)),
        ]
    )
    # Of ten games the first player has one, 10 points; the second none that may count.
    assert look(stack.app()).qualities == {second: 5.0}


PLANTED: list[tuple[Any, str, Any, Any]] = [
    (alert_rates, "LONG_ATTEMPTS_MIN", 1, lambda: test_a_budget_burns_over_a_long_stretch_and_its_end(*BURNS[3])),
    (alert_rates, "SHORT_ATTEMPTS_MIN", 1, lambda: test_a_budget_burns_over_a_long_stretch_and_its_end(*BURNS[4])),
    (alert_rates, "ERROR_BUDGET", 0.02, lambda: test_a_budget_burns_over_a_long_stretch_and_its_end(*BURNS[0])),
    (alert_rates, "OUTAGE_SHARE", 0.4, lambda: test_a_phase_is_out_when_most_of_its_dates_fail(*OUTAGES[2])),
    (alert_rates, "EARLY_DAYS", 60, test_low_quality_counts_for_less_in_the_first_weeks),
    (alert_rates, "QUOTA_SHARE", 0.5, test_a_quota_is_near_when_four_fifths_are_used_or_on_their_way),
    (alert_conditions, "_ended", lambda _: True, lambda: test_a_backfill_stands_still_by_its_own_pace(*STALLS[9])),
    (alert_conditions, "STALL_SECONDS_MIN", 1.0, lambda: test_a_backfill_stands_still_by_its_own_pace(*STALLS[4])),
    (alert_conditions, "TERMINAL", (), lambda: test_a_backfill_stands_still_by_its_own_pace(*STALLS[2])),
    (alert_conditions, "_open", lambda *_: True, lambda: test_a_letter_counts_until_its_unit_is_complete(*LETTERS[1])),
    (alert_conditions, "DAILY_DAYS", 60, lambda: test_data_is_due_at_six_eastern(*TODAY[5])),
    (alert_conditions, "EASTERN", UTC, lambda: test_data_is_due_at_six_eastern(*TODAY[1])),
]


@pytest.mark.parametrize(("module", "name", "planted", "test"), PLANTED)
def test_a_planted_bug_is_caught(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, planted: Any, test: Callable[[], None]
) -> None:
    test()
    monkeypatch.setattr(module, name, planted)
    with pytest.raises(AssertionError):
        test()
