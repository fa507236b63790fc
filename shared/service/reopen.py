"""Set a backfill going again, at a new epoch: what is left of it, and those of its failed units that are chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from shared.domain import units
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import Conflict
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES, Plan
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from shared.service.ledger import Held, unit_write
from shared.service.plan_backfill import carry_out
from shared.service.play import play
from shared.service.round import Round
from shared.service.settle import settle, standing

COMING = (Status.PENDING, Status.RUNNING)
Choose = Callable[[Sequence[Unit]], frozenset[str]]


def reopen(app: App, backfill_id: str, message_id: str, choose: Choose) -> None:
    """Make a backfill live again, unless it is; have what is left of it run, and what failed of it as is chosen.

    `choose` returns the keys of the failed units that start afresh, with what they blocked; whatever it raises
    changes nothing. Epoch and stamps are one batch: what a crash leaves undone after it, `set_going` completes.
    """
    for _ in range(app.config.contention_attempts):
        found = app.ledger.backfill(backfill_id)
        if found is None or found[0].live:
            break
        held = _wanted(app, backfill_id)
        now = app.clock.now()
        live = found[0].hearing(message_id).resumed(now, planned=bool(held))
        again = _Again(backfill=live, chosen=choose([each.unit for each in held]), now=now)
        writes = [Write(key=live.key, body=live.body(), revision=found[1])]
        writes += [unit_write(again.unit(each.unit, again.left(held)), each.revision) for each in held]
        try:
            app.ledger.commit(writes)
        except Conflict:
            continue
        break
    else:
        raise Conflict(f"backfills/{backfill_id}: its units are still contended")
    set_going(app, backfill_id)


def set_going(app: App, backfill_id: str) -> None:
    """Queue what is left of a live backfill where nothing has it queued; end it when nothing is."""
    found = app.ledger.backfill(backfill_id)
    if found is None or not found[0].live:
        return
    backfill, plan = found[0], app.ledger.plan(backfill_id)
    if backfill.status is BackfillStatus.PLANNING:
        carry_out(app, backfill_id)
        return
    for season in plan.seasons():
        play(app, season, lambda game: _enroll(game, backfill, plan))
    settle(app, backfill_id)


def _wanted(app: App, backfill_id: str) -> list[Held]:
    return [
        held
        for season in app.ledger.plan(backfill_id).seasons()
        for held in app.ledger.units_of_season(app.seasons.calendar(season)).values()
        if backfill_id in held.unit.wanted_by
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Again:
    """What becomes of a backfill's units when it goes on at a new epoch."""

    backfill: Backfill
    chosen: frozenset[str]
    now: datetime

    def left(self, held: Sequence[Held]) -> Mapping[date, int]:
        """Return the first phase that stays failed, by date."""
        phases: dict[date, int] = {}
        for each in held:
            if each.unit.status is Status.FAILED and each.unit.key not in self.chosen:
                phases.setdefault(each.unit.game_date, each.unit.phase)
        return phases

    def unit(self, unit: Unit, left: Mapping[date, int]) -> Unit:
        """Return a unit stamped anew; with a fresh start, as a redo if it was one, where nothing is in its way.

        A target whose window a failure holds up starts afresh, too: the round that follows blocks it where it must.
        """
        name, epoch = self.backfill.id, self.backfill.epoch
        held_up = unit.status is Status.BLOCKED and left.get(unit.game_date, unit.phase) < unit.phase
        if unit.key in self.chosen or (unit.status is Status.BLOCKED and not held_up):
            return units.want(unit, name, epoch, self.now, force=unit.force, redo=unit.redo)
        return replace(unit, wanted_by={**unit.wanted_by, name: epoch})


def _enroll(game: Round, backfill: Backfill, plan: Plan) -> None:
    """Queue the lanes of what is to be run, and put targets among those waiting."""
    held = game.app.ledger.units_of_season(game.season.knowledge.calendar)
    by_date: dict[date, list[Unit]] = {}
    for each in held.values():
        if backfill.id in each.unit.wanted_by:
            by_date.setdefault(each.unit.game_date, []).append(each.unit)
    for day, found in sorted(by_date.items()):
        _enroll_history(game, day, [unit for unit in found if unit.phase in HISTORY_PHASES], backfill.id)
    for day, found in sorted(by_date.items()):
        _enroll_target(game, day, [unit for unit in found if unit.phase in TARGET_PHASES], backfill, plan)
    game.observation.end_dead_lanes(held)


def _enroll_history(game: Round, day: date, found: Sequence[Unit], name: str) -> None:
    failed = next((unit.phase for unit in found if unit.status is Status.FAILED), None)
    coming = [unit for unit in found if unit.status in COMING and (failed is None or unit.phase < failed)]
    if failed is not None:
        game.observe(HISTORY_LANE, day)
    elif coming:
        game.frontier.failed.pop(day.isoformat(), None)
    if coming:
        game.set_going(f"{HISTORY_LANE}-{day.isoformat()}", coming[0].phase, name)
    _cascade_again(game, day, found)


def _cascade_again(game: Round, day: date, found: Sequence[Unit]) -> None:
    """Have a change that came about while the backfill was stopped carried to the targets that it reaches."""
    if any(unit.phase == HISTORY_LANE and unit.status is Status.COMPLETE and unit.version > 1 for unit in found):
        game.observe(HISTORY_LANE, day)


def _enroll_target(game: Round, day: date, found: Sequence[Unit], backfill: Backfill, plan: Plan) -> None:
    lane = f"{TARGET_LANE}-{day.isoformat()}"
    first = next((unit for unit in found if unit.phase == TARGET_LANE), None)
    if first is not None and _to_be_decided(first, backfill, plan):
        if first.manifest is None:
            game.frontier.end(lane)
        game.observation.wait(day, [backfill.id])
        return
    coming = [unit for unit in found if unit.status in COMING]
    if coming and not any(unit.status is Status.FAILED for unit in found):
        game.set_going(lane, coming[0].phase, backfill.id)


def _to_be_decided(unit: Unit, backfill: Backfill, plan: Plan) -> bool:
    """Return whether a target is to be released, or was for others under a policy that does not satisfy this one.

    One that a failure holds up waits too: others may have the failed date run again.
    """
    computed = unit.status in (Status.COMPLETE, Status.RUNNING)
    weak = computed and standing(replace(unit, status=Status.COMPLETE), backfill, plan) is Status.BLOCKED
    return weak or unit.status in (Status.PENDING, Status.BLOCKED)
