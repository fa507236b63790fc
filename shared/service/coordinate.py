"""The coordinator: on every completion or failure, decide which targets are released, extended or blocked.

Each call is one round over the season's frontier: observe the units, decide, start lanes, commit the frontier
and the units it changed in one batch, then publish. A lost race repeats the round on what the winner wrote.
"""

from collections.abc import Callable

from shared.domain.calendar import season_of
from shared.domain.errors import Conflict
from shared.domain.frontier import TARGET_LANE
from shared.domain.messages import UnitHint
from shared.domain.units import Status
from shared.service.app import App
from shared.service.round import Round
from shared.service.settle import settle


def coordinate(app: App, hint: UnitHint) -> None:
    """Take in one completion or failure. Raises Conflict when the frontier stays contended."""
    if hint.phase == TARGET_LANE and not _ends_target(app, hint):
        return
    finished = play(app, season_of(hint.game_date), lambda game: game.observe(hint.phase, hint.game_date))
    if hint.backfill_id and not finished.mentions(hint.backfill_id):
        settle(app, hint.backfill_id)


def _ends_target(app: App, hint: UnitHint) -> bool:
    """Return whether Phase 4 of a target is its end: it failed, or nobody asked for Phase 5."""
    held = app.ledger.unit(TARGET_LANE, hint.game_date)
    failed = held is not None and held.unit.status is Status.FAILED
    return failed or app.ledger.unit(TARGET_LANE + 1, hint.game_date) is None


def reconsider(app: App, hint: UnitHint) -> None:
    """Put a released target whose inputs moved back among those waiting, and decide it anew."""
    play(app, season_of(hint.game_date), lambda game: game.observation.wait_again(hint.game_date))


def play(app: App, season: str, observe: Callable[[Round], object]) -> Round:
    """Play one round on a season, repeated until its commit stands; publish what it started; return it."""
    memory = app.seasons.get(season)
    with memory.lock:
        for _ in range(app.config.contention_attempts):
            current = Round(app, memory)
            observe(current)
            current.decide()
            try:
                current.commit()
            except Conflict:
                continue
            break
        else:
            raise Conflict(f"frontier/{season}: still contended after {app.config.contention_attempts} rounds")
    current.publish()
    return current
