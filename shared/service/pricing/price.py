"""What a request would cost and how long it would take; nothing is written.

Money is what Google Cloud would charge, whatever stack asks: on the embedded one the amounts are the same, their
price is nothing. History that the players' windows need is known only as data arrives, so there are two estimates:
the plan as it is, and the plan with every date that it may still be extended by.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Final

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.messages import BackfillRequest
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES, Plan
from shared.domain.price import Deployment, Estimate, Work, estimate
from shared.domain.price_list import PRICES
from shared.domain.quota import DAY_SECONDS
from shared.domain.timeline import Pace, Timeline, timeline
from shared.domain.units import Unit
from shared.processors.work import Query, loads_of, queries_of, tables_of
from shared.service.app import App
from shared.service.plan_backfill import calendars_for, planned
from shared.service.preview import addable_dates
from shared.service.pricing.dry_run import byte_factors
from shared.service.pricing.pace import PHASE_FUNCTIONS, PHASES, pace_of
from shared.service.pricing.quotas import quota_uses
from shared.service.pricing.traffic import Setting, messages_of, reads_of, writes_of

# A function call that runs no unit: a round of coordination, planning, a sweep. Not measured on the cloud.
CALL_SECONDS: Final = 1.0
# What Cloud Scheduler sends (infra/pipeline.yaml).
SWEEPS_A_DAY: Final = 288


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A request's price: the plan as it is, and as far as it may be extended, by `added` dates back to `first`.

    `pace` is the configured stack's, `cloud_pace` what the function seconds are priced by.
    """

    request: BackfillRequest
    least: Estimate
    most: Estimate
    added: int
    first: date | None
    pace: Pace
    cloud_pace: Pace


def price_request(app: App, request: BackfillRequest, deployment: Deployment) -> Price:
    """Return the price of a request as things stand. Raises InvalidInput when it cannot be met."""
    plan, known = planned(app, request)
    calendars = calendars_for(app, request)
    widest, added = _widest(app, plan, calendars)
    pricing = _Pricing(app, deployment, calendars, list(known.values()))
    factors = byte_factors(app, widest, calendars, deployment.columns)
    least = pricing.estimate(plan, factors, added=0)
    return Price(
        request=request,
        least=least,
        most=pricing.estimate(widest, factors, added=added) if added else least,
        added=added,
        first=plan.history_first,
        pace=pricing.pace,
        cloud_pace=pricing.cloud_pace,
    )


def _widest(app: App, plan: Plan, calendars: Mapping[str, SeasonCalendar]) -> tuple[Plan, int]:
    """Return the plan with all the history that the players' windows may ask for, and how many dates that adds."""
    if plan.history_first is None or not plan.run.get(TARGET_PHASES[0]):
        return plan, 0
    added = {phase: addable_dates(app, plan, calendars, phase, plan.history_first) for phase in HISTORY_PHASES}
    run = {phase: tuple(sorted({*plan.run.get(phase, ()), *added.get(phase, ())})) for phase in PHASES}
    days = {day for found in added.values() for day in found}
    wider = replace(
        plan,
        run={phase: found for phase, found in run.items() if found},
        history=tuple(sorted({*plan.history, *days})),
    )
    return wider, len(days)


