"""Small made-up seasons with their whole truth: who was listed where, who played, who was traded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from shared.domain.calendar import Fixture, SeasonCalendar
from shared.domain.closure import Target
from shared.domain.lookback import Appearance, Reach, SeasonKnowledge

TEAMS = ("ATL", "BOS", "CHA", "DEN", "HOU", "MIA")
OPENING_NIGHT = date(2024, 10, 22)
SMALL_REACH = Reach(player_games=3, player_days=6, team_games=4)


@dataclass(frozen=True, kw_only=True)
class MadeSeason:
    """A season's calendar and the box scores of every game date, as a source that lost nothing would show them."""

    calendar: SeasonCalendar
    boxes: Mapping[date, Mapping[int, Appearance]]

    @property
    def dates(self) -> tuple[date, ...]:
        return self.calendar.dates

    def knowledge(self, known: set[date]) -> SeasonKnowledge:
        """Return the knowledge of some dates, each at version 1."""
        knowledge = SeasonKnowledge(self.calendar)
        for day in sorted(known):
            knowledge.learn(day, 1, self.boxes[day])
        return knowledge

    def target(self, day: date) -> Target:
        """Return the target of a date that was played."""
        players = {player: line.team for player, line in self.boxes[day].items()}
        return Target(position=self.calendar.position[day], players=players, teams=self.calendar.teams_on(day))

    def games_played(self, player: int, before: date) -> list[date]:
        """Return the dates before a date on which the player truly played, latest first."""
        return [day for day in reversed(self.dates) if day < before and _played(self.boxes[day].get(player))]


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A season, one of its dates as target, and what is known of it and accepted as missing."""

    season: MadeSeason
    target: date
    known: frozenset[date]
    holes: frozenset[date]
    free: frozenset[date]
    planned: frozenset[date]


@st.composite
def made_seasons(draw: st.DrawFn) -> MadeSeason:
    """Seasons of 4-6 teams, 10-40 game dates and 3-8 players who rest, miss weeks, are traded, come late."""
    teams = TEAMS[: draw(st.integers(4, 6))]
    count = draw(st.integers(10, 40))
    players = draw(st.integers(3, 8))
    random = Random(draw(st.integers(0, 2**32)))
    calendar = SeasonCalendar(season="2024-25", revision=1, fixtures=_fixtures(teams, count, random))
    boxes: dict[date, dict[int, Appearance]] = {day: {} for day in calendar.dates}
    for player in range(1, players + 1):
        for day, line in _career(calendar, teams, random).items():
            boxes[day][player] = line
    return MadeSeason(calendar=calendar, boxes=boxes)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A made season seen part way: some dates known, some of the others accepted as missing."""
    season = draw(made_seasons())
    traded = _soon_after_trades(season)
    position = draw(
        st.sampled_from(traded) if traded and draw(st.booleans()) else st.integers(1, len(season.dates) - 1)
    )
    random = Random(draw(st.integers(0, 2**32)))
    known_share = draw(st.sampled_from((0.0, 0.3, 0.7, 0.9, 1.0)))
    hole_share = draw(st.sampled_from((0.0, 0.05, 0.2, 0.4)))
    target = season.dates[position]
    known = frozenset(day for day in season.dates if random.random() < known_share) | {target}
    holes = frozenset(day for day in season.dates if day not in known and random.random() < hole_share)
    return Situation(
        season=season,
        target=target,
        known=known,
        holes=holes,
        free=frozenset(day for day in season.dates if day not in holes and random.random() < 0.2),
        planned=frozenset(day for day in season.dates if day not in holes and random.random() < 0.2),
    )


def _fixtures(teams: tuple[str, ...], count: int, random: Random) -> dict[date, tuple[Fixture, ...]]:
    fixtures: dict[date, tuple[Fixture, ...]] = {}
    day = OPENING_NIGHT
    for _ in range(count):
        order = random.sample(teams, k=2 * random.randint(1, len(teams) // 2))
        fixtures[day] = tuple(zip(order[::2], order[1::2], strict=True))
        day += timedelta(days=random.choice((1, 1, 1, 2, 2, 5)))
    return fixtures


def _career(calendar: SeasonCalendar, teams: tuple[str, ...], random: Random) -> dict[date, Appearance]:
    """Return a player's lines: his stints with teams (often back to the first), less rests, absences, late starts."""
    count = len(calendar.dates)
    home, away = random.sample(teams, k=2)
    back = [home, away, home]
    stints = random.choice(([home] * 3, [home, away, away], back, back, [home, away, teams[0]]))
    cuts = [random.randrange(count)]
    cuts.append(cuts[0] + random.randint(1, 8))
    away_from = random.randrange(count)
    away_until = away_from + random.choice((0, 0, 3, 12))
    first = random.choice((0, 0, count // 2))
    lines: dict[date, Appearance] = {}
    for index, day in enumerate(calendar.dates):
        team = stints[sum(index >= cut for cut in cuts)]
        absent = index < first or away_from <= index < away_until or random.random() < 0.15
        if team in calendar.teams_on(day) and not absent:
            lines[day] = Appearance(team, random.random() > 0.1)
    return _without_hidden_trades(calendar, lines)


def _without_hidden_trades(calendar: SeasonCalendar, lines: dict[date, Appearance]) -> dict[date, Appearance]:
    """Drop what no box score could betray: a trade away and back during which the first team played no game."""
    kept = dict(lines)
    for first in lines:
        for last in lines:
            between = [day for day in calendar.dates if first < day < last]
            if first not in kept or last not in kept or first >= last or lines[first].team != lines[last].team:
                continue
            others = [day for day in between if day in kept and kept[day].team != lines[first].team]
            if others and not any(lines[first].team in calendar.teams_on(day) for day in between if day not in kept):
                for day in others:
                    kept.pop(day)
    return kept


def _soon_after_trades(season: MadeSeason) -> list[int]:
    """Return the positions on which somebody is listed whose last few lines are for two teams or more."""
    found: list[int] = []
    for position, day in enumerate(season.dates):
        for player in season.boxes[day]:
            lines = [season.boxes[earlier].get(player) for earlier in season.dates[: position + 1]]
            if position and len({line.team for line in [line for line in lines if line][-5:]}) > 1:
                found.append(position)
                break
    return found


def _played(line: Appearance | None) -> bool:
    return line is not None and line.played
