"""What a run asks of ledger and bus when nothing goes wrong, derived from the protocol of an attempt and a round.

Documents are counted as a document store charges them: a miss is a read, a batch is as many writes as it has
documents. The counts of one unit follow from the code beside each constant; a test runs a gap fill against them.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.calendar import season_of
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES, Plan

# The unit and who wants it, then by phase: nothing (1); the phase before, thrice again whether it still stands, and
# the calendar's revision (2); the phase before and whether it stands, the raw unit's rows and the appearances to be
# replaced (3); who was listed, and the calendar's revision five times (4); as 2, one more (5).
UNIT_READS: Final = {1: 2, 2: 7, 3: 9, 4: 8, 5: 8}
# Phase 4 looks four times at every date that it may read: claim, publish, complete, flag.
INPUT_LOOKS: Final = 4
# Claim, publish_started, and the unit with its history; from Phase 2 on its entities; Phase 3 also who appeared.
UNIT_WRITES: Final = {1: 4, 2: 5, 3: 6, 4: 5, 5: 5}
# The backfill and its plan, its start, its end.
PLAN_WRITES: Final = 4
# The backfill, the plan, the calendars and the frontier, some of them more than once.
PLAN_READS: Final = 14
# The frontier and the unit; who appeared is read once an instance.
COMPLETION_READS: Final = 2
RELEASE_READS: Final = 3
PHASE_4_READS: Final = 2
TARGET_END_READS: Final = 3
SETTLE_READS: Final = 3
# A date that windows turn out to need is looked at by every round in which a target waits for it. Measured on the
# made-up season: 6 reads a date for one target of Dec 1, 12 for three of Dec 20, 15 for three of Feb 10, each from
# an empty ledger. Between those, not a bound: so many a date, and so many a date and target.
EXTENSION_READS: Final = 2
EXTENSION_LOOKS: Final = 4
# A sweep goes over every unit of the season five times.
SWEEP_LOOKS: Final = 5
SWEEP_READS: Final = 40

ANALYTICS: Final = 3
PRECOMPUTE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the traffic depends on beside the plan.

    `there` are the units of the plan's seasons before the run (phase and date), `added` how many dates the plan
    names that a run would only find as data arrives; `sweeps` how many sweeps the run lives through; `coordinators`
    and `precomputers` how many instances each remember what they have read.
    """

    there: Collection[tuple[int, date]]
    added: int = 0
    sweeps: int = 0
    coordinators: int = 1
    precomputers: int = 1


def messages_of(plan: Plan, sweeps: int = 0) -> dict[str, int]:
    """Return the messages of a run by topic: the request, each lane's first, one a completed unit, the sweeps."""
    found: Counter[str] = Counter({"backfill-requests": 1, "sweep": sweeps})
    for phases in (HISTORY_PHASES, TARGET_PHASES):
        for first in plan.first_phases(phases).values():
            found[{1: "phase1-requests", 4: "phase4-releases"}.get(first, f"phase{first - 1}-complete")] += 1
    for phase, days in plan.run.items():
        found[f"phase{phase}-complete"] += len(days)
    return {topic: count for topic, count in found.items() if count}


def writes_of(plan: Plan) -> int:
    """Return the ledger documents that a run writes.

    Beside the units: one frontier a season when it is planned, one at the end of each lane, and each release.
    """
    units = sum(len(days) * (1 + UNIT_WRITES[phase]) for phase, days in plan.run.items())
    seasons = {season_of(day) for days in plan.run.values() for day in days}
    ended = len(plan.run.get(ANALYTICS, ())) + len(plan.first_phases(TARGET_PHASES))
    released = len(plan.run.get(PRECOMPUTE, ()))
    return PLAN_WRITES + len(seasons) + units + ended + released


def _queueing(plan: Plan) -> int:
    """Return the units that are looked at as lanes are queued: those from each lane's first phase on."""
    history = sum(ANALYTICS + 1 - first for first in plan.first_phases(HISTORY_PHASES).values())
    return history + sum(first > PRECOMPUTE for first in plan.first_phases(TARGET_PHASES).values())


def reads_of(plan: Plan, setting: Setting) -> int:
    """Return the ledger documents that a run reads; an estimate where history is found as data arrives."""
    there = set(setting.there)
    planned = {(phase, day) for phase, days in plan.run.items() for day in days}
    everything = len(there | planned)
    targets = plan.run.get(PRECOMPUTE, ())
    planning = PLAN_READS + len(there) + len(planned) + _queueing(plan) + len(targets) + everything
    ending = SETTLE_READS + everything
    extending = setting.added * (EXTENSION_READS + EXTENSION_LOOKS * len(targets))
    sweeping = setting.sweeps * (SWEEP_LOOKS * everything + SWEEP_READS)
    return (
        planning + ending + extending + sweeping + _unit_reads(plan, there | planned, setting) + _rounds(plan, setting)
    )


def _unit_reads(plan: Plan, units: Collection[tuple[int, date]], setting: Setting) -> int:
    """Return what the attempts read; Phase 4 of a date looks at Phase 3 of every date of its season up to it."""
    found = sum(len(days) * UNIT_READS[phase] for phase, days in plan.run.items())
    seen = _dates_by_season(units)
    for target in plan.run.get(PRECOMPUTE, ()):
        found += INPUT_LOOKS * sum(day <= target for day in seen.get(season_of(target), ()))
    for season in {season_of(target) for target in plan.run.get(PRECOMPUTE, ())}:
        found += setting.precomputers * len(seen.get(season, ()))
    return found


def _dates_by_season(units: Collection[tuple[int, date]]) -> Mapping[str, list[date]]:
    found: dict[str, list[date]] = {}
    for phase, day in units:
        if phase == ANALYTICS:
            found.setdefault(season_of(day), []).append(day)
    return found


def _rounds(plan: Plan, setting: Setting) -> int:
    """Return what the coordinators read."""
    ended, released = len(plan.run.get(ANALYTICS, ())), len(plan.run.get(PRECOMPUTE, ()))
    finished = len(plan.first_phases(TARGET_PHASES))
    completions = ended * (COMPLETION_READS + setting.coordinators)
    return completions + released * (RELEASE_READS + PHASE_4_READS) + finished * TARGET_END_READS
