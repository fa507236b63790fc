"""What is said of one unit: why it is not complete, down to the root cause, or what is to be known of its output."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from shared.domain.backfills import BackfillStatus
from shared.domain.calendar import no_game
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.messages import BackfillRequest
from shared.domain.policy import EarlySeason
from shared.domain.quality import Shortage
from shared.domain.rosters import roster_of_manifest
from shared.domain.staleness import HISTORY_ARRIVED
from shared.domain.units import Status, Unit
from shared.service.commands import drive, fill, stale_commands
from shared.service.explaining.explain_failure import blocked, failed
from shared.service.explaining.explain_reading import DAILY, Reading, counted, moment, name_of, unit_name
from shared.service.explaining.explain_target import waiting
from shared.service.explaining.explanation import Account, Link, State
from shared.service.refusals import rejections

REQUESTS: Final = "backfill-requests"


class Teller:
    """Gives the account of any unit of a season."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self._app = reading, reading.app

    def tell(self, phase: int, day: date) -> Account:
        """Return the account of a unit."""
        if day not in self.reading.calendar.position:
            return self._without_games(phase, day)
        unit = self.reading.unit(phase, day)
        if unit is None:
            return self._absent(phase, day)
        if unit.status is Status.COMPLETE:
            return self._complete(unit)
        if unit.status is Status.RUNNING:
            return self._running(unit)
        if unit.status is Status.FAILED:
            return failed(self.reading, unit)
        stopped = None if self.reading.wanted(unit) else self._stopped(unit)
        if stopped is not None:
            return stopped
        return blocked(self.reading, unit) if unit.status is Status.BLOCKED else self._pending(unit)

    def _without_games(self, phase: int, day: date) -> Account:
        calendar = self.reading.calendar
        if day not in calendar.dropped:
            at = calendar.first_at_or_after(day)
            around = " and ".join(str(each) for each in calendar.dates[max(at - 1, 0) : at + 1])
            text = f"{day} has no game, so no phase runs for it; the schedule has {around} next to it"
            return _account(State.NO_GAMES, phase, day, text)
        text = f"{day} has {no_game(calendar.dropped[day])}, so no phase runs for it"
        left = any(unit.rows for each in range(1, 6) if (unit := self.reading.unit(each, day)) is not None)
        return _account(State.DROPPED, phase, day, text, *([f"backfill calendar --clear {day}"] if left else []))

    def _absent(self, phase: int, day: date) -> Account:
        name, reading = name_of(phase, day), self.reading
        if reading.to_come(day):
            text = f"{name} has no unit yet: the games are still to be played"
            return _account(State.PRE_GAME, phase, day, text)
        for backfill, _ in self._app.ledger.backfills():
            if _covers(backfill.request, phase, day) and backfill.status is BackfillStatus.PLANNING:
                text = f"{backfill.id} asks for {name} and is being planned"
                return _account(State.QUEUED, phase, day, text, drive(self._app.config))
            if _covers(backfill.request, phase, day) and backfill.status is BackfillStatus.PLANNED:
                text = f"{name} is only planned, by the dry run {backfill.id}"
                return _account(State.NOT_REQUESTED, phase, day, text, f"backfill apply {backfill.id}", fill(day))
        links = [_link(State.NOT_REQUESTED, phase, day, f"{name} was never requested, and no window needed it")]
        links += self._refused(phase, day)
        command = fill(day, HISTORY_LANE if phase <= HISTORY_LANE else 5)
        return Account(state=State.NOT_REQUESTED, links=tuple(links), commands=(command,))

    def _refused(self, phase: int, day: date) -> list[Link]:
        """Return the latest request for a unit that was rejected."""
        for each in rejections(self._app):
            if each.topic == REQUESTS and day.isoformat() in each.request:
                text = f"a request that names it was rejected at {moment(each.at)}: {each.error}"
                return [_link(State.NOT_REQUESTED, phase, day, text)]
        return []

    def _complete(self, unit: Unit) -> Account:
        found = [each for each in self.reading.stale(unit.game_date) if each.phase == unit.phase]
        moved = [each for each in found if not each.cause.startswith(HISTORY_ARRIVED)]
        if moved:
            names = ", ".join(dict.fromkeys(each.processor for each in moved))
            head = f"{unit_name(unit)} is complete and out of date ({names})"
            chain = dict.fromkeys(link for each in moved for link in reversed(each.chain[:-1]))
            links = (head, *chain)
            commands = tuple(stale_commands(moved))
            made = tuple(_of(unit, State.STALE, text) for text in links)
            return Account(state=State.STALE, links=made, commands=commands)
        return self._skipped(unit) or self._capped(unit) or self._fine(unit)

    def _fine(self, unit: Unit) -> Account:
        roster = roster_of_manifest(unit.manifest)
        foretold = f", before its games, for {counted(len(roster), 'expected player')}" if roster is not None else ""
        rows = ", ".join(f"{count} {name}" for name, count in unit.rows.items())
        text = f"{unit_name(unit)} is complete{foretold}, at version {unit.version}{f' ({rows})' if rows else ''}"
        return Account(state=State.COMPLETE, links=(_of(unit, State.COMPLETE, text),))

    def _skipped(self, unit: Unit) -> Account | None:
        """Return the account of a target whose policy left every entity out, None for any other."""
        skips = (unit.policy or {}).get("early_season") == EarlySeason.SKIP
        if not skips or unit.phase < TARGET_LANE or not unit.rows or any(unit.rows.values()):
            return None
        text = f"{unit_name(unit)} is complete without rows: its policy skips who has fewer games than the minimum"
        return Account(state=State.SKIPPED, links=(_of(unit, State.SKIPPED, text),), commands=(fill(unit.game_date),))

    def _capped(self, unit: Unit) -> Account | None:
        """Return the account of a target some of whose windows were not certified, None for any other."""
        target = self.reading.unit(TARGET_LANE, unit.game_date) if unit.phase > TARGET_LANE else unit
        floors: Mapping[str, Any] = (target.manifest or {}).get("floors", {}) if target and unit.phase > 3 else {}
        short = [reason for name, (_, reason) in floors.items() if name.startswith("player:") and reason]
        if not short:
            return None
        capped, missing = short.count(Shortage.CAPPED), short.count(Shortage.MISSING_DATA)
        policy = unit.policy or {}
        parts = [f"{counted(capped, 'player')} by {_limit(policy)}"] if capped else []
        parts += [f"{counted(missing, 'player')} by a date that was accepted as missing"] if missing else []
        text = f"{unit_name(unit)} is complete from windows that were cut short: {' and '.join(parts)}"
        return Account(state=State.CAPPED, links=(_of(unit, State.CAPPED, text),), commands=(fill(unit.game_date),))

    def _running(self, unit: Unit) -> Account:
        number = f"attempt {unit.attempts} of {self._app.config.attempts_max}"
        for_whom = f" for {', '.join(sorted(unit.wanted_by))}" if unit.wanted_by else ""
        until = moment(unit.lease_until)
        if unit.lease_live(self.reading.now):
            text = f"{unit_name(unit)} is running{for_whom}: {number} holds its lease until {until}"
            return Account(state=State.RUNNING, links=(_of(unit, State.RUNNING, text),))
        text = f"{unit_name(unit)} waits for the sweep to take it back: the lease of {number} ran out at {until}"
        return self._driven(unit, State.WAITING_LEASE, text)

    def _stopped(self, unit: Unit) -> Account | None:
        """Return the account of a unit that no live backfill wants, by what became of those that did."""
        backfill = next(iter(self.reading.wanters(unit)), None)
        state = {BackfillStatus.PAUSED: State.PAUSED, BackfillStatus.CANCELLED: State.CANCELLED}
        if backfill is not None and backfill.status in state:
            by = f" by {backfill.stopped_by}" if backfill.stopped_by else ""
            why = f": {backfill.stopped_reason}" if backfill.stopped_reason else ""
            what = f"{backfill.status}{by} at {moment(backfill.stopped_at)}{why}"
            text = f"{unit_name(unit)} is not run, because {backfill.id} was {what}"
            command = f"backfill resume {backfill.id}"
            return Account(
                state=state[backfill.status],
                links=(_of(unit, state[backfill.status], text),),
                commands=(command, fill(unit.game_date)),
            )
        if unit.status is Status.BLOCKED:
            return None
        ended = f"; {backfill.id} is {backfill.status}" if backfill is not None else ""
        text = f"{unit_name(unit)} is pending and no live backfill wants it{ended}"
        return _account(State.NOT_REQUESTED, unit.phase, unit.game_date, text, fill(unit.game_date))

    def _pending(self, unit: Unit) -> Account:
        text, reading = unit.game_date.isoformat(), self.reading
        if unit.phase not in (1, TARGET_LANE):
            before = reading.unit(unit.phase - 1, unit.game_date)
            if before is None or not before.readable:
                below = self.tell(unit.phase - 1, unit.game_date)
                return below.below(
                    _of(unit, State.WAITING_UPSTREAM, f"{unit_name(unit)} waits for Phase {unit.phase - 1} of its date")
                )
        if unit.not_before and reading.now < datetime.fromisoformat(unit.not_before):
            number = f"attempt {unit.attempts} of {self._app.config.attempts_max}"
            said = f"{unit_name(unit)} is tried again after {moment(unit.not_before)}: {number} ended with {unit.error}"
            return self._driven(unit, State.WAITING_RETRY, said)
        lane = f"{HISTORY_LANE if unit.phase <= HISTORY_LANE else TARGET_LANE}-{text}"
        if lane in reading.frontier.queue:
            return self._driven(unit, State.QUEUED, f"{unit_name(unit)} {self._queued(lane)}")
        if unit.phase == TARGET_LANE and text in reading.frontier.targets:
            return waiting(reading, unit, self.tell)
        sent = f"{unit_name(unit)} is due: its message is on its way; the sweep sends it again if it was lost"
        return self._driven(unit, State.READY, sent)

    def _queued(self, lane: str) -> str:
        frontier, config = self.reading.frontier, self._app.config
        live = frontier.queue[lane].backfill_id in DAILY
        started = sum((each.backfill_id in DAILY) is live for each in frontier.lanes.values())
        name, limit = ("live_in_flight", config.live_in_flight) if live else ("max_in_flight", config.max_in_flight)
        before = list(frontier.queue).index(lane)
        return (
            f"is queued: {counted(started, 'date')} in flight, {name} allows {limit}, and {before} wait in front of it"
        )

    def _driven(self, unit: Unit, state: State, text: str) -> Account:
        return Account(state=state, links=(_of(unit, state, text),), commands=(drive(self._app.config),))


def _limit(policy: Mapping[str, Any]) -> str:
    if policy.get("max_lookback_days") is not None:
        return f"max_lookback_days {policy['max_lookback_days']}"
    return f"min_coverage {policy.get('min_coverage', 1.0):g}"


def _covers(request: BackfillRequest, phase: int, day: date) -> bool:
    """Return whether a request asks for a phase of a date."""
    asked = day in request.dates if request.dates else request.start_date <= day <= request.end_date
    return asked and request.from_phase <= phase <= request.to_phase


def _of(unit: Unit, state: State, text: str) -> Link:
    return _link(state, unit.phase, unit.game_date, text)


def _link(state: State, phase: int, day: date, text: str) -> Link:
    return Link(phase=phase, game_date=day, state=state, text=text)


def _account(state: State, phase: int, day: date, text: str, *commands: str) -> Account:
    return Account(state=state, links=(_link(state, phase, day, text),), commands=commands)
