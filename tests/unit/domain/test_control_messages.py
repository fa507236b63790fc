"""What an operator may say of a backfill, and what is refused by its field."""

import json
from datetime import date
from typing import Any

import pytest

from shared.domain.controls import BackfillControl, ControlAction, backfill_control
from shared.domain.errors import InvalidInput
from shared.domain.messages import decode

CANCEL = {"version": 1, "action": "cancel", "backfill_id": "bf-1"}
RETRY = {**CANCEL, "action": "retry"}


@pytest.mark.parametrize("action", ControlAction)
def test_a_control_reads_back_as_it_was_made(action: ControlAction) -> None:
    made = BackfillControl(action=action, backfill_id="bf-1", requested_by="ops", reason="wrong week")
    assert backfill_control(decode(json.dumps(made.body()).encode())) == made


def test_a_retry_may_choose_dates_and_a_phase() -> None:
    made = BackfillControl(action=ControlAction.RETRY, backfill_id="bf-1", dates=(date(2024, 11, 8),), phase=3)
    assert backfill_control(decode(json.dumps(made.body()).encode())) == made
    twice = backfill_control({**RETRY, "dates": ["2024-11-10", "2024-11-08", "2024-11-10"], "phase": None})
    assert (twice.dates, twice.phase) == ((date(2024, 11, 8), date(2024, 11, 10)), None)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"action": "stop"}, "action"),
        ({"action": None}, "action"),
        ({"action": ["cancel"]}, "action"),
        ({"backfill_id": ""}, "backfill_id"),
        ({"backfill_id": None}, "backfill_id"),
        ({"backfill_id": "live"}, "backfill_id"),
        ({"backfill_id": "a/b"}, "backfill_id"),
        ({"reason": 7}, "reason"),
        ({"requested_by": "x" * 501}, "requested_by"),
        ({"epoch": 3}, "epoch"),
        ({"dates": ["2024-11-08"]}, "dates"),
        ({"phase": 3}, "phase"),
        ({**RETRY, "dates": "2024-11-08"}, "dates"),
        ({**RETRY, "dates": ["Nov 8"]}, "dates"),
        ({**RETRY, "phase": 6}, "phase"),
        ({**RETRY, "phase": "3"}, "phase"),
        ({**RETRY, "phase": True}, "phase"),
    ],
)
def test_a_wrong_control_is_refused_by_its_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        backfill_control({**CANCEL, **fields})
    assert refused.value.field == named
