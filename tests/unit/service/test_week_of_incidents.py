"""A scripted week of incidents through the virtual clock: exactly the expected notices, and none twice.

The ledger is planted as each story needs it; every five minutes the rules are judged, and every notice is asked for
twice, at times while nobody can be reached.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any, cast

import pytest

from shared.adapters.embedded.memory import VirtualClock
from shared.domain import alerting
from shared.domain.alert_controls import alert_control
from shared.domain.alerts import Tier
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import InvalidInput, NotifierUnavailable, Rejected
from shared.domain.messages import LIVE, BackfillRequest, alert
from shared.domain.notices import Notice
from shared.domain.units import Status, Unit, unit_key
from shared.ports import Body, Bus, Write
from shared.service import notify as notify_module
from shared.service import raise_alerts as raise_alerts_module
from shared.service.alerting import alert_conditions, alert_rates
from shared.service.app import App
from shared.service.breaker import BREAKER
from shared.service.control_alerts import control_alerts
from shared.service.dead_letter import dead_letter
from shared.service.notify import notify
from shared.service.raise_alerts import raise_alerts
from shared.service.reject import reject
from tests.memory_stack import MemoryStack, ToySource

SEASON = "2024-25"
TEAMS = (("ATL", "BOS"),)
OPENING = date(2024, 10, 22)
DATES = [OPENING + timedelta(days=number) for number in range(60)]
MONDAY = datetime(2024, 11, 25, 13, tzinfo=UTC)
STEP = 300
ERROR = "WarehouseUnavailable: the warehouse answers 503"


@dataclass
class Week:
    """The ledger, the clock, and what was told: when (minutes since Monday), who, of what, why."""

    app: App
    told: list[tuple[int, str, str, str]] = field(default_factory=list)
    ids: list[tuple[str, str]] = field(default_factory=list)
    away: bool = False
    asked: list[Body] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return int((self.app.clock.now() - MONDAY).total_seconds() // 60)

    def publish(self, topic: str, body: Body) -> str:
        if topic == "alerts":
            self.asked.append(body)
        return str(len(self.asked))

    def send(self, tier: Tier, notice: Notice) -> None:
        if self.away:
            raise NotifierUnavailable("hooks.example.com answered 503")
        self.told.append((self.minutes, tier.value, notice.incident, notice.kind.value))
        self.ids.append((tier.value, notice.id))

    def run(self, minutes: int) -> None:
        """Let time pass; judge the rules every five minutes, and deliver whatever is asked for, twice."""
        for _ in range(0, minutes * 60, STEP):
            cast(VirtualClock, self.app.clock).advance(STEP)
            raise_alerts(self.app)
            self.deliver()

    def deliver(self) -> None:
        waiting, self.asked = self.asked, []
        for body in [*waiting, *waiting]:
            try:
                notify(self.app, alert(body))
            except NotifierUnavailable:
                self.asked.append(body)

    def say(self, action: str, **fields: Any) -> None:
        word = alert_control({"action": action, "requested_by": "ann", **fields})
        control_alerts(self.app, word, f"m{self.minutes}-{action}")
        self.deliver()

    def put(self, unit: Unit) -> None:
        """Write a unit as if it had just moved."""
        self.write(unit.key, replace(unit, updated_at=self.app.clock.now().isoformat()).body())

    def write(self, key: str, body: dict[str, Any]) -> None:
        held = self.app.ledger.store.get(key)
        self.app.ledger.store.commit([Write(key=key, body=body, revision=held.revision if held else None)])

    def attempt_failed(self, phase: int, day: date, fence: int = 1) -> None:
        """Plant a unit whose attempt failed for good, with the history of it."""
        wanted = {"season": 0}
        self.put(Unit(phase=phase, game_date=day, status=Status.FAILED, fence=fence, error=ERROR, wanted_by=wanted))
        body = {"unit": unit_key(phase, day), "status": "failed", "error": ERROR, "finished_at": self.now()}
        self.write(f"history/{phase}-{day}-{fence:04d}", body)

    def complete(self, phase: int, day: date, **fields: Any) -> None:
        known = {"wanted_by": {"season": 0}, "fence": 1, "version": 1, **fields}
        self.put(Unit(phase=phase, game_date=day, status=Status.COMPLETE, **known))

    def backfill(self, status: BackfillStatus, name: str = "season", **fields: Any) -> None:
        request = BackfillRequest(start_date=DATES[0], end_date=DATES[-1], request_id=name)
        made = {"created_at": self.now(), **fields}
        self.write(f"backfills/{name}", Backfill(id=name, request=request, status=status, **made).body())

    def now(self) -> str:
        return self.app.clock.now().isoformat()


@pytest.fixture
def week() -> Iterator[Week]:
    stack = MemoryStack(source=ToySource({}))
    stack.clock.set(MONDAY)
    found = Week(app=stack.app())
    found.app = replace(found.app, bus=cast(Bus, found), notifier=found)
    calendar = {"season": SEASON, "revision": 1, "games": {str(day): ["ATL-BOS"] for day in DATES}}
    found.write(f"calendar/{SEASON}", calendar)
    found.backfill(BackfillStatus.RUNNING, created_at=(MONDAY - timedelta(minutes=1)).isoformat())
    found.put(Unit(phase=1, game_date=DATES[0], wanted_by={"season": 0}))
    yield found
    assert len(found.ids) == len(set(found.ids)), "somebody was told the same twice"


Expected = list[tuple[int, str, str, str]]


def outage(week: Week) -> Expected:
    """Monday: the warehouse is down for twenty minutes: 20 dates of Phase 3 fail, 15 targets are blocked by them."""
    week.complete(1, DATES[0])
    for number in range(20):
        week.attempt_failed(3, DATES[number])
    for number in range(15):
        reason = f"units/3-{DATES[number]} failed and the target's window needs that date"
        wanted = {"season": 0}
        blocked = Unit(phase=4, game_date=DATES[number + 20], status=Status.BLOCKED, reason=reason, wanted_by=wanted)
        week.put(blocked)
        letter = {"version": 1, "phase": 3, "game_date": str(DATES[number]), "backfill_id": "season"}
        dead_letter(week.app, letter, "", f"letter {number}")
    week.run(20)
    # Somebody looks, and takes it on before the second on call hears of it.
    week.say("ack", target="phase_outage")
    week.run(5)
    for number in range(20):
        week.complete(3, DATES[number], fence=2)
        week.write(f"history/3-{DATES[number]}-0002", _done(3, DATES[number], week.now()))
    for number in range(15):
        week.complete(4, DATES[number + 20])
    week.run(40)
    # Judged at 5, told when it had held for five minutes more; last seen at 25, and over a quarter of an hour later.
    return [
        (10, "primary", "phase_outage", "triggered"),
        (20, "primary", "phase_outage", "acknowledged"),
        (40, "primary", "phase_outage", "resolved"),
    ]


def _done(phase: int, day: date, at: str) -> dict[str, Any]:
    return {"unit": unit_key(phase, day), "status": "complete", "error": "", "finished_at": at}


def poisoned_date(week: Week) -> Expected:
    """Tuesday: one date of Phase 3 fails and blocks three targets; nobody looks for an hour."""
    week.attempt_failed(3, DATES[5], fence=3)
    for number in (6, 7, 8):
        reason = f"units/3-{DATES[5]} failed and the target's window needs that date"
        wanted = {"season": 0}
        week.put(Unit(phase=4, game_date=DATES[number], status=Status.BLOCKED, reason=reason, wanted_by=wanted))
    week.run(90)
    week.complete(3, DATES[5], fence=4)
    for number in (6, 7, 8):
        week.complete(4, DATES[number])
    week.run(60)
    return [
        (10, "primary", "dependency_blocker.3", "triggered"),
        (25, "secondary", "dependency_blocker.3", "escalated"),
        (70, "lead", "dependency_blocker.3", "escalated"),
        (95, "primary", "dependency_blocker.3", "resolved"),
        (95, "secondary", "dependency_blocker.3", "resolved"),
        (95, "lead", "dependency_blocker.3", "resolved"),
    ]


def healed(week: Week) -> Expected:
    """Wednesday: a date fails, and is retried before anybody had to be told."""
    week.attempt_failed(2, DATES[9], fence=2)
    week.run(5)
    week.complete(2, DATES[9], fence=3)
    week.run(60)
    return []


def stalled(week: Week) -> Expected:
    """Thursday: nothing of the backfill ends for two hours, though a message is sent again and again meanwhile."""
    week.complete(1, DATES[1])
    pending = Unit(phase=2, game_date=DATES[1], wanted_by={"season": 0})
    for resends in range(25):
        week.put(replace(pending, resends=resends))
        week.run(5)
    week.complete(2, DATES[1])
    week.run(10)
    return [
        (120, "primary", "backfill_stalled.season", "triggered"),
        (130, "primary", "backfill_stalled.season", "resolved"),
    ]


def maintenance(week: Week) -> Expected:
    """Friday: letters come in while everything is silenced, eleven more after that; the chat is away for a while."""
    week.say("silence", target="all", minutes=60, reason="the warehouse is moved")
    week.put(Unit(phase=1, game_date=DATES[10], wanted_by={"season": 0}))
    _letters(week, 1)
    week.run(60)
    week.away = True
    _letters(week, 11)
    week.run(10)
    week.away = False
    week.run(5)
    week.complete(1, DATES[10])
    week.run(20)
    # At 60 the silence is over; at 65 there are many, which nobody hears of before he can be reached again.
    return [
        (60, "primary", "dead_letters", "triggered"),
        (75, "primary", "dead_letters_many", "triggered"),
        (85, "primary", "dead_letters", "resolved"),
        (85, "primary", "dead_letters_many", "resolved"),
    ]


def _letters(week: Week, count: int) -> None:
    letter = {"version": 1, "phase": 1, "game_date": str(DATES[10]), "backfill_id": "season"}
    for number in range(count):
        dead_letter(week.app, letter, "scrape.phase1-requests", f"{week.minutes}-{number}")
    # The letters' unit failed with them in life; here it only waits, so that they alone are seen.
    week.put(Unit(phase=1, game_date=DATES[10], wanted_by={"season": 0}))


def flapping(week: Week) -> Expected:
    """Saturday: the breaker pauses a backfill that somebody resumes, again and again."""
    for _ in range(6):
        week.backfill(
            BackfillStatus.PAUSED, "gap", stopped_by=BREAKER, stopped_reason="Phase 2 failed on 6 of 10 dates"
        )
        week.run(5)
        week.backfill(BackfillStatus.CANCELLED, "gap")
        week.run(5)
    week.run(40)
    name = "circuit_breaker.gap"
    return [
        (5, "primary", name, "triggered"),
        (10, "primary", name, "resolved"),
        (15, "primary", name, "triggered"),
        (20, "primary", name, "resolved"),
        (25, "primary", name, "flapping"),
        (45, "secondary", name, "escalated"),
        (85, "primary", name, "resolved"),
        (85, "secondary", name, "resolved"),
    ]


def reports(week: Week) -> Expected:
    """Sunday: two requests can never succeed, one would pass a quota, three backfills end; each kind is told once."""
    errors = ["start_date: got 'soon'; expected a date", "dates: got 7; expected a list of dates"]
    for error in [*errors, "quota: got '40,000 partition writes'; expected at most 30,000"]:
        pushed = {"message": {"data": base64.b64encode(error.encode()).decode()}}
        reject(week.app, "topics/backfill-requests", pushed, Rejected(error))
    for name in ("one", "two", "three"):
        week.backfill(BackfillStatus.COMPLETE, name, finished_at=week.now(), counts={"complete": 10})
    week.run(60)
    return [
        (10, "team", "completion_digest", "reported"),
        (10, "team", "message_rejected", "reported"),
        (10, "team", "quota_refused", "reported"),
    ]


def no_data(week: Week) -> Expected:
    """A night: yesterday's games are late until 7:00 Eastern; today's predictions come a little later."""
    yesterday, today = date(2024, 11, 24), date(2024, 11, 25)
    week.complete(3, yesterday - timedelta(days=1), wanted_by={LIVE: 0})
    cast(VirtualClock, week.app.clock).set(datetime(2024, 11, 25, 10, 30, tzinfo=UTC))
    before = week.minutes
    for phase in (1, 2):
        week.complete(phase, yesterday, wanted_by={LIVE: 0})
    week.complete(5, yesterday, wanted_by={LIVE: 0})
    week.complete(3, yesterday - timedelta(days=1), wanted_by={LIVE: 0})
    week.run(95)
    week.complete(3, yesterday, wanted_by={LIVE: 0})
    week.run(10)
    week.complete(5, today, wanted_by={LIVE: 0})
    week.run(10)
    # 10:30 UTC is 5:30 Eastern: half an hour until it is due.
    return [
        (minutes + before, tier, "no_data_today", kind)
        for minutes, tier, kind in (
            (30, "primary", "triggered"),
            (45, "secondary", "escalated"),
            (60, "lead", "escalated"),
            (110, "primary", "resolved"),
            (110, "secondary", "resolved"),
            (110, "lead", "resolved"),
        )
    ]


Story = Callable[[Week], Expected]
STORIES: Sequence[Story] = (outage, poisoned_date, healed, stalled, maintenance, flapping, reports)


@pytest.mark.parametrize("story", [*STORIES, no_data], ids=lambda story: story.__name__)
def test_a_day_alone(week: Week, story: Story) -> None:
    expected = story(week)
    assert sorted(week.told) == sorted(expected)


def test_a_week_of_incidents_gives_exactly_these_notices(week: Week) -> None:
    expected: Expected = []
    for number, story in enumerate(STORIES):
        cast(VirtualClock, week.app.clock).set(MONDAY + timedelta(days=number))
        begin = week.minutes
        # The backfill had something to do all the while: nobody judged it between the stories.
        week.complete(1, DATES[50 + number % 9])
        expected += [(begin + minutes, *rest) for minutes, *rest in story(week)]  # type: ignore[misc]
    assert sorted(week.told) == sorted(expected)


def judged(week: Week) -> None:
    """Play every story of the week on one ledger; fail unless exactly what is expected was told."""
    test_a_week_of_incidents_gives_exactly_these_notices(week)
    assert len(week.ids) == len(set(week.ids))


NUMBERS = count()
PLANTED: dict[str, tuple[Any, str, Any]] = {
    "an inhibition forgotten": (raise_alerts_module, "explained", lambda _: {}),
    "a grouping forgotten": (raise_alerts_module, "incident_id", lambda rule, _: f"{rule.name}.{next(NUMBERS)}"),
    "a silence that is not heard": (raise_alerts_module, "silenced", lambda *_: ""),
    "a delivery without a mark": (notify_module, "replace", lambda notice, **_: notice),
    "all that failed, forgotten": (raise_alerts_module, "CONDITIONS", raise_alerts_module.CONDITIONS[:-5]),
    "a stall by whatever moved": (alert_conditions, "_ended", lambda _: True),
    "an outage on one date": (alert_rates, "OUTAGE_UNITS_MIN", 1),
    "dead letters of a unit that is well": (alert_conditions, "_open", lambda *_: True),
    "a report of what everybody knows": (alerting, "_report", lambda _, incident, seen, now: incident),
    "data that is due at any time": (alert_conditions, "DUE", time(0)),
}
# Caught by the story that it is about; all others by the week.
CAUGHT_BY: dict[str, Callable[[Week], None]] = {
    "data that is due at any time": lambda week: test_a_day_alone(week, no_data)
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_changes_what_is_told(week: Week, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    module, attribute, planted = PLANTED[name]
    monkeypatch.setattr(module, attribute, planted)
    # A word on an incident that a bug keeps from being there is refused.
    with pytest.raises((AssertionError, InvalidInput)):
        CAUGHT_BY.get(name, judged)(week)
    week.ids.clear()
