"""Everything declared in pipeline.yaml has its code, schema and events, and nothing else has."""

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared import bootstrap
from shared.adapters.topology import Function, topology_of
from shared.config import REPOSITORY_ROOT
from shared.domain import alert_controls, controls, messages
from shared.domain.errors import InvalidInput

TOPOLOGY = bootstrap.topology()
GOLDEN = REPOSITORY_ROOT / "tests" / "functions" / "golden"
SCHEMAS = bootstrap.PIPELINE.parent / "schemas"
# Names of a push's fields as Pub/Sub spells them, and as Eventarc does.
SPELLINGS = (("messageId", "publishTime"), ("message_id", "publish_time"))


def main_of(function: str) -> ast.Module:
    return ast.parse((REPOSITORY_ROOT / "functions" / function / "main.py").read_text())


def decorators(function: Function) -> list[str]:
    """Return the decorators of a function's entry point."""
    (found,) = [
        node for node in main_of(function.name).body if isinstance(node, ast.FunctionDef) and node.name == function.name
    ]
    return [ast.unparse(node) for node in found.decorator_list]


def services(function: str) -> dict[str, list[str]]:
    """Return what a function's folder imports, by service module."""
    trees = [ast.parse(path.read_text()) for path in (REPOSITORY_ROOT / "functions" / function).glob("*.py")]
    imports = [node for tree in trees for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    return {
        str(node.module).removeprefix("shared.service."): [alias.name for alias in node.names]
        for node in imports
        if str(node.module).startswith("shared.service.")
    }


def folders() -> set[str]:
    return {path.parent.name for path in (REPOSITORY_ROOT / "functions").glob("*/main.py")}


def test_every_function_has_a_folder_and_every_folder_is_a_function() -> None:
    assert folders() == set(TOPOLOGY.functions)


@pytest.mark.parametrize("function", TOPOLOGY.functions.values(), ids=lambda function: function.name)
def test_a_function_has_an_entry_point_of_its_name_and_of_its_kind(function: Function) -> None:
    assert decorators(function) == [f"functions_framework.{'http' if function.http else 'cloud_event'}"]


@pytest.mark.parametrize("function", TOPOLOGY.functions.values(), ids=lambda function: function.name)
def test_a_function_that_takes_pushes_says_what_is_answered_to_what_is_none(function: Function) -> None:
    lines = [ast.unparse(node) for node in main_of(function.name).body]
    registered = "functions_framework.errorhandler(Exception)(bootstrap.answer_failure)"
    assert (registered in lines) is not function.http


@pytest.mark.parametrize("function", TOPOLOGY.functions.values(), ids=lambda function: function.name)
def test_a_function_has_a_service_of_its_name(function: Function) -> None:
    found = services(function.name)
    if function.http:
        assert f"pages.{function.name}_api" in found, found
    else:
        assert function.name in found[function.name]


def test_every_schema_file_is_declared_and_every_declared_one_is_there() -> None:
    declared = {Path(kind.schema).name for kind in TOPOLOGY.messages.values() if kind.schema is not None}
    assert {path.name for path in SCHEMAS.iterdir()} == declared


def test_every_kind_of_message_has_a_topic() -> None:
    assert {topic.message for topic in TOPOLOGY.topics.values()} == set(TOPOLOGY.messages)


def test_only_dead_letters_may_be_of_any_kind() -> None:
    free = {topic.name for topic in TOPOLOGY.topics.values() if TOPOLOGY.messages[topic.message].schema is None}
    assert free == {item.dead_letter_topic for item in TOPOLOGY.subscriptions if item.dead_letter_topic is not None}


def test_every_kind_that_a_function_takes_has_a_decoder_and_every_decoder_a_kind() -> None:
    taken = {TOPOLOGY.topics[item.topic].message for item in TOPOLOGY.subscriptions}
    decoders = {
        name.replace("_", "-")
        for module in (messages, controls, alert_controls)
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if list(inspect.signature(each).parameters) == ["body"] and not name.startswith("_")
    }
    assert decoders == {kind for kind in taken if TOPOLOGY.messages[kind].schema is not None}


@pytest.mark.parametrize("topic", TOPOLOGY.topics)
def test_every_topic_is_taken_by_a_function_or_an_inbox(topic: str) -> None:
    assert topic in {item.topic for item in TOPOLOGY.subscriptions} | {inbox.topic for inbox in TOPOLOGY.inboxes}


def test_every_function_with_topics_has_its_golden_events_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {
        each.name for each in TOPOLOGY.functions.values() if each.topics
    }


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.stem)
def test_golden_events_come_in_every_shape(path: Path) -> None:
    bodies: dict[str, dict[str, Any]] = json.loads(path.read_text())
    function = TOPOLOGY.functions[path.stem]
    shapes = set()
    for body in bodies.values():
        assert body["subscription"].endswith(f"/{path.stem}.{function.topics[0]}")
        spelled = tuple(all(name in body["message"] for name in spelling) for spelling in SPELLINGS)
        shapes.add((*spelled, "deliveryAttempt" in body))
    assert {shape[:2] for shape in shapes} == {(True, False), (False, True), (True, True)}
    assert {shape[2] for shape in shapes} == {True, False}


@pytest.mark.parametrize(
    ("section", "name", "broken"),
    [
        ("topics", "phase6-requests", {"message": "unit-hint"}),
        ("messages", "score", {"schema": "schemas/score.proto"}),
    ],
)
def test_what_is_declared_by_half_is_noticed(
    section: str, name: str, broken: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = yaml.safe_load(bootstrap.PIPELINE.read_text())
    declared[section][name] = broken
    if section == "topics":
        with pytest.raises(InvalidInput, match="its messages are lost"):
            topology_of(declared)
        return
    monkeypatch.setitem(globals(), "TOPOLOGY", topology_of(declared))
    with pytest.raises(AssertionError):
        test_every_schema_file_is_declared_and_every_declared_one_is_there()
    with pytest.raises(AssertionError):
        test_every_kind_of_message_has_a_topic()


def test_a_function_that_is_not_declared_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = yaml.safe_load(bootstrap.PIPELINE.read_text())
    declared["functions"]["coordinate"]["topics"].remove("phase4-complete")
    declared["functions"]["forecast"] = declared["functions"].pop("predict")
    monkeypatch.setitem(globals(), "TOPOLOGY", topology_of(declared))
    for test in (
        test_every_function_has_a_folder_and_every_folder_is_a_function,
        test_every_function_with_topics_has_its_golden_events_and_no_other,
    ):
        with pytest.raises(AssertionError):
            test()
