"""A season whose phases do nothing: what is left is the cost of orchestrating it."""

from dataclasses import replace
from datetime import date, timedelta

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.units import Unit
from shared.ports import Write
from shared.service import precompute, predict, process_analytics, process_raw
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared
from shared.service.ledger import appearances_body
from shared.service.upstream import upstream_inputs, upstream_unchanged

OPENING_NIGHT_MONTH, OPENING_NIGHT_DAY = 10, 22
PLAYERS_PER_TEAM = 10
TEAMS = [f"T{number:02d}" for number in range(30)]


def calendar_of(start_year: int, game_dates: int) -> SeasonCalendar:
    """Return a season of `game_dates` consecutive dates; each team plays on every other one."""
    first = date(start_year, OPENING_NIGHT_MONTH, OPENING_NIGHT_DAY)
    fixtures = {}
    for number in range(game_dates):
        playing = TEAMS[number % 2 :: 2]
        fixtures[first + timedelta(days=number)] = tuple(zip(playing[0::2], playing[1::2], strict=False))
    return SeasonCalendar(season=season_of(first), revision=1, fixtures=fixtures)


def appearances_of(calendar: SeasonCalendar, day: date) -> list[dict[str, object]]:
    """Return ten players a team that plays, all of whom played."""
    return [
        {"player_id": 100 * TEAMS.index(team) + number, "team": team, "played": True}
        for team in calendar.teams_on(day)
        for number in range(PLAYERS_PER_TEAM)
    ]


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
