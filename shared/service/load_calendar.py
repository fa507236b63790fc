"""Load a season's schedule: the warehouse's `nba_raw.schedule` and the ledger's calendar, with a revision."""

from collections import defaultdict
from datetime import date
from typing import Any

from shared.domain.calendar import Fixture, SeasonCalendar, calendar_from
from shared.domain.errors import AuditFailed, Conflict
from shared.domain.messages import CalendarRequest
from shared.logs import log
from shared.ports import Row, Write
from shared.service.app import App


def load_calendar(app: App, request: CalendarRequest) -> SeasonCalendar:
    """Read the schedule from the source and write it; return the calendar now in force.

    The revision rises only when a fixture changed. Raises SourceMissing when the source has no such season,
    Conflict when another load, or the frontier, stays in the way.
    """
    rows = app.source.schedule(request.season)
    fixtures = _fixtures(request.season, rows)
    document = app.ledger.store.get(f"calendar/{request.season}")
    current = calendar_from(document.body) if document else None
    if current is not None and dict(current.fixtures) == fixtures:
        return current
    revision = current.revision + 1 if current else 1
    calendar = SeasonCalendar(season=request.season, revision=revision, fixtures=fixtures)
    body: dict[str, Any] = calendar.body()
    partitions: dict[date, list[Row]] = {day: [] for day in (current.dates if current else ())}
    for row in rows:
        partitions.setdefault(_game_date(row), []).append(row)
    app.warehouse.load("nba_raw.schedule", partitions)
    write = Write(key=f"calendar/{request.season}", body=body, revision=document.revision if document else None)
    _put_in_force(app, calendar, write)
    log("calendar.loaded", season=request.season, revision=revision, game_dates=len(calendar.dates))
    return calendar


def _put_in_force(app: App, calendar: SeasonCalendar, write: Write) -> None:
    """Write the calendar, and its revision on the frontier, in one batch: no round is committed on an older one."""
    for _ in range(app.config.contention_attempts):
        frontier, revision = app.ledger.frontier(calendar.season)
        frontier.calendar = calendar.revision
        try:
            app.ledger.commit([write, Write(key=frontier.key, body=frontier.body(), revision=revision)])
        except Conflict:
            continue
        return
    raise Conflict(f"calendar/{calendar.season}: still contended after {app.config.contention_attempts} tries")


def _fixtures(season: str, rows: list[Row]) -> dict[date, tuple[Fixture, ...]]:
    by_date: dict[date, list[tuple[str, Fixture]]] = defaultdict(list)
    for row in rows:
        if row["season"] != season:
            raise AuditFailed(f"schedule: game {row['game_id']} is of season {row['season']}, not {season}")
        by_date[_game_date(row)].append((row["game_id"], (row["home_team"], row["away_team"])))
    return {day: tuple(fixture for _, fixture in sorted(games)) for day, games in by_date.items()}


def _game_date(row: Row) -> date:
    day = row["game_date"]
    return date.fromisoformat(day) if isinstance(day, str) else day
