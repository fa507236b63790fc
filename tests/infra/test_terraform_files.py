"""The Terraform files: formatted, readable, and held against the provider's published schema name by name."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.emulators.process import missing
from tests.infra.attributes import SCHEMA, bad_references, faults
from tests.infra.terraform_files import INFRA, Declared, declared, everything, files, parse

GOOD = """
resource "google_pubsub_subscription" "push" {
  name  = "a"
  topic = "b"

  push_config {
    push_endpoint = "https://example.com"

    oidc_token {
      service_account_email = "a@example.com"
    }
  }

  dynamic "dead_letter_policy" {
    for_each = ["a"]

    content {
      dead_letter_topic = dead_letter_policy.value
    }
  }
}
"""
PLANTED = {
    "misspelt attribute": ("topic =", "topics =", ["topics is unknown", "topic is missing"]),
    "missing attribute": ('  topic = "b"\n', "", ["topic is missing"]),
    "misspelt attribute of a block": (
        "push_endpoint",
        "push_url",
        ["push_config.push_url is unknown", "push_config.push_endpoint is missing"],
    ),
    "unknown block": ("oidc_token", "token", ["push_config.token is no block"]),
    "misspelt attribute of a dynamic block": (
        "dead_letter_topic = dead",
        "topic = dead",
        ["dead_letter_policy.topic is unknown"],
    ),
    "unknown dynamic block": ('dynamic "dead_letter_policy"', 'dynamic "dead_letters"', ["dead_letters is no block"]),
    "a block twice": (
        "  dynamic",
        '  push_config {\n    push_endpoint = ""\n  }\n  dynamic',
        ["push_config is there more than once"],
    ),
    "unknown kind": ("google_pubsub_subscription", "google_pubsub_subscriber", ["no such kind in the schema"]),
}


def found(text: str) -> list[str]:
    return [fault.rpartition(": ")[2] for each in declared("test", text) for fault in faults(each)]


def test_the_files_are_formatted() -> None:
    if shutil.which("terraform") is None:
        missing("terraform")
    argv = ["terraform", "fmt", "-check", "-recursive", "-diff", str(INFRA)]
    ended = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_parses(path: Path) -> None:
    assert parse(path.read_text())


@pytest.mark.parametrize("each", everything(), ids=str)
def test_every_argument_is_known_and_every_required_one_set(each: Declared) -> None:
    assert list(faults(each)) == []


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_attribute_that_is_read_exists(path: Path) -> None:
    assert list(bad_references(path.read_text())) == []


def test_what_is_right_has_no_fault() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(("right", "wrong", "expected"), PLANTED.values(), ids=PLANTED.keys())
def test_what_the_provider_would_refuse_is_noticed(right: str, wrong: str, expected: list[str]) -> None:
    assert right in GOOD
    assert found(GOOD.replace(right, wrong, 1)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("google_service_account.push.email", []),
        ('google_service_account.function["a"].member', []),
        ("google_service_account.function[each.value.function].mail", ["google_service_account: mail cannot be read"]),
        ("data.google_project.project.number", []),
        ("data.google_project.project.numeral", ["data.google_project: numeral cannot be read"]),
    ],
)
def test_a_reference_to_nothing_is_noticed(text: str, expected: list[str]) -> None:
    assert list(bad_references(f"x = {text}")) == expected


def test_the_schema_says_where_it_comes_from() -> None:
    text = SCHEMA.read_text()
    assert '"source":"npm @cdktf/provider-google@16.12.1 (MPL-2.0)"' in text
    assert '"provider":"hashicorp/google 6.50.0"' in text
