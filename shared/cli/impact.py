"""`backfill impact`: what a correction of a date would have run again, before anything is run."""

from typing import Annotated

import typer

from shared.cli import options
from shared.cli.options import day_of, reader
from shared.cli.output import count_text, say, say_json, short_span_text, table
from shared.domain.errors import InvalidInput
from shared.service.impact import Impact, game_date, impact_of
from shared.service.plain import plain
from shared.service.rosters import player_names

Day = Annotated[str, typer.Option("--date", metavar="DATE", help="The date to be corrected, 2024-11-15.")]
Players = Annotated[
    list[str] | None, typer.Option("--player", metavar="PLAYER", help="Id or name of a corrected player; repeatable.")
]
NAMES_SHOWN = 8


def impact(*, date: Day, player: Players = None, json: options.Json = False, home: options.Home = None) -> None:
    """Say what a correction of a date's players (of all, when none is named) would have run again, at most.

    Example: backfill impact --date 2024-11-15 --player "Nikola Jokic"
    """
    app, day = reader(home), day_of("date", date)
    names = player_names(app, game_date(app, day), day)
    found = impact_of(app, day, [_player(each, names, date) for each in player or ()])
    if json:
        say_json({**plain(found), "partitions": found.partitions})
        return
    _show(found, names)


def _player(text: str, names: dict[int, str], day: str) -> int:
    """Return the id of a player given by id or by name, case forgiven. Raises InvalidInput."""
    fitting = [key for key, name in names.items() if text in (str(key), name) or text.casefold() == name.casefold()]
    if len(fitting) != 1:
        raise InvalidInput("--player", text, f"the id or the whole name of a player listed on {day}")
    return fitting[0]


def _show(found: Impact, names: dict[int, str]) -> None:
    listed = table("", "processor", "targets", "from..to", "rows", right=("targets", "rows"))
    for name, days in found.targets.items():
        span = short_span_text(min(days, default=None), max(days, default=None))
        listed.add_row(name, str(len(days)), span, str(sum(days.values())))
    shown = [names.get(player, str(player)) for player in found.players[:NAMES_SHOWN]]
    if len(found.players) > len(shown):
        shown.append(f"{len(found.players) - len(shown)} more players")
    say(
        f"A correction of {found.game_date} can change the rows of {', '.join(shown)} and of "
        f"{', '.join(found.teams)}. It reaches at most:",
        listed,
        f"{count_text(found.partitions, 'partition')} would run again, of {found.by_date:,} if whole dates were "
        "propagated; fewer where the content comes out the same.",
        f"Next: backfill reprocess {found.game_date}",
    )
