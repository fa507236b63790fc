import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_seasons import SMALL_REACH, Situation, situations
from season_oracle import Oracle

from shared.domain.calendar import Fixture, SeasonCalendar, season_of
from shared.domain.errors import InvalidInput
from shared.domain.lookback import Reach
from shared.domain.messages import BackfillRequest, backfill_request
from shared.domain.plan import Plan, expected_quality, make_plan, plan_from, satisfied, target_dates
from shared.domain.policy import EarlySeason, Policy
from shared.domain.units import Status, Unit

FIRST, DAYS = date(2024, 11, 1), 14
REACH = Reach(player_games=10, player_days=14, team_games=3)


def calendar_of(first: date, days: int) -> SeasonCalendar:
    """A game date a day: BOS-NYK, the next day LAL-DEN, in turn."""
    pairs: tuple[Fixture, ...] = (("BOS", "NYK"), ("LAL", "DEN"))
    fixtures = {first + timedelta(days=step): (pairs[step % 2],) for step in range(days)}
    return SeasonCalendar(season=season_of(first), revision=1, fixtures=fixtures)


CALENDARS = {"2024-25": calendar_of(FIRST, DAYS)}


def nov(*days: int) -> tuple[date, ...]:
    return tuple(date(2024, 11, day) for day in days)


def complete(phases: Iterable[int], days: Iterable[date], **changes: Any) -> dict[str, Unit]:
    done = [
        Unit(phase=phase, game_date=day, status=Status.COMPLETE, version=1, **changes)
        for day in days
        for phase in phases
    ]
    return {unit.key: unit for unit in done}


def plan_of(body: Mapping[str, Any], units: Mapping[str, Unit] | None = None, named: tuple[int, ...] = ()) -> Plan:
    request = backfill_request({"start_date": "2024-11-10", "end_date": "2024-11-10", **body})
    return make_plan(request, target_dates(request, CALENDARS, 100), CALENDARS, units or {}, REACH, named)


def test_from_an_empty_ledger_the_target_runs_whole_and_its_teams_windows_to_phase_3() -> None:
    # Nov 10 is LAL-DEN, as every even day: their last 3 dates are Nov 4, 6 and 8.
    plan = plan_of({})
    assert (plan.targets, plan.history) == (nov(10), nov(4, 6, 8))
    assert plan.run == {1: nov(4, 6, 8, 10), 2: nov(4, 6, 8, 10), 3: nov(4, 6, 8, 10), 4: nov(10), 5: nov(10)}
    assert (plan.complete, plan.forced, plan.free) == ({}, (), ())
    assert plan.history_first == FIRST


def test_a_target_is_no_history_of_another() -> None:
    plan = plan_of({"start_date": "2024-11-08"})
    # Nov 8 looks back on 2, 4, 6; Nov 9 on 3, 5, 7; Nov 10 on 4, 6 and the target 8.
    assert (plan.targets, plan.history) == (nov(8, 9, 10), nov(2, 3, 4, 5, 6, 7))


def test_fill_leaves_what_is_complete() -> None:
    plan = plan_of({}, complete((1, 2, 3), nov(4, 6, 10)))
    assert plan.history == nov(8)
    assert plan.run == {1: nov(8), 2: nov(8), 3: nov(8), 4: nov(10), 5: nov(10)}
    assert plan.complete == {phase: nov(4, 6, 10) for phase in (1, 2, 3)}
    assert plan.free == nov(4, 6, 10)


def test_nothing_is_run_for_a_target_that_is_there() -> None:
    plan = plan_of({}, complete(range(1, 6), nov(10)))
    assert (plan.run, plan.history, plan.history_first) == ({}, (), None)


@pytest.mark.parametrize("missing", range(1, 6))
def test_fill_runs_the_phases_that_are_missing(missing: int) -> None:
    plan = plan_of({}, complete([phase for phase in range(1, 6) if phase != missing], nov(10)))
    # What Phase 5 reads is made anew by Phase 4.
    expected = {4, 5} if missing == 4 else {missing}
    assert {phase for phase, days in plan.run.items() if nov(10)[0] in days} == expected
    assert bool(plan.history) is (missing == 4)


@pytest.mark.parametrize("change", [{"stale": {"*": ("3-2024-11-08: 1 -> 2",)}}, {"status": Status.PENDING}])
def test_a_stale_or_pending_phase_4_is_run_again(change: dict[str, Any]) -> None:
    units = complete(range(1, 6), nov(10))
    units["units/4-2024-11-10"] = replace(units["units/4-2024-11-10"], **change)
    assert [phase for phase, days in plan_of({}, units).run.items() if nov(10)[0] in days] == [4, 5]


