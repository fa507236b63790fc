from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import SeasonCalendar, calendar_from, parse_date, season_of, seasons_between
from shared.domain.errors import InvalidInput

# Three game dates with a day off between the first two: positions 0, 1, 2 are bits 1, 2, 4.
CALENDAR = SeasonCalendar(
    season="2024-25",
    revision=3,
    fixtures={
        date(2024, 10, 25): (("MIA", "BOS"),),
        date(2024, 10, 22): (("BOS", "NYK"), ("LAL", "MIN")),
        date(2024, 10, 24): (("NYK", "LAL"),),
    },
)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2024, 10, 22), "2024-25"),
        (date(2025, 4, 13), "2024-25"),
        (date(2024, 6, 30), "2023-24"),
        (date(2024, 7, 1), "2024-25"),
        (date(1999, 12, 31), "1999-00"),
        (date(2000, 1, 1), "1999-00"),
        (date(2009, 11, 1), "2009-10"),
    ],
)
def test_a_season_turns_on_the_first_of_july(day: date, season: str) -> None:
    assert season_of(day) == season


@pytest.mark.parametrize(
    ("first", "last", "seasons"),
    [
        (date(2024, 11, 8), date(2024, 11, 14), ["2024-25"]),
        (date(2024, 6, 30), date(2024, 7, 1), ["2023-24", "2024-25"]),
        (date(2022, 12, 1), date(2025, 1, 1), ["2022-23", "2023-24", "2024-25"]),
        (date(1999, 6, 1), date(2000, 12, 1), ["1998-99", "1999-00", "2000-01"]),
    ],
)
def test_a_range_touches_every_season_between_its_ends(first: date, last: date, seasons: list[str]) -> None:
    assert seasons_between(first, last) == seasons


@given(st.dates(date(1947, 1, 1), date(2090, 1, 1)), st.integers(0, 4000))
def test_the_seasons_of_a_range_are_those_of_its_days(first: date, days: int) -> None:
    every = {season_of(date.fromordinal(first.toordinal() + step)) for step in range(0, days + 1, 30)}
    last = date.fromordinal(first.toordinal() + days)
    found = seasons_between(first, last)
    assert every | {season_of(last)} == set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-30",
        "2024-13-01",
        "20241108",
        "2024-W45-5",
        "08-11-2024",
        "2024-11-8",
        "",
        " 2024-11-8",
        20241108,
        None,
    ],
)
def test_a_text_that_is_no_date_is_refused_by_the_name_of_its_field(value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_date("start_date", value)
    assert (refused.value.field, refused.value.value) == ("start_date", value)


def test_a_date_of_ten_characters_is_read() -> None:
    assert parse_date("start_date", "2024-02-29") == date(2024, 2, 29)


def test_game_dates_are_sorted_and_numbered_from_opening_night() -> None:
    assert CALENDAR.dates == (date(2024, 10, 22), date(2024, 10, 24), date(2024, 10, 25))
    assert CALENDAR.start == date(2024, 10, 22)
    assert [CALENDAR.position[day] for day in CALENDAR.dates] == [0, 1, 2]


def test_teams_stand_home_before_away_in_fixture_order() -> None:
    assert CALENDAR.teams_on(date(2024, 10, 22)) == ("BOS", "NYK", "LAL", "MIN")


@pytest.mark.parametrize(
    ("team", "mask"),
    [
        ("BOS", 0b101),  # dates 0 and 2
        ("NYK", 0b011),  # dates 0 and 1
        ("LAL", 0b011),
        ("MIN", 0b001),
        ("MIA", 0b100),
    ],
)
def test_a_team_has_a_bit_for_each_of_its_game_dates(team: str, mask: int) -> None:
    assert CALENDAR.team_masks[team] == mask


@pytest.mark.parametrize(
    ("day", "position"),
    [
        (date(2024, 10, 1), 0),
        (date(2024, 10, 22), 0),
        (date(2024, 10, 23), 1),  # a day off belongs to the next game date
        (date(2024, 10, 24), 1),
        (date(2024, 10, 25), 2),
        (date(2024, 10, 26), 3),  # nothing left: the count of dates
    ],
)
def test_the_first_game_date_at_or_after_a_day(day: date, position: int) -> None:
    assert CALENDAR.first_at_or_after(day) == position


@pytest.mark.parametrize(
    ("first", "last", "positions"),
    [
        (date(2024, 10, 22), date(2024, 10, 25), [0, 1, 2]),
        (date(2024, 10, 23), date(2024, 10, 24), [1]),
        (date(2024, 10, 23), date(2024, 10, 23), []),
        (date(2024, 10, 25), date(2025, 1, 1), [2]),
        (date(2024, 10, 25), date(2024, 10, 22), []),
    ],
)
def test_a_range_holds_the_game_dates_of_both_ends(first: date, last: date, positions: list[int]) -> None:
    assert CALENDAR.between(first, last) == tuple(CALENDAR.dates[position] for position in positions)


def test_days_without_games_have_no_bit() -> None:
    # Oct 23 is a day off, Nov 1 is after the last date: only bit 2 is left.
    assert CALENDAR.mask([date(2024, 10, 23), date(2024, 10, 25), date(2024, 11, 1)]) == 0b100


@given(st.sets(st.sampled_from(CALENDAR.dates)))
def test_a_mask_gives_its_dates_back_in_order(days: set[date]) -> None:
    assert CALENDAR.days(CALENDAR.mask(days)) == sorted(days)


def test_the_ledger_document_gives_the_calendar_back() -> None:
    assert calendar_from(CALENDAR.body()) == CALENDAR
    assert CALENDAR.body()["games"]["2024-10-25"] == ["MIA-BOS"]
