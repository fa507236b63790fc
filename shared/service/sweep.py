"""The periodic pass that finds what events lost: expired leases, unheard completions, unsent starts."""

from datetime import datetime, timedelta

from shared.domain import units
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import Conflict
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE, Frontier
from shared.domain.messages import LIVE, LIVE_HISTORY, UnitHint
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES
from shared.domain.units import TERMINAL, Status, Unit, unit_key
from shared.logs import log, of_unit
from shared.service.announce import announce_failure
from shared.service.app import App
from shared.service.breaker import break_circuit
from shared.service.ledger import Held, unit_write
from shared.service.observation import lane_owner
from shared.service.plan_backfill import carry_out
from shared.service.play import play
from shared.service.round import Round, start_lane
from shared.service.settle import settle
from shared.service.withdraw import recount, withdraw


def sweep(app: App, *, new_boot: bool = False) -> None:
    """Re-drive whatever stands still without a reason.

    With `new_boot` every lease counts as run out and every started lane is sent again: the only process that
    could have held them is gone.
    """
    app.execution_log.flush()
    failing: set[str] = set()
    waiting: set[str] = set()
    for calendar in app.ledger.calendars():
        for unit in app.ledger.units_of_season(calendar).values():
            if unit.unit.status is Status.RUNNING and (new_boot or not unit.unit.lease_live(app.clock.now())):
                _expire(app, unit)
        frontier = play(app, calendar.season, _mend).frontier
        waiting.update(name for wanters in frontier.targets.values() for name in wanters)
        for unit in app.ledger.units_of_season(calendar).values():
            _send_again(app, unit, frontier, new_boot=new_boot)
            if unit.unit.status is Status.FAILED:
                failing.update(unit.unit.wanted_by)
    for backfill, revision in app.ledger.backfills():
        if backfill.status is BackfillStatus.PLANNING:
            carry_out(app, backfill.id)
        elif backfill.live:
            break_circuit(app, {backfill.id} & failing)
            settle(app, backfill.id)
        else:
            _finish_stopping(app, backfill, revision, waits=backfill.id in waiting)


def _finish_stopping(app: App, backfill: Backfill, revision: int, *, waits: bool) -> None:
    """Complete what a crash left of a pause or a cancel, and count what was under way when it was cancelled."""
    if waits and backfill.status in (BackfillStatus.PAUSED, BackfillStatus.CANCELLED):
        withdraw(app, backfill)
    if backfill.status is BackfillStatus.CANCELLED and (Status.RUNNING in backfill.counts or not backfill.counts):
        recount(app, backfill, revision)


def _expire(app: App, held: Held) -> None:
    unit = units.expire(held.unit, app.config.attempts_max, app.clock.now())
    try:
        app.ledger.commit([unit_write(unit, held.revision)])
    except Conflict:
        return
    log("lease.expired", **of_unit(unit), status=unit.status.value)
    if unit.status is Status.FAILED:
        announce_failure(app, unit.phase, _hint(unit))


def _mend(game: Round) -> None:
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
        lane = f"{HISTORY_LANE if unit.phase <= HISTORY_LANE else TARGET_LANE}-{text}"
        ended = lane in game.frontier.lanes and unit.status in (Status.COMPLETE, Status.FAILED)
        unheard = unit.phase == HISTORY_LANE and unit.usable and game.frontier.known.get(text) != unit.version
        if unheard or unit.status is Status.FAILED or (ended and _is_over(unit, held)):
            game.observe(unit.phase, unit.game_date)
            if ended and _is_over(unit, held):
                game.frontier.end(lane)
        elif unit.phase == TARGET_LANE and unit.status is Status.COMPLETE:
            game.observation.cascade.target(unit)
        elif unit.phase <= HISTORY_LANE or _was_left_to_predict(game, unit, lane):
            _give_lane(game, unit, lane)
        elif _waits(unit) and not _followed(game.frontier, lane, text):
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
        before = game.changes.units(unit.game_date, [phase for phase in _of_lane(unit) if phase < unit.phase])
        first = next((each for each in before if each.status is Status.PENDING), unit)
        game.frontier.enqueue(lane, first.phase, lane_owner(wanters))


def _was_left_to_predict(game: Round, unit: Unit, lane: str) -> bool:
    """Return whether Phase 5 alone is left of a target, as Phase 4 stands now, and no lane leads there."""
    if unit.phase <= TARGET_LANE or _followed(game.frontier, lane, unit.game_date.isoformat()):
        return False
    fourth = game.changes.unit(TARGET_LANE, unit.game_date)
    return fourth is not None and fourth.status is Status.COMPLETE


def _waits(unit: Unit) -> bool:
    return unit.phase == TARGET_LANE and unit.status in (Status.PENDING, Status.BLOCKED)


def _followed(frontier: Frontier, lane: str, text: str) -> bool:
    return lane in frontier.lanes or lane in frontier.queue or text in frontier.targets


def _of_lane(unit: Unit) -> tuple[int, ...]:
    return HISTORY_PHASES if unit.phase <= HISTORY_LANE else TARGET_PHASES


def _is_over(unit: Unit, held: dict[str, Held]) -> bool:
    """Return whether no unit of the same lane is still to come."""
    found = (held.get(unit_key(phase, unit.game_date)) for phase in _of_lane(unit))
    return all(each is None or each.unit.status in TERMINAL for each in found)


def _send_again(app: App, held: Held, frontier: Frontier, *, new_boot: bool) -> None:
    """Send a pending unit of a started lane its message again when it was not heard for long enough."""
    unit = held.unit
    lane = f"{HISTORY_LANE if unit.phase <= HISTORY_LANE else TARGET_LANE}-{unit.game_date.isoformat()}"
    # A live date comes down Phases 1-3 without a lane.
    due = lane in frontier.lanes or (LIVE in unit.wanted_by and unit.phase <= HISTORY_LANE)
    if unit.status is not Status.PENDING or lane in frontier.queue or not due:
        return
    since = _ready_since(app, unit)
    if since is None or not (new_boot or app.clock.now() >= _due(app, unit, since)):
        return
    try:
        app.ledger.commit([unit_write(units.resent(unit, app.clock.now()), held.revision)])
    except Conflict:
        return
    log("unit.sent_again", **of_unit(unit), resends=unit.resends + 1)
    start_lane(app, unit.game_date, unit.phase, _wanter(unit))


def _due(app: App, unit: Unit, since: datetime) -> datetime:
    waited = since + timedelta(seconds=app.config.resend_seconds * 2**unit.resends)
    if unit.not_before:
        return max(waited, datetime.fromisoformat(unit.not_before))
    return waited


def _ready_since(app: App, unit: Unit) -> datetime | None:
    """Return since when the unit could have run: its last move, or that of what it reads; None: not yet."""
    moved = unit.updated_at
    if unit.phase == TARGET_LANE and unit.manifest is None:
        return None
    if unit.phase not in (1, TARGET_LANE):
        upstream = app.ledger.unit(unit.phase - 1, unit.game_date)
        if upstream is None or not upstream.unit.readable:
            return None
        moved = max(moved, upstream.unit.updated_at)
    return datetime.fromisoformat(moved)


def _wanter(unit: Unit) -> str:
    return next((name for name in unit.wanted_by if name not in (LIVE, LIVE_HISTORY)), LIVE)


def _hint(unit: Unit) -> UnitHint:
    name = _wanter(unit)
    return UnitHint(phase=unit.phase, game_date=unit.game_date, backfill_id="" if name == LIVE else name)