def test_force_runs_every_phase_again() -> None:
    plan = plan_of({"force": True}, complete(range(1, 6), nov(4, 6, 8, 10)))
    assert plan.forced == (1, 2, 3, 4, 5)
    assert plan.run == {phase: nov(10) for phase in range(1, 6)}


@pytest.mark.parametrize(
    ("body", "phases"),
    [
        ({"scenario": "reprocess"}, (2, 3, 4, 5)),
        ({"scenario": "downstream"}, (4, 5)),
        ({"scenario": "reprocess", "to_phase": 3}, (2, 3)),
        ({"scenario": "downstream", "from_phase": 5}, (5,)),
    ],
)
def test_a_scenario_redoes_its_first_phase_and_opens_those_after_it(
    body: dict[str, Any], phases: tuple[int, ...]
) -> None:
    plan = plan_of(body, complete(range(1, 6), nov(4, 6, 8, 10)))
    assert plan.forced == phases[:1]
    assert plan.run == {phase: nov(10) for phase in phases}


def test_force_redoes_every_phase_asked_for() -> None:
    plan = plan_of({"force": True, "from_phase": 3, "to_phase": 4}, complete(range(1, 6), nov(4, 6, 8, 10)))
    assert plan.forced == (3, 4)
    assert plan.run == {3: nov(10), 4: nov(10)}


def test_named_processors_force_their_phases_alone() -> None:
    body = {"processors": ["player_daily_cache"], "force": True}
    plan = plan_of(body, complete(range(1, 6), nov(4, 6, 8, 10)), named=(4,))
    assert plan.forced == (4,)
    assert plan.run == {4: nov(10), 5: nov(10)}


def test_more_history_to_be_had_is_no_reason_to_run_a_fill_again() -> None:
    arrived = replace(complete((4,), nov(10))["units/4-2024-11-10"], stale={"*": ("history_arrived: 2024-11-04",)})
    plan = plan_of({}, {**complete(range(1, 6), nov(4, 6, 8, 10)), arrived.key: arrived})
    assert plan.run == {}


@pytest.mark.parametrize(("first", "last"), [(1, 3), (1, 1), (2, 3)])
def test_a_request_that_ends_before_phase_4_has_no_history(first: int, last: int) -> None:
    plan = plan_of({"from_phase": first, "to_phase": last}, complete((1,), nov(10)))
    assert set(plan.run) == set(range(max(first, 2), last + 1))
    assert plan.history == ()


