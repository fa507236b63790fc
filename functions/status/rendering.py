"""Templates to text: one environment that escapes everything, and how dates, times and numbers are written."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from functions.status import drawings

HERE: Final = Path(__file__).resolve().parent
STATIC: Final = HERE / "static"
ADDRESS_LENGTH: Final = 10
MINUTE, HOUR = 60, 3600
DASH: Final = "\N{EN DASH}"
PHASE_NAMES: Final = {1: "scrape", 2: "raw", 3: "analytics", 4: "precompute", 5: "predict"}
# A state is never told by its colour alone: each has a letter, and a shape of its own (macros.html).
LETTERS: Final = {
    "complete": "",
    "running": "R",
    "pending": "W",
    "absent": "",
    "stale": "S",
    "failed": "F",
    "blocked": "B",
}


def render(template: str, shown: Mapping[str, Any], part: str = "") -> str:
    """Return a template's text, or that of one of its blocks, with what it is to show."""
    found = environment().get_template(template)
    if part and part in found.blocks:
        return "".join(found.blocks[part](found.new_context(dict(shown))))
    return found.render(shown)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates' environment. A name that a template asks for and nobody gives is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(day=day_text, time=time_text, seconds=seconds_text, number=number_text, spans=spans_text)
    made.globals.update(asset=asset, phase_names=PHASE_NAMES, letters=LETTERS, draw=drawings)
    return made


@lru_cache(maxsize=8)
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:ADDRESS_LENGTH]
    return f"/assets/{name}?v={digest}"


def day_text(day: date) -> str:
    """Return `Fri 8 Nov 2024`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def time_text(text: str) -> str:
    """Return an ISO time as `2024-11-08 12:30:05`, empty for none."""
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}" if text else ""


def seconds_text(seconds: float | None) -> str:
    """Return seconds as `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`, and a dash for none."""
    if seconds is None:
        return DASH
    if seconds < MINUTE:
        return f"{seconds:.1f} s" if 0 < seconds < MINUTE / 6 else f"{seconds:.0f} s"
    hours, rest = divmod(round(seconds), HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {left:02d} s"


def number_text(number: float) -> str:
    """Return a number with its thousands parted."""
    return f"{number:,}"


def spans_text(days: Iterable[date], shown: int = 4) -> str:
    """Return dates as `2024-10-22` or `2 dates: 2024-10-22, 2024-10-23`, the first few where they are many."""
    known = sorted(days)
    texts = ", ".join(str(day) for day in known[:shown])
    if len(known) <= 1:
        return texts or DASH
    more = f" and {len(known) - shown} more" if len(known) > shown else ""
    return f"{len(known)} dates: {texts}{more}"
