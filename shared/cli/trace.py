"""`backfill trace`: where a player, a team or a game is on a date, where it vanishes, and why."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from shared.cli.explain import command_lines, on_folder, state_text
from shared.cli.options import Home, Json, day_of, reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, PHASE_NAMES, say, say_json, table
from shared.service.explaining.trace import PastGame, Trace
from shared.service.explaining.trace import trace as trace_entity
from shared.service.explaining.trail import Kind, Stop
from shared.service.plain import plain

What = Annotated[Kind, typer.Argument(metavar="player|team|game", help="What to look for.")]
Name = Annotated[
    list[str],
    typer.Argument(metavar="NAME", help='A player by name or id, a team, a game by id or as "BOS NYK 2024-11-18".'),
]
On = Annotated[str | None, typer.Option("--date", metavar="DATE", help="The date; without it, the latest known game.")]


def trace(what: What, name: Name, *, date: On = None, json: Json = False, home: Home = None) -> None:
    """Follow a player, a team or a game through Phases 1-5 of a date: its rows, where it vanishes, why, what to do.

    Exit code 1 when it vanishes somewhere, or something holds it up.

    Example: backfill trace player LeBron James --date 2024-11-19
    """
    app = reader(home)
    found = trace_entity(app, what, " ".join(name), day_of("--date", date) if date is not None else None)
    commands = on_folder(found.commands, app.config.home)
    if json:
        say_json({**plain(found), "commands": commands})
    else:
        say(*_lines(found), *command_lines(commands))
    raise typer.Exit(EXIT_DONE if found.whole else EXIT_INCOMPLETE)


def _lines(found: Trace) -> list[RenderableType]:
    key = f" ({found.key})" if found.key != found.name else ""
    head = Text.assemble((f"{found.name}{key} on {found.game_date}", "bold"), "  ", state_text(found.state))
    lines: list[RenderableType] = [head, _stops(found.stops)]
    if found.vanishes:
        lines.append(f"Vanishes at {found.vanishes}.")
    lines += ["Why:", *(f"  {'<- ' if number else ''}{each.text}" for number, each in enumerate(found.chain))]
    return [*lines, *([_history(found.history)] if found.history else [])]


def _stops(stops: Sequence[Stop]) -> RenderableType:
    shown = table("", "phase", "place", "rows", "quality", "games", "shortage", right=("rows", "games"))
    for each in stops:
        shown.add_row(
            f"{each.phase} {PHASE_NAMES[each.phase]}" if each.phase else "-",
            each.place,
            "no file" if each.missing else str(each.rows),
            _or_dash(each.quality_score),
            _or_dash(each.games_used),
            _or_dash(each.shortage),
        )
    return shown


def _history(games: Sequence[PastGame]) -> RenderableType:
    columns = ("game", "team", "against", "min", "pts", "window", "predicted", "from games", "quality", "shortage")
    numbers = ("min", "pts", "from games", "quality")
    shown = table("Last games, and what was predicted for each", *columns, right=numbers)
    for each in games:
        predicted = "-" if each.predicted_points is None else f"{each.predicted_points:.1f}"
        cells = (str(each.game_date), each.team, each.opponent, str(each.minutes), str(each.points))
        window = "in" if each.in_window else "-" if each.minutes else "did not play"
        quality = (_or_dash(each.games_used), _or_dash(each.quality_score), _or_dash(each.shortage))
        shown.add_row(*cells, window, predicted, *quality)
    return shown


def _or_dash(value: object) -> str:
    return "-" if value is None else str(value)
