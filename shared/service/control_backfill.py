"""Cancel a backfill, or have what failed of it start afresh.

The epoch tells messages and claims of before from those of after: a unit is run for a backfill only at the epoch it
was wanted at. What a crash leaves undone here, a redelivery or the sweep completes.
"""

from datetime import date

from shared.domain import units
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import Conflict, InvalidInput
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.messages import BackfillControl, ControlAction
from shared.domain.plan import Plan
from shared.domain.units import Status, Unit
from shared.logs import log
from shared.ports import Write
from shared.service.app import App
from shared.service.coordinate import play
from shared.service.ledger import unit_write
from shared.service.round import Round
from shared.service.settle import standing


def control_backfill(app: App, control: BackfillControl, message_id: str) -> None:
    """Do what an operator asks of a backfill; the same message again only completes what it began.

    Raises InvalidInput for an id that is unknown, or a backfill that the action does not fit.
    """
    found = app.ledger.backfill(control.backfill_id)
    if found is None:
        raise InvalidInput("backfill_id", control.backfill_id, "the id of a backfill; backfill status lists them")
    backfill, revision = found
    asked = {"backfill_id": backfill.id, "requested_by": control.requested_by, "reason": control.reason}
    if message_id in backfill.heard:
        if backfill.status is BackfillStatus.CANCELLED:
            _withdraw_all(app, backfill)
    elif control.action is ControlAction.CANCEL:
        _cancel(app, backfill.hearing(message_id), revision)
    else:
        _retry(app, backfill.hearing(message_id), revision, message_id)
    log("backfill.controlled", control=control.action.value, **asked)


def _cancel(app: App, backfill: Backfill, revision: int) -> None:
    if not backfill.live and backfill.status is not BackfillStatus.CANCELLED:
        raise InvalidInput("backfill_id", backfill.id, f"a live backfill; this one is {backfill.status}")
    done = backfill.cancelled(app.clock.now()) if backfill.live else backfill
    app.ledger.commit([Write(key=done.key, body=done.body(), revision=revision)])
    _withdraw_all(app, done)


def _withdraw_all(app: App, backfill: Backfill) -> None:
    for season in app.ledger.plan(backfill.id).seasons():
        play(app, season, lambda game: _withdraw(game, backfill.id))


def _withdraw(game: Round, name: str) -> None:
    """Take a backfill from the targets it waits for, and end the lanes that nobody else wants."""
    for text, wanters in list(game.frontier.targets.items()):
        others = [each for each in wanters if each != name]
        if not others:
            game.forget(text)
        elif others != wanters:
            game.frontier.targets[text] = others
            game.frontier.blocked.pop(text, None)
    game.observation.end_dead_lanes(game.app.ledger.units_of_season(game.season.knowledge.calendar))


def _retry(app: App, backfill: Backfill, revision: int, message_id: str) -> None:
    if backfill.live:
        app.ledger.commit([Write(key=backfill.key, body=backfill.body(), revision=revision)])
        return
    if backfill.status is not BackfillStatus.FAILED:
        raise InvalidInput("backfill_id", backfill.id, f"a backfill with failed units; this one is {backfill.status}")
    plan = app.ledger.plan(backfill.id)
    again = _reopen(app, backfill, plan, message_id)
    for season in plan.seasons():
        calendar = app.seasons.calendar(season)
        mine = [unit for unit in again if unit.game_date in calendar.position]
        play(app, season, lambda game, mine=mine: _enroll(game, mine, backfill.id))  # type: ignore[misc]


def _reopen(app: App, backfill: Backfill, plan: Plan, message_id: str) -> list[Unit]:
    """Make the backfill live at a new epoch with its units stamped so, in one batch; return those to be run."""
    for _ in range(app.config.contention_attempts):
        found = app.ledger.backfill(backfill.id)
        if found is None or found[0].live:
            return []
        live, now = found[0].hearing(message_id).retried(), app.clock.now()
        writes, again = [Write(key=live.key, body=live.body(), revision=found[1])], []
        for season in plan.seasons():
            for held in app.ledger.units_of_season(app.seasons.calendar(season)).values():
                if backfill.id not in held.unit.wanted_by:
                    continue
                # What failed as it was redone is redone still; what is complete is not, whoever asked for it.
                force = held.unit.force and held.unit.status is not Status.COMPLETE
                unit = units.want(held.unit, backfill.id, live.epoch, now, force=force)
                writes.append(unit_write(unit, held.revision))
                if unit.status is Status.PENDING or standing(unit, backfill, plan) is Status.BLOCKED:
                    again.append(unit)
        try:
            app.ledger.commit(writes)
        except Conflict:
            continue
        return again
    raise Conflict(f"{backfill.key}: its units are still contended")


def _enroll(game: Round, again: list[Unit], name: str) -> None:
    """Queue the lanes of what is to be run, and put targets among those waiting."""
    waiting: set[date] = set()
    for unit in sorted(again, key=lambda each: (each.game_date, each.phase)):
        text = unit.game_date.isoformat()
        if unit.phase <= HISTORY_LANE:
            game.frontier.failed.pop(text, None)
            game.frontier.enqueue(f"{HISTORY_LANE}-{text}", unit.phase, name)
        elif unit.phase == TARGET_LANE:
            waiting.add(unit.game_date)
            if unit.manifest is None:
                game.frontier.end(f"{TARGET_LANE}-{text}")
            game.observation.wait(unit.game_date, [name])
        elif unit.game_date not in waiting and unit.status is Status.PENDING:
            game.frontier.enqueue(f"{TARGET_LANE}-{text}", unit.phase, name)
