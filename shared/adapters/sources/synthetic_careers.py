"""Who plays for whom, and when: late arrivals, trades and injuries of one synthetic season."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shared.adapters.sources.synthetic_draws import Draw, between, shuffled
from shared.adapters.sources.synthetic_players import Player

FULL_SEASON_DAYS: Final = 174
LATE_TIERS: Final = (5, 8)
LATE_SHARE: Final = 0.25
LATE_FROM, LATE_TO = 0.42, 0.6
FIRST_TRADED_TIER: Final = 2
TRADES_A_TEAM: Final = 0.5
RETURNS_A_TEAM: Final = 0.1
TRADES_FROM, TRADES_TO = 0.2, 0.45
RETURNS_FROM, RETURNS_TO = 0.55, 0.7
INJURY_SHARES: Final = (0.25, 0.65, 0.9)
INJURY_DAYS: Final = ((0.6, 4, 14), (0.9, 15, 45), (1.0, 46, 120))
TRADE_ABSENCE_DAYS: Final = (2, 5)

Stint = tuple[date, str]
Absence = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Career:
    """One player's season: from when he plays for which team, and from when to when he is absent."""

    player: Player
    stints: tuple[Stint, ...]
    absences: tuple[Absence, ...]

    def team_on(self, day: date) -> str | None:
        """Return his team on a day, or None before he has joined one."""
        return next((team for since, team in reversed(self.stints) if since <= day), None)

    def is_fit_on(self, day: date) -> bool:
        """Return whether neither an injury nor a move keeps him away on a day."""
        return not any(first <= day <= last for first, last in self.absences)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The days of a season, by share of it."""

    first: date
    days: int

    def day(self, share: float) -> date:
        return self.first + timedelta(days=int(self.days * share))

    def drawn(self, draw: Draw, low: float, high: float) -> date:
        return self.day(low + (high - low) * draw())

    def scaled(self, days: int) -> timedelta:
        """Return a length of time that is to this season what `days` are to a full one."""
        return timedelta(days=max(2, days * self.days // FULL_SEASON_DAYS))


def careers(draw: Draw, players: Sequence[Player], teams: Sequence[str], first: date, last: date) -> list[Career]:
    """Return every player's season between two dates. Each team has one player of each tier at any time."""
    span = _Span(first=first, days=(last - first).days + 1)
    stints: dict[int, list[Stint]] = {}
    for start in range(0, len(players), len(teams)):
        tier = shuffled(draw, players[start : start + len(teams)])
        late = round(LATE_SHARE * len(teams) + 0.5) if tier[0].tier in LATE_TIERS else 0
        for position, (player, team) in enumerate(zip(tier, teams, strict=True)):
            joins = span.drawn(draw, LATE_FROM, LATE_TO) if position < late else first
            stints[player.player_id] = [(joins, team)]
    _trade(draw, players, stints, span, len(teams))
    return [
        Career(
            player=player,
            stints=tuple(stints[player.player_id]),
            absences=(*_injuries(draw, span), *_moves(draw, stints[player.player_id])),
        )
        for player in players
    ]


def _trade(draw: Draw, players: Sequence[Player], stints: dict[int, list[Stint]], span: _Span, team_count: int) -> None:
    """Swap pairs of players of one tier between their teams; the first pairs are swapped back later."""
    tradable = [one for one in players if one.tier >= FIRST_TRADED_TIER and one.tier not in LATE_TIERS]
    waiting: dict[int, Player] = {}
    pairs: list[tuple[int, int]] = []
    for player in shuffled(draw, tradable):
        other = waiting.pop(player.tier, None)
        if other is None:
            waiting[player.tier] = player
        else:
            pairs.append((player.player_id, other.player_id))
    returns = int(RETURNS_A_TEAM * team_count) + 1
    for number, pair in enumerate(pairs[: int(TRADES_A_TEAM * team_count) + 1]):
        _swap(stints, pair, span.drawn(draw, TRADES_FROM, TRADES_TO))
        if number < returns:
            _swap(stints, pair, span.drawn(draw, RETURNS_FROM, RETURNS_TO))


def _swap(stints: dict[int, list[Stint]], pair: tuple[int, int], day: date) -> None:
    one, other = pair
    team_of_one, team_of_other = stints[one][-1][1], stints[other][-1][1]
    stints[one].append((day, team_of_other))
    stints[other].append((day, team_of_one))


def _injuries(draw: Draw, span: _Span) -> list[Absence]:
    """Return none to three absences: most of days, some of weeks, a few of months."""
    drawn, absences = draw(), list[Absence]()
    for _ in range(sum(drawn >= share for share in INJURY_SHARES)):
        severity, first = draw(), span.drawn(draw, 0.0, 1.0)
        low, high = next((low, high) for share, low, high in INJURY_DAYS if severity < share)
        absences.append((first, first + span.scaled(between(draw, low, high))))
    return absences


def _moves(draw: Draw, stints: Sequence[Stint]) -> list[Absence]:
    """Return the few days that a traded player misses on joining his next team."""
    return [(since, since + timedelta(days=between(draw, *TRADE_ABSENCE_DAYS))) for since, _ in stints[1:]]
