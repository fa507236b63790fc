"""Exact propagation on the real season: what a correction of one date runs again, judged by box scores and by files.

Where everything is computed anew from corrected landing files, nothing of propagation is involved: that is the truth
that a cascade has to end in. `pytest -s -k excess` prints what was run again beside what had to be.
"""

import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.domain.backfills import BackfillStatus
from shared.processors import declaration
from shared.processors.registry import of_phase, processor
from shared.service.app import App
from tests.corrections import Correction, correct, five_points_more, never_played
from tests.integration.test_kill import start
from tests.integration.test_recovery import copied
from tests.oracle.reach import PHASE_4, Changed, Reached, box_scores, reached
from tests.published import differing, differing_dates, tables
from tests.stack import all_units, digests, open_app, run, run_until_idle

DAY = date(2024, 11, 15)
SEASON = {"start_date": "2024-10-22", "end_date": "2025-04-13"}
REPROCESS = {"scenario": "reprocess", "start_date": str(DAY), "end_date": str(DAY), "request_id": "fix"}
CAM_THOMAS, AARON_HOLIDAY = 1630560, 1628988
CORRECTIONS = {"more_points": five_points_more(CAM_THOMAS), "never_played": never_played(AARON_HOLIDAY)}
OF_THE_DATE = {(DAY, each.name) for phase in (2, 3) for each in of_phase(phase)}
PHASE_5 = tuple(each.name for each in of_phase(5))
WEEK = (date(2025, 1, 13), date(2025, 1, 19))
REDONE = "player_shot_zone_analysis"
RUN_SECONDS_MAX = 300
KILL_AFTER = (20, 60)
LINE = "{:28} {:>9} {:>8} {:>7} {:>8}"


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A season before a correction, after it was cascaded, and computed anew with it: folders, and what ran again."""

    before: Path
    cascaded: Path
    anew: Path
    ran: Counter[tuple[date, str]]
    digests: dict[str, dict[str, str]]

    @property
    def changed(self) -> Changed:
        """Return whose rows of Phase 3 the correction changed, by the tables themselves."""
        players = differing(self.before, self.anew, processor("player_game_summary").table, ["player_id", "game_date"])
        teams = differing(self.before, self.anew, processor("team_defense_game_summary").table, ["team", "game_date"])
        assert {day for _, day in players | teams} == {DAY}
        return Changed(
            players=frozenset(player for player, _ in players), defenses=frozenset(team for team, _ in teams)
        )

    @property
    def expected(self) -> Reached:
        """Return what has to run again: Phases 2 and 3 of the date, what reads them, and Phase 5 behind what moved."""
        phase_4 = reached(box_scores(self.before), box_scores(self.anew), DAY, self.changed)
        moved = {day for name in PHASE_4 for day in self.moved(name)}
        return OF_THE_DATE | phase_4 | {(day, name) for day in moved for name in PHASE_5}

    def moved(self, name: str) -> set[date]:
        """Return the dates on which a processor's content differs between the season before and the one anew."""
        return differing_dates(self.before, self.anew, processor(name).table)


@pytest.fixture(autouse=True)
def statements_as_they_are() -> Iterator[None]:
    yield
    declaration.statement.cache_clear()


@pytest.fixture(scope="module")
def archive(season_archive: Path) -> str:
    return str(season_archive)


@pytest.fixture(scope="module")
def before(filled_season: Path) -> Path:
    """The folder of the whole season, undisturbed."""
    return filled_season


@pytest.fixture(scope="module", params=CORRECTIONS)
def corrected(
    request: pytest.FixtureRequest, before: Path, archive: str, tmp_path_factory: pytest.TempPathFactory
) -> Corrected:
    """The season corrected in two ways: cascaded, and computed anew."""
    correction, folder = CORRECTIONS[request.param], tmp_path_factory.mktemp(request.param)
    computed_anew(folder / "anew", correction, archive)
    app = copied(before, folder / "cascaded", archive)
    known = attempts(app)
    correct(folder / "cascaded", DAY, correction)
    complete(app, REPROCESS)
    ran = ran_since(app, known)
    assert logged_again(app) == ran
    found = Corrected(before=before, cascaded=folder / "cascaded", anew=folder / "anew", ran=ran, digests=digests(app))
    app.warehouse.close()
    return found


