"""`backfill calendar`: the schedules that were loaded, and loading one."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from shared import bootstrap
from shared.adapters.embedded.folder_lock import lock_folder
from shared.cli.options import Home, Json, config_of, day_of, reader
from shared.cli.output import EXIT_DONE, count_text, say, say_json, table
from shared.config import CLOUD, Config
from shared.domain.calendar import SeasonCalendar
from shared.domain.errors import InvalidInput
from shared.domain.messages import CalendarRequest, calendar_request
from shared.domain.schedule_changes import GameChange
from shared.service.clear_date import clear_date
from shared.service.load_calendar import Loaded, load_calendar
from shared.service.plain import plain

LOCK_FIELD = "folder"
TOPIC = "calendar-requests"

Load = Annotated[str | None, typer.Option("--load", metavar="SEASON", help="Load, or load again, a season: 2024-25.")]
Clear = Annotated[
    str | None,
    typer.Option("--clear", metavar="DATE", help="Remove the rows of a date that has no game any more: 2025-01-11."),
]
Here = Annotated[bool, typer.Option("--here", help="Load it on this machine, not by the deployed function.")]
Season = Annotated[str | None, typer.Option("--season", metavar="SEASON", help="Show one season, date by date.")]


def calendar(
    *,
    season: Season = None,
    load: Load = None,
    here: Here = False,
    clear: Clear = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show the calendars that were loaded, or load a season's schedule from the source and say what changed.

    Example: backfill calendar --load 2024-25
    """
    if load is not None:
        _load(config_of(home), calendar_request({"season": load}), here=here, json=json)
        return
    if here:
        raise InvalidInput("--here", "given", "--load SEASON with it")
    if clear is not None:
        _clear(config_of(home), day_of("date", clear), json=json)
        return
    ledger = reader(home).ledger
    found = ledger.calendars() if season is None else [ledger.calendar(season)]
    if json:
        say_json({"calendars": [_summary(each) | ({"fixtures": _fixtures(each)} if season else {}) for each in found]})
    elif season is not None:
        _show_dates(found[0])
    else:
        _show(found)


def _load(config: Config, request: CalendarRequest, *, here: bool, json: bool) -> None:
    if config.stack == CLOUD:
        if here:
            _loaded(load_calendar(bootstrap.cloud(config), request), json=json)
        else:
            _publish(config, request, f"The functions of {config.project} load the season", json=json)
        return
    try:
        with lock_folder(Path(config.home)):
            loaded = load_calendar(bootstrap.embedded(config), request)
    except InvalidInput as error:
        if error.field != LOCK_FIELD:
            raise
        _publish(config, request, f"A run holds {config.home} and loads the season", json=json)
        raise typer.Exit(EXIT_DONE) from error
    _loaded(loaded, json=json)


def _loaded(loaded: Loaded, *, json: bool) -> None:
    if json:
        changes = [plain(each) | {"kind": each.kind.value} for each in loaded.changes]
        say_json({"calendars": [_summary(loaded.calendar)], "changes": changes})
    else:
        _show([loaded.calendar])
        _show_changes(loaded.changes)


def _clear(config: Config, day: date, *, json: bool) -> None:
    if config.stack == CLOUD:
        removed = clear_date(bootstrap.open_app(config), day)
    else:
        with lock_folder(Path(config.home)):
            removed = clear_date(bootstrap.embedded(config), day)
    if json:
        say_json({"date": day.isoformat(), "removed": dict(removed)})
        return
    for name, rows in removed.items():
        say(f"{name}: {count_text(rows, 'row')} of {day} removed")
    if not removed:
        say(f"No table has rows of {day}.")


def _show_changes(changes: Sequence[GameChange]) -> None:
    if not changes:
        return
    found = table(f"{count_text(len(changes), 'game')} changed", "what", "game", "from", "to")
    for each in changes:
        home, away = each.game
        found.add_row(
            each.kind.value, f"{away}@{home}", *(str(day) if day else "-" for day in (each.before, each.after))
        )
    say(found)


def _publish(config: Config, request: CalendarRequest, who: str, *, json: bool) -> None:
    message_id = bootstrap.open_app(config, reading=True).bus.publish(TOPIC, request.body())
    if json:
        say_json({"season": request.season, "published": message_id})
    else:
        say(f"{who}: published to {TOPIC} as {message_id}.")


def _show(calendars: list[SeasonCalendar]) -> None:
    if not calendars:
        say("No calendar is loaded. Load one: backfill calendar --load 2024-25")
        return
    columns = ("season", "games", "game dates", "off-days", "first", "last", "revision")
    found = table("Calendars", *columns, right=("games", "game dates", "off-days", "revision"))
    for each in calendars:
        found.add_row(*(str(value) for value in _summary(each).values()))
    say(found)


def _show_dates(shown: SeasonCalendar) -> None:
    found = table(f"{shown.season}, revision {shown.revision}", "date", "games", "fixtures", right=("games",))
    for day in shown.dates:
        fixtures = shown.fixtures[day]
        found.add_row(str(day), str(len(fixtures)), " ".join(f"{away}@{home}" for home, away in fixtures))
    say(found)


def _summary(each: SeasonCalendar) -> dict[str, object]:
    first, last = each.dates[0], each.dates[-1]
    summary = {
        "season": each.season,
        "games": sum(len(fixtures) for fixtures in each.fixtures.values()),
        "game_dates": len(each.dates),
        "off_days": (last - first).days + 1 - len(each.dates),
        "first": first,
        "last": last,
        "revision": each.revision,
    }
    return {name: plain(value) for name, value in summary.items()}


def _fixtures(each: SeasonCalendar) -> dict[str, list[str]]:
    return {day.isoformat(): [f"{away}@{home}" for home, away in each.fixtures[day]] for day in each.dates}
