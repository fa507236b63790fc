"""From a date whose Phase 3 changed to the targets that read it: flagged stale, or released again where asked.

A target that read another version of the date, of which no changed row lies in any of its windows, is as good as read
at the version that stands now: it is recorded so, and is not stale.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from shared.domain import units
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE, Frontier
from shared.domain.messages import LIVE, LIVE_HISTORY, BackfillRequest
from shared.domain.quality import Shortage
from shared.domain.release import SIDES, manifest_inputs, sides_digest
from shared.domain.rosters import roster_of_manifest
from shared.domain.staleness import EVERY, HISTORY_ARRIVED, outdate, rebase
from shared.domain.units import Status, Unit
from shared.service import settings
from shared.service.changes import Changes
from shared.service.ledger import Ledger
from shared.service.propagation import Reached, input_name
from shared.service.seasons import Season

LiveWanters = Callable[[Unit], list[str]]


class Cascade:
    """Carries the changes of Phase 3 dates to the targets, in the working copies of one round."""

    def __init__(
        self, ledger: Ledger, season: Season, frontier: Frontier, changes: Changes, live: LiveWanters, now: datetime
    ) -> None:
        self._ledger, self._season, self._frontier = ledger, season, frontier
        self._changes, self._live, self._now = changes, live, now
        self._reached: Reached | None = None

    def moved(self, day: date) -> None:
        """Carry a date's change to every target that read another version of it; before the first there was none."""
        history = self._changes.unit(HISTORY_LANE, day)
        if history is None or history.version <= 1:
            return
        name, asked = input_name(day), self._cascading(history)
        for unit in self._changes.between(TARGET_LANE, day, self._season.knowledge.calendar.dates[-1]):
            if _reading(unit).inputs.get(name, history.version) < history.version:
                self._carry(unit, history, asked)

    def target(self, unit: Unit) -> None:
        """Carry to one complete target what has moved since it was computed: dates, the schedule, history it lacked."""
        for text in self._moved_since(unit):
            history, current = self._changes.unit(HISTORY_LANE, date.fromisoformat(text)), self._current(unit)
            name = f"{HISTORY_LANE}-{text}"
            if history is not None and history.usable and history.version > current.inputs[name]:
                self._carry(current, history, self._cascading(history))
        current = self._current(unit)
        cause = self._schedule_moved(current) or self._history_arrived(current)
        if cause and current.status is Status.COMPLETE:
            self._changes.change(outdate(current, {EVERY: cause}))

    def _moved_since(self, unit: Unit) -> list[str]:
        """Return the dates of which the frontier knows a later version than a target read."""
        known, prefix = self._frontier.known, f"{HISTORY_LANE}-"
        read = ((name[len(prefix) :], version) for name, version in unit.inputs.items() if name.startswith(prefix))
        return [text for text, version in read if known.get(text, 0) > version]

    def _current(self, unit: Unit) -> Unit:
        return self._changes.unit(unit.phase, unit.game_date) or unit

    def _schedule_moved(self, unit: Unit) -> str:
        """Return the cause if the schedule says something else of a target than when it was computed.

        That is of its teams, of a date that it read and that has no game any more, or of one that has its first game
        since and lies where windows of the target reach.
        """
        calendar, read = self._season.knowledge.calendar, (unit.manifest or {}).get("calendar")
        if read in (None, calendar.revision) or unit.game_date not in calendar.position:
            return ""
        same = unit.inputs.get(SIDES) == sides_digest(calendar, unit.game_date)
        moved = not same or any(self._came_or_went(unit, day) for day in calendar.changed_since(read))
        return f"{SIDES}: {read} -> {calendar.revision}" if moved else ""

    def _came_or_went(self, unit: Unit, day: date) -> bool:
        """Return whether a date before a target was read and has no game, or has one and is to be read."""
        was_read, has_game = input_name(day) in unit.inputs, day in self._season.knowledge.calendar.position
        if day >= unit.game_date or was_read == has_game:
            return False
        return was_read or day >= self._first_read(unit)

    def _first_read(self, unit: Unit) -> date:
        """Return the first date that any entity of a target may read."""
        knowledge, floors = self._season.catch_up(self._frontier.known), (unit.manifest or {}).get("floors", {})
        players = roster_of_manifest(unit.manifest) or knowledge.by_date.get(unit.game_date, {})
        entities = [f"player:{player}" for player in players]
        entities += [f"team:{team}" for team in knowledge.calendar.teams_on(unit.game_date)]
        firsts = [
            date.fromisoformat(floors[entity][0]) if entity in floors else knowledge.calendar.start
            for entity in entities
        ]
        return min(firsts, default=knowledge.calendar.start)

    def _history_arrived(self, unit: Unit) -> str:
        """Return the cause if a date directly below a capped floor has completed since."""
        calendar = self._season.knowledge.calendar
        floors = (unit.manifest or {}).get("floors", {}).values()
        for first in {first for first, reason in floors if reason == Shortage.CAPPED}:
            below = calendar.first_at_or_after(date.fromisoformat(first)) - 1
            day = calendar.dates[below]
            history = (
                self._changes.unit(HISTORY_LANE, day) if below >= 0 and input_name(day) not in unit.inputs else None
            )
            if history is not None and history.usable and history.updated_at > unit.updated_at:
                return f"{HISTORY_ARRIVED}: {day}"
        return ""

    def processors(self, unit: Unit, manifest: Mapping[str, Any]) -> tuple[str, ...] | None:
        """Return the processors of a target to run again under a new manifest, None for all of them."""
        return self._reach().processors(unit, manifest) if unit.inputs else None

    def _carry(self, unit: Unit, history: Unit, asked: dict[str, BackfillRequest]) -> None:
        rows = self._reach().rows(_reading(unit), unit.manifest, history.game_date, history.version)
        if unit.status is Status.COMPLETE and not rows:
            self._changes.change(rebase(unit, history.game_date, history.version))
        elif unit.status is Status.COMPLETE:
            name = input_name(history.game_date)
            cause = f"{name}: {unit.inputs[name]} -> {history.version}"
            self._changes.change(outdate(unit, dict.fromkeys(rows, cause)))
            if asked:
                self._release_again(unit.game_date, asked)
        elif rows and asked and unit.status is not Status.FAILED:
            self._join(unit, asked)

    def _release_again(self, day: date, asked: dict[str, BackfillRequest]) -> None:
        """Open a complete target again, wanted by those that cascade, and put it among those waiting."""
        last = max(request.to_phase for request in asked.values())
        for each in self._changes.units(day, range(TARGET_LANE, last + 1)):
            opened = units.reopen(each, self._now) if each.status is Status.COMPLETE else each
            self._changes.change(self._wanted(opened, asked))
        self._frontier.end(f"{TARGET_LANE}-{day.isoformat()}")
        self._wait(day, asked)

    def _join(self, unit: Unit, asked: dict[str, BackfillRequest]) -> None:
        """Have those that cascade wait for a target that is computed anyway, or that others gave up.

        The write also meets an attempt that has looked at its inputs before the change: it looks again.
        """
        waits = unit.game_date.isoformat() in self._frontier.targets
        if not waits and not self._frontier.has(f"{TARGET_LANE}-{unit.game_date.isoformat()}"):
            self._release_again(unit.game_date, asked)
            return
        self._changes.change(self._wanted(unit, asked))
        if waits:
            self._wait(unit.game_date, asked)

    def _wait(self, day: date, asked: dict[str, BackfillRequest]) -> None:
        text = day.isoformat()
        self._frontier.targets[text] = sorted({*self._frontier.targets.get(text, ()), *asked})
        self._frontier.blocked.pop(text, None)

    def _wanted(self, unit: Unit, asked: dict[str, BackfillRequest]) -> Unit:
        for name in asked:
            unit = units.want(unit, name, self._ledger.wanter(name)[1], self._now)
        return unit

    def _cascading(self, history: Unit) -> dict[str, BackfillRequest]:
        """Return the live backfills that had the date run and want what depends on it run again, by id."""
        found = {}
        for name in self._live(history):
            held = None if name in (LIVE, LIVE_HISTORY) else self._ledger.backfill(name)
            if held is not None and held[0].request.cascade and held[0].request.to_phase >= TARGET_LANE:
                found[name] = held[0].request
        return found

    def _reach(self) -> Reached:
        knowledge = self._season.catch_up(self._frontier.known)
        if self._reached is None:
            self._reached = Reached(self._ledger, knowledge, settings.LOOKBACKS)
        return self._reached


def _reading(unit: Unit) -> Unit:
    """Return a target that is being computed with what it was released for among its inputs, else as it is.

    One that has never completed, or not from a date that it reads now, has recorded no version of that date yet.
    """
    if unit.status is Status.COMPLETE or unit.manifest is None:
        return unit
    return replace(unit, inputs={**manifest_inputs(unit.manifest, unit.game_date), **unit.inputs})
