"""The landing rows of a synthetic game that has been played: its result and its box score."""

from itertools import pairwise
from typing import Final

from shared.adapters.sources.synthetic_calendar import Game
from shared.adapters.sources.synthetic_draws import Draw, apportioned, between
from shared.adapters.sources.synthetic_names import TEAMS
from shared.adapters.sources.synthetic_sides import STARTERS, Side
from shared.ports import Row

PLAYERS_ON_COURT: Final = 5
SWING: Final = 5


def game_row(season: str, game: Game, *, home_score: int | None, away_score: int | None) -> Row:
    """Return the game's row of `games`; the scores are None before it is played."""
    return {
        "season": season,
        "game_id": game.game_id,
        "game_date": game.game_date.isoformat(),
        "home_team": game.home,
        "away_team": game.away,
        "home_team_name": TEAMS[game.home],
        "away_team_name": TEAMS[game.away],
        "home_score": home_score,
        "away_score": away_score,
    }


def box_rows(draw: Draw, season: str, game: Game, side: Side, margin: int) -> list[Row]:
    """Return one row of `player_boxscores` a listed player; `margin` is what the side won by."""
    swings = _plus_minus(draw, side.minutes, margin)
    return [
        {
            "season": season,
            "game_date": game.game_date.isoformat(),
            "game_id": game.game_id,
            "player_id": player.player_id,
            "player_name": player.name,
            "team": side.team,
            "opponent": side.opponent,
            "is_home": side.is_home,
            "started": position < STARTERS,
            "minutes": side.minutes[position],
            **_counts(side, position),
            "plus_minus": swings[position],
        }
        for position, player in enumerate(side.players)
    ]


def _counts(side: Side, position: int) -> dict[str, int]:
    counts = {name: values[position] for name, values in side.counts.items()}
    points = 2 * counts["fgm"] + counts["fg3m"] + counts["ftm"]
    return {"points": points, **counts, "reb": counts["oreb"] + counts["dreb"]}


def _plus_minus(draw: Draw, minutes: list[int], margin: int) -> list[int]:
    """Return each player's share of the margin by minutes, with swings between players; they sum to 5 margins."""
    result = apportioned(margin * PLAYERS_ON_COURT, minutes)
    playing = [position for position, played in enumerate(minutes) if played]
    for one, other in pairwise(playing):
        swing = between(draw, -SWING, SWING)
        result[one] += swing
        result[other] -= swing
    return result
