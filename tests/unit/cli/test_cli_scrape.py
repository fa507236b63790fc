"""`backfill scrape`: Phase 1 of a date by hand, with the ledger's word and the landing zone of the functions."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared import bootstrap
from shared.adapters.embedded.folder_lock import lock_folder
from shared.adapters.sources.nba_stats_games import REGULAR_SEASON
from shared.adapters.sources.synthetic import SyntheticSource
from shared.cli.options import reader
from shared.config import from_environment
from shared.domain import units
from shared.domain.controls import backfill_control
from shared.domain.landing_format import parse
from shared.domain.units import Status, Unit
from shared.service.app import App
from shared.service.control_backfill import control_backfill
from shared.service.ledger import unit_write
from shared.service.plan_backfill import plan_backfill
from tests.emulators.nba_site import Instead, NbaSite, RegularSeason, nba_site
from tests.unit.cli.conftest import Backfill, waiting_messages

DAY = "2024-10-22"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[NbaSite]:
    """The site that answers from the synthetic season, and settings that have it asked once and at once."""
    with nba_site(RegularSeason(SyntheticSource())) as found:
        settings = {"SOURCE": "nba_stats", "NBA_URL": found.url, "NBA_SECONDS_BETWEEN": "0", "NBA_TRIES": "1"}
        for name, value in {**settings, "RETRY_SECONDS": "0"}.items():
            monkeypatch.setenv(f"LOOKBACK_{name}", value)
        yield found


def unit(home: Path) -> Unit:
    held = reader(str(home)).ledger.unit(1, date.fromisoformat(DAY))
    assert held is not None
    return held.unit


def written(home: Path, change: Unit) -> None:
    held = reader(str(home)).ledger.unit(1, change.game_date)
    reader(str(home)).ledger.commit([unit_write(change, held.revision if held else None)])


def writer() -> App:
    return bootstrap.embedded(from_environment(os.environ))


def test_a_date_is_scraped_written_and_announced(backfill: Backfill, home: Path) -> None:
    done = backfill("scrape", DAY, "--json")
    (scraped,) = done.json["dates"]
    assert (done.code, scraped["status"], scraped["game_date"]) == (0, "complete", DAY)
    files = {path.name for path in (home / "landing" / DAY).iterdir()}
    assert files == {"games.jsonl", "player_boxscores.jsonl", "shots.jsonl", "_manifest.json"}
    assert scraped["rows"]["games"] == len((home / "landing" / DAY / "games.jsonl").read_bytes().splitlines())
    assert waiting_messages(home)["process_raw"] == 1
    assert unit(home).status is Status.COMPLETE


def test_the_live_source_lands_what_the_site_has(backfill: Backfill, home: Path, site: NbaSite) -> None:
    done = backfill("scrape", DAY)
    assert done.code == 0, done.err
    assert "scraped: " in done.out
    landed = (home / "landing" / DAY / "games.jsonl").read_bytes()
    games = parse("games", "games", landed, date.fromisoformat(DAY))
    assert site.calls() == 1 + 3 * len(games)
    assert all(game["game_id"].startswith(REGULAR_SEASON) for game in games)


@pytest.mark.integration
def test_a_backfill_runs_on_the_live_source_from_calendar_to_validation(
    backfill: Backfill, site: NbaSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKBACK_HOME", str(tmp_path))
    monkeypatch.setattr(bootstrap, "_app", None)
    assert backfill("calendar", "--load", "2024-25").code == 0
    assert backfill("request", DAY, "2024-10-23").code == 0
    ran = backfill("run", "--json")
    assert ran.code == 0, ran.err
    assert backfill("validate", DAY, "2024-10-23").code == 0
    assert (site.calls("scheduleleaguev2"), site.calls("scoreboardv3")) == (1, 2)


def test_a_backfills_date_is_scraped_for_it(backfill: Backfill, home: Path) -> None:
    plan_backfill(writer(), {"start_date": DAY, "end_date": DAY, "request_id": "wants-it"}, "m-1")
    assert unit(home).status is Status.PENDING
    assert backfill("scrape", DAY).code == 0
    assert (unit(home).status, dict(unit(home).wanted_by)) == (Status.COMPLETE, {"wants-it": 0})
    run = backfill("run", "--json")
    assert run.code == 0, run.err
    assert unit(home).attempts <= 1


def test_what_is_complete_is_not_scraped_again(backfill: Backfill, home: Path, site: NbaSite) -> None:
    assert backfill("scrape", DAY).code == 0
    asked = site.calls()
    again = backfill("scrape", DAY)
    assert (again.code, site.calls()) == (0, asked)
    assert "was complete already" in again.out


def test_what_the_site_does_not_answer_waits_for_the_next_try(backfill: Backfill, home: Path, site: NbaSite) -> None:
    site.plan("scoreboardv3", Instead(status=403))
    refused = backfill("scrape", DAY)
    assert refused.code == 1
    assert "HTTP 403" in refused.err
    assert (unit(home).status, unit(home).attempts) == (Status.PENDING, 1)
    assert backfill("scrape", DAY).code == 0


def test_after_the_last_attempt_a_retry_is_asked_for(
    backfill: Backfill, home: Path, site: NbaSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKBACK_ATTEMPTS_MAX", "1")
    plan_backfill(writer(), {"start_date": DAY, "end_date": DAY, "request_id": "wants-it"}, "m-1")
    site.plan("scoreboardv3", Instead(status=403))
    assert backfill("scrape", DAY).code == 1
    failed = backfill("scrape", DAY)
    assert failed.code == 1
    assert "HTTP 403" in failed.err
    assert "backfill retry" in failed.err
    assert site.calls() == 1


def test_a_date_that_the_site_does_not_know_has_failed(backfill: Backfill, home: Path, site: NbaSite) -> None:
    site.plan("scoreboardv3", Instead(change=lambda payload: payload["scoreboard"].update(games=[])))
    gone = backfill("scrape", DAY)
    assert gone.code == 1
    assert "failed: SourceMissing" in gone.err
    assert "retry" not in gone.err


def test_who_holds_the_date_is_left_alone(backfill: Backfill, home: Path) -> None:
    app = reader(str(home))
    wanted = Unit(phase=1, game_date=date.fromisoformat(DAY), wanted_by={"live": 0})
    written(home, units.claim(wanted, app.clock.now(), 600))
    held = backfill("scrape", DAY)
    assert held.code == 1
    assert "another attempt holds it until" in held.err


def test_what_nobody_wants_any_more_is_not_scraped(backfill: Backfill, home: Path) -> None:
    plan_backfill(writer(), {"start_date": DAY, "end_date": DAY, "request_id": "wants-it"}, "m-1")
    control_backfill(writer(), backfill_control({"action": "cancel", "backfill_id": "wants-it"}), "m-2")
    unwanted = backfill("scrape", DAY)
    assert unwanted.code == 1
    assert "no live backfill wants it" in unwanted.err
    assert backfill("scrape", "--waiting", "--json").json == {"dates": [], "not_asked": []}


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("2024-11-05", "a date with games"),
        ("2024-13-05", "DATE"),
        ("yesterday", "a date such as"),
        ("1999-11-05", "--load 1999-00"),
    ],
)
def test_a_date_without_games_is_wrong_input(backfill: Backfill, home: Path, day: str, problem: str) -> None:
    wrong = backfill("scrape", day)
    assert wrong.code == 2
    assert problem in wrong.err


THREE = ["2024-10-22", "2024-10-23", "2024-10-24"]


def test_every_date_that_waits_is_scraped_in_order(backfill: Backfill, home: Path, site: NbaSite) -> None:
    assert "No date" in backfill("scrape", "--waiting").out
    plan_backfill(writer(), {"start_date": THREE[0], "end_date": THREE[-1], "request_id": "wants-them"}, "m-1")
    site.plan("scoreboardv3", Instead(), Instead(status=403))
    ended = backfill("scrape", "--waiting", "--json")
    found = ended.json["dates"]
    assert ended.code == 1
    assert [each["game_date"] for each in found] == THREE
    assert [each["status"] for each in found] == ["complete", "pending", "complete"]
    assert backfill("scrape", "--waiting").out.startswith(f"{THREE[1]}: scraped")
    assert backfill("scrape", "--waiting").code == 0


def test_a_site_that_gives_nothing_is_not_asked_for_every_date(backfill: Backfill, home: Path, site: NbaSite) -> None:
    plan_backfill(writer(), {"start_date": DAY, "end_date": "2024-10-27", "request_id": "wants-them"}, "m-1")
    site.plan("scoreboardv3", *[Instead(status=403)] * 9)
    ended = backfill("scrape", "--waiting", "--json")
    assert ended.code == 1
    assert [each["game_date"] for each in ended.json["dates"]] == THREE
    assert ended.json["not_asked"] == ["2024-10-25", "2024-10-26", "2024-10-27"]
    assert site.calls() == 3


@pytest.mark.parametrize("arguments", [[], [DAY, "--waiting"]])
def test_it_is_one_date_or_all_that_wait(backfill: Backfill, home: Path, arguments: list[str]) -> None:
    wrong = backfill("scrape", *arguments)
    assert wrong.code == 2
    assert "--waiting" in wrong.err


def test_a_folder_that_a_run_holds_is_left_alone(backfill: Backfill, home: Path) -> None:
    with lock_folder(home):
        refused = backfill("scrape", DAY)
    assert refused.code == 2
    assert "folder" in refused.err


def test_here_goes_with_a_season_to_load(backfill: Backfill, home: Path) -> None:
    assert backfill("calendar", "--here").code == 2
    assert backfill("calendar", "--load", "2024-25", "--here").code == 0


def test_on_the_cloud_stack_nothing_is_held_and_the_calendar_can_be_loaded_here(
    backfill: Backfill, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = home / "bucket"
    for name, value in {"STACK": "cloud", "PROJECT": "demo", "LANDING_URL": str(landing)}.items():
        monkeypatch.setenv(f"LOOKBACK_{name}", value)
    # The embedded adapters stand in for Google's: what is told apart here is what the command does with them.
    monkeypatch.setattr(bootstrap, "cloud", bootstrap.embedded)
    with lock_folder(home):
        assert backfill("scrape", DAY).code == 0
        assert "revision" in backfill("calendar", "--load", "2024-25", "--here").out
        assert "published to calendar-requests" in backfill("calendar", "--load", "2024-25").out
    assert (landing / DAY / "_manifest.json").is_file()
