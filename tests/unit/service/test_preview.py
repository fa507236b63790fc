from datetime import date
from typing import Any

import pytest

from shared.domain.backfills import BackfillStatus
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillRequest, backfill_request
from shared.service.preview import live_twin, preview_request
from tests.unit.service.world import AWAY_TEAM, HOME_TEAM, appear, complete, day, make_app, open_backfill, plan_for, put

TARGETS = {"start_date": "2024-11-08", "end_date": "2024-11-14"}
EVERY_DAY = [day(number) for number in range(60)]


def asked(**fields: Any) -> BackfillRequest:
    return backfill_request({**TARGETS, **fields})


def test_the_range_of_thirty_days_of_lookback() -> None:
    """Nov 8 less 30 days is Oct 9; opening night is Oct 22, so no game date lies before it."""
    app = make_app(EVERY_DAY)
    ranges = {each.phase: each for each in preview_request(app, asked(max_lookback_days=30)).phases}
    for phase in (1, 2, 3):
        assert (ranges[phase].first, ranges[phase].last) == (date(2024, 10, 9), date(2024, 11, 14))
    for phase in (4, 5):
        assert (ranges[phase].first, ranges[phase].last) == (date(2024, 11, 8), date(2024, 11, 14))
    assert ranges[4].run == tuple(date(2024, 11, number) for number in range(8, 15))


def test_what_is_complete_is_skipped_and_history_may_be_added() -> None:
    """The teams play daily: 15 games back from Nov 8 is Oct 24, so of the season only Oct 22 and 23 may be added."""
    app = make_app(EVERY_DAY)
    put(app, *(complete(phase, date(2024, 10, 30)) for phase in (1, 2, 3)))
    ranges = {each.phase: each for each in preview_request(app, asked()).phases}
    assert ranges[3].complete == (date(2024, 10, 30),)
    assert ranges[3].run[0] == date(2024, 10, 24)
    assert ranges[3].may_add == 2
    put(app, *(complete(phase, date(2024, 10, 22)) for phase in (1, 2, 3)))
    ranges = {each.phase: each for each in preview_request(app, asked()).phases}
    assert ranges[3].may_add == 1


def test_a_complete_range_asks_for_nothing_and_still_has_its_dates() -> None:
    app = make_app(EVERY_DAY)
    put(app, *(complete(phase, each) for phase in range(1, 6) for each in EVERY_DAY))
    preview = preview_request(app, asked(max_lookback_days=30))
    assert not preview.plan.run
    assert {(each.phase, each.first, each.may_add) for each in preview.phases} == {
        (1, date(2024, 10, 9), 0),
        (2, date(2024, 10, 9), 0),
        (3, date(2024, 10, 9), 0),
        (4, date(2024, 11, 8), 0),
        (5, date(2024, 11, 8), 0),
    }


def test_phases_up_to_three_have_no_history() -> None:
    preview = preview_request(make_app(EVERY_DAY), asked(to_phase=3))
    assert preview.history_first is None
    assert [(each.phase, each.first) for each in preview.phases] == [(n, date(2024, 11, 8)) for n in (1, 2, 3)]


def test_expected_quality_grows_with_the_season() -> None:
    """Both teams play daily: 3 games before day 3, 10 before day 10."""
    request = backfill_request({"dates": [str(day(0)), str(day(3)), str(day(10))]})
    outlooks = preview_request(make_app(EVERY_DAY), request).targets
    assert [(each.quality_mean, each.quality_best) for each in outlooks] == [(0, 0), (30, 30), (100, 100)]


def test_the_coverage_curve_counts_players_by_days_back() -> None:
    """Player 1 plays daily, player 2 every other day: in 14 days 14 and 7 games, in 30 days 30 and 15."""
    app = make_app(EVERY_DAY)
    for number in range(51):
        appear(app, day(number), {1: HOME_TEAM, 2: AWAY_TEAM if number % 2 == 0 else None})
    outlook = preview_request(app, backfill_request({"dates": [str(day(50))]})).targets[0]
    assert outlook.listed
    assert (outlook.curve[14], outlook.curve[30], outlook.curve[90]) == (0.5, 1.0, 1.0)


def test_the_curve_is_unknown_over_an_unknown_date() -> None:
    app = make_app(EVERY_DAY)
    for number in range(51):
        if number != 30:
            appear(app, day(number), {1: HOME_TEAM})
    outlook = preview_request(app, backfill_request({"dates": [str(day(50))]})).targets[0]
    assert (outlook.curve[14], outlook.curve[30]) == (1.0, None)


def test_before_a_target_is_played_its_teams_latest_players_stand_for_it() -> None:
    app = make_app(EVERY_DAY)
    for number in range(20):
        appear(app, day(number), {1: HOME_TEAM})
    outlook = preview_request(app, backfill_request({"dates": [str(day(20))]})).targets[0]
    assert not outlook.listed
    assert outlook.curve[14] == 1.0


def test_an_identical_live_request_is_joined() -> None:
    app = make_app(EVERY_DAY)
    assert live_twin(app, asked()) is None
    open_backfill(app, "first", asked(requested_by="ann"), BackfillStatus.RUNNING, plan_for(day(20)))
    assert live_twin(app, asked(requested_by="bob", reason="the same")) == "first"
    assert live_twin(app, asked(force=True)) is None
    assert live_twin(app, asked(request_id="another")) is None
    assert live_twin(app, asked(request_id="first")) == "first"


@pytest.mark.parametrize(
    ("status", "fields"), [(BackfillStatus.COMPLETE, {}), (BackfillStatus.RUNNING, {"force": True})]
)
def test_a_used_request_id_is_refused(status, fields) -> None:
    app = make_app(EVERY_DAY)
    open_backfill(app, "first", asked(), status, plan_for(day(20)))
    with pytest.raises(InvalidInput, match="request_id: got 'first'"):
        live_twin(app, asked(request_id="first", **fields))
