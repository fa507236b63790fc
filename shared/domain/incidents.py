"""An incident: one thing that is wrong, whom it was told to, and what is still to be told of it.

What was told is in `outbox`, a part of the incident, so that a transition and its notice are one write. An incident
that fires again is the next episode of the same one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from shared.domain.alerts import Severity, Tier, worse
from shared.domain.errors import InvalidInput
from shared.domain.notices import SUBJECTS_SHOWN_MAX, Notice, NoticeKind, kept, notice_from


class IncidentStatus(StrEnum):
    """Where an incident stands."""

    PENDING = "pending"
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


OPEN: Final = frozenset({IncidentStatus.FIRING, IncidentStatus.ACKNOWLEDGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The ledger document `alerts/{id}`: one thing that is wrong, however many signs of it there are.

    `subjects` are what it was seen of last, with what was seen. `told` are the tiers that know of this episode, and
    `told_severity` how bad it was when they were told, `told_total` of how many subjects it was then, and when is
    `counted_at`; `told_at` is since when the escalation runs, and `level` counts its steps. `muted` is why
    nobody is told: an incident that explains it, or a silence. `fired` are the beginnings of the latest episodes.
    `reported` are the subjects of a report that were told, as long as they are seen. Times are ISO texts in UTC.
    """

    id: str
    rule: str
    severity: Severity
    status: IncidentStatus = IncidentStatus.PENDING
    episode: int = 0
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    subjects_total: int = 0
    since: str = ""
    fired_at: str = ""
    last_seen: str = ""
    resolved_at: str = ""
    acknowledged_at: str = ""
    acknowledged_by: str = ""
    told_at: str = ""
    told: tuple[Tier, ...] = ()
    told_severity: Severity | None = None
    told_total: int = 0
    counted_at: str = ""
    level: int = 0
    flapping: bool = False
    muted: str = ""
    fired: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    notices: int = 0
    outbox: tuple[Notice, ...] = ()

    @property
    def key(self) -> str:
        """Return the ledger key."""
        return f"alerts/{self.id}"

    @property
    def open(self) -> bool:
        """Return whether it fires, acknowledged or not."""
        return self.status in OPEN

    @property
    def waiting(self) -> tuple[Notice, ...]:
        """Return the notices that are to be delivered, oldest first."""
        return tuple(notice for notice in self.outbox if not notice.delivered_at)

    def body(self) -> dict[str, Any]:
        """Return the ledger document."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "subjects": {name: dict(detail) for name, detail in self.subjects.items()},
            "told": list(self.told),
            "fired": list(self.fired),
            "reported": list(self.reported),
            "outbox": [notice.body() for notice in self.outbox],
        }


_LISTS: Final = ("subjects", "told", "fired", "reported", "outbox")
_PLAIN: Final = tuple(name for name in Incident.__slots__ if name not in _LISTS)


def incident_from(body: Mapping[str, Any]) -> Incident:
    """Return the incident of a ledger document."""
    values = dict(body)
    values["severity"] = Severity(values["severity"])
    values["status"] = IncidentStatus(values["status"])
    values["told_severity"] = Severity(values["told_severity"]) if values["told_severity"] else None
    values["told"] = tuple(Tier(each) for each in values["told"])
    values["fired"], values["reported"] = tuple(values["fired"]), tuple(values["reported"])
    values["outbox"] = tuple(notice_from(each) for each in values["outbox"])
    return Incident(**values)


def acknowledge(incident: Incident, by: str, now: datetime) -> Incident:
    """Return a firing incident as one that somebody has taken on: it is not escalated any more.

    One that is acknowledged already is left as it is. Raises InvalidInput when it does not fire.
    """
    if incident.status is IncidentStatus.ACKNOWLEDGED:
        return incident
    if not incident.open:
        raise InvalidInput("incident", incident.id, f"one that fires; this one is {incident.status}")
    moment = now.isoformat()
    taken = replace(incident, status=IncidentStatus.ACKNOWLEDGED, acknowledged_at=moment, acknowledged_by=by)
    return notify(taken, NoticeKind.ACKNOWLEDGED, taken.told, now, f"by {by}") if taken.told else taken


def tell(incident: Incident, kind: NoticeKind, tiers: Iterable[Tier], now: datetime) -> Incident:
    """Return the incident with a notice, and with whoever is told it among those who know."""
    who = tuple(dict.fromkeys(tiers))
    goes_on = kind in (NoticeKind.ESCALATED, NoticeKind.GROWN)
    known = replace(
        incident,
        told=tuple(dict.fromkeys((*incident.told, *who))),
        told_at=incident.told_at if goes_on else now.isoformat(),
        told_total=incident.subjects_total,
        counted_at=now.isoformat(),
        told_severity=worse(incident.told_severity or incident.severity, incident.severity),
    )
    return notify(known, kind, who, now)


def notify(
    incident: Incident,
    kind: NoticeKind,
    tiers: tuple[Tier, ...],
    now: datetime,
    text: str = "",
) -> Incident:
    """Return the incident with one notice more in its outbox."""
    number = incident.notices + 1
    notice = Notice(
        id=f"{incident.id}.{number}",
        kind=kind,
        incident=incident.id,
        episode=incident.episode,
        rule=incident.rule,
        severity=incident.severity,
        tiers=tiers,
        subjects=dict(list(incident.subjects.items())[:SUBJECTS_SHOWN_MAX]),
        subjects_total=incident.subjects_total,
        text=text,
        at=now.isoformat(),
        asked_at=now.isoformat(),
    )
    return replace(incident, notices=number, outbox=kept((*incident.outbox, notice)))
