"""Turn a request into a plan, its units and the frontier's lanes and targets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from shared.domain import units
from shared.domain.backfills import Backfill, BackfillStatus, backfill_key, plan_key
from shared.domain.calendar import SeasonCalendar, season_of, seasons_between
from shared.domain.errors import Conflict, InvalidInput
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.messages import BackfillRequest, backfill_request
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES, Plan, check_length, make_plan, target_dates
from shared.domain.plan_difference import ledger_revision
from shared.domain.units import Status, Unit, unit_key
from shared.ports import Write
from shared.processors.registry import of_names, of_phase, processor
from shared.service.app import App
from shared.service.ledger import unit_write
from shared.service.play import play
from shared.service.pricing.quotas import refuse_over_quota
from shared.service.round import Round
from shared.service.settings import REACH
from shared.service.settle import settle
from shared.service.withdraw import take_out, withdraw


def plan_backfill(app: App, body: Mapping[str, Any], message_id: str) -> str:
    """Plan a request and set it going; return the backfill's id.

    An identical live request is joined (its id is returned), a finished one is run again. Raises
    InvalidInput when the request is wrong; then nothing is written.
    """
    request = backfill_request(body)
    name = _identity(app, request, message_id)
    if app.ledger.backfill(name) is None:
        plan, known = planned(app, request)
        refuse_over_quota(app, request, plan, known.values())
        _open(app, name, request, plan)
    carry_out(app, name)
    return name


def carry_out(app: App, name: str) -> None:
    """Make a planned backfill's units pending and set its lanes going, unless that was done.

    What was planned first stands: a redelivery or the sweep after a crash carries the same plan through.
    """
    found = app.ledger.backfill(name)
    if found is None or found[0].status is not BackfillStatus.PLANNING:
        return
    backfill, plan = found[0], app.ledger.plan(name)
    _write_units(app, _Wish(name=name, epoch=backfill.epoch, request=backfill.request, plan=plan))
    for season in plan.seasons():
        play(app, season, lambda game, season=season: _enroll(game, season, backfill, plan))  # type: ignore[misc]
    _mark_running(app, backfill)
    if app.ledger.wanter(name)[0]:
        settle(app, name)
    else:
        # It was stopped while its lanes were queued.
        withdraw(app, backfill)


def preview(app: App, request: BackfillRequest) -> Plan:
    """Return the plan that a request would get now. Raises InvalidInput; writes nothing."""
    return planned(app, request)[0]


def planned(app: App, request: BackfillRequest) -> tuple[Plan, dict[str, Unit]]:
    """Return the plan that a request would get now, and the units of its seasons, by key. Raises InvalidInput."""
    _check_processors(request)
    calendars = calendars_for(app, request)
    targets = target_dates(request, calendars, app.config.request_dates_max)
    known = {
        held.unit.key: held.unit
        for season in sorted({season_of(day) for day in targets})
        for held in app.ledger.units_of_season(calendars[season]).values()
    }
    named = [processor(name).phase for name in request.processors]
    plan = make_plan(request, targets, calendars, known, REACH, named)
    seen = [calendars[season] for season in {season_of(day) for day in targets}]
    return replace(plan, revision=ledger_revision(seen, known)), known


def _check_processors(request: BackfillRequest) -> None:
    """Refuse a processor that does not run in one of the request's phases. Raises InvalidInput."""
    phases = range(request.from_phase, request.to_phase + 1)
    fitting = [each.name for phase in phases for each in of_phase(phase)]
    for name in request.processors:
        if name not in fitting:
            raise InvalidInput(
                "processors", name, f"processors of Phases {phases[0]}-{phases[-1]}: {', '.join(fitting)}"
            )


def calendars_for(app: App, request: BackfillRequest) -> dict[str, SeasonCalendar]:
    """Return the calendars of the seasons that a request touches, by season.

    Raises InvalidInput for a range that is too long, and naming the first season whose calendar is not loaded.
    """
    check_length(request, app.config.request_dates_max)
    names = seasons_between(request.start_date, request.end_date)
    loaded = {calendar.season: calendar for calendar in app.ledger.calendars()}
    missing = [name for name in names if name not in loaded]
    if missing:
        app.ledger.calendar(missing[0])
    return {name: loaded[name] for name in names}


def _identity(app: App, request: BackfillRequest, message_id: str) -> str:
    """Return the id of the live backfill that asks for the same, else the request's own or its message's."""
    asked = _asked(request)
    if not request.request_id:
        for backfill, _ in app.ledger.backfills():
            if backfill.live and _asked(backfill.request) == asked and backfill.id != message_id:
                return backfill.id
        return message_id
    name = request.request_id
    found = app.ledger.backfill(name)
    # A dry run's own message may come again after its plan was applied.
    if found is not None and asked not in (_asked(found[0].request), _asked(replace(found[0].request, dry_run=True))):
        raise InvalidInput("request_id", name, "an id that no other request has used")
    return name


def _asked(request: BackfillRequest) -> str:
    plain = replace(request, request_id="", requested_by="", reason="", over_quota=False)
    return json.dumps(plain.body(), sort_keys=True)


