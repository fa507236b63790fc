"""Load a season's schedule: the warehouse's `nba_raw.schedule` and the ledger's calendar, with a revision."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.domain.calendar import Fixture, SeasonCalendar, calendar_from, revised
from shared.domain.errors import AuditFailed, Conflict
from shared.domain.messages import CalendarRequest
from shared.domain.schedule_changes import GameChange, game_changes
from shared.logs import log
from shared.ports import Row, Write
from shared.service.app import App
from shared.service.play import play


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The calendar now in force, and what happened to each game since the one before; nothing for a first load."""

    calendar: SeasonCalendar
    changes: tuple[GameChange, ...] = ()


def load_calendar(app: App, request: CalendarRequest) -> Loaded:
    """Read the schedule from the source and write it, and drop what waits for dates without a game any more.

    The revision rises only when a fixture changed. Raises SourceMissing when the source has no such season,
    AuditFailed when it is of another season or has a team twice on a date, Conflict when another load, or the
    frontier, stays in the way.
    """
    rows = app.source.schedule(request.season)
    fixtures = _fixtures(request.season, rows)
    document = app.ledger.store.get(f"calendar/{request.season}")
    current = calendar_from(document.body) if document else None
    if current is not None and dict(current.fixtures) == fixtures:
        return Loaded(calendar=current)
    first = SeasonCalendar(season=request.season, revision=1, fixtures=fixtures)
    calendar = revised(current, fixtures) if current else first
    body: dict[str, Any] = calendar.body()
    partitions: dict[date, list[Row]] = {day: [] for day in (current.dates if current else ())}
    for row in rows:
        partitions.setdefault(_game_date(row), []).append(row)
    app.warehouse.load("nba_raw.schedule", partitions)
    write = Write(key=f"calendar/{request.season}", body=body, revision=document.revision if document else None)
    _put_in_force(app, calendar, write)
    changes = game_changes(current, calendar) if current else ()
    log(
        "calendar.loaded",
        season=request.season,
        revision=calendar.revision,
        game_dates=len(calendar.dates),
        games_changed=len(changes),
    )
    if current is not None:
        play(app, request.season, lambda _: None)
    return Loaded(calendar=calendar, changes=changes)


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
    fixtures = {day: tuple(fixture for _, fixture in sorted(games)) for day, games in by_date.items()}
    for day, games in fixtures.items():
        team, times = Counter(team for game in games for team in game).most_common(1)[0]
        if times > 1:
            raise AuditFailed(f"schedule: {team} plays {times} games on {day}, at most one is possible")
    return fixtures


def _game_date(row: Row) -> date:
    day = row["game_date"]
    return date.fromisoformat(day) if isinstance(day, str) else day
