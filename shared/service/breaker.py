"""The circuit breaker: pause a backfill of which a phase fails on more of its dates than is worth going on for.

A poisoned date, or a few, never trip it: their share is small, and what they block is not counted as failed.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from shared.config import Config
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import Conflict
from shared.domain.messages import Alert
from shared.domain.units import TERMINAL, Status, Unit
from shared.logs import log
from shared.ports import Write
from shared.service.app import App
from shared.service.settle import units_of
from shared.service.withdraw import withdraw

RULE: Final = "circuit_breaker"
BREAKER: Final = "the circuit breaker"


def break_circuit(app: App, backfill_ids: Iterable[str]) -> None:
    """Pause those of some backfills that are running, of which a phase has failed too often, and something is left."""
    for backfill_id in backfill_ids:
        found = app.ledger.backfill(backfill_id)
        if found is None or found[0].status is not BackfillStatus.RUNNING:
            continue
        units = list(units_of(app, found[0]))
        reason = tripped(units, found[0], app.config)
        if reason and any(unit.status not in TERMINAL for unit in units):
            _pause(app, *found, reason)


def tripped(units: Iterable[Unit], backfill: Backfill, config: Config) -> str:
    """Return what a backfill is paused for, empty while no phase has failed on too large a share of its ended dates.

    Dates count that ended since the backfill was last resumed or retried; a blocked one has not ended.
    """
    since = backfill.armed_at or backfill.created_at
    ended: Counter[int] = Counter()
    failed: Counter[int] = Counter()
    for unit in units:
        if unit.status in (Status.COMPLETE, Status.FAILED) and unit.updated_at >= since:
            ended[unit.phase] += 1
            failed[unit.phase] += unit.status is Status.FAILED
    for phase, count in sorted(ended.items()):
        if count >= config.breaker_dates_min and failed[phase] > config.breaker_share * count:
            share = f"more than {100 * config.breaker_share:g} %"
            return f"Phase {phase} failed on {failed[phase]} of {count} dates, {share}"
    return ""


def _pause(app: App, backfill: Backfill, revision: int, reason: str) -> None:
    """Pause a backfill, at the revision it was judged at, so that it trips once; then tell."""
    paused = backfill.paused(app.clock.now(), by=BREAKER, reason=reason)
    alert = Alert(rule=RULE, subject=backfill.id, detail={"reason": reason}).body()
    try:
        app.ledger.commit([Write(key=paused.key, body=paused.body(), revision=revision)])
    except Conflict:
        return
    log("backfill.circuit_broken", backfill_id=backfill.id, reason=reason)
    app.bus.publish("alerts", alert)
    withdraw(app, paused)
