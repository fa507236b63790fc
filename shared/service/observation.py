"""What one round of coordination takes in from the ledger's units, before anything is decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from shared.domain import units
from shared.domain.calendar import no_game
from shared.domain.frontier import HISTORY_LANE, LANE_PHASES, TARGET_LANE, Frontier, lane_of
from shared.domain.messages import LIVE, LIVE_HISTORY
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES
from shared.domain.units import TERMINAL, Status, Unit, unit_key
from shared.service.cascade import Cascade
from shared.service.changes import Changes
from shared.service.ledger import Held, Ledger
from shared.service.seasons import Season

ONE_DAY = timedelta(days=1)


class Observation:
    """Brings a working copy of the frontier in line with the units."""

    def __init__(self, ledger: Ledger, season: Season, frontier: Frontier, changes: Changes, now: datetime) -> None:
        self._ledger, self._season = ledger, season
        self._frontier, self._changes, self._now = frontier, changes, now
        self._wanters: dict[str, tuple[bool, int | None]] = {LIVE: (True, None), LIVE_HISTORY: (True, None)}
        self.cascade = Cascade(ledger, season, frontier, changes, self.live_wanters, now)

    def history(self, day: date) -> None:
        """Take in what the ledger says of a date's Phases 1-3."""
        text = day.isoformat()
        unit = self._changes.unit(HISTORY_LANE, day)
        if unit is not None and unit.usable:
            self._frontier.known[text] = unit.version
            self._frontier.torn.discard(text)
        if unit is not None and unit.status is Status.COMPLETE:
            self._frontier.failed.pop(text, None)
            self._frontier.end(f"{HISTORY_LANE}-{text}")
            self.cascade.moved(day)
            if LIVE in unit.wanted_by:
                self._add_live_target(day)
                self.expect_next(day)
            return
        found = self._changes.units(day, (1, 2, 3))
        failed = next((each for each in found if each.status is Status.FAILED), None)
        if failed is not None:
            self._frontier.failed[text] = failed.key
            # A phase before it may have been asked to be redone meanwhile; that is still on its way.
            if all(each.status in TERMINAL for each in found if each.phase < failed.phase):
                self._frontier.end(f"{HISTORY_LANE}-{text}")
            self._block_after(failed)
        elif not any(each.status not in TERMINAL and self.live_wanters(each) for each in found):
            # The last phase that anybody asked for is complete.
            self._frontier.end(f"{HISTORY_LANE}-{text}")

    def expect_next(self, day: date) -> None:
        """Make the game date after one of the daily path a target of it too, unless that date has been played."""
        dates = self._season.knowledge.calendar.dates
        following = dates[self._season.knowledge.calendar.first_at_or_after(day + ONE_DAY) :][:1]
        for each in following:
            played = self._changes.unit(HISTORY_LANE, each)
            if played is None or not played.usable:
                self._add_live_target(each)

    def target(self, day: date) -> None:
        """Take in what the ledger says of a target's Phases 4-5."""
        found = {unit.phase: unit for unit in self._changes.units(day, (4, 5))}
        last = found.get(5, found.get(4))
        failed = next((unit for unit in found.values() if unit.status is Status.FAILED), None)
        if failed is not None:
            self._block_after(failed)
        over = all(unit.status in TERMINAL for unit in found.values())
        if failed is not None or (last is not None and last.status is Status.COMPLETE and over):
            self._frontier.end(f"{TARGET_LANE}-{day.isoformat()}")

    def wait(self, day: date, wanters: Iterable[str]) -> None:
        """Put a target among those waiting, for these backfills and every live one that wants it already."""
        text, unit = day.isoformat(), self._changes.unit(TARGET_LANE, day)
        others = self.live_wanters(unit) if unit is not None else []
        before = [name for name in self._frontier.targets.get(text, ()) if self.live(name)]
        names = sorted({*before, *wanters, *others})
        if names:
            self._frontier.targets[text] = names
            self._frontier.blocked.pop(text, None)

    def wait_again(self, day: date) -> None:
        """Put a released target whose inputs moved back among those waiting, behind those still on their way."""
        unit = self._changes.unit(TARGET_LANE, day)
        if unit is None or unit.manifest is None:
            return
        text = day.isoformat()
        self._changes.read((HISTORY_LANE, date.fromisoformat(each)) for each in unit.manifest["versions"])
        moved = [date.fromisoformat(each) for each in unit.manifest["versions"] if self._moved(unit, each)]
        for each in (*moved, day):
            self.history(each)
        self._frontier.torn.update(each.isoformat() for each in moved if not self._is_usable(each))
        if unit.status is Status.PENDING:
            self._frontier.end(f"{TARGET_LANE}-{text}")
            self.wait(day, ())
            late = [each for each in moved if self._frontier.under_way(each.isoformat())]
            if late:
                self._season.watches[text] = (max(late).isoformat(), tuple(self._frontier.targets.get(text, ())))

    def end_dead_lanes(self, held: Mapping[str, Held]) -> None:
        """End the lanes whose units are blocked or wanted by nobody live; pass those of ended backfills on."""
        for name, lane in [*self._frontier.queue.items(), *self._frontier.lanes.items()]:
            kind, day = lane_of(name)
            found = [held[key].unit for phase in LANE_PHASES[kind] if (key := unit_key(phase, day)) in held]
            coming = [unit for unit in found if unit.status not in TERMINAL]
            wanters = sorted({wanter for unit in coming for wanter in self.live_wanters(unit)})
            held_up = not coming and any(unit.status is Status.BLOCKED for unit in found)
            if held_up or (coming and not wanters):
                self._frontier.end(name)
            elif coming:
                if not self.live(lane.backfill_id):
                    lane.backfill_id = lane_owner(wanters)
                self._take_over(name, coming)

    def _take_over(self, lane: str, coming: Sequence[Unit]) -> None:
        """Have the phases that nobody live wants run for those who want a later one of the same lane."""
        last = max((unit for unit in coming if self.live_wanters(unit)), key=lambda unit: unit.phase, default=None)
        for given_up in coming:
            if last is None or given_up.phase > last.phase or self.live_wanters(given_up):
                continue
            unit = self._changes.unit(given_up.phase, given_up.game_date)
            if unit is None or unit.status in TERMINAL or self.live_wanters(unit):
                continue
            wanters = self.live_wanters(last)
            wanted = {**unit.wanted_by, **{name: last.wanted_by[name] for name in wanters}}
            self._changes.change(replace(unit, wanted_by=wanted))
            if unit.phase == TARGET_LANE and unit.manifest is None:
                self._frontier.end(lane)
                self.wait(unit.game_date, wanters)

    def stamped(self, unit: Unit) -> Unit:
        """Return a unit on its way as those live backfills want it that are at a later epoch than they wanted it at.

        A round that was overtaken by a resume wrote it at the epoch of before.
        """
        if unit.status in TERMINAL or not any(self._is_late(*pair) for pair in unit.wanted_by.items()):
            return unit
        unit = self._changes.unit(unit.phase, unit.game_date) or unit
        late = {name: self.epoch(name) or 0 for name, epoch in unit.wanted_by.items() if self._is_late(name, epoch)}
        stamped = replace(unit, wanted_by={**unit.wanted_by, **late})
        self._changes.change(stamped)
        return stamped

    def _is_late(self, name: str, epoch: int) -> bool:
        current = self.epoch(name)
        return self.live(name) and current is not None and epoch < current

    def drop_unscheduled(self) -> None:
        """End the lanes and targets of dates without a game, after a revision; what was to run there is blocked."""
        lanes = [lane_of(name)[1] for name in (*self._frontier.queue, *self._frontier.lanes)]
        for day in {*lanes, *map(date.fromisoformat, self._frontier.targets)}:
            self.drop_if_unscheduled(day)

    def drop_if_unscheduled(self, day: date) -> bool:
        """End lanes and target of a date that has no game, block what was to run, and return whether it is one.

        A unit that was running when the game was taken is pending once its lease ran out, and belongs to no lane then.
        """
        calendar, text = self._season.knowledge.calendar, day.isoformat()
        if day in calendar.position:
            return False
        for kind in (HISTORY_LANE, TARGET_LANE):
            self._frontier.end(f"{kind}-{text}")
        self._frontier.targets.pop(text, None)
        self._frontier.blocked.pop(text, None)
        self._season.forget(text)
        reason = no_game(calendar.dropped.get(day, calendar.revision))
        for unit in self._changes.units(day, (*HISTORY_PHASES, *TARGET_PHASES)):
            self._changes.change(units.block(unit, reason, self._now))
        return True

    def live_wanters(self, unit: Unit) -> list[str]:
        """Return who of a unit's wanters may still have it run, each at the epoch it wanted it at, sorted."""
        return sorted(
            name for name, epoch in unit.wanted_by.items() if self.live(name) and self.epoch(name) in (None, epoch)
        )

    def live(self, wanter: str) -> bool:
        """Return whether a wanter is the daily path or a live backfill, asked once a round."""
        return self._wanter(wanter)[0]

    def epoch(self, wanter: str) -> int | None:
        """Return the epoch that a backfill stands at; None for the daily path, which has none."""
        return self._wanter(wanter)[1]

    def _wanter(self, name: str) -> tuple[bool, int | None]:
        if name not in self._wanters:
            self._wanters[name] = self._ledger.wanter(name)
        return self._wanters[name]

    def _moved(self, unit: Unit, text: str) -> bool:
        read = self._changes.unit(HISTORY_LANE, date.fromisoformat(text))
        manifest = unit.manifest or {"versions": {}}
        return read is None or not read.usable or read.version != manifest["versions"][text]

    def _is_usable(self, day: date) -> bool:
        unit = self._changes.unit(HISTORY_LANE, day)
        return unit is not None and unit.usable

    def _add_live_target(self, day: date) -> None:
        scheduled = day in self._season.knowledge.calendar.position
        if scheduled and self._changes.unit(TARGET_LANE, day) is None:
            for phase in (4, 5):
                unit = Unit(phase=phase, game_date=day, wanted_by={LIVE: 0}, updated_at=self._now.isoformat())
                self._changes.change(unit)
            self._frontier.targets[day.isoformat()] = [LIVE]

    def _block_after(self, failed: Unit) -> None:
        """Block what comes after a failed unit on its date, each by the failure that is nearest before it."""
        found = self._changes.units(failed.game_date, range(failed.phase, 6))
        # A round tells why a waiting target is blocked, its own date or another; neither rewrites the other for ever.
        told = failed.game_date.isoformat() in self._frontier.blocked
        for unit in found[1:]:
            if told and unit.phase >= TARGET_LANE and unit.status is Status.BLOCKED:
                continue
            before = [each.phase for each in found if each.status is Status.FAILED and each.phase < unit.phase]
            nearest = max(before, default=failed.phase)
            reason = f"{unit_key(nearest, unit.game_date)} failed"
            self._changes.change(units.block(unit, reason, self._now))


def lane_owner(wanters: Sequence[str]) -> str:
    """Return in whose name a lane is started; the daily path's history runs in its own."""
    return LIVE if wanters[0] == LIVE_HISTORY else wanters[0]
