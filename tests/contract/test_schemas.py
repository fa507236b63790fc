"""The topics' schemas: what our own services and operators publish passes, what is not ours is refused at publish."""

import json
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument

from shared.bootstrap import PIPELINE, topology
from shared.domain.alert_controls import AlertAction, AlertControl
from shared.domain.controls import BackfillControl, ControlAction
from shared.domain.messages import Alert, BackfillRequest, CalendarRequest, UnitHint
from shared.domain.policy import Policy
from tests.emulators.proto_schema import ProtoSchema, SchemaRefused
from tests.emulators.pubsub import PubSub, provision

DAY = date(2024, 11, 8)
HINT = UnitHint(phase=3, game_date=DAY, backfill_id="bf-1").body()
REQUEST = BackfillRequest(
    start_date=DAY, end_date=DAY, dates=(DAY,), policy=Policy(accept_missing=frozenset({DAY})), request_id="bf-1"
).body()
ALERT = Alert(
    rule="backfill_stalled",
    subject="backfill_stalled.bf-1",
    detail={"kind": "triggered"},
    incident="backfill_stalled.bf-1",
    notice="backfill_stalled.bf-1.1",
).body()
BODIES: dict[str, dict[str, Any]] = {
    "unit-hint": HINT,
    "backfill-request": REQUEST,
    "backfill-control": BackfillControl(action=ControlAction.CANCEL, backfill_id="bf-1", reason="wrong week").body(),
    "calendar-request": CalendarRequest(season="2024-25").body(),
    "sweep-request": {"version": 1},
    "alert": ALERT,
    "alert-control": AlertControl(action=AlertAction.SILENCE, target="all", minutes=60, reason="upgrade").body(),
}
WEEK = {"start_date": "2024-11-08", "end_date": "2024-11-14"}
TAKEN = [
    ("backfill-request", WEEK),
    ("backfill-request", {"dates": ["2024-11-08"]}),
    ("backfill-request", {**WEEK, "max_lookback_days": None}),
    ("backfill-request", {**WEEK, "max_lookback_days": 30, "min_coverage": 0.85, "force": True}),
    ("backfill-request", {**WEEK, "min_coverage": 1, "dry_run": True, "reason": "a late boxscore"}),
    ("backfill-control", {"action": "pause", "backfill_id": "bf-1"}),
    ("backfill-control", {"action": "retry", "backfill_id": "bf-1", "dates": ["2024-11-08"], "phase": None}),
    ("backfill-control", {"action": "retry", "backfill_id": "bf-1", "phase": 3}),
    ("unit-hint", {"phase": 1, "game_date": "2024-11-08"}),
    ("alert", {"rule": "dead_letter", "subject": "scrape.phase1-requests", "detail": {"message_id": "1"}}),
    ("alert-control", {"action": "ack", "target": "dead_letters"}),
    ("alert-control", {"action": "silence", "target": "all", "minutes": 60, "reason": "upgrade"}),
    # A newer version passes: it is for the decoder to keep it until a newer deployment takes it.
    ("unit-hint", {**HINT, "version": 2}),
]
REFUSED = [
    ("unit-hint", b"{"),
    ("unit-hint", b""),
    ("unit-hint", b"[1]"),
    ("unit-hint", b"null"),
    ("unit-hint", b'"phase1"'),
    ("unit-hint", b"\xff\xfe"),
    ("unit-hint", b'{"phase": 1, "phase": 2}'),
    ("unit-hint", {**HINT, "colour": "red"}),
    ("unit-hint", {**HINT, "phase": "one"}),
    ("unit-hint", {**HINT, "phase": 1.5}),
    ("unit-hint", {**HINT, "phase": 2**31}),
    ("unit-hint", {**HINT, "game_date": 20241108}),
    ("unit-hint", {**HINT, "game_date": ["2024-11-08"]}),
    ("unit-hint", {**HINT, "version": "newest"}),
    ("unit-hint", {**HINT, "version": {}}),
    ("unit-hint", WEEK),
    ("backfill-request", {**WEEK, "dates": "2024-11-08"}),
    ("backfill-request", {**WEEK, "dates": [None]}),
    ("backfill-request", {**WEEK, "force": "true"}),
    ("backfill-request", {**WEEK, "min_coverage": "most"}),
    ("backfill-request", {**WEEK, "sql": "DROP TABLE x"}),
    ("backfill-control", {"action": "cancel", "backfill_id": 1}),
    ("backfill-control", {"action": "retry", "backfill_id": "bf-1", "dates": "2024-11-08"}),
    ("backfill-control", {"action": "retry", "backfill_id": "bf-1", "phase": "three"}),
    ("calendar-request", {"version": 1, "season": 2024}),
    ("sweep-request", {"version": 1, "new_boot": True}),
    ("alert", {**ALERT, "detail": "text"}),
    ("alert", {**ALERT, "notice": 1.5}),
    ("alert-control", {"action": "silence", "target": "all", "minutes": "an hour"}),
    ("alert-control", {"action": "ack", "target": ["dead_letters"]}),
    ("alert", {**ALERT, "detail": {"phase": 1}}),
    ("alert", {**ALERT, "detail": {"message": {"phase": 1}}}),
]


