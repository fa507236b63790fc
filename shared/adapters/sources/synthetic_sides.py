"""The two sides of a synthetic game: who is listed, for how long, and what a minute of each is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.adapters.sources.synthetic_calendar import Game
from shared.adapters.sources.synthetic_careers import Career
from shared.adapters.sources.synthetic_draws import Draw, apportioned, between, cumulated, draws
from shared.adapters.sources.synthetic_players import ZONES, Player

REGULATION_MINUTES: Final = 240
LISTED_MIN: Final = 8
LISTED_FROM, LISTED_TO = 9, 12
SLOT_MINUTES: Final = (36, 35, 33, 32, 30, 26, 23, 20, 16, 10, 6, 4)
UNUSED_SHARE: Final = 0.05
RESTED_SHARE: Final = 0.12
RESTED_TIERS: Final = 5
STARTERS: Final = 5
TIRED: Final = 0.98
AT_HOME: Final = 1.012
COUNTS: Final = tuple("fgm fga fg3m fg3a ftm fta oreb dreb ast stl blk tov pf".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One team in one game. Lists run parallel to `players`, best first; counts are filled in as it is played.

    The weights are running sums of what each player does in his minutes, for `pick`.
    """

    team: str
    opponent: str
    is_home: bool
    players: tuple[Player, ...]
    minutes: list[int]
    counts: dict[str, list[int]]
    energy: float
    allowed: tuple[float, ...]
    pace: float
    shooting: tuple[float, ...]
    passing: tuple[float, ...]
    rebounding: tuple[float, ...]
    stealing: tuple[float, ...]
    blocking: tuple[float, ...]
    presence: tuple[float, ...]

    @property
    def score(self) -> int:
        """Return the points so far."""
        counts = self.counts
        return 2 * sum(counts["fgm"]) + sum(counts["fg3m"]) + sum(counts["ftm"])


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStyle:
    """How a team plays a season: what it allows in each zone (a factor on makes), and its pace (a factor)."""

    allowed: tuple[float, ...]
    pace: float


def team_style(seed: int, season: str, team: str) -> TeamStyle:
    """Return a team's style of a season."""
    draw = draws(seed, season, "style", team)
    return TeamStyle(allowed=tuple(0.93 + 0.14 * draw() for _ in ZONES), pace=0.95 + 0.1 * draw())


def side(draw: Draw, game: Game, *, is_home: bool, roster: Sequence[Career], style: TeamStyle) -> Side:
    """Return the side of one team of a game, drawn from those of `roster` who can play on its date."""
    team, opponent = (game.home, game.away) if is_home else (game.away, game.home)
    is_tired = team in game.second_night
    listed = _listed(draw, roster, game.game_date, is_tired=is_tired)
    minutes = _minutes(draw, len(listed))
    return Side(
        team=team,
        opponent=opponent,
        is_home=is_home,
        players=tuple(listed),
        minutes=minutes,
        counts={count: [0] * len(listed) for count in COUNTS},
        energy=(TIRED if is_tired else 1.0) * (AT_HOME if is_home else 1.0),
        allowed=style.allowed,
        pace=style.pace,
        shooting=_weights(minutes, [one.usage for one in listed]),
        passing=_weights(minutes, [one.passing for one in listed]),
        rebounding=_weights(minutes, [one.rebounding for one in listed]),
        stealing=_weights(minutes, [one.stealing for one in listed]),
        blocking=_weights(minutes, [one.blocking for one in listed]),
        presence=cumulated(minutes),
    )


def _weights(minutes: Sequence[int], rates: Sequence[float]) -> tuple[float, ...]:
    return cumulated([played * rate for played, rate in zip(minutes, rates, strict=True)])


def _listed(draw: Draw, roster: Sequence[Career], day: date, *, is_tired: bool) -> list[Player]:
    """Return the players who appear, best first; regulars rest now and then on the second of two nights.

    Should fewer than eight be left, the best of those resting or hurt play after all.
    """
    ready: list[tuple[float, Player]] = []
    away: list[tuple[float, Player]] = []
    for career in roster:
        rests = draw() < RESTED_SHARE and is_tired and career.player.tier < RESTED_TIERS
        chosen = ready if career.is_fit_on(day) and not rests else away
        chosen.append((career.player.tier + 3 * draw(), career.player))
    ready = sorted(ready, key=_rank) + sorted(away, key=_rank)[: max(0, LISTED_MIN - len(ready))]
    return [player for _, player in ready[: between(draw, LISTED_FROM, LISTED_TO)]]


def _rank(ranked: tuple[float, Player]) -> float:
    return ranked[0]


def _minutes(draw: Draw, listed: int) -> list[int]:
    """Return the minutes of each listed player, 240 in all; the last one may be listed without playing."""
    unused = 1 if listed > LISTED_MIN and draw() < UNUSED_SHARE else 0
    used = listed - unused
    return apportioned(REGULATION_MINUTES, [minutes * (0.85 + 0.3 * draw()) for minutes in SLOT_MINUTES[:used]]) + (
        [0] * unused
    )
