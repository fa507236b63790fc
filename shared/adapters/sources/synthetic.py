"""The `synthetic` source, the embedded default: seeded seasons of made-up players, any date on demand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, groupby
from typing import Final

from shared.adapters.sources.synthetic_boxscore import box_rows, game_row
from shared.adapters.sources.synthetic_calendar import Game, schedule
from shared.adapters.sources.synthetic_careers import Career, careers
from shared.adapters.sources.synthetic_draws import draws
from shared.adapters.sources.synthetic_game import play
from shared.adapters.sources.synthetic_names import TEAMS
from shared.adapters.sources.synthetic_players import players
from shared.adapters.sources.synthetic_sides import TeamStyle, side, team_style
from shared.domain.calendar import season_of
from shared.domain.errors import InvalidInput, SourceMissing
from shared.ports import Row

DEMO_SEASON: Final = "2024-25"
DEFAULT_SEED: Final = 2024
GAMES_PER_TEAM_MAX: Final = 82
ROSTER_MIN, ROSTER_MAX = 10, 20
SEASONS_REMEMBERED: Final = 8
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True, slots=True, kw_only=True)
class _Season:
    """One season as it is known before a game is played."""

    season: str
    games: Mapping[date, Sequence[Game]]
    careers: Sequence[Career]
    styles: dict[str, TeamStyle]


class SyntheticSource:
    """Makes up seasons: the same seed and size give the same rows, whatever was asked for before.

    `teams` (even, 2 to 30), `games_per_team` (1 to 82) and `roster_size` (10 to 20) set the size; smaller ones
    make shorter seasons from the same opening night. Players keep ids and style from season to season. A date's
    games depend on the seed, the size and the date alone. Raises InvalidInput naming a size out of range.
    """

    def __init__(
        self, *, seed: int = DEFAULT_SEED, teams: int = len(TEAMS), games_per_team: int = 82, roster_size: int = 17
    ) -> None:
        if teams % 2 or not 2 <= teams <= len(TEAMS):
            raise InvalidInput("teams", teams, f"an even number, 2 to {len(TEAMS)}")
        if not 1 <= games_per_team <= GAMES_PER_TEAM_MAX:
            raise InvalidInput("games_per_team", games_per_team, f"1 to {GAMES_PER_TEAM_MAX}")
        if not ROSTER_MIN <= roster_size <= ROSTER_MAX:
            raise InvalidInput("roster_size", roster_size, f"{ROSTER_MIN} to {ROSTER_MAX}")
        self._seed = seed
        self._teams = tuple(TEAMS)[:teams]
        self._games_per_team = games_per_team
        self._players = players(seed, teams, roster_size)
        self._season = lru_cache(maxsize=SEASONS_REMEMBERED)(self._made_season)

    def schedule(self, season: str) -> list[Row]:
        """Return the season's games by date, without scores. Raises InvalidInput unless it reads like `2024-25`."""
        games = chain.from_iterable(self._season(season).games.values())
        return [game_row(season, game, home_score=None, away_score=None) for game in games]

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        """Return the rows of a date by landing file. Raises SourceMissing for a date without games."""
        season = self._season(season_of(game_date))
        games = season.games.get(game_date)
        if not games:
            raise SourceMissing(f"the synthetic season {season.season} has no games on {game_date}")
        rosters = _rosters(season.careers, game_date)
        rows: dict[str, list[Row]] = {"games": [], "player_boxscores": [], "shots": []}
        for game in games:
            for file, made in self._played(season, game, rosters).items():
                rows[file] += made
        return rows

    def _made_season(self, season: str) -> _Season:
        year = start_year(season)
        games = schedule(draws(self._seed, season, "schedule"), year, self._teams, self._games_per_team)
        draw, first, last = draws(self._seed, season, "careers"), games[0].game_date, games[-1].game_date
        return _Season(
            season=season,
            games={day: tuple(of_day) for day, of_day in groupby(games, key=lambda game: game.game_date)},
            careers=careers(draw, self._players, self._teams, first, last),
            styles={team: team_style(self._seed, season, team) for team in self._teams},
        )

    def _played(self, season: _Season, game: Game, rosters: Mapping[str, Sequence[Career]]) -> dict[str, list[Row]]:
        """Return the landing rows of one game."""
        draw = draws(self._seed, season.season, game.game_date, game.home)
        home, away = (
            side(draw, game, is_home=team == game.home, roster=rosters[team], style=season.styles[team])
            for team in (game.home, game.away)
        )
        shots = play(draw, season.season, game, home, away)
        margin = home.score - away.score
        return {
            "games": [game_row(season.season, game, home_score=home.score, away_score=away.score)],
            "player_boxscores": [
                *box_rows(draw, season.season, game, home, margin),
                *box_rows(draw, season.season, game, away, -margin),
            ],
            "shots": shots,
        }


def _rosters(every: Sequence[Career], day: date) -> dict[str, list[Career]]:
    """Return each team's players on a day, those absent included."""
    rosters: dict[str, list[Career]] = {}
    for career in every:
        team = career.team_on(day)
        if team is not None:
            rosters.setdefault(team, []).append(career)
    return rosters


def start_year(season: str) -> int:
    """Return the year a season starts in. Raises InvalidInput unless it is that year and the next: `2024-25`."""
    parts = re.fullmatch("([0-9]{4})-([0-9]{2})", season)
    year = int(parts[1]) if parts else 0
    if not parts or int(parts[2]) != (year + 1) % 100 or not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput("season", season, "a year and the last two digits of the next, such as 2024-25")
    return year
