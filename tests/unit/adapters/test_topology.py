import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.adapters.topology import Subscription, load_topology, topology_of
from shared.domain.errors import InvalidInput

PIPELINE = Path(__file__).parents[3] / "infra" / "pipeline.yaml"

DECLARED: dict[str, Any] = {
    "defaults": {
        "function": {"memory": "512Mi", "concurrency": 1},
        "subscription": {
            "ack_deadline_seconds": 600,
            "retry_minimum_seconds": 10,
            "retry_maximum_seconds": 600,
            "max_delivery_attempts": 10,
            "dead_letter_topic": "dead-letters",
        },
    },
    "topics": {"raw": {"message": "unit-hint"}, "done": {"message": "unit-hint"}, "dead-letters": {"message": "any"}},
    "functions": {
        "analyse": {"topics": ["raw", "done"], "memory": "1Gi", "subscription": {"ack_deadline_seconds": 60}},
        "dead_letter": {"topics": ["dead-letters"]},
        "status": {"http": True},
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
    assert topology.functions["analyse"].settings == {"memory": "1Gi", "concurrency": 1}
    assert topology.functions["status"].topics == ()
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


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("functions/analyse/topics", ["raws"], "functions.analyse.topics: got 'raws'"),
        ("functions/dead_letter/topics", [], "dead_letter_topic: got 'dead-letters'; expected a topic that some"),
        ("functions/analyse/subscription", {"ack_deadline_seconds": 9}, "analyse.ack_deadline_seconds: got 9"),
        ("functions/analyse/subscription", {"ack_deadline_seconds": 601}, "expected 10 to 600"),
        ("functions/analyse/subscription", {"max_delivery_attempts": 4}, "expected 5 to 100"),
        ("functions/analyse/subscription", {"retry_maximum_seconds": 9}, "at most retry_maximum_seconds"),
        ("functions/analyse/subscription", {"ack_deadline": 60}, "functions.analyse.subscription"),
        ("defaults/subscription", {"ack_deadline_seconds": 60}, "functions.analyse.subscription"),
    ],
)
def test_what_cannot_run_is_refused_and_named(path: str, value: object, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        topology_of(changed(path, value))


@pytest.mark.parametrize("text", [None, "topics: [unclosed"])
def test_an_unreadable_declaration_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "pipeline.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InvalidInput, match=r"pipeline\.yaml"):
        load_topology(path)
