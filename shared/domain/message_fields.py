"""Checks of single fields of a message, each naming the field, the value seen and what would be right."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from shared.domain.errors import InvalidInput

TEXT_LENGTH_MAX = 500
NAMES_MAX = 100

Choice = TypeVar("Choice", bound=StrEnum)


def only(body: Mapping[str, Any], known: set[str]) -> None:
    """Refuse a body that has fields beyond those known. Raises InvalidInput naming the first."""
    for name in body:
        if name not in known:
            # Escaped as in a value: a name may hold the end of a line.
            raise InvalidInput(
                repr(name)[1:-1][:TEXT_LENGTH_MAX], "an unknown field", f"one of {', '.join(sorted(known))}"
            )


def choice(name: str, value: object, kind: type[Choice]) -> Choice:
    """Return the choice that a text names. Raises InvalidInput."""
    for each in kind:
        if value == each.value:
            return each
    raise InvalidInput(name, value, f"one of {', '.join(kind)}")


def flag(name: str, value: object) -> bool:
    """Return a boolean; nothing else passes for one. Raises InvalidInput."""
    if type(value) is not bool:
        raise InvalidInput(name, value, "true or false")
    return value


def dates_list(name: str, value: object) -> list[Any]:
    """Return a list. Raises InvalidInput."""
    if not isinstance(value, list):
        raise InvalidInput(name, value, "a list of dates")
    return value


def names(name: str, value: object) -> tuple[str, ...]:
    """Return the texts of a list, each once, sorted. Raises InvalidInput."""
    if not isinstance(value, list) or len(value) > NAMES_MAX:
        raise InvalidInput(name, value, f"a list of at most {NAMES_MAX} names")
    return tuple(sorted({text(name, each) for each in value}))


def text(name: str, value: object) -> str:
    """Return a text that is not too long. Raises InvalidInput."""
    if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX:
        raise InvalidInput(name, value, f"a text of at most {TEXT_LENGTH_MAX} characters")
    return value
