"""Does a target have enough history: games available a player, quality, what is missing, and what to do with him."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from shared.domain.calendar import season_of
from shared.domain.closure import Target, cap_position
from shared.domain.errors import InvalidInput
from shared.domain.lookback import SeasonKnowledge, span
from shared.domain.policy import Policy
from shared.domain.quality import Shortage, Tier, quality_score, shortage_reason, tier
from shared.domain.rosters import Roster, roster_of_manifest
from shared.domain.units import unit_key
from shared.service.app import App
from shared.service.rosters import knowledge_of, player_names, roster_of
from shared.service.seasons import Season
from shared.service.settings import REACH, setting_of

TARGET_PHASE = 4
# The early-season decision table, by games available of 10.
READY_GAMES = 10
DEGRADED_GAMES = 5


class Decision(StrEnum):
    """What becomes of a player: all his games, processed and flagged, or skipped (defaults, by policy)."""

    READY = "ready"
    DEGRADED = "degraded"
    SKIP = "skip"


class Basis(StrEnum):
    """What the answer rests on: the release's manifest, the box score so far, or the latest known rosters."""

    MANIFEST = "manifest"
    BOX_SCORE = "box_score"
    LATEST_ROSTERS = "latest_rosters"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerHistory:
    """A player of a target: games he may be computed from, of `needed`; first and last of them.

    `missing` are the dates whose Phase 3 his window needs and does not have; they hold the target up.
    """

    player_id: int
    player_name: str
    team: str
    games: int
    needed: int
    quality_score: int
    tier: Tier
    decision: Decision
    shortage: Shortage | None
    window_start: date | None
    window_end: date | None
    window: tuple[date, ...]
    missing: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateHistory:
    """A target's players, and how many of them are ready, degraded or skipped."""

    game_date: date
    basis: Basis
    players: tuple[PlayerHistory, ...]
    decisions: Mapping[Decision, int]
    blocking: tuple[date, ...]


def decide(games: int) -> Decision:
    """Return the decision for so many games of 10: 10 ready, 5-9 degraded, below 5 skip."""
    if games >= READY_GAMES:
        return Decision.READY
    return Decision.DEGRADED if games >= DEGRADED_GAMES else Decision.SKIP


def history(app: App, day: date, player_id: int | None = None) -> DateHistory:
    """Return the history of a target's players, or of one of them.

    Raises InvalidInput for a date without games, a season never loaded, or a player who is not of the target.
    """
    memory, knowledge = knowledge_of(app, season_of(day))
    if day not in knowledge.calendar.position:
        raise InvalidInput("date", day.isoformat(), "a date on which the schedule has a game")
    roster = _roster(app, knowledge, day)
    if player_id is not None and player_id not in roster.target.players:
        raise InvalidInput("player", player_id, f"a player of {day}: {len(roster.target.players)} are known")
    reader = _reader(app, memory, roster.target, day)
    names = player_names(app, knowledge.calendar.start, day)
    ids = sorted(roster.target.players) if player_id is None else [player_id]
    players = [reader.player(each, names.get(each, "")) for each in ids]
    players.sort(key=lambda each: (each.games, each.team, each.player_id))
    counts = Counter(each.decision for each in players)
    box_score = Basis.BOX_SCORE if roster.listed else Basis.LATEST_ROSTERS
    return DateHistory(
        game_date=day,
        basis=Basis.MANIFEST if reader.released else box_score,
        players=tuple(players),
        decisions={decision: counts[decision] for decision in Decision},
        blocking=tuple(sorted({missing for each in players for missing in each.missing})),
    )


def _roster(app: App, knowledge: SeasonKnowledge, day: date) -> Roster:
    """Return whom a date was computed for if that was before its games, else who is listed or expected."""
    roster, held = roster_of(knowledge, day), app.ledger.unit(TARGET_PHASE, day)
    players = roster_of_manifest(held.unit.manifest) if held is not None else None
    return roster if players is None else replace(roster, target=replace(roster.target, players=players))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What a target may read: a mask of dates, a floor an entity where it has one, and a policy's limits."""

    knowledge: SeasonKnowledge
    target: Target
    readable: int
    floors: Mapping[str, Any]
    policy: Policy
    holes: int
    released: bool

    def player(self, player: int, name: str) -> PlayerHistory:
        """Return one player's history."""
        team = self.target.players[player]
        floor, uncertified = self._floor(player, team)
        window = self._window(player, floor)
        missing = self._missing(player, team)
        if missing and not self.released:
            uncertified = Shortage.MISSING_DATA
        games, needed = len(window), REACH.player_games
        team_games = (self.knowledge.calendar.team_masks[team] & span(0, self.target.position)).bit_count()
        return PlayerHistory(
            player_id=player,
            player_name=name,
            team=team,
            games=games,
            needed=needed,
            quality_score=quality_score(games, needed),
            tier=tier(quality_score(games, needed)),
            decision=decide(games),
            shortage=shortage_reason(games, needed, team_games, uncertified),
            window_start=window[0] if window else None,
            window_end=window[-1] if window else None,
            window=tuple(window),
            missing=missing,
        )

    def _floor(self, player: int, team: str) -> tuple[int, Shortage | None]:
        if not self.released:
            floor = self.knowledge.floor(player, team, self.target.position, self.readable)
            limit = max(floor, cap_position(self.knowledge, self.target.position, self.policy))
            return limit, self._unreleased_shortage(limit)
        day, reason = self.floors.get(f"player:{player}", (None, None))
        if day is None:
            return 0, None
        position = self.knowledge.calendar.first_at_or_after(date.fromisoformat(day))
        return position, Shortage(reason) if reason is not None else None

    def _unreleased_shortage(self, floor: int) -> Shortage | None:
        if not floor:
            return None
        return Shortage.MISSING_DATA if self.holes >> (floor - 1) & 1 else Shortage.CAPPED

    def _window(self, player: int, floor: int) -> list[date]:
        """Return the dates of the player's last readable games, ascending."""
        played = [
            listing.position
            for listing in self.knowledge.listings(player, self.target.position)
            if listing.played and listing.position >= floor and self.readable >> listing.position & 1
        ]
        return [self.knowledge.calendar.dates[position] for position in reversed(played[: REACH.player_games])]

    def _missing(self, player: int, team: str) -> tuple[date, ...]:
        if self.released:
            return ()
        limit = cap_position(self.knowledge, self.target.position, self.policy)
        known = self.knowledge.known
        mask = self.knowledge.window(player, team, self.target.position, REACH, self.holes, known)
        return tuple(self.knowledge.calendar.days(mask & ~known & ~span(0, limit)))


def _reader(app: App, memory: Season, target: Target, day: date) -> _Reader:
    """Return what the target's manifest allows it to read; before its release, what is known under its policy."""
    knowledge = memory.knowledge
    held = app.ledger.units([unit_key(TARGET_PHASE, day)]).get(unit_key(TARGET_PHASE, day))
    manifest = held.unit.manifest if held is not None else None
    if manifest is not None:
        readable = knowledge.calendar.mask(date.fromisoformat(text) for text in manifest["versions"])
        return _Reader(
            knowledge=knowledge,
            target=target,
            readable=readable,
            floors=manifest["floors"],
            policy=Policy(),
            holes=0,
            released=True,
        )
    frontier, _ = app.ledger.frontier(memory.name)
    setting = setting_of(app, memory, frontier.targets.get(day.isoformat(), []), day, held.unit if held else None)
    return _Reader(
        knowledge=knowledge,
        target=target,
        readable=knowledge.known & span(0, target.position),
        floors={},
        policy=setting.policy,
        holes=setting.holes,
        released=False,
    )
