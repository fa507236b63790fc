"""What is wrong at the end of a run: what differs from a run without faults, and what nothing explains."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.domain.units import Status, Unit
from shared.processors.registry import PROCESSORS
from shared.service.app import App
from shared.service.refusals import dead_letters, rejections
from tests.chaos.faults import WORKERS, Kind, Struck
from tests.rehearsal.compare import differences
from tests.stack import SEASON, all_units

# Faults after which an attempt may never say how it ended, whoever held it.
SILENCING = frozenset({Kind.STORE_SLOW, Kind.STORE_CUT, Kind.STORE_RESTARTED, Kind.WAREHOUSE_SLOW, Kind.WAREHOUSE_CUT})
OVERTAKEN = "attempt.overtaken"
Attempt = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The rows compared, and what differs or is unexplained, a line each; attempts in all, and those without an end.

    `silent` are the attempts that nobody ended: killed, frozen or cut off amid their work, and taken over.
    """

    rows: int
    differences: Sequence[str]
    attempts: int
    silent: int
    letters: int


def judge(reference: App, app: App, backfill_id: str, struck: Sequence[Struck], logs: Path) -> Judgement:
    """Return what is wrong with the end of a run, beside the same request on the embedded stack without faults."""
    counts, found = differences(reference.warehouse, app.warehouse)
    units, expected = all_units(app), all_units(reference)
    histories = histories_of(app)
    silent, letters = list(_silent(units, histories)), dead_letters(app)
    # A dead letter fails its unit by an attempt of its own.
    failed = {each.message.get("game_date") for each in letters}
    unclear = [(key, fence) for key, fence in silent if units[key].game_date.isoformat() not in failed]
    lines = [
        *found,
        *_of_backfill(app, backfill_id),
        *_of_units(units, expected),
        *_of_partitions(app, units),
        *_of_history(units, histories, app.config.attempts_max),
        *_unexplained(unclear, units, histories, struck, logs),
        *(f"rejected: {each.topic}: {each.error}" for each in rejections(app)),
    ]
    return Judgement(
        rows=sum(counts.values()),
        differences=lines,
        attempts=sum(unit.fence for unit in units.values()),
        silent=len(silent),
        letters=len(letters),
    )


def histories_of(app: App) -> dict[str, dict[int, Mapping[str, Any]]]:
    """Return the history entries of every unit, by key and fence."""
    entries: dict[str, dict[int, Mapping[str, Any]]] = defaultdict(dict)
    for document in app.ledger.store.scan("history/", "history/~"):
        entries[document.body["unit"]][document.body["fence"]] = document.body
    return entries


def _of_backfill(app: App, backfill_id: str) -> Iterator[str]:
    held = app.ledger.backfill(backfill_id)
    if held is None or held[0].status != "complete":
        yield f"{backfill_id} is {held[0].status if held else 'not there'}"
    frontier, _ = app.ledger.frontier(SEASON)
    left = [*frontier.lanes, *frontier.queue, *frontier.targets, *frontier.blocked]
    if left:
        yield f"the frontier still has {left}"


def _of_units(units: Mapping[str, Unit], expected: Mapping[str, Unit]) -> Iterator[str]:
    for key in sorted(units.keys() ^ expected.keys()):
        yield f"{key} is {'lost' if key in expected else 'nobodys'}"
    for key, other in expected.items():
        unit = units.get(key)
        if unit is None:
            continue
        if unit.status is not Status.COMPLETE or unit.publishing or unit.stale:
            yield f"{key} is {unit.status}, publishing {unit.publishing}, stale {dict(unit.stale)}: {unit.error}"
        for name in ("version", "inputs", "rows"):
            one, two = getattr(other, name), getattr(unit, name)
            if one != two:
                yield f"{key}: {name} {one} beside {two}"


def _of_partitions(app: App, units: Mapping[str, Unit]) -> Iterator[str]:
    """Tell where a partition does not hold what its unit says that it made."""
    for processor in PROCESSORS:
        made = [unit for unit in units.values() if processor.name in unit.digests]
        if not made:
            continue
        first, last = min(unit.game_date for unit in made), max(unit.game_date for unit in made)
        column = processor.entity.column if processor.entity else None
        held = app.warehouse.digests(processor.table, column, first, last)
        for unit in made:
            said, found = unit.digests[processor.name], held.get(unit.game_date)
            # A partition without rows has no digest.
            if found != said and (found is not None or unit.rows[processor.name]):
                yield f"{unit.key}: {processor.table} holds {found}, the unit says {said}"


def _of_history(
    units: Mapping[str, Unit], histories: Mapping[str, Mapping[int, Mapping[str, Any]]], attempts_max: int
) -> Iterator[str]:
    for key, entries in histories.items():
        unit = units.get(key)
        if unit is None or max(entries) > unit.fence:
            yield f"{key} has the history of attempts that nobody claimed: {sorted(entries)}"
            continue
        if entries.get(unit.fence, {}).get("status") != Status.COMPLETE:
            yield f"{key}: its last attempt, {unit.fence}, did not complete it: {entries.get(unit.fence)}"
        spent = max(each["attempt"] for each in entries.values())
        if spent > attempts_max:
            yield f"{key} had {spent} attempts, {attempts_max} are allowed"
    for key in units.keys() - histories.keys():
        yield f"{key} has no history"


def _silent(units: Mapping[str, Unit], histories: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> Iterator[Attempt]:
    for key, unit in units.items():
        yield from ((key, fence) for fence in range(1, unit.fence + 1) if fence not in histories.get(key, {}))


def _unexplained(
    silent: Iterable[Attempt],
    units: Mapping[str, Unit],
    histories: Mapping[str, Mapping[int, Mapping[str, Any]]],
    struck: Sequence[Struck],
    logs: Path,
) -> Iterator[str]:
    """Tell of attempts that ended without a word though nothing struck them, between those before and after."""
    overtaken = overtaken_attempts(logs)
    for key, fence in silent:
        ends = {number: _end(each) for number, each in histories.get(key, {}).items()}
        since = max((end for number, end in ends.items() if number < fence), default=0.0)
        until = min((end for number, end in ends.items() if number > fence), default=math.inf)
        hit = (each for each in struck if each.began < until and each.ended > since)
        if (key, fence) not in overtaken and not any(_silences(each, units[key].phase) for each in hit):
            yield f"{key}: attempt {fence} ended without a word, and nothing had struck it"


def _end(entry: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(entry["finished_at"]).timestamp()


def _silences(each: Struck, phase: int) -> bool:
    if each.fault.kind in (Kind.KILL, Kind.FREEZE):
        return WORKERS.get(each.fault.function) == phase
    return each.fault.kind in SILENCING


def overtaken_attempts(logs: Path) -> set[Attempt]:
    """Return the attempts that found out by themselves that another had taken over, as they logged it."""
    lines = (line for path in logs.rglob("*.log") for line in path.read_text(errors="replace").splitlines())
    entries = (_entry(line) for line in lines if OVERTAKEN in line)
    return {(f"units/{each['phase']}-{each['game_date']}", each["fence"]) for each in entries if each}


def _entry(line: str) -> dict[str, Any]:
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError:
        # The line that a killed server was writing.
        return {}
    return entry if entry.get("action") == OVERTAKEN else {}
