"""Who is meant by a name in the play-by-play, which names passers (`Rivers 3 AST`) but gives no id of theirs."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

ABBREVIATED: Final = re.compile(r"(?P<first>[^\s.]+)\. (?P<family>.+)")


class Names:
    """The players of one team in one game, by every name that the play-by-play may use for them.

    That is his family name; with team-mates of the same family name his first name's beginning before it
    (`Jal. Williams`); and whatever the play-by-play calls him where it does give his id.
    """

    def __init__(self, players: Iterable[dict[str, Any]], actions: Iterable[dict[str, Any]]) -> None:
        self._full = {
            player["personId"]: (_plain(player["firstName"]), _plain(player["familyName"])) for player in players
        }
        self._called: dict[str, set[int]] = defaultdict(set)
        for action in actions:
            if action["personId"] in self._full and action.get("playerName"):
                self._called[_plain(action["playerName"])].add(action["personId"])
        self._counted: dict[tuple[int, str], int] = {}

    def player(self, name: str, kind: str, count: int, *, besides: int = 0) -> int | None:
        """Return the id of the player, not `besides`, who is credited with his `count`-th of a kind.

        Asked in the game's order, the count decides between team-mates of one name: it is one more than what he
        was credited with last. None when nobody is called so, or it cannot be told who of several.
        """
        plain = _plain(name)
        found = {each for each in self._full if self._fits(each, plain)} | self._called.get(plain, set())
        found -= {besides}
        if len(found) > 1:
            found = {each for each in found if self._counted.get((each, kind), 0) == count - 1}
        if len(found) > 1:
            found &= self._called.get(plain, set())
        if len(found) != 1:
            return None
        (player,) = found
        self._counted[player, kind] = count
        return player

    def __contains__(self, player: int) -> bool:
        return player in self._full

    def _fits(self, player: int, name: str) -> bool:
        first, family = self._full[player]
        abbreviated = ABBREVIATED.fullmatch(name)
        return name in (family, f"{first} {family}".strip()) or bool(
            abbreviated and abbreviated["family"] == family and first.startswith(abbreviated["first"])
        )


def _plain(name: str) -> str:
    """Return a name without accents and case, which the site does not write everywhere the same."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().strip()
