"""What a rule of alerting is, how bad what it finds may be, and who is told when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

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
    """What is one incident: everything that a rule finds, or what it finds of one phase or of one backfill."""

    RULE = "rule"
    PHASE = "phase"
    BACKFILL = "backfill"


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

    `detail` says what was seen, in texts. `tags` name what it is about, so that a cause can mute what follows from it;
    `group` is the phase or the backfill that it is grouped by, where its rule groups so.
    """

    rule: str
    subject: str
    severity: Severity
    detail: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    group: str = ""


def incident_id(rule: Rule, group: str) -> str:
    """Return the incident that what a rule finds of a group belongs to."""
    return rule.name if rule.grouping is Grouping.RULE else f"{rule.name}.{group}"


def worse(left: Severity, right: Severity) -> Severity:
    """Return the worse of two severities."""
    return min(left, right, key=SEVERITIES.index)
