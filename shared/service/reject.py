"""Record a message that can never succeed, so that whoever published it finds out why, and alert."""

import base64
import binascii
import hashlib
import json
from contextlib import suppress

from shared.domain.errors import Conflict, Rejected
from shared.domain.message_fields import TEXT_LENGTH_MAX
from shared.domain.messages import Alert
from shared.logs import log
from shared.ports import Write
from shared.service.app import App

CONTENT_LENGTH_MAX = 2000


def reject(app: App, source: str, pushed: object, error: Rejected) -> None:
    """Alert and write `rejections/{digest of topic and content}`; the same message again is only logged.

    `source` ends in the topic's name; `pushed` is the push body, whatever its shape. Raises Retryable when the
    ledger or the bus did not take it: then the message is delivered, and rejected, again.
    """
    topic = source.rpartition("/")[2].encode(errors="replace").decode()[:TEXT_LENGTH_MAX]
    text = _content(pushed)[:CONTENT_LENGTH_MAX]
    name = hashlib.sha256(f"{topic}/{text}".encode()).hexdigest()[:32]
    said = str(error)[:CONTENT_LENGTH_MAX]
    entry = {"topic": topic, "request": text, "error": said, "at": app.clock.now().isoformat()}
    log("message.rejected", topic=topic, rejection=name, error=said)
    if app.ledger.store.get(f"rejections/{name}") is not None:
        return
    alert = Alert(rule="message_rejected", subject=topic, detail={"error": said[:TEXT_LENGTH_MAX]})
    app.bus.publish("alerts", alert.body())
    with suppress(Conflict):
        app.ledger.commit([Write(key=f"rejections/{name}", body=entry)])


def _content(pushed: object) -> str:
    """Return the message's content as text: its decoded `data`, else the whole push body as JSON."""
    envelope = pushed.get("message") if isinstance(pushed, dict) else None
    encoded = envelope.get("data") if isinstance(envelope, dict) else None
    try:
        return base64.b64decode(encoded or "", validate=True).decode("utf-8", "replace")
    except (binascii.Error, TypeError, ValueError):
        return _whole(pushed)


def _whole(pushed: object) -> str:
    try:
        return json.dumps(pushed, sort_keys=True, default=str)
    except (RecursionError, TypeError):
        return f"a push body that cannot be shown: {type(pushed).__name__}"
