"""How every verb speaks: exit codes, tables for people, JSON for machines."""

import json
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table

from shared.service.plain import plain

EXIT_DONE: Final = 0
EXIT_INCOMPLETE: Final = 1
EXIT_USAGE: Final = 2
# What a table gets when nobody looks at it: files and pipes have no width of their own.
PIPE_COLUMNS: Final = 140
PHASE_NAMES: Final = {1: "scrape", 2: "raw", 3: "analytics", 4: "precompute", 5: "predict"}


def console() -> Console:
    """Return a console on the current standard output, wide enough for whole rows when that is a pipe."""
    width = None if sys.stdout.isatty() else PIPE_COLUMNS
    # No markup: names and errors come from outside, and their brackets are theirs.
    return Console(file=sys.stdout, highlight=False, markup=False, width=width)


def say(*lines: RenderableType) -> None:
    """Write lines and tables for a person."""
    out = console()
    for line in lines:
        out.print(line)


def say_json(value: object) -> None:
    """Write one JSON document: dates in ISO form, keys as the records name them."""
    sys.stdout.write(json.dumps(plain(value), indent=1, ensure_ascii=False) + "\n")


def say_error(error: object) -> None:
    """Write the one line that says what went wrong."""
    sys.stderr.write(f"error: {error}\n")


def table(title: str, *columns: str, right: Iterable[str] = ()) -> Table:
    """Return an empty table; the columns named in `right` hold numbers."""
    found = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    numbers = set(right)
    for name in columns:
        found.add_column(name, justify="right" if name in numbers else "left", header_style="dim")
    return found


def span_text(days: Iterable[date]) -> str:
    """Return dates as `2024-10-22..2024-11-14 (23)`, a single one as itself, none as `-`."""
    known = sorted(days)
    if not known:
        return "-"
    return str(known[0]) if len(known) == 1 else f"{known[0]}..{known[-1]} ({len(known)})"


def short_span_text(first: date | None, last: date | None) -> str:
    """Return a stretch of dates as `2024-10-22..11-07`, the year once when it is one; `-` when there is none."""
    if first is None or last is None:
        return "-"
    return f"{first}..{last:%m-%d}" if first.year == last.year else f"{first}..{last}"


def count_text(number: int, noun: str) -> str:
    """Return `1 game date`, `3 game dates`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration_text(seconds: float | None) -> str:
    """Return seconds as `4s`, `3m 20s`, `2h 05m`; `-` when they are not known."""
    if seconds is None:
        return "-"
    whole = timedelta(seconds=round(seconds))
    hours, rest = divmod(int(whole.total_seconds()), 3600)
    if hours:
        return f"{hours}h {rest // 60:02d}m"
    return f"{rest // 60}m {rest % 60:02d}s" if rest >= 60 else f"{rest}s"
