"""`backfill check`: per date and phase, there or not, and what is still needed."""

import typer
from rich.text import Text

from shared.cli.options import End, FromPhase, Home, Json, Start, ToPhase, day_of, reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, PHASE_NAMES, count_text, say, say_json, table
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.domain.plan import TARGET_PHASES
from shared.service.completeness.check import Check, DateCheck, Dropped, phases_text
from shared.service.completeness.check import check as check_range
from shared.service.plain import plain

MARKS = {"complete": ("yes", "green"), "absent": ("no", "red"), "failed": ("failed", "red")}
OTHER_STYLE = "yellow"


def check(
    start: Start,
    end: End,
    *,
    from_phase: FromPhase = None,
    to_phase: ToPhase = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Check a range: which phases of each game date are there, and which are still needed.

    Exit code 1 when something is needed.

    Example: backfill check 2024-11-08 2024-11-14
    """
    phases = (from_phase or FIRST_PHASE, to_phase or LAST_PHASE)
    result = check_range(reader(home), day_of("start_date", start), day_of("end_date", end), phases)
    if json:
        say_json({**plain(result), "complete": result.complete})
    else:
        _show(result)
    raise typer.Exit(EXIT_DONE if result.complete else EXIT_INCOMPLETE)


def _show(result: Check) -> None:
    shown = sorted(result.dates[0].phases) if result.dates else []
    headings = [f"{phase} {PHASE_NAMES[phase]}" for phase in shown]
    found = table(f"{result.start}..{result.end}", "date", "games", *headings, "still needed", right=("games",))
    for each in result.dates:
        marks = [_mark(each, phase) for phase in shown]
        found.add_row(str(each.game_date), str(each.games), *marks, phases_text(each.needed))
    needed = sum(bool(each.needed) for each in result.dates)
    complete = len(result.dates) - needed
    dates = count_text(len(result.dates), "game date")
    say(
        *([found] if result.dates else []),
        *(_dropped_text(each) for each in result.dropped),
        f"{dates}: {complete} complete, {needed} still needed. {count_text(result.off_days, 'date')} without games.",
    )


def _dropped_text(each: Dropped) -> str:
    ran = f"; {phases_text(each.phases)} ran before" if each.phases else ""
    return f"{each.game_date}: {each.reason}{ran}"


def _mark(each: DateCheck, phase: int) -> Text:
    """Return what a phase of a date is; what was computed before its games says so."""
    text, style = MARKS.get(each.phases[phase], (each.phases[phase], OTHER_STYLE))
    return Text(f"{text}, pre-game" if each.pre_game and phase in TARGET_PHASES else text, style)
