"""What the functions' own logs tell of a rehearsal: push latency, durations, ledger operations."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

HANDLED = "message.handled"


@dataclass(frozen=True, kw_only=True)
class FunctionFigures:
    """One function's messages: how many, seconds each, and what its processes used of the ledger in all."""

    messages: int
    seconds: list[float]
    usage: dict[str, int]

    def percentile(self, share: float) -> float:
        """Return the seconds that a share of its messages stayed within."""
        if len(self.seconds) == 1:
            return self.seconds[0]
        return quantiles(self.seconds, n=100, method="inclusive")[round(share * 100) - 1]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All functions of a rehearsal; `latencies` are the seconds from publish to the start of handling."""

    functions: dict[str, FunctionFigures]
    latencies: list[float]


def read_figures(logs: Path) -> Figures:
    """Return the figures of the log files in a folder, named `<function>.<start>.log`."""
    events: dict[str, list[dict[str, Any]]] = defaultdict(list)
    usage: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path in sorted(logs.glob("*.*.log")):
        name = path.name.partition(".")[0]
        handled = list(_handled(path))
        events[name] += handled
        # A process logs its use so far: the last line has it all.
        for meter, value in (_usage(handled[-1]) if handled else {}).items():
            usage[name][meter] += value
    functions = {
        name: FunctionFigures(messages=len(found), seconds=[each["seconds"] for each in found], usage=dict(usage[name]))
        for name, found in events.items()
        if found
    }
    return Figures(functions=functions, latencies=sorted(_latencies(events.values())))


def lines_of(figures: Figures) -> list[str]:
    """Return the figures as lines for a person."""
    found = [_latency_line(figures.latencies)] if figures.latencies else []
    for name, each in sorted(figures.functions.items()):
        used = ", ".join(f"{value / each.messages:.1f} {meter}" for meter, value in sorted(each.usage.items()) if value)
        spread = f"p50 {each.percentile(0.5) * 1000:.0f} ms, p99 {each.percentile(0.99) * 1000:.0f} ms"
        found.append(f"{name}: {each.messages} messages, {spread}; a message: {used or 'nothing metered'}")
    return found


def _latency_line(latencies: list[float]) -> str:
    return f"publish to handling: median {latencies[len(latencies) // 2] * 1000:.0f} ms, mean {mean(latencies):.2f} s"


def _handled(path: Path) -> Iterable[dict[str, Any]]:
    for line in path.read_text(errors="replace").splitlines():
        if HANDLED not in line:
            continue
        try:
            entry = json.loads(line)
        except ValueError:
            # The line that a killed server was writing.
            continue
        if entry.get("action") == HANDLED:
            yield entry


def _usage(entry: dict[str, Any]) -> dict[str, int]:
    return {name: value for name, value in entry.items() if name.startswith("ledger_")}


def _latencies(events: Iterable[list[dict[str, Any]]]) -> Iterable[float]:
    for entry in (each for found in events for each in found):
        if entry["published_at"]:
            published = datetime.fromisoformat(entry["published_at"].replace("Z", "+00:00"))
            began = datetime.fromisoformat(entry["began_at"])
            yield max(0.0, (began - published).total_seconds())
