"""Which daily quotas of the warehouse a plan comes near, from counts alone: no dry run is needed for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from shared.domain.messages import BackfillRequest
from shared.domain.plan import Plan
from shared.domain.price import COPY_JOBS, LOAD_JOBS, PARTITION_WRITES
from shared.domain.quota import QuotaUse, Use, quota_use
from shared.domain.timeline import Timeline, timeline
from shared.domain.units import Unit, unit_key
from shared.processors.work import loads_of, tables_of
from shared.service.app import App
from shared.service.pricing.pace import PHASES, pace_of, written_lately

PROJECT: Final = "the project"


def refuse_over_quota(app: App, request: BackfillRequest, plan: Plan, units: Iterable[Unit]) -> None:
    """Refuse a request whose plan would pass a daily quota, unless it says `over_quota` or is a dry run.

    `units` are those of the plan's seasons. Raises InvalidInput naming quota, figure and limit.
    """
    if request.over_quota or request.dry_run:
        return
    for use in passed_quotas(app, plan, units):
        raise use.refusal()


def units_of_plan(app: App, plan: Plan) -> list[Unit]:
    """Return the units of a plan's seasons, as the ledger holds them."""
    calendars = [app.ledger.calendar(season) for season in plan.seasons()]
    return [held.unit for calendar in calendars for held in app.ledger.units_of_season(calendar).values()]


def passed_quotas(app: App, plan: Plan, units: Iterable[Unit]) -> list[QuotaUse]:
    """Return the quotas that a plan would pass, the worst first."""
    held = list(units)
    # All at once is the most that any 24 hours can take: only when that is too much is the run's length asked for.
    if all(use.share <= 1 for use in quota_uses(app, plan, held, None)):
        return []
    found = quota_uses(app, plan, held, timeline(plan, pace_of(app.config, held)))
    return sorted((use for use in found if use.passes_at is not None), key=lambda use: -use.share)


def quota_uses(app: App, plan: Plan, units: Iterable[Unit], when: Timeline | None) -> list[QuotaUse]:
    """Return what a plan takes of each quota: of the fullest table, and of the project.

    `when` tells when its lanes end; without it everything counts as done at once.
    """
    planned = {unit_key(phase, day) for phase, days in plan.run.items() for day in days}
    lately = written_lately((unit for unit in units if unit.key not in planned), app.clock.now())
    config, copies, loads = (
        app.config,
        {phase: len(tables_of(phase)) for phase in PHASES},
        {phase: loads_of(phase) for phase in PHASES},
    )
    return [
        *_partition_writes(plan, lately, when, config.partition_writes_per_day),
        _project_jobs(COPY_JOBS, plan, lately, when, copies, config.copy_jobs_per_day),
        _project_jobs(LOAD_JOBS, plan, lately, when, loads, config.load_jobs_per_day),
    ]


def _project_jobs(
    name: str,
    plan: Plan,
    lately: Mapping[int, int],
    when: Timeline | None,
    jobs: Mapping[int, int],
    limit: int,
) -> QuotaUse:
    """Return the use of a quota of the project by so many jobs a unit, by phase."""
    return quota_use(
        name,
        PROJECT,
        limit=limit,
        used=sum(lately[phase] * count for phase, count in jobs.items()),
        uses=_uses(plan, when, jobs),
        dates=len({day for days in plan.run.values() for day in days}),
    )


def _partition_writes(plan: Plan, lately: Mapping[int, int], when: Timeline | None, limit: int) -> list[QuotaUse]:
    """Return the use of the fullest table: all tables of a phase are written alike."""
    uses = [
        quota_use(
            PARTITION_WRITES,
            tables_of(phase)[0],
            limit=limit,
            used=lately[phase],
            uses=_uses(plan, when, {phase: 1}),
            dates=len(plan.run.get(phase, ())),
        )
        for phase in PHASES
        if tables_of(phase)
    ]
    return [max(uses, key=lambda use: use.share)]


def _uses(plan: Plan, when: Timeline | None, amounts: Mapping[int, float]) -> Sequence[Use]:
    """Return when so much a unit, by phase, is used; a unit counts at the end of its lane."""
    found: list[Use] = []
    for phase, amount in amounts.items():
        days = plan.run.get(phase, ())
        if amount and days:
            moments = when.lane_ends(phase, days) if when else [0.0] * len(days)
            found += [(moment, amount) for moment in moments]
    return sorted(found)
