"""The conditions of the rules about units, messages and backfills: what holds, of one look at the ledger."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from shared.domain.alert_rules import rule_of
from shared.domain.alerts import Observation
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import season_of
from shared.domain.errors import InvalidInput
from shared.domain.messages import FIRST_PHASE, LAST_PHASE, LIVE, unit_hint
from shared.domain.units import TERMINAL, Status, Unit, unit_key
from shared.service.alerting.alert_view import HISTORY_PHASE, LATELY, View
from shared.service.breaker import BREAKER
from shared.service.dead_letter import UNIT_OF_FUNCTION
from shared.service.refusals import DeadLetter

EASTERN: Final = ZoneInfo("America/New_York")
DUE: Final = time(6)
LETTERS_MANY: Final = 10
ERROR_SHOWN_MAX: Final = 300
STALL_PAUSES_MIN: Final = 20
STALL_FACTOR: Final = 5
STALL_PERCENTILE: Final = 0.95
STALL_SECONDS_MIN: Final = 600.0
# The daily path is in use while it asked for a date so lately.
DAILY_DAYS: Final = 14
PHASES: Final = range(FIRST_PHASE, LAST_PHASE + 1)


def observation(
    rule: str,
    subject: str,
    detail: dict[str, str],
    *,
    tags: tuple[str, ...] = (),
    group: str = "",
    early: bool = False,
) -> Observation:
    """Return what a rule sees of a subject, as bad as the rule says."""
    severity = rule_of(rule).severity_at(early=early)
    return Observation(rule=rule, subject=subject, severity=severity, detail=detail, tags=frozenset(tags), group=group)


def failures(view: View) -> Iterator[Observation]:
    """Yield units that failed for good, those that hold others up, and those that are held up."""
    blocked: dict[str, list[Unit]] = defaultdict(list)
    for unit in view.units.values():
        if unit.status is Status.BLOCKED and view.wanted(unit):
            blocked[unit.reason.partition(" failed")[0]].append(unit)
    for unit in view.failed():
        tags = (f"phase-{unit.phase}", unit.key, *unit.wanted_by)
        detail = {"error": unit.error[:ERROR_SHOWN_MAX], "since": unit.updated_at}
        yield observation("unit_failed", unit.key, detail, tags=tags)
        if waiting := blocked.get(unit.key):
            more = {"holds up": str(len(waiting)), "first": waiting[0].key}
            yield observation("dependency_blocker", unit.key, {**detail, **more}, tags=tags, group=str(unit.phase))
    for root, waiting in blocked.items():
        phase = root.removeprefix("units/")[:1]
        for unit in waiting:
            tags = (root, f"phase-{phase}")
            yield observation("target_blocked", unit.key, {"reason": unit.reason[:ERROR_SHOWN_MAX]}, tags=tags)


def letters(view: View) -> Iterator[Observation]:
    """Yield the dead letters whose unit is not complete, by a rule of their own, too, where there are many."""
    found = [(letter, units) for letter in view.letters if (units := _unit_keys(letter)) is None or _open(view, units)]
    rules = ("dead_letters", "dead_letters_many") if len(found) > LETTERS_MANY else ("dead_letters",)
    for number, (letter, units) in enumerate(sorted(found, key=lambda pair: pair[0].at), start=1):
        tags = ("letters", *(units or ()), *(f"phase-{key[6]}" for key in units or ()))
        about = f" for {units[-1]}" if units else ""
        subject = f"{number}: {letter.subscription or 'spent attempts'} at {letter.at[:19]}Z{about}"
        detail = {"message": str(dict(letter.message))[:ERROR_SHOWN_MAX]}
        for rule in rules:
            yield observation(rule, subject, detail, tags=tags)


def _unit_keys(letter: DeadLetter) -> tuple[str, ...] | None:
    """Return the units that a letter was to bring about, None when it was about none."""
    offset = UNIT_OF_FUNCTION.get(letter.subscription.partition(".")[0])
    if letter.subscription and offset is None:
        return None
    try:
        hint = unit_hint(letter.message)
    except InvalidInput:
        return None
    # A unit whose attempts were spent sends the message it was claimed by: its own, or that of the one before.
    offsets = (0, 1) if offset is None else (offset,)
    phases = (hint.phase + each for each in offsets if hint.phase + each <= LAST_PHASE)
    return tuple(unit_key(phase, hint.game_date) for phase in phases)


def _open(view: View, keys: tuple[str, ...]) -> bool:
    units = [unit for key in keys if (unit := view.units.get(key)) is not None]
    return any(unit.status is not Status.COMPLETE and view.wanted(unit) for unit in units)


def refusals(view: View) -> Iterator[Observation]:
    """Yield messages that can never succeed, those apart that were refused for a quota."""
    for each in view.refusals:
        rule = "quota_refused" if each.error.startswith("quota:") else "message_rejected"
        yield observation(rule, f"{each.topic} {each.at}", {"error": each.error[:ERROR_SHOWN_MAX]})


def backfills(view: View) -> Iterator[Observation]:
    """Yield backfills that stand still, that the breaker paused, and that came to their end lately."""
    since = (view.now - LATELY).isoformat()
    for each in view.backfills.values():
        if each.live:
            yield from _stalled(view, each)
        elif each.status is BackfillStatus.PAUSED and each.stopped_by == BREAKER:
            yield observation(
                "circuit_breaker", each.id, {"reason": each.stopped_reason}, tags=(each.id,), group=each.id
            )
        elif each.status in (BackfillStatus.COMPLETE, BackfillStatus.FAILED) and each.finished_at >= since:
            counts = ", ".join(f"{count} {status}" for status, count in sorted(each.counts.items()))
            detail = {"status": each.status.value, "units": counts, "since": each.created_at}
            yield observation("completion_digest", f"{each.id} {each.finished_at}", detail)


def _stalled(view: View, backfill: Backfill) -> Iterator[Observation]:
    own = [unit for unit in view.units.values() if backfill.id in unit.wanted_by]
    if own and all(unit.status in TERMINAL for unit in own):
        return
    began = backfill.armed_at or backfill.created_at
    ends = sorted(unit.updated_at for unit in own if _ended(unit) and unit.updated_at >= began)
    last = ends[-1] if ends else began
    idle = (view.now - datetime.fromisoformat(last)).total_seconds()
    limit = _patience(ends, view.config.stalled_seconds)
    if idle >= limit:
        left = sum(unit.status not in TERMINAL for unit in own)
        detail = {"last end": last, "idle minutes": f"{idle / 60:.0f}", "units left": str(left)}
        yield observation("backfill_stalled", backfill.id, detail, tags=(backfill.id,), group=backfill.id)


def _ended(unit: Unit) -> bool:
    return unit.status in (Status.COMPLETE, Status.FAILED)


def _patience(ends: list[str], most: float) -> float:
    """Return after how many seconds without an end a backfill stands still, by its own pace once that is known."""
    moments = [datetime.fromisoformat(each) for each in ends]
    pauses = sorted((later - before).total_seconds() for before, later in pairwise(moments))
    if len(pauses) < STALL_PAUSES_MIN:
        return most
    usual = pauses[int(STALL_PERCENTILE * (len(pauses) - 1))]
    return min(most, max(STALL_SECONDS_MIN, STALL_FACTOR * usual))


def today(view: View) -> Iterator[Observation]:
    """Yield what is missing at the last 6:00 Eastern: yesterday's games through Phase 3, and today's predictions."""
    local = view.now.astimezone(EASTERN)
    day = local.date() if local.time() >= DUE else local.date() - timedelta(days=1)
    calendar = next((each for each in view.calendars if each.season == season_of(day)), None)
    if calendar is None or not _daily(view, day - timedelta(days=DAILY_DAYS)):
        return
    asked = ((HISTORY_PHASE, day - timedelta(days=1), "games"), (LAST_PHASE, day, "predictions"))
    for phase, game_date, what in asked:
        unit = view.units.get(unit_key(phase, game_date))
        if game_date in calendar.position and (unit is None or not unit.usable):
            detail = {"missing": what, "status": unit.status.value if unit else "absent"}
            tags = tuple(f"phase-{each}" for each in PHASES if each <= phase)
            yield observation("no_data_today", unit_key(phase, game_date), detail, tags=tags)


def _daily(view: View, since: object) -> bool:
    return any(LIVE in unit.wanted_by and str(unit.game_date) >= str(since) for unit in view.units.values())
