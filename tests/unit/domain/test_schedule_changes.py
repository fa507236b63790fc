from datetime import date

import pytest

from shared.domain.calendar import SeasonCalendar
from shared.domain.schedule_changes import ChangeKind, game_changes

MONDAY, TUESDAY, FRIDAY = date(2024, 11, 4), date(2024, 11, 5), date(2024, 11, 8)
BOSTON, LAKERS = ("BOS", "NYK"), ("LAL", "MIN")


def scheduled(games: dict[date, list[tuple[str, str]]]) -> SeasonCalendar:
    return SeasonCalendar(season="2024-25", revision=1, fixtures={day: tuple(found) for day, found in games.items()})


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({MONDAY: [BOSTON]}, {MONDAY: [BOSTON]}, []),
        ({MONDAY: [BOSTON]}, {FRIDAY: [BOSTON]}, [("moved", BOSTON, MONDAY, FRIDAY)]),
        ({FRIDAY: [BOSTON]}, {MONDAY: [BOSTON]}, [("moved", BOSTON, FRIDAY, MONDAY)]),
        ({MONDAY: [BOSTON, LAKERS]}, {MONDAY: [LAKERS]}, [("dropped", BOSTON, MONDAY, None)]),
        ({MONDAY: [LAKERS]}, {MONDAY: [LAKERS], FRIDAY: [BOSTON]}, [("added", BOSTON, None, FRIDAY)]),
        # They meet twice: the first meeting moves, the second is dropped.
        (
            {MONDAY: [BOSTON], TUESDAY: [BOSTON]},
            {FRIDAY: [BOSTON]},
            [("moved", BOSTON, MONDAY, FRIDAY), ("dropped", BOSTON, TUESDAY, None)],
        ),
        # One that stays is not taken for one that moved.
        (
            {MONDAY: [BOSTON], TUESDAY: [BOSTON]},
            {MONDAY: [BOSTON], FRIDAY: [BOSTON]},
            [("moved", BOSTON, TUESDAY, FRIDAY)],
        ),
        # At the other's place it is another game.
        (
            {MONDAY: [BOSTON]},
            {MONDAY: [("NYK", "BOS")]},
            [("dropped", BOSTON, MONDAY, None), ("added", ("NYK", "BOS"), None, MONDAY)],
        ),
    ],
)
def test_what_happened_to_each_game(before, after, changes) -> None:
    found = game_changes(scheduled(before), scheduled(after))
    assert [(each.kind, each.game, each.before, each.after) for each in found] == [
        (ChangeKind(kind), *rest) for kind, *rest in changes
    ]
