"""The coordinator: on every completion or failure, decide which targets are released, extended or blocked.

Each call is one round over the season's frontier: observe the units, decide, start lanes, commit the frontier
and the units it changed in one batch, then publish. A lost race repeats the round on what the winner wrote.
"""

from shared.domain.calendar import season_of
from shared.domain.frontier import TARGET_LANE, lane_kind
from shared.domain.messages import UnitHint
from shared.domain.units import Status
from shared.service.app import App
from shared.service.breaker import break_circuit
from shared.service.play import play
from shared.service.settle import settle


def coordinate(app: App, hint: UnitHint) -> None:
    """Take in one completion or failure. Raises Conflict when the frontier stays contended."""
    if hint.phase == TARGET_LANE and not _ends_target(app, hint):
        return
    finished = play(app, season_of(hint.game_date), lambda game: game.observe(hint.phase, hint.game_date))
    held = finished.changes.unit(hint.phase, hint.game_date)
    if held is not None and held.status is Status.FAILED:
        break_circuit(app, sorted(held.wanted_by))
    if hint.backfill_id and not finished.mentions(hint.backfill_id):
        settle(app, hint.backfill_id)


def _ends_target(app: App, hint: UnitHint) -> bool:
    """Return whether Phase 4 of a target is its end: it failed, or nobody asked for Phase 5."""
    held = app.ledger.unit(TARGET_LANE, hint.game_date)
    failed = held is not None and held.unit.status is Status.FAILED
    return failed or app.ledger.unit(TARGET_LANE + 1, hint.game_date) is None


def lane_ended(app: App, hint: UnitHint) -> bool:
    """Take in that nobody wants the phase after a completed one; return whether the date's lane has ended with it.

    It has not where somebody came to want that phase meanwhile, who found the lane still on its way.
    """
    finished = play(app, season_of(hint.game_date), lambda game: game.observe(hint.phase, hint.game_date))
    if finished.frontier.has(f"{lane_kind(hint.phase)}-{hint.game_date.isoformat()}"):
        return False
    if hint.backfill_id and not finished.mentions(hint.backfill_id):
        settle(app, hint.backfill_id)
    return True


def reconsider(app: App, hint: UnitHint) -> None:
    """Put a released target whose inputs moved back among those waiting, and decide it anew."""
    play(app, season_of(hint.game_date), lambda game: game.observation.wait_again(hint.game_date))
