"""The conditions of the rules about rates: outages, failing attempts, slowness, quality and quotas."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import Final, NamedTuple

from shared.domain.alerts import EARLY_DAYS, HOUR, MINUTE, Observation
from shared.domain.calendar import season_of
from shared.domain.price import COPY_JOBS, LOAD_JOBS, PARTITION_WRITES
from shared.domain.units import Status, Unit
from shared.processors.work import loads_of, tables_of
from shared.service.alerting.alert_conditions import PHASES, observation
from shared.service.alerting.alert_view import EndedAttempt, View
from shared.service.pricing.pace import written_lately

OUTAGE_SECONDS: Final = 30 * MINUTE
OUTAGE_UNITS_MIN: Final = 5
OUTAGE_SHARE: Final = 0.5
# An attempt in a hundred may fail; how many times that is spent, over a long stretch and over its end.
ERROR_BUDGET: Final = 0.01
LONG_ATTEMPTS_MIN, SHORT_ATTEMPTS_MIN = 50, 5
SLOW_FACTOR: Final = 3.0
SLOW_SECONDS_MIN: Final = 60.0
SLOW_RECENT_MIN, SLOW_EARLIER_MIN = 5, 20
QUALITY_MIN: Final = 50.0
QUOTA_SHARE: Final = 0.8


class Burn(NamedTuple):
    """How fast the error budget may burn: a rule, over how long, over how long at its end, how many times."""

    rule: str
    long_seconds: int
    short_seconds: int
    times: float


BURNS: Final = (
    Burn("failure_rate_fast", HOUR, 5 * MINUTE, 14.4),
    Burn("failure_rate_slow", 6 * HOUR, 30 * MINUTE, 6.0),
)


def outages(view: View) -> Iterator[Observation]:
    """Yield the phases of which the last attempt failed on many dates, and on most of those that ended, lately."""
    last = {each.unit: each for each in sorted(_since(view, OUTAGE_SECONDS), key=lambda each: each.at)}
    for phase in PHASES:
        ended = [each for each in last.values() if each.phase == phase]
        failed = {each.unit for each in ended if each.failed}
        if len(failed) >= OUTAGE_UNITS_MIN and len(failed) > OUTAGE_SHARE * len(ended):
            wanters = {name for key in failed for name in view.units[key].wanted_by}
            detail = {"failed dates": str(len(failed)), "of": str(len(ended)), "last error": _error(view, failed)}
            tags = (f"phase-{phase}", *wanters)
            yield observation("phase_outage", f"phase {phase}", detail, tags=tags)


def _error(view: View, keys: Iterable[str]) -> str:
    units = sorted((view.units[key] for key in keys), key=lambda unit: unit.updated_at)
    return next((unit.error for unit in reversed(units) if unit.error), "")


def burns(view: View) -> Iterator[Observation]:
    """Yield how fast failing attempts spend the error budget, where there are enough attempts to tell."""
    for burn in BURNS:
        long, short = list(_since(view, burn.long_seconds)), list(_since(view, burn.short_seconds))
        if len(long) < LONG_ATTEMPTS_MIN or len(short) < SHORT_ATTEMPTS_MIN:
            continue
        limit = burn.times * ERROR_BUDGET
        if _failing(long) > limit and _failing(short) > limit:
            failed = [each for each in long if each.failed]
            detail = {"failed": f"{len(failed)} of {len(long)} attempts", "share": f"{_failing(long):.0%}"}
            tags = ("attempts", *sorted({f"phase-{each.phase}" for each in failed}))
            yield observation(burn.rule, "attempts", detail, tags=tags)


def _since(view: View, seconds: int) -> Iterator[EndedAttempt]:
    begin = view.now - timedelta(seconds=seconds)
    return (each for each in view.attempts if each.at > begin)


def _failing(attempts: Sequence[EndedAttempt]) -> float:
    return sum(each.failed for each in attempts) / len(attempts)


def slowness(view: View) -> Iterator[Observation]:
    """Yield the phases whose units lately took much longer than those before."""
    begin = (view.now - timedelta(seconds=HOUR)).isoformat()
    for phase in PHASES:
        done = [unit for unit in view.units.values() if _measured(unit, phase)]
        recent = [unit.seconds for unit in done if unit.updated_at >= begin]
        earlier = [unit.seconds for unit in done if unit.updated_at < begin]
        if len(recent) < SLOW_RECENT_MIN or len(earlier) < SLOW_EARLIER_MIN:
            continue
        now, before = median(recent), median(earlier)
        if now >= SLOW_SECONDS_MIN and now >= SLOW_FACTOR * before:
            detail = {"seconds a unit": f"{now:.0f}", "before": f"{before:.0f}"}
            yield observation("slow_processing", f"phase {phase}", detail, tags=(f"phase-{phase}",))


def _measured(unit: Unit, phase: int) -> bool:
    return unit.phase == phase and unit.status is Status.COMPLETE and unit.seconds > 0


def qualities(view: View) -> Iterator[Observation]:
    """Yield the targets whose mean quality is low; in a season's first weeks that is no surprise."""
    starts = {calendar.season: calendar.start for calendar in view.calendars}
    for day, mean in sorted(view.qualities.items()):
        if mean < QUALITY_MIN:
            early = day - starts[season_of(day)] < timedelta(days=EARLY_DAYS)
            detail = {"mean quality": f"{mean:.0f}"}
            yield observation("quality_low", day.isoformat(), detail, early=early)


def quotas(view: View) -> Iterator[Observation]:
    """Yield the daily quotas of which most is used, or on its way."""
    lately, config = written_lately(view.units.values(), view.now), view.config
    uses = (
        (PARTITION_WRITES, max(lately[phase] for phase in PHASES if tables_of(phase)), config.partition_writes_per_day),
        (COPY_JOBS, sum(lately[phase] * len(tables_of(phase)) for phase in PHASES), config.copy_jobs_per_day),
        (LOAD_JOBS, sum(lately[phase] * loads_of(phase) for phase in PHASES), config.load_jobs_per_day),
    )
    for name, used, limit in uses:
        if used >= QUOTA_SHARE * limit:
            yield observation("quota_near", name, {"used": f"{used:,.0f}", "limit": f"{limit:,}"})
