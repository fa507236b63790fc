"""The box score of a game as stats.nba.com gives it, as rows of `player_boxscores`."""

import re
from typing import Any, Final

from shared.adapters.sources.nba_stats_games import Game
from shared.domain.errors import SourceUnavailable
from shared.ports import Row

STATISTICS: Final = {
    "points": "points",
    "fgm": "fieldGoalsMade",
    "fga": "fieldGoalsAttempted",
    "fg3m": "threePointersMade",
    "fg3a": "threePointersAttempted",
    "ftm": "freeThrowsMade",
    "fta": "freeThrowsAttempted",
    "oreb": "reboundsOffensive",
    "dreb": "reboundsDefensive",
    "reb": "reboundsTotal",
    "ast": "assists",
    "stl": "steals",
    "blk": "blocks",
    "tov": "turnovers",
    "pf": "foulsPersonal",
    "plus_minus": "plusMinusPoints",
}
"""The site's name of each count of the landing format, in the landing format's order."""
SIDES: Final = ("homeTeam", "awayTeam")
STARTERS: Final = 5
HALF_A_MINUTE: Final = 30
# 31:24, and PT31M24.00S as the site's newer feeds write it.
PLAYED: Final = re.compile(r"(?:PT)?(?P<minutes>[0-9]+)(?::|M)(?P<seconds>[0-9]{2})(?:\.[0-9]+S)?")


def box_rows(game: Game, payload: dict[str, Any]) -> list[Row]:
    """Return one row a player who appeared, by team and player id.

    Raises SourceUnavailable when a team's players do not add up to its score: the box score is not whole yet.
    """
    box = payload["boxScoreTraditional"]
    if box["gameId"] != game.game_id:
        raise ValueError(f"the box score is of game {box['gameId']}")
    listed = {side: [player for player in box[side]["players"] if _appeared(player)] for side in SIDES}
    # Five of each team are given a position, its starters; where they are not, nobody's start is known.
    is_known = all(sum(bool(player["position"]) for player in players) == STARTERS for players in listed.values())
    rows = [
        _row(game, player, team_id=box[side]["teamId"], is_start_known=is_known)
        for side, players in listed.items()
        for player in players
    ]
    _require_score(game, rows)
    return sorted(rows, key=lambda row: (row["team"], row["player_id"]))


def whole(number: Any) -> int:
    """Return a count that the site may write with a point (`-4.0`). Raises ValueError when it is no whole one."""
    if number != int(number):
        raise ValueError(f"{number} is no whole number")
    return int(number)


def _row(game: Game, player: dict[str, Any], *, team_id: int, is_start_known: bool) -> Row:
    team, opponent = game.sides(team_id)
    statistics = player["statistics"]
    return {
        "season": game.row["season"],
        "game_date": game.row["game_date"],
        "game_id": game.game_id,
        "player_id": player["personId"],
        "player_name": f"{player['firstName']} {player['familyName']}".strip(),
        "team": team,
        "opponent": opponent,
        "is_home": team_id == game.home_id,
        "started": bool(player["position"]) if is_start_known else None,
        "minutes": (_seconds(player) + HALF_A_MINUTE) // 60,
        **{name: whole(statistics[theirs]) for name, theirs in STATISTICS.items()},
    }


def _appeared(player: dict[str, Any]) -> bool:
    """Return whether he was on court: who was not has no time, or none and a comment that tells why."""
    return bool(player["statistics"]["minutes"]) and (_seconds(player) > 0 or not (player["comment"] or "").strip())


def _seconds(player: dict[str, Any]) -> int:
    played = PLAYED.fullmatch(player["statistics"]["minutes"])
    if played is None:
        raise ValueError(f"minutes of player {player['personId']}: {player['statistics']['minutes']!r}")
    return 60 * int(played["minutes"]) + int(played["seconds"])


def _require_score(game: Game, rows: list[Row]) -> None:
    for side in ("home", "away"):
        score, is_home = game.row[f"{side}_score"], side == "home"
        points = sum(row["points"] for row in rows if row["is_home"] is is_home)
        if points != score:
            team = game.row[f"{side}_team"]
            raise SourceUnavailable(
                f"stats.nba.com, box score of {game.about}: {team}'s players have {points} of its {score} points"
            )
