"""What a plan was made from, as a fingerprint, and how two plans of one request differ."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import SeasonCalendar
from shared.domain.plan import Plan
from shared.domain.units import Unit

# The fields of a unit's document that a plan depends on; leases, attempts and wanters come and go beside it.
LOOKED_AT = ("status", "version", "stale", "policy", "publishing")
FINGERPRINT_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDifference:
    """The dates of a phase that a new plan runs and the old one did not, and those that it leaves out."""

    phase: int
    added: tuple[date, ...]
    left_out: tuple[date, ...]


def ledger_revision(calendars: Iterable[SeasonCalendar], units: Mapping[str, Unit]) -> str:
    """Return a fingerprint of what a plan looks at: the revisions of its calendars and the units of their seasons."""
    seen = [[calendar.season, calendar.revision] for calendar in sorted(calendars, key=lambda each: each.season)]
    bodies = ((key, unit.body()) for key, unit in sorted(units.items()))
    held = [[key, *(body.get(name) for name in LOOKED_AT)] for key, body in bodies]
    text = json.dumps([seen, held], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def difference(before: Plan, after: Plan) -> tuple[PhaseDifference, ...]:
    """Return the phases in which two plans run other dates, in order; empty when they run the same."""
    found = []
    for phase in sorted(before.run.keys() | after.run.keys()):
        old, new = set(before.run.get(phase, ())), set(after.run.get(phase, ()))
        if old != new:
            added, left_out = tuple(sorted(new - old)), tuple(sorted(old - new))
            found.append(PhaseDifference(phase=phase, added=added, left_out=left_out))
    return tuple(found)
