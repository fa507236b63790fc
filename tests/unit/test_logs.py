"""The vocabulary of the logs: what is logged is in it, what is in it is logged, and how a line looks."""

import ast
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from shared import bootstrap
from shared.config import REPOSITORY_ROOT
from shared.log_actions import ACTIONS, CONTEXT, FIELDS, Action
from shared.logs import JsonLines, bound, log

METRICS = yaml.safe_load(bootstrap.PIPELINE.read_text())["log_metrics"]
# What a call spreads with ** instead of naming.
SPREAD = {
    "of_unit(unit)": {"phase", "game_date", "attempt"},
    "of_unit(self.unit)": {"phase", "game_date", "attempt"},
    "about": {"incident", "rule", "alert_severity"},
    "told": {"incident", "notice", "rule", "kind"},
    "counts": {"complete", "failed", "blocked", "cancelled", "pending", "running"},
    "asked": {"backfill_id", "requested_by", "reason"},
    "serving.usage()": set(),
}


def calls() -> Iterator[tuple[Path, str, set[str]]]:
    """Yield every place that logs: its file, its action, and the names of its fields."""
    for path in sorted((REPOSITORY_ROOT / "shared").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log":
                (said,) = node.args
                either = [said.body, said.orelse] if isinstance(said, ast.IfExp) else [said]
                assert all(isinstance(each, ast.Constant) for each in either), path
                fields = ({each.arg} if each.arg else SPREAD[ast.unparse(each.value)] for each in node.keywords)
                known = set().union(*fields)
                yield from ((path, str(each.value), known) for each in either if isinstance(each, ast.Constant))


CALLS = list(calls())


@pytest.mark.parametrize(
    ("path", "action", "fields"), CALLS, ids=[f"{path.stem} {action}" for path, action, _ in CALLS]
)
def test_what_is_logged_is_of_the_vocabulary(path: Path, action: str, fields: set[str]) -> None:
    assert fields <= set(ACTIONS[action].fields)


def test_every_action_and_every_field_of_the_vocabulary_is_used() -> None:
    assert {action for _, action, _ in CALLS} == set(ACTIONS)
    assert {field for each in ACTIONS.values() for field in each.fields} == set(FIELDS)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_counts_an_action_by_fields_that_it_has(name: str) -> None:
    declared = METRICS[name]
    known = {*ACTIONS[declared["action"]].fields, *CONTEXT}
    assert {*declared["labels"], *([declared["value"]] if "value" in declared else [])} <= known


@pytest.mark.parametrize(
    ("action", "fields", "severity"),
    [
        ("attempt.ended", {"status": "complete"}, "INFO"),
        ("attempt.ended", {"status": "pending"}, "WARNING"),
        ("attempt.ended", {"status": "failed"}, "ERROR"),
        ("message.handled", {"outcome": "retried"}, "WARNING"),
        ("message.rejected", {}, "ERROR"),
    ],
)
def test_severity_follows_how_it_ended(
    caplog: pytest.LogCaptureFixture, action: str, fields: dict[str, str], severity: str
) -> None:
    with caplog.at_level(logging.INFO, "lookback"):
        log(action, **fields)
    assert [record.levelname for record in caplog.records] == [severity]


def test_a_line_for_cloud_logging_belongs_to_the_trace_of_its_project(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "lookback"), bound({"trace": "ab" * 16, "span": "cd" * 8}):
        log("unit.sent_again", phase=2, game_date="2024-11-08", resends=1)
    (record,) = caplog.records
    line = json.loads(JsonLines("my-project").format(record))
    assert (line["severity"], line["message"], line["phase"]) == ("WARNING", "unit.sent_again", 2)
    assert line["logging.googleapis.com/trace"] == f"projects/my-project/traces/{'ab' * 16}"
    assert line["logging.googleapis.com/spanId"] == "cd" * 8
    assert "logging.googleapis.com/trace" not in json.loads(JsonLines().format(record))


def test_what_others_log_is_a_json_line_too() -> None:
    try:
        raise ValueError('a "quoted" cause')
    except ValueError as error:
        raised = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("elsewhere", logging.ERROR, "file.py", 1, "it %s", ("broke",), raised)
    line = json.loads(JsonLines().format(record))
    assert (line["severity"], line["message"], line["logger"]) == ("ERROR", "it broke", "elsewhere")
    assert 'ValueError: a "quoted" cause' in line["exception"]


def cells(lines: list[str]) -> list[list[str]]:
    """Return the cells of the rows of a Markdown page's tables, without the backquotes around names."""
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return [[cell.strip().replace("`", "") for cell in row] for row in rows]


def severity_text(action: Action) -> str:
    found = [f"{logging.getLevelName(level)} when {ended}" for ended, level in action.worse.items()]
    return "; ".join([logging.getLevelName(action.severity), *found])


def test_the_guide_has_the_vocabulary_as_it_is() -> None:
    rows = cells((REPOSITORY_ROOT / "docs" / "monitoring" / "logs-and-metrics.md").read_text().splitlines())
    for name, action in ACTIONS.items():
        assert [name, severity_text(action), action.meaning, ", ".join(action.fields) or "-"] in rows
    for name, meaning in (*FIELDS.items(), *CONTEXT.items()):
        assert [name, meaning] in rows
    for name, declared in METRICS.items():
        value = f"distribution of {declared['value']}" if "value" in declared else "count"
        labels = ", ".join(["service", *declared["labels"]])
        assert [f"lookback/{name}", declared["action"], labels, value] in rows
    named = {row[0].removeprefix("lookback/") for row in rows} - {"action", "field", "metric"}
    assert named == {*ACTIONS, *FIELDS, *CONTEXT, *METRICS}


def test_a_verb_at_a_terminal_says_nothing_of_it() -> None:
    line = "from shared.logs import log; log('staging.left', table='t', error='busy')"
    done = subprocess.run([sys.executable, "-c", line], cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
