"""An operator's word on what is told: an incident taken on, a rule or an incident silenced, a silence ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shared.domain.alert_rules import BY_NAME
from shared.domain.alerts import EVERYTHING
from shared.domain.errors import InvalidInput
from shared.domain.message_fields import choice, only, text
from shared.domain.messages import MESSAGE_VERSION

# A silence that nobody remembers is a rule that nobody has.
SILENCE_MINUTES_MAX: Final = 30 * 24 * 60
FIELDS: Final = frozenset({"version", "action", "target", "minutes", "requested_by", "reason"})


class AlertAction(StrEnum):
    """What is done: `ack` takes an incident on, `silence` keeps quiet about a target, `unsilence` ends that."""

    ACK = "ack"
    SILENCE = "silence"
    UNSILENCE = "unsilence"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertControl:
    """An operator's word. `target` is an incident or, to silence, a rule or `all`; `minutes` is for how long."""

    action: AlertAction
    target: str
    minutes: int = 0
    requested_by: str = ""
    reason: str = ""

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "version": MESSAGE_VERSION,
            "action": self.action.value,
            "target": self.target,
            "minutes": self.minutes,
            "requested_by": self.requested_by,
            "reason": self.reason,
        }


def alert_control(body: Mapping[str, Any]) -> AlertControl:
    """Return the control that a message body carries. Raises InvalidInput naming the field."""
    only(body, set(FIELDS))
    action = choice("action", body.get("action"), AlertAction)
    target = text("target", body.get("target"))
    if (target.partition(".")[0] not in BY_NAME and target != EVERYTHING) or "/" in target:
        raise InvalidInput("target", target, f"an incident, a rule ({', '.join(BY_NAME)}) or {EVERYTHING}")
    reason = text("reason", body.get("reason", ""))
    minutes = body.get("minutes", 0)
    most = SILENCE_MINUTES_MAX if action is AlertAction.SILENCE else 0
    least = 1 if action is AlertAction.SILENCE else 0
    if type(minutes) is not int or not least <= minutes <= most:
        right = f"a whole number of minutes from 1 to {most}" if most else f"nothing; {action} takes no time"
        raise InvalidInput("minutes", minutes, right)
    if action is AlertAction.SILENCE and not reason.strip():
        raise InvalidInput("reason", reason, "why nobody is to be told")
    by = text("requested_by", body.get("requested_by", ""))
    return AlertControl(action=action, target=target, minutes=minutes, requested_by=by, reason=reason)
