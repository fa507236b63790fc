"""The vocabulary of the structured logs: every action, how severe it is, and what its fields mean.

`docs/monitoring/logs-and-metrics.md` holds these tables and a test keeps them the same; the log-based metrics of
`infra/pipeline.yaml` count these actions by these fields.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What happened, in words; the fields it is logged with; and its severity, a level of `logging`.

    `worse` gives other severities by the value of the field that tells how it ended, `status` or `outcome`.
    """

    meaning: str
    fields: tuple[str, ...] = ()
    severity: int = logging.INFO
    worse: Mapping[str, int] = field(default_factory=dict)

    def severity_of(self, fields: Mapping[str, object]) -> int:
        """Return how severe one entry is."""
        ended = fields.get("status", fields.get("outcome"))
        return self.worse.get(ended, self.severity) if isinstance(ended, str) else self.severity


UNIT: Final = ("phase", "game_date", "attempt")

# What an entry carries beside its action's own fields, when it is written while a message is handled.
CONTEXT: Final[Mapping[str, str]] = {
    "topic": "the topic of the message that was being handled",
    "message_id": "that message's id",
    "backfill_id": "the backfill it belongs to, empty for the daily path",
    "trace": "the backfill's trace, the same in every function",
    "span": "the handling of that message",
    "parent_span": "the handling that published it, empty at the root",
}

FIELDS: Final[Mapping[str, str]] = {
    "after_seconds": "how long was waited before it was asked again",
    "alert_severity": "critical, high, medium or low",
    "attempt": "which attempt of the unit, from 1",
    "backfill_id": "a backfill's id",
    "backfills": "the backfills that want it",
    "began_at": "when handling began, UTC",
    "blocked": "units blocked by a failure",
    "cancelled": "units that nobody wants any more",
    "changes": "what a new plan does otherwise than the stored one",
    "complete": "units complete",
    "control": "pause, resume, cancel, retry or apply; of alerts ack, silence or unsilence",
    "dates": "how many game dates, or which",
    "error": "what went wrong, in one line",
    "event": "the event of the game's play-by-play",
    "failed": "units failed",
    "fence": "the token of the attempt",
    "game": "the game",
    "game_date": "the unit's game date",
    "game_dates": "how many game dates",
    "games_changed": "games whose date, time or teams are new",
    "incident": "an incident of alerting",
    "kind": "why something is told of an incident",
    "moved": "whether the stored plan was out of date",
    "muted": "why nobody is told of an incident",
    "notice": "a notice of an incident",
    "outcome": "done, rejected (can never succeed) or retried",
    "pending": "units to come",
    "phase": "the unit's phase, 1 to 5",
    "problem": "what the source answered",
    "published_at": "when the message was published, UTC",
    "reason": "why, in one line",
    "rejection": "the document under rejections/ in the ledger",
    "requested_by": "who asked for it",
    "resends": "how often the unit's message has been sent again",
    "revision": "the calendar's revision",
    "rows": "how many rows",
    "rule": "a rule of alerting",
    "running": "units under way",
    "season": "the season, as 2024-25",
    "seconds": "how long it took",
    "status": "what the unit, the backfill or the incident is now",
    "subject": "what an alert is about",
    "subjects": "of how many subjects an incident is",
    "subscription": "the push subscription, <function>.<topic>",
    "table": "a table in the warehouse",
    "target": "an incident, a rule, or all",
    "text": "what could not be read",
    "tier": "who is told: team, primary, secondary or lead",
    "tiers": "all who are told",
    "topic": "a topic",
    "version": "the unit's version, which rises when its content changed",
}

