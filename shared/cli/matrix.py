"""`backfill matrix`: what depends on what, across dates."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.table import Table

from shared.cli.options import Json
from shared.cli.output import say, say_json, table
from shared.processors.registry import matrix as rows_of_matrix

READS = "depends on"
PROCESSOR = "processor"
PLANNED = "planned"

Markdown = Annotated[bool, typer.Option("--markdown", help="Write one Markdown table, as the guide has it.")]


def matrix(*, markdown: Markdown = False, json: Json = False) -> None:
    """Show every processor, planned ones too: what it reads, how far it looks back, its minimum and fallback.

    Example: backfill matrix
    """
    rows = rows_of_matrix()
    if markdown:
        typer.echo(markdown_table(rows))
        return
    if json:
        say_json({"processors": rows})
        return
    say("Cross-date dependencies: how far each processor looks back", _lookback(rows), "")
    say("What each processor reads", _reads(rows), "")
    say("Windows gate the release of Phase 4 unless marked soft; games are games played, not days.")


def markdown_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Return the matrix as a Markdown table, one line a processor, without a newline at its end."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _lookback(rows: Sequence[Mapping[str, str]]) -> Table:
    names = [name for name in rows[0] if name != READS]
    found = table("", *names, right=("phase", "needed / minimum"))
    found.columns[0].no_wrap = True
    for row in rows:
        cells = [row[name].replace(", ", "\n") for name in names]
        found.add_row(*cells, style=_style(row))
    return found


def _reads(rows: Sequence[Mapping[str, str]]) -> Table:
    found = table("", PROCESSOR, READS)
    found.columns[0].no_wrap = True
    for row in rows:
        found.add_row(row[PROCESSOR], row[READS], style=_style(row))
    return found


def _style(row: Mapping[str, str]) -> str | None:
    return "dim" if row["status"] == PLANNED else None
