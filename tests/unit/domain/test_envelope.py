from typing import Any

import pytest

from shared.domain.envelope import envelope_of, id_shown, message_of
from shared.domain.errors import InvalidInput

PUSHED: dict[str, Any] = {"data": "eyJ2ZXJzaW9uIjoxfQ==", "messageId": "8675309", "attributes": {"a": "b"}}


def test_a_message_is_what_the_envelope_holds() -> None:
    message = message_of(PUSHED)
    assert (message.id, message.body, message.attributes) == ("8675309", {"version": 1}, {"a": "b"})
    spelled = {"message_id" if name == "messageId" else name: value for name, value in PUSHED.items()}
    assert message_of(spelled) == message


@pytest.mark.parametrize("pushed", [None, 1, "message", [], {}, {"message": None}, {"message": "data"}])
def test_what_is_no_push_has_no_envelope(pushed: object) -> None:
    assert envelope_of(pushed) == {}
    with pytest.raises(InvalidInput, match="a Pub/Sub push body"):
        message_of(envelope_of(pushed))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data", 5),
        ("data", "not base64!"),
        ("data", "\ud800"),
        ("data", [[[]]]),
        ("messageId", ""),
        ("messageId", 8675309),
        ("messageId", "\ud800"),
        ("messageId", "../../units/1-2024-10-22"),
        ("messageId", "8" * 65),
        ("attributes", [1]),
        ("attributes", "a"),
        ("attributes", {"traceparent": 5}),
        ("attributes", {"CloudPubSubDeadLetterSourceSubscription": "\ud800"}),
    ],
)
def test_an_envelope_that_is_not_pubsubs_is_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        message_of({**PUSHED, field: value})
    assert refused.value.field == f"message.{field}"
    str(refused.value).encode()


def test_an_id_that_is_none_is_not_logged() -> None:
    assert id_shown(PUSHED) == "8675309"
    assert id_shown({"messageId": ["a"]}) == id_shown({"messageId": "a/b"}) == id_shown({}) == ""
