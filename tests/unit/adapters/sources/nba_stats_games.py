"""A site with one made-up game on it, which a test can spoil; and the season's sources rendered into the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from shared.adapters.sources.nba_stats import NbaStatsSource
from shared.config import Config
from shared.domain.errors import SourceMissing
from shared.domain.landing_fields import ROW_ORDER
from shared.ports import Row, Source
from tests.emulators.nba_site import NbaSite, nba_site

DAY = date(2031, 11, 15)
SEASON = "2031-32"
GAME_ID = "0023100007"
GAME: Row = {
    "season": SEASON,
    "game_id": GAME_ID,
    "game_date": DAY.isoformat(),
    "home_team": "OMA",
    "away_team": "REN",
    "home_team_name": "Omaha Outriders",
    "away_team_name": "Reno Rattlers",
    "home_score": 9,
    "away_score": 5,
}
# Two pairs of team-mates share a family name, one of them the first letter of the first name, too.
HOME = ("Jalen Novak", "Jarvis Novak", "Zoë Črna", "Pat O'Dell Jr.", "Ed Long", "Al Short")
AWAY = ("Ian Novak", "Tom Ray", "Tim Ray", "Lou Mills", "Sid Finch", "Max da Costa")
# (shooter, shot value, made, passer, blocker); players are numbered 11 to 16 at home and 21 to 26 away.
SHOTS: tuple[tuple[int, int, bool, int | None, int | None], ...] = (
    (11, 2, True, 12, None),
    (21, 2, False, None, 13),
    (13, 2, True, 12, None),
    (22, 3, True, 23, None),
    (12, 3, True, 11, None),
    (23, 2, False, None, 14),
    (23, 2, True, None, None),
    (14, 2, True, 11, None),
    (16, 3, False, None, 22),
)


class OneGame:
    """A source with one game, on DAY."""

    def schedule(self, season: str) -> list[Row]:
        return [dict(GAME)] if season == SEASON else []

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        if game_date != DAY:
            raise SourceMissing(f"no games on {game_date}")
        shots = [_shot(number, *shot) for number, shot in enumerate(SHOTS)]
        boxes = [
            _box(player, name, team, opponent, shots)
            for team, opponent, first, names in (("OMA", "REN", 11, HOME), ("REN", "OMA", 21, AWAY))
            for player, name in enumerate(names, first)
        ]
        return {"games": [dict(GAME)], "player_boxscores": boxes, "shots": shots}


@contextmanager
def one_game(**settings: Any) -> Iterator[tuple[NbaSite, NbaStatsSource]]:
    """The site with one game, and the source that asks it."""
    with nba_site(OneGame()) as site:
        yield site, source_of(site, **settings)


def source_of(site: NbaSite, **settings: Any) -> NbaStatsSource:
    given = {"nba_url": site.url, "nba_seconds_between": 0.0, **settings}
    return NbaStatsSource.of_config(Config(source="nba_stats", **given))


def in_landing_order(scraped: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {
        file: sorted(rows, key=lambda row: tuple(row[name] for name in ROW_ORDER[file]))
        for file, rows in scraped.items()
    }


def game_dates(source: Source, season: str) -> list[date]:
    return sorted({date.fromisoformat(row["game_date"]) for row in source.schedule(season)})


def _shot(number: int, shooter: int, value: int, made: bool, passer: int | None, blocker: int | None) -> Row:
    team, opponent = ("OMA", "REN") if shooter < 20 else ("REN", "OMA")
    return {
        "season": SEASON,
        "game_date": DAY.isoformat(),
        "game_id": GAME_ID,
        "event_num": 10 + 3 * number,
        "period": 1 + number // 3,
        "seconds_left": 700 - 7 * number,
        "team": team,
        "opponent": opponent,
        "player_id": shooter,
        "made": made,
        "shot_value": value,
        "distance_ft": 25 if value == 3 else 4,
        "loc_x": -31 + number,
        "loc_y": 40,
        "zone_basic": "Above the Break 3" if value == 3 else "In The Paint (Non-RA)",
        "is_assisted": passer is not None if made else None,
        "assist_player_id": passer,
        "block_player_id": blocker,
    }


def _box(player: int, name: str, team: str, opponent: str, shots: list[Row]) -> Row:
    own = [shot for shot in shots if shot["player_id"] == player]
    makes = [shot for shot in own if shot["made"]]
    return {
        "season": SEASON,
        "game_date": DAY.isoformat(),
        "game_id": GAME_ID,
        "player_id": player,
        "player_name": name,
        "team": team,
        "opponent": opponent,
        "is_home": team == "OMA",
        "started": player % 10 != 6,
        "minutes": 0 if player % 10 == 6 else 20 + player,
        "points": sum(shot["shot_value"] for shot in makes),
        "fgm": len(makes),
        "fga": len(own),
        "fg3m": sum(shot["shot_value"] == 3 for shot in makes),
        "fg3a": sum(shot["shot_value"] == 3 for shot in own),
        **dict.fromkeys(("ftm", "fta", "oreb", "dreb", "reb"), 0),
        "ast": sum(shot["assist_player_id"] == player for shot in shots),
        "stl": 0,
        "blk": sum(shot["block_player_id"] == player for shot in shots),
        **dict.fromkeys(("tov", "pf"), 0),
        "plus_minus": -4 if team == "REN" else 4,
    }
