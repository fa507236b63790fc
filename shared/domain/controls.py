"""An operator's word on a backfill that was requested before: the message, and which backfill it fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import parse_date
from shared.domain.errors import InvalidInput
from shared.domain.message_fields import choice, dates_list, only, text
from shared.domain.messages import MESSAGE_VERSION, identifier, phase_of


class ControlAction(StrEnum):
    """What is done to a backfill.

    `cancel` gives it up, `pause` has it start nothing new, `resume` takes either back; `retry` has what failed of
    it start afresh; `apply` runs the plan of a dry run.
    """

    CANCEL = "cancel"
    RETRY = "retry"
    PAUSE = "pause"
    RESUME = "resume"
    APPLY = "apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillControl:
    """An operator's word on a backfill. A retry's `dates` and `phase` choose among what failed (none: all of it)."""

    action: ControlAction
    backfill_id: str
    dates: tuple[date, ...] = ()
    phase: int | None = None
    requested_by: str = ""
    reason: str = ""

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "version": MESSAGE_VERSION,
            "action": self.action.value,
            "backfill_id": self.backfill_id,
            "requested_by": self.requested_by,
            "reason": self.reason,
            "dates": [day.isoformat() for day in self.dates],
            "phase": self.phase,
        }


def backfill_control(body: Mapping[str, Any]) -> BackfillControl:
    """Return the control that a message body carries. Raises InvalidInput naming the field."""
    only(body, {"version", "action", "backfill_id", "requested_by", "reason", "dates", "phase"})
    name = identifier("backfill_id", body.get("backfill_id"))
    if not name:
        raise InvalidInput("backfill_id", name, "the id of a backfill")
    action = choice("action", body.get("action"), ControlAction)
    dates = tuple(sorted({parse_date("dates", day) for day in dates_list("dates", body.get("dates", []))}))
    phase = body.get("phase")
    if phase is not None:
        phase = phase_of("phase", phase)
    for name_of_field, value in (("dates", list(map(str, dates))), ("phase", phase)):
        if value and action is not ControlAction.RETRY:
            raise InvalidInput(name_of_field, value, f"nothing; {action} takes the whole backfill")
    return BackfillControl(
        action=action,
        backfill_id=name,
        dates=dates,
        phase=phase,
        requested_by=text("requested_by", body.get("requested_by", "")),
        reason=text("reason", body.get("reason", "")),
    )


LIVE_ONES: Final = frozenset({BackfillStatus.PLANNING, BackfillStatus.RUNNING})
# Whom an action is for, in words and by status, and who stands as it asks already.
FITTING: Final[Mapping[ControlAction, tuple[str, frozenset[BackfillStatus], frozenset[BackfillStatus]]]] = {
    ControlAction.CANCEL: (
        "a live or paused backfill",
        LIVE_ONES | {BackfillStatus.PAUSED},
        frozenset({BackfillStatus.CANCELLED}),
    ),
    ControlAction.RETRY: (
        "a backfill that failed or is paused",
        frozenset({BackfillStatus.FAILED, BackfillStatus.PAUSED}),
        LIVE_ONES,
    ),
    ControlAction.PAUSE: ("a live backfill", LIVE_ONES, frozenset({BackfillStatus.PAUSED})),
    ControlAction.RESUME: (
        "a paused or cancelled backfill",
        frozenset({BackfillStatus.PAUSED, BackfillStatus.CANCELLED}),
        LIVE_ONES,
    ),
    ControlAction.APPLY: ("a dry run's plan", frozenset({BackfillStatus.PLANNED}), LIVE_ONES),
}


def fits(action: ControlAction, backfill: Backfill) -> bool:
    """Return whether an action is still to be done, False when the backfill stands as it asks already.

    Raises InvalidInput naming the status when the action is for other backfills.
    """
    _, fitting, already = FITTING[action]
    if backfill.status not in fitting | already:
        raise misfit(action, backfill)
    return backfill.status in fitting


def misfit(action: ControlAction, backfill: Backfill) -> InvalidInput:
    """Return what is told of a backfill that an action does not fit."""
    return InvalidInput("backfill_id", backfill.id, f"{FITTING[action][0]}; this one is {backfill.status}")
