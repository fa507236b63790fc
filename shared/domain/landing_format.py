"""The landing format: JSON-lines files that Phase 1 writes, a person may correct, and Phase 2 reads.

One line is one JSON object with exactly the fields of its file. Rows in memory hold what JSON holds: dates
stay text. docs/operations/landing-format.md says the same for people.
"""

import codecs
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from operator import getitem, itemgetter
from typing import Any, Final

from shared.domain.errors import InvalidInput, MalformedLanding
from shared.domain.landing_fields import FIELDS as FIELDS
from shared.domain.landing_fields import KEYS, ROW_ORDER, Field

FILE_SUFFIX: Final = ".jsonl"
SHOWN_CHARACTERS_MAX: Final = 80

Row = dict[str, Any]

_NAMES: Final = {file: tuple(field.name for field in fields) for file, fields in FIELDS.items()}
_FIELD_SETS: Final = {file: frozenset(names) for file, names in _NAMES.items()}
_FILE_OF_FIELDS: Final = {names: file for file, names in _FIELD_SETS.items()}
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def file_name(file: str) -> str:
    """Return the name under which the rows of `file` (`shots`) are stored: `shots.jsonl`."""
    return f"{file}{FILE_SUFFIX}"


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def render(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the bytes of one landing file: one line a row, UTF-8, each line ended by a newline.

    The same rows in any order, with their fields in any order, give the same bytes. No rows give no bytes.
    Raises InvalidInput when a row's fields are not exactly those of one file, or the rows are of two files.
    """
    every = list(rows)
    if not every:
        return b""
    file = _FILE_OF_FIELDS.get(frozenset(every[0]))
    if file is None or any(row.keys() != _FIELD_SETS[file] for row in every):
        raise InvalidInput("rows", sorted(set().union(*every)), f"exactly the fields of one of {', '.join(FIELDS)}")
    names, order = _NAMES[file], itemgetter(*ROW_ORDER[file])
    # The line itself breaks ties, so that even rows with one key come out in one order.
    lines = sorted((order(row), _encode({name: row[name] for name in names})) for row in every)
    return "".join(f"{line}\n" for _, line in lines).encode()


def parse(name: str, url: str, content: bytes, game_date: date | None = None) -> list[Row]:
    """Return the rows of a landing file in the file's order, their fields in the declared order.

    `name` is `shots` or `shots.jsonl`; `url` is only named in errors. With `game_date` every row must be of
    that date. Blank lines are allowed at the end. Raises MalformedLanding with the first wrong line (from 1):
    not UTF-8, not a JSON object, a field missing, unknown or repeated, a value of the wrong type or out of
    range, or the key of an earlier line. Raises InvalidInput for a name that is no landing file's.
    """
    file = name.removesuffix(FILE_SUFFIX)
    if file not in FIELDS:
        raise InvalidInput("name", name, f"one of {', '.join(FIELDS)}")
    checker, key_of = _Checker(file, game_date), itemgetter(*KEYS[file])
    line_of_key: dict[Any, int] = {}
    rows: list[Row] = []
    for number, line in enumerate(content.rstrip().split(b"\n") if content.strip() else (), 1):
        row, problem = _decoded(line)
        if not problem and (type(row) is not dict or tuple(row) != checker.names):
            row, problem = _arranged(row, checker.names)
        problem = problem or checker.problem(row)
        if not problem and (first := line_of_key.setdefault(key_of(row), number)) != number:
            problem = f"{', '.join(f'{part} {row[part]}' for part in KEYS[file])} stands in line {first} already"
        if problem:
            raise MalformedLanding(url, number, problem)
        rows.append(row)
    return rows


class _RepeatedField(ValueError):
    """A JSON object names one field twice: readers would disagree about its value."""


def _object(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedField(f"the field {next(name for name in names if names.count(name) > 1)!r} stands twice")
    return row


_decode: Final = json.JSONDecoder(object_pairs_hook=_object).decode


def _decoded(line: bytes) -> tuple[Any, str]:
    """Return the JSON value of a line, and what is wrong with it ("" when nothing is)."""
    try:
        return _decode(line.decode()), ""
    except UnicodeDecodeError as error:
        return None, f"not UTF-8 at byte {error.start + 1}"
    except json.JSONDecodeError as error:
        if not line.strip():
            return None, "a blank line"
        if line.startswith(codecs.BOM_UTF8):
            return None, "starts with a byte order mark; save the file as UTF-8 without one"
        return None, f"not JSON: {error.msg} at column {error.colno}"
    except _RepeatedField as error:
        return None, str(error)
    except (ValueError, RecursionError) as error:
        return None, f"not JSON that can be read: {error}"


def _arranged(value: Any, names: tuple[str, ...]) -> tuple[Row, str]:
    """Return the row with its fields in the declared order, and what is wrong with its fields."""
    if not isinstance(value, dict):
        return {}, "not a JSON object"
    missing = [name for name in names if name not in value]
    if missing:
        return {}, f"missing field {', '.join(missing)}"
    unknown = sorted(set(value) - set(names))
    if unknown:
        return {}, f"unknown field {', '.join(map(_shown, unknown))}"
    return {name: value[name] for name in names}, ""


def _shown(value: Any) -> str:
    return json.dumps(value)[:SHOWN_CHARACTERS_MAX]


class _Accepted(dict[Any, bool]):
    """Remembers which values of one field were accepted; a file repeats few values, so most checks are a lookup.

    Ask for values of the field's own type only: 1, 1.0 and true are one key.
    """

    def __init__(self, field: Field, only: str | None) -> None:
        super().__init__()
        self._field = field
        self._only = only

    def __missing__(self, value: Any) -> bool:
        self[value] = accepted = self._field.accepts(value) and self._only in (None, value)
        return accepted


class _Checker:
    """Checks the rows of one file, remembering the types and the values it has accepted."""

    def __init__(self, file: str, game_date: date | None) -> None:
        self.names = _NAMES[file]
        self._fields = FIELDS[file]
        self._only = {"game_date": game_date.isoformat()} if game_date else {}
        self._values = tuple(_Accepted(field, self._only.get(field.name)) for field in self._fields)
        self._types: set[tuple[type, ...]] = set()

    def problem(self, row: Row) -> str:
        """Return what is wrong with a row whose fields are in the declared order, or "" when nothing is."""
        types = tuple(map(type, row.values()))
        if types in self._types and all(map(getitem, self._values, row.values())):
            return ""
        for field, value in zip(self._fields, row.values(), strict=True):
            if not field.accepts(value):
                return f"{field.name}: got {_shown(value)}; expected {field.expected}"
            if value != self._only.get(field.name, value):
                return f"{field.name}: got {_shown(value)}; expected {self._only[field.name]}, the date of the folder"
        self._types.add(types)
        return ""
