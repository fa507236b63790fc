"""Who is meant by the names of a play-by-play."""

import pytest

from shared.adapters.sources.nba_stats_names import Names

PLAYERS = [
    {"personId": 1, "firstName": "Jalen", "familyName": "Novak"},
    {"personId": 2, "firstName": "Jaylin", "familyName": "Novak"},
    {"personId": 3, "firstName": "Nikola", "familyName": "Jović"},
    {"personId": 4, "firstName": "", "familyName": "Ariza"},
    {"personId": 5, "firstName": "Kel", "familyName": "Porter Jr."},
]


def names(*called: tuple[int, str]) -> Names:
    return Names(PLAYERS, [{"personId": person, "playerName": name} for person, name in called])


@pytest.mark.parametrize(
    ("name", "player"),
    [
        ("Jal. Novak", 1),
        ("Jay. Novak", 2),
        ("Jovic", 3),
        ("JOVIĆ", 3),
        ("N. Jović", 3),
        ("Nikola Jović", 3),
        ("Ariza", 4),
        ("Porter Jr.", 5),
        ("Porter", None),
        ("Novak", None),
        ("J. Novak", None),
        ("M. Jović", None),
        ("", None),
    ],
)
def test_a_name_is_the_players_it_fits_alone(name: str, player: int | None) -> None:
    assert names().player(name, "AST", 1) == player


def test_whatever_the_play_by_play_calls_him_is_his_name() -> None:
    assert names((5, "Porter"), (99, "Jović")).player("Porter", "AST", 1) == 5


def test_his_own_name_is_taken_before_a_team_mates_that_fits_too() -> None:
    known = names((1, "Novak"), (2, "Jay. Novak"))
    assert known.player("Novak", "AST", 1) == 1


def test_the_running_count_tells_team_mates_apart_kind_by_kind() -> None:
    known = names()
    assert known.player("Jal. Novak", "AST", 1) == 1
    assert known.player("Novak", "AST", 2) == 1
    assert known.player("Novak", "AST", 1) == 2
    assert known.player("Novak", "BLK", 2) is None
    assert known.player("Novak", "AST", 7) is None


def test_who_shoots_does_not_pass() -> None:
    assert names().player("Novak", "AST", 1, besides=1) == 2
    assert names().player("Jovic", "AST", 1, besides=3) is None


def test_of_two_who_are_called_the_same_it_is_nobody() -> None:
    assert names((1, "Novak"), (2, "Novak")).player("Novak", "AST", 1) is None
