"""The envelope of a push: what Pub/Sub wraps a message in, in either of its spellings."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.errors import InvalidInput
from shared.domain.messages import REQUEST_ID_PATTERN, decode

SHOWN_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a push carried: the message's id, its JSON body and its attributes."""

    id: str
    body: dict[str, Any]
    attributes: Mapping[str, str]


def envelope_of(pushed: object) -> dict[str, Any]:
    """Return the message of a push body as it came, empty when there is none."""
    message = pushed.get("message") if isinstance(pushed, dict) else None
    return message if isinstance(message, dict) else {}


def message_of(envelope: Mapping[str, Any]) -> Message:
    """Return the message of an envelope. Raises InvalidInput naming the field, NewerMessage for a later version."""
    if not envelope:
        raise InvalidInput("message", envelope, "a Pub/Sub push body")
    encoded = envelope.get("data") or ""
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise InvalidInput("message.data", _shown(encoded), "base64") from error
    return Message(id=_id(envelope), body=decode(content), attributes=_attributes(envelope))


def id_shown(envelope: Mapping[str, Any]) -> str:
    """Return the id of a message for the log, whatever it is; empty when there is none."""
    named = envelope.get("messageId") or envelope.get("message_id")
    return named if isinstance(named, str) and REQUEST_ID_PATTERN.fullmatch(named) else ""


def _id(envelope: Mapping[str, Any]) -> str:
    """Return the message's id, which is the backfill's where a request names none."""
    found = id_shown(envelope)
    if not found:
        seen = envelope.get("messageId") or envelope.get("message_id")
        raise InvalidInput(
            "message.messageId", _shown(seen), "the id of a message: letters, digits, - and _, at most 64"
        )
    return found


def _attributes(envelope: Mapping[str, Any]) -> Mapping[str, str]:
    attributes = envelope.get("attributes") or {}
    if not isinstance(attributes, dict) or not all(map(_is_text, attributes.values())):
        raise InvalidInput("message.attributes", _shown(attributes), "an object of texts")
    return attributes


def _is_text(value: object) -> bool:
    """Return whether a value is a text that UTF-8 can hold: JSON may escape half a surrogate pair."""
    return isinstance(value, str) and value == value.encode(errors="replace").decode()


def _shown(value: object) -> str:
    """Return the start of a text; of anything else its type, because nobody has checked how deep it is."""
    return value[:SHOWN_CHARACTERS] if isinstance(value, str) else type(value).__name__
