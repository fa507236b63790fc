"""A failing seed made small: as few kinds of fault and as few wild actions as still break the same invariant."""

import re
from collections.abc import Sequence
from dataclasses import fields

from tests.simulation.faults import Chaos
from tests.simulation.run import Run, Weaker

NAMED = re.compile(r"\d{4}-(\d{2}-\d{2})")
# What of a trace is told whatever date it is about: who asked for what, and what went wrong.
TOLD = (
    "REQUEST",
    "CONTROL",
    "LIVE",
    "CORRECT",
    "CALENDAR",
    "POSTPONED",
    "PLAYED",
    "CRASH",
    "500",
    "failed",
    "Scenario",
)
LINES_MAX = 80


def minimal(run: type[Run], seed: int) -> tuple[str, Weaker, list[str]]:
    """Return the violation of a seed that fails, what of its faults can be left out, and the trace without them.

    Raises ValueError for a seed that passes.
    """
    broken = _violation(run, seed, Weaker())
    if broken is None:
        raise ValueError(f"seed {seed} passes")
    weaker = Weaker()
    for name in (each.name for each in fields(Chaos)):
        fewer = Weaker(without=weaker.without | {name})
        if _same(broken[0], _violation(run, seed, fewer)):
            weaker = fewer
    weaker = _shorter(run, seed, broken[0], weaker)
    text, trace = _violation(run, seed, weaker) or broken
    return text, weaker, _readable(text, trace)


def _shorter(run: type[Run], seed: int, text: str, weaker: Weaker) -> Weaker:
    """Return the weaker run with fewer wild actions, found by halving."""
    low, high = 0, run(seed, weaker).wild_actions()
    while low < high:
        middle = (low + high) // 2
        if _same(text, _violation(run, seed, Weaker(without=weaker.without, acts_max=middle))):
            high = middle
        else:
            low = middle + 1
    found = Weaker(without=weaker.without, acts_max=high)
    return found if _same(text, _violation(run, seed, found)) else weaker


def _violation(run: type[Run], seed: int, weaker: Weaker) -> tuple[str, list[str]] | None:
    played = run(seed, weaker)
    broken = played.broken()
    return None if broken is None else (broken, played.trace)


def _same(text: str, other: tuple[str, list[str]] | None) -> bool:
    """Return whether another violation is of the same invariant, whichever unit it is about."""
    return other is not None and other[0].split(":")[0] == text.split(":")[0]


def _readable(text: str, trace: Sequence[str]) -> list[str]:
    """Return the lines of a trace that are about the dates of the violation, and what was asked and went wrong."""
    days = {match[0] for match in NAMED.finditer(text)}
    told = [line for line in trace if any(word in line for word in TOLD) or any(day in line for day in days)]
    left_out = [f"... {len(told) - LINES_MAX} lines before"] if len(told) > LINES_MAX else []
    return [*left_out, *told[-LINES_MAX:]]
