"""What the recorded changes of Phase 3 dates reach in the targets that read them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shared.domain.closure import Target
from shared.domain.frontier import HISTORY_LANE
from shared.domain.lookback import SeasonKnowledge, span
from shared.domain.policy import Policy, policy_from
from shared.domain.propagation import Lookback, Move, Record, Touched, touched
from shared.domain.release import RELEASE, SIDES, manifest_inputs
from shared.domain.rosters import roster_of_manifest
from shared.domain.units import Unit
from shared.ports import Body
from shared.service.contents import changes_between
from shared.service.ledger import Ledger, appearances_of


class Reached:
    """What changes of Phase 3 dates reach, by the recorded windows of targets. Remembers the changes it has read."""

    def __init__(self, ledger: Ledger, knowledge: SeasonKnowledge, lookbacks: Sequence[Lookback]) -> None:
        self._ledger, self._knowledge, self._lookbacks = ledger, knowledge, lookbacks
        self._moves: dict[tuple[date, int, int], Move | None] = {}

    def rows(self, target: Unit, manifest: Mapping[str, Any] | None, day: date, now: int) -> Touched:
        """Return the entities of a target, by processor, whose rows the versions of a date since it was read can move.

        `manifest` holds the floors. Where a version's changes were not recorded, every entity is taken for changed.
        """
        move = self._move(day, target.inputs[input_name(day)], now)
        if move is not None:
            return self.by(target, manifest, move)
        record = self._record(target, manifest)
        everybody = frozenset((*map(str, record.target.players), *record.target.teams)) if record else frozenset()
        return {each.processor: everybody for each in self._lookbacks if everybody}

    def by(self, target: Unit, manifest: Mapping[str, Any] | None, move: Move) -> Touched:
        """Return the entities of a target, by processor, whose rows a move can move."""
        record = self._record(target, manifest)
        return {} if record is None else touched(self._knowledge, record, move, self._lookbacks)

    def processors(self, target: Unit, manifest: Mapping[str, Any]) -> tuple[str, ...] | None:
        """Return the processors of a target to run again under a new manifest, None for all of them."""
        inputs = manifest_inputs(manifest, target.game_date)
        differing = {name for name, value in inputs.items() if target.inputs.get(name) != value}
        if not target.usable or inputs.keys() != target.inputs.keys() or differing & {RELEASE, SIDES}:
            return None
        found: set[str] = set()
        for name in differing:
            found |= self.rows(target, manifest, date.fromisoformat(name[2:]), inputs[name]).keys()
        return tuple(sorted(found))

    def _record(self, unit: Unit, manifest: Mapping[str, Any] | None) -> Record | None:
        """Return what a target recorded, None on a date that the calendar does not have any more."""
        calendar, day = self._knowledge.calendar, unit.game_date
        if day not in calendar.position:
            return None
        players = roster_of_manifest(manifest)
        if players is None:
            players = {player: listing.team for player, listing in self._knowledge.by_date.get(day, {}).items()}
        position = calendar.position[day]
        target = Target(position=position, players=players, teams=calendar.teams_on(day))
        days = (date.fromisoformat(name[2:]) for name in unit.inputs if name.startswith(f"{HISTORY_LANE}-"))
        floors = {
            entity: calendar.first_at_or_after(date.fromisoformat(first))
            for entity, (first, _) in (manifest or {}).get("floors", {}).items()
        }
        policy = policy_from(unit.policy) if unit.policy else Policy()
        readable = calendar.mask(days) & span(0, position)
        return Record(target=target, readable=readable, floors=floors, early_season=policy.early_season)

    def _move(self, day: date, read: int, now: int) -> Move | None:
        key = (day, read, now)
        if key not in self._moves:
            changes = changes_between(self._ledger, HISTORY_LANE, day, read, now)
            self._moves[key] = None if changes is None else move_of(self._knowledge, day, changes)
        return self._moves[key]


def input_name(day: date) -> str:
    """Return under which name a target records the version of a date that it read."""
    return f"{HISTORY_LANE}-{day.isoformat()}"


def move_of(knowledge: SeasonKnowledge, day: date, changes: Sequence[Body]) -> Move:
    """Return the move that the recorded changes of one date's versions, in their order, amount to."""
    entities: dict[str, set[str]] = {}
    for change in changes:
        for name, names in change["entities"].items():
            entities.setdefault(name, set()).update(names)
    replaced = changes[0]["replaced"].get(f"appearances/{day.isoformat()}")
    before = appearances_of(replaced) if replaced is not None else {}
    names = {int(name) for each in entities.values() for name in each if name.isdecimal()}
    return Move(
        position=knowledge.calendar.position[day],
        entities={name: frozenset(each) for name, each in entities.items()},
        before={player: before.get(player) for player in names},
    )
