"""A measured figure beside its bound, how it grows, and the table that prints both."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = ("part", "figure", "at", "measured", "growth", "bound", "")
RIGHT = frozenset({"at", "measured", "growth"})
WIDTH_MIN = 150
MET, MISSED = "MET", "MISSED"
SEASON, WORKER = "season", "worker"


class Bound(Enum):
    """On which side of its bound a figure has to be."""

    AT_MOST = "<="
    BELOW = "<"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, in `unit`; without a `limit` it is shown for comparison and cannot fail.

    `at` is the size it was measured at, in `of` (seasons, workers); figures of one part and name are a curve.
    """

    part: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    bound: Bound = Bound.AT_MOST
    decimals: int = 2
    at: int | None = None
    of: str = ""

    @property
    def kept(self) -> bool | None:
        """Return whether the figure keeps its bound, None when it has none."""
        if self.limit is None:
            return None
        if self.bound is Bound.AT_LEAST:
            return self.value >= self.limit
        return self.value < self.limit if self.bound is Bound.BELOW else self.value <= self.limit

    @property
    def size(self) -> str:
        """Return `10 seasons`, empty for a figure of no size."""
        return "" if self.at is None else counted(self.at, self.of)

    @property
    def measured(self) -> str:
        """Return the value with its unit, as it is printed."""
        return f"{self.value:,.{self.decimals}f} {self.unit}".strip()

    @property
    def bounded(self) -> str:
        """Return the bound as it is printed, empty without one."""
        return "" if self.limit is None else f"{self.bound.value} {self.limit:,g} {self.unit}".strip()

    @property
    def verdict(self) -> str:
        """Return whether the bound was met, empty without one."""
        return {True: MET, False: MISSED, None: ""}[self.kept]

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**asdict(self), "bound": self.bound.value}


def figure_from(body: Mapping[str, Any]) -> Figure:
    """Return the figure of its JSON form."""
    return Figure(**{**body, "bound": Bound(body["bound"])})


def counted(count: int, what: str) -> str:
    """Return `1 worker`, `2 workers`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def growths(figures: Sequence[Figure]) -> list[str]:
    """Return of each figure how many times the value at the smallest size of its curve it is; empty for the first."""
    first: dict[tuple[str, str], float] = {}
    found = []
    for each in figures:
        before = first.setdefault((each.part, each.name), each.value) if each.at is not None else 0.0
        begins = each.at is None or before == each.value or not before
        found.append("" if begins else f"x {each.value / before:.2f}")
    return found


def print_table(figures: Sequence[Figure], console: Console | None = None) -> bool:
    """Print one row a figure; return whether every bound was kept."""
    table = Table(title="Budgets (a measurement of this machine, as loaded as it is now)", title_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="right" if column in RIGHT else "left")
    before = ""
    for figure, growth in zip(figures, growths(figures), strict=True):
        if before and figure.part != before:
            table.add_section()
        part = "" if figure.part == before else figure.part
        table.add_row(part, figure.name, figure.size, figure.measured, growth, figure.bounded, figure.verdict)
        before = figure.part
    (console or _console()).print(table)
    return all(figure.kept is not False for figure in figures)


def _console() -> Console:
    console = Console()
    return console if console.width >= WIDTH_MIN else Console(width=WIDTH_MIN)


def report(figures: Sequence[Figure], arguments: Sequence[str]) -> int:
    """Print a part's figures, as JSON with `--json`, else as the table; return the exit code."""
    if "--json" in arguments:
        print(json.dumps([figure.body() for figure in figures]))
        return 0
    return 0 if print_table(figures) else 1
