"""One round of coordination over a season's frontier."""

from dataclasses import replace
from datetime import date

from shared.domain import units
from shared.domain.closure import Closure, Setting
from shared.domain.frontier import HISTORY_LANE, LANE_PHASES, TARGET_LANE, Lane, lane_of
from shared.domain.messages import LIVE, LIVE_HISTORY
from shared.domain.policy import Policy, policy_from
from shared.domain.release import manifest, manifest_inputs
from shared.domain.units import TERMINAL, Status, Unit
from shared.logs import log
from shared.ports import Write
from shared.service.announce import start_lane
from shared.service.app import App
from shared.service.changes import Changes
from shared.service.observation import Observation
from shared.service.seasons import Season
from shared.service.settings import arriving, awaited, pre_game, setting_of


class Round:
    """Observes units, decides what each waiting target may do, and commits frontier and units in one batch."""

    def __init__(self, app: App, season: Season) -> None:
        self.app, self.season = app, season
        self.now = app.clock.now()
        self.frontier, self._revision = app.ledger.frontier(season.name)
        if self.frontier.calendar not in (0, season.knowledge.calendar.revision):
            season.renew()
        self._before = self.frontier.body()
        self.changes = Changes(app.ledger)
        self.observation = Observation(app.ledger, season, self.frontier, self.changes, self.now)
        self._started: list[tuple[str, Lane]] = []
        self._again: list[tuple[str, Lane]] = []
        # Positions whose Phases 1-3 are under way as the targets are decided, and those of failed ones.
        self._coming = self._lost = 0

    def observe(self, phase: int, day: date) -> None:
        """Take in what the ledger says of a date's Phases 1-3, or of a target's Phases 4-5."""
        if phase <= HISTORY_LANE:
            self.observation.history(day)
        else:
            self.observation.target(day)

    def set_going(self, name: str, phase: int, backfill_id: str) -> None:
        """Queue a lane from a phase on, where something of it is still to come: others may have run it meanwhile.

        One that was started, and is past a phase that is pending again, is sent there once more.
        """
        kind, day = lane_of(name)
        units_left = self.changes.units(day, [each for each in LANE_PHASES[kind] if each >= phase])
        coming = [unit for unit in units_left if unit.status not in TERMINAL]
        if not coming:
            self.observe(kind, day)
        elif name in self.frontier.lanes and coming[0].status is Status.PENDING:
            self._again.append((name, Lane(phase=coming[0].phase, backfill_id=backfill_id)))
        else:
            self.frontier.enqueue(name, coming[0].phase, backfill_id)

    def mentions(self, backfill_id: str) -> bool:
        """Return whether lanes or unblocked targets of a backfill are still to come."""
        lanes = [*self.frontier.lanes.values(), *self.frontier.queue.values()]
        return any(lane.backfill_id == backfill_id for lane in lanes) or any(
            backfill_id in wanters
            for target, wanters in self.frontier.targets.items()
            if target not in self.frontier.blocked
        )

    def decide(self) -> None:
        """Release, extend or block every waiting target whose awaited date has come, then start lanes."""
        self.observation.drop_unscheduled()
        self.frontier.recover()
        if self.frontier.targets:
            self.season.catch_up(self.frontier.known)
            under_way = self._coming = self._under_way()
            self._lost = self.season.knowledge.calendar.mask(map(date.fromisoformat, self.frontier.failed))
            for text in self.season.watches.keys() - self.frontier.targets.keys():
                self.season.forget(text)
            for text, wanters in list(self.frontier.targets.items()):
                if not self._still_waits(text):
                    under_way = self._decide_target(date.fromisoformat(text), wanters, under_way)
        config = self.app.config
        self._started = self.frontier.start(config.max_in_flight, config.live_in_flight)

    def commit(self) -> None:
        """Write the frontier and the changed units, all or none. Raises Conflict when one of them moved."""
        writes = self.changes.writes()
        body = self.frontier.body()
        if body != self._before:
            writes.append(Write(key=self.frontier.key, body=body, revision=self._revision))
        if writes:
            self.app.ledger.commit(writes)

    def publish(self) -> None:
        """Publish the messages that set the started lanes going."""
        for name, lane in (*self._started, *self._again):
            _, day = lane_of(name)
            start_lane(self.app, day, lane.phase, lane.backfill_id)

    def _decide_target(self, day: date, wanters: list[str], under_way: int) -> int:
        """Decide one waiting target for its live wanters; return the positions under way afterwards."""
        wanters = [name for name in wanters if self.observation.live(name)]
        if not wanters:
            self._give_up(day)
            return under_way
        return self._decide_for(day, wanters, {}, under_way)

    def _decide_for(self, day: date, wanters: list[str], held: dict[str, date], under_way: int) -> int:
        """Decide a target for those of its wanters who are not `held` up by a date that can not be had."""
        knowledge, text = self.season.knowledge, day.isoformat()
        position = knowledge.calendar.position[day]
        torn = knowledge.calendar.mask(map(date.fromisoformat, self.frontier.torn))
        setting = self._setting(day, wanters)
        named = awaited(setting, wanters, under_way, position)
        if named:
            self._watch(text, named)
            return under_way
        missing = 1 << position & (~knowledge.known | torn)
        if pre_game(knowledge.known, self.changes.unit(TARGET_LANE, day), position):
            missing = arriving(self.season, self.changes, position)
        if missing:
            return self._need(day, missing, wanters, held, under_way)
        closure = self.season.closure(day, setting)
        if closure.asked:
            return self._need(day, closure.missing(knowledge), wanters, held, under_way)
        if closure.read & torn:
            return self._need(day, closure.read & torn, wanters, held, under_way)
        self._release(day, closure, wanters, held)
        return under_way

    def _setting(self, day: date, wanters: list[str]) -> Setting:
        return setting_of(self.app, self.season, wanters, day, self.changes.unit(TARGET_LANE, day))

    def _need(self, day: date, missing: int, wanters: list[str], held: dict[str, date], under_way: int) -> int:
        """Have the missing dates run, or go on without whom a failed one holds up; return the positions under way."""
        calendar, text = self.season.knowledge.calendar, day.isoformat()
        failed = missing & calendar.mask(date.fromisoformat(failed) for failed in self.frontier.failed)
        given_up = [each for each in calendar.days(failed) if self._failed_for(each, wanters)]
        if given_up:
            content = self._content_without(day, calendar.mask(given_up), wanters)
            if content == wanters:
                return self._need_each(day, wanters, held, max(given_up), under_way)
            if content:
                others = {name: max(given_up) for name in wanters if name not in content}
                return self._decide_for(day, content, held | others, under_way)
            self._block(day, max(given_up))
            return under_way
        new = missing & ~under_way
        if new:
            log("target.extended", game_date=text, dates=new.bit_count(), backfills=wanters)
        for extra in calendar.days(missing):
            self._want_history(extra, wanters)
        self._watch(text, missing)
        return under_way | new

    def _need_each(self, day: date, wanters: list[str], held: dict[str, date], lost: date, under_way: int) -> int:
        """Go on for wanters of whom each could do without a lost date that their policies need together.

        What their own windows need is fetched, which may tell them apart. If not, the target is blocked: a unit has
        one output, and none would satisfy them all.
        """
        settings = (self._setting(day, [name]) for name in wanters)
        missing = 0
        for setting in settings:
            missing |= self.season.closure(day, setting).missing(self.season.knowledge)
        if missing:
            return self._need(day, missing, wanters, held, under_way)
        self._block(day, lost)
        return under_way

    def _content_without(self, day: date, lost: int, wanters: list[str]) -> list[str]:
        """Return those wanters whose own policies do not ask for any of the positions that can not be had."""
        if lost >> self.season.knowledge.calendar.position[day] & 1 or len(wanters) == 1:
            return []
        settings = {name: self._setting(day, [name]) for name in wanters}
        closures = {name: self.season.closure(day, each) for name, each in settings.items()}
        return [name for name, each in closures.items() if not (each.asked | each.read) & lost]

    def _want_history(self, day: date, wanters: list[str]) -> None:
        """Make Phases 1-3 of a date pending for some backfills and queue its lane where it has to start.

        What failed for others before gets a fresh start.
        """
        if self._failed_for(day, wanters):
            # Its failure has not been heard yet; taken in now, the next round blocks the target on it.
            self.observation.history(day)
            return
        self.frontier.failed.pop(day.isoformat(), None)
        first = None
        for phase in (1, 2, 3):
            unit = self.changes.unit(phase, day)
            if unit is not None and unit.status is Status.COMPLETE:
                continue
            first = first or phase
            unit = unit or Unit(phase=phase, game_date=day, updated_at=self.now.isoformat())
            for wanter in wanters:
                name = LIVE_HISTORY if wanter == LIVE else wanter
                unit = units.want(unit, name, self.observation.epoch(name) or 0, self.now)
            self.changes.change(unit)
        self.frontier.enqueue(f"{HISTORY_LANE}-{day.isoformat()}", first or HISTORY_LANE, wanters[0])

    def _failed_for(self, day: date, wanters: list[str]) -> bool:
        """Return whether Phases 1-3 of a date failed when one of these backfills had wanted them."""
        failed = (unit for unit in self.changes.units(day, (1, 2, 3)) if unit.status is Status.FAILED)
        names = {LIVE_HISTORY if name == LIVE else name for name in wanters}
        return any(names & unit.wanted_by.keys() for unit in failed)

    def _release(self, day: date, closure: Closure, wanters: list[str], held: dict[str, date]) -> None:
        text, policy = day.isoformat(), closure.setting.policy
        unit = self.changes.unit(TARGET_LANE, day)
        if unit is not None and unit.status is Status.RUNNING:
            # Somebody computes it under an earlier release; it is decided again when that has ended.
            return
        self.forget(text)
        if held:
            self.frontier.targets[text] = sorted(held)
            self.frontier.blocked[text] = max(held.values()).isoformat()
            self._await(text, self.frontier.blocked[text])
        if unit is None or not self._to_be_computed(unit, policy):
            return
        laid_down = manifest(self.season.knowledge, closure)
        laid_down = replace(laid_down, processors=self.observation.cascade.processors(unit, laid_down.body()))
        for each in self.changes.units(day, (4, 5)):
            if each.phase != TARGET_LANE and not each.wanted_by.keys() & {*wanters}:
                # Whoever has Phase 4 redone alone is told that Phase 5 is stale, not given another one. It is as strict
                # as what it reads: where that comes out as it was, it is not stale either.
                self.changes.change(replace(each, policy=policy.body()))
                continue
            opened = units.reopen(each, self.now) if each.status is Status.COMPLETE else each
            opened = replace(units.unblock(opened, self.now), policy=policy.body())
            if each.phase == TARGET_LANE:
                opened = units.release(opened, laid_down.body(), laid_down.certified_share, self.now)
                if laid_down.processors == ():
                    opened = replace(opened, inputs=manifest_inputs(laid_down.body(), day))
            self.changes.change(opened)
        if unit.status is Status.COMPLETE:
            # The lane that led to what it was sends nothing for Phase 4 any more.
            self.frontier.end(f"{TARGET_LANE}-{text}")
        self.frontier.enqueue(f"{TARGET_LANE}-{text}", TARGET_LANE, wanters[0])

    def _give_up(self, day: date) -> None:
        """Forget a target that no live backfill waits for, once the date that blocks it has recovered.

        A backfill ends with its targets blocked; when the failed date recovers under another one, nobody may
        run them, and a lane started for them would never come to its end.
        """
        text = day.isoformat()
        failed = self.frontier.blocked.get(text)
        if failed is not None and failed in self.frontier.failed:
            self._await(text, failed)
            return
        self.forget(text)
        for unit in self.changes.units(day, (4, 5)):
            self.changes.change(units.unblock(unit, self.now))

    def forget(self, text: str) -> None:
        """Drop a target from those waiting."""
        self.frontier.targets.pop(text)
        self.frontier.blocked.pop(text, None)
        self.season.forget(text)

    def _to_be_computed(self, unit: Unit, policy: Policy) -> bool:
        if unit.status is not Status.COMPLETE:
            return unit.status in (Status.PENDING, Status.BLOCKED)
        return unit.policy is None or not policy_from(unit.policy).at_least_as_strict_as(policy)

    def _block(self, day: date, failed: date) -> None:
        text = day.isoformat()
        self._await(text, failed.isoformat())
        self.frontier.blocked[text] = failed.isoformat()
        if self.frontier.has(f"{TARGET_LANE}-{text}"):
            # It is computed for those whose policies ask for less.
            return
        reason = f"{self.frontier.failed[failed.isoformat()]} failed, and its window needs that date"
        for unit in self.changes.units(day, (4, 5)):
            self.changes.change(units.block(unit, reason, self.now))

    def _still_waits(self, text: str) -> bool:
        watched, wanters = self.season.watches.get(text, ("", ()))
        if wanters != tuple(self.frontier.targets[text]):
            return False
        held_up = self.frontier.blocked.get(text) == watched and watched in self.frontier.failed
        comes = held_up or self.frontier.under_way(watched)
        return comes or (watched in self.frontier.known and self.season.watch_next(text, self._coming, self._lost))

    def _watch(self, text: str, awaited: int) -> None:
        self.frontier.blocked.pop(text, None)
        self._await(text, self.season.knowledge.calendar.dates[awaited.bit_length() - 1].isoformat(), awaited)

    def _await(self, text: str, watched: str, awaited: int = 0) -> None:
        self.season.watches[text] = (watched, tuple(self.frontier.targets[text]))
        self.season.awaited[text] = awaited

    def _under_way(self) -> int:
        lanes = (lane_of(name) for name in (*self.frontier.queue, *self.frontier.lanes))
        return self.season.knowledge.calendar.mask(day for kind, day in lanes if kind == HISTORY_LANE)
