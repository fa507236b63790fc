"""The last measurement of each part, kept for the tables and plots: `.lookback/bench.json`, which is not committed."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure, figure_from
from shared.config import REPOSITORY_ROOT

RECORD = Path(REPOSITORY_ROOT) / ".lookback" / "bench.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A part's figures, the day they were measured (UTC), and the machine's load before and after."""

    day: str
    cores: int
    python: str
    load_before: float
    load_after: float
    figures: tuple[Figure, ...]

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "day": self.day,
            "cores": self.cores,
            "python": self.python,
            "load_before": self.load_before,
            "load_after": self.load_after,
            "figures": [figure.body() for figure in self.figures],
        }


class Watch:
    """Takes note of the machine's load around a measurement."""

    def __init__(self) -> None:
        self._before = _load()

    def measurement(self, figures: Sequence[Figure]) -> Measurement:
        """Return the figures with what was noted."""
        return Measurement(
            day=datetime.now(UTC).date().isoformat(),
            cores=os.cpu_count() or 1,
            python=platform.python_version(),
            load_before=self._before,
            load_after=_load(),
            figures=tuple(figures),
        )


@contextmanager
def recorded(path: Path = RECORD) -> Iterator[dict[str, Measurement]]:
    """Yield the last measurements by part, and keep what the block makes of them, also when it fails."""
    held = read(path)
    try:
        yield held
    finally:
        path.parent.mkdir(parents=True, exist_ok=True)
        bodies = {part: measurement.body() for part, measurement in held.items()}
        path.write_text(json.dumps(bodies, indent=1) + "\n", encoding="utf-8")


def read(path: Path = RECORD) -> dict[str, Measurement]:
    """Return the last measurement of each part, nothing where none was ever made."""
    if not path.is_file():
        return {}
    return {part: _measurement(body) for part, body in json.loads(path.read_text(encoding="utf-8")).items()}


def _measurement(body: Mapping[str, Any]) -> Measurement:
    return Measurement(**{**body, "figures": tuple(figure_from(each) for each in body["figures"])})


def _load() -> float:
    return round(os.getloadavg()[0], 1)
