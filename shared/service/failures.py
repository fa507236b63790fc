"""What failed of backfills, and what that blocks: for an operator to look at, and to choose from what is retried."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.errors import InvalidInput
from shared.domain.units import Status, Unit
from shared.service.app import App
from shared.service.settle import units_of

NAMED_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A unit that a failure holds up, and why."""

    key: str
    phase: int
    game_date: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A unit that failed for good: since when, with which error after how many attempts, and what it blocks."""

    key: str
    phase: int
    game_date: date
    attempts: int
    error: str
    since: str
    blocks: tuple[Blocked, ...]


def known_backfill(app: App, backfill_id: str) -> tuple[Backfill, int]:
    """Return a backfill and its revision. Raises InvalidInput when none has that id."""
    found = app.ledger.backfill(backfill_id)
    if found is None:
        raise InvalidInput("backfill_id", backfill_id, "the id of a backfill; backfill status lists them")
    return found


def failures_of(app: App, backfill: Backfill) -> list[Failure]:
    """Return what failed of a backfill, by phase and date, each with those of its units that it blocks.

    A target that more than one failure holds up is listed under the latest date of them. A complete backfill turned
    out not to need what failed.
    """
    if backfill.status is BackfillStatus.COMPLETE:
        return []
    units = list(units_of(app, backfill))
    blocked = [unit for unit in units if unit.status is Status.BLOCKED]
    return [_failure(unit, blocked) for unit in units if unit.status is Status.FAILED]


def chosen(units: Iterable[Unit], backfill_id: str, dates: Sequence[date], phase: int | None) -> frozenset[str]:
    """Return the keys of those failed units that a retry's dates and phase choose, all where it names neither.

    Raises InvalidInput for a date or a phase of which nothing has failed, naming what has.
    """
    failed = [unit for unit in units if unit.status is Status.FAILED]
    found = [unit for unit in failed if phase in (None, unit.phase)]
    if phase is not None and not found:
        raise InvalidInput("phase", phase, f"a phase of which something failed; of {backfill_id}, {_named(failed)}")
    for day in dates:
        if not any(unit.game_date == day for unit in found):
            of_phase = f" in Phase {phase}" if phase is not None else ""
            right = f"dates on which something failed{of_phase}; of {backfill_id}, {_named(failed)}"
            raise InvalidInput("dates", day.isoformat(), right)
    return frozenset(unit.key for unit in found if not dates or unit.game_date in dates)


def _failure(unit: Unit, blocked: Sequence[Unit]) -> Failure:
    return Failure(
        key=unit.key,
        phase=unit.phase,
        game_date=unit.game_date,
        attempts=unit.attempts,
        error=unit.error,
        since=unit.updated_at,
        blocks=tuple(
            Blocked(key=each.key, phase=each.phase, game_date=each.game_date, reason=each.reason)
            for each in blocked
            if each.reason.startswith(f"{unit.key} failed")
        ),
    )


def _named(failed: Sequence[Unit]) -> str:
    if not failed:
        return "nothing has failed"
    shown = ", ".join(f"Phase {unit.phase} of {unit.game_date}" for unit in failed[:NAMED_MAX])
    more = f" and {len(failed) - NAMED_MAX} more" if len(failed) > NAMED_MAX else ""
    return f"{shown}{more} failed"