def _open(app: App, name: str, request: BackfillRequest, plan: Plan) -> None:
    """Write the backfill and its plan in one batch. Raises Conflict unless somebody else has written them."""
    status = BackfillStatus.PLANNED if request.dry_run else BackfillStatus.PLANNING
    backfill = Backfill(id=name, request=request, status=status, created_at=app.clock.now().isoformat())
    try:
        app.ledger.commit(
            [
                Write(key=backfill_key(name), body=backfill.body()),
                Write(key=plan_key(name), body=replace(plan, draft=request.dry_run).body()),
            ]
        )
    except Conflict:
        if app.ledger.backfill(name) is None:
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Which backfill wants the units of a plan, at which epoch, under which policy."""

    name: str
    epoch: int
    request: BackfillRequest
    plan: Plan

    def unit(self, phase: int, day: date, before: Unit | None, now: datetime) -> Unit:
        """Return the unit as this backfill wants it; unchanged when it was wanted already, or at a later epoch."""
        if before is None:
            policy = self.request.policy.body() if phase in TARGET_PHASES else None
            wanted = {self.name: self.epoch}
            return Unit(phase=phase, game_date=day, wanted_by=wanted, policy=policy, updated_at=now.isoformat())
        if before.wanted_by.get(self.name, -1) >= self.epoch:
            return before
        force = phase in self.plan.forced and day in self.plan.targets
        redo = of_names(self.request.processors, phase) if force else ()
        unit = units.want(before, self.name, self.epoch, now, force=force, redo=redo)
        if unit.status is Status.COMPLETE and (phase in TARGET_PHASES or self._follows(phase, day)):
            return units.reopen(unit, now)
        if unit.status is Status.PENDING and phase == TARGET_LANE:
            # Its release knew nothing of this backfill's policy, nor of what is to be redone for it first.
            return replace(unit, manifest=None)
        return unit

    def _follows(self, phase: int, day: date) -> bool:
        """Return whether a unit is opened because the phase before it, on its date, is redone."""
        return day in self.plan.targets and any(forced < phase for forced in self.plan.forced)


def _write_units(app: App, wish: _Wish) -> None:
    """Make the plan's units pending and wanted, all in one batch."""
    wanted = [(phase, day) for phase, days in wish.plan.run.items() for day in days]
    for _ in range(app.config.contention_attempts):
        held = app.ledger.units([unit_key(phase, day) for phase, day in wanted])
        now = app.clock.now()
        writes = []
        for phase, day in wanted:
            before = held.get(unit_key(phase, day))
            unit = wish.unit(phase, day, before.unit if before else None, now)
            if before is None or unit != before.unit:
                writes.append(unit_write(unit, before.revision if before else None))
        try:
            app.ledger.commit(writes)
        except Conflict:
            continue
        return
    raise Conflict(f"backfills/{wish.name}: its units are still contended")


def _enroll(game: Round, season: str, backfill: Backfill, plan: Plan) -> None:
    """Queue the plan's lanes of a season and put its targets among those waiting, unless another has done so.

    A planner that was overtaken may find the backfill at its end already; lanes started now would be nobody's.
    """
    name, frontier = backfill.id, game.frontier
    if not _planning(game.app, backfill):
        if not game.observation.live(name):
            take_out(game, name)
        return
    for day, phase in sorted(plan.first_phases(HISTORY_PHASES).items()):
        if season_of(day) == season:
            frontier.failed.pop(day.isoformat(), None)
            game.set_going(f"{HISTORY_LANE}-{day.isoformat()}", phase, name)
    for day, phase in sorted(plan.first_phases(TARGET_PHASES).items()):
        if season_of(day) == season:
            _enroll_target(game, day, phase, name)
    for day in plan.free:
        if season_of(day) == season and day.isoformat() not in frontier.known:
            game.observe(HISTORY_LANE, day)


def _enroll_target(game: Round, day: date, phase: int, name: str) -> None:
    lane = f"{TARGET_LANE}-{day.isoformat()}"
    if phase != TARGET_LANE:
        game.set_going(lane, phase, name)
        return
    unit = game.changes.unit(phase, day)
    if unit is not None and unit.status is Status.PENDING and unit.manifest is None:
        game.frontier.end(lane)
    game.observation.wait(day, [name])


def _planning(app: App, backfill: Backfill) -> bool:
    """Return whether a backfill is still to be carried out, at the epoch that its planner knows."""
    found = app.ledger.backfill(backfill.id)
    return found is not None and (found[0].status, found[0].epoch) == (BackfillStatus.PLANNING, backfill.epoch)


def _mark_running(app: App, backfill: Backfill) -> None:
    """Say that a backfill is carried out, unless the sweep, which may do the same meanwhile, has said so."""
    for _ in range(app.config.contention_attempts):
        found = app.ledger.backfill(backfill.id)
        if found is None or (found[0].status, found[0].epoch) != (BackfillStatus.PLANNING, backfill.epoch):
            return
        running = replace(found[0], status=BackfillStatus.RUNNING)
        try:
            app.ledger.commit([Write(key=running.key, body=running.body(), revision=found[1])])
        except Conflict:
            continue
        return
    raise Conflict(f"{backfill.key}: still contended after {app.config.contention_attempts} tries")
