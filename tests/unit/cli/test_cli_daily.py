from datetime import date
from pathlib import Path

import pytest

from shared.cli.daily import morning_lines
from shared.service.daily import Morning
from tests.unit.cli.conftest import Backfill, waiting_messages

MORNING = Morning(
    season="2024-25",
    scraped=date(2024, 10, 28),
    target=date(2024, 10, 29),
    phases={4: "complete", 5: "complete"},
    players=61,
    coming=(),
    failed=(),
    waiting=(),
)


def test_a_date_is_published_for_the_daily_path(backfill: Backfill, home: Path) -> None:
    result = backfill("daily", "2024-10-22")
    assert result.code == 0
    assert result.out.startswith("Published 2024-10-22 to phase1-requests.")
    assert waiting_messages(home) == {"scrape": 1}


@pytest.mark.parametrize("day", ["2024-11-05", "2024-07-20", "soon"])
def test_a_date_without_games_is_refused(backfill: Backfill, home: Path, day: str) -> None:
    assert backfill("daily", day).code == 2
    assert waiting_messages(home) == {}


def test_a_morning_from_its_scrape_to_its_predictions(backfill: Backfill, home: Path) -> None:
    backfill("daily", "2024-10-22")
    assert backfill("run").code == 0
    (found,) = backfill("status", "--json").json["daily"]
    assert (found["scraped"], found["target"]) == ("2024-10-22", "2024-10-23")
    assert found["phases"] == {"4": "complete", "5": "complete"}
    assert "2024-10-22 is in; next 2024-10-23: Phase 4 complete, Phase 5 complete, before" in backfill("status").out
    checked = backfill("check", "2024-10-23", "2024-10-23")
    assert (checked.code, "yes, pre-game" in checked.out) == (1, True)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "2024-10-28 is in; next 2024-10-29: Phase 4 complete, Phase 5 complete, before its games for 61 players"),
        ({"players": None, "phases": {4: "absent", 5: "absent"}}, "next 2024-10-29: Phase 4 absent, Phase 5 absent"),
        ({"target": None, "phases": {}, "players": None}, "it was the season's last game date"),
        ({"coming": (date(2024, 10, 27),)}, "on the way: 2024-10-27"),
        ({"failed": (date(2024, 10, 26),)}, "mend the cause, then: backfill request 2024-10-26 2024-10-26"),
    ],
)
def test_where_a_season_stands_is_told_in_words(changes, text) -> None:
    fields = {name: getattr(MORNING, name) for name in MORNING.__dataclass_fields__}
    assert text in "\n".join(morning_lines([Morning(**{**fields, **changes})]))
