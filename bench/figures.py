"""A measured figure beside its bound, and the table that prints them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum

from rich.console import Console
from rich.table import Table

COLUMNS = ("part", "figure", "measured", "bound", "")
MEASURED_COLUMN = 2
WIDTH_MIN = 120


class Bound(Enum):
    """On which side of its bound a figure has to be."""

    AT_MOST = "<="
    BELOW = "<"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, in `unit`; without a `limit` it is shown for comparison and cannot fail."""

    part: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    bound: Bound = Bound.AT_MOST
    decimals: int = 2

    @property
    def kept(self) -> bool | None:
        """Return whether the figure keeps its bound, None when it has none."""
        if self.limit is None:
            return None
        if self.bound is Bound.AT_LEAST:
            return self.value >= self.limit
        return self.value < self.limit if self.bound is Bound.BELOW else self.value <= self.limit


def print_table(figures: Sequence[Figure], console: Console | None = None) -> bool:
    """Print one row a figure; return whether every bound was kept."""
    table = Table(title="Budgets (a measurement of this machine, as loaded as it is now)", title_justify="left")
    for number, column in enumerate(COLUMNS):
        table.add_column(column, justify="right" if number == MEASURED_COLUMN else "left")
    before = ""
    for figure in figures:
        if before and figure.part != before:
            table.add_section()
        table.add_row("" if figure.part == before else figure.part, *_cells(figure))
        before = figure.part
    (console or _console()).print(table)
    return all(figure.kept is not False for figure in figures)


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    measured = f"{figure.value:,.{figure.decimals}f} {figure.unit}".strip()
    bound = "" if figure.limit is None else f"{figure.bound.value} {figure.limit:,g} {figure.unit}".strip()
    verdict = {True: "ok", False: "MISSED", None: ""}[figure.kept]
    return figure.name, measured, bound, verdict


def _console() -> Console:
    console = Console()
    return console if console.width >= WIDTH_MIN else Console(width=WIDTH_MIN)


def counted(workers: int) -> str:
    """Return `1 worker`, `2 workers`."""
    return f"{workers} worker{'' if workers == 1 else 's'}"


def report(figures: Sequence[Figure], arguments: Sequence[str]) -> int:
    """Print a part's figures, as JSON with `--json`, else as the table; return the exit code."""
    if "--json" in arguments:
        print(json.dumps([{**asdict(figure), "bound": figure.bound.value} for figure in figures]))
        return 0
    return 0 if print_table(figures) else 1
