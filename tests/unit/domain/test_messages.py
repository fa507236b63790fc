import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidInput, Rejected
from shared.domain.messages import (
    BackfillRequest,
    Scenario,
    backfill_request,
    decode,
)
from shared.domain.policy import EarlySeason, Policy

WEEK: dict[str, Any] = {"start_date": "2024-11-08", "end_date": "2024-11-14"}


def test_a_range_alone_is_a_request_with_every_default() -> None:
    assert backfill_request(WEEK) == BackfillRequest(
        start_date=date(2024, 11, 8),
        end_date=date(2024, 11, 14),
        dates=(),
        scenario=Scenario.FILL,
        from_phase=1,
        to_phase=5,
        policy=Policy(),
        force=False,
        cascade=True,
        dry_run=False,
    )


def test_listed_dates_are_sorted_once_each_and_make_the_range() -> None:
    request = backfill_request({"dates": ["2024-11-14", "2024-11-08", "2024-11-14"]})
    assert request.dates == (date(2024, 11, 8), date(2024, 11, 14))
    assert (request.start_date, request.end_date) == (date(2024, 11, 8), date(2024, 11, 14))


@pytest.mark.parametrize(("scenario", "first"), [("fill", 1), ("reprocess", 2), ("downstream", 4)])
def test_a_scenario_starts_at_its_phase_unless_told_otherwise(scenario: str, first: int) -> None:
    assert backfill_request({**WEEK, "scenario": scenario}).from_phase == first
    assert backfill_request({**WEEK, "scenario": scenario, "from_phase": 3}).from_phase == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_date", None),
        ("start_date", 20241108),
        ("start_date", "2024-11-31"),
        ("start_date", "yesterday"),
        ("start_date", "0001-01-01"),  # a season or a margin around it would be no date
        ("start_date", "9999-12-31"),
        ("end_date", "2024-11-07"),  # the day before the start
        ("end_date", ["2024-11-14"]),
        ("dates", "2024-11-08"),
        ("dates", {"2024-11-08": 1}),
        ("dates", [20241108]),
        ("dates", [None]),
        ("dates", [["2024-11-08"]]),
        ("dates", ["2024-11-08", "2024-11-31"]),
        ("dates", ["2024-11-07"]),  # outside of the range that is given too
        ("dates", ["2024-11-15"]),
        ("scenario", "refill"),
        ("scenario", "FILL"),
        ("scenario", None),
        ("scenario", ["fill"]),
        ("from_phase", 0),
        ("from_phase", 6),
        ("from_phase", True),
        ("from_phase", 1.0),
        ("from_phase", "1"),
        ("from_phase", None),
        ("to_phase", 6),
        ("to_phase", False),
        ("max_lookback_days", 0),
        ("max_lookback_days", -30),
        ("max_lookback_days", 30.0),
        ("max_lookback_days", "30"),
        ("max_lookback_days", 10**10),  # no date lies so far back
        ("max_lookback_days", True),
        ("min_coverage", 0),
        ("min_coverage", -0.5),
        ("min_coverage", 1.01),
        ("min_coverage", 85),
        ("min_coverage", "0.85"),
        ("min_coverage", True),
        ("min_coverage", None),
        ("min_coverage", float("nan")),
        ("min_coverage", float("inf")),
        ("accept_missing", "2024-11-01"),
        ("accept_missing", ["2024-11-01", 5]),
        ("accept_missing", [True]),
        ("early_season", "defer"),
        ("early_season", None),
        ("force", 1),
        ("force", "true"),
        ("force", None),
        ("cascade", 0),
        ("cascade", "no"),
        ("dry_run", 1),
        ("request_id", 7),
        ("request_id", None),
        ("request_id", "-starts-with-a-dash"),
        ("request_id", "has space"),
        ("request_id", "units/3-2024-11-08"),
        ("request_id", "ünï"),
        ("request_id", "a" * 65),
        ("request_id", "line\n"),
        ("requested_by", 7),
        ("requested_by", None),
        ("reason", ["because"]),
        ("reason", "x" * 501),
        ("max_lookback", 30),
        ("Force", True),
        ("", 1),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        backfill_request({**WEEK, field: value})
    assert refused.value.field == field
    assert isinstance(refused.value, Rejected)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "start_date"),
        ({"start_date": "2024-11-08"}, "end_date"),
        ({"end_date": "2024-11-08"}, "start_date"),
        ({"dates": []}, "start_date"),
        ({"dates": ["2024-11-08"], "start_date": "2024-11-08"}, "end_date"),
        ({**WEEK, "from_phase": 4, "to_phase": 3}, "to_phase"),
        ({**WEEK, "scenario": "downstream", "to_phase": 3}, "to_phase"),
        ({**WEEK, "scenario": "reprocess", "to_phase": 1}, "to_phase"),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        backfill_request(body)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("end_date", "2024-11-08"),  # a range of one day
        ("dates", ["2024-11-08", "2024-11-14"]),  # both ends of the range
        ("to_phase", 1),
        ("max_lookback_days", None),
        ("max_lookback_days", 1),
        ("min_coverage", 1),  # JSON has one kind of number
        ("min_coverage", 0.01),
        ("request_id", ""),
        ("request_id", "a" * 64),
        ("request_id", "Nov-8_to_14"),
        ("reason", "x" * 500),
    ],
)
def test_the_borders_of_what_is_right(field: str, value: object) -> None:
    assert backfill_request({**WEEK, field: value})


def test_the_policy_fields_make_the_policy() -> None:
    body = {
        **WEEK,
        "max_lookback_days": 30,
        "min_coverage": 0.85,
        "early_season": "skip",
        "accept_missing": ["2024-11-02", "2024-11-02"],
    }
    assert backfill_request(body).policy == Policy(
        max_lookback_days=30,
        min_coverage=0.85,
        early_season=EarlySeason.SKIP,
        accept_missing=frozenset({date(2024, 11, 2)}),
    )


@st.composite
def requests(draw: st.DrawFn) -> BackfillRequest:
    days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
    start, end = sorted((draw(days), draw(days)))
    first, last = sorted((draw(st.integers(1, 5)), draw(st.integers(1, 5))))
    return BackfillRequest(
        start_date=start,
        end_date=end,
        dates=tuple(sorted(draw(st.sets(st.dates(start, end), max_size=4)))),
        scenario=draw(st.sampled_from(Scenario)),
        from_phase=first,
        to_phase=last,
        policy=draw(
            st.builds(
                Policy,
                max_lookback_days=st.none() | st.integers(1, 400),
                min_coverage=st.floats(0.01, 1),
                early_season=st.sampled_from(EarlySeason),
                accept_missing=st.frozensets(days, max_size=3),
            )
        ),
        force=draw(st.booleans()),
        cascade=draw(st.booleans()),
        dry_run=draw(st.booleans()),
        request_id=draw(st.just("") | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)),
        requested_by=draw(st.text(max_size=20)),
        reason=draw(st.text(max_size=20)),
    )


@given(requests())
def test_a_request_crosses_the_bus_unchanged(request_: BackfillRequest) -> None:
    assert backfill_request(decode(json.dumps(request_.body()).encode())) == request_
