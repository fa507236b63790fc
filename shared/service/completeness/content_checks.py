"""What is in the rows of a range: every check of the registry's tables, and the ledger's digests of their contents."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.domain.policy import EarlySeason
from shared.domain.rosters import roster_of_manifest
from shared.domain.units import Status, Unit
from shared.ports import Row
from shared.processors.checks import CHECKS, FINDINGS_MAX, Check
from shared.processors.declaration import Processor
from shared.processors.registry import of_phase
from shared.service.app import App
from shared.service.completeness.findings import Finding, Kind
from shared.service.completeness.row_counts import Span
from shared.service.ranges import GameDates

# These two are counted with the ledger at hand (count_checks.py).
COUNTED = ("row_counts", "duplicate_keys")
FIRST_CHECKED_PHASE = 2
TARGET_PHASES = (4, 5)

Units = Mapping[tuple[int, date], Unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the checks found, and the names of those that found so much that the rest was left out."""

    findings: tuple[Finding, ...]
    cut: tuple[str, ...]


def check_contents(app: App, found: GameDates, phases: Sequence[int]) -> Contents:
    """Return what is wrong in the rows of a range's tables of some phases.

    A date of which a unit moves meanwhile is left out: what is read of it is of before or after.
    """
    checked = tuple(phase for phase in phases if phase >= FIRST_CHECKED_PHASE)
    if not checked or not found.days:
        return Contents(findings=(), cut=())
    before = _units(app, found)
    rows = {check.name: _rows(app, check, checked, found) for check in CHECKS if check.name not in COUNTED}
    digests = [(each, _digests(app, each, found)) for phase in checked for each in of_phase(phase)]
    units = _units(app, found)
    moving = {key[1] for key, unit in units.items() if before.get(key) != unit}
    findings = [each for name in rows for each in _judged(name, rows[name], found, units)]
    findings += [each for processor, held in digests for each in _edited(processor, held, units)]
    return Contents(
        findings=tuple(each for each in findings if each.game_date not in moving),
        cut=tuple(name for name, each in rows.items() if len(each) == FINDINGS_MAX),
    )


def _rows(app: App, check: Check, phases: tuple[int, ...], found: GameDates) -> list[Row]:
    sql = check.sql(phases)
    return app.warehouse.query(sql, Span(first=found.start, last=found.end).parameters()) if sql else []


def _digests(app: App, processor: Processor, found: GameDates) -> Mapping[date, str]:
    column = processor.entity.column if processor.entity else None
    return app.warehouse.digests(processor.table, column, found.start, found.end)


def _units(app: App, found: GameDates) -> Units:
    phases = range(FIRST_CHECKED_PHASE, max(TARGET_PHASES) + 1)
    units = (held.unit for phase in phases for held in app.ledger.units_between(phase, found.start, found.end))
    return {(unit.phase, unit.game_date): unit for unit in units}


def _judged(name: str, rows: Sequence[Row], found: GameDates, units: Units) -> Iterator[Finding]:
    """Yield what a check's rows say, as the ledger lets it stand."""
    dropped: Collection[date] = found.dropped()
    for row in rows:
        finding = Finding(**{**row, "kind": Kind(row["kind"])})
        unit = units.get((finding.phase, finding.game_date))
        if finding.game_date in dropped or _foretold(name, unit, units):
            # A date without games any more is told as leftover; a target computed before its games has its roster.
            continue
        if finding.kind is Kind.WINDOW and (unit is None or unit.status is not Status.COMPLETE or unit.stale):
            continue
        if finding.kind is Kind.MISSING_ENTITY and unit is not None and _skips(unit):
            yield replace(finding, kind=Kind.SKIPPED, detail=f"left out by the policy skip; {finding.detail}")
        else:
            yield finding


def _foretold(name: str, unit: Unit | None, units: Units) -> bool:
    """Return whether a check is about who is listed, and the date's rows are of those who were expected before."""
    if name != "missing_entities" or unit is None or unit.phase not in TARGET_PHASES:
        return False
    target = units.get((TARGET_PHASES[0], unit.game_date))
    return target is not None and roster_of_manifest(target.manifest) is not None


def _skips(unit: Unit) -> bool:
    skips = unit.policy is not None and unit.policy["early_season"] == EarlySeason.SKIP
    return skips and unit.phase in TARGET_PHASES


def _edited(processor: Processor, held: Mapping[date, str], units: Units) -> Iterator[Finding]:
    """Yield the dates whose rows are not those that the ledger recorded the digest of.

    Digests are comparable while the way they are made is the same, which is their text up to the first colon, and the
    statement that made the rows is still the processor's.
    """
    for day, digest in held.items():
        unit = units.get((processor.phase, day))
        recorded = unit.digests.get(processor.name) if unit is not None and unit.status is Status.COMPLETE else None
        if unit is None or recorded is None or unit.logic.get(processor.name) != processor.logic:
            continue
        if recorded != digest and recorded.partition(":")[0] == digest.partition(":")[0]:
            yield Finding(
                phase=processor.phase,
                processor=processor.name,
                game_date=day,
                kind=Kind.CONTENT,
                detail=f"other rows than attempt {unit.fence} published: changed from outside, or an old copy",
            )
