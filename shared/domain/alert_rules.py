"""What is worth telling somebody, as data: the rules, and how each is kept from crying wolf.

A rule's condition is judged from the ledger, or by Cloud Monitoring where only that can see it; what follows from one
that holds is the state machine of `alerting.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from shared.domain.alerts import HOUR, MINUTE, Grouping, Judge, Kind, Observation, Rule, Severity
from shared.domain.errors import InvalidInput

RULES: Final = (
    Rule(
        name="phase_outage",
        severity=Severity.CRITICAL,
        condition="the last attempt within 30 minutes failed on at least 5 dates of a phase, and on more than half of "
        "those on which one ended",
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
        muted_by=("phase_outage",),
    ),
    Rule(
        name="dead_letters",
        severity=Severity.HIGH,
        condition="a dead letter of the last 24 hours whose unit is not complete",
        muted_by=("phase_outage", "dead_letters_many", "dependency_blocker"),
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
        grouping=Grouping.BACKFILL,
        muted_by=("phase_outage",),
    ),
    Rule(
        name="backfill_stalled",
        severity=Severity.HIGH,
        condition="no unit of a live backfill ended for 2 hours, or for 5 times the 95th percentile of its own pauses "
        "between completions (at least 10 minutes)",
        clear_seconds=0,
        grouping=Grouping.BACKFILL,
        muted_by=("phase_outage",),
    ),
    Rule(
        name="dependency_blocker",
        severity=Severity.HIGH,
        condition="a unit failed for good and others wait for it",
        for_seconds=5 * MINUTE,
        clear_seconds=0,
        grouping=Grouping.PHASE,
        muted_by=("phase_outage",),
    ),
    Rule(
        name="unit_failed",
        severity=Severity.MEDIUM,
        condition="a unit failed for good",
        for_seconds=5 * MINUTE,
        muted_by=("phase_outage", "dead_letters_many", "dead_letters", "dependency_blocker"),
    ),
    Rule(
        name="target_blocked",
        severity=Severity.MEDIUM,
        condition="a target is blocked by a failure",
        for_seconds=30 * MINUTE,
        muted_by=("phase_outage", "dependency_blocker"),
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


def explained(observations: Iterable[Observation]) -> Mapping[tuple[str, str], str]:
    """Return which observations, by rule and subject, a cause explains, each with the rule of its cause."""
    tags: dict[str, set[str]] = {}
    found = tuple(observations)
    for each in found:
        tags.setdefault(each.rule, set()).update(each.tags)
    causes = {}
    for each in found:
        for cause in rule_of(each.rule).muted_by:
            if each.tags & tags.get(cause, set()):
                causes[each.rule, each.subject] = cause
                break
    return causes