def schema(kind: str) -> ProtoSchema:
    file = topology().messages[kind].schema
    assert file is not None
    return ProtoSchema.compile((PIPELINE.parent / file).read_text())


def bytes_of(content: bytes | dict[str, Any]) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()


@pytest.mark.parametrize("kind", BODIES)
def test_a_schema_has_exactly_the_fields_of_its_message(kind: str) -> None:
    assert schema(kind).fields() == set(BODIES[kind])
    schema(kind).check(json.dumps(BODIES[kind]).encode())


def test_every_declared_schema_is_among_these() -> None:
    assert set(BODIES) == {kind.name for kind in topology().messages.values() if kind.schema is not None}


def test_a_field_number_is_for_ever() -> None:
    numbers = {kind: {each.name: each.number for each in schema(kind).kind.DESCRIPTOR.fields} for kind in BODIES}
    assert numbers["unit-hint"] == {"version": 1, "phase": 2, "game_date": 3, "backfill_id": 4}
    assert numbers["alert"] == {name: number for number, name in enumerate(ALERT, start=1)}
    control = ("version", "action", "target", "minutes", "requested_by", "reason")
    assert numbers["alert-control"] == {name: number for number, name in enumerate(control, start=1)}
    names = ("version", "action", "backfill_id", "requested_by", "reason", "dates", "phase")
    assert numbers["backfill-control"] == {name: number for number, name in enumerate(names, start=1)}
    assert numbers["calendar-request"] == {"version": 1, "season": 2}
    assert numbers["sweep-request"] == {"version": 1}
    # The order of BackfillRequest.body().
    assert numbers["backfill-request"] == {name: number for number, name in enumerate(REQUEST, start=1)}
    assert len(fields(BackfillRequest)) + len(fields(Policy)) == len(REQUEST)  # `policy` is spread, `version` added


@pytest.mark.parametrize(("kind", "body"), TAKEN)
def test_what_may_be_left_out_may_be_left_out(kind: str, body: dict[str, Any]) -> None:
    schema(kind).check(json.dumps(body).encode())


@pytest.mark.parametrize(("kind", "content"), REFUSED)
def test_what_is_not_ours_is_refused(kind: str, content: bytes | dict[str, Any]) -> None:
    with pytest.raises(SchemaRefused):
        schema(kind).check(bytes_of(content))


def test_a_schema_is_one_message_that_protoc_takes() -> None:
    for definition in ("syntax = 'proto3'; message A {} message B {}", "message {", 'import "a.proto";'):
        with pytest.raises(SchemaRefused):
            ProtoSchema.compile(definition)


def test_topics_take_what_passes_and_refuse_the_rest(pubsub: PubSub) -> None:
    declared, project = topology(), pubsub.project()
    provision(pubsub, declared, project, lambda function: f"http://127.0.0.1:9/{function}")
    bus = pubsub.bus(project, declared)
    publish = pubsub.publisher.publish
    for topic in declared.topics.values():
        if topic.message in BODIES:
            assert bus.publish(topic.name, BODIES[topic.message])
    by_kind = {topic.message: topic.name for topic in declared.topics.values()}
    for kind, body in TAKEN:
        assert bus.publish(by_kind[kind], body)
    for kind, content in REFUSED:
        with pytest.raises(InvalidArgument, match="not the JSON form"):
            publish(topic=f"projects/{project}/topics/{by_kind[kind]}", messages=[{"data": bytes_of(content)}])
    bus.close()
