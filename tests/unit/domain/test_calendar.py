from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import (
    CHANGES_KEPT,
    FixtureChange,
    SeasonCalendar,
    calendar_from,
    fixtures_moved,
    parse_date,
    revised,
    season_of,
    seasons_between,
)
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


MONDAY, TUESDAY, FRIDAY = date(2024, 11, 4), date(2024, 11, 5), date(2024, 11, 8)


def scheduled(games: dict[date, tuple[tuple[str, str], ...]], revision: int = 1) -> SeasonCalendar:
    return SeasonCalendar(season="2024-25", revision=revision, fixtures=games)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        # One of two games moves: the other's teams are not touched, neither here nor there.
        (
            {MONDAY: (("BOS", "NYK"), ("LAL", "MIN")), FRIDAY: (("MIA", "ATL"),)},
            {MONDAY: (("BOS", "NYK"),), FRIDAY: (("MIA", "ATL"), ("LAL", "MIN"))},
            {MONDAY: {"LAL", "MIN"}, FRIDAY: {"LAL", "MIN"}},
        ),
        # A date loses its last game, another gains its first.
        ({MONDAY: (("BOS", "NYK"),)}, {TUESDAY: (("BOS", "NYK"),)}, {MONDAY: {"BOS", "NYK"}, TUESDAY: {"BOS", "NYK"}}),
        # The other place is another game; another order is the same.
        ({MONDAY: (("BOS", "NYK"),)}, {MONDAY: (("NYK", "BOS"),)}, {MONDAY: {"BOS", "NYK"}}),
        ({MONDAY: (("BOS", "NYK"), ("LAL", "MIN"))}, {MONDAY: (("LAL", "MIN"), ("BOS", "NYK"))}, {}),
        # A game doubled is one game more.
        ({MONDAY: (("BOS", "NYK"),)}, {MONDAY: (("BOS", "NYK"), ("BOS", "NYK"))}, {MONDAY: {"BOS", "NYK"}}),
        ({MONDAY: (("BOS", "NYK"),)}, {MONDAY: (("BOS", "NYK"),)}, {}),
    ],
)
def test_dates_whose_fixtures_differ_name_the_teams_that_moved(before, after, moved) -> None:
    found = fixtures_moved(scheduled(before), scheduled(after))
    assert found == {day: frozenset(teams) for day, teams in moved.items()}
    assert fixtures_moved(scheduled(after), scheduled(before)) == found


def test_a_revision_remembers_what_it_changed_and_what_was_dropped() -> None:
    first = scheduled({MONDAY: (("BOS", "NYK"),), TUESDAY: (("LAL", "MIN"),)})
    second = revised(first, {MONDAY: (("BOS", "NYK"),), FRIDAY: (("LAL", "MIN"),)})
    teams = frozenset({"LAL", "MIN"})
    assert second.revision == 2
    assert second.changes == tuple(FixtureChange(game_date=day, teams=teams, revision=2) for day in (TUESDAY, FRIDAY))
    assert second.dropped == {TUESDAY: 2}
    third = revised(second, dict.fromkeys((TUESDAY, FRIDAY), (("LAL", "MIN"),)))
    assert [change.revision for change in third.changes] == [2, 2, 3, 3]
    assert third.dropped == {MONDAY: 3}
    assert calendar_from(third.body()) == third


def test_a_calendar_without_changes_is_read_as_one_that_had_none() -> None:
    body = {name: value for name, value in CALENDAR.body().items() if name != "changes"}
    assert calendar_from(body) == CALENDAR
    assert calendar_from(body).dropped == {}


def test_changes_are_bounded_but_a_dropped_date_is_never_forgotten() -> None:
    game = (("BOS", "NYK"),)
    calendar = revised(scheduled({MONDAY: game, TUESDAY: game}), {TUESDAY: game})
    for _ in range(CHANGES_KEPT):
        calendar = revised(calendar, {TUESDAY: game if calendar.fixtures[TUESDAY] != game else (("NYK", "BOS"),)})
    assert len(calendar.changes) == CHANGES_KEPT + 1
    assert calendar.changes[0] == FixtureChange(game_date=MONDAY, teams=frozenset({"BOS", "NYK"}), revision=2)
    assert calendar.dropped == {MONDAY: 2}


@given(st.dictionaries(st.sampled_from([MONDAY, TUESDAY, FRIDAY]), st.sampled_from([0, 1, 2]), min_size=1))
def test_no_fixtures_move_between_a_calendar_and_itself(counts: dict[date, int]) -> None:
    games = (("BOS", "NYK"), ("LAL", "MIN"), ("MIA", "ATL"))
    calendar = scheduled({day: games[: count + 1] for day, count in counts.items()})
    assert fixtures_moved(calendar, calendar) == {}
