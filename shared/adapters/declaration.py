"""Reading a declaration field by field, so that every complaint names the field, what it is and what would be right."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.errors import InvalidInput

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One mapping of a declaration and its place in it (`functions.scrape`), known to have no unknown field."""

    path: str
    fields: Mapping[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def refused(self, name: str, expected: str) -> InvalidInput:
        """Return the complaint about a field."""
        return InvalidInput(f"{self.path}.{name}", self.fields.get(name), expected)

    def text(self, name: str, pattern: re.Pattern[str], expected: str) -> str:
        """Return a text that matches `pattern` whole. Raises InvalidInput."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self.refused(name, expected)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, each once; empty when it is left out. Raises InvalidInput."""
        value = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.refused(name, "a list of names")
        if len(set(value)) != len(value):
            raise self.refused(name, "every name once")
        return tuple(value)

    def number(self, name: str, limits: Limits) -> float:
        """Return a number within `limits`. Raises InvalidInput."""
        value: Any = self.fields.get(name)
        lowest, highest = limits
        if type(value) not in (int, float) or not lowest <= value <= highest:
            raise self.refused(name, f"a number from {lowest:g} to {highest:g}")
        return float(value)

    def whole(self, name: str, limits: Limits) -> int:
        """Return a whole number within `limits`. Raises InvalidInput."""
        value = self.number(name, limits)
        if value != int(value):
            raise self.refused(name, "a whole number")
        return int(value)

    def flag(self, name: str) -> bool:
        """Return true or false; false when it is left out. Raises InvalidInput."""
        value = self.fields.get(name, False)
        if type(value) is not bool:
            raise self.refused(name, "true or false")
        return value


def entry(path: str, declared: object, known: Collection[str]) -> Entry:
    """Return a mapping with none but `known` fields as an Entry. Raises InvalidInput naming an unknown field."""
    if not isinstance(declared, Mapping):
        raise InvalidInput(path, declared, "a mapping")
    for name in declared:
        if name not in known:
            raise InvalidInput(f"{path}.{name}", declared[name], f"no such field; known are {', '.join(sorted(known))}")
    return Entry(path=path, fields=declared)


def section(
    declared: Mapping[str, Any], name: str, pattern: re.Pattern[str], known: Collection[str]
) -> dict[str, Entry]:
    """Return the named entries of a top-level section; empty when it is left out.

    Raises InvalidInput on a name that `pattern` does not match.
    """
    entries = declared.get(name, {})
    if not isinstance(entries, Mapping):
        raise InvalidInput(name, entries, "a mapping of names")
    for key in entries:
        if not isinstance(key, str) or not pattern.fullmatch(key):
            raise InvalidInput(name, key, f"a name like {pattern.pattern}")
    return {key: entry(f"{name}.{key}", value, known) for key, value in entries.items()}
