"""Guards of the daily path and of a schedule that changes, each taken away; the scripts must notice every one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from shared.domain import plan, units
from shared.domain.backfills import Backfill
from shared.domain.calendar import SeasonCalendar
from shared.domain.closure import Setting
from shared.domain.lookback import span
from shared.domain.units import Status, Unit
from shared.ports import Row
from shared.service import load_calendar, mend, precompute, process_raw, propagation, scrape, settle
from shared.service import round as rounds
from shared.service.app import App
from shared.service.observation import Observation
from tests.simulation import scripted_daily, scripted_schedule
from tests.simulation.planted_bug import PlantedBug, nothing

ADD_LIVE_TARGET = Observation._add_live_target
PLAYERS = precompute._players
MANIFEST_INPUTS = precompute.manifest_inputs


def _never(*_: Any) -> bool:
    return False


def _nobody(*_: Any) -> Mapping[int, str]:
    return {}


def _none(*_: Any) -> int:
    return 0


def _awaited_by_everybody(setting: Setting, _wanters: Sequence[str], under_way: int, position: int) -> int:
    return under_way & (setting.free | setting.planned | 1 << position) & span(0, position + 1)


def _units_of_any_date(app: App, backfill: Backfill) -> Iterator[Unit]:
    for season in app.ledger.plan(backfill.id).seasons():
        for held in app.ledger.units_of_season(app.seasons.calendar(season)).values():
            if backfill.id in held.unit.wanted_by:
                yield held.unit


def _inputs_with_its_own_date(manifest: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {f"3-{day}": manifest["entities_version"], **MANIFEST_INPUTS(manifest, day)}


def _add_live_target_again(self: Observation, day: date) -> None:
    ADD_LIVE_TARGET(self, day)
    for unit in self._changes.units(day, (4, 5)):
        if unit.status is Status.COMPLETE:
            self._changes.change(units.reopen(unit, self._now))
            self._frontier.targets[day.isoformat()] = ["live"]


def _players_of_the_box_score(app: App, day: date, calendar: SeasonCalendar, manifest: Mapping[str, Any]) -> list[Row]:
    listed = day in app.ledger.appearances([day])
    kept = {name: value for name, value in manifest.items() if name != "roster"}
    return PLAYERS(app, day, calendar, kept if listed else manifest)


DAILY_BUGS: Mapping[str, PlantedBug] = {
    "a pre-game target awaits its own Phase 3": PlantedBug(
        rule="daily",
        script=scripted_daily.yesterday_becomes_todays_predictions,
        patches=((rounds, "pre_game", _never),),
    ),
    "the date after a scraped one is not foretold": PlantedBug(
        rule="daily",
        script=scripted_daily.yesterday_becomes_todays_predictions,
        patches=((Observation, "expect_next", nothing),),
    ),
    "pre-game output is made again when the date was played": PlantedBug(
        rule="daily",
        script=scripted_daily.what_was_foretold_is_played,
        patches=((Observation, "_add_live_target", _add_live_target_again),),
    ),
    "a pre-game target reads who played": PlantedBug(
        rule="daily",
        script=scripted_daily.played_before_it_is_computed,
        patches=((precompute, "_players", _players_of_the_box_score),),
    ),
    "a pre-game target names its own date as read": PlantedBug(
        rule="daily",
        script=scripted_daily.played_before_it_is_computed,
        patches=((precompute, "manifest_inputs", _inputs_with_its_own_date),),
    ),
    "a live target waits for a pending redo": PlantedBug(
        rule="i",
        script=scripted_daily.live_date_meets_a_pending_redo,
        patches=((rounds, "awaited", _awaited_by_everybody),),
    ),
    "a pre-game target does not wait for what is being scraped": PlantedBug(
        rule="daily", script=scripted_daily.late_scrape_of_others, patches=((rounds, "arriving", _none),)
    ),
    "nothing is foretold again before its games": PlantedBug(
        rule="daily", script=scripted_daily.foretold_again_before_its_games, patches=((plan, "_foretold", _never),)
    ),
    "a cascade has a foretold date scraped": PlantedBug(
        rule="daily", script=scripted_daily.cascade_reaches_a_foretold_date, patches=((rounds, "pre_game", _never),)
    ),
    "a change is judged by who played, not by who was expected": PlantedBug(
        rule="daily",
        script=scripted_daily.cascade_reaches_a_foretold_date,
        patches=((propagation, "roster_of_manifest", _nobody),),
    ),
    "what waits for a date without games is left": PlantedBug(
        rule="schedule",
        script=scripted_schedule.foretold_date_is_postponed,
        patches=((Observation, "drop_unscheduled", nothing),),
    ),
    "a message on its way runs a date without games": PlantedBug(
        rule="schedule",
        script=scripted_schedule.date_of_a_plan_is_postponed,
        patches=((scrape, "off_calendar", _never), (process_raw, "off_calendar", _never)),
    ),
    "a backfill ends for the sake of a date without games": PlantedBug(
        rule="schedule",
        script=scripted_schedule.target_of_a_plan_is_postponed,
        patches=((settle, "units_of", _units_of_any_date),),
    ),
    "a revised schedule waits for the next message": PlantedBug(
        rule="schedule",
        script=scripted_schedule.foretold_date_is_postponed,
        patches=((load_calendar, "play", nothing),),
    ),
    "the sweep does not look at who is next": PlantedBug(
        rule="schedule", script=scripted_schedule.next_date_gets_a_game, patches=((mend, "_expect_next", nothing),)
    ),
}
