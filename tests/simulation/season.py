"""A made-up season small enough to simulate: rests, injuries, late starts, trades, trade-and-back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

OPENING_NIGHT = date(2024, 10, 22)
SEASON = "2024-25"
TEAMS = ("ATL", "BOS", "CHA", "DEN", "HOU", "MIA")
COUNTS = ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A player's line in a box score."""

    team: str
    minutes: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSeason:
    """Fixtures and box scores by date, as a source that loses nothing would show them."""

    fixtures: Mapping[date, tuple[tuple[str, str], ...]]
    boxes: Mapping[date, Mapping[int, Line]]

    @property
    def dates(self) -> list[date]:
        return sorted(self.fixtures)

    def calendar_body(self, without: date | None = None) -> dict[str, Any]:
        """Return the calendar at its first revision, which may not know of one of the dates yet."""
        days = [day for day in self.dates if day != without]
        games = {str(day): [f"{home}-{away}" for home, away in self.fixtures[day]] for day in days}
        return {"season": SEASON, "revision": 1, "games": games}

    def rows(self) -> dict[date, dict[str, list[dict[str, Any]]]]:
        """Return the landing rows of every date."""
        return {
            day: {"games": _games(day, self.fixtures[day]), "player_boxscores": self._lines(day), "shots": []}
            for day in self.dates
        }

    def _lines(self, day: date) -> list[dict[str, Any]]:
        sides = {team: (index, side) for index, game in enumerate(self.fixtures[day]) for side, team in enumerate(game)}
        rows = []
        for player, line in self.boxes[day].items():
            index, side = sides[line.team]
            rows.append(
                {
                    "season": SEASON,
                    "game_date": str(day),
                    "game_id": _game_id(day, index),
                    "player_id": player,
                    "player_name": f"Player {player}",
                    "team": line.team,
                    "opponent": self.fixtures[day][index][1 - side],
                    "is_home": side == 0,
                    "started": None,
                    "minutes": line.minutes,
                    "points": line.points,
                    **dict.fromkeys(COUNTS, 0),
                    "plus_minus": 0,
                }
            )
        return rows


def made_season(random: Random, *, dates_min: int, dates_max: int) -> MadeSeason:
    """Return a season of 4-6 teams, 5-9 players and so many game dates."""
    teams = TEAMS[: random.randint(4, 6)]
    fixtures = _fixtures(teams, random.randint(dates_min, dates_max), random)
    boxes: dict[date, dict[int, Line]] = {day: {} for day in fixtures}
    for player in range(1, random.randint(5, 9) + 1):
        for day, line in _career(fixtures, teams, random).items():
            boxes[day][player] = line
    return MadeSeason(fixtures=fixtures, boxes=boxes)


def _fixtures(teams: tuple[str, ...], count: int, random: Random) -> dict[date, tuple[tuple[str, str], ...]]:
    fixtures = {}
    day = OPENING_NIGHT
    for _ in range(count):
        order = random.sample(teams, k=2 * random.randint(1, len(teams) // 2))
        fixtures[day] = tuple(zip(order[::2], order[1::2], strict=True))
        day += timedelta(days=random.choice((1, 1, 1, 2, 2, 5)))
    return fixtures


def _career(
    fixtures: Mapping[date, tuple[tuple[str, str], ...]], teams: tuple[str, ...], random: Random
) -> dict[date, Line]:
    """Return a player's lines; a stint away shows in a game that the team he left plays without him."""
    days = sorted(fixtures)
    home, away = random.sample(teams, k=2)
    first = random.choice((0, 0, 0, len(days) // 2))
    absent_from = random.randrange(len(days))
    absent_until = absent_from + random.choice((0, 0, 3, 8))
    gone_from = random.randrange(len(days)) if random.random() < 0.5 else len(days)
    gone_until = gone_from + random.choice((4, 6, 99))
    while gone_until < len(days) and not any(_plays(home, fixtures[day]) for day in days[gone_from:gone_until]):
        gone_until += 1
    lines = {}
    for index, day in enumerate(days):
        team = away if gone_from <= index < gone_until else home
        absent = index < first or absent_from <= index < absent_until or random.random() < 0.12
        if _plays(team, fixtures[day]) and not absent:
            minutes = 0 if random.random() < 0.1 else random.randint(1, 48)
            lines[day] = Line(team=team, minutes=minutes, points=random.randint(0, 40) if minutes else 0)
    return lines


def _plays(team: str, games: tuple[tuple[str, str], ...]) -> bool:
    return any(team in game for game in games)


def _game_id(day: date, index: int) -> str:
    return f"{day:%Y%m%d}{index:02d}"


def _games(day: date, fixtures: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [
        {
            "season": SEASON,
            "game_id": _game_id(day, index),
            "game_date": str(day),
            "home_team": home,
            "away_team": away,
            "home_team_name": home.title(),
            "away_team_name": away.title(),
            "home_score": None,
            "away_score": None,
        }
        for index, (home, away) in enumerate(fixtures)
    ]
