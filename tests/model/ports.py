"""The ports of one handling of a message: each call is answered from a tape, as far as that goes.

So a production service that is paused between two calls is nothing but the answers it has had: it can be hashed,
copied, and gone on with in as many ways as there are answers.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from shared.adapters.embedded.memory import EPOCH
from shared.adapters.json_text import encode
from shared.domain.errors import Conflict, FenceRevoked
from shared.ports import Body, Document, Row, Write
from tests.memory_stack import URL, Partition
from tests.model.common import PUBLISH, UNREAD, Answer, Call, parsed

# Longer than any lease and any wait before a message is sent again.
JUMP: Final = timedelta(days=1)
FIXED: Final = ("calendar/", "plans/")
# An answer, and how often time had jumped when it was given.
Timed = tuple[int, Answer]


class Unfaithful(BaseException):
    """The model leaves out what a service goes by. Not an Exception: no attempt may take it for an error of its own."""


class Tape:
    """The answers to the calls of one handling, in order; `beyond` answers those that come after."""

    def __init__(self, jumps: int, past: Sequence[tuple[Call, Timed]], beyond: Callable[[Call], Timed]) -> None:
        self.jumps = jumps
        self._past, self._beyond = past, beyond
        self._position = 0

    def ask(self, *call: Any) -> Answer:
        """Return the answer to a call. Raises Unfaithful when it is not the call that was answered before."""
        if self._position == len(self._past):
            self.jumps, answer = self._beyond(call)
            return answer
        asked, (self.jumps, answer) = self._past[self._position]
        if asked != call:
            raise Unfaithful(f"the same answers lead to another call: {call}, and before {asked}")
        self._position += 1
        return answer


class TapedClock:
    """The port `Clock`: the time of the latest answer."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def now(self) -> datetime:
        return EPOCH + self._tape.jumps * JUMP


class TapedStore:
    """The port `Store`; documents that never change again are read without a call."""

    def __init__(self, tape: Tape, fixed: Mapping[str, tuple[int, str]]) -> None:
        self._tape, self._fixed = tape, fixed

    def get(self, key: str) -> Document | None:
        found = self._fixed[key] if key in self._fixed else self._tape.ask("get", _read(key))
        return None if found is None else _document(key, *found)

    def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        found = self._tape.ask("get_many", tuple(map(_read, keys)))
        return {key: _document(key, *held) for key, *held in found}

    def scan(self, first: str, last: str) -> Iterator[Document]:
        if first.startswith(FIXED) and self._fixed:
            found = [(key, *held) for key, held in sorted(self._fixed.items()) if first <= key <= last]
        else:
            found = self._tape.ask("scan", _read(first), last)
        return iter([_document(key, *held) for key, *held in found])

    def revisions(self, first: str, last: str) -> dict[str, int]:
        if first.startswith(FIXED) and self._fixed:
            return {key: held[0] for key, held in sorted(self._fixed.items()) if first <= key <= last}
        return dict(self._tape.ask("revisions", _read(first), last))

    def count(self, first: str, last: str, field: str, value: str) -> int:
        return sum(document.body.get(field) == value for document in self.scan(first, last))

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        call = tuple((write.key, _sorted(write.body), write.revision) for write in writes)
        if any(key in self._fixed for key, *_ in call):
            raise Unfaithful(f"a document that never changes is written: {call}")
        answer = self._tape.ask("commit", call)
        if isinstance(answer, str):
            raise Conflict(answer)
        return dict(answer)


class TapedBus:
    """The port `Bus`, publishing only."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def publish(self, topic: str, body: Body) -> str:
        return str(self._tape.ask(PUBLISH, topic, encode(body)))


class TapedWarehouse:
    """The port `Warehouse` as `ToyBuild` uses it."""

    log_rows_kept = 0

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def read(self, table: str, day: date) -> Any:
        text = self._tape.ask("read", table, day.isoformat())
        return None if text is None else json.loads(text)

    def replace(self, table: str, day: date, partition: Partition) -> None:
        text = json.dumps(partition.content)
        if not self._tape.ask("replace", table, day.isoformat(), partition.unit, partition.fence, text):
            raise FenceRevoked(f"{partition.unit}: fence {partition.fence} was revoked")

    def revoke(self, unit: str, fences: range) -> None:
        self._tape.ask("revoke", unit, fences.stop)

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Accept and forget."""


class TapedLanding:
    """The port `Landing`."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def url(self, game_date: date, name: str) -> str:
        return f"{URL}{game_date}/{name}"

    def read(self, game_date: date, name: str) -> bytes | None:
        content: bytes | None = self._tape.ask("read_file", game_date.isoformat(), name)
        return content

    def read_url(self, url: str) -> bytes:
        day, _, name = url.removeprefix(URL).partition("/")
        return self.read(date.fromisoformat(day), name) or b""

    def write(self, game_date: date, name: str, content: bytes) -> None:
        self._tape.ask("write_file", game_date.isoformat(), name, content)


def _sorted(body: Body) -> str:
    """Return a body as JSON text in the one order of its fields, as Firestore keeps them."""
    return json.dumps(body, sort_keys=True, default=dict)


def _read(key: str) -> str:
    if key.startswith(UNREAD):
        raise Unfaithful(f"{key} is read, and the model does not keep it")
    return key


def _document(key: str, revision: int, text: str) -> Document:
    # A frontier is worked on in place; nobody changes another body.
    body = json.loads(text) if key.startswith("frontier/") else parsed(text)
    return Document(key=key, revision=revision, body=body)