def test_exactly_the_processors_whose_windows_hold_the_date_ran_again_once(corrected: Corrected) -> None:
    assert set(corrected.ran) == corrected.expected
    assert set(corrected.ran.values()) == {1}


def test_whatever_differs_was_run_again(corrected: Corrected) -> None:
    every = [each for phase in (2, 3, 4, 5) for each in of_phase(phase)]
    moved = {(day, each.name) for each in every for day in corrected.moved(each.name)}
    assert moved
    assert moved <= set(corrected.ran)


def test_the_cascade_ends_in_the_tables_of_a_season_computed_anew(corrected: Corrected) -> None:
    assert_same_tables(corrected.cascaded, corrected.anew)
    assert corrected.moved(PHASE_5[-1]), "the correction reached no prediction"


def test_report_of_the_excess(corrected: Corrected) -> None:
    """Write, by processor, what ran again, what of it came out otherwise, and what whole dates would have run."""
    readers = {day for day, name in corrected.ran if name == "player_season_profile"} - {DAY}
    total = Counter[str]()
    lines = [corrected.cascaded.parent.name, LINE.format("processor", "ran again", "changed", "excess", "by date")]
    for name in (*PHASE_4, *PHASE_5):
        ran = {day for day, other in corrected.ran if other == name}
        moved = corrected.moved(name)
        row = {"ran": len(ran), "changed": len(moved), "excess": len(ran - moved), "by date": len(readers | ran)}
        total.update(row)
        lines.append(LINE.format(name, *row.values()))
    sys.stdout.write("\n".join(["", *lines, LINE.format("all", *total.values()), ""]))
    assert total["ran"] < total["by date"]


def test_a_reprocess_that_changes_nothing_runs_nothing_that_follows(before: Path, archive: str, tmp_path: Path) -> None:
    app = copied(before, tmp_path / "same", archive)
    known = attempts(app)
    complete(app, REPROCESS)
    assert set(ran_since(app, known)) == {(DAY, each.name) for each in of_phase(2)}
    assert_same_tables(before, tmp_path / "same")


@pytest.mark.parametrize("corrected", ["more_points"], indirect=True)
def test_without_cascade_the_same_are_flagged_and_a_later_fill_runs_them(
    corrected: Corrected, archive: str, tmp_path: Path
) -> None:
    app = copied(corrected.before, tmp_path / "flagged", archive)
    known = attempts(app)
    correct(tmp_path / "flagged", DAY, CORRECTIONS["more_points"])
    complete(app, {**REPROCESS, "cascade": False})
    assert set(ran_since(app, known)) == OF_THE_DATE
    flagged = {(unit.game_date, name) for unit in all_units(app).values() for name in unit.stale}
    assert flagged == {(day, name) for day, name in corrected.expected if name in PHASE_4}
    known = attempts(app)
    complete(app, {**SEASON, "request_id": "later"})
    assert set(ran_since(app, known)) == corrected.expected - OF_THE_DATE
    assert not [unit for unit in all_units(app).values() if unit.stale]
    assert_same_tables(tmp_path / "flagged", corrected.anew)


@pytest.mark.parametrize("corrected", ["more_points"], indirect=True)
def test_killed_in_the_middle_of_a_cascade_it_ends_as_an_undisturbed_one(
    corrected: Corrected, archive: str, tmp_path: Path
) -> None:
    home = tmp_path / "killed"
    app = copied(corrected.before, home, archive)
    known = attempts(app)
    correct(home, DAY, CORRECTIONS["more_points"])
    app.bus.publish("backfill-requests", REPROCESS)
    for count in KILL_AFTER:
        process = start(home, Path(archive))
        until = time.monotonic() + RUN_SECONDS_MAX
        while len(attempts(app).keys() - known.keys()) < count:
            assert process.poll() is None, "the cascade ended before it was killed"
            assert time.monotonic() < until
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    units = [unit for unit in all_units(app).values() if unit.phase == 4]
    assert {unit.status.value for unit in units} > {"complete"}, "the cascade was over when it was killed"
    assert start(home, Path(archive)).wait(timeout=RUN_SECONDS_MAX) == 0
    resumed = open_app(home, season_archive=archive)
    assert {backfill.status for backfill, _ in resumed.ledger.backfills()} == {BackfillStatus.COMPLETE}
    assert digests(resumed) == corrected.digests
    assert set(ran_since(resumed, known)) >= corrected.expected
    assert_same_tables(home, corrected.cascaded)


