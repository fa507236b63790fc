"""The dependency guide says what the registry and the quality rules say, and what the guides link to is there."""

import re
from pathlib import Path

import pytest

from shared.cli.matrix import markdown_table
from shared.config import REPOSITORY_ROOT
from shared.domain.quality import Tier, quality_score, tier
from shared.processors.registry import matrix, processor
from shared.service import history, waiting
from tests.infra.test_guides import FOLDER, lines_of

DEPENDENCIES = REPOSITORY_ROOT / "docs" / "architecture" / "08-cross-date-dependency-management.md"
TEXT = DEPENDENCIES.read_text()
PAGES = (REPOSITORY_ROOT / "README.md", *sorted((REPOSITORY_ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(#[^)]*)?\)")
QUALITY_ROW = re.compile(r"^\| (\d+)(?:-(\d+))? \| (\d+)(?:-(\d+))? \| (\w+) \| (\w+) \|", re.MULTILINE)
NEEDED = 10


def test_the_matrix_is_the_registrys() -> None:
    table = [line for line in TEXT.splitlines() if line.startswith(("| processor | phase |", "| --- | --- | --- |"))]
    assert len(table) == 2
    assert f"\n\n{markdown_table(matrix())}\n\n" in TEXT


def test_a_processor_that_is_missing_or_changed_is_seen() -> None:
    rows = matrix()
    assert f"\n{markdown_table(rows[:-1])}\n\n" not in TEXT
    assert markdown_table([{**rows[0], "windows": "team games(3)"}, *rows[1:]]) not in TEXT


def test_the_early_season_table_is_the_rules() -> None:
    seen = set()
    for low, high, score, top, band, decision in QUALITY_ROW.findall(TEXT):
        for games in range(int(low), int(high or low) + 1):
            seen.add(games)
            assert tier(quality_score(games, NEEDED)) is Tier(band)
            expected = history.Decision.SKIP if games < history.DEGRADED_GAMES else history.Decision.DEGRADED
            assert decision == (history.Decision.READY if games >= history.READY_GAMES else expected)
        assert (quality_score(int(low), NEEDED), quality_score(int(high or low), NEEDED)) == (
            int(score),
            int(top or score),
        )
    assert seen == set(range(NEEDED + 1))


def test_the_table_of_what_a_change_reaches_has_every_active_processor_of_phases_4_and_5() -> None:
    section = TEXT.partition("## What a change reaches")[2].partition("\nFurther rules")[0]
    named = {name for line in section.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line)}
    assert named >= {row["processor"] for row in matrix() if row["phase"] in "45" and row["status"] == "active"}
    assert all(processor(name) for name in named)


def test_the_reasons_for_waiting_are_the_commands_own() -> None:
    source = Path(waiting.__file__).read_text()
    tree = TEXT.partition("**Why is this date waiting?**")[2].partition("## Add")[0]
    reasons = re.findall(r'^"(.*)"$', tree, re.MULTILINE)
    assert len(reasons) == 4
    assert all(reason in source for reason in reasons)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY_ROOT)))
def test_what_a_page_links_to_is_there(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target
        assert not anchor or anchor[1:] in headings(page.parent / target), anchor


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_operations_homes_commands_are_the_guides() -> None:
    commands = re.findall(r"^\|.*\| `(backfill .*?)` \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    strategy = "../monitoring/06-alerting-strategy-and-escalation.md"
    lines = {*lines_of("01-backfill-operations-guide.md"), *lines_of(strategy)}
    assert len(commands) >= 10
    assert [command for command in commands if command not in lines] == []


def test_the_readme_leads_to_every_guide() -> None:
    readme = (REPOSITORY_ROOT / "README.md").read_text()
    for name in (
        "operations/README.md",
        "operations/01-backfill-operations-guide.md",
        f"architecture/{DEPENDENCIES.name}",
    ):
        assert f"(docs/{name})" in readme
