"""What needs somebody: incidents, messages that were not taken in, and the units that failed or are held up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.alert_rules import BY_NAME
from shared.domain.alerts import Severity, Tier
from shared.domain.incidents import Incident, IncidentStatus
from shared.domain.units import Status
from shared.service.alerting.incidents import incidents
from shared.service.pages.board import Board
from shared.service.refusals import DeadLetter, Rejection, dead_letters, rejections


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUnit:
    """A failed or blocked unit: its error or the reason it is blocked, and since when."""

    phase: int
    game_date: date
    status: Status
    why: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident as it is shown: which rule found it, of what, who has taken it on, and the page that says what to do.

    `subjects` are what it was seen of last, with what was seen; `muted` is why nobody is told. Times are ISO texts in
    UTC, empty for what has not happened.
    """

    id: str
    rule: str
    severity: Severity
    status: IncidentStatus
    condition: str
    runbook: str
    subjects: Mapping[str, Mapping[str, str]]
    subjects_total: int
    since: str
    last_seen: str
    acknowledged_at: str
    acknowledged_by: str
    resolved_at: str
    muted: str
    told: tuple[Tier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """What needs somebody now: incidents, the worst first, then those resolved lately; failed units before blocked
    ones; dead letters and rejections, latest first.
    """

    season: str
    incidents: tuple[OpenIncident, ...]
    units: tuple[HeldUnit, ...]
    dead_letters: tuple[DeadLetter, ...]
    rejections: tuple[Rejection, ...]


def problems(board: Board, season: str) -> Problems:
    """Return what needs somebody, units of one season. Raises InvalidInput when its calendar was never loaded."""
    units = board.units(board.calendar(season)).values()
    held = [
        HeldUnit(
            phase=unit.phase,
            game_date=unit.game_date,
            status=unit.status,
            why=unit.error if unit.status is Status.FAILED else unit.reason,
            since=unit.updated_at,
        )
        for status in (Status.FAILED, Status.BLOCKED)
        for unit in units
        if unit.status is status
    ]
    return Problems(
        season=season,
        incidents=tuple(_shown(each) for each in incidents(board.app)),
        units=tuple(held),
        dead_letters=tuple(dead_letters(board.app)),
        rejections=tuple(rejections(board.app)),
    )


def _shown(incident: Incident) -> OpenIncident:
    rule = BY_NAME.get(incident.rule)
    return OpenIncident(
        id=incident.id,
        rule=incident.rule,
        severity=incident.severity,
        status=incident.status,
        # A rule of an earlier version may be gone.
        condition=rule.condition if rule is not None else "",
        runbook=rule.runbook if rule is not None else "",
        subjects=incident.subjects,
        subjects_total=incident.subjects_total,
        since=incident.since,
        last_seen=incident.last_seen,
        acknowledged_at=incident.acknowledged_at,
        acknowledged_by=incident.acknowledged_by,
        resolved_at=incident.resolved_at,
        muted=incident.muted,
        told=incident.told,
    )
