"""Validate what a backfill ran, or what it recovered: exactly its dates, phase by phase."""

from collections.abc import Mapping
from datetime import date

from shared.domain.backfills import Backfill
from shared.domain.units import Status
from shared.service.app import App
from shared.service.completeness.count_checks import Checks, widened
from shared.service.completeness.validate import Validation
from shared.service.ranges import GameDates, game_dates
from shared.service.settle import units_of

DatesByPhase = Mapping[int, tuple[date, ...]]


def dates_of(app: App, backfill: Backfill) -> DatesByPhase:
    """Return a backfill's dates by phase: its targets in the phases it asked for, and what was run for it besides."""
    asked = range(backfill.request.from_phase, backfill.request.to_phase + 1)
    found: dict[int, set[date]] = {phase: set(app.ledger.plan(backfill.id).targets) for phase in asked}
    for unit in units_of(app, backfill):
        if unit.status is Status.COMPLETE:
            found.setdefault(unit.phase, set()).add(unit.game_date)
    return {phase: tuple(sorted(days)) for phase, days in sorted(found.items())}


def recovered_dates(app: App, backfill: Backfill) -> DatesByPhase:
    """Return the dates, by phase, that a backfill completed since it was last retried or resumed; none before that."""
    found: dict[int, list[date]] = {}
    if backfill.armed_at:
        for unit in units_of(app, backfill):
            if unit.status is Status.COMPLETE and unit.updated_at >= backfill.armed_at:
                found.setdefault(unit.phase, []).append(unit.game_date)
    return {phase: tuple(sorted(days)) for phase, days in found.items()}


def validate_dates(app: App, dates: DatesByPhase) -> Validation | None:
    """Return what is there and what is wrong on some dates by phase, None when there are none; tells no qualities."""
    days = sorted({day for found in dates.values() for day in found})
    if not days:
        return None
    whole = game_dates(app, days[0], days[-1])
    around = game_dates(app, *widened(whole))
    done = [(_checks(app, whole, around, dates[phase]), phase) for phase in sorted(dates)]
    for checks, phase in done:
        checks.check_phase(phase)
    return Validation(
        start=days[0],
        end=days[-1],
        game_dates=len(days),
        off_days=0,
        tables=tuple(table for checks, _ in done for table in checks.tables),
        findings=tuple(finding for checks, _ in done for finding in checks.findings),
        quality=(),
    )


def _checks(app: App, whole: GameDates, around: GameDates, days: tuple[date, ...]) -> Checks:
    found = GameDates(start=whole.start, end=whole.end, days=days, off_days=0, calendars=whole.calendars)
    return Checks(app, found, around)
