"""What happened, game by game, from the season archive by plain pandas and the formulas as they are written down.

Shares nothing with `shared/`: other code, other order of operations, so that a mistake in one shows.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

Record = dict[str, Any]

COUNTS = ["fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf"]
ZONES = ["paint", "mid_range", "three_pt"]


@dataclass(frozen=True)
class Season:
    """Rows of the three Phase 3 tables of a season, by game date; and who plays whom."""

    player_games: dict[date, list[Record]]
    offense: dict[date, list[Record]]
    defense: dict[date, list[Record]]
    fixtures: dict[date, list[tuple[str, str]]]

    @property
    def dates(self) -> list[date]:
        """Return the game dates in order."""
        return sorted(self.fixtures)


def ratio(numerator: float, denominator: float) -> float | None:
    """Return the quotient, None when the denominator is zero."""
    return None if denominator == 0 else numerator / denominator


def load(archive: Path) -> Season:
    """Return the season of an archive folder."""
    schedule = pd.read_parquet(archive / "schedule.parquet")
    boxes = pd.read_parquet(archive / "player_boxscores.parquet").rename(columns={"pts": "points"})
    shots = pd.read_parquet(archive / "shots.parquet")
    zones = _zones(shots)
    team_totals = _team_totals(boxes)
    player_games = [_player_game(box, zones, team_totals) for box in _records(boxes)]
    offense = _offense(player_games, team_totals, schedule)
    defense = [_defense(row, offense[row["game_id"], row["opponent"]]) for row in offense.values()]
    fixtures: dict[date, list[tuple[str, str]]] = defaultdict(list)
    for game in _records(schedule):
        fixtures[game["game_date"]].append((game["home_team"], game["away_team"]))
    return Season(
        player_games=_by_date(player_games),
        offense=_by_date(offense.values()),
        defense=_by_date(defense),
        fixtures=dict(fixtures),
    )


def _records(frame: pd.DataFrame) -> list[Record]:
    """Return rows as plain dicts, missing values as None."""
    plain = frame.astype(object).where(frame.notna(), None)
    records: list[Record] = plain.to_dict("records")
    return records


def _by_date(rows: Any) -> dict[date, list[Record]]:
    grouped: dict[date, list[Record]] = defaultdict(list)
    for row in rows:
        grouped[row["game_date"]].append(row)
    return dict(grouped)


def _zone(shot_value: int, feet: int) -> str:
    if shot_value == 3:
        return "three_pt"
    return "paint" if feet <= 8 else "mid_range"


def _zones(shots: pd.DataFrame) -> dict[tuple[str, int], Record]:
    """Return, by game and player, attempts, makes and blocked attempts a zone, assisted and unassisted makes."""
    tallies: dict[tuple[str, int], Record] = defaultdict(_no_shots)
    columns = ["game_id", "player_id", "shot_value", "shot_distance_ft", "shot_made", "is_assisted", "block_player_id"]
    for game, player, value, feet, made, assisted, blocker in shots[columns].itertuples(index=False):
        tally, zone = tallies[game, player], _zone(value, feet)
        tally[f"{zone}_attempts"] += 1
        tally[f"{zone}_attempts_blocked"] += 0 if pd.isna(blocker) else 1
        if made:
            tally[f"{zone}_makes"] += 1
            tally["assisted_fg_makes" if not pd.isna(assisted) and assisted else "unassisted_fg_makes"] += 1
    return tallies


def _no_shots() -> Record:
    zones = {f"{zone}_{what}": 0 for zone in ZONES for what in ("attempts", "makes", "attempts_blocked")}
    return {**zones, "assisted_fg_makes": 0, "unassisted_fg_makes": 0}


def _team_totals(boxes: pd.DataFrame) -> dict[tuple[str, str], Record]:
    sums = boxes.groupby(["game_id", "team"])[["minutes", "points", *COUNTS]].sum().astype(int)
    return dict(zip(sums.index, sums.to_dict("records"), strict=True))


def _player_game(box: Record, zones: dict[tuple[str, int], Record], totals: dict[tuple[str, str], Record]) -> Record:
    team = totals[box["game_id"], box["team"]]
    kept = ["season", "game_date", "game_id", "player_id", "player_name", "team", "opponent", "is_home", "started"]
    row = {name: box[name] for name in [*kept, "minutes", "points", *COUNTS, "plus_minus"]}
    used = box["fga"] + 0.44 * box["fta"] + box["tov"]
    team_used = team["fga"] + 0.44 * team["fta"] + team["tov"]
    return {
        **row,
        **zones.get((box["game_id"], box["player_id"]), _no_shots()),
        **_shooting(row),
        "usage_rate": ratio(100 * used * (team["minutes"] / 5), box["minutes"] * team_used),
    }


def _shooting(row: Record) -> Record:
    return {
        "ts_pct": ratio(row["points"], 2 * (row["fga"] + 0.44 * row["fta"])),
        "efg_pct": ratio(row["fgm"] + 0.5 * row["fg3m"], row["fga"]),
    }


def _possessions(row: Record) -> float:
    return float(row["fga"] + 0.44 * row["fta"] - row["oreb"] + row["tov"])


def _offense(
    player_games: list[Record], totals: dict[tuple[str, str], Record], schedule: pd.DataFrame
) -> dict[tuple[str, str], Record]:
    zoned: dict[tuple[str, str], Record] = defaultdict(_no_shots)
    for row in player_games:
        tally = zoned[row["game_id"], row["team"]]
        for name in tally:
            tally[name] += row[name]
    rows = {}
    for game in _records(schedule):
        home, away = game["home_team"], game["away_team"]
        for team, opponent in ((home, away), (away, home)):
            own, other = totals[game["game_id"], team], totals[game["game_id"], opponent]
            margin = game["home_score"] - game["away_score"]
            side = {"team": team, "opponent": opponent, "is_home": team == home}
            row = {name: game[name] for name in ("season", "game_date", "game_id")}
            row = {**row, **side, "win": (margin if team == home else -margin) > 0}
            rows[game["game_id"], team] = {**row, **own, **zoned[game["game_id"], team], **_tempo(own, other)}
    return rows


def _tempo(own: Record, other: Record) -> Record:
    mean = (_possessions(own) + _possessions(other)) / 2
    return {
        "possessions": _possessions(own),
        "game_possessions": mean,
        "pace": 48 * mean / (own["minutes"] / 5),
        "offensive_rating": 100 * own["points"] / mean,
        **_shooting(own),
    }


def _defense(own: Record, other: Record) -> Record:
    kept = ["season", "game_date", "game_id", "team", "opponent", "is_home", "win", "minutes"]
    row = {name: own[name] for name in [*kept, "game_possessions", "pace"]}
    for name in ("fgm", "fga", "fg3m", "fg3a", "fta", "tov", "efg_pct"):
        row[f"opponent_{name}"] = other[name]
    for zone in ZONES:
        row[f"{zone}_attempts_allowed"] = other[f"{zone}_attempts"]
        row[f"{zone}_makes_allowed"] = other[f"{zone}_makes"]
        row[f"{zone}_blocks"] = other[f"{zone}_attempts_blocked"]
    return {
        **row,
        "points_allowed": other["points"],
        "defensive_rating": 100 * other["points"] / own["game_possessions"],
    }


def mean(values: list[float | None]) -> float | None:
    """Return the mean of the values that are not None, None when there are none."""
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def deviation(values: list[float]) -> float | None:
    """Return the sample standard deviation, None below two values."""
    if len(values) < 2:
        return None
    centre = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1))
