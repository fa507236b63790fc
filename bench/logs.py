"""What a log line costs: the CPU of one, with nobody listening and written as JSON, and its share of a unit's time.

A line beyond those that a unit logs already is taken for one like `attempt.ended`. Its share is of the CPU of a
unit of a no-op season, where there is nothing else to hide it; a unit that computes takes fifty times as long.
"""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.figures import Figure, report
from bench.noop import do_nothing
from bench.noop_season import run_seasons
from shared.domain.units import Unit
from shared.logs import JsonLines, bound, log, of_unit

PART = "logs"
LINES = 20_000
RUNS = 5
WORKERS = 1
LOGGER = logging.getLogger("lookback")
# What `bootstrap.handle` binds around a message.
FIELDS = {
    "topic": "phase4-complete",
    "message_id": "0123456789abcdef",
    "backfill_id": "season",
    "trace": "0" * 32,
    "span": "0" * 16,
}


class Counter(logging.Handler):
    """Counts the lines that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        """Count a line."""
        self.lines += 1


@contextmanager
def listening(handler: logging.Handler) -> Iterator[None]:
    """Have a handler take every line from INFO on in the block."""
    level = LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)


def line_seconds() -> float:
    """Return the CPU seconds of one line, of the quickest of some runs."""
    unit = Unit(phase=4, game_date=date(2024, 11, 8), attempts=1)
    spent = []
    with bound(FIELDS):
        for _ in range(RUNS):
            began = time.thread_time()
            for _ in range(LINES):
                log("attempt.ended", **of_unit(unit), status="complete", version=1, seconds=0.0123)
            spent.append(time.thread_time() - began)
    return min(spent) / LINES


def written_seconds() -> float:
    """Return the CPU seconds of one line that is written as JSON, to where nothing keeps it."""
    with open(os.devnull, "w", encoding="utf-8") as stream:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(JsonLines())
        with listening(handler):
            return line_seconds()


def season_cpu(handler: logging.Handler | None = None) -> tuple[float, int]:
    """Return the CPU seconds of a no-op season, with a handler if one is given, and its units."""
    with tempfile.TemporaryDirectory() as home, listening(handler or logging.NullHandler()):
        if handler is None:
            LOGGER.setLevel(logging.WARNING)
        cost, units = run_seasons(Path(home), workers=WORKERS)
    return cost.cpu_seconds, units


def figures() -> list[Figure]:
    """Return what a line costs, how many a unit logs, and what one more would take of a unit's time."""
    do_nothing()
    counter = Counter()
    season_cpu(counter)
    seconds, units = min(season_cpu() for _ in range(RUNS))
    quiet, written = line_seconds(), written_seconds()
    share = 100 * units / seconds
    return [
        Figure(part=PART, name="a line, nobody listening", value=1e6 * quiet, unit="us CPU"),
        Figure(part=PART, name="a line, written as JSON", value=1e6 * written, unit="us CPU"),
        Figure(part=PART, name="lines a unit of a no-op season", value=counter.lines / units, unit=""),
        Figure(part=PART, name="one more line a unit, nobody listening", value=share * quiet, unit="% of a no-op unit"),
        Figure(part=PART, name="one more line a unit, written", value=share * written, unit="% of a no-op unit"),
    ]


if __name__ == "__main__":
    sys.exit(report(figures(), sys.argv))
