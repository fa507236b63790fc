"""Hints, calendar requests, and the bytes that any message comes in."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import FIRST_YEAR, LAST_YEAR
from shared.domain.errors import InvalidInput, NewerMessage, Rejected, Retryable
from shared.domain.messages import (
    MESSAGE_BYTES_MAX,
    MESSAGE_VERSION,
    REQUEST_ID_PATTERN,
    CalendarRequest,
    UnitHint,
    calendar_request,
    decode,
    unit_hint,
)

DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
NAMES = st.just("") | st.from_regex(REQUEST_ID_PATTERN, fullmatch=True).filter(lambda name: not name.startswith("live"))
HINT: dict[str, Any] = {"phase": 3, "game_date": "2024-11-08"}


@given(st.integers(1, 5), DAYS, NAMES)
def test_a_hint_crosses_the_bus_unchanged(phase: int, day: date, backfill_id: str) -> None:
    hint = UnitHint(phase=phase, game_date=day, backfill_id=backfill_id)
    assert unit_hint(decode(json.dumps(hint.body()).encode())) == hint


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phase", 0),
        ("phase", 6),
        ("phase", True),
        ("phase", "3"),
        ("phase", None),
        ("game_date", None),
        ("game_date", "2024-11"),
        ("game_date", 20241108),
        ("backfill_id", None),
        ("backfill_id", 5),
        ("backfill_id", "x" * 501),
        ("rows", 12),
    ],
)
def test_a_wrong_field_of_a_hint_is_refused_by_its_name(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        unit_hint({**HINT, field: value})
    assert refused.value.field == field


@pytest.mark.parametrize("season", ["2024-25", "1999-00", "2009-10"])
def test_a_season_can_be_asked_for(season: str) -> None:
    assert calendar_request(decode(json.dumps(CalendarRequest(season=season).body()).encode())).season == season


@pytest.mark.parametrize(
    "season", ["2024", "2024-2025", "2024-26", "2024-24", "1999-99", "24-25", "2024-25 ", "", 2024, None, ["2024-25"]]
)
def test_a_text_that_is_no_season_is_refused(season: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendar_request({"season": season})
    assert refused.value.field == "season"


def test_an_unknown_field_of_a_calendar_request_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        calendar_request({"season": "2024-25", "reload": True})
    assert refused.value.field == "reload"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"backfill please",
        b'{"start_date": "2024-11-08"',
        b"[]",
        b'"2024-11-08"',
        b"null",
        b"7",
        b"\xff\xfe{}",
        b"[" * 100_000,
    ],
)
def test_bytes_that_are_no_json_object_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode(content)
    assert refused.value.field == "message"


def test_a_message_may_be_as_large_as_the_limit_and_no_larger() -> None:
    frame = len(b'{"reason": ""}')
    assert decode(b'{"reason": "' + b"x" * (MESSAGE_BYTES_MAX - frame) + b'"}')
    with pytest.raises(InvalidInput) as refused:
        decode(b'{"reason": "' + b"x" * (MESSAGE_BYTES_MAX - frame + 1) + b'"}')
    assert refused.value.field == "message"


@pytest.mark.parametrize("version", [0, -1, True, 1.0, "1", None, [1]])
def test_a_version_that_is_none_is_refused(version: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode(json.dumps({"version": version}).encode())
    assert refused.value.field == "version"


def test_a_newer_version_is_to_be_delivered_again_whatever_else_it_holds() -> None:
    with pytest.raises(NewerMessage) as refused:
        decode(json.dumps({"version": MESSAGE_VERSION + 1, "unheard_of": True}).encode())
    assert isinstance(refused.value, Retryable)
    assert not isinstance(refused.value, Rejected)


def test_a_message_without_a_version_is_of_the_first() -> None:
    assert decode(b'{"phase": 3}') == {"phase": 3}
