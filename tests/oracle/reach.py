"""Which targets a correction of one date reaches, processor by processor, from the box scores alone.

Shares nothing with `shared/`: every window is walked again here, for every target of the season, from the landed box
scores before and after the correction.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

Reached = set[tuple[date, str]]

PLAYER_GAMES, TREND_GAMES, TEAM_GAMES, WORKLOAD_DAYS = 10, 20, 15, 14
PHASE_4 = (
    "player_shot_zone_analysis",
    "team_defense_zone_analysis",
    "player_composite_factors",
    "player_daily_cache",
    "player_season_profile",
)


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Whose rows of Phase 3 a correction changed: players in their summaries, teams in those of their defence."""

    players: frozenset[int]
    defenses: frozenset[str]


def box_scores(home: Path) -> pd.DataFrame:
    """Return the landed box scores of every date below a home folder: game_date, player_id, team, minutes."""
    paths = sorted((home / "landing").glob("*/player_boxscores.jsonl"))
    frames = [pd.read_json(path, lines=True, convert_dates=False) for path in paths]
    boxes = pd.concat(frames)[["game_date", "player_id", "team", "minutes"]]
    boxes["game_date"] = boxes["game_date"].map(date.fromisoformat)
    return boxes


def reached(before: pd.DataFrame, after: pd.DataFrame, day: date, changed: Changed) -> Reached:
    """Return the (target, processor) of Phase 4 that read a changed row of `day` before or after the correction."""
    found: Reached = {(day, name) for name in PHASE_4} if _listed(before, day) != _listed(after, day) else set()
    played = [_played(boxes) for boxes in (before, after)]
    teams = {team: sorted(set(rows.game_date)) for team, rows in after.groupby("team")}
    for target in sorted({each for each in after.game_date if each > day}):
        listed = after[after.game_date == target]
        players = changed.players & set(listed.player_id)
        windows = [[each for each in by.get(player, ()) if each < target] for by in played for player in players]
        if any(day in window[-TREND_GAMES:] for window in windows):
            found |= {(target, "player_shot_zone_analysis"), (target, "player_daily_cache")}
        if any(day in window[-PLAYER_GAMES:] or _lately(target, day, window) for window in windows):
            found.add((target, "player_composite_factors"))
        if changed.defenses and _defense([teams[team] for team in set(listed.team)], target, day):
            found |= {(target, "team_defense_zone_analysis"), (target, "player_composite_factors")}
        # A rank among all players, over the whole season so far.
        if changed.players:
            found.add((target, "player_season_profile"))
    return found


def _listed(boxes: pd.DataFrame, day: date) -> set[tuple[int, str]]:
    on = boxes[boxes.game_date == day]
    return set(zip(on.player_id, on.team, strict=True))


def _played(boxes: pd.DataFrame) -> dict[int, list[date]]:
    """Return, by player, the dates on which he played, ascending."""
    return {player: sorted(rows.game_date) for player, rows in boxes[boxes.minutes > 0].groupby("player_id")}


def _lately(target: date, day: date, window: list[date]) -> bool:
    return day in window and target - day <= timedelta(days=WORKLOAD_DAYS)


def _defense(teams: list[list[date]], target: date, day: date) -> bool:
    """Return whether the league's window, which begins with a team's own, holds a date for any of the teams."""
    windows = [[each for each in dates if each < target][-TEAM_GAMES:] for dates in teams]
    return any(window and window[0] <= day for window in windows)
