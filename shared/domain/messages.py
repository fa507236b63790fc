"""The messages that cross the bus: small, versioned, keys only, validated on both ends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from shared.domain.calendar import FIRST_YEAR, LAST_YEAR, parse_date
from shared.domain.errors import InvalidInput, NewerMessage
from shared.domain.message_fields import choice, dates_list, flag, names, only, text
from shared.domain.policy import EarlySeason, Policy
from shared.domain.strict_json import strict_json

MESSAGE_VERSION = 1
FIRST_PHASE, LAST_PHASE = 1, 5
MESSAGE_BYTES_MAX = 256 * 1024
REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# The daily path wants units too: a date that was scraped, and the history that such a date turned out to need.
LIVE, LIVE_HISTORY = "live", "live-history"
SEASON_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}")
# Ten years: no window reaches out of its season, and every date before a target is one.
LOOKBACK_DAYS_MAX = 3660


class Scenario(StrEnum):
    """What a request is for: run what is missing, redo from landing files, or redo Phases 4-5."""

    FILL = "fill"
    REPROCESS = "reprocess"
    DOWNSTREAM = "downstream"


SCENARIO_FROM_PHASE = {Scenario.FILL: 1, Scenario.REPROCESS: 2, Scenario.DOWNSTREAM: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHint:
    """A unit was asked for, completed or failed. Only a hint: the ledger decides."""

    phase: int
    game_date: date
    backfill_id: str = ""

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "version": MESSAGE_VERSION,
            "phase": self.phase,
            "game_date": self.game_date.isoformat(),
            "backfill_id": self.backfill_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRequest:
    """One operator's request. `dates`, when given, are the target dates; else every game date of the range.

    `processors` are those redone, instead of all of a phase. `cascade` has targets run again that a change on one of
    its dates reaches; without it they are flagged stale. `over_quota` lets it run although it would pass a daily quota:
    what is refused then is tried again until the attempts are spent.
    """

    start_date: date
    end_date: date
    dates: tuple[date, ...] = ()
    scenario: Scenario = Scenario.FILL
    from_phase: int = 1
    to_phase: int = LAST_PHASE
    policy: Policy = field(default_factory=Policy)
    processors: tuple[str, ...] = ()
    force: bool = False
    cascade: bool = True
    dry_run: bool = False
    over_quota: bool = False
    request_id: str = ""
    requested_by: str = ""
    reason: str = ""

    def body(self) -> dict[str, Any]:
        """Return the JSON form, as an operator would publish it."""
        return {
            "version": MESSAGE_VERSION,
            "start_date": self.start_date.isoformat(),
            "end_date": self.end_date.isoformat(),
            "dates": [day.isoformat() for day in self.dates],
            "scenario": self.scenario.value,
            "from_phase": self.from_phase,
            "to_phase": self.to_phase,
            **self.policy.body(),
            "force": self.force,
            "cascade": self.cascade,
            "dry_run": self.dry_run,
            "request_id": self.request_id,
            "requested_by": self.requested_by,
            "reason": self.reason,
            "over_quota": self.over_quota,
            "processors": list(self.processors),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRequest:
    """Load, or load again, a season's schedule."""

    season: str

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"version": MESSAGE_VERSION, "season": self.season}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What an operator should know: which rule says so, of what (a backfill, a subscription), and what it saw.

    With a `notice` it asks for that notice of an `incident` to be delivered; else it only reports.
    """

    rule: str
    subject: str
    detail: Mapping[str, str]
    incident: str = ""
    notice: str = ""

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "version": MESSAGE_VERSION,
            "rule": self.rule,
            "subject": self.subject,
            "detail": dict(self.detail),
            "incident": self.incident,
            "notice": self.notice,
        }


def decode(content: bytes) -> dict[str, Any]:
    """Return the JSON object of a message's bytes. Raises InvalidInput, or NewerMessage for a later version."""
    if len(content) > MESSAGE_BYTES_MAX:
        raise InvalidInput("message", f"{len(content)} bytes", f"at most {MESSAGE_BYTES_MAX} bytes")
    try:
        body = strict_json(content)
    except ValueError as error:
        raise InvalidInput("message", content[:80].decode("utf-8", "replace"), f"a JSON object; {error}") from error
    if not isinstance(body, dict):
        raise InvalidInput("message", type(body).__name__, "a JSON object")
    version = body.get("version", MESSAGE_VERSION)
    if type(version) is not int or version < 1:
        raise InvalidInput("version", version, f"a whole number from 1 to {MESSAGE_VERSION}")
    if version > MESSAGE_VERSION:
        raise NewerMessage(f"version: got {version}; this deployment knows {MESSAGE_VERSION} and will be retried")
    return body


def unit_hint(body: Mapping[str, Any]) -> UnitHint:
    """Return the hint that a message body carries. Raises InvalidInput naming the field."""
    only(body, {"version", "phase", "game_date", "backfill_id"})
    return UnitHint(
        phase=phase_of("phase", body.get("phase")),
        game_date=parse_date("game_date", body.get("game_date")),
        backfill_id=_owner(body.get("backfill_id", "")),
    )


def _owner(value: object) -> str:
    """Return the id of the backfill that a unit is for, the daily path's names among them; it may be empty."""
    return value if value in (LIVE, LIVE_HISTORY) else identifier("backfill_id", value)


