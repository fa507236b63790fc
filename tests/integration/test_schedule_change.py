"""A schedule that changes after dates were run: what is left of them, who reads it, and how it is removed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from shared import bootstrap
from shared.domain.calendar import SeasonCalendar
from shared.domain.errors import AuditFailed, InvalidInput
from shared.domain.messages import CalendarRequest
from shared.domain.schedule_changes import ChangeKind
from shared.ports import Row, Source
from shared.service import precompute
from shared.service.app import App
from shared.service.clear_date import clear_date
from shared.service.completeness.check import check
from shared.service.completeness.findings import Kind
from shared.service.completeness.validate import validate
from shared.service.load_calendar import Loaded, load_calendar
from tests.oracle.season import Record
from tests.stack import SEASON, all_units, open_app, run

FIRST, GONE, TARGET = date(2024, 10, 22), date(2024, 10, 24), date(2024, 10, 26)
NO_GAMES = date(2024, 11, 5)
Games = list[Row]


class Revised:
    """A source whose schedule and games are another's, changed by a function of the schedule's rows."""

    def __init__(self, source: Source, change: Callable[[Games], Games]) -> None:
        self._source, self._change = source, change

    def schedule(self, season: str) -> Games:
        return self._change(self._source.schedule(season))

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        return self._source.scrape(game_date)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The season's first five dates with Phases 1-3."""
    built = open_app(tmp_path / "home", source="synthetic")
    run(built, {"start_date": str(FIRST), "end_date": str(TARGET), "to_phase": 3, "request_id": "history"})
    yield built
    built.warehouse.close()


def loaded_with(app: App, change: Callable[[Games], Games]) -> tuple[App, Loaded]:
    """Load the schedule again as a change has it; return the process as it goes on."""
    changed = bootstrap.use(replace(app, source=Revised(app.source, change)))
    return changed, load_calendar(changed, CalendarRequest(season=SEASON))


def without(day: date) -> Callable[[Games], Games]:
    return lambda rows: [row for row in rows if str(row["game_date"]) != str(day)]


def minutes(app: App, *, leaving_out: tuple[date, ...] = ()) -> dict[int, int]:
    """Return how many games each player played before the target."""
    table = "nba_analytics.player_game_summary"
    select = f"SELECT player_id, game_date FROM {table} WHERE minutes > 0 AND game_date < @game_date"  # noqa: S608
    played: dict[int, int] = {}
    for row in app.warehouse.query(select, {"game_date": TARGET}):
        played[row["player_id"]] = played.get(row["player_id"], 0) + (row["game_date"] not in leaving_out)
    return played


def rows_of(app: App, day: date) -> list[Record]:
    select = "SELECT * FROM nba_precompute.player_daily_cache WHERE game_date = @game_date"
    return app.warehouse.query(select, {"game_date": day})


def test_rows_of_a_date_without_games_are_read_by_nobody_found_and_removed(app: App) -> None:
    changed, loaded = loaded_with(app, without(GONE))
    assert {(each.kind, each.before, each.after) for each in loaded.changes} == {(ChangeKind.DROPPED, GONE, None)}
    run(changed, {"start_date": str(TARGET), "end_date": str(TARGET), "request_id": "target"})
    assert f"3-{GONE}" not in all_units(changed)[f"units/4-{TARGET}"].inputs
    played = minutes(changed, leaving_out=(GONE,))
    assert played != minutes(changed)
    for row in rows_of(changed, TARGET):
        assert row["games_used"] == played.get(row["player_id"], 0)
    (dropped,) = check(changed, FIRST, TARGET, (1, 3)).dropped
    assert (dropped.game_date, dropped.phases) == (GONE, (1, 2, 3))
    assert dropped.reason == "no game any more (calendar revision 2)"
    assert check(changed, FIRST, TARGET, (1, 3)).complete
    found = [each for each in validate(changed, FIRST, TARGET, 3).findings if each.kind is Kind.LEFTOVER]
    assert {each.game_date for each in found} == {GONE}
    assert len(found) == 3
    assert found[0].detail.endswith(f"backfill calendar --clear {GONE}")
    removed = clear_date(changed, GONE)
    assert removed["nba_analytics.player_game_summary"] > 0
    assert not [each for each in validate(changed, FIRST, TARGET).findings if each.kind is Kind.LEFTOVER]
    assert clear_date(changed, GONE) == {}


def test_rows_of_a_date_without_games_show_when_they_are_not_hidden(app: App) -> None:
    """The planted bug of the test above: what is computed would have games of a date that is not among its inputs."""

    def calendar_only(day: date, calendar: SeasonCalendar, visible: int) -> list[date]:
        return calendar.days(~visible & (1 << calendar.position[day]) - 1)

    changed, _ = loaded_with(app, without(GONE))
    with mock.patch.object(precompute, "_hidden_dates", calendar_only):
        run(changed, {"start_date": str(TARGET), "end_date": str(TARGET), "request_id": "target"})
    played = minutes(changed, leaving_out=(GONE,))
    assert any(row["games_used"] != played.get(row["player_id"], 0) for row in rows_of(changed, TARGET))


def test_a_date_whose_game_returns_after_it_was_cleared_is_run_again(app: App) -> None:
    before = minutes(app)
    changed, _ = loaded_with(app, without(GONE))
    clear_date(changed, GONE)
    again, _ = loaded_with(changed, lambda rows: app.source.schedule(SEASON))
    run(again, {"start_date": str(TARGET), "end_date": str(TARGET), "request_id": "target"})
    units = all_units(again)
    assert units[f"units/3-{GONE}"].status.value == "complete"
    assert f"3-{GONE}" in units[f"units/4-{TARGET}"].inputs
    assert minutes(again) == before
    assert validate(again, FIRST, TARGET, 3).complete


def test_only_a_date_without_games_is_cleared(app: App) -> None:
    for day in (TARGET, date(2024, 10, 1)):
        with pytest.raises(InvalidInput, match="no game any more"):
            clear_date(app, day)


def test_a_game_that_moved_and_a_date_that_is_new_are_told(app: App) -> None:
    """The season's first game moves to a date that had none; the others of its date stay where they are."""

    def moved(rows: Games) -> Games:
        return [{**row, "game_date": str(NO_GAMES)} if row is rows[0] else row for row in rows]

    assert NO_GAMES not in app.ledger.calendar(SEASON).position
    _, loaded = loaded_with(app, moved)
    (change,) = loaded.changes
    assert (change.kind, change.before, change.after) == (ChangeKind.MOVED, FIRST, NO_GAMES)
    told = {(each.game_date, each.teams) for each in loaded.calendar.changes}
    assert told == {(FIRST, frozenset(change.game)), (NO_GAMES, frozenset(change.game))}
    assert loaded.calendar.fixtures[NO_GAMES] == (change.game,)


def test_a_team_that_plays_twice_on_a_date_is_refused_and_nothing_changes(app: App) -> None:
    with pytest.raises(AuditFailed, match="plays 2 games on"):
        loaded_with(app, lambda rows: [*rows, {**rows[0], "game_id": "doubled"}])
    assert app.ledger.calendar(SEASON).revision == 1


def test_the_same_schedule_loaded_again_changes_nothing(app: App) -> None:
    _, loaded = loaded_with(app, lambda rows: rows)
    assert (loaded.changes, loaded.calendar.revision) == ((), 1)
