"""What each waiting target waits for, worked out as the coordinator does, from the ledger alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.domain.closure import Setting, needed
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE, Frontier, lane_of
from shared.domain.rosters import target_at
from shared.domain.units import Unit, unit_key
from shared.service.app import App
from shared.service.seasons import Season
from shared.service.settings import awaited, pre_game, setting_of


class Awaited(StrEnum):
    """What a target that nothing blocks waits for, in words."""

    UNDER_WAY = "Phases 1-3 of these dates are under way"
    OWN_PHASE_3 = "its own Phase 3 is not complete"
    WINDOWS = "its players' windows reach back to dates not complete yet"
    RELEASE = "its history is complete; the coordinator releases it next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A target that is not released: the dates it waits for, ascending, and why.

    `blocked_by` is the key of the failed unit that holds it up, empty when it only waits.
    """

    target: date
    dates: tuple[date, ...]
    why: str
    blocked_by: str


class WaitingRoom:
    """Reads the waiting targets again and again, remembering the appearances it has read."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seasons: dict[str, Season] = {}

    def targets(self, season: str, wanted_by: str | None, limit: int) -> tuple[list[Waiting], int]:
        """Return the first `limit` waiting targets of a season (of one backfill), and how many there are."""
        frontier, _ = self._app.ledger.frontier(season)
        found = sorted(day for day, wanters in frontier.targets.items() if wanted_by is None or wanted_by in wanters)
        if not found:
            return [], 0
        memory = self._season(season)
        # A date that a revision has just dropped may still be among them.
        days = [day for day in found if date.fromisoformat(day) in memory.knowledge.calendar.position]
        memory.catch_up(frontier.known)
        return [self._waiting(memory, frontier, day) for day in days[:limit]], len(days)

    def _season(self, name: str) -> Season:
        if name not in self._seasons:
            self._seasons[name] = Season(self._app.ledger, name)
        return self._seasons[name]

    def _waiting(self, memory: Season, frontier: Frontier, text: str) -> Waiting:
        target = date.fromisoformat(text)
        failed = frontier.blocked.get(text)
        if failed is not None:
            unit = frontier.failed.get(failed, unit_key(HISTORY_LANE, date.fromisoformat(failed)))
            why = f"{unit} failed and the target's window needs that date"
            return Waiting(target=target, dates=(date.fromisoformat(failed),), why=why, blocked_by=unit)
        dates, why = self._awaited(memory, frontier, target)
        return Waiting(target=target, dates=tuple(dates), why=why.value, blocked_by="")

    def _awaited(self, memory: Season, frontier: Frontier, target: date) -> tuple[Sequence[date], Awaited]:
        held = self._app.ledger.unit(TARGET_LANE, target)
        unit = held.unit if held else None
        setting = setting_of(self._app, memory, frontier.targets[target.isoformat()], target, unit)
        return awaited_dates(memory, frontier, setting, target, unit)


def awaited_dates(
    memory: Season, frontier: Frontier, setting: Setting, target: date, unit: Unit | None
) -> tuple[Sequence[date], Awaited]:
    """Return the dates that a waiting target waits for under a setting, ascending, and why; `unit` is its Phase 4."""
    knowledge = memory.knowledge
    calendar, position = knowledge.calendar, knowledge.calendar.position[target]
    lanes = (lane_of(name) for name in (*frontier.queue, *frontier.lanes))
    under_way = calendar.mask(day for kind, day in lanes if kind == HISTORY_LANE)
    named = awaited(setting, frontier.targets[target.isoformat()], under_way, position)
    if named:
        return calendar.days(named), Awaited.UNDER_WAY
    if not knowledge.known >> position & 1 and not pre_game(knowledge.known, unit, position):
        return [target], Awaited.OWN_PHASE_3
    missing = needed(knowledge, target_at(knowledge, position, setting), setting)
    return calendar.days(missing), Awaited.WINDOWS if missing else Awaited.RELEASE
