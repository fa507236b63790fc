"""No secret lies in the tree, and no role in the deployment is wider than one thing."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from shared.config import REPOSITORY_ROOT
from tests.infra.terraform_files import files

# What keys look like, as those who issue them have published.
KEYS = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "Google API key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Google service account key": r"\"private_key_id\":\s*\"[0-9a-f]{40}\"",
    "Google OAuth token": r"\bya29\.[0-9A-Za-z_-]{20,}",
    "AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": r"\bgh[pousr]_[0-9A-Za-z]{36}\b",
    "Slack token": r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
    "Slack webhook": r"hooks\.slack\.com/services/T[0-9A-Z]{8,}/B[0-9A-Z]{8,}/[0-9A-Za-z]{20,}",
    "PagerDuty routing key": r"pagerduty\+https://[0-9A-Za-z]{32}@",
    "JSON web token": r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}",
}
# Parted, so that this file holds none of them.
EXAMPLES = {
    "private key": ("-----BEGIN RSA ", "PRIVATE KEY-----"),
    "Google API key": ("AIza", "a" * 35),
    "Google service account key": ('"private_key_id": ', f'"{"0" * 40}"'),
    "Google OAuth token": ("ya29.", "a" * 30),
    "AWS access key": ("AKIA", "A" * 16),
    "GitHub token": ("ghp_", "a" * 36),
    "Slack token": ("xoxb-", "1234567890-abc"),
    "Slack webhook": ("hooks.slack.com/services/", f"T{'0' * 9}/B{'0' * 9}/{'a' * 24}"),
    "PagerDuty routing key": ("pagerduty+https://", f"{'a' * 32}@events.pagerduty.com"),
    "JSON web token": ("eyJ", "hbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl"),
}
WIDE = re.compile(r"roles/(?:owner|editor|viewer|[a-z.]*admin)\b|\ballUsers\b|\ballAuthenticatedUsers\b", re.IGNORECASE)
# That nobody is let in is where everybody is named.
REFUSAL = "condition     = !anytrue("


def secrets(text: str) -> Iterator[str]:
    """Yield which kinds of key stand in a text."""
    yield from (kind for kind, pattern in KEYS.items() if re.search(pattern, text))


def test_no_file_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY_ROOT, capture_output=True, check=True).stdout
    paths = [REPOSITORY_ROOT / name for name in listed.decode().split("\0") if name]
    assert paths
    found = {
        str(path.relative_to(REPOSITORY_ROOT)): kinds
        for path in paths
        if path.is_file() and (kinds := list(secrets(path.read_text(encoding="utf-8", errors="replace"))))
    }
    assert found == {}


@pytest.mark.parametrize("kind", KEYS)
def test_a_secret_is_noticed(kind: str) -> None:
    assert list(secrets(f"token = {''.join(EXAMPLES[kind])};")) == [kind]


def test_no_role_is_wide_and_nobody_is_everybody() -> None:
    wide = [
        f"{path.name}: {line.strip()}"
        for path in files()
        for line in path.read_text().splitlines()
        if WIDE.search(line) and REFUSAL not in line
    ]
    assert wide == []


@pytest.mark.parametrize("line", ['role = "roles/editor"', 'role = "roles/bigquery.admin"', 'members = ["allUsers"]'])
def test_what_is_wide_is_noticed(line: str) -> None:
    assert WIDE.search(line)
