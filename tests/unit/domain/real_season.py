"""The real season of the archive, in the same form as the made-up ones."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from made_seasons import MadeSeason

from shared.domain.calendar import Fixture, SeasonCalendar
from shared.domain.closure import Setting, follow, needed
from shared.domain.lookback import Appearance, Reach
from shared.domain.release import manifest

REACH = Reach(player_games=10, player_days=14, team_games=15)


@dataclass(frozen=True, kw_only=True)
class RealSeason(MadeSeason):
    """A season of the archive; `players` gives the id of a name."""

    players: dict[str, int]


def read_season(folder: Path) -> RealSeason:
    """Return the season that the archive's schedule and box scores show; minutes 0 is listed, not played."""
    schedule = pd.read_parquet(folder / "schedule.parquet", columns=["game_date", "home_team", "away_team"])
    fixtures: dict[date, tuple[Fixture, ...]] = {}
    for day, home, away in schedule.itertuples(index=False):
        fixtures[_date(day)] = (*fixtures.get(_date(day), ()), (home, away))
    columns = ["game_date", "player_id", "player_name", "team", "minutes"]
    lines = pd.read_parquet(folder / "player_boxscores.parquet", columns=columns)
    boxes: dict[date, dict[int, Appearance]] = {day: {} for day in fixtures}
    for day, player, _, team, minutes in lines.itertuples(index=False):
        boxes[_date(day)][int(player)] = Appearance(team, bool(minutes > 0))
    return RealSeason(
        calendar=SeasonCalendar(season="2024-25", revision=1, fixtures=fixtures),
        boxes=boxes,
        players={name: int(player) for player, name in zip(lines.player_id, lines.player_name, strict=True)},
    )


def extend(season: MadeSeason, target: date, setting: Setting, known: set[date]) -> set[date]:
    """Return what is known of the dates before a target once all it asks for has been added, again and again."""
    knowledge = season.knowledge({*known, target})
    while missing := needed(knowledge, season.target(target), setting):
        for day in season.calendar.days(missing):
            knowledge.learn(day, 1, season.boxes[day])
    return {day for day in knowledge.versions if day < target}


def shortfall(season: MadeSeason, target: date, setting: Setting, known: set[date]) -> tuple[int, int]:
    """Return how many of a target's players are certified from what is known, and how many there are."""
    knowledge = season.knowledge({*known, target})
    laid_down = manifest(knowledge, follow(knowledge, season.target(target), setting))
    listed = len(season.boxes[target])
    return round(laid_down.certified_share * listed), listed


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
