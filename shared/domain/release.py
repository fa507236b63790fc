"""The release decision: what a target still needs, and, once nothing, the manifest it is computed from.

A target's history is judged under its policy. An exact policy asks for every date of every window, entity by
entity. A cap or a coverage below 1 is judged on one contiguous stretch [F, T) of game dates for all players
(teams stay exact within the cap): F is the policy's floor, lowered over dates that cost nothing because they
were complete when the plan was made or are targets themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from shared.domain.lookback import Reach, SeasonKnowledge, span
from shared.domain.policy import Policy
from shared.domain.quality import Shortage

SHARE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target date: its position, its listed players with their teams, and the teams that play."""

    position: int
    players: Mapping[int, str]
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a release is decided under, as masks over the season's game dates.

    `free` costs nothing (complete at plan time, or itself a target); `planned` was named by the plan as
    history; `holes` are accepted as missing.
    """

    reach: Reach
    policy: Policy
    free: int = 0
    planned: int = 0
    holes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a released target may read: dates with their versions, and a floor for each short entity.

    `floors` maps `player:<id>` or `team:<name>` to the first date that may count and the reason its window
    could not be certified (None when it was). `floor` is the first date of the judged stretch.
    """

    versions: Mapping[date, int]
    entities_version: int
    floor: date
    floors: Mapping[str, tuple[date, Shortage | None]]
    certified_share: float
    policy: Policy

    def body(self) -> dict[str, Any]:
        """Return the JSON form kept on the Phase 4 unit."""
        return {
            "versions": {day.isoformat(): version for day, version in self.versions.items()},
            "entities_version": self.entities_version,
            "floor": self.floor.isoformat(),
            "floors": {entity: [day.isoformat(), reason] for entity, (day, reason) in self.floors.items()},
            "certified_share": self.certified_share,
            "policy": self.policy.body(),
        }


