"""A warehouse that has the season but for one date: held, and exactly that date fetched, when a window needs it."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.domain.backfills import BackfillStatus
from shared.service.app import App
from tests.acceptance import assert_phase_4, played_before, target_of
from tests.oracle.brute_force import Target
from tests.oracle.season import Season
from tests.stack import all_units, open_app, run

TARGET = date(2025, 1, 26)
OUTSIDE = date(2024, 11, 10)


@pytest.fixture(scope="module")
def holes(season: Season) -> dict[str, date]:
    """Return a hole inside, at the edge (the tenth last game) and outside of one named player's window."""
    listed = sorted(season.player_games[TARGET], key=lambda row: row["player_name"])
    games = played_before(season, TARGET)[listed[0]["player_id"]]
    return {"inside": games[4], "edge": games[9], "outside": OUTSIDE}


@pytest.fixture(scope="module")
def base(
    season: Season, holes: dict[str, date], season_archive: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a home with Phases 1-3 of every date before the target but the holes."""
    home = tmp_path_factory.mktemp("base")
    app = open_app(home, season_archive=str(season_archive))
    dates = [str(day) for day in season.dates if day < TARGET and day not in holes.values()]
    (backfill,) = run(app, {"dates": dates, "to_phase": 3, "request_id": "base"})
    assert backfill.status is BackfillStatus.COMPLETE
    app.warehouse.close()
    return home


def with_one_hole(base: Path, home: Path, archive: Path, filled: list[date]) -> App:
    shutil.copytree(base, home)
    app = open_app(home, season_archive=str(archive))
    run(app, {"dates": [str(day) for day in filled], "to_phase": 3, "request_id": "others"})
    return app


@pytest.mark.parametrize(("place", "fetched"), [("inside", True), ("edge", True), ("outside", False)])
def test_a_hole_holds_the_target_exactly_when_a_window_needs_it(
    base: Path, tmp_path: Path, season_archive: Path, season: Season, holes: dict[str, date], place: str, fetched: bool
) -> None:
    hole = holes[place]
    app = with_one_hole(base, tmp_path / "home", season_archive, [day for day in holes.values() if day != hole])
    run(app, {"start_date": str(TARGET), "end_date": str(TARGET), "request_id": "target"})
    units = all_units(app)
    ran = {unit.game_date for unit in units.values() if "target" in unit.wanted_by}
    assert ran == ({TARGET, hole} if fetched else {TARGET})
    assert units[f"units/5-{TARGET}"].status.value == "complete"
    if fetched:
        assert units[f"units/3-{hole}"].updated_at < units[f"units/4-{TARGET}"].updated_at
    target = target_of(season, TARGET) if fetched else below_nothing(season, hole)
    assert_phase_4(app, season, target)


def below_nothing(season: Season, hole: date) -> Target:
    """Return the target with a floor above the hole for whoever could have played on it: none reaches past it."""
    target = target_of(season, TARGET, hidden=(hole,))
    above = hole + timedelta(days=1)
    for entity in (*target.players, *target.teams):
        if "player_id" in entity:
            exposed = could_have_played(season, entity["player_id"], entity["team"], hole)
        else:
            exposed = plays(season, entity["team"], hole)
        entity["floor"] = above if exposed else entity["floor"]
    return target


def could_have_played(season: Season, player: int, team: str, hole: date) -> bool:
    """Tell from his listings on either side of the hole: with one team throughout, on its schedule; else anywhere."""
    listed = {
        day: row["team"] for day in season.dates for row in season.player_games[day] if row["player_id"] == player
    }
    before = [day for day in listed if day < hole]
    after = min([day for day in listed if hole < day < TARGET], default=TARGET)
    if not before:
        return True
    last, following = max(before), team if after == TARGET else listed[after]
    missed = [day for day in season.dates if last < day < after and day != hole and plays(season, following, day)]
    return bool(missed) or listed[last] != following or plays(season, following, hole)


def plays(season: Season, team: str, day: date) -> bool:
    return any(team in pair for pair in season.fixtures[day])