def calendar_request(body: Mapping[str, Any]) -> CalendarRequest:
    """Return the calendar request that a message body carries. Raises InvalidInput naming the field."""
    only(body, {"version", "season"})
    season = body.get("season")
    if not isinstance(season, str) or not SEASON_PATTERN.fullmatch(season):
        raise InvalidInput("season", season, "a season such as 2024-25")
    if not FIRST_YEAR <= int(season[:4]) < LAST_YEAR:
        raise InvalidInput("season", season, f"a season of the years {FIRST_YEAR} to {LAST_YEAR}")
    if int(season[5:]) != (int(season[:4]) + 1) % 100:
        raise InvalidInput(
            "season", season, f"the year after its start: {season[:4]}-{(int(season[:4]) + 1) % 100:02d}"
        )
    return CalendarRequest(season=season)


def sweep_request(body: Mapping[str, Any]) -> None:
    """Accept a message that says nothing but that it is time for a sweep. Raises InvalidInput naming the field."""
    only(body, {"version"})


def alert(body: Mapping[str, Any]) -> Alert:
    """Return the alert that a message body carries. Raises InvalidInput naming the field."""
    only(body, {"version", "rule", "subject", "detail", "incident", "notice"})
    detail = body.get("detail", {})
    if not isinstance(detail, Mapping):
        raise InvalidInput("detail", detail, "an object of texts")
    return Alert(
        rule=text("rule", body.get("rule")),
        subject=text("subject", body.get("subject")),
        detail={text("detail", name): text("detail", value) for name, value in detail.items()},
        incident=text("incident", body.get("incident", "")),
        notice=text("notice", body.get("notice", "")),
    )


def backfill_request(body: Mapping[str, Any]) -> BackfillRequest:
    """Return the request that a message body carries. Raises InvalidInput naming the first wrong field."""
    only(body, set(BackfillRequest(start_date=date.min, end_date=date.min).body()))
    dates = tuple(sorted({parse_date("dates", day) for day in dates_list("dates", body.get("dates", []))}))
    start, end = _range(body, dates)
    scenario = choice("scenario", body.get("scenario", "fill"), Scenario)
    first, last = _phases(body, SCENARIO_FROM_PHASE[scenario])
    return BackfillRequest(
        start_date=start,
        end_date=end,
        dates=dates,
        scenario=scenario,
        from_phase=first,
        to_phase=last,
        policy=_policy(body),
        processors=names("processors", body.get("processors", [])),
        force=flag("force", body.get("force", False)),
        cascade=flag("cascade", body.get("cascade", True)),
        dry_run=flag("dry_run", body.get("dry_run", False)),
        over_quota=flag("over_quota", body.get("over_quota", False)),
        request_id=identifier("request_id", body.get("request_id", "")),
        requested_by=text("requested_by", body.get("requested_by", "")),
        reason=text("reason", body.get("reason", "")),
    )


def _phases(body: Mapping[str, Any], default: int) -> tuple[int, int]:
    first = phase_of("from_phase", body.get("from_phase", default))
    last = phase_of("to_phase", body.get("to_phase", LAST_PHASE))
    if last < first:
        raise InvalidInput("to_phase", last, f"a phase not before from_phase {first}")
    return first, last


def _range(body: Mapping[str, Any], dates: tuple[date, ...]) -> tuple[date, date]:
    if dates and "start_date" not in body and "end_date" not in body:
        return dates[0], dates[-1]
    start = parse_date("start_date", body.get("start_date"))
    end = parse_date("end_date", body.get("end_date"))
    if end < start:
        raise InvalidInput("end_date", end.isoformat(), f"a date not before start_date {start}")
    for day in dates:
        if not start <= day <= end:
            raise InvalidInput("dates", day.isoformat(), f"dates from {start} to {end}")
    return start, end


def _policy(body: Mapping[str, Any]) -> Policy:
    days = body.get("max_lookback_days")
    if days is not None and (type(days) is not int or not 1 <= days <= LOOKBACK_DAYS_MAX):
        raise InvalidInput("max_lookback_days", days, f"null or a whole number from 1 to {LOOKBACK_DAYS_MAX}")
    coverage = body.get("min_coverage", 1.0)
    if type(coverage) not in (int, float) or not 0 < coverage <= 1:
        raise InvalidInput("min_coverage", coverage, "a share above 0 and at most 1")
    return Policy(
        max_lookback_days=days,
        min_coverage=float(coverage),
        early_season=choice("early_season", body.get("early_season", "degrade"), EarlySeason),
        accept_missing=frozenset(
            parse_date("accept_missing", day) for day in dates_list("accept_missing", body.get("accept_missing", []))
        ),
    )


def phase_of(name: str, value: object) -> int:
    """Return a phase. Raises InvalidInput."""
    if type(value) is not int or not FIRST_PHASE <= value <= LAST_PHASE:
        raise InvalidInput(name, value, f"a phase from {FIRST_PHASE} to {LAST_PHASE}")
    return value


def identifier(name: str, value: object) -> str:
    """Return the id of a backfill, which may be empty. Raises InvalidInput."""
    if value == "":
        return ""
    if not isinstance(value, str) or not REQUEST_ID_PATTERN.fullmatch(value) or value in (LIVE, LIVE_HISTORY):
        raise InvalidInput(name, value, "letters, digits, - and _, at most 64; not live")
    return value