ACTIONS: Final[Mapping[str, Action]] = {
    "message.handled": Action(
        meaning="A function has dealt with one message, also when it is to be delivered again.",
        fields=("outcome", "published_at", "began_at", "seconds"),
        worse={"rejected": logging.ERROR, "retried": logging.WARNING},
    ),
    "message.rejected": Action(
        meaning="A message can never succeed; it is recorded and acknowledged.",
        fields=("topic", "rejection", "error"),
        severity=logging.ERROR,
    ),
    "push.unreadable": Action(
        meaning="A request to a function is no Pub/Sub push; it is answered 400, and nothing is recorded.",
        fields=("error",),
        severity=logging.ERROR,
    ),
    "attempt.ended": Action(
        meaning="An attempt of a unit came to its end: complete, pending (tried again) or failed.",
        fields=(*UNIT, "status", "seconds", "version", "error"),
        worse={"failed": logging.ERROR, "pending": logging.WARNING},
    ),
    "attempt.overtaken": Action(
        meaning="An attempt whose lease had run out was refused what it still wanted to write.",
        fields=(*UNIT, "fence", "error"),
        severity=logging.WARNING,
    ),
    "attempt.flag_lost": Action(
        meaning="An input moved as a unit completed, and another writer came first; the sweep flags the unit.",
        fields=UNIT,
    ),
    "lease.expired": Action(
        meaning="The sweep ended a lease that ran out: the attempt crashed, or took too long.",
        fields=(*UNIT, "status"),
        severity=logging.WARNING,
        worse={"failed": logging.ERROR},
    ),
    "unit.sent_again": Action(
        meaning="The sweep sent a unit's message again, which had not been heard for long enough.",
        fields=(*UNIT, "resends"),
        severity=logging.WARNING,
    ),
    "target.extended": Action(
        meaning="A target needs further history dates than its plan had.",
        fields=("game_date", "dates", "backfills"),
    ),
    "backfill.controlled": Action(
        meaning="An operator's pause, resume, cancel, retry or apply was taken in.",
        fields=("control", "backfill_id", "requested_by", "reason"),
    ),
    "backfill.applied": Action(
        meaning="A stored plan was made live.",
        fields=("backfill_id", "moved", "changes"),
    ),
    "backfill.circuit_broken": Action(
        meaning="A backfill was paused, because too large a share of a phase's dates failed.",
        fields=("backfill_id", "reason"),
        severity=logging.ERROR,
    ),
    "backfill.finished": Action(
        meaning="Every unit of a backfill is at its end.",
        fields=("backfill_id", "status", "complete", "failed", "blocked", "cancelled", "pending", "running"),
        worse={"failed": logging.ERROR},
    ),
    "calendar.loaded": Action(
        meaning="A season's schedule was loaded.",
        fields=("season", "revision", "game_dates", "games_changed"),
    ),
    "date.cleared": Action(
        meaning="What a date without games held was taken back.",
        fields=("game_date", "revision", "rows"),
    ),
    "dead_letter.again": Action(
        meaning="A dead letter that is recorded already was delivered once more.",
        fields=("subscription",),
    ),
    "execution_log.kept": Action(
        meaning="Rows of the execution log could not be written yet.",
        fields=("rows", "error"),
        severity=logging.WARNING,
    ),
    "execution_log.refused": Action(
        meaning="Rows of the execution log can never be written and were dropped.",
        fields=("rows", "error"),
        severity=logging.ERROR,
    ),
    "source.asked_again": Action(
        meaning="The source did not answer, or refused for now.",
        fields=("problem", "after_seconds"),
        severity=logging.WARNING,
    ),
    "source.player_unknown": Action(
        meaning="A shot is by nobody whom the box score lists.",
        fields=("game", "event", "text"),
        severity=logging.WARNING,
    ),
    "incident.moved": Action(
        meaning="An incident fires, was taken on, is over, or is muted by its cause or a silence.",
        fields=("incident", "rule", "alert_severity", "status", "subjects", "muted"),
        worse={"firing": logging.WARNING},
    ),
    "incident.healed": Action(
        meaning="An incident was over before anybody was told.",
        fields=("incident", "rule", "alert_severity", "muted"),
    ),
    "alert.reported": Action(
        meaning="A single alert was published; whether it is an incident is judged from the ledger.",
        fields=("rule", "subject"),
    ),
    "alerts.controlled": Action(
        meaning="An operator took an incident on, or set or ended a silence.",
        fields=("control", "target", "requested_by"),
    ),
    "notice.written": Action(
        meaning="There is something to tell of an incident.",
        fields=("incident", "notice", "rule", "kind", "alert_severity"),
    ),
    "notice.delivered": Action(
        meaning="A notice has reached everybody it is for.",
        fields=("notice", "kind", "tiers"),
    ),
    "notice.logged": Action(
        meaning="A notice is only logged, because no address is set for a tier, or a report is nothing for a pager.",
        fields=("tier", "kind", "incident", "rule"),
    ),
    "notice.refused": Action(
        meaning="Whoever carries notices will never take one; it is not tried again.",
        fields=("notice", "tier", "error"),
        severity=logging.ERROR,
    ),
    "notice.unknown": Action(
        meaning="A notice was asked for of an incident that is not in the ledger.",
        fields=("incident", "notice"),
        severity=logging.WARNING,
    ),
    "staging.left": Action(
        meaning="A staging table could not be dropped; it expires, or goes with the process.",
        fields=("table", "error"),
        severity=logging.WARNING,
    ),
}