def test_changed_logic_runs_nothing_until_it_is_asked_for_by_name(
    before: Path, archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = copied(before, tmp_path / "logic", archive)
    known = attempts(app)
    with_sql(tmp_path / "sql", monkeypatch)
    run_until_idle(app)
    complete(app, {**SEASON, "request_id": "again"})
    assert not ran_since(app, known)
    dates = {unit.game_date for unit in all_units(app).values()}
    assert outdated_logic(app) == {(day, REDONE) for day in dates}
    week = {"scenario": "downstream", "start_date": str(WEEK[0]), "end_date": str(WEEK[1]), "request_id": "week"}
    complete(app, {**week, "processors": [REDONE]})
    asked = {day for day in dates if WEEK[0] <= day <= WEEK[1]}
    moved = differing_dates(before, tmp_path / "logic", processor(REDONE).table)
    assert moved == asked, "the patched statement changes no value"
    followers = ("player_composite_factors", *PHASE_5)
    assert set(ran_since(app, known)) == {(day, name) for day in asked for name in (REDONE, *followers)}
    assert outdated_logic(app) == {(day, REDONE) for day in dates - asked}
    for table in tables(before):
        assert differing_dates(before, tmp_path / "logic", table) <= asked


def computed_anew(home: Path, correction: Correction, archive: str) -> None:
    """Run the whole season in an empty folder whose landing files are corrected before anything reads them."""
    app = open_app(home, season_archive=archive)
    run(app, {**SEASON, "to_phase": 1, "request_id": "scrape"})
    correct(home, DAY, correction)
    complete(app, {**SEASON, "request_id": "season"})
    app.warehouse.close()


def complete(app: App, request: dict[str, Any]) -> None:
    """Run a request to its end; fail unless it completes."""
    run(app, request)
    found = app.ledger.backfill(request["request_id"])
    assert found is not None
    assert found[0].status is BackfillStatus.COMPLETE


def attempts(app: App) -> dict[str, Any]:
    """Return the history of the attempts that completed, by key."""
    return {each.key: each.body for each in app.ledger.store.scan("history/", "history/~")}


def ran_since(app: App, known: dict[str, Any]) -> Counter[tuple[date, str]]:
    """Return how often each processor of each date ran in attempts that are not among those known."""
    return Counter(
        (date.fromisoformat(body["unit"].partition("-")[2]), name)
        for key, body in attempts(app).items()
        if key not in known
        for name in body["rows"]
        if not body["unit"].startswith("units/1-")
    )


def logged_again(app: App) -> Counter[tuple[date, str]]:
    """Return how often the log of runs has each processor of each date, of attempts after the first."""
    app.execution_log.flush()
    select = "SELECT game_date, processor FROM nba_orchestration.processor_execution_log WHERE fence > 1 AND phase > 1"
    return Counter((row["game_date"], row["processor"]) for row in app.warehouse.query(select, {}))


def outdated_logic(app: App) -> set[tuple[date, str]]:
    """Return the processors of each date that were computed with another statement than today's."""
    return {
        (unit.game_date, name)
        for unit in all_units(app).values()
        for name, logic in unit.logic.items()
        if logic != processor(name).logic
    }


def with_sql(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the statements read from a copy in which one counts a game less of the shots in the paint."""
    shutil.copytree(declaration.SQL_FOLDER, folder)
    path = folder / "phase4" / f"{REDONE}.sql"
    text = path.read_text(encoding="utf-8")
    changed = text
    for name in ("paint_attempts", "paint_makes"):
        changed = changed.replace(f"IF(recency <= 10, {name}, 0)", f"IF(recency <= 9, {name}, 0)")
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    monkeypatch.setattr(declaration, "SQL_FOLDER", folder)
    declaration.statement.cache_clear()


def assert_same_tables(one: Path, other: Path) -> None:
    """Fail naming table and dates unless two folders have published the same rows."""
    assert tables(one) == tables(other)
    differences = {table: differing_dates(one, other, table) for table in tables(one)}
    assert not {table: sorted(days) for table, days in differences.items() if days}
