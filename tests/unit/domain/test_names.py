"""Names are compared as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.names import begins, folded, nearest, words

LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nikola Vučević", "nikola vucevic"),
        ("LUKA DONČIĆ", "luka doncic"),
        ("Dennis Schröder", "dennis schroder"),
        ("Rasmus Bjørn", "rasmus bjorn"),
        ("Boban Đurić", "boban duric"),
        ("Royce O'Neale", "royce oneale"),
        ("Royce O\u2019Neale", "royce oneale"),
        ("P.J. Washington", "pj washington"),
        ("Shai Gilgeous-Alexander", "shai gilgeous alexander"),
        ("Jimmy Butler III", "jimmy butler"),
        ("Tim Hardaway, Jr.", "tim hardaway"),
        ("Gary Payton II", "gary payton"),
        ("  Jabari   Smith  Sr ", "jabari smith"),
        # A name of suffixes alone keeps its first word.
        ("Iv", "iv"),
        ("", ""),
    ],
)
def test_folded(name: str, expected: str) -> None:
    assert folded(name) == expected


def test_words_keep_the_suffix() -> None:
    assert words("Jimmy Butler III") == ["jimmy", "butler", "iii"]


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@given(LETTERS, LETTERS, st.sampled_from(["Jr.", "Sr", "II", "iii", "IV"]))
def test_a_suffix_and_capitals_are_forgiven(first: str, last: str, suffix: str) -> None:
    assert folded(f"{first.title()} {last.upper()} {suffix}") == folded(f"{first} {last}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lebron", True),
        ("james", True),
        ("l james", True),
        ("james leb", True),
        ("lebron lebron", False),
        ("bron", False),
        ("", False),
        (" - ", False),
    ],
)
def test_begins(text: str, *, expected: bool) -> None:
    assert begins("LeBron James", text) is expected


def test_the_longest_word_takes_its_own_first() -> None:
    assert begins("Jamesson Jax", "ja jamesson")


def test_nearest_names_come_likeliest_first() -> None:
    names = ["LeBron James", "Bronny James", "Nikola Jokić"]
    assert nearest(names, "Lebrn Jmes", 5) == ["LeBron James", "Bronny James"]
    assert nearest(names, "jokc", 5) == ["Nikola Jokić"]
    assert nearest(names, "Lebrn Jmes", 1) == ["LeBron James"]
    assert not nearest(names, "zzzz", 5)