def needed(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> int:
    """Return the unknown positions that the target certainly needs under its policy; 0 releases it."""
    unknown = span(0, target.position) & ~knowledge.known & ~setting.holes
    if not unknown:
        return 0
    limit = cap_position(knowledge, target.position, setting.policy)
    result = 0
    for team in target.teams:
        result |= unknown & _team_positions(knowledge, team, target, setting)
    if setting.policy.min_coverage < 1.0:
        return result | _needed_for_coverage(knowledge, target, setting, limit)
    visible = _visible(knowledge, target, setting)
    for player, team in target.players.items():
        result |= knowledge.needed(player, team, target.position, setting.reach, limit, setting.holes, visible)
    return result


def manifest(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> Manifest:
    """Return the manifest of a target that needs nothing more."""
    dates = knowledge.calendar.dates
    before = span(0, target.position)
    readable = before & knowledge.known
    if before & ~(setting.free | setting.planned) or not setting.policy.exact:
        readable &= _named(knowledge, target, setting)
    stretch = 0 if setting.policy.exact else _stretch_floor(knowledge, target, setting)
    floors, certified = _floors(knowledge, target, setting, readable, stretch)
    return Manifest(
        versions={day: knowledge.versions[day] for day in knowledge.calendar.days(readable)},
        entities_version=knowledge.versions[dates[target.position]],
        floor=dates[max(stretch, (before & ~readable).bit_length())],
        floors={entity: (dates[position], reason) for entity, (position, reason) in floors.items()},
        certified_share=certified / len(target.players) if target.players else 1.0,
        policy=setting.policy,
    )


def cap_position(knowledge: SeasonKnowledge, target: int, policy: Policy) -> int:
    """Return the first position that `max_lookback_days` lets a target reach (0 without a cap)."""
    if policy.max_lookback_days is None:
        return 0
    first = knowledge.calendar.dates[target] - timedelta(days=policy.max_lookback_days)
    return knowledge.calendar.first_at_or_after(first)


def coverage(knowledge: SeasonKnowledge, target: Target, games: int, floor: int) -> float:
    """Return the share of the target's players whose last `games` lie in the known stretch [floor, target)."""
    if not target.players or floor == 0:
        return 1.0
    full = sum(
        knowledge.games_since(player, target.position, floor, knowledge.known) >= games for player in target.players
    )
    return full / len(target.players)


def _named(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> int:
    """Return the positions that the plan named or the target's own windows need, whoever else had more run."""
    result = setting.free | setting.planned
    for team in target.teams:
        result |= _team_positions(knowledge, team, target, setting)
    if setting.policy.min_coverage < 1.0:
        return result | span(_stretch_floor(knowledge, target, setting), target.position)
    within = ~span(0, cap_position(knowledge, target.position, setting.policy))
    visible = _visible(knowledge, target, setting)
    for player, team in target.players.items():
        result |= within & knowledge.window(player, team, target.position, setting.reach, setting.holes, visible)
    return result


def _visible(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> int:
    """Return the positions a target may learn from: what lies below the cap counts only if it was free."""
    limit = cap_position(knowledge, target.position, setting.policy)
    return span(limit, target.position) | setting.free


def _team_positions(knowledge: SeasonKnowledge, team: str, target: Target, setting: Setting) -> int:
    """Return the positions of a team's window within the cap and above an accepted hole."""
    window = knowledge.team_window(team, target.position, setting.reach.team_games)
    limit = cap_position(knowledge, target.position, setting.policy)
    return window & ~span(0, max(limit, (window & setting.holes).bit_length()))


def _floors(
    knowledge: SeasonKnowledge, target: Target, setting: Setting, readable: int, stretch: int
) -> tuple[dict[str, tuple[int, Shortage | None]], int]:
    """Return the floor and shortage of each entity that may not read everything, and how many players are certified."""
    if readable == span(0, target.position) and stretch == 0:
        return {}, len(target.players)
    floors: dict[str, tuple[int, Shortage | None]] = {}
    certified = 0
    recent = knowledge.days_floor(target.position, setting.reach.player_days)
    for player, team in target.players.items():
        floor = max(stretch, knowledge.floor(player, team, target.position, readable))
        games = knowledge.games_since(player, target.position, floor, readable)
        full = floor == 0 or (games >= setting.reach.player_games and floor <= recent)
        certified += full
        if floor:
            floors[f"player:{player}"] = (floor, None if full else _reason(floor, setting))
    cap = _lowered(cap_position(knowledge, target.position, setting.policy), setting.free & knowledge.known)
    for team in target.teams:
        schedule = knowledge.calendar.team_masks.get(team, 0) & span(0, target.position)
        floor = max(cap, (schedule & ~readable).bit_length())
        full = floor == 0 or (schedule & ~span(0, floor)).bit_count() >= setting.reach.team_games
        if floor:
            floors[f"team:{team}"] = (floor, None if full else _reason(floor, setting))
    return floors, certified


def _reason(floor: int, setting: Setting) -> Shortage:
    return Shortage.MISSING_DATA if setting.holes >> (floor - 1) & 1 else Shortage.CAPPED


def _stretch_floor(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> int:
    """Return F, the first position of the stretch on which a cap or a coverage is judged."""
    floor = cap_position(knowledge, target.position, setting.policy)
    if setting.policy.min_coverage < 1.0:
        floor = max(floor, _coverage_floor(knowledge, target, setting))
        floor = max(floor, (span(floor, target.position) & ~knowledge.known).bit_length())
    return _lowered(floor, setting.free & knowledge.known)


def _lowered(floor: int, costless: int) -> int:
    """Return a floor lowered over the positions directly below it that cost nothing."""
    while floor and costless >> (floor - 1) & 1:
        floor -= 1
    return floor


def _coverage_floor(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> int:
    """Return the highest position from which enough players have their games and the days window is whole."""
    floor = knowledge.days_floor(target.position, setting.reach.player_days)
    lasts = sorted((_nth_last(knowledge, player, target, setting) for player in target.players), reverse=True)
    wanted = _players_wanted(target, setting.policy)
    return min(floor, lasts[wanted - 1]) if lasts else floor


def _nth_last(knowledge: SeasonKnowledge, player: int, target: Target, setting: Setting) -> int:
    """Return the position of the player's n-th most recent known game, 0 when he has fewer."""
    played = [listing.position for listing in knowledge.listings(player, target.position) if listing.played]
    return played[setting.reach.player_games - 1] if len(played) >= setting.reach.player_games else 0


def _players_wanted(target: Target, policy: Policy) -> int:
    if not target.players:
        return 0
    return max(1, ceil(policy.min_coverage * len(target.players) - SHARE_TOLERANCE))


def _needed_for_coverage(knowledge: SeasonKnowledge, target: Target, setting: Setting, limit: int) -> int:
    """Return the unknown positions that any stretch of the wanted coverage must hold, latest first."""
    recent = knowledge.days_floor(target.position, setting.reach.player_days)
    wanted = _players_wanted(target, setting.policy)
    games = dict.fromkeys(target.players, 0)
    result = 0
    for position in range(target.position - 1, limit - 1, -1):
        covered = sum(count >= setting.reach.player_games for count in games.values()) >= wanted
        if (covered and position < recent) or setting.holes >> position & 1:
            break
        if knowledge.known >> position & 1:
            appearances = knowledge.by_date[knowledge.calendar.dates[position]]
            for player in games.keys() & appearances.keys():
                games[player] += appearances[player].played
        else:
            result |= 1 << position
            for player in games:
                games[player] += 1
    return result
