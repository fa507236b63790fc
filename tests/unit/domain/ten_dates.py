"""A season of ten game dates and one player, written as one letter a date."""

from datetime import date, timedelta

from shared.domain.calendar import Fixture, SeasonCalendar
from shared.domain.closure import Target
from shared.domain.lookback import Appearance, SeasonKnowledge

PLAYER = 7
FIRST = date(2024, 11, 1)
# BOS, CHA and DEN play on these positions of a season with a game date a day; HOU plays on all of them.
SCHEDULE = {"BOS": (0, 1, 3, 4, 6, 7, 9), "CHA": (0, 2, 3, 5, 6, 8, 9), "DEN": (1, 2, 4, 5, 7, 8)}
DATES = tuple(FIRST + timedelta(days=step) for step in range(10))
TEAM_OF_LETTER = {"B": ("BOS", True), "C": ("CHA", True), "b": ("BOS", False), "c": ("CHA", False)}


def small_season() -> SeasonCalendar:
    fixtures: dict[date, tuple[Fixture, ...]] = {}
    for position, day in enumerate(DATES):
        playing = [team for team, positions in SCHEDULE.items() if position in positions]
        fixtures[day] = tuple(zip(playing[::2], [*playing[1::2], "HOU"], strict=False))
    return SeasonCalendar(season="2024-25", revision=1, fixtures=fixtures)


def seen(line: str) -> SeasonKnowledge:
    """Knowledge of ten dates: `?` unknown, `.` known and not listed, B or C played for, b or c listed, 0 minutes."""
    knowledge = SeasonKnowledge(small_season())
    for day, letter in zip(DATES, line, strict=True):
        if letter != "?":
            lines = {PLAYER: Appearance(*TEAM_OF_LETTER[letter])} if letter != "." else {}
            knowledge.learn(day, 1, lines)
    return knowledge


def lone(position: int, team: str) -> Target:
    return Target(position=position, players={PLAYER: team}, teams=())
