"""Names as people type them: compared without accents, case, punctuation and generational suffixes."""

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
# Letters that Unicode does not take apart into a plain one and an accent.
UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Written inside of a word, and left out, however typed: O'Neale, J.J.
INSIDE_WORDS: Final = "'`.\u2019\u00b4"
# Below this likeness, 0-1, a name is not offered for another.
LIKENESS_MIN: Final = 0.6


def words(name: str) -> list[str]:
    """Return the words of a name in plain small letters, its suffix included."""
    lower = unicodedata.normalize("NFKD", name.casefold().translate(UNDECOMPOSED))
    letters = (each for each in lower if not unicodedata.combining(each) and each not in INSIDE_WORDS)
    return "".join(each if each.isalnum() else " " for each in letters).split()


def folded(name: str) -> str:
    """Return a name as it is compared: `Nikola Vučević` and `nikola vucevic` alike, `Jr.` to `V` left out."""
    found = words(name)
    while len(found) > 1 and found[-1] in SUFFIXES:
        found.pop()
    return " ".join(found)


def begins(name: str, text: str) -> bool:
    """Return whether each word of a text begins a word of a name of its own: `l james` and `james` LeBron James."""
    rest = words(name)
    for word in sorted(folded(text).split(), key=len, reverse=True):
        found = next((each for each in rest if each.startswith(word)), None)
        if found is None:
            return False
        rest.remove(found)
    return bool(folded(text))


def nearest(names: Iterable[str], text: str, limit: int) -> Sequence[str]:
    """Return those names that a text may be a misspelling of, the likeliest first."""
    wanted = folded(text)
    scored = [(_likeness(folded(name), wanted), name) for name in dict.fromkeys(names)]
    scored.sort(key=lambda each: (-each[0], each[1]))
    return [name for score, name in scored[:limit] if score >= LIKENESS_MIN]


def _likeness(name: str, wanted: str) -> float:
    """Return how alike two folded names are, 0-1; a single word is compared with the word nearest to it."""
    parts = [name, *name.split()] if " " not in wanted else [name]
    return max((SequenceMatcher(None, part, wanted, autojunk=False).ratio() for part in parts), default=0.0)
