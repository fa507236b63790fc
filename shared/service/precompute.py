"""Phase 4: a released target's tables, from exactly the dates and floors of its manifest."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.errors import Superseded
from shared.domain.lookback import span
from shared.domain.messages import UnitHint
from shared.domain.policy import EarlySeason, policy_from
from shared.domain.release import RELEASE, SIDES, manifest_inputs
from shared.domain.rosters import roster_of_manifest
from shared.domain.units import Unit
from shared.ports import Row
from shared.processors.registry import early_entities
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared, Step, run_unit
from shared.service.build import Build
from shared.service.coordinate import reconsider
from shared.service.ledger import NO_HEAD
from shared.service.selection import of_manifest


def precompute(app: App, hint: UnitHint) -> None:
    """Run Phase 4 of the target that a hint names; a target whose inputs moved goes back to the coordinator."""
    try:
        run_unit(app, STEP, hint)
    except Superseded:
        reconsider(app, hint)


def _inputs(app: App, unit: Unit) -> Inputs | None:
    """Return the manifest's inputs, and its own date unless it is pre-game.

    Raises Superseded when a date has moved on since the release.
    """
    if unit.manifest is None:
        return None
    inputs = manifest_inputs(unit.manifest, unit.game_date)
    if not _unchanged(app, unit, inputs):
        raise Superseded(f"{unit.key}: an input moved after the release")
    return inputs


def _unchanged(app: App, unit: Unit, inputs: Inputs) -> bool:
    revision = app.seasons.calendar(season_of(unit.game_date)).revision
    if unit.manifest is not None and unit.manifest.get("calendar", revision) != revision:
        return False
    days = sorted(name[2:] for name in inputs if name not in (RELEASE, SIDES))
    if not days:
        return True
    heads = app.ledger.heads(f"units/3-{days[0]}", f"units/3-{days[-1]}")
    for day in days:
        head = heads.get(f"units/3-{day}", NO_HEAD)
        if not head.usable or head.version != inputs[f"3-{day}"]:
            return False
    return True


def _prepare(app: App, unit: Unit, _claimed: Inputs) -> Prepared:
    manifest = unit.manifest or {}
    day = unit.game_date
    calendar = app.seasons.calendar(season_of(day))
    visible = calendar.mask(date.fromisoformat(text) for text in manifest["versions"])
    players, teams = _players(app, day, calendar, manifest), _teams(day, calendar, manifest)
    parameters = {
        "game_date": day,
        "season": calendar.season,
        "season_start": calendar.start,
        "hidden_dates": _hidden_dates(day, calendar, visible),
        "players": players,
        "teams": teams,
        "early_season": policy_from(manifest["policy"]).early_season.value,
        "processed_at": app.clock.now(),
        "backfill_id": next(iter(unit.wanted_by), ""),
    }
    skipping = parameters["early_season"] == EarlySeason.SKIP
    expected = {} if skipping else early_entities(len(players), len(teams))
    return Build(app, unit, parameters, {}).run(expected, of_manifest(unit))


def _hidden_dates(day: date, calendar: SeasonCalendar, visible: int) -> list[date]:
    """Return the dates before a target that it may not read, rows left on dates without a game any more included."""
    unread = calendar.days(span(0, calendar.position[day]) & ~visible)
    return sorted([*unread, *(gone for gone in calendar.dropped if gone < day)])


def _players(app: App, day: date, calendar: SeasonCalendar, manifest: Mapping[str, Any]) -> list[Row]:
    sides, roster = calendar.sides(day), roster_of_manifest(manifest)
    if roster is None:
        listed = app.ledger.appearances([day]).get(day, {})
        roster = {player: appearance.team for player, appearance in listed.items()}
    return [
        {"player_id": player, **sides[team], **_floor(manifest, f"player:{player}", calendar)}
        for player, team in sorted(roster.items())
    ]


def _teams(day: date, calendar: SeasonCalendar, manifest: Mapping[str, Any]) -> list[Row]:
    sides = calendar.sides(day)
    return [{**side, **_floor(manifest, f"team:{team}", calendar)} for team, side in sorted(sides.items())]


def _floor(manifest: Mapping[str, Any], entity: str, calendar: SeasonCalendar) -> Row:
    if entity not in manifest["floors"]:
        return {"floor": calendar.start, "shortage": None}
    floor, reason = manifest["floors"][entity]
    return {"floor": date.fromisoformat(floor), "shortage": reason}


STEP = Step(phase=4, inputs=_inputs, unchanged=_unchanged, prepare=_prepare)
