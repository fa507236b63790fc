"""The form of a ledger document in Firestore, and the limits it has to keep.

The key `units/3-2024-11-08` is collection `units`, document `3-2024-11-08`. A document has three fields:

- `body`: the JSON body as compact text. Firestore has no array within an array, and it tells neither 1 from 1.0
  in a query nor a written map from a merged one; text comes back as it was written. It is exempt from indexes.
- `write`: a token of the commit, the same in all documents of one batch. It makes each commit a change (a write
  of equal fields leaves a document's update time where it was, and that time is the revision), and tells after
  an unclear answer whether the commit took effect. It is exempt from indexes.
- `show`: the body's top-level scalars as native values, so that an operator can read documents in the console
  and filter them by what `infra/firestore_indexes.json` keeps indexed (`show.status == "failed"`), and so that
  the store can count them. Nothing is ever read back from it.

A revision is the document's update time in microseconds since 1970: the precision in which Firestore keeps it, and
the only one that it takes in a precondition.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from shared.adapters.json_text import encode
from shared.domain.errors import InvalidInput
from shared.ports import Body

BODY, WRITE, SHOW = "body", "write", "show"
# Firestore's own limits: of a document's id, of a document, of one request.
ID_BYTES_MAX: Final = 1_500
DOCUMENT_BYTES_MAX: Final = 1_048_576
REQUEST_BYTES_MAX: Final = 10 * 1024 * 1024
# What a write carries apart from its body and scalars: names, token, precondition, framing.
WRITE_BYTES: Final = 512
SCALAR_BYTES: Final = 16
SHOW_CHARACTERS_MAX: Final = 500
INTEGER_BITS: Final = 63
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The last second that a timestamp may name, in 9999; a later revision is nobody's.
REVISION_MAX: Final = 253_402_300_799_000_000

_FIELD: Final = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]{0,99}")
_RESERVED: Final = re.compile(r"\.|\.\.|__.*__", re.DOTALL)


class Path(NamedTuple):
    """A key taken apart. In a range an empty `name` stands before every document of the collection."""

    collection: str
    name: str


def path_of(key: str, field: str = "key") -> Path:
    """Return collection and document of a key. Raises InvalidInput for a key that Firestore cannot hold."""
    path = end_of(key, field)
    if not path.name or _RESERVED.fullmatch(path.name):
        raise InvalidInput(field, key, "collection/document")
    return path


def end_of(key: str, field: str) -> Path:
    """Return collection and document of one end of a range; the document may be empty. Raises InvalidInput."""
    collection, slash, name = key.partition("/")
    legible = collection and slash and "/" not in name and not _RESERVED.fullmatch(collection)
    # Half a surrogate pair, which JSON may hold, is no text to Firestore.
    whole = key == key.encode(errors="replace").decode()
    if not legible or not whole or len(name.encode()) > ID_BYTES_MAX:
        raise InvalidInput(field, key, f"collection/document, the document at most {ID_BYTES_MAX} bytes")
    return Path(collection, name)


def fields_of(key: str, body: Body, token: str) -> dict[str, Any]:
    """Return the fields of a document. Raises TypeError for what is not JSON, InvalidInput for too large a body."""
    fields = {BODY: encode(body), WRITE: token, SHOW: _shown(body)}
    size = size_of(key, fields)
    if size > DOCUMENT_BYTES_MAX:
        raise InvalidInput(key, f"{size} bytes", f"a document of at most {DOCUMENT_BYTES_MAX} bytes")
    return fields


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON body that a document's fields hold."""
    body: dict[str, Any] = json.loads(fields[BODY])
    return body


def shown(field: str, value: str) -> str:
    """Return the path of a scalar field of the body. Raises InvalidInput for what `show` does not hold whole."""
    if not _FIELD.fullmatch(field):
        raise InvalidInput("field", field, "a name of letters, digits and _")
    if len(value) > SHOW_CHARACTERS_MAX - 1:
        raise InvalidInput("value", value, f"fewer than {SHOW_CHARACTERS_MAX} characters")
    return f"{SHOW}.{field}"


def size_of(key: str, fields: Mapping[str, Any]) -> int:
    """Return about how many bytes a write adds to its request, rather too many than too few."""
    shown = sum(len(name) + len(str(value).encode()) + SCALAR_BYTES for name, value in fields[SHOW].items())
    return len(key.encode()) + len(fields[BODY]) + shown + WRITE_BYTES


def revision_of(moment: datetime) -> int:
    """Return the revision of a document that was last written at a moment."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(revision: int) -> datetime | None:
    """Return the update time that a revision stands for; None for a number that no document can be at.

    The emulator takes time 0 for that of an absent document, and would compare and set what is not there.
    """
    if not 0 < revision <= REVISION_MAX:
        return None
    return EPOCH + timedelta(microseconds=revision)


def _shown(body: Body) -> dict[str, Any]:
    shown = {name: _scalar(value) for name, value in body.items() if _FIELD.fullmatch(name) and _is_scalar(value)}
    return dict(sorted(shown.items()))


def _is_scalar(value: object) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return value.bit_length() <= INTEGER_BITS
    return value is None or isinstance(value, bool | float | str)


def _scalar(value: object) -> object:
    # It is for reading: half a surrogate pair, which JSON may hold and Firestore may not, becomes a question mark.
    return value[:SHOW_CHARACTERS_MAX].encode(errors="replace").decode() if isinstance(value, str) else value
