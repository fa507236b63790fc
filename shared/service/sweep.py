"""The periodic pass that finds what events lost: expired leases, unheard completions, unsent starts."""

from datetime import datetime, timedelta

from shared.domain import units
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import Conflict
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE, Frontier, lane_kind
from shared.domain.messages import LIVE, LIVE_HISTORY, UnitHint
from shared.domain.units import Status, Unit
from shared.logs import log, of_unit
from shared.service.announce import announce_failure, start_lane
from shared.service.app import App
from shared.service.breaker import break_circuit
from shared.service.ledger import Held, unit_write
from shared.service.mend import mend
from shared.service.plan_backfill import carry_out
from shared.service.play import play
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
        frontier = play(app, calendar.season, mend).frontier
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


def _send_again(app: App, held: Held, frontier: Frontier, *, new_boot: bool) -> None:
    """Send a pending unit of a started lane its message again when it was not heard for long enough."""
    unit = held.unit
    lane = f"{lane_kind(unit.phase)}-{unit.game_date.isoformat()}"
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