class _Pricing:
    """What both estimates of a request share."""

    def __init__(
        self, app: App, deployment: Deployment, calendars: Mapping[str, SeasonCalendar], units: list[Unit]
    ) -> None:
        self._app, self._deployment, self._calendars, self._units = app, deployment, calendars, units
        cloud = app.config.stack == "cloud"
        self.pace = pace_of(app.config, units, deployment)
        self.cloud_pace = self.pace if cloud else pace_of(app.config, (), deployment, cloud=True)

    def estimate(self, plan: Plan, factors: Mapping[str, float], *, added: int) -> Estimate:
        """Return the estimate of a plan."""
        when = timeline(plan, self.pace)
        cloud = when if self.pace is self.cloud_pace else timeline(plan, self.cloud_pace)
        return estimate(
            self._work(plan, factors, cloud, added),
            when=when,
            cloud=cloud,
            quotas=quota_uses(self._app, plan, self._units, when),
            instances=self._deployment.instances,
        )

    def _work(self, plan: Plan, factors: Mapping[str, float], when: Timeline, added: int) -> Work:
        counts = {phase: len(plan.run.get(phase, ())) for phase in PHASES}
        sweeps = ceil(when.seconds / DAY_SECONDS * SWEEPS_A_DAY)
        copies = sum(counts[phase] * len(tables_of(phase)) for phase in PHASES)
        billed = self._billed(plan, factors)
        messages = messages_of(plan, sweeps)
        deliveries = self._deliveries(messages)
        return Work(
            units=counts,
            query_jobs=billed.queries,
            query_bytes=billed.bytes,
            scans=billed.scans,
            scans_at_minimum=billed.at_minimum,
            copy_jobs=copies,
            load_jobs=sum(counts[phase] * loads_of(phase) for phase in PHASES),
            log_rows=copies,
            partition_writes={table: counts[phase] for phase in PHASES for table in tables_of(phase)},
            reads=reads_of(plan, self._setting(added, sweeps)),
            writes=writes_of(plan),
            messages=sum(messages.values()),
            deliveries=deliveries.total(),
            function_seconds=self._function_seconds(counts, deliveries),
        )

    def _setting(self, added: int, sweeps: int) -> Setting:
        instances = self._deployment.instances
        return Setting(
            there={(unit.phase, unit.game_date) for unit in self._units},
            added=added,
            sweeps=sweeps,
            coordinators=instances["coordinate"].instances_max,
            precomputers=instances[PHASE_FUNCTIONS[4]].instances_max,
        )

    def _deliveries(self, messages: Mapping[str, int]) -> Counter[str]:
        """Return the deliveries of a run by function."""
        found: Counter[str] = Counter()
        for topic, count in messages.items():
            for function in self._deployment.subscribers.get(topic, ()):
                found[function] += count
        return found

    def _function_seconds(self, counts: Mapping[int, int], deliveries: Mapping[str, int]) -> dict[str, float]:
        units = {PHASE_FUNCTIONS[phase]: count for phase, count in counts.items()}
        seconds = {PHASE_FUNCTIONS[phase]: self.cloud_pace.seconds[phase] for phase in PHASES}
        found = {}
        for name, calls in deliveries.items():
            idle = max(0, calls - units.get(name, 0))
            found[name] = units.get(name, 0) * seconds.get(name, 0.0) + idle * CALL_SECONDS
        return found

    def _billed(self, plan: Plan, factors: Mapping[str, float]) -> "_Billed":
        billed = _Billed()
        for phase, days in plan.run.items():
            queries = queries_of(phase, self._deployment.columns)
            for day in days:
                calendar = self._calendars[season_of(day)]
                billed.add(queries, factors, on=len(calendar.fixtures[day]), before=games_before(calendar, day))
        return billed


@dataclass(slots=True, kw_only=True)
class _Billed:
    """Query jobs counted up: jobs, bytes billed, tables referenced, and those of them billed at the minimum."""

    queries: int = 0
    bytes: int = 0
    scans: int = 0
    at_minimum: int = 0

    def add(self, queries: Iterable[Query], factors: Mapping[str, float], *, on: int, before: int) -> None:
        """Count the queries of one unit, of a date with `on` games that `before` games came before."""
        for query in queries:
            self.queries += 1
            for scan in query.scans:
                read = scan.bytes_per_game * (before if scan.to_date else on) * factors.get(query.processor, 1.0)
                self.bytes += max(PRICES.table_bytes_min, ceil(read))
                self.scans += 1
                self.at_minimum += read <= PRICES.table_bytes_min


def games_before(calendar: SeasonCalendar, day: date) -> int:
    """Return how many games of a season the schedule has before a date."""
    return sum(len(calendar.fixtures[each]) for each in calendar.dates[: calendar.position[day]])
