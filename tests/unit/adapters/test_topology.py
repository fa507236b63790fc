import copy
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from shared.adapters import function_settings as settings_module
from shared.adapters import schedules as schedules_module
from shared.adapters import topology as topology_module
from shared.adapters.topology import Subscription, load_topology, topology_of
from shared.domain.errors import InvalidInput

PIPELINE = Path(__file__).parents[3] / "infra" / "pipeline.yaml"

DECLARED: dict[str, Any] = {
    "defaults": {
        "function": {
            "runtime": "python313",
            "memory": "512Mi",
            "cpu": 1,
            "timeout_seconds": 60,
            "concurrency": 1,
            "min_instances": 0,
            "max_instances": 20,
        },
        "subscription": {
            "ack_deadline_seconds": 600,
            "retry_minimum_seconds": 10,
            "retry_maximum_seconds": 600,
            "max_delivery_attempts": 10,
            "dead_letter_topic": "dead-letters",
        },
    },
    "messages": {"unit-hint": {"schema": "schemas/unit_hint.proto"}, "any": {}},
    "topics": {
        "raw": {"message": "unit-hint"},
        "done": {"message": "unit-hint"},
        "alerts": {"message": "any"},
        "dead-letters": {"message": "any"},
    },
    "functions": {
        "analyse": {"topics": ["raw", "done"], "memory": "1Gi", "subscription": {"ack_deadline_seconds": 60}},
        "dead_letter": {"topics": ["dead-letters"]},
        "status": {"http": True},
    },
    "inboxes": {"alerts.inbox": {"topic": "alerts"}},
    "schedules": {
        "nightly": {"topic": "raw", "cron": "30 4 * * *", "time_zone": "America/New_York", "message": {"version": 1}}
    },
}


def changed(path: str, value: object) -> dict[str, Any]:
    declared = copy.deepcopy(DECLARED)
    *parents, last = path.split("/")
    node = declared
    for parent in parents:
        node = node[parent]
    node[last] = value
    return declared


def test_the_projects_declaration_is_read_whole() -> None:
    declared = yaml.safe_load(PIPELINE.read_text())
    topology = load_topology(PIPELINE)
    assert {name: topic.message for name, topic in topology.topics.items()} == {
        name: entry["message"] for name, entry in declared["topics"].items()
    }
    assert {name: list(function.topics) for name, function in topology.functions.items()} == {
        name: entry.get("topics", []) for name, entry in declared["functions"].items()
    }
    assert list(topology.by_route()) == [
        (name, topic) for name, entry in declared["functions"].items() for topic in entry.get("topics", [])
    ]
    assert {item.function for item in topology.by_topic()["phase4-complete"]} == {"coordinate", "predict"}
    assert {name: kind.schema for name, kind in topology.messages.items()} == {
        name: entry.get("schema") for name, entry in declared["messages"].items()
    }
    assert {inbox.name: inbox.topic for inbox in topology.inboxes} == {
        name: entry["topic"] for name, entry in declared["inboxes"].items()
    }
    assert {each.name: (each.topic, each.cron, each.time_zone, each.message) for each in topology.schedules} == {
        name: (entry["topic"], entry["cron"], entry["time_zone"], entry["message"])
        for name, entry in declared["schedules"].items()
    }


def test_defaults_are_merged_under_what_a_function_declares() -> None:
    topology = topology_of(DECLARED)
    assert topology.by_route()["analyse", "done"] == Subscription(
        function="analyse",
        topic="done",
        ack_deadline_seconds=60,
        retry_minimum_seconds=10,
        retry_maximum_seconds=600,
        max_delivery_attempts=10,
        dead_letter_topic="dead-letters",
    )
    assert topology.by_route()["dead_letter", "dead-letters"].ack_deadline_seconds == 600
    settings = topology.functions["analyse"].settings
    assert (settings.memory_mib, settings.cpu, settings.timeout_seconds, settings.max_instances) == (1024, 1, 60, 20)
    assert topology.functions["dead_letter"].settings.memory_mib == 512
    assert (topology.functions["status"].topics, topology.functions["status"].http) == ((), True)
    assert topology.messages["any"].schema is None
    assert topology.by_topic()["dead-letters"][0].name == "dead_letter.dead-letters"


def test_the_dead_letter_topic_is_not_its_own() -> None:
    own = topology_of(DECLARED).by_route()["dead_letter", "dead-letters"]
    assert own.dead_letter_topic is None
    assert not own.gives_up(1_000)


