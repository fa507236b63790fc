"""Plays one synthetic game shot by shot: shots first, everything else in the box score from what they left."""

from math import isqrt
from typing import Final

from shared.adapters.sources.synthetic_calendar import Game
from shared.adapters.sources.synthetic_draws import Draw, between, pick
from shared.adapters.sources.synthetic_players import MID_RANGE, ZONES, Zone
from shared.adapters.sources.synthetic_sides import STARTERS, Side
from shared.ports import Row

PERIODS: Final = 4
PERIOD_SECONDS, OVERTIME_SECONDS = 720, 300
PERIOD_SHOTS, OVERTIME_SHOTS = 44.6, 18.6
PERIOD_TRIPS: Final = 2.7
OVERTIME_MINUTES: Final = 5
CORNER_NEAREST, CORNER_WIDTH = 221, 29
CORNER_LOWEST, CORNER_LENGTH = -40, 127
PAINT_REACH, PAINT_EDGE = 160, 81
OFFENSIVE_REBOUNDS, REBOUNDS = 0.245, 0.93
TURNOVERS: Final = (9, 18)
STOLEN_SHARE: Final = 0.6
FOULS: Final = (14, 23)
FOULS_MAX: Final = 6


def play(draw: Draw, season: str, game: Game, home: Side, away: Side) -> list[Row]:
    """Play a game: fill in the counts of both sides and return its shots in order. No game ends level.

    A tie after four periods goes to one overtime, and a tie after that to a single free throw.
    """
    shots: list[Row] = []
    for period in range(1, PERIODS + 1):
        _play_period(draw, shots, (home, away), period)
    if home.score == away.score:
        for side in (home, away):
            for starter in range(STARTERS):
                side.minutes[starter] += OVERTIME_MINUTES
        _play_period(draw, shots, (home, away), PERIODS + 1)
        if home.score == away.score:
            _free_throws(home, 0, made=1, attempts=1)
    _settle(draw, home, away)
    _settle(draw, away, home)
    shared = {"season": season, "game_date": game.game_date.isoformat(), "game_id": game.game_id}
    return [shared | shot for shot in shots]


def _play_period(draw: Draw, shots: list[Row], sides: tuple[Side, Side], period: int) -> None:
    is_overtime = period > PERIODS
    seconds = OVERTIME_SECONDS if is_overtime else PERIOD_SECONDS
    pace = (sides[0].pace + sides[1].pace) / 2 * (0.92 + 0.16 * draw())
    attempts = int(pace * (OVERTIME_SHOTS if is_overtime else PERIOD_SHOTS))
    event = shots[-1]["event_num"] if shots else 1
    for number in range(attempts):
        event += 1 + int(3 * draw())
        seconds_left = int(seconds * (1 - (number + draw()) / attempts))
        offence, defence = sides if draw() < 0.5 else sides[::-1]
        shots.append(
            {"event_num": event, "period": period, "seconds_left": seconds_left} | _shot(draw, offence, defence)
        )
    for side in sides:
        for _ in range(int(PERIOD_TRIPS * (0.5 + draw()) + 0.5)):
            shooter = pick(side.shooting, draw())
            made = sum(draw() < side.players[shooter].free_throws for _ in range(2))
            _free_throws(side, shooter, made=made, attempts=2)


def _free_throws(side: Side, shooter: int, *, made: int, attempts: int) -> None:
    side.counts["ftm"][shooter] += made
    side.counts["fta"][shooter] += attempts


def _shot(draw: Draw, offence: Side, defence: Side) -> Row:
    shooter = pick(offence.shooting, draw())
    player = offence.players[shooter]
    position = pick(player.zones, draw())
    zone = ZONES[position]
    is_made = draw() < zone.made * player.accuracy * offence.energy * defence.allowed[position]
    is_assisted, passer, blocker = False, None, None
    if is_made and draw() < zone.assisted:
        is_assisted, passer = True, _passer(draw, offence, shooter)
    elif not is_made and draw() < zone.blocked:
        blocker = _credited(defence, "blk", pick(defence.blocking, draw()))
    _count_shot(offence, shooter, is_made=is_made, is_three=zone.value == 3)
    distance_ft, loc_x, loc_y = _location(draw, zone)
    return {
        "team": offence.team,
        "opponent": offence.opponent,
        "player_id": player.player_id,
        "made": is_made,
        "shot_value": zone.value,
        "distance_ft": distance_ft,
        "loc_x": loc_x,
        "loc_y": loc_y,
        "zone_basic": zone.name,
        "is_assisted": is_assisted if is_made else None,
        "assist_player_id": passer,
        "block_player_id": blocker,
    }


def _count_shot(side: Side, shooter: int, *, is_made: bool, is_three: bool) -> None:
    side.counts["fga"][shooter] += 1
    side.counts["fgm"][shooter] += is_made
    side.counts["fg3a"][shooter] += is_three
    side.counts["fg3m"][shooter] += is_three and is_made


def _credited(side: Side, count: str, position: int) -> int:
    """Count one for a player; return his id."""
    side.counts[count][position] += 1
    return side.players[position].player_id


def _passer(draw: Draw, side: Side, shooter: int) -> int:
    """Return the id of the team-mate who made the pass, and count his assist."""
    passer = pick(side.passing, draw())
    if passer == shooter:
        # The next better one; the best one gets it from the second best, who always plays.
        passer = shooter - 1 if shooter else 1
    return _credited(side, "ast", passer)


def _location(draw: Draw, zone: Zone) -> tuple[int, int, int]:
    """Return (distance in feet, loc_x, loc_y in tenths of a foot from the basket) of a shot from a zone."""
    if zone.side:
        across, along = CORNER_NEAREST + int(CORNER_WIDTH * draw()), CORNER_LOWEST + int(CORNER_LENGTH * draw())
        return isqrt(across * across + along * along) // 10, zone.side * across, along
    away = between(draw, zone.near, zone.far)
    nearest = PAINT_EDGE if zone is MID_RANGE and away <= PAINT_REACH else 0
    across = between(draw, nearest, min(away, zone.across))
    return away // 10, across if draw() < 0.5 else -across, isqrt(away * away - across * across)


def _settle(draw: Draw, side: Side, other: Side) -> None:
    """Count the rebounds of a side's misses, its turnovers with the other's steals, and its fouls."""
    for _ in range(sum(side.counts["fga"]) - sum(side.counts["fgm"])):
        drawn = draw()
        if drawn < OFFENSIVE_REBOUNDS:
            _credited(side, "oreb", pick(side.rebounding, draw()))
        elif drawn < REBOUNDS:
            _credited(other, "dreb", pick(other.rebounding, draw()))
    for _ in range(between(draw, *TURNOVERS)):
        _credited(side, "tov", pick(side.shooting, draw()))
        if draw() < STOLEN_SHARE:
            _credited(other, "stl", pick(other.stealing, draw()))
    for _ in range(between(draw, *FOULS)):
        fouler = pick(side.presence, draw())
        if side.counts["pf"][fouler] < FOULS_MAX:
            _credited(side, "pf", fouler)
