"""A player's page: his games, which target dates used which of them, and how good that made what was computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.domain.errors import InvalidInput
from shared.domain.quality import Tier, tier
from shared.processors.declaration import statement
from shared.service.explaining.entities import PLAYER_ID_PATTERN
from shared.service.pages.board import Board

GAMES_SQL: Final = "pages/player_games.sql"
TARGETS_SQL: Final = "pages/player_targets.sql"
# Beyond BigQuery's INT64 no id can be.
PLAYER_ID_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerGame:
    """A game that he was listed in; with 0 minutes he did not play, and no window counts it."""

    game_date: date
    team: str
    opponent: str
    is_home: bool
    minutes: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerTarget:
    """A date that was computed for him: the games it used, ascending, its quality, and the points predicted.

    `predicted` is None before Phase 5 and where the prediction was withheld.
    """

    game_date: date
    team: str
    opponent: str
    games: tuple[date, ...]
    quality_score: int
    tier: Tier
    shortage: str | None
    predicted: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerPage:
    """A player's season: games and targets, both by date; `teams` in the order he played for them."""

    player_id: int
    player_name: str
    season: str
    seasons: tuple[str, ...]
    teams: tuple[str, ...]
    games: tuple[PlayerGame, ...]
    targets: tuple[PlayerTarget, ...]


def player_page(board: Board, player_id: str, season: str | None = None) -> PlayerPage:
    """Return a player's page of a season, by default that of the newest backfill.

    Raises InvalidInput when the id is none, the season was never loaded, or he is in none of its box scores.
    """
    if not PLAYER_ID_PATTERN.fullmatch(player_id) or int(player_id) > PLAYER_ID_MAX:
        raise InvalidInput("player", player_id, "a player's id, a whole number; search for names")
    name = board.season(season)
    dates = board.calendar(name).dates
    asked = {"player_id": int(player_id), "start_date": dates[0], "end_date": dates[-1]}
    rows = board.app.warehouse.query(statement(GAMES_SQL), asked)
    if not rows:
        raise InvalidInput("player", player_id, f"a player listed in a game of {name} that Phase 3 has")
    games = tuple(_game(row) for row in rows)
    played = [each.game_date for each in games if each.minutes > 0]
    targets = board.app.warehouse.query(statement(TARGETS_SQL), asked)
    return PlayerPage(
        player_id=int(player_id),
        player_name=rows[-1]["player_name"],
        season=name,
        seasons=tuple(board.seasons()),
        teams=tuple(dict.fromkeys(each.team for each in games)),
        games=games,
        targets=tuple(_target(row, played) for row in targets),
    )


def _game(row: dict[str, Any]) -> PlayerGame:
    return PlayerGame(
        game_date=row["game_date"],
        team=row["team"],
        opponent=row["opponent"],
        is_home=row["is_home"],
        minutes=row["minutes"] or 0,
        points=row["points"] or 0,
    )


def _target(row: dict[str, Any], played: Sequence[date]) -> PlayerTarget:
    """Return a target with its games: a window never reaches past a hole, so they are the last ones in its bounds."""
    first, last = row["window_start"], row["window_end"]
    within = [day for day in played if first is not None and first <= day <= last]
    return PlayerTarget(
        game_date=row["game_date"],
        team=row["team"],
        opponent=row["opponent"],
        games=tuple(within[-row["games_used"] :] if row["games_used"] else ()),
        quality_score=row["quality_score"],
        tier=tier(row["quality_score"]),
        shortage=row["shortage_reason"],
        predicted=row["predicted_points"],
        confidence=row["confidence"],
    )
