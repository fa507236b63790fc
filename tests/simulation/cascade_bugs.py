"""Guards of propagation and cascades, each taken away; the simulation must notice every one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain import units
from shared.domain.errors import Conflict
from shared.domain.units import Output, Unit
from shared.service import attempt, propagation, selection, settings, settle
from shared.service import round as game
from shared.service.cascade import Cascade
from shared.service.propagation import Reached
from shared.service.selection import EVERYTHING, Selection
from tests.memory_stack import TOY_LOOKBACKS, ToyBuild
from tests.simulation import scripted_cascade as scripted
from tests.simulation.planted_bug import PlantedBug, nothing

ANALYTICS = ToyBuild._analytics
COMPLETE = units.complete
TAKEN = attempt._taken
REBASE = attempt._Attempt._rebase
STANDING = settle.standing
SETTING_OF = settings.setting_of


def _analytics_in_any_order(self: ToyBuild) -> dict[str, Any]:
    turns = {table: (rows, self.unit.fence % max(len(rows), 1)) for table, rows in ANALYTICS(self).items()}
    return {table: [*rows[turn:], *rows[:turn]] for table, (rows, turn) in turns.items()}


def _everything(_self: Reached, target: Unit, *_: Any) -> Mapping[str, frozenset[str]]:
    return {each.processor: frozenset({target.key}) for each in TOY_LOOKBACKS}


def _every_version(unit: Unit, fence: int, output: Output, now: datetime) -> Unit:
    return replace(COMPLETE(unit, fence, output, now), version=unit.version + 1)


def _without_a_look(self: Any, unit: Unit) -> Unit:
    look, self._check_inputs = self._check_inputs, lambda: None
    try:
        return REBASE(self, unit)
    finally:
        self._check_inputs = look


def _as_it_is_asked_for(app: Any, season: Any, wanters: Any, day: Any, _target: Unit | None) -> Any:
    return SETTING_OF(app, season, wanters, day, None)


def _as_strict_as_asked(unit: Unit, backfill: Any, plan: Any) -> Any:
    return STANDING(unit, backfill, replace(plan, targets=(*plan.targets, unit.game_date)))


def _all_of_it(_unit: Unit, _moved: frozenset[str]) -> Selection:
    return EVERYTHING


def _dropped_when_lost(app: Any, step: Any, hint: Any) -> Any:
    try:
        return TAKEN(app, step, hint)
    except Conflict:
        return None


CASCADE_BUGS: Mapping[str, PlantedBug] = {
    "no target is flagged stale": PlantedBug(
        rule="d", seed=15, patches=((Cascade, "moved", nothing), (Cascade, "target", nothing))
    ),
    "a date that completes looks for nobody who read it": PlantedBug(
        rule="d",
        script=scripted.date_moves_after_a_target,
        patches=((Cascade, "moved", nothing),),
    ),
    "a target that completes does not look at its inputs": PlantedBug(
        rule="d",
        script=scripted.date_moves_as_a_target_completes,
        patches=((attempt._Attempt, "_flag_if_moved", nothing),),
    ),
    "digests depend on the order of rows": PlantedBug(
        rule="cascade",
        script=scripted.same_rows_in_another_order,
        patches=((ToyBuild, "_analytics", _analytics_in_any_order),),
    ),
    "a claim that lost a race drops its hint": PlantedBug(
        rule="a", script=scripted.unit_is_written_as_it_is_claimed, patches=((attempt, "_taken", _dropped_when_lost),)
    ),
    "a change reaches nothing": PlantedBug(
        rule="cascade", script=scripted.correction_cascades, patches=((propagation, "touched", lambda *_: {}),)
    ),
    "a change reaches every target": PlantedBug(
        rule="cascade",
        script=scripted.correction_cascades,
        patches=((Reached, "rows", _everything),),
    ),
    "who cascades releases nothing again": PlantedBug(
        rule="cascade", script=scripted.correction_cascades, patches=((Cascade, "_release_again", nothing),)
    ),
    "a target is run whole for one processor": PlantedBug(
        rule="cascade", script=scripted.correction_cascades, patches=((selection, "_among", _all_of_it),)
    ),
    "the same content is a new version": PlantedBug(
        rule="cascade", script=scripted.nothing_was_corrected, patches=((units, "complete", _every_version),)
    ),
    "who cascades does not join": PlantedBug(
        rule="d", script=scripted.target_runs_as_a_date_moves, patches=((Cascade, "_join", nothing),)
    ),
    "an attempt that is joined looks no more": PlantedBug(
        rule="d",
        script=scripted.target_runs_as_a_date_moves,
        patches=((attempt._Attempt, "_rebase", _without_a_look),),
    ),
    "a cascade is held to the correction's policy": PlantedBug(
        rule="g", script=scripted.capped_target_is_reached, patches=((settle, "standing", _as_strict_as_asked),)
    ),
    "a cascade computes as the correction asks": PlantedBug(
        rule="g", script=scripted.capped_target_is_reached, patches=((game, "setting_of", _as_it_is_asked_for),)
    ),
}
