"""Dry runs of a plan's statements, one a processor: how the bytes they would read compare with the formula's."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.plan import Plan
from shared.domain.policy import EarlySeason
from shared.processors.registry import of_phase
from shared.processors.work import Columns, reads_landing, scans_of
from shared.service.app import App


def byte_factors(app: App, plan: Plan, calendars: Mapping[str, SeasonCalendar], columns: Columns) -> dict[str, float]:
    """Return by processor what the formula's bytes are to be multiplied by, 1 or more.

    A statement is asked for on the last date that its phase runs, where it reads most. What the warehouse does not
    hold yet it cannot count, so that a dry run only ever raises the formula. Raises WarehouseUnavailable.
    """
    factors = {}
    for phase, days in plan.run.items():
        day = max(days)
        calendar = calendars[season_of(day)]
        before = sum(len(calendar.fixtures[each]) for each in calendar.dates[: calendar.position[day]])
        for processor in of_phase(phase):
            if reads_landing(processor):
                continue
            scans = scans_of(processor, columns)
            formula = sum(
                scan.bytes_per_game * (before if scan.to_date else len(calendar.fixtures[day])) for scan in scans
            )
            read = app.warehouse.query_bytes(processor.sql, dry_parameters(calendar, day))
            factors[processor.name] = max(1.0, read / formula) if formula else 1.0
    return factors


def dry_parameters(calendar: SeasonCalendar, day: date) -> dict[str, Any]:
    """Return parameters of the right types for any processor's statement on a date, about nobody."""
    return {
        "game_date": day,
        "season": calendar.season,
        "season_start": calendar.start,
        "hidden_dates": [],
        "players": [],
        "teams": [],
        "early_season": EarlySeason.DEGRADE.value,
        "processed_at": datetime.combine(day, datetime.min.time(), UTC),
        "backfill_id": "",
    }
