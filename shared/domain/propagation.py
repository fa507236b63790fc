"""Exact propagation: which rows of a target a change on an earlier date can move, processor by processor.

A row of an entity is moved by date D only if D is among what the row was computed from: one of the entity's own
windows holds D, by the appearances before or after the change, or D lies where a mean or a rank of the league is taken.
Everything is judged on what the target recorded: the dates it read and the floors it was released with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.closure import Target
from shared.domain.lookback import Appearance, SeasonKnowledge, highest_bits, lowest_position, span
from shared.domain.policy import EarlySeason
from shared.domain.windows import Entity, Window, WindowKind

Touched = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookback:
    """What the rows of a processor of Phase 4 depend on.

    `sources` are the Phase 3 processors whose rows reach it, directly or through its siblings; `windows` and `league`
    are its declared ones; `defaults` the entities, and the number of games below which they take the league's means
    since the season's start when the early-season strategy is `defaults`.
    """

    processor: str
    entity: Entity
    sources: Mapping[str, Entity]
    windows: tuple[Window, ...]
    league: Window | None = None
    defaults: tuple[tuple[Entity, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a complete target recorded: its entities, the positions it read, its floors by entity, its strategy."""

    target: Target
    readable: int
    floors: Mapping[str, int]
    early_season: EarlySeason


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A date whose Phase 3 changed: whose rows, by processor, and how each changed player was listed before it."""

    position: int
    entities: Mapping[str, frozenset[str]]
    before: Mapping[int, Appearance | None]


def touched(knowledge: SeasonKnowledge, record: Record, move: Move, lookbacks: Sequence[Lookback]) -> Touched:
    """Return the entities of a target whose rows a move reaches, by processor; those it does not reach are left out.

    `knowledge` holds the appearances after the move.
    """
    if move.position == record.target.position:
        return _relisted(record, move, lookbacks)
    if not record.readable >> move.position & 1:
        return {}
    windows = _Windows(knowledge, record, move)
    found = {each.processor: windows.touched(each) for each in lookbacks}
    return {name: entities for name, entities in found.items() if entities}


class _Windows:
    """The windows of one target as they meet one move."""

    def __init__(self, knowledge: SeasonKnowledge, record: Record, move: Move) -> None:
        self.knowledge, self.record, self.move = knowledge, record, move
        self.bit = 1 << move.position

    def touched(self, lookback: Lookback) -> frozenset[str]:
        """Return the entities whose rows the move reaches through any window of a processor."""
        changed = {
            entity: {
                name
                for source, kind in lookback.sources.items()
                if kind is entity
                for name in self.move.entities.get(source, ())
            }
            for entity in Entity
        }
        found: set[str] = set()
        for window in lookback.windows:
            holders = self._holders(window, changed[window.entity])
            found |= self._rows(lookback.entity, window.entity, holders)
        if lookback.league is not None and changed[lookback.league.entity]:
            found |= self._rows(lookback.entity, lookback.league.entity, self._league(lookback.league))
        if self.record.early_season is EarlySeason.DEFAULTS and any(changed.values()):
            for entity, minimum in lookback.defaults:
                found |= self._rows(lookback.entity, entity, self._short(entity, minimum))
        return frozenset(found)

    def _holders(self, window: Window, changed: Iterable[str]) -> set[str]:
        """Return the changed entities of the target whose window holds the moved date."""
        listed = self._listed(window.entity)
        return {
            name
            for name in changed
            if name in listed and any(self._window(window, played) & self.bit for played in self._played(window, name))
        }

    def _league(self, window: Window) -> set[str]:
        """Return the entities whose league mean or rank takes in the moved date."""
        if window.kind is WindowKind.SEASON_TO_DATE:
            return self._listed(window.entity)
        masks = {name: self._window(window, self._played(window, name)[0]) for name in self._listed(window.entity)}
        return {name for name, mask in masks.items() if mask and lowest_position(mask) <= self.move.position}

    def _short(self, entity: Entity, minimum: int) -> set[str]:
        """Return the entities with fewer games than a minimum, before or after the move."""
        window = Window(kind=WindowKind.GAMES, entity=entity, length=minimum, hard=True)
        return {
            name
            for name in self._listed(entity)
            if any(played.bit_count() < minimum for played in self._played(window, name))
        }

    def _window(self, window: Window, played: int) -> int:
        """Return the positions of a window over the games that count."""
        if window.kind is WindowKind.GAMES:
            return highest_bits(played, window.length or 0)
        if window.kind is WindowKind.DAYS:
            first = self.knowledge.days_floor(self.record.target.position, window.length or 0)
            return played & ~span(0, first)
        return played

    def _played(self, window: Window, name: str) -> tuple[int, ...]:
        """Return the positions of the games of an entity that count: after the move, and before it if he was moved."""
        target, floor = self.record.target.position, 0
        if window.kind is not WindowKind.SEASON_TO_DATE:
            floor = self.record.floors.get(f"{window.entity}:{name}", 0)
        counted = self.record.readable & span(floor, target)
        if window.entity is Entity.TEAM:
            return (self.knowledge.calendar.team_masks.get(name, 0) & counted,)
        player = int(name)
        now = sum(1 << each.position for each in self.knowledge.listings(player, target) if each.played) & counted
        if player not in self.move.before:
            return (now,)
        before = self.move.before[player]
        played = before is not None and before.played
        return now, now | (self.bit & counted) if played else now & ~self.bit

    def _listed(self, entity: Entity) -> set[str]:
        target = self.record.target
        return set(target.teams) if entity is Entity.TEAM else {str(player) for player in target.players}

    def _rows(self, rows: Entity, reached: Entity, names: Iterable[str]) -> set[str]:
        """Return whose rows those are: a player's row also tells of both teams of his game."""
        if rows is reached:
            return set(names)
        target, calendar = self.record.target, self.knowledge.calendar
        games = calendar.fixtures[calendar.dates[target.position]]
        sides = {side for game in games for side in game if set(game) & set(names)}
        return {str(player) for player, team in target.players.items() if team in sides}


def _relisted(record: Record, move: Move, lookbacks: Sequence[Lookback]) -> Touched:
    """Return the entities that a target gained, lost or has for another team, its own date having moved."""
    now = record.target.players
    before = {player: listing.team for player, listing in move.before.items() if listing is not None}
    moved = frozenset(str(player) for player in move.before if before.get(player) != now.get(player))
    return {each.processor: moved for each in lookbacks} if moved else {}
