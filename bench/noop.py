"""A season whose phases do nothing: what is left is the cost of orchestrating it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.units import Unit
from shared.ports import Write
from shared.service import precompute, predict, process_analytics, process_raw
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared
from shared.service.ledger import appearances_body
from shared.service.upstream import upstream_inputs, upstream_unchanged

OPENING_NIGHT_MONTH, OPENING_NIGHT_DAY = 10, 22
GAME_DATES = 165
PLAYERS_PER_TEAM = 10
# In the real season 13 players a team are listed at some time for each 10 a night; one in twenty is out for months.
SQUAD = 13
REST_SHARE = 0.2
LONG_ABSENCE_SHARE = 0.05
LONG_ABSENCE_DATES = 60
TEAMS = [f"T{number:02d}" for number in range(30)]


def calendar_of(start_year: int, game_dates: int) -> SeasonCalendar:
    """Return a season of `game_dates` consecutive dates; each team plays on every other one."""
    first = date(start_year, OPENING_NIGHT_MONTH, OPENING_NIGHT_DAY)
    fixtures = {}
    for number in range(game_dates):
        playing = TEAMS[number % 2 :: 2]
        fixtures[first + timedelta(days=number)] = tuple(zip(playing[0::2], playing[1::2], strict=False))
    return SeasonCalendar(season=season_of(first), revision=1, fixtures=fixtures)


def calendars_of(start_year: int, seasons: int) -> list[SeasonCalendar]:
    """Return so many seasons in a row."""
    return [calendar_of(start_year + number, GAME_DATES) for number in range(seasons)]


def appearances_of(calendar: SeasonCalendar, day: date) -> list[dict[str, object]]:
    """Return ten players a team that plays, all of whom played."""
    return [
        {"player_id": 100 * TEAMS.index(team) + number, "team": team, "played": True}
        for team in calendar.teams_on(day)
        for number in range(PLAYERS_PER_TEAM)
    ]


def absences(calendar: SeasonCalendar, chance: Random) -> dict[date, list[dict[str, object]]]:
    """Return, by date, who is listed of squads of 13: some rest a night, some are out for 60 game dates."""
    rows: dict[date, list[dict[str, object]]] = {day: [] for day in calendar.dates}
    for team in TEAMS:
        for number in range(SQUAD):
            out = chance.randrange(len(calendar.dates)) if chance.random() < LONG_ABSENCE_SHARE else len(calendar.dates)
            for position, day in enumerate(calendar.dates):
                absent = out <= position < out + LONG_ABSENCE_DATES or chance.random() < REST_SHARE
                if calendar.team_masks.get(team, 0) >> position & 1 and not absent:
                    player = 100 * TEAMS.index(team) + number
                    rows[day].append({"player_id": player, "team": team, "played": True})
    return rows


@contextmanager
def one_season_however_long(name: str) -> Iterator[None]:
    """Take every date for one of season `name` in the block: a year has too few days for five seasons of dates."""
    modules = [module for key, module in list(sys.modules.items()) if key.startswith("shared.")]
    holders = [module for module in modules if hasattr(module, "season_of")]
    kept = [(module, module.season_of) for module in holders]
    try:
        for module in holders:
            module.season_of = lambda _day: name  # type: ignore[attr-defined]
        yield
    finally:
        for module, before in kept:
            module.season_of = before  # type: ignore[attr-defined]


def plant(app: App, calendar: SeasonCalendar) -> None:
    """Put a season's calendar into the ledger, with Phase 1 of every date complete."""
    app.ledger.commit([Write(key=f"calendar/{calendar.season}", body=calendar.body())])
    done = [
        Unit(phase=1, game_date=day, version=1, wanted_by={"live": 0}).body() | {"status": "complete"}
        for day in calendar.dates
    ]
    app.ledger.commit([Write(key=f"units/1-{body['game_date']}", body=body) for body in done])


def do_nothing() -> None:
    """Replace the work of Phases 2-5 by nothing; claims, checks, completions and messages stay as they are."""
    raw = replace(process_raw.STEP, inputs=upstream_inputs, unchanged=upstream_unchanged, prepare=_nothing)
    process_raw.STEP = raw
    process_analytics.STEP = replace(process_analytics.STEP, prepare=_appearances)
    precompute.STEP = replace(precompute.STEP, prepare=_nothing)
    predict.STEP = replace(predict.STEP, prepare=_nothing)


def _nothing(_app: App, unit: Unit, _claimed: Inputs) -> Prepared:
    return Prepared(digests={"nothing": unit.key}, rows={"nothing": 0}, publish=lambda: None)


def _appearances(app: App, unit: Unit, claimed: Inputs) -> Prepared:
    day = unit.game_date
    calendar = app.seasons.get(season_of(day)).knowledge.calendar
    body = appearances_body(day, appearances_of(calendar, day))
    return replace(_nothing(app, unit, claimed), documents={f"appearances/{day.isoformat()}": body})
