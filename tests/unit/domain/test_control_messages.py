"""What an operator may say of a backfill, and what is refused by its field."""

import json
from typing import Any

import pytest

from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillControl, ControlAction, backfill_control, decode

CANCEL = {"version": 1, "action": "cancel", "backfill_id": "bf-1"}


@pytest.mark.parametrize("action", ControlAction)
def test_a_control_reads_back_as_it_was_made(action: ControlAction) -> None:
    made = BackfillControl(action=action, backfill_id="bf-1", requested_by="ops", reason="wrong week")
    assert backfill_control(decode(json.dumps(made.body()).encode())) == made


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"action": "pause"}, "action"),
        ({"action": None}, "action"),
        ({"action": ["cancel"]}, "action"),
        ({"backfill_id": ""}, "backfill_id"),
        ({"backfill_id": None}, "backfill_id"),
        ({"backfill_id": "live"}, "backfill_id"),
        ({"backfill_id": "a/b"}, "backfill_id"),
        ({"reason": 7}, "reason"),
        ({"requested_by": "x" * 501}, "requested_by"),
        ({"epoch": 3}, "epoch"),
    ],
)
def test_a_wrong_control_is_refused_by_its_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        backfill_control({**CANCEL, **fields})
    assert refused.value.field == named
