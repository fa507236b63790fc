"""What the workers share, as one immutable value: the ledger, the tables, the landing files, how often time jumped.

A call of a port is a tuple of its name and what it is given; `applied` is all that any call can do to what is shared.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from shared.domain.units import Status

Call = tuple[Any, ...]
Answer = Any
Version = tuple[str, int]

# Calls that others can tell from not being made; all others but a publish read.
WRITES: Final = frozenset({"commit", "replace", "revoke", "write_file"})
PUBLISH: Final = "publish"
# What no service reads that is explored here; the texts of attempts would tell apart what is the same otherwise.
UNREAD: Final = ("history/",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """What a table holds for a date, as JSON text, and which attempt of which unit wrote it."""

    unit: str
    fence: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """Documents with their revisions, by key; partitions by table and date; the first fence not refused, by unit.

    `made` is no part of the system: the digests that each version of a unit was completed with, for the judges.
    `mark` is the exclusive or of a 128-bit digest of each thing held: two with the same mark are taken for the same.
    """

    jumps: int = 0
    documents: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    partitions: Mapping[tuple[str, str], Partition] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    made: Mapping[Version, str] = field(default_factory=dict)
    mark: int = 0

    def holding(self, part: str, new: Mapping[Any, Any]) -> "Common":
        """Return this with those of a part's entries put in the place of the old ones."""
        old, mark = getattr(self, part), self.mark
        for key, value in new.items():
            if key in old:
                mark ^= _digest(part, key, old[key])
            mark ^= _digest(part, key, value)
        return replace(self, mark=mark, **{part: {**old, **new}})

    def body(self, key: str) -> Mapping[str, Any]:
        """Return a document's body, empty where there is none."""
        return parsed(self.documents[key][1]) if key in self.documents else {}

    def bodies(self, prefix: str) -> dict[str, Mapping[str, Any]]:
        """Return the bodies of a collection, by key, ascending."""
        return {key: self.body(key) for key in sorted(self.documents) if key.startswith(prefix)}


@cache
def _digest(part: str, key: object, value: object) -> int:
    return int.from_bytes(blake2b(repr((part, key, value)).encode(), digest_size=16).digest())


_PARSED: dict[str, Mapping[str, Any]] = {}


def parsed(text: str) -> Mapping[str, Any]:
    """Return the body of a JSON text; for reading only, since it is shared."""
    if text not in _PARSED:
        _PARSED[text] = json.loads(text)
    return _PARSED[text]


def applied(common: Common, call: Call) -> tuple[Common, Answer]:
    """Return what is shared after a call, and the call's answer."""
    return _EFFECTS[call[0]](common, *call[1:])


def _get(common: Common, key: str) -> tuple[Common, Answer]:
    return common, common.documents.get(key)


def _get_many(common: Common, keys: tuple[str, ...]) -> tuple[Common, Answer]:
    return common, tuple((key, *common.documents[key]) for key in keys if key in common.documents)


def _between(common: Common, first: str, last: str) -> list[str]:
    keys = sorted(common.documents)
    return keys[bisect_left(keys, first) : bisect_right(keys, last)]


def _scan(common: Common, first: str, last: str) -> tuple[Common, Answer]:
    return common, tuple((key, *common.documents[key]) for key in _between(common, first, last))


def _revisions(common: Common, first: str, last: str) -> tuple[Common, Answer]:
    return common, tuple((key, common.documents[key][0]) for key in _between(common, first, last))


def _commit(common: Common, writes: tuple[tuple[str, str, int | None], ...]) -> tuple[Common, Answer]:
    for key, _, revision in writes:
        if common.documents.get(key, (None,))[0] != revision:
            return common, f"{key}: revision {revision} is not the current one"
    kept = {key: ((revision or 0) + 1, text) for key, text, revision in writes if not key.startswith(UNREAD)}
    made = {
        (key, body["version"]): json.dumps(body["digests"], sort_keys=True)
        for key, text, _ in writes
        if key.startswith("units/") and (body := parsed(text))["status"] == Status.COMPLETE
    }
    after = common.holding("documents", kept)
    return after.holding("made", made) if made else after, tuple(
        (key, (revision or 0) + 1) for key, _, revision in writes
    )


def _publish(common: Common, *_: str) -> tuple[Common, Answer]:
    return common, "published"


def _read(common: Common, table: str, day: str) -> tuple[Common, Answer]:
    found = common.partitions.get((table, day))
    return common, None if found is None else found.text


def _replace(common: Common, table: str, day: str, unit: str, fence: int, text: str) -> tuple[Common, Answer]:
    if fence < common.refused.get(unit, 0):
        return common, False
    partition = Partition(unit=unit, fence=fence, text=text)
    return common.holding("partitions", {(table, day): partition}), True


def _revoke(common: Common, unit: str, stop: int) -> tuple[Common, Answer]:
    stop = max(stop, common.refused.get(unit, 0))
    return common.holding("refused", {unit: stop}), True


def _read_file(common: Common, day: str, name: str) -> tuple[Common, Answer]:
    return common, common.files.get((day, name))


def _write_file(common: Common, day: str, name: str, content: bytes) -> tuple[Common, Answer]:
    return common.holding("files", {(day, name): content}), True


_EFFECTS: Final[Mapping[str, Callable[..., tuple[Common, Answer]]]] = {
    "get": _get,
    "get_many": _get_many,
    "scan": _scan,
    "revisions": _revisions,
    "commit": _commit,
    PUBLISH: _publish,
    "read": _read,
    "replace": _replace,
    "revoke": _revoke,
    "read_file": _read_file,
    "write_file": _write_file,
}
