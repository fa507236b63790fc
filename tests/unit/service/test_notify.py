"""Notices: delivered in their order, each once, whatever crashes or comes twice."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from shared.domain.alert_controls import alert_control
from shared.domain.alerts import Severity, Tier
from shared.domain.errors import Conflict, InvalidInput, NotifierRefused, NotifierUnavailable
from shared.domain.incidents import Incident, IncidentStatus, tell
from shared.domain.messages import Alert
from shared.domain.notices import Notice, NoticeKind
from shared.ports import Body, Bus
from shared.service import notify as notify_module
from shared.service.alerting.incidents import held_incident, incident_write, incidents, silences
from shared.service.app import App
from shared.service.control_alerts import check_control, control_alerts
from shared.service.notify import SENDING_SECONDS, notify
from shared.service.raise_alerts import ASK_AGAIN, raise_alerts
from tests.functions.test_events import made_season
from tests.memory_stack import MemoryStack, ToySource


class Crashed(BaseException):
    """What a killed process leaves behind: nothing caught it."""


@dataclass
class Told:
    """The port `Notifier`: remembers whom it told what, and fails as it is told to."""

    told: list[tuple[Tier, str]] = field(default_factory=list)
    fails: list[BaseException | None] = field(default_factory=list)

    def send(self, tier: Tier, notice: Notice) -> None:
        error = self.fails.pop(0) if self.fails else None
        if error is not None and not isinstance(error, Crashed):
            raise error
        self.told.append((tier, notice.id))
        if error is not None:
            raise error


@dataclass
class HeardBus:
    """The port `Bus`: remembers what was published."""

    heard: list[tuple[str, Body]] = field(default_factory=list)

    def publish(self, topic: str, body: Body) -> str:
        self.heard.append((topic, body))
        return str(len(self.heard))


@pytest.fixture
def notifier() -> Told:
    return Told()


@pytest.fixture
def bus() -> HeardBus:
    return HeardBus()


@pytest.fixture
def app(notifier: Told, bus: HeardBus) -> App:
    stack = MemoryStack(source=ToySource(made_season().rows()))
    return replace(stack.app(), notifier=notifier, bus=cast(Bus, bus))


def incident(app: App, *kinds: NoticeKind) -> Incident:
    """Write a firing incident with some notices to the first on call and the second."""
    made = Incident(id="dead_letters", rule="dead_letters", severity=Severity.HIGH, status=IncidentStatus.FIRING)
    now = app.clock.now()
    made = replace(made, episode=1, since=now.isoformat(), fired_at=now.isoformat(), last_seen=now.isoformat())
    for kind in kinds or (NoticeKind.TRIGGERED,):
        made = tell(made, kind, (Tier.PRIMARY, Tier.SECONDARY), now)
    app.ledger.commit([incident_write(made, None)])
    return made


def asked(made: Incident, number: int = -1) -> Alert:
    notice = made.outbox[number]
    return Alert(rule=made.rule, subject=made.id, detail={}, incident=made.id, notice=notice.id)


BOTH = [(Tier.PRIMARY, "dead_letters.1"), (Tier.SECONDARY, "dead_letters.1")]


def test_a_notice_reaches_everybody_it_is_for_once(app: App, notifier: Told) -> None:
    made = incident(app)
    for _ in range(3):
        notify(app, asked(made))
    assert notifier.told == BOTH
    (kept,) = held_incident(app, made.id).incident.outbox
    assert (kept.reached, kept.sending_until) == ((Tier.PRIMARY, Tier.SECONDARY), "")
    assert kept.delivered_at


def test_what_is_unavailable_is_tried_again_and_whom_it_reached_is_not_told_twice(app: App, notifier: Told) -> None:
    made = incident(app)
    notifier.fails = [None, NotifierUnavailable("hooks.example.com answered 503")]
    with pytest.raises(NotifierUnavailable):
        notify(app, asked(made))
    notify(app, asked(made))
    assert notifier.told == BOTH


def test_what_is_refused_is_not_tried_again_and_says_why(app: App, notifier: Told) -> None:
    made = incident(app)
    notifier.fails = [NotifierRefused("hooks.example.com answered 404")]
    for _ in range(2):
        notify(app, asked(made))
    assert notifier.told == BOTH[1:]
    assert held_incident(app, made.id).incident.outbox[0].refused == "hooks.example.com answered 404"


def test_notices_are_delivered_in_their_order(app: App, notifier: Told) -> None:
    made = incident(app, NoticeKind.TRIGGERED, NoticeKind.RESOLVED)
    notify(app, asked(made, 1))
    notify(app, asked(made, 0))
    assert [name for tier, name in notifier.told if tier is Tier.PRIMARY] == ["dead_letters.1", "dead_letters.2"]


def test_a_delivery_that_somebody_has_taken_on_is_his(app: App, notifier: Told) -> None:
    made = incident(app)

    def meanwhile(tier: Tier, notice: Notice) -> None:
        with pytest.raises(Conflict, match="somebody delivers it"):
            notify(replace(app, notifier=Told()), asked(made))
        notifier.told.append((tier, notice.id))

    notify(replace(app, notifier=cast(Any, type("Slow", (), {"send": staticmethod(meanwhile)}))), asked(made))
    assert notifier.told == BOTH


def test_what_crashed_between_delivery_and_mark_is_delivered_again_later(app: App, notifier: Told) -> None:
    made = incident(app)
    notifier.fails = [Crashed()]
    with pytest.raises(Crashed):
        notify(app, asked(made))
    with pytest.raises(Conflict):
        notify(app, asked(made))
    cast(Any, app.clock).advance(SENDING_SECONDS + 1)
    notify(app, asked(made))
    assert notifier.told == [BOTH[0], *BOTH]


def test_an_alert_that_only_reports_is_nobody_told(app: App, notifier: Told) -> None:
    notify(app, Alert(rule="dead_letter", subject="scrape.phase1-requests", detail={}))
    notify(app, Alert(rule="dead_letters", subject="x", detail={}, incident="nobody", notice="nobody.1"))
    notify(app, replace(asked(incident(app)), notice="dead_letters.77"))
    assert notifier.told == []


def test_a_notice_that_nobody_delivered_is_asked_for_again(app: App, bus: HeardBus) -> None:
    incident(app)
    cast(Any, app.clock).advance(ASK_AGAIN.total_seconds() - 1)
    raise_alerts(app)
    ask = [body["notice"] for topic, body in bus.heard if body["notice"] == "dead_letters.1"]
    cast(Any, app.clock).advance(2)
    raise_alerts(app)
    raise_alerts(app)
    again = [body["notice"] for topic, body in bus.heard if body["notice"] == "dead_letters.1"]
    assert (ask, again) == ([], ["dead_letters.1"])


def word(action: str, **fields: Any) -> Any:
    return alert_control({"action": action, "requested_by": "ann", **fields})


def test_an_incident_is_taken_on_once_and_that_is_told(app: App, bus: HeardBus) -> None:
    made = incident(app)
    for message in ("m1", "m1", "m2"):
        control_alerts(app, word("ack", target=made.id), message)
    (found,) = incidents(app)
    assert (found.status, found.acknowledged_by) == (IncidentStatus.ACKNOWLEDGED, "ann")
    assert [each.kind for each in found.outbox] == [NoticeKind.TRIGGERED, NoticeKind.ACKNOWLEDGED]
    assert {body["notice"] for _, body in bus.heard} == {"dead_letters.2"}


def test_a_silence_is_set_once_a_message_and_ended(app: App) -> None:
    silence = word("silence", target="all", minutes=60, reason="upgrade")
    control_alerts(app, silence, "m1")
    first = silences(app)
    cast(Any, app.clock).advance(600)
    control_alerts(app, silence, "m1")
    assert silences(app) == first
    control_alerts(app, silence, "m2")
    assert silences(app)[0].until > first[0].until
    control_alerts(app, word("unsilence", target="all"), "m3")
    control_alerts(app, word("unsilence", target="all"), "m3")
    assert silences(app) == ()
    assert [each.target for each in silences(app, over=True)] == ["all"]


REFUSED = [
    (word("ack", target="dead_letters"), "incident: got 'dead_letters'; expected the id of an incident"),
    (word("unsilence", target="all"), "target: got 'all'; expected a silence that is on"),
]


@pytest.mark.parametrize(("control", "told"), REFUSED)
def test_what_cannot_be_done_is_refused_before_and_after_it_is_published(app: App, control: Any, told: str) -> None:
    for refuse in (lambda: check_control(app, control), lambda: control_alerts(app, control, "m1")):
        with pytest.raises(InvalidInput, match=told):
            refuse()


WRONG = [
    ({"action": "mute", "target": "all"}, "action: got 'mute'"),
    ({"action": "ack", "target": "units/3"}, "target: got 'units/3'"),
    ({"action": "ack", "target": "dead_letters/x"}, "target: got 'dead_letters/x'"),
    ({"action": "ack"}, "target: got None"),
    ({"action": "ack", "target": "all", "minutes": 5}, "minutes: got 5; expected nothing"),
    ({"action": "silence", "target": "all", "reason": "x"}, "minutes: got 0; expected a whole number"),
    ({"action": "silence", "target": "all", "reason": "x", "minutes": True}, "minutes: got True"),
    ({"action": "silence", "target": "all", "reason": "x", "minutes": 43201}, "minutes: got 43201"),
    ({"action": "silence", "target": "all", "minutes": 5, "reason": " "}, "reason: got ' '"),
    ({"action": "silence", "target": "all", "minutes": 5, "reason": "x", "who": "me"}, "who: got"),
]


@pytest.mark.parametrize(("body", "told"), WRONG)
def test_a_word_that_is_wrong_names_its_field(body: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        alert_control(body)
    assert str(refused.value).startswith(told)


def test_the_notifier_has_less_time_than_the_one_who_takes_a_delivery_on(app: App) -> None:
    assert app.config.notify_seconds * len(Tier) < notify_module.SENDING_SECONDS
