"""Notices over HTTP: as messages of a chat that takes Slack's form, and as events of PagerDuty's Events API v2.

An address is `https://hooks.slack.com/services/...` for the first, for the second
`pagerduty+https://<routing key>@events.pagerduty.com/v2/enqueue`. Both hold a secret: no error and no log names more
of them than the host.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from shared.config import PAGERDUTY, Config
from shared.domain.alert_rules import BY_NAME
from shared.domain.alerts import Severity, Tier
from shared.domain.errors import NotifierRefused, NotifierUnavailable
from shared.domain.notices import Notice, NoticeKind
from shared.logs import log

# PagerDuty cuts a summary that is longer; a chat shows so much of a detail.
SUMMARY_LENGTH_MAX: Final = 1024
DETAIL_LENGTH_MAX: Final = 300
TOO_MANY_REQUESTS, REQUEST_TIMEOUT, SERVER_ERROR = 429, 408, 500
COLOURS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "#b3261e",
    Severity.HIGH: "#e8710a",
    Severity.MEDIUM: "#f2c200",
    Severity.LOW: "#4a76b8",
}
PAGERDUTY_SEVERITIES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
}
ACTIONS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.ACKNOWLEDGED: "acknowledge",
    NoticeKind.RESOLVED: "resolve",
}
# Who is told where a tier has no address of its own: those who are told before it.
INSTEAD: Final[Mapping[Tier, Tier]] = {
    Tier.LEAD: Tier.SECONDARY,
    Tier.SECONDARY: Tier.PRIMARY,
    Tier.PRIMARY: Tier.TEAM,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a tier's notices go: the URL, and PagerDuty's routing key where it is PagerDuty that takes them."""

    url: str = field(repr=False)
    host: str
    routing_key: str = field(default="", repr=False)


def address_of(text: str) -> Address:
    """Return the address that a setting names, which the Config has checked."""
    if not text.startswith(PAGERDUTY):
        return Address(url=text, host=urlsplit(text).hostname or "")
    parts = urlsplit(text.removeprefix(PAGERDUTY))
    host = parts.netloc.rpartition("@")[2]
    url = SplitResult(parts.scheme, host, parts.path, parts.query, "").geturl()
    return Address(url=url, host=parts.hostname or "", routing_key=unquote(parts.username or ""))


class WebhookNotifier:
    """Sends each tier's notices to the address that is set for it, or for the tier that is told before it."""

    def __init__(self, addresses: Mapping[Tier, Address], *, seconds: float, runbooks: str) -> None:
        self._addresses = dict(addresses)
        self._seconds = seconds
        self._runbooks = runbooks

    @classmethod
    def of_config(cls, config: Config) -> "WebhookNotifier":
        """Return the notifier that the settings describe, which may know no address at all."""
        given = {tier: getattr(config, f"notify_{tier.value}") for tier in Tier}
        addresses = {tier: address_of(text) for tier, text in given.items() if text}
        return cls(addresses, seconds=config.notify_seconds, runbooks=config.runbook_url)

    def send(self, tier: Tier, notice: Notice) -> None:
        """Send a notice. Raises NotifierUnavailable, or NotifierRefused on an answer that will be the same again."""
        found = self._address(tier)
        if found is None:
            log("notice.logged", tier=tier.value, kind=notice.kind.value, incident=notice.incident, rule=notice.rule)
        elif found.routing_key and notice.kind is not NoticeKind.REPORTED:
            self._post(found, event_of(notice, found.routing_key, self._runbook(notice)))
        elif not found.routing_key:
            self._post(found, message_of(notice, self._runbook(notice)))
        else:
            # A report is nobody's to resolve: as an incident it would stay open.
            log("notice.logged", tier=tier.value, kind=notice.kind.value, incident=notice.incident, rule=notice.rule)

    def _address(self, tier: Tier) -> Address | None:
        at: Tier | None = tier
        while at is not None and at not in self._addresses:
            at = INSTEAD.get(at)
        return None if at is None else self._addresses[at]

    def _runbook(self, notice: Notice) -> str:
        path = BY_NAME[notice.rule].runbook if notice.rule in BY_NAME else ""
        return f"{self._runbooks.rstrip('/')}/{path}" if self._runbooks else path

    def _post(self, address: Address, body: Mapping[str, Any]) -> None:
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "lookback"}
        # The scheme was checked with the settings: http or https.
        request = urllib.request.Request(address.url, content, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as answer:  # noqa: S310
                answer.read()
        except urllib.error.HTTPError as error:
            said = f"{address.host} answered {error.code}"
            if error.code >= SERVER_ERROR or error.code in (TOO_MANY_REQUESTS, REQUEST_TIMEOUT):
                raise NotifierUnavailable(said) from None
            raise NotifierRefused(said) from None
        except (OSError, ValueError) as error:
            raise NotifierUnavailable(f"{address.host}: {type(error).__name__}") from None


def headline_of(notice: Notice) -> str:
    """Return a notice in one line: `[critical] phase_outage triggered: phase 3 (3 in all)`."""
    first = next(iter(notice.subjects), "")
    more = f" ({notice.subjects_total} in all)" if notice.subjects_total > 1 else ""
    said = f" {notice.text}" if notice.text else ""
    return f"[{notice.severity}] {notice.rule} {notice.kind}{said}: {first}{more}"


def message_of(notice: Notice, runbook: str) -> dict[str, Any]:
    """Return the chat message of a notice; what comes from outside is text in it and nothing else."""
    lines = [
        f"{_escaped(subject)}: {', '.join(f'{_escaped(name)} {_escaped(value)}' for name, value in detail.items())}"
        for subject, detail in notice.subjects.items()
    ]
    hidden = notice.subjects_total - len(notice.subjects)
    lines += [f"and {hidden} more"] if hidden > 0 else []
    lines.append(f"incident {_escaped(notice.incident)}, runbook {_escaped(runbook)}")
    colour = "#2e7d32" if notice.kind is NoticeKind.RESOLVED else COLOURS[notice.severity]
    return {
        "text": _escaped(headline_of(notice)),
        "attachments": [{"color": colour, "text": "\n".join(lines), "mrkdwn_in": []}],
    }


def event_of(notice: Notice, routing_key: str, runbook: str) -> dict[str, Any]:
    """Return the PagerDuty event of a notice: all notices of one episode have one deduplication key."""
    action = ACTIONS.get(notice.kind, "trigger")
    event: dict[str, Any] = {"routing_key": routing_key, "event_action": action, "dedup_key": notice.thread}
    if action != "trigger":
        return event
    links = [{"href": runbook, "text": "Runbook"}] if runbook.startswith("http") else []
    details = {subject: dict(detail) for subject, detail in notice.subjects.items()}
    return {
        **event,
        "client": "Lookback",
        "links": links,
        "payload": {
            "summary": headline_of(notice)[:SUMMARY_LENGTH_MAX],
            "source": "lookback",
            "severity": PAGERDUTY_SEVERITIES[notice.severity],
            "timestamp": notice.at,
            "component": notice.incident,
            "class": notice.rule,
            "custom_details": {"kind": notice.kind.value, "runbook": runbook, "subjects": details},
        },
    }


def _escaped(text: str) -> str:
    """Return a text as Slack's form wants it: its three control characters spelled, mentions and links with them."""
    short = text if len(text) <= DETAIL_LENGTH_MAX else f"{text[:DETAIL_LENGTH_MAX]}..."
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
