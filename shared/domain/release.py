"""The release decision: once a target's windows are whole, the manifest it is computed from.

A target's history is judged under its policy. An exact policy asks for every date of every window, entity by
entity. A cap or a coverage below 1 is judged on one contiguous stretch [F, T) of game dates for all players
(teams stay exact within the cap): F is the policy's floor, lowered over dates that cost nothing because they
were complete when the plan was made or are targets themselves. What may be read is the closure's (closure.py).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.domain.calendar import SeasonCalendar
from shared.domain.closure import Closure, Setting, Target, cap_position, players_wanted
from shared.domain.lookback import SeasonKnowledge, span
from shared.domain.policy import Policy
from shared.domain.quality import Shortage
from shared.domain.rosters import ROSTER

# The inputs of a target that are no version of a date.
RELEASE, SIDES = "release", "calendar"
DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a released target may read: dates with their versions, and a floor for each short entity.

    `calendar` is the revision it was decided under, `sides` the digest of what that says of the target's teams, `floor`
    the first date of the judged stretch. `floors` maps `player:<id>` or `team:<name>` to the first date that may count
    and the reason its window could not be certified (None when it was). `processors` are those whose rows can have
    moved since the target was last computed, None for all. `roster` gives the players, with their teams, of a target
    that was released before its games (pre-game); None when they are those of its box score, then at
    `entities_version` of its own Phase 3.
    """

    versions: Mapping[date, int]
    entities_version: int
    calendar: int
    sides: str
    floor: date
    floors: Mapping[str, tuple[date, Shortage | None]]
    certified_share: float
    policy: Policy
    processors: tuple[str, ...] | None = None
    roster: Mapping[int, str] | None = None

    def body(self) -> dict[str, Any]:
        """Return the JSON form kept on the Phase 4 unit."""
        roster = {} if self.roster is None else {ROSTER: {str(player): team for player, team in self.roster.items()}}
        return {
            "versions": {day.isoformat(): version for day, version in self.versions.items()},
            "entities_version": self.entities_version,
            "calendar": self.calendar,
            "sides": self.sides,
            "floor": self.floor.isoformat(),
            "floors": {entity: [day.isoformat(), reason] for entity, (day, reason) in self.floors.items()},
            "certified_share": self.certified_share,
            "policy": self.policy.body(),
            "processors": None if self.processors is None else list(self.processors),
            **roster,
        }


def manifest(knowledge: SeasonKnowledge, closure: Closure) -> Manifest:
    """Return the manifest of a target whose windows are whole; a pre-game one for expected players."""
    target, setting, dates = closure.target, closure.setting, knowledge.calendar.dates
    hidden = span(0, target.position) & ~closure.read
    stretch = 0 if setting.policy.exact else _stretch_floor(knowledge, closure)
    floors, certified = _floors(knowledge, closure, stretch)
    return Manifest(
        versions={day: knowledge.versions[day] for day in knowledge.calendar.days(closure.read)},
        entities_version=0 if target.expected else knowledge.versions[dates[target.position]],
        calendar=knowledge.calendar.revision,
        sides=sides_digest(knowledge.calendar, dates[target.position]),
        floor=dates[max(stretch, hidden.bit_length())],
        floors={entity: (dates[position], reason) for entity, (position, reason) in floors.items()},
        certified_share=certified / len(target.players) if target.players else 1.0,
        policy=setting.policy,
        roster=dict(sorted(target.players.items())) if target.expected else None,
    )


def manifest_inputs(body: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Return what a target computed from a manifest has read: versions by `3-<date>`, its own unless it is pre-game.

    `release` is the digest of what else the manifest lays down, `calendar` that of the target's sides.
    """
    versions = {f"3-{each}": version for each, version in body["versions"].items()}
    if ROSTER not in body:
        versions[f"3-{day.isoformat()}"] = body["entities_version"]
    laid_down = [body[name] for name in ("floors", ROSTER) if name in body]
    return {**versions, RELEASE: _digest([*laid_down, body["policy"]["early_season"]]), SIDES: body.get("sides", "")}


def sides_digest(calendar: SeasonCalendar, day: date) -> str:
    """Return the digest of what a target's rows take from the calendar: opponents, who is at home, games before."""
    return _digest(calendar.sides(day))


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:DIGEST_LENGTH]


def coverage(knowledge: SeasonKnowledge, target: Target, games: int, floor: int) -> float:
    """Return the share of the target's players whose last `games` lie in the known stretch [floor, target)."""
    if not target.players or floor == 0:
        return 1.0
    full = sum(
        knowledge.games_since(player, target.position, floor, knowledge.known) >= games for player in target.players
    )
    return full / len(target.players)


def _floors(
    knowledge: SeasonKnowledge, closure: Closure, stretch: int
) -> tuple[dict[str, tuple[int, Shortage | None]], int]:
    """Return the floor and shortage of each entity that may not read everything, and how many players are certified."""
    target, setting, readable = closure.target, closure.setting, closure.read
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
    cap = _lowered(cap_position(knowledge, target.position, setting.policy), setting.free & readable)
    for team in target.teams:
        schedule = knowledge.calendar.team_masks.get(team, 0) & span(0, target.position)
        floor = max(cap, (schedule & ~readable).bit_length())
        full = floor == 0 or (schedule & ~span(0, floor)).bit_count() >= setting.reach.team_games
        if floor:
            floors[f"team:{team}"] = (floor, None if full else _reason(floor, setting))
    return floors, certified


def _reason(floor: int, setting: Setting) -> Shortage:
    return Shortage.MISSING_DATA if setting.holes >> (floor - 1) & 1 else Shortage.CAPPED


def _stretch_floor(knowledge: SeasonKnowledge, closure: Closure) -> int:
    """Return F, the first position of the stretch on which a cap or a coverage is judged."""
    target, setting = closure.target, closure.setting
    floor = cap_position(knowledge, target.position, setting.policy)
    if setting.policy.min_coverage < 1.0:
        floor = max(floor, _coverage_floor(knowledge, closure))
        floor = max(floor, (span(floor, target.position) & ~closure.read).bit_length())
    return _lowered(floor, setting.free & closure.read)


def _lowered(floor: int, costless: int) -> int:
    """Return a floor lowered over the positions directly below it that cost nothing."""
    while floor and costless >> (floor - 1) & 1:
        floor -= 1
    return floor


def _coverage_floor(knowledge: SeasonKnowledge, closure: Closure) -> int:
    """Return the highest position from which enough players have their games and the days window is whole."""
    target, setting = closure.target, closure.setting
    floor = knowledge.days_floor(target.position, setting.reach.player_days)
    lasts = sorted((_nth_last(knowledge, player, closure) for player in target.players), reverse=True)
    wanted = players_wanted(target, setting.policy)
    return min(floor, lasts[wanted - 1]) if lasts else floor


def _nth_last(knowledge: SeasonKnowledge, player: int, closure: Closure) -> int:
    """Return the position of the player's n-th most recent readable game, 0 when he has fewer."""
    games = closure.setting.reach.player_games
    listings = knowledge.listings(player, closure.target.position)
    played = [each.position for each in listings if each.played and closure.read >> each.position & 1]
    return played[games - 1] if len(played) >= games else 0
