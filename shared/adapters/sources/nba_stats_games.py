"""Games as stats.nba.com lists them: the season's schedule and a date's scoreboard, as rows of `games`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.domain.calendar import season_of
from shared.domain.errors import SourceMissing, SourceUnavailable
from shared.domain.landing_fields import TEAM
from shared.ports import Row

REGULAR_SEASON: Final = "002"
"""What a regular-season game's id begins with; the cup's final (006), play-in and playoffs are none."""
FINAL: Final = 3
POSTPONED_STATUS: Final = "Y"
POSTPONED_TEXTS: Final = ("PPD", "POSTPONED", "CANCELED", "CANCELLED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """A final game of the scoreboard: its row of `games`, and the site's ids of the two teams."""

    row: Row
    home_id: int
    away_id: int

    @property
    def game_id(self) -> str:
        """Return the game's id."""
        return str(self.row["game_id"])

    @property
    def about(self) -> str:
        """Return the game for messages: `0022400231 NYK@BOS`."""
        return f"{self.game_id} {self.row['away_team']}@{self.row['home_team']}"

    def sides(self, team_id: int) -> tuple[str, str]:
        """Return (team, opponent) of one of the two teams. Raises ValueError for a third one."""
        home, away = self.row["home_team"], self.row["away_team"]
        if team_id not in (self.home_id, self.away_id):
            raise ValueError(f"team {team_id} does not play in {self.about}")
        return (home, away) if team_id == self.home_id else (away, home)


def schedule_rows(season: str, payload: dict[str, Any]) -> list[Row]:
    """Return the season's regular-season games by date and id, with scores where they are final.

    A game that is postponed without a new date is left out, one that is listed twice is taken at its later date;
    a cup game is left out while its teams are not known. Raises SourceUnavailable when the answer is of another
    season.
    """
    schedule = payload["leagueSchedule"]
    if schedule["seasonYear"] != season:
        raise SourceUnavailable(f"stats.nba.com gave the schedule of {schedule['seasonYear']}, not of {season}")
    found: dict[str, Row] = {}
    for game in _counting(game for day in schedule["gameDates"] for game in day["games"]):
        if not all(TEAM.accepts(game[side]["teamTricode"] or "") for side in ("homeTeam", "awayTeam")):
            continue
        row = _row(season, game["gameDateEst"][:10], game)
        earlier = found.get(row["game_id"])
        if earlier is None or earlier["game_date"] <= row["game_date"]:
            found[row["game_id"]] = row
    return sorted(found.values(), key=lambda row: (row["game_date"], row["game_id"]))


def final_games(day: date, payload: dict[str, Any]) -> list[Game]:
    """Return the regular-season games of a date's scoreboard, by id.

    Raises SourceMissing when there are none, SourceUnavailable when one of them is not final or the answer is
    of another date.
    """
    scoreboard = payload["scoreboard"]
    if scoreboard["gameDate"] != day.isoformat():
        raise SourceUnavailable(f"stats.nba.com gave the scoreboard of {scoreboard['gameDate']}, not of {day}")
    games = list(_counting(scoreboard["games"]))
    if not games:
        raise SourceMissing(f"stats.nba.com has no games on {day}")
    found = [
        Game(
            row=_row(season_of(day), day.isoformat(), game),
            home_id=game["homeTeam"]["teamId"],
            away_id=game["awayTeam"]["teamId"],
        )
        for game in sorted(games, key=lambda game: str(game["gameId"]))
    ]
    states = {game["gameId"]: game["gameStatusText"].strip() for game in games if game["gameStatus"] != FINAL}
    waiting = [f"{game.about} ({states[game.game_id]})" for game in found if game.game_id in states]
    if waiting:
        raise SourceUnavailable(f"stats.nba.com, {day}: not final yet: {', '.join(waiting)}")
    return found


def _counting(games: Any) -> Iterator[dict[str, Any]]:
    """Yield the regular-season games that were or will be played on their date."""
    for game in games:
        if game["gameId"].startswith(REGULAR_SEASON) and not _is_postponed(game):
            yield game


def _is_postponed(game: dict[str, Any]) -> bool:
    if game["gameStatus"] == FINAL:
        return False
    text = game["gameStatusText"].strip().upper()
    return game.get("postponedStatus") == POSTPONED_STATUS or text.startswith(POSTPONED_TEXTS)


def _row(season: str, day: str, game: dict[str, Any]) -> Row:
    home, away = game["homeTeam"], game["awayTeam"]
    is_final = game["gameStatus"] == FINAL
    return {
        "season": season,
        "game_id": game["gameId"],
        "game_date": day,
        "home_team": home["teamTricode"],
        "away_team": away["teamTricode"],
        "home_team_name": _name(home),
        "away_team_name": _name(away),
        "home_score": home["score"] if is_final else None,
        "away_score": away["score"] if is_final else None,
    }


def _name(team: dict[str, Any]) -> str:
    return f"{team['teamCity']} {team['teamName']}".strip()
