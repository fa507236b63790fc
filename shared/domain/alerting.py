"""The state machine of alerting: pure functions `(incident | None, what is seen, now) -> incident`.

    pending(`for` runs) -> firing -> acknowledged
       |                     |            |
       v                     v            v
    resolved (self-healed: nobody was told)   resolved, when the condition was gone for `clear` seconds

One that fired `FLAPS_MAX` times within `FLAP_SECONDS` flaps: that is told once, and it stays open until it was calm for
`CALM_SECONDS`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from shared.domain.alerts import ESCALATION, FIRST_TOLD, SEVERITIES, Kind, Observation, Rule, Severity, worse
from shared.domain.incidents import Incident, IncidentStatus, notify, tell
from shared.domain.notices import NoticeKind

FLAPS_MAX: Final = 3
FLAP_SECONDS: Final = 3600
CALM_SECONDS: Final = 1800
# An incident that has grown so much since it was told is told again, but not more often than that.
GROWTH_FACTOR: Final = 2
GROWTH_SECONDS: Final = 3600
SUBJECTS_KEPT_MAX: Final = 100
REPORTED_KEPT_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is seen of one incident now: observations of it, those that a cause explains, whether it is silenced."""

    observations: tuple[Observation, ...] = ()
    muted: Mapping[str, str] = field(default_factory=dict)
    silenced: str = ""

    @property
    def telling(self) -> tuple[Observation, ...]:
        """Return what nothing else explains."""
        return tuple(each for each in self.observations if each.subject not in self.muted)

    @property
    def quiet(self) -> str:
        """Return why nobody is told, empty when somebody is to be."""
        if self.silenced:
            return self.silenced
        return "" if self.telling or not self.muted else f"explained by {next(iter(self.muted.values()))}"


def step(rule: Rule, before: Incident | None, name: str, seen: Seen, now: datetime) -> Incident | None:
    """Return an incident after what is seen of it now; None while there is nothing to keep."""
    if before is None and not seen.observations:
        return None
    incident = before or Incident(id=name, rule=rule.name, severity=rule.severity, status=IncidentStatus.RESOLVED)
    if rule.kind is Kind.REPORT:
        return _report(rule, incident, seen, now)
    if seen.observations:
        incident = _sighted(incident, seen, now)
    after = _moved(rule, incident, seen, now)
    if after.status is IncidentStatus.RESOLVED:
        return notify(after, NoticeKind.RESOLVED, after.told, now) if incident.open and after.told else after
    return _told(after, seen, now) if after.open else after


def _sighted(incident: Incident, seen: Seen, now: datetime) -> Incident:
    """Return the incident with what is seen of it; what nothing explains decides how bad it is, and is shown."""
    shown = seen.telling or seen.observations
    severity = shown[0].severity
    for each in shown:
        severity = worse(severity, each.severity)
    return replace(incident, **_subjects(shown), severity=severity, last_seen=now.isoformat())


def _subjects(observations: Iterable[Observation]) -> dict[str, Any]:
    found = {each.subject: dict(each.detail) for each in observations}
    return {"subjects": dict(list(found.items())[:SUBJECTS_KEPT_MAX]), "subjects_total": len(found)}


def _moved(rule: Rule, incident: Incident, seen: Seen, now: datetime) -> Incident:
    """Return the incident in the status that what is seen, and how long, makes it."""
    if incident.status is IncidentStatus.RESOLVED:
        if not seen.observations:
            return incident
        incident = _begun(incident, now)
    if incident.status is IncidentStatus.PENDING:
        if not seen.observations:
            return replace(incident, status=IncidentStatus.RESOLVED, resolved_at=now.isoformat())
        return _fired(incident, now) if _passed(incident.since, rule.for_seconds, now) else incident
    clear = CALM_SECONDS if incident.flapping else rule.clear_seconds
    if not seen.observations and _passed(incident.last_seen, clear, now):
        return replace(incident, status=IncidentStatus.RESOLVED, resolved_at=now.isoformat(), flapping=False)
    return incident


