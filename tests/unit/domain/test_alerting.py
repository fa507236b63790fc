"""The state machine of alerting: what is told when, and what is not."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.alert_rules import BY_NAME, RULES, explained, rule_of
from shared.domain.alerting import CALM_SECONDS, FLAP_SECONDS, REPORTED_KEPT_MAX, Seen, step
from shared.domain.alerts import (
    ESCALATION,
    FIRST_TOLD,
    Grouping,
    Judge,
    Kind,
    Observation,
    Rule,
    Severity,
    Tier,
    incident_id,
    worse,
)
from shared.domain.errors import InvalidInput
from shared.domain.incidents import Incident, IncidentStatus, acknowledge, incident_from
from shared.domain.notices import DELIVERED_KEPT_MAX, WAITING_MAX, NoticeKind, kept
from shared.domain.silences import Silence, silenced

BEGIN = datetime(2024, 11, 8, 12, tzinfo=UTC)
MINUTE = 60
PAGE = Rule(name="page", severity=Severity.CRITICAL, condition="c", for_seconds=300, clear_seconds=600)
CHAT = Rule(name="chat", severity=Severity.MEDIUM, condition="c", for_seconds=0, clear_seconds=0)
REPORT = Rule(name="report", severity=Severity.LOW, condition="c", for_seconds=300, kind=Kind.REPORT)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def sight(rule: Rule, *subjects: str, severity: Severity | None = None) -> Seen:
    return Seen(observations=tuple(_observation(rule, each, severity) for each in subjects))


def _observation(rule: Rule, subject: str, severity: Severity | None = None) -> Observation:
    return Observation(rule=rule.name, subject=subject, severity=severity or rule.severity, detail={"seen": subject})


def play(rule: Rule, script: Iterable[tuple[float, Seen]], incident: Incident | None = None) -> Incident | None:
    """Take an incident through a script of (seconds, what is seen then)."""
    for seconds, seen in script:
        incident = step(rule, incident, rule.name, seen, at(seconds))
    return incident


def told(incident: Incident | None) -> list[tuple[float, str, tuple[str, ...]]]:
    """Return what was told: after how many seconds, what, to whom."""
    assert incident is not None
    return [
        (
            (datetime.fromisoformat(each.at) - BEGIN).total_seconds(),
            each.kind.value,
            tuple(tier.value for tier in each.tiers),
        )
        for each in incident.outbox
    ]


NOTHING = Seen()
A, B = sight(PAGE, "a"), sight(PAGE, "a", "b")
QUIET = replace(A, silenced="silenced until noon")
MUTED = replace(A, muted={"a": "phase_outage"})
PARTLY = replace(B, muted={"a": "phase_outage"})
TRIGGERED = (300.0, "triggered", ("primary",))

SCRIPTS: dict[str, tuple[Rule, list[tuple[float, Seen]], list[tuple[float, str, tuple[str, ...]]]]] = {
    "told once it has held long enough": (PAGE, [(0, A), (299, A), (300, A), (310, A)], [TRIGGERED]),
    "healed by itself before": (PAGE, [(0, A), (200, A), (250, NOTHING), (900, NOTHING)], []),
    "a new time runs after it healed": (
        PAGE,
        [(0, A), (200, NOTHING), (250, A), (549, A), (550, A)],
        [(550, "triggered", ("primary",))],
    ),
    "resolved when it was gone long enough": (
        PAGE,
        [(0, A), (300, A), (400, NOTHING), (899, NOTHING), (900, NOTHING), (1000, NOTHING)],
        [TRIGGERED, (900, "resolved", ("primary",))],
    ),
    "not resolved when it comes back before": (
        PAGE,
        [(0, A), (300, A), (400, NOTHING), (850, A), (901, A)],
        [TRIGGERED],
    ),
    "escalated to the second, then to the lead": (
        PAGE,
        [(0, A), (300, A), (1199, A), (1200, A), (1201, A), (2099, A), (2100, A), (9000, A)],
        [TRIGGERED, (1200, "escalated", ("secondary",)), (2100, "escalated", ("lead",))],
    ),
    "resolved to everybody who was told": (
        PAGE,
        [(0, A), (300, A), (1200, A), (1800, NOTHING)],
        [TRIGGERED, (1200, "escalated", ("secondary",)), (1800, "resolved", ("primary", "secondary"))],
    ),
    "not escalated while it is gone": (PAGE, [(0, A), (300, A), (1100, A), (1300, NOTHING)], [TRIGGERED]),
    "medium is not escalated": (
        CHAT,
        [(0, sight(CHAT, "a")), (9000, sight(CHAT, "a"))],
        [(0, "triggered", ("team",))],
    ),
    "without a time to clear it is over at once": (
        CHAT,
        [(0, sight(CHAT, "a")), (10, NOTHING)],
        [(0, "triggered", ("team",)), (10, "resolved", ("team",))],
    ),
    "grown to twice as much, told not more than once an hour": (
        CHAT,
        [
            (0, sight(CHAT, "a")),
            (3599, sight(CHAT, "a", "b")),
            (3600, sight(CHAT, "a", "b")),
            (7200, sight(CHAT, "a", "b", "c")),
        ],
        [(0, "triggered", ("team",)), (3600, "grown", ("team",))],
    ),
    "more of the same is not told again": (PAGE, [(0, A), (300, A), (400, B), (500, sight(PAGE, "c"))], [TRIGGERED]),
    "silenced, then told when the silence ends": (
        PAGE,
        [(0, QUIET), (300, QUIET), (2000, QUIET), (2400, A)],
        [(2400, "triggered", ("primary",))],
    ),
    "silenced and over: nobody hears of it": (PAGE, [(0, QUIET), (300, QUIET), (1000, NOTHING)], []),
    "a silence stops the escalation": (PAGE, [(0, A), (300, A), (1200, QUIET)], [TRIGGERED]),
    "explained by a cause": (PAGE, [(0, MUTED), (300, MUTED), (5000, MUTED)], []),
    "told when the cause is gone and it is not": (
        PAGE,
        [(0, MUTED), (300, MUTED), (900, A)],
        [(900, "triggered", ("primary",))],
    ),
    "told for what the cause does not explain": (PAGE, [(0, PARTLY), (300, PARTLY)], [TRIGGERED]),
    "worse than it was told": (
        CHAT,
        [(0, sight(CHAT, "a")), (60, sight(CHAT, "a", severity=Severity.HIGH)), (70, sight(CHAT, "a"))],
        [(0, "triggered", ("team",)), (60, "raised", ("team", "primary"))],
    ),
    "worse and better and worse is told once": (
        CHAT,
        [(t, sight(CHAT, "a", severity=s)) for t, s in ((0, Severity.LOW), (9, Severity.MEDIUM), (18, Severity.LOW))]
        + [(27, sight(CHAT, "a", severity=Severity.MEDIUM))],
        [(0, "triggered", ("team",)), (9, "raised", ("team",))],
    ),
    "a report collects, is told once, and is over": (
        REPORT,
        [
            (0, sight(REPORT, "x")),
            (100, sight(REPORT, "x", "y")),
            (300, sight(REPORT, "x", "y")),
            (900, sight(REPORT, "y")),
            (1300, sight(REPORT, "y")),
        ],
        [(300, "reported", ("team",))],
    ),
    "what comes after a report is the next one": (
        REPORT,
        [
            (0, sight(REPORT, "x")),
            (300, sight(REPORT, "x")),
            (400, sight(REPORT, "x", "y")),
            (700, sight(REPORT, "x", "y")),
        ],
        [(300, "reported", ("team",)), (700, "reported", ("team",))],
    ),
    "a report that is silenced is not made up for": (
        REPORT,
        [(t, replace(sight(REPORT, "x"), silenced="s")) for t in (0, 300)] + [(600, sight(REPORT, "x"))],
        [],
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_told(name: str) -> None:
    rule, script, expected = SCRIPTS[name]
    incident = play(rule, script)
    assert told(incident) == expected


def test_nothing_seen_is_nothing_kept() -> None:
    assert step(PAGE, None, "page", NOTHING, BEGIN) is None


def test_a_group_is_one_incident_that_says_how_many() -> None:
    incident = play(PAGE, [(0, B), (300, B)])
    assert incident is not None
    (notice,) = incident.outbox
    assert (notice.subjects, notice.subjects_total) == ({"a": {"seen": "a"}, "b": {"seen": "b"}}, 2)
    only = play(PAGE, [(0, PARTLY), (300, PARTLY)])
    assert only is not None
    assert list(only.outbox[0].subjects) == ["b"]


def test_an_incident_that_flaps_is_told_thrice_and_stays_open_until_it_is_calm() -> None:
    script: list[tuple[float, Seen]] = []
    seen = sight(CHAT, "a")
    for round_ in range(6):
        script += [(600 * round_, seen), (600 * round_ + 60, NOTHING)]
    end = 600 * 5 + CALM_SECONDS
    script += [(end - 1, NOTHING), (end, NOTHING)]
    kinds = [(seconds, kind) for seconds, kind, _ in told(play(CHAT, script))]
    assert kinds == [
        (0, "triggered"),
        (60, "resolved"),
        (600, "triggered"),
        (660, "resolved"),
        (1200, "flapping"),
        (end, "resolved"),
    ]


def test_what_fires_seldom_does_not_flap() -> None:
    script: list[tuple[float, Seen]] = []
    for round_ in range(4):
        script += [(FLAP_SECONDS * round_, sight(CHAT, "a")), (FLAP_SECONDS * round_ + 60, NOTHING)]
    assert {kind for _, kind, _ in told(play(CHAT, script))} == {"triggered", "resolved"}


def test_an_acknowledged_incident_is_not_escalated_and_ends_by_itself() -> None:
    incident = play(PAGE, [(0, A), (300, A)])
    assert incident is not None
    taken = acknowledge(incident, "ann", at(400))
    assert acknowledge(taken, "bob", at(500)) == taken
    assert (taken.status, taken.acknowledged_by) == (IncidentStatus.ACKNOWLEDGED, "ann")
    ended = play(PAGE, [(9000, A), (9600, NOTHING)], taken)
    assert told(ended)[1:] == [(400, "acknowledged", ("primary",)), (9600, "resolved", ("primary",))]
    again = play(PAGE, [(20000, A), (20300, A)], ended)
    assert again is not None
    assert (again.status, again.acknowledged_by, again.episode) == (IncidentStatus.FIRING, "", 2)


@pytest.mark.parametrize("script", [[(0, A)], [(0, A), (300, A), (900, NOTHING)]], ids=["pending", "resolved"])
def test_what_does_not_fire_cannot_be_acknowledged(script: list[tuple[float, Seen]]) -> None:
    incident = play(PAGE, script)
    assert incident is not None
    with pytest.raises(InvalidInput, match="incident: got 'page'; expected one that fires"):
        acknowledge(incident, "ann", at(1000))


def test_an_acknowledged_incident_that_gets_worse_is_told_again() -> None:
    incident = play(CHAT, [(0, sight(CHAT, "a"))])
    assert incident is not None
    worse_now = play(CHAT, [(60, sight(CHAT, "a", severity=Severity.HIGH))], acknowledge(incident, "ann", at(30)))
    assert [kind for _, kind, _ in told(worse_now)] == ["triggered", "acknowledged", "raised"]


def test_a_raise_that_an_escalation_came_after_is_not_told_again() -> None:
    bad = sight(PAGE, "a", severity=Severity.CRITICAL)
    less = sight(PAGE, "a", severity=Severity.HIGH)
    incident = play(PAGE, [(0, bad), (300, bad), (1200, less), (1260, bad)])
    assert [kind for _, kind, _ in told(incident)] == ["triggered", "escalated"]


sights = st.sampled_from([NOTHING, A, B, QUIET, MUTED, PARTLY])
moments = st.lists(st.tuples(st.integers(1, 900), sights, st.booleans()), max_size=60)


@given(moments)
def test_whatever_happens_what_is_told_makes_sense(script: Sequence[tuple[int, Seen, bool]]) -> None:
    incident: Incident | None = None
    seconds, heard = 0, []
    for wait, seen, takes in script:
        seconds += wait
        before = incident
        incident = step(PAGE, incident, "page", seen, at(seconds))
        if incident is None:
            continue
        assert incident_from(incident.body()) == incident
        new = incident.notices - (before.notices if before else 0)
        assert new <= 1
        if new:
            notice = incident.outbox[-1]
            heard.append((notice.episode, notice.kind))
            if notice.kind is not NoticeKind.RESOLVED:
                assert not seen.quiet
                assert seen.telling
            if notice.kind is NoticeKind.ESCALATED:
                assert before is not None
                assert before.status is IncidentStatus.FIRING
        if takes and incident.status is IncidentStatus.FIRING:
            incident = acknowledge(incident, "ann", at(seconds))
            if incident.told:
                heard.append((incident.episode, NoticeKind.ACKNOWLEDGED))
    judge(heard)


def judge(heard: Sequence[tuple[int, NoticeKind]]) -> None:
    """Within an episode: begun once, ended at most once and last, each step of the escalation once."""
    for episode in {each for each, _ in heard}:
        kinds = [kind for number, kind in heard if number == episode]
        assert kinds[0] in (NoticeKind.TRIGGERED, NoticeKind.FLAPPING)
        assert sum(kind in (NoticeKind.TRIGGERED, NoticeKind.FLAPPING) for kind in kinds) == 1
        assert kinds.count(NoticeKind.RESOLVED) <= 1
        assert NoticeKind.RESOLVED not in kinds[:-1]
        assert kinds.count(NoticeKind.ESCALATED) <= len(ESCALATION[PAGE.severity])
        if NoticeKind.ACKNOWLEDGED in kinds:
            assert NoticeKind.ESCALATED not in kinds[kinds.index(NoticeKind.ACKNOWLEDGED) :]


def test_an_outbox_keeps_what_waits_and_the_latest_of_the_rest() -> None:
    incident = play(CHAT, [(0, sight(CHAT, "a"))])
    assert incident is not None
    one = incident.outbox[0]
    waiting = [replace(one, id=f"w{number}") for number in range(WAITING_MAX + 5)]
    done = [replace(one, id=f"d{number}", delivered_at="now") for number in range(DELIVERED_KEPT_MAX + 5)]
    left = kept([*done, *waiting])
    assert [each.id for each in left if each.delivered_at] == [f"d{n}" for n in range(5, DELIVERED_KEPT_MAX + 5)]
    assert [each.id for each in left if not each.delivered_at] == [f"w{n}" for n in range(5, WAITING_MAX + 5)]


def test_a_report_forgets_what_is_not_seen_any_more() -> None:
    names = [f"s{number}" for number in range(REPORTED_KEPT_MAX + 10)]
    incident = play(REPORT, [(0, sight(REPORT, *names)), (300, sight(REPORT, *names))])
    assert incident is not None
    assert len(incident.reported) == REPORTED_KEPT_MAX
    later = play(REPORT, [(400, sight(REPORT, names[-1]))], incident)
    assert later is not None
    assert later.reported == (names[-1],)


def test_a_silence_holds_between_its_ends() -> None:
    silence = Silence(target="page", since=at(0).isoformat(), until=at(60).isoformat(), reason="upgrade")
    said = [silenced([silence], ("all", "page"), at(seconds)) for seconds in (-1, 0, 59, 60)]
    assert said == ["", *["silenced until 2024-11-08T12:01:00Z: upgrade"] * 2, ""]
    assert silenced([silence], ("all", "chat"), at(0)) == ""


def test_the_rules_are_sound() -> None:
    assert len(BY_NAME) == len(RULES)
    for rule in RULES:
        assert set(rule.muted_by) <= set(BY_NAME) - {rule.name}, rule.name
        assert rule.kind is not Kind.REPORT or rule.grouping is Grouping.RULE
        assert rule.judge is Judge.LEDGER or not rule.muted_by
        if rule.early_severity is not None:
            assert worse(rule.early_severity, rule.severity) is rule.severity
    assert set(ESCALATION) == set(FIRST_TOLD) == set(Severity)
    with pytest.raises(InvalidInput, match="rule: got 'nobody'"):
        rule_of("nobody")


def test_nothing_mutes_itself_in_a_circle() -> None:
    def causes(name: str, seen: tuple[str, ...] = ()) -> None:
        assert name not in seen, seen
        for cause in BY_NAME[name].muted_by:
            causes(cause, (*seen, name))

    for rule in RULES:
        causes(rule.name)


def test_what_wakes_people_up_reaches_the_lead_and_what_does_not_stays_with_the_team() -> None:
    for severity in Severity:
        tiers = [FIRST_TOLD[severity], *(tier for _, tier in ESCALATION[severity])]
        loud = severity in (Severity.CRITICAL, Severity.HIGH)
        assert tiers == ([Tier.PRIMARY, Tier.SECONDARY, Tier.LEAD] if loud else [Tier.TEAM])
        assert not loud or ESCALATION[severity][0][0] == 15 * MINUTE


def test_an_incident_is_named_by_rule_or_by_subject() -> None:
    assert incident_id(BY_NAME["phase_outage"], "phase 3") == "phase_outage"
    assert incident_id(BY_NAME["backfill_stalled"], "nov") == "backfill_stalled.nov"


def test_a_cause_explains_what_has_a_tag_in_common_and_nothing_else() -> None:
    def observed(rule: str, subject: str, *tags: str) -> Observation:
        return Observation(rule=rule, subject=subject, severity=Severity.LOW, tags=frozenset(tags))

    found = explained(
        [
            observed("dependency_blocker", "3-11-08", "units/3-11-08"),
            observed("target_blocked", "4-11-10", "units/3-11-08"),
            observed("target_blocked", "4-11-12", "units/3-11-11"),
            observed("quality_low", "x", "units/3-11-08"),
        ]
    )
    assert found == {("target_blocked", "4-11-10"): "dependency_blocker"}


def test_a_rule_counts_for_less_early_in_the_season() -> None:
    quality = BY_NAME["quality_low"]
    assert [quality.severity_at(early=early) for early in (True, False)] == [Severity.LOW, Severity.MEDIUM]
    assert CHAT.severity_at(early=True) is Severity.MEDIUM
