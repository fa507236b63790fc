"""How fast units run: measured from the ledger where there is a history, else by documented defaults."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import fmean
from typing import Final

from shared.config import Config
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.domain.price import Deployment
from shared.domain.timeline import Pace
from shared.domain.units import Status, Unit
from shared.processors.work import jobs_of

PHASES: Final = range(FIRST_PHASE, LAST_PHASE + 1)
PHASE_FUNCTIONS: Final = {1: "scrape", 2: "process_raw", 3: "process_analytics", 4: "precompute", 5: "predict"}
DAY: Final = timedelta(days=1)
# Seconds of a unit on the embedded stack, the mean of 83 units of the made-up season with one worker on 2 cores.
EMBEDDED_SECONDS: Final = {1: 0.04, 2: 0.18, 3: 0.15, 4: 0.51, 5: 0.10}
# On the cloud nothing was measured: a date's source, and a warehouse job one after the other. Unverified.
CLOUD_SCRAPE_SECONDS: Final = 10.0
CLOUD_JOB_SECONDS: Final = 1.5
# From a message's publication to its push, seen on the Pub/Sub emulator: 50 to 100 ms.
PUSH_SECONDS: Final = 0.1


def pace_of(
    config: Config, units: Iterable[Unit], deployment: Deployment | None = None, *, cloud: bool | None = None
) -> Pace:
    """Return how fast a run goes on the configured stack, or with `cloud` on that one; `units` are its units so far.

    Without a `deployment` the instances of a phase hold nothing back.
    """
    cloud = config.stack == "cloud" if cloud is None else cloud
    means, measured = measured_seconds(units)
    return Pace(
        seconds={**(cloud_seconds() if cloud else EMBEDDED_SECONDS), **means},
        measured=measured,
        slots=config.max_in_flight if cloud else min(config.max_in_flight, config.workers),
        push_seconds=PUSH_SECONDS if cloud else 0.0,
        instances=_instances(deployment) if cloud and deployment else {},
        writes_a_second=config.partition_writes_per_10s / 10 if cloud else 0.0,
    )


def measured_seconds(units: Iterable[Unit]) -> tuple[Mapping[int, float], Mapping[int, int]]:
    """Return the mean seconds of complete units by phase, and how many those were."""
    found: dict[int, list[float]] = {}
    for unit in units:
        if unit.status is Status.COMPLETE and unit.seconds > 0:
            found.setdefault(unit.phase, []).append(unit.seconds)
    means = {phase: fmean(seconds) for phase, seconds in found.items()}
    return means, {phase: len(seconds) for phase, seconds in found.items()}


def cloud_seconds() -> dict[int, float]:
    """Return what a unit is taken to last on the cloud as long as none has run there: its jobs, in turn."""
    return {phase: jobs_of(phase) * CLOUD_JOB_SECONDS or CLOUD_SCRAPE_SECONDS for phase in PHASES}


def written_lately(units: Iterable[Unit], now: datetime) -> dict[int, int]:
    """Return by phase how many units were completed within the last day, or are on their way."""
    found = dict.fromkeys(PHASES, 0)
    for unit in units:
        late = unit.status is Status.COMPLETE and _since(unit, now) < DAY
        if late or unit.status in (Status.PENDING, Status.RUNNING):
            found[unit.phase] += 1
    return found


def _since(unit: Unit, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(unit.updated_at) if unit.updated_at else DAY


def _instances(deployment: Deployment) -> dict[int, int]:
    sizes = {phase: deployment.instances[name] for phase, name in PHASE_FUNCTIONS.items()}
    return {phase: size.instances_max * size.concurrency for phase, size in sizes.items()}
