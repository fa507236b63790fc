"""What is worth telling somebody, as data: the rules, whom each is told to, and how it is kept from crying wolf.

A rule's condition is judged by `shared/service/alert_conditions.py` from the ledger, or by Cloud Monitoring where only
that can see it; what follows from a condition that holds is the state machine of `incidents.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shared.domain.errors import InvalidInput

MINUTE: Final = 60
HOUR: Final = 3600


class Severity(StrEnum):
    """How bad it is: wakes somebody up (critical, high), waits for the working day (medium), is good to know (low)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Tier(StrEnum):
    """Who is told: the team's channel, or one of those on call."""

    TEAM = "team"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    LEAD = "lead"


class Grouping(StrEnum):
    """What is one incident: everything that a rule finds, or each subject by itself."""

    RULE = "rule"
    SUBJECT = "subject"


class Kind(StrEnum):
    """A condition holds, and is over some time; a report is told once and is over."""

    CONDITION = "condition"
    REPORT = "report"


class Judge(StrEnum):
    """Who can see whether a rule's condition holds."""

    LEDGER = "ledger"
    MONITORING = "monitoring"


SEVERITIES: Final = tuple(Severity)
FIRST_TOLD: Final[Mapping[Severity, Tier]] = {
    Severity.CRITICAL: Tier.PRIMARY,
    Severity.HIGH: Tier.PRIMARY,
    Severity.MEDIUM: Tier.TEAM,
    Severity.LOW: Tier.TEAM,
}
# After how many seconds without an acknowledgement who else is told.
ESCALATION: Final[Mapping[Severity, tuple[tuple[int, Tier], ...]]] = {
    Severity.CRITICAL: ((15 * MINUTE, Tier.SECONDARY), (30 * MINUTE, Tier.LEAD)),
    Severity.HIGH: ((15 * MINUTE, Tier.SECONDARY), (HOUR, Tier.LEAD)),
    Severity.MEDIUM: (),
    Severity.LOW: (),
}
# In a season's first weeks short history is what there is: a rule with an early severity counts for less.
EARLY_DAYS: Final = 28
EVERYTHING: Final = "all"
RUNBOOKS: Final = ("docs", "operations", "runbooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it looks for, how long that must hold, and have been gone, before it is told.

    What it finds is not told while one of the rules in `muted_by` has found something with a tag in common: the cause
    is told, not what follows from it. A report collects for `for_seconds` what is told together.
    """

    name: str
    severity: Severity
    condition: str
    for_seconds: int = 0
    clear_seconds: int = 10 * MINUTE
    grouping: Grouping = Grouping.RULE
    kind: Kind = Kind.CONDITION
    judge: Judge = Judge.LEDGER
    muted_by: tuple[str, ...] = ()
    early_severity: Severity | None = None

    @property
    def runbook(self) -> str:
        """Return the page that says what to do, relative to the repository's root."""
        return "/".join((*RUNBOOKS, f"{self.name}.md"))

    def severity_at(self, *, early: bool) -> Severity:
        """Return how bad it is, `early` in the season or later."""
        return self.early_severity if early and self.early_severity is not None else self.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A rule's condition holds, now, of a subject: a unit, a backfill, a phase.

    `detail` says what was seen, in texts. `tags` name what it is about, so that a cause can mute what follows from it.
    """

    rule: str
    subject: str
    severity: Severity
    detail: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()


RULES: Final = (
    Rule(
        name="phase_outage",
        severity=Severity.CRITICAL,
        condition="within 30 minutes at least 5 units of a phase failed for good or were put back with an error, "
        "and those are more than half of the phase's units that ended",
        for_seconds=5 * MINUTE,
        clear_seconds=15 * MINUTE,
    ),
    Rule(
        name="no_data_today",
        severity=Severity.CRITICAL,
        condition="at 6:00 Eastern yesterday's games are not through Phase 3, or today's have no predictions, "
        "while the daily path is in use",
        clear_seconds=0,
        muted_by=("phase_outage",),
    ),
    Rule(
        name="dead_letters_many",
        severity=Severity.CRITICAL,
        condition="more than 10 dead letters of the last 24 hours whose unit is not complete",
    ),
    Rule(
        name="dead_letters",
        severity=Severity.HIGH,
        condition="a dead letter of the last 24 hours whose unit is not complete",
        muted_by=("dead_letters_many", "phase_outage"),
    ),
    Rule(
        name="failure_rate_fast",
        severity=Severity.HIGH,
        condition="attempts fail so often that 14.4 times the error budget of 1 % is spent, over 1 hour "
        "(at least 50 attempts) and over its last 5 minutes (at least 5)",
        muted_by=("phase_outage",),
    ),
    Rule(
        name="failure_rate_slow",
        severity=Severity.MEDIUM,
        condition="attempts fail so often that 6 times the error budget of 1 % is spent, over 6 hours "
        "(at least 50 attempts) and over their last 30 minutes (at least 5)",
        muted_by=("phase_outage", "failure_rate_fast"),
    ),
    Rule(
        name="circuit_breaker",
        severity=Severity.HIGH,
        condition="a backfill is paused by the circuit breaker",
        clear_seconds=0,
        grouping=Grouping.SUBJECT,
        muted_by=("phase_outage",),
    ),
    Rule(
        name="backfill_stalled",
        severity=Severity.HIGH,
        condition="no unit of a live backfill ended for 2 hours, or for 5 times the 95th percentile of its own pauses "
        "between completions (at least 10 minutes)",
        clear_seconds=0,
        grouping=Grouping.SUBJECT,
        muted_by=("phase_outage", "dependency_blocker"),
    ),
    Rule(
        name="dependency_blocker",
        severity=Severity.HIGH,
        condition="a unit failed for good and others wait for it",
        for_seconds=5 * MINUTE,
        clear_seconds=0,
        grouping=Grouping.SUBJECT,
        muted_by=("phase_outage",),
    ),
    Rule(
        name="unit_failed",
        severity=Severity.MEDIUM,
        condition="a unit failed for good",
        for_seconds=5 * MINUTE,
        muted_by=("phase_outage", "dependency_blocker"),
    ),
    Rule(
        name="target_blocked",
        severity=Severity.MEDIUM,
        condition="a target is blocked, and what it is blocked by has not failed",
        for_seconds=30 * MINUTE,
        muted_by=("phase_outage", "dependency_blocker", "unit_failed"),
    ),
    Rule(
        name="slow_processing",
        severity=Severity.LOW,
        condition="the units of a phase completed in the last hour (at least 5) took 3 times as long as those before "
        "(at least 20) in the median, and over a minute",
        for_seconds=15 * MINUTE,
        clear_seconds=HOUR,
        muted_by=("phase_outage",),
    ),
    Rule(
        name="quality_low",
        severity=Severity.MEDIUM,
        condition="the mean quality of a target computed in the last 24 hours is below 50",
        clear_seconds=HOUR,
        early_severity=Severity.LOW,
    ),
    Rule(
        name="quota_near",
        severity=Severity.MEDIUM,
        condition="80 % of a daily quota of the warehouse is used or on its way",
        clear_seconds=HOUR,
    ),
    Rule(
        name="message_rejected",
        severity=Severity.MEDIUM,
        condition="a message can never succeed",
        for_seconds=5 * MINUTE,
        kind=Kind.REPORT,
    ),
    Rule(
        name="quota_refused",
        severity=Severity.LOW,
        condition="a request was refused because its plan would pass a daily quota",
        for_seconds=5 * MINUTE,
        kind=Kind.REPORT,
    ),
    Rule(
        name="completion_digest",
        severity=Severity.LOW,
        condition="a backfill came to its end",
        for_seconds=5 * MINUTE,
        kind=Kind.REPORT,
    ),
    Rule(
        name="sweep_silent",
        severity=Severity.CRITICAL,
        condition="no sweep was answered for 15 minutes",
        for_seconds=15 * MINUTE,
        judge=Judge.MONITORING,
    ),
    Rule(
        name="notifier_silent",
        severity=Severity.CRITICAL,
        condition="the rules were not judged for 15 minutes",
        for_seconds=15 * MINUTE,
        judge=Judge.MONITORING,
    ),
    Rule(
        name="message_backlog",
        severity=Severity.MEDIUM,
        condition="the oldest message of a push subscription waits for an hour",
        for_seconds=5 * MINUTE,
        judge=Judge.MONITORING,
    ),
)
BY_NAME: Final[Mapping[str, Rule]] = {rule.name: rule for rule in RULES}


def rule_of(name: str) -> Rule:
    """Return a rule by its name. Raises InvalidInput when there is none."""
    if name not in BY_NAME:
        raise InvalidInput("rule", name, f"one of {', '.join(BY_NAME)}")
    return BY_NAME[name]


def incident_id(rule: Rule, subject: str) -> str:
    """Return the incident that an observation of a subject belongs to."""
    return rule.name if rule.grouping is Grouping.RULE else f"{rule.name}.{subject}"


def worse(left: Severity, right: Severity) -> Severity:
    """Return the worse of two severities."""
    return min(left, right, key=SEVERITIES.index)
