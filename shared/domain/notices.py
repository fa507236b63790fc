"""A notice: one thing that is told of an incident, and whether it has been."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from shared.domain.alerts import Severity, Tier

SUBJECTS_SHOWN_MAX: Final = 10
# Of an incident's notices so many are kept once they are delivered, and so many are waited for.
DELIVERED_KEPT_MAX: Final = 10
WAITING_MAX: Final = 40


class NoticeKind(StrEnum):
    """Why something is told of an incident."""

    TRIGGERED = "triggered"
    FLAPPING = "flapping"
    RAISED = "raised"
    GROWN = "grown"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told, to whom, of which incident.

    `incident` and `episode` name what it is about: all notices of one episode belong together. `subjects` are the first
    of `subjects_total`. `sending_until` is until when somebody has taken its delivery on, `delivered_at` when it was
    delivered; both are empty before. Times are ISO texts in UTC.
    """

    id: str
    kind: NoticeKind
    incident: str
    episode: int
    rule: str
    severity: Severity
    tiers: tuple[Tier, ...]
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    subjects_total: int = 0
    text: str = ""
    at: str = ""
    asked_at: str = ""
    reached: tuple[Tier, ...] = ()
    refused: str = ""
    sending_until: str = ""
    delivered_at: str = ""

    @property
    def thread(self) -> str:
        """Return the name that all notices of one episode share."""
        return f"{self.incident}.{self.episode}"

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**asdict(self), "tiers": list(self.tiers), "reached": list(self.reached)}


def notice_from(body: Mapping[str, Any]) -> Notice:
    """Return the notice of a JSON form."""
    values = dict(body)
    values["kind"] = NoticeKind(values["kind"])
    values["severity"] = Severity(values["severity"])
    values["tiers"] = tuple(Tier(each) for each in values["tiers"])
    values["reached"] = tuple(Tier(each) for each in values["reached"])
    return Notice(**values)


def kept(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return an incident's notices without the oldest of those delivered, and of those that wait too long a time."""
    found = tuple(notices)
    delivered = [each.id for each in found if each.delivered_at][-DELIVERED_KEPT_MAX:]
    waiting = [each.id for each in found if not each.delivered_at][-WAITING_MAX:]
    names = {*delivered, *waiting}
    return tuple(each for each in found if each.id in names)
