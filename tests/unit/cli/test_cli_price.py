import sys
from io import StringIO
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Backfill, waiting_messages

DAYS = ("2024-12-20", "2024-12-22")
LIMIT = "LOOKBACK_PARTITION_WRITES_PER_DAY"


class Terminal(StringIO):
    """A standard input with an operator behind it."""

    def isatty(self) -> bool:
        return True


def test_a_price_comes_with_the_plan(backfill: Backfill, home: Path) -> None:
    """34 dates are certain and 24 more may be asked for; each end has a total and its nearest quota."""
    out = backfill("plan", *DAYS, "--price").out
    assert out.startswith("Phase 1")
    assert "Least: the plan as it is" in out
    assert "Most: with all 24 dates back to 2024-10-22" in out
    assert out.count("Nearest quota: copy jobs of the project") == 2
    assert "1,589 of 1,589 tables read by queries are billed at the minimum of 10 MiB." in out
    assert "No unit has run on the cloud yet" in out
    assert waiting_messages(home) == {}


def test_without_history_to_come_there_is_one_price(backfill: Backfill, home: Path) -> None:
    out = backfill("plan", "2024-10-22", "2024-10-25", "--price").out
    assert "The plan; nothing can be added to it" in out
    assert "Least" not in out


def test_a_price_as_json(backfill: Backfill, home: Path) -> None:
    found = backfill("plan", *DAYS, "--price", "--json").json
    price = found["price"]
    assert found["plan"]["targets"] == ["2024-12-20", "2024-12-21", "2024-12-22"]
    assert (price["added_dates"], price["history_first"]) == (24, "2024-10-22")
    assert price["least"]["work"]["units"] == {"1": 34, "2": 34, "3": 34, "4": 3, "5": 3}
    assert price["least"]["usd"] == pytest.approx(sum(line["usd"] for line in price["least"]["lines"]))
    assert price["least"]["usd"] < price["most"]["usd"]
    assert price["least"]["passed"] == []


def test_a_plain_plan_has_no_price(backfill: Backfill, home: Path) -> None:
    assert "price" not in backfill("plan", *DAYS, "--json").json
    assert "Nearest quota" not in backfill("plan", *DAYS).out


def test_a_plan_over_a_quota_says_which_when_and_what_to_do(
    backfill: Backfill, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMIT, "40")
    result = backfill("plan", *DAYS, "--price")
    text = " ".join(result.out.split())
    assert result.code == 0
    assert (
        "58 partition writes of nba_raw.games in 24 hours, the limit is 40. Split it: at most 40 dates a day." in text
    )
    # As it is the plan stays below.
    assert text.count("Passes a quota") == 1


def test_a_request_over_a_quota_is_one_line_and_publishes_nothing(
    backfill: Backfill, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMIT, "20")
    result = backfill("request", *DAYS)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: quota: got '34 partition writes of nba_raw.games in 24 hours'; "
        "expected at most 20: ask for at most 20 dates a day, or say over_quota (--over-quota)\n"
    )
    assert waiting_messages(home) == {}


def test_over_quota_publishes_it(backfill: Backfill, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMIT, "20")
    assert backfill("request", *DAYS, "--over-quota").code == 0
    assert waiting_messages(home) == {"plan_backfill": 1}


@pytest.mark.parametrize(
    ("answer", "code", "messages"), [("y\n", 0, {"plan_backfill": 1}), ("n\n", 2, {}), ("", 1, {})]
)
def test_on_a_terminal_the_operator_is_asked(
    backfill: Backfill,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
    messages: dict[str, int],
) -> None:
    monkeypatch.setenv(LIMIT, "20")
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    result = backfill("request", *DAYS)
    assert "Publish it all the same?" in result.err
    assert (result.code, waiting_messages(home)) == (code, messages)


def test_the_planner_runs_what_was_published_over_a_quota(
    backfill: Backfill, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two dates, so two partitions of each table, against a limit of one."""
    monkeypatch.setenv(LIMIT, "1")
    args = ("request", "2024-10-22", "2024-10-23", "--to-phase", 3)
    assert backfill(*args).code == 2
    assert backfill(*args, "--over-quota", "--request-id", "over", "--run").code == 0
    assert backfill("status", "over", "--json").json["status"] == "complete"
