"""The daily path: having a date scraped, and where the last morning stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.errors import InvalidInput
from shared.domain.messages import FIRST_PHASE, LIVE, UnitHint
from shared.domain.rosters import roster_of_manifest
from shared.domain.units import Status, unit_key
from shared.service.app import App
from shared.service.completeness.check import ABSENT, STALE
from shared.service.waiting import Waiting, WaitingRoom

TOPIC = "phase1-requests"
HISTORY_PHASE = 3
TARGET_PHASES = (4, 5)
WAITING_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """A season's newest date of the daily path, the game date after it, and what of that is there.

    `phases` gives what Phases 4-5 of `target` are (a unit's status, `absent` or `stale`), `players` for how many it
    was released before its games (None: it was not). `coming` are the dates being scraped, `waiting` the targets of
    the daily path that wait; `failed` are dates of which a phase failed. `target` is None after the last game date.
    """

    season: str
    scraped: date
    target: date | None
    phases: Mapping[int, str]
    players: int | None
    coming: tuple[date, ...]
    failed: tuple[date, ...]
    waiting: tuple[Waiting, ...]


def scrape_live(app: App, day: date) -> None:
    """Have a date scraped without a backfill; what it brings flows down to the next game date's predictions.

    Raises InvalidInput for a date without games, or of a season that was never loaded.
    """
    if day not in app.ledger.calendar(season_of(day)).position:
        raise InvalidInput("date", day.isoformat(), "a date on which the schedule has a game")
    app.bus.publish(TOPIC, UnitHint(phase=FIRST_PHASE, game_date=day).body())


def mornings(app: App) -> list[Morning]:
    """Return where the daily path of each season stands that it has brought a date of."""
    found = (_morning(app, calendar) for calendar in app.ledger.calendars())
    return [each for each in found if each is not None]


def _morning(app: App, calendar: SeasonCalendar) -> Morning | None:
    first, last = calendar.dates[0], calendar.dates[-1]
    live = [
        held.unit
        for phase in range(FIRST_PHASE, HISTORY_PHASE + 1)
        for held in app.ledger.units_between(phase, first, last)
        if LIVE in held.unit.wanted_by and held.unit.game_date in calendar.position
    ]
    done = {unit.game_date for unit in live if unit.phase == HISTORY_PHASE and unit.usable}
    if not done:
        return None
    scraped = max(done)
    following = calendar.dates[calendar.position[scraped] + 1 :][:1]
    target = following[0] if following else None
    failed = {unit.game_date for unit in live if unit.status is Status.FAILED} - done
    waiting, _ = WaitingRoom(app).targets(calendar.season, LIVE, WAITING_SHOWN_MAX)
    phases, players = _target(app, target)
    return Morning(
        season=calendar.season,
        scraped=scraped,
        target=target,
        phases=phases,
        players=players,
        coming=tuple(sorted({unit.game_date for unit in live} - done - failed)),
        failed=tuple(sorted(failed)),
        waiting=tuple(waiting),
    )


def _target(app: App, target: date | None) -> tuple[dict[int, str], int | None]:
    if target is None:
        return {}, None
    held = app.ledger.units([unit_key(phase, target) for phase in TARGET_PHASES])
    units = {each.unit.phase: each.unit for each in held.values()}
    phases = {phase: units[phase].status.value if phase in units else ABSENT for phase in TARGET_PHASES}
    stale = {phase: STALE for phase, unit in units.items() if unit.status is Status.COMPLETE and unit.stale}
    roster = roster_of_manifest(units[TARGET_PHASES[0]].manifest) if TARGET_PHASES[0] in units else None
    return phases | stale, None if roster is None else len(roster)
