"""Guards of what operators say of backfills, each taken away in a way of its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from shared.config import Config
from shared.domain import units
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.plan import Plan
from shared.domain.units import Status, Unit
from shared.service import (
    apply_plan,
    attempt,
    breaker,
    control_backfill,
    coordinate,
    dead_letter,
    ledger,
    mend,
    plan_backfill,
    reopen,
    sweep,
    withdraw,
)
from shared.service.app import App
from shared.service.ledger import Ledger
from shared.service.observation import Observation
from shared.service.round import Round
from tests.simulation import scripted_controls as scripted
from tests.simulation.planted_bug import PlantedBug, always, never, nothing
from tests.simulation.scripted import (
    cancelled_beside_another,
    cancelled_in_the_middle,
    retried_when_the_date_is_found,
    retried_without_a_target,
    strict_one_is_cancelled,
)

WANT = units.want
AGAIN = reopen._Again.unit
RESUMED = Backfill.resumed
TRIPPED = breaker.tripped
WISH = plan_backfill._Wish.unit
PLAN = Ledger.plan
APPLICATION = apply_plan.application_of


def as_it_is(_self: Any, unit: Unit) -> Unit:
    """Return the unit that a step is left out for."""
    return unit


def _neighbours_again(self: Any, unit: Unit, _left: Mapping[date, int]) -> Unit:
    return WANT(unit, self.backfill.id, self.backfill.epoch, self.now, force=True)


def _again_at_the_old_epoch(self: Any, unit: Unit, left: Mapping[date, int]) -> Unit:
    return replace(AGAIN(self, unit, left), wanted_by=unit.wanted_by)


def _want_forgetting_the_redo(unit: Unit, name: str, epoch: int, now: datetime, **_: Any) -> Unit:
    return replace(WANT(unit, name, epoch, now), force=unit.force and epoch == 0)


def _paused_at_its_epoch(self: Backfill, now: datetime, **_: Any) -> Backfill:
    return replace(self, status=BackfillStatus.PAUSED, stopped_at=now.isoformat())


def _resumed_unarmed(self: Backfill, now: datetime, *, planned: bool = True) -> Backfill:
    return replace(RESUMED(self, now, planned=planned), armed_at="")


def _tripped_by_the_blocked(found: Iterable[Unit], backfill: Backfill, config: Config) -> str:
    counted = (replace(unit, status=Status.FAILED) if unit.status is Status.BLOCKED else unit for unit in found)
    return TRIPPED(counted, backfill, config)


def _tripped_at_once(found: Iterable[Unit], backfill: Backfill, config: Config) -> str:
    return TRIPPED(found, backfill, replace(config, breaker_dates_min=1))


def _all_that_failed(found: Iterable[Unit], *_: Any) -> frozenset[str]:
    return frozenset(unit.key for unit in found if unit.status is Status.FAILED)


def _wish_at_any_epoch(self: Any, phase: int, day: date, before: Unit | None, now: datetime) -> Unit:
    return WISH(self, phase, day, replace(before, wanted_by={}) if before else None, now)


def _plan_remembered(self: Ledger, backfill_id: str) -> Plan:
    if backfill_id not in self._plans:
        self._plans[backfill_id] = PLAN(self, backfill_id)
    return self._plans[backfill_id]


def _application_as_stored(app: App, backfill: Backfill) -> apply_plan.Application:
    found = APPLICATION(app, backfill)
    return replace(found, plan=replace(app.ledger.plan(backfill.id), draft=False))


def _cancelled_at_its_epoch(self: Backfill, _now: datetime, **_: Any) -> Backfill:
    return replace(self, status=BackfillStatus.CANCELLED)


def _end_every_lane(self: Observation, *_: Any) -> None:
    self._frontier.lanes.clear()
    self._frontier.queue.clear()


def _withdraw_lanes_only(game: Round, _name: str) -> None:
    game.observation.end_dead_lanes(game.app.ledger.units_of_season(game.season.knowledge.calendar))


def _wanted_at_any_epoch(found: Ledger, **_: Any) -> Callable[[Unit], bool]:
    return lambda unit: any(name in ("live", "live-history") or found.wanter(name)[0] for name in unit.wanted_by)


def _wanted_by_the_first(found: Ledger, **_: Any) -> Callable[[Unit], bool]:
    return lambda unit: found.wanter(next(iter(unit.wanted_by)))[0] or "live" in unit.wanted_by


CONTROL_BUGS: Mapping[str, PlantedBug] = {
    "a cancel keeps the epoch": PlantedBug(
        rule="f",
        script=cancelled_in_the_middle,
        patches=((Backfill, "cancelled", _cancelled_at_its_epoch),),
    ),
    "a claim asks nobody whether it is wanted": PlantedBug(
        rule="f", script=cancelled_in_the_middle, patches=((attempt, "_wanted", always),)
    ),
    "a claim ignores the epoch": PlantedBug(
        rule="f",
        script=scripted.resume_overtakes_a_round,
        patches=((attempt, "wanted_in", _wanted_at_any_epoch),),
    ),
    "a unit that is shared is cancelled for all": PlantedBug(
        rule="f",
        script=strict_one_is_cancelled,
        patches=((attempt, "wanted_in", _wanted_by_the_first),),
    ),
    "a cancel ends lanes that others want": PlantedBug(
        rule="f",
        script=cancelled_beside_another,
        patches=((Observation, "end_dead_lanes", _end_every_lane),),
    ),
    "a cancelled backfill's targets wait on": PlantedBug(
        rule="f",
        script=strict_one_is_cancelled,
        patches=((withdraw, "take_out", _withdraw_lanes_only),),
    ),
    "a retry leaves what was blocked": PlantedBug(
        rule="j", script=retried_without_a_target, patches=((reopen, "_enroll", nothing),)
    ),
    "a retry forgets that it is a redo": PlantedBug(
        rule="j", script=scripted.failed_redo_is_retried, patches=((units, "want", _want_forgetting_the_redo),)
    ),
    "a retry runs the neighbours again": PlantedBug(
        rule="j",
        script=retried_when_the_date_is_found,
        patches=((reopen._Again, "unit", _neighbours_again),),
    ),
    "a retry keeps the epoch of its units": PlantedBug(
        rule="f",
        script=retried_when_the_date_is_found,
        patches=((reopen._Again, "unit", _again_at_the_old_epoch), (Observation, "stamped", as_it_is)),
    ),
    "what a cancel gives up is left though a later phase needs it": PlantedBug(
        rule="f", script=scripted.cancelled_before_a_later_phase, patches=((Observation, "_take_over", nothing),)
    ),
    "a target that a cancel gives up is left though its predictions are wanted": PlantedBug(
        rule="f", script=scripted.cancelled_before_predictions, patches=((Observation, "_take_over", nothing),)
    ),
    "a late letter fails a unit that is nobody's": PlantedBug(
        rule="f", script=scripted.letter_comes_after_a_cancel, patches=((dead_letter, "wanted_in", lambda _: always),)
    ),
    "the dispatcher ignores a pause": PlantedBug(
        rule="f", script=scripted.paused_in_the_middle, patches=((control_backfill, "withdraw", nothing),)
    ),
    "a pause keeps the epoch": PlantedBug(
        rule="f",
        script=scripted.paused_in_the_middle,
        patches=((Backfill, "paused", _paused_at_its_epoch),),
    ),
    "a paused backfill counts as live": PlantedBug(
        rule="f",
        script=scripted.paused_in_the_middle,
        patches=(
            (ledger, "LIVE_STATUSES", frozenset({"planning", "running", "paused"})),
            (Backfill, "paused", _paused_at_its_epoch),
        ),
    ),
    "a resume does not restamp": PlantedBug(
        rule="f",
        script=scripted.paused_in_the_middle,
        patches=((reopen._Again, "unit", _again_at_the_old_epoch), (Observation, "stamped", as_it_is)),
    ),
    "a resume queues nothing": PlantedBug(
        rule="j",
        script=scripted.paused_in_the_middle,
        patches=((reopen, "_enroll", nothing),),
    ),
    "a resume does not look whether anything is left": PlantedBug(
        rule="j", script=scripted.paused_beside_another, patches=((reopen, "settle", nothing),)
    ),
    "a resumed target is not decided again": PlantedBug(
        rule="j",
        script=scripted.paused_in_the_middle,
        patches=((reopen, "_to_be_decided", never),),
    ),
    "the sweep leaves predictions without a lane": PlantedBug(
        rule="j", script=scripted.paused_before_predictions, patches=((mend, "_was_left_to_predict", never),)
    ),
    "a cancelled backfill counts nothing": PlantedBug(
        rule="f", script=scripted.paused_after_a_release, patches=((control_backfill, "recount", nothing),)
    ),
    "a pause that died half way is left so": PlantedBug(
        rule="f", script=scripted.pause_dies_half_way, patches=((sweep, "_finish_stopping", nothing),)
    ),
    "a unit that a resume missed is left so": PlantedBug(
        rule="f", script=scripted.resume_overtakes_a_round, patches=((Observation, "stamped", as_it_is),)
    ),
    "a planner writes an epoch that is over": PlantedBug(
        rule="f",
        script=scripted.resume_overtakes_the_planner,
        patches=((plan_backfill._Wish, "unit", _wish_at_any_epoch),),
    ),
    "a resume cascades nothing": PlantedBug(
        rule="cascade", script=scripted.paused_while_a_redo_completes, patches=((reopen, "_cascade_again", nothing),)
    ),
    "a retry of a part runs all that failed": PlantedBug(
        rule="j", script=scripted.a_part_is_retried, patches=((control_backfill, "chosen", _all_that_failed),)
    ),
    "the breaker counts what is blocked": PlantedBug(
        rule="breaker",
        script=scripted.a_poisoned_date_stalls_nobody,
        patches=((breaker, "tripped", _tripped_by_the_blocked),),
    ),
    "the breaker trips on the first failure": PlantedBug(
        rule="breaker",
        script=scripted.a_poisoned_date_stalls_nobody,
        patches=((breaker, "tripped", _tripped_at_once),),
    ),
    "the breaker trips twice": PlantedBug(
        rule="breaker", script=scripted.breaker_trips, patches=((Backfill, "resumed", _resumed_unarmed),)
    ),
    "the breaker never trips": PlantedBug(
        rule="breaker",
        script=scripted.breaker_trips,
        patches=((coordinate, "break_circuit", nothing), (sweep, "break_circuit", nothing)),
    ),
    "a dry run's plan is remembered": PlantedBug(
        rule="plan",
        script=scripted.plan_is_applied_after_the_ledger_moved,
        patches=((Ledger, "plan", _plan_remembered),),
    ),
    "a plan is applied as it was although the ledger moved": PlantedBug(
        rule="plan",
        script=scripted.plan_is_applied_after_the_ledger_moved,
        patches=((apply_plan, "application_of", _application_as_stored),),
    ),
}
