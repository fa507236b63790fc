"""What a seed asks for: a kind of run, its requests, what is there before and what can never be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from tests.simulation.season import MadeSeason

KINDS = ("single", "single", "pair", "late", "late", "fix", "live", "cancel", "retry", "schedule")
# How often an operator accepts that some dates are missing, whether they are or not.
HOLES_SHARE = 0.1
# How often a request for dates whose Phase 3 is complete is to redo Phases 4 and 5.
DOWNSTREAM_SHARE = 0.3
TWO_REQUESTS = ("pair", "late", "fix", "cancel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A kind of run with its requests; `early` dates are complete before it begins, `lost` can never be had.

    `unscheduled` is a date that the calendar has only after the early ones are complete."""

    kind: str
    early: tuple[str, ...]
    requests: tuple[dict[str, Any], ...]
    lost: frozenset[date]
    unscheduled: date | None = None

    @property
    def repeatable(self) -> bool:
        """Return whether everything is asked for at the start, so that faults may change nothing in the end."""
        return self.kind in ("single", "pair")


def scenario_of(season: MadeSeason, random: Random) -> Scenario:
    """Return what is asked for in a run."""
    kind = random.choice(KINDS)
    days = season.dates
    share = random.choice((0.0, 0.0, 0.3, 0.6))
    early = tuple(day.isoformat() for day in days if random.random() < share)
    lost = frozenset(random.sample(days, 1)) if random.random() < 0.15 else frozenset()
    requests = [request_of(days, random, name) for name in ("ab" if kind in TWO_REQUESTS else "a")]
    if random.random() < HOLES_SHARE:
        for body in requests if lost else ():
            body["accept_missing"] = sorted(str(day) for day in lost)
    for body in requests:
        there = all(str(day) in early for day in days if body["start_date"] <= str(day) <= body["end_date"])
        if there and "to_phase" not in body and random.random() < DOWNSTREAM_SHARE:
            body["scenario"] = "downstream"
    late = [day for day in days[1:-1] if day.isoformat() not in early]
    unscheduled = random.choice(late) if late and random.random() < 0.3 else None
    lost -= {date.fromisoformat(day) for day in early}
    return Scenario(kind=kind, early=early, requests=tuple(requests), lost=lost, unscheduled=unscheduled)


def request_of(days: Sequence[date], random: Random, name: str) -> dict[str, Any]:
    """Return a request for some neighbouring dates, under a policy of its own."""
    first = random.randrange(len(days))
    last = min(len(days) - 1, first + random.choice((0, 1, 3, 8)))
    body: dict[str, Any] = {"start_date": str(days[first]), "end_date": str(days[last]), "request_id": name}
    chance = random.random()
    if chance < 0.3:
        body["max_lookback_days"] = random.choice((3, 6, 12))
    elif chance < 0.4:
        body["min_coverage"] = random.choice((0.5, 0.8))
    if random.random() < 0.1:
        body["early_season"] = random.choice(("skip", "defaults"))
    if random.random() < HOLES_SHARE:
        body["accept_missing"] = sorted(str(day) for day in random.sample(days, random.choice((1, 2))))
    chance = random.random()
    if chance < 0.06:
        body["to_phase"] = random.choice((1, 2, 3, 4))
    elif chance < 0.1:
        body["force"] = True
    return body