@pytest.mark.parametrize(("attempt", "gives_up"), [(1, False), (9, False), (10, True), (11, True)])
def test_a_message_is_given_up_at_its_last_attempt(attempt: int, gives_up: bool) -> None:
    assert topology_of(DECLARED).by_route()["analyse", "raw"].gives_up(attempt) is gives_up


# 10 s * 2^(attempt - 1), at most 600 s: 10, 20, 40, .. 320, then 640 is over.
@pytest.mark.parametrize(("attempt", "seconds"), [(1, 10), (2, 20), (3, 40), (6, 320), (7, 600), (5_000, 600)])
def test_retries_wait_twice_as_long_each_time_up_to_the_maximum(attempt: int, seconds: float) -> None:
    assert topology_of(DECLARED).by_route()["analyse", "raw"].retry_seconds(attempt) == seconds


SUBSCRIPTION = "functions/analyse/subscription"
SCHEDULE = "schedules/nightly"
WRONG: list[tuple[str, object, str]] = [
    ("topicks", {}, "pipeline.topicks"),
    ("topics", ["raw"], "topics: got"),
    ("topics/a b", {"message": "any"}, "topics: got 'a b'"),
    ("topics/google-topic", {"message": "any"}, "topics: got 'google-topic'"),
    ("topics/raw", {"message": "unit-hints"}, "topics.raw.message: got 'unit-hints'"),
    ("topics/raw", "unit-hint", "topics.raw: got 'unit-hint'; expected a mapping"),
    ("topics/lost", {"message": "any"}, "topics.lost: got 'lost'; expected a function or an inbox"),
    ("messages/unit-hint", {"schema": "../unit_hint.proto"}, "messages.unit-hint.schema"),
    ("functions/Analyse", {"http": True}, "functions: got 'Analyse'"),
    ("functions/analyse/topics", ["raws"], "functions.analyse.topics: got 'raws'"),
    ("functions/analyse/topics", ["raw", "raw"], "expected every name once"),
    ("functions/analyse/topics", "raw", "expected a list of names"),
    ("functions/analyse/topics", [], "topics to take, or http: true"),
    ("functions/analyse/http", True, "topics to take, or http: true"),
    ("functions/analyse/http", "yes", "functions.analyse.http: got 'yes'"),
    ("functions/dead_letter/topics", ["raw"], "dead_letter_topic: got 'dead-letters'; expected a topic that some"),
    ("functions/analyse/color", "red", "functions.analyse.color"),
    ("functions/analyse/runtime", "python2", "functions.analyse.runtime"),
    ("functions/analyse/memory", "64Mi", "functions.analyse.memory: got '64Mi'"),
    ("functions/analyse/memory", "33Gi", "functions.analyse.memory"),
    ("functions/analyse/memory", 512, "functions.analyse.memory"),
    ("functions/analyse/memory", "5Gi", "functions.analyse.cpu: got 1; expected at least 2 for 5120 MiB"),
    ("functions/analyse/cpu", 3, "functions.analyse.cpu"),
    ("functions/analyse/cpu", 0, "functions.analyse.cpu"),
    ("functions/analyse/timeout_seconds", 3601, "functions.analyse.timeout_seconds: got 3601; expected a number"),
    ("functions/analyse/timeout_seconds", 61, "timeout_seconds: got 61; expected at most its ack_deadline_seconds"),
    ("functions/analyse/timeout_seconds", 1.5, "expected a whole number"),
    ("functions/analyse/concurrency", 1001, "functions.analyse.concurrency"),
    ("functions/analyse/concurrency", True, "functions.analyse.concurrency"),
    ("functions/analyse/min_instances", 21, "min_instances: got 21; expected at most max_instances"),
    ("functions/analyse/max_instances", 0, "functions.analyse.max_instances"),
    ("functions/analyse/access", ["ledger"], "functions.analyse.access"),
    ("functions/analyse/access", {"tables": "read"}, "functions.analyse.access.tables"),
    ("functions/analyse/access", {"ledger": "own"}, "functions.analyse.access.ledger"),
    ("functions/analyse/access", {"landing": None}, "functions.analyse.access.landing"),
    ("functions/analyse/access", {"datasets": ["nba_raw"]}, "functions.analyse.access.datasets"),
    ("functions/analyse/access", {"datasets": {"nba_raw": True}}, "functions.analyse.access.datasets.nba_raw"),
    ("functions/analyse/access", {"publish": ["nowhere"]}, "functions.analyse.access.publish"),
    (SUBSCRIPTION, {"ack_deadline_seconds": 9}, "analyse.subscription.ack_deadline_seconds: got 9"),
    (SUBSCRIPTION, {"ack_deadline_seconds": 601}, "expected a number from 10 to 600"),
    (SUBSCRIPTION, {"max_delivery_attempts": 4}, "expected a number from 5 to 100"),
    (SUBSCRIPTION, {"retry_maximum_seconds": 9}, "at most retry_maximum_seconds"),
    (SUBSCRIPTION, {"dead_letter_topic": "alerts"}, "dead_letter_topic: got 'alerts'; expected a topic that some"),
    (SUBSCRIPTION, {"ack_deadline": 60}, "functions.analyse.subscription.ack_deadline"),
    (
        "defaults/subscription",
        {"ack_deadline_seconds": 60},
        "functions.analyse.subscription.dead_letter_topic: got None",
    ),
    ("defaults/subscriptions", {}, "defaults.subscriptions"),
    ("inboxes/alerts.inbox", {"topic": "alert"}, "inboxes.alerts.inbox.topic: got 'alert'"),
    ("inboxes/analyse.raw", {"topic": "raw"}, "inboxes: got 'analyse.raw'"),
    (f"{SCHEDULE}/topic", "raws", "schedules.nightly.topic: got 'raws'"),
    (f"{SCHEDULE}/cron", "*/5 * * *", "schedules.nightly.cron: got .*; expected 5 fields"),
    (f"{SCHEDULE}/cron", "60 * * * *", "a minute from 0 to 59"),
    (f"{SCHEDULE}/cron", "0 9-24 * * *", "an hour from 0 to 23"),
    (f"{SCHEDULE}/cron", "0 9-8 * * *", "an hour from 0 to 23"),
    (f"{SCHEDULE}/cron", "0 0 0 * *", "a day from 1 to 31"),
    (f"{SCHEDULE}/cron", "*/0 * * * *", "a minute"),
    (f"{SCHEDULE}/time_zone", "EST", "schedules.nightly.time_zone"),
    (f"{SCHEDULE}/message", {}, "schedules.nightly.message"),
]


