"""The synthetic league's schedule: rounds in which every team plays once, two days a round, some games moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shared.adapters.sources.synthetic_draws import Draw, shuffled

DAYS_A_ROUND: Final = 2
OPENING_GAMES: Final = 2
MOVED_SHARE: Final = 0.35
BUSY_WEEKDAYS: Final = (1.0, 0.7, 1.3, 0.7, 1.2, 1.0, 1.0)
TUESDAY, THURSDAY, FRIDAY = 1, 3, 4
ALL_STAR_DAYS: Final = 5
GAME_NUMBERS: Final = 100_000
ONE_DAY: Final = timedelta(days=1)
SYNTHETIC_GAMES: Final = 9_0000_00000  # no real game id begins with 9

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """One scheduled game of the synthetic league; `second_night` lists the teams that played the day before."""

    game_id: str
    game_date: date
    home: str
    away: str
    second_night: frozenset[str]


def schedule(draw: Draw, start_year: int, teams: Sequence[str], games_per_team: int) -> tuple[Game, ...]:
    """Return a season's games by date: each team plays `games_per_team`, never three days in a row."""
    days = _days(start_year, games_per_team * DAYS_A_ROUND)
    placed = [
        (pair, position)
        for number, pairs in enumerate(_rounds(draw, teams, games_per_team))
        for pair, position in _spread(draw, pairs, days, number)
    ]
    placed = sorted(_moved(draw, placed, len(days)), key=lambda game: game[1])
    playing = {(team, days[position]) for pair, position in placed for team in pair}
    return tuple(
        Game(
            game_id=str(SYNTHETIC_GAMES + start_year * GAME_NUMBERS + number),
            game_date=days[position],
            home=home,
            away=away,
            second_night=frozenset(team for team in (home, away) if (team, days[position] - ONE_DAY) in playing),
        )
        for number, ((home, away), position) in enumerate(placed, 1)
    )


def _nth_weekday(first: date, weekday: int, number: int) -> date:
    """Return the `number`-th given weekday at or after `first`."""
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _off_days(start_year: int) -> set[date]:
    """Return the days of a season without games: election day, Thanksgiving, December pauses, the all-star break."""
    december = _nth_weekday(date(start_year, 12, 15), TUESDAY, 1)
    all_star = _nth_weekday(date(start_year + 1, 2, 8), FRIDAY, 1)
    return {
        _nth_weekday(date(start_year, 11, 2), TUESDAY, 1),
        _nth_weekday(date(start_year, 11, 1), THURSDAY, 4),
        december,
        december + ONE_DAY,
        date(start_year, 12, 24),
        *(all_star + number * ONE_DAY for number in range(ALL_STAR_DAYS)),
    }


def _days(start_year: int, count: int) -> list[date]:
    """Return the first `count` playing days of a season that opens on a Tuesday, October 19-25."""
    day, off = _nth_weekday(date(start_year, 10, 19), TUESDAY, 1), _off_days(start_year)
    days: list[date] = []
    while len(days) < count:
        if day not in off:
            days.append(day)
        day += ONE_DAY
    return days


def _rounds(draw: Draw, teams: Sequence[str], count: int) -> Iterator[list[Pair]]:
    """Yield rounds of (home, away) by the circle method: in each run of n - 1 rounds every pair meets once."""
    order, at_home = list(teams), dict.fromkeys(teams, 0)
    for number in range(count):
        turn = number % (len(order) - 1)
        if turn == 0:
            order = shuffled(draw, order)
        ring = order[1 + turn :] + order[1 : 1 + turn]
        pairs = [(order[0], ring[0])] + [(ring[step], ring[-step]) for step in range(1, len(order) // 2)]
        hosted = [pair if (at_home[pair[0]], draw()) <= (at_home[pair[1]], 0.5) else pair[::-1] for pair in pairs]
        for home, _ in hosted:
            at_home[home] += 1
        yield hosted


def _spread(draw: Draw, pairs: Sequence[Pair], days: Sequence[date], number: int) -> Iterator[tuple[Pair, int]]:
    """Yield the games of a round with the position of their day, one of the round's two.

    Opening night has two games; on the last day everybody plays.
    """
    first = number * DAYS_A_ROUND
    early, late = (BUSY_WEEKDAYS[days[first + step].weekday()] for step in range(DAYS_A_ROUND))
    for index, pair in enumerate(shuffled(draw, pairs)):
        is_early = draw() * (early + late) < early and first + DAYS_A_ROUND < len(days)
        if number == 0:
            is_early = index < OPENING_GAMES
        yield pair, first if is_early else first + 1


def _moved(draw: Draw, placed: Sequence[tuple[Pair, int]], days: int) -> Iterator[tuple[Pair, int]]:
    """Yield the games, some moved by a day or two where both teams are free; opening night stays."""
    busy: dict[str, set[int]] = {}
    for pair, position in placed:
        for team in pair:
            busy.setdefault(team, set()).add(position)
    for pair, position in placed:
        target = position + (-2, -1, 1, 2)[int(draw() * 4)]
        wanted = draw() < MOVED_SHARE and position > 0 and 0 < target < days
        if wanted and all(_is_free(busy[team] - {position}, target) for team in pair):
            for team in pair:
                busy[team] = busy[team] - {position} | {target}
            position = target
        yield pair, position


def _is_free(busy: set[int], day: int) -> bool:
    """Return whether a team that plays on `busy` may play on `day` too: not twice, not three days in a row."""
    if day in busy:
        return False
    return not any({day + step, day + step + 1, day + step + 2} - {day} <= busy for step in (-2, -1, 0))
