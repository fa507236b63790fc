"""What must be equal between a table and the one it comes from, and what must hold within each of its rows.

All of it holds exactly on the season 2024-25: sums of integers, and columns that are handed on as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.processors.columns import COUNTS, MAKES, ZONE_COUNTS, ZONES
from shared.processors.declaration import Processor
from shared.processors.tables import CACHE, COMPOSITE, FEATURES, OFFENSE, PLAYER_GAMES, PROFILE

BOX: Final = "nba_raw.player_boxscores"
TEAM_BOX: Final = "nba_raw.team_boxscores"
PLAYER: Final = "CAST(player_id AS STRING)"
NAMED_PLAYER: Final = "CONCAT(player_name, ' (', CAST(player_id AS STRING), ')')"
SHORTAGES: Final = ("season_start", "absent", "capped", "missing_data")
BOX_COLUMNS: Final = ("minutes", "points", *COUNTS)
ZONE_SIDES: Final = tuple(f"{zone}_{what}" for zone in ZONES for what in ("attempts", "makes"))
# A game's two scores, a row a side, as a table has them.
SCORES: Final = (
    "(SELECT game_date, home_team AS team, home_score AS score, home_score - away_score AS margin FROM nba_raw.games"
    " UNION ALL"
    " SELECT game_date, away_team AS team, away_score AS score, away_score - home_score AS margin FROM nba_raw.games)"
)
HANDED_ON: Final = ("games_used", "quality_score", "window_start", "window_end", "shortage_reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Columns of a processor's table that equal those of `source`, entity by entity and date by date.

    `columns` maps the name of what is compared to its expression here and its expression there; both sides are grouped
    by their entity. With `absent_counts` an entity without a row here counts as zeros; else it is not compared. With
    `told` the differing values are told, else the columns are only named: floats have no one text. `source_name` is
    what a `source` that is a query is called.
    """

    source: str
    columns: Mapping[str, tuple[str, str]] = field(hash=False)
    here: str = "team"
    there: str = "team"
    absent_counts: bool = False
    source_name: str = ""
    told: bool = True