@pytest.mark.parametrize(("path", "value", "named"), WRONG)
def test_what_cannot_run_is_refused_and_named(path: str, value: object, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        topology_of(changed(path, value))


def unrefused() -> int:
    """Return how many of the wrong declarations are taken all the same."""
    taken = 0
    for path, value, _ in WRONG:
        with suppress(InvalidInput):
            topology_of(changed(path, value))
            taken += 1
    return taken


@pytest.mark.parametrize(
    ("module", "guard", "instead"),
    [
        (topology_module, "_check_references", None),
        (topology_module, "_check_dead_letters", None),
        (topology_module, "_check_timeouts", None),
        (topology_module, "ACK_DEADLINE_SECONDS", (0, 1_000)),
        (topology_module, "DELIVERY_ATTEMPTS", (1, 1_000)),
        (settings_module, "_check", None),
        (settings_module, "MEMORY_MIB", (0, 1_000_000)),
        (settings_module, "CONCURRENCY", (1, 10_000)),
        (schedules_module, "_wrong_cron", ""),
    ],
)
def test_without_a_guard_a_wrong_declaration_would_pass(
    module: ModuleType, guard: str, instead: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unrefused() == 0
    called = isinstance(instead, str) or instead is None
    monkeypatch.setattr(module, guard, (lambda *_: instead) if called else instead)
    assert unrefused() > 0


def test_a_fraction_of_a_cpu_serves_one_request_at_a_time() -> None:
    half = changed("functions/analyse/cpu", 0.5)
    half["functions"]["analyse"]["concurrency"] = 2
    with pytest.raises(InvalidInput, match=r"functions\.analyse\.c"):
        topology_of(half)
    half["functions"]["analyse"]["concurrency"] = 1
    assert topology_of(half).functions["analyse"].settings.cpu == 0.5


@pytest.mark.parametrize("line", ["*/5 * * * *", "0,30 4-6 1,15 */2 0-7", "59 23 31 12 7"])
def test_cron_lines_are_read_as_they_are(line: str) -> None:
    assert topology_of(changed(f"{SCHEDULE}/cron", line)).schedules[0].cron == line


def test_every_schedules_time_zone_exists() -> None:
    for schedule in load_topology(PIPELINE).schedules:
        assert ZoneInfo(schedule.time_zone).key == schedule.time_zone


def test_a_schema_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(yaml.safe_dump(DECLARED))
    with pytest.raises(InvalidInput, match=r"messages\.unit-hint\.schema"):
        load_topology(path)


@pytest.mark.parametrize("text", [None, "topics: [unclosed"])
def test_an_unreadable_declaration_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "pipeline.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InvalidInput, match=r"pipeline\.yaml"):
        load_topology(path)
