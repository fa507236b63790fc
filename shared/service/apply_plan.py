"""Run the plan that a dry run left, or the one that it would get now where the ledger has moved since."""

from dataclasses import dataclass, replace

from shared.domain.backfills import Backfill, plan_key
from shared.domain.plan import Plan
from shared.domain.plan_difference import PhaseDifference, difference
from shared.logs import log
from shared.ports import Write
from shared.service.app import App
from shared.service.plan_backfill import carry_out, planned
from shared.service.pricing.quotas import refuse_over_quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What applying a dry run would run: its own plan, or, where the ledger `moved`, a new one and how that differs."""

    plan: Plan
    moved: bool
    difference: tuple[PhaseDifference, ...]


def application_of(app: App, backfill: Backfill) -> Application:
    """Return what applying a dry run would do now; nothing is written.

    Raises InvalidInput when its request cannot be met any more, or would pass a daily quota.
    """
    request = replace(backfill.request, dry_run=False)
    stored = app.ledger.plan(backfill.id)
    anew, known = planned(app, request)
    moved = anew.revision != stored.revision
    plan = anew if moved else stored
    refuse_over_quota(app, request, plan, known.values())
    return Application(plan=replace(plan, draft=False), moved=moved, difference=difference(stored, plan))


def apply_plan(app: App, backfill: Backfill, revision: int) -> None:
    """Make a dry run a live backfill with its plan, in one batch, and carry that out. Raises InvalidInput, Conflict."""
    found = application_of(app, backfill)
    held = app.ledger.store.get(plan_key(backfill.id))
    live = backfill.applied()
    app.ledger.commit(
        [
            Write(key=live.key, body=live.body(), revision=revision),
            Write(key=plan_key(live.id), body=found.plan.body(), revision=held.revision if held else None),
        ]
    )
    changes = {str(each.phase): [len(each.added), -len(each.left_out)] for each in found.difference}
    log("backfill.applied", backfill_id=live.id, moved=found.moved, changes=changes)
    carry_out(app, live.id)
