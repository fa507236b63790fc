"""`python -m bench.plots`: the tables and pictures of docs/architecture/performance.md, from the last measurement.

A part that was never measured keeps its table and picture as they are. Exit code 2 when nothing was measured.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.chart import Chart
from bench.figures import MISSED, Figure, growths
from bench.record import Measurement, read
from shared.config import REPOSITORY_ROOT

PAGE = Path(REPOSITORY_ROOT) / "docs" / "architecture" / "performance.md"
IMAGES = Path(REPOSITORY_ROOT) / "docs" / "images"
HEAD = "| figure | at | measured | growth | bound | |\n|---|---:|---:|---:|---|---|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture to be made: of a part, the figures of one unit and kind of size whose names begin so."""

    file: str
    title: str
    part: str
    begins: tuple[str, ...]
    of: str
    logarithmic: bool = False


PLOTS = (
    Plot(file="decide", title="CPU of one decision", part="decide", begins=("CPU ",), of="season", logarithmic=True),
    Plot(
        file="orchestrate",
        title="Units of a season that computes nothing",
        part="orchestrate",
        begins=("units a second, median", "units a CPU second, best"),
        of="worker",
    ),
    Plot(
        file="memory",
        title="Peak memory of seasons that compute nothing",
        part="orchestrate",
        begins=("peak",),
        of="season",
    ),
    Plot(
        file="makespan",
        title="The real season: make-span / best list schedule",
        part="makespan",
        begins=("season: ",),
        of="worker",
    ),
    Plot(
        file="makespan-week",
        title="A week from nothing: make-span / best list schedule",
        part="makespan",
        begins=("a week",),
        of="worker",
    ),
    Plot(file="plan", title="Time to plan", part="plan", begins=("plan",), of="season"),
    Plot(file="dashboard", title="The dashboard's first page", part="dashboard", begins=("first page, ",), of="season"),
)


def chart_of(plot: Plot, measurement: Measurement) -> Chart:
    """Return a plot's curves. Figures in another unit than the last one's are left out, as seconds beside ratios."""
    named = [each for each in measurement.figures if each.name.startswith(plot.begins) and each.of == plot.of]
    unit = named[-1].unit
    curves: dict[str, dict[int, float]] = {}
    for each in named:
        if each.unit == unit and each.at is not None:
            curves.setdefault(each.name, {})[each.at] = each.value
    bound = next((each.limit for each in named if each.limit is not None and each.unit == unit), None)
    return Chart(title=plot.title, unit=unit, of=plot.of, curves=curves, bound=bound, logarithmic=plot.logarithmic)


def table_of(measurement: Measurement) -> str:
    """Return a part's table in Markdown, with when and under what load it was measured."""
    rows = [HEAD, *map(_row, measurement.figures, growths(measurement.figures))]
    load = f"load {measurement.load_before:g} before, {measurement.load_after:g} after"
    return "\n".join(
        [f"Measured {measurement.day} on {measurement.cores} cores, Python {measurement.python}, {load}.", "", *rows]
    )


def page_of(text: str, measurements: Mapping[str, Measurement]) -> str:
    """Return the page with each measured part's table between its markers. Raises ValueError where one has none."""
    for part, measurement in measurements.items():
        begin, end = f"<!-- {part}: from make plots -->", f"<!-- {part}: end -->"
        head, _, rest = text.partition(begin)
        _, found, tail = rest.partition(end)
        if not found:
            raise ValueError(f"{PAGE.name} has no place for the table of {part}")
        text = f"{head}{begin}\n{table_of(measurement)}\n{end}{tail}"
    return text


def main() -> int:
    """Write the page and its pictures; return the exit code."""
    measurements = read()
    if not measurements:
        print("nothing was measured yet: make bench", file=sys.stderr)
        return 2
    for plot in PLOTS:
        if plot.part in measurements:
            picture = chart_of(plot, measurements[plot.part]).svg()
            (IMAGES / f"performance-{plot.file}.svg").write_text(picture, encoding="utf-8")
    PAGE.write_text(page_of(PAGE.read_text(encoding="utf-8"), measurements), encoding="utf-8")
    return 0


def _row(figure: Figure, growth: str) -> str:
    verdict = f"**{figure.verdict}**" if figure.verdict == MISSED else figure.verdict
    cells = (figure.name, figure.size, figure.measured, growth, figure.bounded, verdict)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
