"""Bring a season's frontier in line with its units, whatever was lost or came too late on the way."""

from shared.domain.frontier import HISTORY_LANE, LANE_PHASES, TARGET_LANE, Frontier, lane_kind
from shared.domain.messages import LIVE
from shared.domain.units import TERMINAL, Status, Unit, unit_key
from shared.service.ledger import Held
from shared.service.observation import lane_owner
from shared.service.round import Round


def mend(game: Round) -> None:
    """Bring the frontier in line with the units, as if every message about them had just arrived.

    The units are read after the frontier: a lane in it was started after its units were made pending, so a unit
    that is complete here has come to the end of that lane, not of an earlier one. Phases 1-3 come before 4: a target
    is put among those waiting together with the lanes that it is to wait for, also while its plan is carried out.
    """
    held = game.app.ledger.units_of_season(game.season.knowledge.calendar)
    game.changes.know(each for each in held.values() if each.unit.phase == HISTORY_LANE and each.unit.usable)
    for each in held.values():
        if each.unit.status is Status.PENDING and game.observation.drop_if_unscheduled(each.unit.game_date):
            continue
        unit = game.observation.stamped(each.unit)
        text = unit.game_date.isoformat()
        lane = f"{lane_kind(unit.phase)}-{text}"
        ended = lane in game.frontier.lanes and unit.status in (Status.COMPLETE, Status.FAILED)
        heard = game.frontier.known.get(text) == unit.version and text not in game.frontier.torn
        unheard = unit.phase == HISTORY_LANE and unit.usable and not heard
        if unheard or unit.status is Status.FAILED or (ended and _is_over(unit, held)):
            game.observe(unit.phase, unit.game_date)
            if ended and _is_over(unit, held):
                game.frontier.end(lane)
        elif unit.phase == TARGET_LANE and unit.status is Status.COMPLETE:
            game.observation.cascade.target(unit)
        elif unit.phase <= HISTORY_LANE or _was_left_to_predict(game, unit, lane):
            _give_lane(game, unit, lane)
        elif _stands_still(unit, game.frontier, lane):
            game.frontier.end(lane)
            game.observation.wait(unit.game_date, ())
    _expect_next(game, held)
    game.observation.end_dead_lanes(held)
    game.season.watches.clear()


def _expect_next(game: Round, held: dict[str, Held]) -> None:
    """Have the date after the newest of the daily path computed before its games: the calendar may have gained one."""
    units = (each.unit for each in held.values())
    live = [unit.game_date for unit in units if unit.phase == HISTORY_LANE and unit.usable and LIVE in unit.wanted_by]
    if live:
        game.observation.expect_next(max(live))


def _give_lane(game: Round, unit: Unit, lane: str) -> None:
    """Queue a lane for a pending unit that has none, though a live backfill wants it.

    It begins with the first phase that is pending now: the season's units were read phase by phase, and a plan's batch
    may have come in between, so that this one was seen pending and the one before it not yet.
    """
    wanters = game.observation.live_wanters(unit)
    if unit.status is Status.PENDING and LIVE not in wanters and wanters and not game.frontier.has(lane):
        earlier = [phase for phase in LANE_PHASES[lane_kind(unit.phase)] if phase < unit.phase]
        before = game.changes.units(unit.game_date, earlier)
        first = next((each for each in before if each.status is Status.PENDING), unit)
        game.frontier.enqueue(lane, first.phase, lane_owner(wanters))


def _was_left_to_predict(game: Round, unit: Unit, lane: str) -> bool:
    """Return whether Phase 5 alone is left of a target, as Phase 4 stands now, and no lane leads there."""
    if unit.phase <= TARGET_LANE or _followed(game.frontier, lane, unit.game_date.isoformat()):
        return False
    fourth = game.changes.unit(TARGET_LANE, unit.game_date)
    return fourth is not None and fourth.status is Status.COMPLETE


def _stands_still(unit: Unit, frontier: Frontier, lane: str) -> bool:
    """Return whether a target is not among those waiting though it is to be decided; it may have an old run's lane."""
    if unit.phase != TARGET_LANE or unit.game_date.isoformat() in frontier.targets:
        return False
    reopened = unit.status is Status.PENDING and unit.manifest is None
    return reopened or (unit.status in (Status.PENDING, Status.BLOCKED) and not frontier.has(lane))


def _followed(frontier: Frontier, lane: str, text: str) -> bool:
    return lane in frontier.lanes or lane in frontier.queue or text in frontier.targets


def _is_over(unit: Unit, held: dict[str, Held]) -> bool:
    """Return whether no unit of the same lane is still to come."""
    found = (held.get(unit_key(phase, unit.game_date)) for phase in LANE_PHASES[lane_kind(unit.phase)])
    return all(each is None or each.unit.status in TERMINAL for each in found)
