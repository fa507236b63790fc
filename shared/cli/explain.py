"""`backfill explain`: why a date, a phase or a player's row is as it is, and the command that unblocks it."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from shared.cli.commands import command
from shared.cli.options import Home, Json, day_of, reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, PHASE_NAMES, say, say_json, table
from shared.service.explaining.explain import explain as explain_date
from shared.service.explaining.explanation import UNHELD, Explanation, Link, Need, State
from shared.service.plain import plain

NEEDS_SHOWN_MAX = 20
NAMES_SHOWN = 4
CLI = "backfill "

Date = Annotated[str, typer.Argument(metavar="DATE", help="A date, 2024-11-18.")]
Phase = Annotated[int | None, typer.Option("--phase", metavar="1-5", help="This phase; without it, the whole date.")]
Player = Annotated[
    str | None, typer.Option("--player", metavar="NAME", help="This player's rows, by name or id; accents forgiven.")
]
Backfill = Annotated[str | None, typer.Option("--backfill", metavar="ID", help="As this backfill sees it.")]


def explain(
    date: Date,
    *,
    phase: Phase = None,
    player: Player = None,
    backfill: Backfill = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say why a date is not complete: the chain down to the unit, attempt and error, and the command that unblocks it.

    Exit code 1 when something holds it up.

    Example: backfill explain 2024-11-18 --phase 4
    """
    app = reader(home)
    found = explain_date(app, day_of("date", date), phase, player, backfill)
    commands = on_folder(found.commands, app.config.home)
    if json:
        say_json({**plain(found), "commands": commands})
    else:
        say(*_lines(found), *command_lines(commands))
    raise typer.Exit(EXIT_INCOMPLETE if found.held else EXIT_DONE)


def on_folder(commands: Sequence[str], home: str) -> list[str]:
    """Return command lines with the folder where each `backfill` needs it named."""

    def placed(part: str) -> str:
        return command(part.removeprefix(CLI), home) if part.startswith(CLI) else part

    return [" && ".join(map(placed, line.split(" && "))) for line in commands]


def command_lines(commands: Sequence[str]) -> list[str]:
    """Return the lines that say what to do next."""
    return [f"{'Next' if number == 0 else 'Or'}: {line}" for number, line in enumerate(commands)]


def state_text(state: State) -> Text:
    """Return a state as it is shown."""
    return Text(state.value.replace("_", " "), "green" if state in UNHELD else "red")


def _lines(found: Explanation) -> list[RenderableType]:
    who = f"{found.player_name} ({found.player_id}) on " if found.player_id is not None else ""
    what = f"Phase {found.phase} of {found.game_date}" if found.phase is not None else str(found.game_date)
    lines: list[RenderableType] = [Text.assemble((f"{who}{what}", "bold"), "  ", state_text(found.state))]
    lines += [_phase_line(each) for each in found.phases if len(found.phases) > 1]
    lines += ["Why:", *(f"  {'<- ' if number else ''}{each.text}" for number, each in enumerate(found.chain))]
    return [*lines, *([_needs(found.needs)] if found.needs else [])]


def _phase_line(link: Link) -> RenderableType:
    return Text.assemble(f"  Phase {link.phase} {PHASE_NAMES[link.phase]:<10}  ", state_text(link.state))


def _needs(needs: Sequence[Need]) -> RenderableType:
    shown = table("", "waits for", "which is", "needed by")
    for each in needs[:NEEDS_SHOWN_MAX]:
        more = len(each.needed_by) - NAMES_SHOWN
        names = ", ".join(each.needed_by[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
        shown.add_row(str(each.game_date), each.state.value.replace("_", " "), names or "the plan")
    if len(needs) > NEEDS_SHOWN_MAX:
        shown.add_row(f"and {len(needs) - NEEDS_SHOWN_MAX} more", "", "")
    return shown
