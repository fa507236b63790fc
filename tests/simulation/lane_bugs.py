"""Guards of lanes that end early, are gone by, or are queued too late, each taken away."""

from collections.abc import Mapping
from dataclasses import replace

from shared.domain.closure import Setting
from shared.domain.frontier import Frontier
from shared.domain.units import Status, Unit
from shared.service import announce, plan_backfill, predict, process_analytics, process_raw, settings
from shared.service.round import Round
from shared.service.seasons import Season
from tests.simulation import scripted_lanes, scripted_rounds
from tests.simulation.planted_bug import PlantedBug, always, nothing

WITH_HOLES = settings._with_holes


def _queue_it(self: Round, name: str, phase: int, backfill_id: str) -> None:
    self.frontier.enqueue(name, phase, backfill_id)


def _heard_by_anybody(successor: Unit, _unit: Unit) -> bool:
    return successor.status not in (Status.PENDING, Status.BLOCKED)


def _holes_for_now(season: Season, setting: Setting) -> Setting:
    holes = season.knowledge.calendar.mask(setting.policy.accept_missing) & ~season.knowledge.known
    return replace(WITH_HOLES(season, setting), holes=holes)


LANE_BUGS: Mapping[str, PlantedBug] = {
    "a lane that ends before Phase 3 waits for the sweep": PlantedBug(
        rule="h",
        script=scripted_lanes.only_files_are_asked_for,
        patches=tuple((module, "lane_ended", always) for module in (process_raw, process_analytics, predict)),
    ),
    "a redo behind a lane is sent nothing": PlantedBug(
        rule="h", script=scripted_lanes.redo_comes_behind_a_lane, patches=((Round, "set_going", _queue_it),)
    ),
    "lanes are queued for what others have run": PlantedBug(
        rule="h",
        script=scripted_lanes.date_is_run_by_others_as_it_is_planned,
        patches=((Round, "set_going", _queue_it),),
    ),
    "a redo counts as heard by output of before": PlantedBug(
        rule="d", script=scripted_lanes.redo_is_not_heard_of, patches=((announce, "_heard", _heard_by_anybody),)
    ),
    "a date accepted as missing is read if it comes in time": PlantedBug(
        rule="windows",
        script=scripted_lanes.accepted_date_comes_in_time,
        patches=((settings, "_with_holes", _holes_for_now),),
    ),
    "a backfill ends while what blocks its target is run again": PlantedBug(
        rule="i", script=scripted_rounds.recovery_is_heard_last, patches=((Frontier, "recover", nothing),)
    ),
    "lanes queued as their backfill was stopped are left": PlantedBug(
        rule="f",
        script=scripted_lanes.cancelled_as_its_lanes_are_queued,
        patches=((plan_backfill, "withdraw", nothing),),
    ),
}
