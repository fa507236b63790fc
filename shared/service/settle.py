"""Bring a backfill to its end when each of its units has come to one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import Conflict
from shared.domain.plan import TARGET_PHASES, Plan
from shared.domain.policy import policy_from
from shared.domain.units import TERMINAL, Status, Unit
from shared.logs import log
from shared.ports import Write
from shared.service.app import App


def settle(app: App, backfill_id: str) -> None:
    """Mark a running backfill complete or failed if all its units are complete, failed or blocked.

    A complete target that is to be decided again, for a stricter policy, is not at its end.
    """
    found = app.ledger.backfill(backfill_id)
    if found is None or found[0].status is not BackfillStatus.RUNNING:
        return
    backfill, revision = found
    counts: Counter[str] = Counter()
    plan = app.ledger.plan(backfill_id)
    for unit in units_of(app, backfill):
        if unit.status not in TERMINAL:
            return
        status = standing(unit, backfill, plan)
        if status is not None:
            counts[status.value] += 1
    if _awaits_a_target(app, backfill):
        return
    done = backfill.finished(counts, app.clock.now())
    try:
        app.ledger.commit([Write(key=done.key, body=done.body(), revision=revision)])
    except Conflict:
        return
    log("backfill.finished", backfill_id=backfill_id, status=done.status.value, **counts)


def standing(unit: Unit, backfill: Backfill, plan: Plan) -> Status | None:
    """Return how a unit at its end counts for a backfill, None for one that it turned out not to need.

    A target computed for others, under a policy that does not satisfy this one, is blocked. History that the plan
    did not name and that cannot be had blocks the targets whose windows need it; without one, only another
    backfill needed it.
    """
    if unit.phase in TARGET_PHASES and unit.game_date not in plan.targets:
        # Reached by a change, and computed again as it was before.
        return unit.status
    if unit.phase in TARGET_PHASES:
        asked = backfill.request.policy
        held = asked if unit.policy is None else replace(policy_from(unit.policy), early_season=asked.early_season)
        weak = unit.status is Status.COMPLETE and not held.at_least_as_strict_as(asked)
        return Status.BLOCKED if weak else unit.status
    named = unit.game_date in plan.targets or unit.game_date in plan.history
    return unit.status if named or unit.status is Status.COMPLETE else None


def _awaits_a_target(app: App, backfill: Backfill) -> bool:
    """Return whether a target is still to be decided for a backfill, and not held up by a failure."""
    frontiers = (app.ledger.frontier(season)[0] for season in app.ledger.plan(backfill.id).seasons())
    return any(
        backfill.id in wanters and target not in frontier.blocked
        for frontier in frontiers
        for target, wanters in frontier.targets.items()
    )


def units_of(app: App, backfill: Backfill) -> Iterator[Unit]:
    """Yield the units that a backfill wants on dates that have a game, phase by phase, each by date."""
    for season in app.ledger.plan(backfill.id).seasons():
        calendar = app.seasons.calendar(season)
        for held in app.ledger.units_of_season(calendar).values():
            if backfill.id in held.unit.wanted_by and held.unit.game_date in calendar.position:
                yield held.unit