def sums(columns: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return each column with its sum on both sides."""
    return {column: (f"SUM({column})", f"SUM({column})") for column in columns}


def handed_on(columns: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return each column as it is on both sides: of one row an entity."""
    return {column: (f"MAX({column})", f"MAX({column})") for column in columns}


IDENTITIES: Final[Mapping[str, tuple[Identity, ...]]] = {
    "shots": (
        Identity(
            source=BOX,
            here=PLAYER,
            there=PLAYER,
            absent_counts=True,
            columns={
                "fga": ("COUNT(*)", "SUM(fga)"),
                "fgm": ("COUNTIF(made)", "SUM(fgm)"),
                "fg3a": ("COUNTIF(shot_value = 3)", "SUM(fg3a)"),
                "fg3m": ("COUNTIF(made AND shot_value = 3)", "SUM(fg3m)"),
            },
        ),
        Identity(source=BOX, absent_counts=True, columns={"ast": ("COUNTIF(is_assisted)", "SUM(ast)")}),
    ),
    "team_boxscores": (
        Identity(source=BOX, columns=sums(BOX_COLUMNS)),
        Identity(
            source=SCORES,
            source_name="nba_raw.games",
            columns={"points": ("SUM(points)", "SUM(score)"), "plus_minus": ("SUM(plus_minus)", "SUM(margin)")},
        ),
    ),
    "player_game_summary": (Identity(source=BOX, here=NAMED_PLAYER, there=NAMED_PLAYER, columns=sums(BOX_COLUMNS)),),
    "team_offense_game_summary": (
        Identity(source=TEAM_BOX, columns=sums(BOX_COLUMNS)),
        Identity(source=PLAYER_GAMES, columns=sums((*ZONE_COUNTS, *MAKES))),
    ),
    "team_defense_game_summary": (
        Identity(
            source=OFFENSE,
            here="opponent",
            columns={
                "points": ("SUM(points_allowed)", "SUM(points)"),
                **{side: (f"SUM({side}_allowed)", f"SUM({side})") for side in ZONE_SIDES},
                **{f"{zone}_blocks": (f"SUM({zone}_blocks)", f"SUM({zone}_attempts_blocked)") for zone in ZONES},
            },
        ),
    ),
    "ml_feature_store": (
        Identity(source=CACHE, here=PLAYER, there=PLAYER, columns=handed_on(HANDED_ON)),
        Identity(
            source=CACHE,
            here=PLAYER,
            there=PLAYER,
            told=False,
            columns=handed_on(("points_avg_last_5", "points_avg_last_10", "points_avg_last_20", "minutes_avg_last_10")),
        ),
        Identity(source=PROFILE, here=PLAYER, there=PLAYER, told=False, columns=handed_on(("points_avg_season",))),
        Identity(source=COMPOSITE, here=PLAYER, there=PLAYER, told=False, columns=handed_on(("total_adjustment",))),
    ),
    "player_points_predictions": (Identity(source=FEATURES, here=PLAYER, there=PLAYER, columns=handed_on(HANDED_ON)),),
}

_SHOOTING: Final = {
    "points = 2 fgm + fg3m + ftm": "points = 2 * fgm + fg3m + ftm",
    "reb = oreb + dreb": "reb = oreb + dreb",
    "makes <= attempts": "fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga",
}
_ZONED: Final = {
    "zone attempts = fga": "paint_attempts + mid_range_attempts + three_pt_attempts = fga",
    "zone makes = fgm": "paint_makes + mid_range_makes + three_pt_makes = fgm",
    "three_pt = fg3": "three_pt_attempts = fg3a AND three_pt_makes = fg3m",
    "assisted + unassisted = fgm": "assisted_fg_makes + unassisted_fg_makes = fgm",
}
_SIDES: Final = {"team is not its opponent": "team <> opponent"}
_RULES: Final[Mapping[str, Mapping[str, str]]] = {
    "games": {"two teams": "home_team <> away_team", "one winner": "home_score <> away_score"},
    "player_boxscores": {**_SHOOTING, **_SIDES},
    "shots": _SIDES,
    "team_boxscores": {**_SHOOTING, **_SIDES, "win = plus_minus > 0": "win = (plus_minus > 0)"},
    "player_game_summary": {**_SHOOTING, **_ZONED, **_SIDES},
    "team_offense_game_summary": {**_SHOOTING, **_ZONED, **_SIDES},
    "team_defense_game_summary": _SIDES,
}


def rules(processor: Processor) -> Mapping[str, str]:
    """Return what holds within each row of a table of Phases 2-3: condition by name, empty for other phases."""
    return _RULES.get(processor.name, {})


def quality_rules(processor: Processor) -> Mapping[str, str]:
    """Return what holds between games used, quality, reason and window in each row of Phases 4-5, else nothing.

    The formula is DESIGN's: round(100 min(1, games used / needed)), where a processor declares what it needs.
    """
    if "quality_score" not in processor.required:
        return {}
    reasons = ", ".join(f"'{reason}'" for reason in SHORTAGES)
    found = {
        "shortage_reason is a known one": f"shortage_reason IS NULL OR shortage_reason IN ({reasons})",
        "a window iff games": "(window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)",
        "window_start <= window_end < game_date": (
            "window_start IS NULL OR (window_start <= window_end AND window_end < game_date)"
        ),
    }
    enough = processor.needed or processor.minimum
    if processor.needed is not None:
        score = f"CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, {enough}), {enough})) AS INT64)"
        found[f"quality_score of {enough} games"] = f"quality_score = {score}"
        found[f"at most {enough} games"] = f"games_used <= {enough}"
    if enough is not None:
        found["a reason iff games are short"] = f"(shortage_reason IS NULL) = (games_used >= {enough})"
    return found
