"""The players of the synthetic league: who they are and how they play. They stay the same from season to season."""

from dataclasses import dataclass
from typing import Final

from shared.adapters.sources.synthetic_draws import Draw, cumulated, draws
from shared.adapters.sources.synthetic_names import full_name

FIRST_PLAYER_ID: Final = 9_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A shot zone as the league shoots from it: shares of makes, of makes assisted, of misses blocked.

    Distances in tenths of a foot, `across` the greatest |loc_x|; `side` is -1 and 1 for the corners.
    """

    name: str
    value: int
    made: float
    assisted: float
    blocked: float
    near: int = 0
    far: int = 0
    across: int = 0
    side: int = 0


RESTRICTED: Final = Zone(
    name="Restricted Area", value=2, made=0.66, assisted=0.58, blocked=0.285, near=0, far=39, across=39
)
PAINT: Final = Zone(
    name="In The Paint (Non-RA)", value=2, made=0.44, assisted=0.49, blocked=0.193, near=40, far=119, across=80
)
MID_RANGE: Final = Zone(name="Mid-Range", value=2, made=0.42, assisted=0.46, blocked=0.04, near=82, far=219, across=219)
LEFT_CORNER: Final = Zone(name="Left Corner 3", value=3, made=0.386, assisted=0.96, blocked=0.02, side=-1)
RIGHT_CORNER: Final = Zone(name="Right Corner 3", value=3, made=0.386, assisted=0.96, blocked=0.02, side=1)
ABOVE_BREAK: Final = Zone(
    name="Above the Break 3", value=3, made=0.353, assisted=0.785, blocked=0.012, near=240, far=299, across=220
)
BACKCOURT: Final = Zone(name="Backcourt", value=3, made=0.03, assisted=0.5, blocked=0.02, near=480, far=839, across=225)
ZONES: Final = (RESTRICTED, PAINT, MID_RANGE, LEFT_CORNER, RIGHT_CORNER, ABOVE_BREAK, BACKCOURT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a position plays: zone shares in the order of ZONES, and weights a minute of what else it does."""

    zones: tuple[float, ...]
    passing: float
    rebounding: float
    stealing: float
    blocking: float


GUARD: Final = Style(
    zones=(0.20, 0.20, 0.12, 0.035, 0.035, 0.405, 0.003), passing=2.0, rebounding=0.6, stealing=1.3, blocking=0.4
)
WING: Final = Style(
    zones=(0.26, 0.17, 0.09, 0.075, 0.075, 0.325, 0.002), passing=1.0, rebounding=1.0, stealing=1.0, blocking=0.9
)
BIG: Final = Style(
    zones=(0.48, 0.27, 0.06, 0.02, 0.02, 0.15, 0.001), passing=0.7, rebounding=1.9, stealing=0.7, blocking=2.4
)
STYLES: Final = (GUARD, WING, BIG, WING, GUARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A made-up player. `tier` 0 is a team's first man; the rest are weights a minute and shares.

    `zones` are running sums over ZONES; `accuracy` multiplies the league's share of makes.
    """

    player_id: int
    name: str
    tier: int
    usage: float
    zones: tuple[float, ...]
    accuracy: float
    free_throws: float
    passing: float
    rebounding: float
    stealing: float
    blocking: float


def players(seed: int, teams: int, roster_size: int) -> tuple[Player, ...]:
    """Return the league's players, tier by tier, `teams` in each."""
    draw = draws(seed, "players")
    return tuple(_player(draw, position, position // teams) for position in range(teams * roster_size))


def _player(draw: Draw, position: int, tier: int) -> Player:
    style = STYLES[(position + tier) % len(STYLES)]
    return Player(
        player_id=FIRST_PLAYER_ID + position,
        name=full_name(position),
        tier=tier,
        usage=_about(draw, max(0.7, 1.6 - 0.12 * tier), 0.2),
        zones=cumulated([_about(draw, share, 0.5) for share in style.zones]),
        accuracy=_about(draw, 1.04 - 0.008 * tier, 0.06),
        free_throws=_about(draw, 0.78, 0.18),
        passing=_about(draw, style.passing, 0.4),
        rebounding=_about(draw, style.rebounding, 0.3),
        stealing=_about(draw, style.stealing, 0.4),
        blocking=_about(draw, style.blocking, 0.5),
    )


def _about(draw: Draw, middle: float, spread: float) -> float:
    """Return a number within `spread` (a share of `middle`) around `middle`."""
    return middle * (1 + spread * (2 * draw() - 1))
