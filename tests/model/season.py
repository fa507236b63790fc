"""Five dates on which the same two teams play; a player of each, one of whom rests once."""

from datetime import date, timedelta
from typing import Final

from tests.memory_stack import TOY_REACH, ToySource
from tests.simulation.season import OPENING_NIGHT, Line, MadeSeason

DAYS: Final = tuple(OPENING_NIGHT + timedelta(days=index) for index in range(5))
HISTORY: Final = DAYS[:3]
RESTED: Final = DAYS[1]
PLAYERS: Final = [1, 2]
GAMES: Final = TOY_REACH.player_games
WORKLOAD_DAYS: Final = TOY_REACH.player_days


def played(player: int) -> list[date]:
    """Return the dates on which a player plays, ascending."""
    return [day for day in DAYS if not (player == 2 and day == RESTED)]


def season(days: int) -> MadeSeason:
    """Return the first so many dates."""
    return MadeSeason(
        fixtures=dict.fromkeys(DAYS[:days], (("ATL", "BOS"),)),
        boxes={day: {player: _line(player, day) for player in PLAYERS} for day in DAYS[:days]},
    )


def source(days: int) -> ToySource:
    """Return the source that has them."""
    return ToySource(season(days).rows())


def _line(player: int, day: date) -> Line:
    minutes = 30 if day in played(player) else 0
    return Line(team="ATL" if player == 1 else "BOS", minutes=minutes, points=10 * player + day.day if minutes else 0)
