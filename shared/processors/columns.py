"""Groups of columns, and the range that a value of each may have: what audits hold a partition to."""

from typing import Final

from shared.processors.declaration import Range

FRACTION: Final[Range] = (0, 1)
PERCENT: Final[Range] = (0, 100)
# A made three is worth 1.5 made twos, and a free throw trip is counted as 0.44 attempts.
SHOOTING: Final[Range] = (0, 2.5)
# One minute may hold several possessions used: a share of five players' minutes above 100 is no error.
USAGE: Final[Range] = (0, 1000)
PACE: Final[Range] = (60, 160)
RATING: Final[Range] = (30, 230)
# 69 minutes is the longest anybody played in a game, 100 the most points a player scored.
PLAYER_MINUTES: Final[Range] = (0, 75)
PLAYER_POINTS: Final[Range] = (0, 110)
PLAYER_COUNT: Final[Range] = (0, 70)
TEAM_MINUTES: Final[Range] = (180, 420)
TEAM_POINTS: Final[Range] = (20, 250)
TEAM_COUNT: Final[Range] = (0, 200)
MARGIN: Final[Range] = (-120, 120)

COUNTS = ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf")
ZONES = ("paint", "mid_range", "three_pt")
ZONE_COUNTS = tuple(f"{zone}_{what}" for zone in ZONES for what in ("attempts", "makes", "attempts_blocked"))
MAKES = ("assisted_fg_makes", "unassisted_fg_makes")
GAME_COLUMNS = ("season", "game_date", "game_id")
PLAYER_GAME_COLUMNS = (
    *GAME_COLUMNS,
    "player_id",
    "player_name",
    "team",
    "opponent",
    "is_home",
    "minutes",
    "points",
    *COUNTS,
)
TEAM_GAME_COLUMNS = (*GAME_COLUMNS, "team", "opponent", "is_home", "win", "minutes")
QUALITY_COLUMNS = ("games_used", "quality_score", "early_season_flag", "processed_at", "backfill_id")
PLAYER_ROW_COLUMNS = ("game_date", "player_id", "team", "opponent", *QUALITY_COLUMNS)
TEAM_ROW_COLUMNS = ("game_date", "team", "opponent", *QUALITY_COLUMNS)


def bounded(**groups: tuple[Range, tuple[str, ...]]) -> dict[str, Range]:
    """Return each column of the groups with its group's range."""
    return {column: bounds for bounds, columns in groups.values() for column in columns}


PLAYER_GAME_RANGES = {
    **dict.fromkeys(COUNTS, PLAYER_COUNT),
    "minutes": PLAYER_MINUTES,
    "points": PLAYER_POINTS,
    "plus_minus": MARGIN,
}
TEAM_GAME_RANGES = {**dict.fromkeys(COUNTS, TEAM_COUNT), "minutes": TEAM_MINUTES, "points": TEAM_POINTS}
# A traded player may play more than 82 games in a season; nobody has played 90.
QUALITY_RANGES: dict[str, Range] = {"quality_score": PERCENT, "games_used": (0, 110)}
FACTOR_RANGES: dict[str, Range] = {
    "fatigue_score": PERCENT,
    "fatigue_adjustment": (-1, 0),
    "zone_mismatch_adjustment": (-1.5, 1.5),
    "pace_adjustment": (-1, 1),
    "usage_trend_adjustment": (-1, 1),
    "total_adjustment": (-4.5, 3.5),
}
RECENT_RANGES: dict[str, Range] = {
    **dict.fromkeys([f"points_avg_last_{n}" for n in (5, 10, 20)], PLAYER_POINTS),
    **dict.fromkeys([f"minutes_avg_last_{n}" for n in (5, 10, 20)], PLAYER_MINUTES),
    "points_std_last_10": PLAYER_POINTS,
    "games_in_sample_20": (0, 20),
    "games_last_7": (0, 7),
    "games_last_14": (0, 10),
    "days_of_rest": (0, 366),
}
ZONE_RATES = tuple(f"{zone}_rate_last_10" for zone in ZONES)
