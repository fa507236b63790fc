"""A guard of the pipeline that is taken away for a while, the rule it belongs to, and what notices that."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from tests.simulation.scripted import Scripted

Script = Callable[[Scripted], None]
# An object, the name of one of its attributes, and what takes the attribute's place.
Patch = tuple[Any, str, Any]

# The rules of the protocol by letter, and the other guards by a word.
RULES = {
    "a": "a message is only a hint, and a crash anywhere is repaired",
    "b": "zombies publish over nobody",
    "c": "nobody reads what is half replaced, or publishes from what has moved",
    "d": "what a change reaches is flagged, whichever side writes first",
    "e": "retries, and leases that run out",
    "f": "units are shared, and a cancel takes one backfill from them",
    "g": "output computed under a weaker policy satisfies nobody stricter",
    "h": "the last two dates complete at once",
    "i": "failures travel, and so do recoveries",
    "j": "requests are joined, run again and retried",
    "k": "landing files are one, and what was corrected by hand stays",
    "windows": "a target reads its last games, none missed, none beyond a hole, no date more than its policy needs",
    "cascade": "a change runs again what it reaches, and nothing else",
    "daily": "the newest date is predicted before its games",
    "schedule": "the schedule may change at any moment",
    "breaker": "a backfill that fails too much is paused, once",
    "dispatch": "no more lanes are under way than were allowed",
    "plan": "a plan is carried out as it was shown, once",
}
LETTERS = "abcdefghijk"


def nothing(*_: Any, **__: Any) -> None:
    """Stand in for a step that is left out."""


def never(*_: Any, **__: Any) -> bool:
    """Stand in for a question that is always answered by no."""
    return False


def always(*_: Any, **__: Any) -> bool:
    """Stand in for a question that is not asked."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedBug:
    """Attributes to replace, the rule that they guard, and what notices it: a script, seeds, or both.

    `seed` is one that has noticed it. It may no longer meet the bug once the pipeline makes other calls; then others
    are tried. `script` brings the bug out whatever else happens.
    """

    rule: str
    patches: tuple[Patch, ...]
    seed: int | None = None
    script: Script | None = None

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the bug in the pipeline while the block runs."""
        with ExitStack() as stack:
            for owner, name, replacement in self.patches:
                stack.enter_context(mock.patch.object(owner, name, replacement))
            yield