def _begun(incident: Incident, now: datetime) -> Incident:
    """Return the next episode of an incident that was resolved, or never was."""
    return replace(
        incident,
        status=IncidentStatus.PENDING,
        episode=incident.episode + 1,
        since=now.isoformat(),
        fired_at="",
        resolved_at="",
        acknowledged_at="",
        acknowledged_by="",
        told_at="",
        told=(),
        told_severity=None,
        told_total=0,
        counted_at="",
        level=0,
        muted="",
    )


def _fired(incident: Incident, now: datetime) -> Incident:
    recent = (now - timedelta(seconds=FLAP_SECONDS)).isoformat()
    fired = (*(each for each in incident.fired if each >= recent), now.isoformat())
    return replace(
        incident,
        status=IncidentStatus.FIRING,
        fired_at=now.isoformat(),
        fired=fired[-FLAPS_MAX:],
        flapping=len(fired) >= FLAPS_MAX,
    )


def _told(incident: Incident, seen: Seen, now: datetime) -> Incident:
    """Return a firing incident with the notice that is due now, if one is."""
    incident = replace(incident, muted=seen.quiet if seen.observations or seen.silenced else incident.muted)
    if incident.muted or not seen.observations:
        return incident
    first = FIRST_TOLD[incident.severity]
    if not incident.told_at:
        kind = NoticeKind.FLAPPING if incident.flapping else NoticeKind.TRIGGERED
        return tell(incident, kind, (first,), now)
    if incident.told_severity is not None and _rank(incident.severity) < _rank(incident.told_severity):
        return tell(incident, NoticeKind.RAISED, (*incident.told, first), now)
    if _grown(incident, now):
        return tell(incident, NoticeKind.GROWN, incident.told, now)
    return _escalated(incident, now)


def _grown(incident: Incident, now: datetime) -> bool:
    grown = incident.subjects_total >= GROWTH_FACTOR * incident.told_total
    return grown and _passed(incident.counted_at, GROWTH_SECONDS, now)


def _escalated(incident: Incident, now: datetime) -> Incident:
    """Return the incident told to the next one on call, when nobody has taken it on for long enough."""
    steps = ESCALATION[incident.severity]
    if incident.status is IncidentStatus.ACKNOWLEDGED or incident.level >= len(steps):
        return incident
    seconds, tier = steps[incident.level]
    if not _passed(incident.told_at, seconds, now):
        return incident
    return tell(replace(incident, level=incident.level + 1), NoticeKind.ESCALATED, (tier,), now)


def _report(rule: Rule, incident: Incident, seen: Seen, now: datetime) -> Incident:
    """Return a report after what is seen: what was not told yet is collected, told once, and over with."""
    names = {each.subject for each in seen.observations}
    reported = tuple(name for name in incident.reported if name in names)
    untold = tuple(each for each in seen.observations if each.subject not in reported)
    if not untold:
        closed = replace(incident, status=IncidentStatus.RESOLVED, reported=reported)
        return incident if incident == closed else closed
    incident = replace(incident, reported=reported)
    if incident.status is IncidentStatus.RESOLVED:
        incident = _begun(incident, now)
    incident = _sighted(incident, replace(seen, observations=untold), now)
    if not _passed(incident.since, rule.for_seconds, now):
        return incident
    over = replace(
        incident,
        status=IncidentStatus.RESOLVED,
        fired_at=now.isoformat(),
        resolved_at=now.isoformat(),
        reported=(*reported, *(each.subject for each in untold))[-REPORTED_KEPT_MAX:],
        muted=seen.quiet,
    )
    return over if seen.quiet else tell(over, NoticeKind.REPORTED, (FIRST_TOLD[over.severity],), now)


def _passed(since: str, seconds: int, now: datetime) -> bool:
    return now - datetime.fromisoformat(since) >= timedelta(seconds=seconds)


def _rank(severity: Severity) -> int:
    return SEVERITIES.index(severity)
