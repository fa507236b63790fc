"""What the acceptance tests share: the oracle's rows for a target as a policy leaves it, and the comparison."""

import math
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from shared.processors.registry import of_phase, processor
from shared.service.app import App
from tests.oracle.brute_force import BruteForce, Target
from tests.oracle.season import Record, Season

PLAYER_GAMES, TEAM_GAMES = 10, 15
LEFT_OUT = {"processed_at", "backfill_id"}
EXPECTED: dict[str, Callable[[BruteForce], list[Record]]] = {
    "player_shot_zone_analysis": BruteForce.shot_zones,
    "team_defense_zone_analysis": BruteForce.team_defense,
    "player_composite_factors": BruteForce.composite,
    "player_daily_cache": BruteForce.daily_cache,
    "player_season_profile": BruteForce.season_profile,
}


def played_before(season: Season, day: date) -> dict[int, list[date]]:
    """Return, by player, the dates before `day` on which he played, latest first."""
    found: dict[int, list[date]] = {}
    for earlier in reversed([each for each in season.dates if each < day]):
        for row in season.player_games[earlier]:
            if row["minutes"] > 0:
                found.setdefault(row["player_id"], []).append(earlier)
    return found


def team_dates(season: Season, team: str, before: date) -> list[date]:
    """Return the team's game dates before a date, latest first."""
    played = [day for day, games in season.fixtures.items() if day < before and any(team in pair for pair in games)]
    return sorted(played, reverse=True)


def target_of(
    season: Season,
    day: date,
    *,
    floor: date | None = None,
    team_floor: date | None = None,
    hidden: Iterable[date] = (),
    early_season: str = "degrade",
) -> Target:
    """Return a target whose players may look back to `floor` and whose teams to `team_floor` (None: no floor).

    An entity with too few games above a floor is `capped`.
    """
    opening = season.dates[0]
    history = played_before(season, day)
    sides: dict[str, Record] = {}
    for home, away in season.fixtures[day]:
        for team, opponent in ((home, away), (away, home)):
            dates = team_dates(season, team, day)
            full = team_floor is None or sum(each >= team_floor for each in dates) >= TEAM_GAMES
            sides[team] = {
                "team": team,
                "opponent": opponent,
                "is_home": team == home,
                "team_games": len(dates),
                "floor": team_floor or opening,
                "shortage": None if full else "capped",
            }
    players = []
    for row in season.player_games[day]:
        games = history.get(row["player_id"], [])
        full = floor is None or sum(each >= floor for each in games) >= PLAYER_GAMES
        own = {"player_id": row["player_id"], "floor": floor or opening, "shortage": None if full else "capped"}
        players.append({**sides[row["team"]], **own})
    return Target(day, players, list(sides.values()), frozenset(hidden), early_season)


def rows_of(app: App, name: str, day: date) -> list[dict[str, Any]]:
    """Return a processor's published rows of a date."""
    select = f"SELECT * FROM {processor(name).table} WHERE game_date = @game_date"  # noqa: S608
    return app.warehouse.query(select, {"game_date": day})


def assert_phase_4(app: App, season: Season, target: Target) -> int:
    """Compare every Phase 4 table of a target with the oracle to 1e-9; return how many rows were compared."""
    assert EXPECTED.keys() == {each.name for each in of_phase(4)}
    brute, compared = BruteForce(season, target), 0
    for name, expected in EXPECTED.items():
        found = rows_of(app, name, target.game_date)
        assert_same(found, expected(brute), processor(name).key)
        compared += len(found)
    return compared


def assert_same(found: list[dict[str, Any]], expected: list[Record], key: tuple[str, ...]) -> None:
    """Fail naming key, column and both values unless the rows are the same to 1e-9."""
    others = {tuple(row[name] for name in key): row for row in expected}
    assert sorted(tuple(row[name] for name in key) for row in found) == sorted(others)
    differences = []
    for row in found:
        other = others[tuple(row[name] for name in key)]
        differences += [
            (row[key[0]], row["game_date"], name, value, other[name])
            for name, value in row.items()
            if name not in LEFT_OUT and not same(value, other[name])
        ]
    assert not differences, differences[:10]


def same(value: Any, other: Any) -> bool:
    """Return whether two values are equal, floats to 1e-9."""
    if isinstance(value, float) and isinstance(other, float | int) and not isinstance(other, bool):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(value == other)