@pytest.mark.parametrize(("first", "ready"), [(2, ()), (3, (1,)), (4, (1, 2)), (5, (1, 2, 3))])
def test_a_request_cannot_start_after_a_phase_that_is_not_there(first: int, ready: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_of({"from_phase": first}, complete(ready, nov(10)))
    assert refused.value.field == "from_phase"
    assert plan_of({"from_phase": first}, complete((*ready, first - 1), nov(10))).run


@pytest.mark.parametrize(
    ("cap", "history", "first"),
    [
        (None, nov(4, 6, 8), FIRST),
        (6, nov(4, 6, 8), date(2024, 11, 4)),  # six days back from Nov 10 is Nov 4, which counts
        (5, nov(6, 8), date(2024, 11, 5)),
        (1, (), date(2024, 11, 9)),
    ],
)
def test_a_cap_limits_the_history(cap: int | None, history: tuple[date, ...], first: date) -> None:
    plan = plan_of({"max_lookback_days": cap})
    assert (plan.history, plan.history_first) == (history, first)


def test_an_accepted_hole_is_not_run() -> None:
    assert plan_of({"accept_missing": ["2024-11-04"]}).history == nov(6, 8)


def test_nothing_is_run_below_an_accepted_hole() -> None:
    assert plan_of({"accept_missing": ["2024-11-06"]}).history == nov(8)


@pytest.mark.parametrize(
    ("done", "asked", "runs"),
    [
        (Policy(), {}, False),
        (Policy(max_lookback_days=30), {}, True),
        (Policy(max_lookback_days=30), {"max_lookback_days": 30}, False),
        (Policy(min_coverage=0.85), {"min_coverage": 0.9}, True),
        (Policy(early_season=EarlySeason.SKIP), {}, True),
        (Policy(accept_missing=frozenset(nov(4))), {}, True),
    ],
)
def test_what_was_computed_less_strictly_is_run_again(done: Policy, asked: dict[str, Any], runs: bool) -> None:
    units = {**complete((1, 2, 3), nov(4, 6, 8, 10)), **complete((4, 5), nov(10), policy=done.body())}
    assert plan_of(asked, units).run == ({4: nov(10), 5: nov(10)} if runs else {})


@pytest.mark.parametrize(
    ("unit", "enough"),
    [
        (None, False),
        (Unit(phase=3, game_date=FIRST), False),
        (Unit(phase=3, game_date=FIRST, status=Status.COMPLETE, version=1), True),
        (Unit(phase=3, game_date=FIRST, status=Status.COMPLETE, version=1, stale={"*": ("x",)}), False),
        (Unit(phase=3, game_date=FIRST, status=Status.FAILED, version=1), False),
    ],
)
def test_when_a_unit_needs_no_run(unit: Unit | None, enough: bool) -> None:
    assert satisfied(unit, backfill_request({"dates": ["2024-11-01"]})) is enough


def test_a_request_may_span_seasons_and_looks_back_in_each_alone() -> None:
    calendars = {"2023-24": calendar_of(date(2024, 4, 1), 10), "2024-25": calendar_of(date(2024, 10, 22), 10)}
    request = BackfillRequest(start_date=date(2024, 4, 8), end_date=date(2024, 10, 24))
    targets = target_dates(request, calendars, 100)
    plan = make_plan(request, targets, calendars, {}, REACH)
    # Apr 8, 9, 10 close one season, Oct 22, 23, 24 open the next: those have no game of their season before them.
    assert targets == [*(date(2024, 4, day) for day in (8, 9, 10)), *(date(2024, 10, day) for day in (22, 23, 24))]
    assert plan.history == tuple(date(2024, 4, day) for day in (2, 3, 4, 5, 6, 7))
    assert plan.seasons() == ["2023-24", "2024-25"]
    # Apr 8 to Oct 24 are 200 days, 6 of them game dates.
    assert plan.off_days == 194


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"start_date": "2024-12-01", "end_date": "2024-12-31"}, "start_date"),
        ({"dates": ["2024-11-10", "2024-12-25"], "end_date": "2024-12-31"}, "dates"),
        ({"dates": ["2023-11-10"], "start_date": "2023-11-10"}, "dates"),
        ({"start_date": "2024-11-01", "end_date": "2024-11-14"}, "end_date"),
    ],
)
def test_dates_without_games_and_requests_too_long_are_refused(body: dict[str, Any], field: str) -> None:
    request = backfill_request({"start_date": "2024-11-10", "end_date": "2024-11-10", **body})
    with pytest.raises(InvalidInput) as refused:
        target_dates(request, CALENDARS, DAYS - 1)
    assert refused.value.field == field


def test_a_request_may_have_as_many_dates_as_the_limit() -> None:
    request = backfill_request({"start_date": "2024-10-30", "end_date": "2024-11-20"})
    assert target_dates(request, CALENDARS, DAYS) == list(CALENDARS["2024-25"].dates)


@pytest.mark.parametrize(
    ("day", "quality"),
    [
        (1, (0, 0)),
        (3, (10, 10)),  # BOS and NYK have played one of ten
        (14, (60, 60)),  # LAL and DEN on 2, 4, 6, 8, 10, 12
    ],
)
def test_the_quality_that_the_schedule_allows(day: int, quality: tuple[int, int]) -> None:
    assert expected_quality(date(2024, 11, day), CALENDARS["2024-25"], REACH) == quality


def test_the_first_phase_of_each_date_is_where_its_lane_starts() -> None:
    plan = plan_of({}, complete((1, 2), nov(10)))
    assert plan.first_phases((1, 2, 3)) == {**dict.fromkeys(nov(4, 6, 8), 1), nov(10)[0]: 3}
    assert plan.first_phases((4, 5)) == {nov(10)[0]: 4}


@pytest.mark.parametrize("body", [{}, {"max_lookback_days": 5, "force": True}, {"to_phase": 3}])
def test_the_json_form_gives_the_plan_back(body: dict[str, Any]) -> None:
    plan = plan_of(body, complete((1,), nov(8)))
    assert plan_from(json.loads(json.dumps(plan.body()))) == plan


@given(situations(), st.none() | st.integers(1, 60))
def test_the_history_is_the_union_of_the_team_windows(situation: Situation, cap: int | None) -> None:
    season, policy = situation.season, Policy(max_lookback_days=cap)
    request = BackfillRequest(start_date=situation.target, end_date=situation.target, policy=policy)
    plan = make_plan(request, [situation.target], {"2024-25": season.calendar}, {}, SMALL_REACH)
    oracle = Oracle(season=season, target=situation.target, known=(), reach=SMALL_REACH, policy=policy)
    teams = season.calendar.teams_on(situation.target)
    assert set(plan.history) == {day for team in teams for day in oracle.reached_of_team(team)}
