"""Progress as it happens: bars in a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from shared.cli.output import PHASE_NAMES, console, count_text, duration_text, span_text
from shared.domain.units import Status
from shared.service.status import PhaseProgress, Standing
from shared.service.waiting import Waiting

BAR_WIDTH = 28
TERMINAL_SECONDS = 0.5
PLAIN_SECONDS = 5.0
WAITING_SHOWN = 3
BACKFILLS_SHOWN = 3
TROUBLES_SHOWN = 3


class View(AbstractContextManager["View"], Protocol):
    """Where progress is shown; `seconds` is how often it wants to be."""

    seconds: float

    def show(self, standings: Sequence[Standing]) -> None:
        """Show backfills as they stand."""


class TerminalView:
    """Bars that move in place."""

    seconds = TERMINAL_SECONDS

    def __init__(self) -> None:
        self._live = Live(console=console(), auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, standings: Sequence[Standing]) -> None:
        """Draw the bars anew."""
        self._live.update(render(standings), refresh=True)


class PlainView:
    """One line a backfill, when something has changed; on standard error when standard output is for JSON."""

    seconds = PLAIN_SECONDS

    def __init__(self, *, to_error: bool) -> None:
        self._file = sys.stderr if to_error else sys.stdout
        self._last: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.flush()

    def show(self, standings: Sequence[Standing]) -> None:
        """Write the lines that changed."""
        for standing in standings:
            line = line_of(standing)
            if self._last.get(standing.id) != line:
                self._last[standing.id] = line
                self._file.write(f"{time.strftime('%H:%M:%S')} {line}\n")
        self._file.flush()


def view(*, json: bool) -> View:
    """Return bars for a terminal, lines for anything else."""
    if json or not sys.stdout.isatty():
        return PlainView(to_error=json)
    return TerminalView()


def render(standings: Sequence[Standing]) -> RenderableType:
    """Return the bars of the first few backfills, what their targets wait for, and their failures."""
    parts: list[RenderableType] = []
    for standing in standings[:BACKFILLS_SHOWN]:
        parts += [_heading(standing), _bars(standing), *_notes(standing)]
    if len(standings) > BACKFILLS_SHOWN:
        parts.append(Text(f"and {count_text(len(standings) - BACKFILLS_SHOWN, 'more backfill')}"))
    return Group(*parts) if parts else Text("waiting for a backfill request ...")


def line_of(standing: Standing) -> str:
    """Return a backfill in one line: units by phase, rate, ETA, and what waits."""
    phases = " ".join(f"P{each.phase} {each.done}/{each.total}" for each in standing.phases)
    speed = f"{standing.rate:.1f} units/s ETA {duration_text(standing.eta_seconds)}"
    parts = [f"{standing.id} {standing.status} {standing.done}/{standing.total}", phases, speed]
    if standing.waiting:
        more = f" (+{standing.waiting_total - 1} more targets)" if standing.waiting_total > 1 else ""
        parts.append(waiting_text(standing.waiting[0]) + more)
    failed = sum(each.status is Status.FAILED for each in standing.troubles)
    blocked = len(standing.troubles) - failed
    if standing.troubles:
        parts.append(f"{failed} failed, {blocked} blocked")
    return " | ".join(parts)


def waiting_text(waiting: Waiting) -> str:
    """Return what a target waits for, in one line."""
    if waiting.blocked_by:
        return f"{waiting.target} is blocked: {waiting.why}"
    dates = f" on {span_text(waiting.dates)}" if waiting.dates else ""
    return f"{waiting.target} waits{dates}: {waiting.why}"


def _heading(standing: Standing) -> RenderableType:
    rate = f"{standing.rate:.1f} units/s, ETA {duration_text(standing.eta_seconds)}"
    counts = f"{standing.done}/{standing.total} units"
    return Text.assemble((standing.id, "bold"), f"  {standing.status}  {counts}  {rate if standing.live else ''}")


def _bars(standing: Standing) -> RenderableType:
    found = Table.grid(padding=(0, 2))
    for justify in ("left", "left", "right", "right", "right", "left"):
        found.add_column(justify="right" if justify == "right" else "left", no_wrap=True)
    for each in standing.phases:
        bar = ProgressBar(total=max(each.total, 1), completed=each.done, width=BAR_WIDTH)
        found.add_row(
            f"  {each.phase} {PHASE_NAMES[each.phase]}",
            bar,
            f"{each.done}/{each.total}",
            f"{each.rate:.1f}/s" if standing.live else "",
            f"ETA {duration_text(each.eta_seconds)}" if standing.live else "",
            _others(each),
        )
    return found


def _others(progress: PhaseProgress) -> Text:
    styles = {Status.RUNNING: "cyan", Status.FAILED: "bold red", Status.BLOCKED: "yellow"}
    parts = [
        (f"{progress.counts[status]} {status}  ", style)
        for status, style in styles.items()
        if progress.counts.get(status)
    ]
    return Text.assemble(*parts)


def _notes(standing: Standing) -> list[RenderableType]:
    lines: list[RenderableType] = [Text(f"  {waiting_text(each)}", "dim") for each in standing.waiting[:WAITING_SHOWN]]
    if standing.waiting_total > len(lines):
        lines.append(Text(f"  and {count_text(standing.waiting_total - len(lines), 'more target')} waiting", "dim"))
    failed = [each for each in standing.troubles if each.status is Status.FAILED]
    shown = failed[:TROUBLES_SHOWN]
    return lines + [Text(f"  Phase {each.phase} of {each.game_date} failed: {each.error}", "red") for each in shown]
