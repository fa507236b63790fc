"""Guards of the coordinator's rounds and of the sweep, each taken away: what is decided together, and what travels."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from shared.domain.calendar import SeasonCalendar
from shared.domain.errors import Conflict
from shared.domain.frontier import Frontier, Lane
from shared.domain.release import Manifest
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service import coordinate, load_calendar, mend, observation, plan_backfill, sweep
from shared.service.app import App
from shared.service.observation import Observation
from shared.service.round import Round
from shared.service.seasons import Season, Seasons
from tests.simulation import scripted, scripted_rounds
from tests.simulation.planted_bug import PlantedBug, always, nothing

COMMIT = Round.commit
HAS = Frontier.has
MANIFEST_BODY = Manifest.body
START = Frontier.start
STILL_WAITS = Round._still_waits
WISH = plan_backfill._Wish.unit


def _commit_over_others(self: Round) -> None:
    writes = self.changes.writes()
    _, current = self.app.ledger.frontier(self.season.name)
    writes.append(Write(key=self.frontier.key, body=self.frontier.body(), revision=current))
    self.app.ledger.commit(writes)


def _commit_or_leave_it(self: Round) -> None:
    try:
        COMMIT(self)
    except Conflict:
        self._started.clear()


def _wish_keeping_the_release(self: Any, phase: int, day: date, before: Unit | None, now: datetime) -> Unit:
    unit = WISH(self, phase, day, before, now)
    released = before is not None and before.status is unit.status is Status.PENDING
    return replace(unit, manifest=before.manifest) if released and before is not None else unit


def _history_lane_only(self: Frontier, lane: str) -> bool:
    return HAS(self, lane) and lane.startswith("3-")


def _remembered_calendar(self: Seasons, name: str) -> SeasonCalendar:
    return self.get(name).knowledge.calendar


def _calendar_alone(app: App, _calendar: SeasonCalendar, write: Write) -> None:
    app.ledger.commit([write])


def _body_without_calendar(self: Manifest) -> dict[str, Any]:
    return {name: value for name, value in MANIFEST_BODY(self).items() if name != "calendar"}


def _watched(self: Round, text: str) -> bool:
    return text in self.season.watches


def _still_held_up(self: Round, text: str) -> bool:
    return text in self.frontier.blocked or STILL_WAITS(self, text)


def _start_all(self: Frontier, _in_flight: int, _live: int) -> list[tuple[str, Lane]]:
    started = list(self.queue.items())
    self.lanes.update(started)
    self.queue.clear()
    return started


def _start_one_more(self: Frontier, in_flight: int, live: int) -> list[tuple[str, Lane]]:
    return START(self, in_flight + 1, live + 1)


ROUND_BUGS: Mapping[str, PlantedBug] = {
    "the frontier is written over others": PlantedBug(
        rule="h",
        script=scripted_rounds.last_two_dates_at_once,
        patches=((Round, "commit", _commit_over_others),),
    ),
    "a round that lost a race is not played again": PlantedBug(
        rule="h",
        script=scripted_rounds.last_two_dates_at_once,
        patches=((Round, "commit", _commit_or_leave_it),),
    ),
    "the sweep decides targets without the lanes they wait for": PlantedBug(
        rule="h", script=scripted.sweep_meets_a_plan, patches=((mend, "_give_lane", nothing),)
    ),
    "what a target waits for is not looked at again": PlantedBug(
        rule="h",
        script=scripted.nothing_waits_for_the_sweep,
        patches=((Round, "_still_waits", _watched),),
    ),
    "a pending unit without a lane is left alone": PlantedBug(
        rule="h", script=scripted.lane_ends_early, patches=((mend, "_give_lane", nothing),)
    ),
    "failures do not travel": PlantedBug(rule="i", seed=5, patches=((Observation, "_block_after", nothing),)),
    "what a failure blocked stays so when that recovers": PlantedBug(
        rule="i",
        script=scripted_rounds.lost_date_is_found_for_another,
        patches=((Round, "_still_waits", _still_held_up), (Frontier, "recover", nothing)),
    ),
    "lanes of what was blocked are left": PlantedBug(
        rule="i",
        script=scripted.blocked_after_its_release,
        patches=((Observation, "end_dead_lanes", nothing),),
    ),
    "a failure ends the lane of an earlier phase": PlantedBug(
        rule="i", script=scripted.redo_meets_a_failure, patches=((observation, "TERMINAL", frozenset(Status)),)
    ),
    "a target held up for one blocks it for all": PlantedBug(
        rule="i", script=scripted.release_for_the_lax_one_is_lost, patches=((Frontier, "has", _history_lane_only),)
    ),
    "a backfill is never settled": PlantedBug(
        rule="j", seed=0, patches=((sweep, "settle", nothing), (coordinate, "settle", nothing))
    ),
    "an overtaken planner starts lanes": PlantedBug(
        rule="plan", script=scripted.planner_is_overtaken, patches=((plan_backfill, "_planning", always),)
    ),
    "a release outlives a request to redo": PlantedBug(
        rule="plan",
        script=scripted.redo_meets_a_release,
        patches=((plan_backfill._Wish, "unit", _wish_keeping_the_release),),
    ),
    "a round decides by the calendar it remembers": PlantedBug(
        rule="schedule",
        script=scripted.calendar_is_revised_elsewhere,
        patches=((Season, "renew", nothing),),
    ),
    "attempts go by the calendar they remember": PlantedBug(
        rule="schedule",
        script=scripted.calendar_is_revised_elsewhere,
        patches=((Seasons, "calendar", _remembered_calendar),),
    ),
    "a revised calendar is not told on the frontier": PlantedBug(
        rule="schedule",
        script=scripted.calendar_is_revised_elsewhere,
        patches=((load_calendar, "_put_in_force", _calendar_alone),),
    ),
    "a release outlives its calendar": PlantedBug(
        rule="schedule",
        script=scripted.calendar_is_revised_after_a_release,
        patches=((Manifest, "body", _body_without_calendar),),
    ),
    "lanes start without a limit": PlantedBug(rule="dispatch", seed=0, patches=((Frontier, "start", _start_all),)),
    "a lane starts where there is room for none": PlantedBug(
        rule="dispatch", script=scripted_rounds.two_lanes_are_allowed, patches=((Frontier, "start", _start_one_more),)
    ),
}
