"""The `nba_stats` source: live, from stats.nba.com, through the `nba_api` package.

A date is one scoreboard, then for each of its games the box score, the shot chart and the play-by-play: 1 + 3n
calls. The box score and not the league's game log gives the players' rows, although that would be one call a
date: it alone says who started.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from nba_api.stats.endpoints.boxscoretraditionalv3 import BoxScoreTraditionalV3
from nba_api.stats.endpoints.playbyplayv3 import PlayByPlayV3
from nba_api.stats.endpoints.scheduleleaguev2 import ScheduleLeagueV2
from nba_api.stats.endpoints.scoreboardv3 import ScoreboardV3
from nba_api.stats.endpoints.shotchartdetail import ShotChartDetail

from shared.adapters.sources.nba_stats_boxscore import box_rows
from shared.adapters.sources.nba_stats_client import NbaStatsClient
from shared.adapters.sources.nba_stats_games import Game, final_games, schedule_rows
from shared.adapters.sources.nba_stats_pace import Budget, Limits
from shared.adapters.sources.nba_stats_shots import shot_rows
from shared.config import Config
from shared.domain.errors import InvalidInput, SourceMissing, SourceUnavailable
from shared.domain.landing_fields import FIELDS, SEASON
from shared.ports import Row

ALL: Final = 0
"""The id that stands for every player or every team of a shot chart."""
ATTEMPTS: Final = "FGA"
"""What a shot chart is to hold; without it, it holds the makes only."""
UNREADABLE: Final = (KeyError, IndexError, TypeError, ValueError, AttributeError)


class NbaStatsSource:
    """Asks stats.nba.com at each request and remembers nothing; threads may share it, at one pace for all.

    Raises SourceUnavailable whenever the answer is not whole: no answer, a game that is not final, a payload in
    another shape, counts that do not agree between the payloads. All of it may be right some minutes later.
    """

    def __init__(self, client: NbaStatsClient) -> None:
        self._client = client

    @classmethod
    def of_config(cls, config: Config) -> "NbaStatsSource":
        """Return the source with the limits, the address and the proxy that the configuration names."""
        limits = Limits(
            seconds_between=config.nba_seconds_between,
            timeout_seconds=config.nba_timeout_seconds,
            tries=config.nba_tries,
            budget_seconds=config.nba_budget_seconds,
        )
        return cls(NbaStatsClient(limits, url=config.nba_url, proxy=config.nba_proxy))

    def schedule(self, season: str) -> list[Row]:
        """Return the season's regular-season games by date and id. Raises SourceMissing when it lists none."""
        if not SEASON.accepts(season):
            raise InvalidInput("season", season, SEASON.description)
        payload = self._client.ask(ScheduleLeagueV2(season=season, get_request=False), season, self._client.budget())
        with _readable(f"schedule of {season}"):
            rows = schedule_rows(season, payload)
        if not rows:
            raise SourceMissing(f"stats.nba.com lists no game of the season {season}")
        _require_fields("games", rows)
        return rows

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        """Return the rows of a date by landing file. Raises SourceMissing for a date without games."""
        budget, day = self._client.budget(), game_date.isoformat()
        payload = self._client.ask(ScoreboardV3(game_date=day, get_request=False), day, budget)
        with _readable(f"scoreboard of {day}"):
            games = final_games(game_date, payload)
        rows: dict[str, list[Row]] = {file: [] for file in FIELDS}
        for game in games:
            boxes, shots = self._game(game, budget)
            rows["games"].append(game.row)
            rows["player_boxscores"] += boxes
            rows["shots"] += shots
        for file, made in rows.items():
            _require_fields(file, made)
        return rows

    def _game(self, game: Game, budget: Budget) -> tuple[list[Row], list[Row]]:
        """Return the rows of `player_boxscores` and of `shots` of one game."""
        box, chart, plays = (self._client.ask(each, game.about, budget) for each in _requests(game))
        with _readable(f"box score of {game.about}"):
            boxes = box_rows(game, box)
        with _readable(f"shots of {game.about}"):
            shots = shot_rows(game, boxes, box, chart, plays)
        return boxes, shots


def _requests(game: Game) -> Iterator[Any]:
    yield BoxScoreTraditionalV3(game_id=game.game_id, get_request=False)
    yield ShotChartDetail(
        team_id=ALL,
        player_id=ALL,
        game_id_nullable=game.game_id,
        season_nullable=game.row["season"],
        context_measure_simple=ATTEMPTS,
        get_request=False,
    )
    yield PlayByPlayV3(game_id=game.game_id, get_request=False)


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """Raise SourceUnavailable, naming the payload, for one that lacks what is read from it."""
    try:
        yield
    except UNREADABLE as error:
        problem = f"{type(error).__name__}: {error}"
        raise SourceUnavailable(f"stats.nba.com, {what}: not in the shape that is read here: {problem}") from error


def _require_fields(file: str, rows: list[Row]) -> None:
    """Raise SourceUnavailable for the first value that the landing format does not allow."""
    for row in rows:
        for field in FIELDS[file]:
            if not field.accepts(row[field.name]):
                problem = f"{field.name}: got {row[field.name]!r}; expected {field.expected}"
                raise SourceUnavailable(f"stats.nba.com, {file} of game {row['game_id']}: {problem}")
