"""One attempt of a unit, in the order that makes it hold whatever crashes (DESIGN 4).

claim -> prepare (stage and audit) -> revoke earlier fences -> publish_started -> inputs as claimed? -> publish
-> inputs still so? -> complete -> message. A message is only a hint; the ledger decides whether there is
anything to do.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.domain import units
from shared.domain.errors import Conflict, FenceRevoked, Rejected, Retryable, Superseded
from shared.domain.messages import LIVE, UnitHint
from shared.domain.staleness import EVERY, outdate
from shared.domain.units import Output, Status, Unit
from shared.logs import log, of_unit
from shared.ports import Write
from shared.service.announce import announce, announce_again, announce_failure
from shared.service.app import App
from shared.service.contents import completion_writes
from shared.service.ledger import Held, unit_write
from shared.service.wanters import wanted_in

Inputs = Mapping[str, Any]
# Its inputs are dates, whose changes the coordinator carries to it.
TARGET_PHASE = 4


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What an attempt has staged: digests and rows by processor, how to publish it, how to drop it.

    `entities` are the digests by entity of each processor that ran, `logic` those of their statements; with `partial`
    the others of the phase keep what the unit has of them. `documents` are ledger bodies, by key, written in one
    batch with the completion.
    """

    digests: Mapping[str, str]
    rows: Mapping[str, int]
    publish: Callable[[], None]
    discard: Callable[[], None] = lambda: None
    entities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    logic: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A phase as `run_unit` needs it.

    `inputs` gives the versions of what it would read now (None: not all there); `unchanged` tells, cheaply,
    whether those still hold; `prepare` stages and audits the work.
    """

    phase: int
    inputs: Callable[[App, Unit], Inputs | None]
    unchanged: Callable[[App, Unit, Inputs], bool]
    prepare: Callable[[App, Unit, Inputs], Prepared]


class _Unwanted(Exception):
    """Nobody live wants the unit of a hint."""


def run_unit(app: App, step: Step, hint: UnitHint) -> bool:
    """Run the unit that a hint names if the ledger says that it is due; return whether anybody live wants it.

    Returns when the hint is dealt with (done, duplicate, not due, failed for good). Raises Retryable when it
    is to be delivered again.
    """
    for _ in range(app.config.contention_attempts):
        try:
            attempt = _taken(app, step, hint)
        except Conflict:
            # Who wrote the unit meanwhile may have wanted it, or flagged it, and not taken it: then it is still due.
            continue
        except _Unwanted:
            return False
        if attempt is not None:
            try:
                attempt.run()
            finally:
                app.execution_log.attempt_ended()
        return True
    raise Conflict(f"{step.phase}-{hint.game_date}: still contended after {app.config.contention_attempts} tries")


def _taken(app: App, step: Step, hint: UnitHint) -> "_Attempt | None":
    """Return the attempt for which a hint's unit was claimed, None where nothing is due.

    Raises _Unwanted where nobody asks for it, Conflict.
    """
    held = app.ledger.unit(step.phase, hint.game_date)
    now = app.clock.now()
    unit = held.unit if held else _first_seen(step, hint, now)
    if unit is None or not _wanted(app, unit, hint):
        if held is not None:
            _flag_left_behind(app, step, held)
        raise _Unwanted
    inputs = step.inputs(app, unit)
    if inputs is None or unit.lease_live(now) or unit.status is Status.FAILED:
        return None
    if unit.status is Status.COMPLETE:
        if _same(unit.inputs, inputs):
            announce_again(app, unit, hint)
            return None
        unit = units.reopen(unit, now)
    return _claimed(app, step, hint, units.unblock(unit, now), inputs, held.revision if held else None)


def _flag_left_behind(app: App, step: Step, held: Held) -> None:
    """Flag a complete unit that nobody has run again although the phase before it, on its date, has moved."""
    unit = held.unit
    inputs = step.inputs(app, unit) if unit.status is Status.COMPLETE and step.phase != TARGET_PHASE else None
    if inputs is None or _same(unit.inputs, inputs):
        return
    name = str(step.phase - 1)
    moved = [each for each in sorted({**unit.inputs, **inputs}) if unit.inputs.get(each) != inputs.get(each)]
    what = f"{unit.inputs.get(name)} -> {inputs.get(name)}" if name in moved else f"{', '.join(moved)} changed"
    app.ledger.commit([unit_write(outdate(unit, {EVERY: f"{name}-{unit.game_date}: {what}"}), held.revision)])


def _claimed(
    app: App, step: Step, hint: UnitHint, unit: Unit, inputs: Inputs, revision: int | None
) -> "_Attempt | None":
    """Return the attempt of a unit that is due and was claimed, None where it was kept, or failed for good."""
    now = app.clock.now()
    if unit.status is Status.PENDING and unit.usable and not unit.force and _same(unit.inputs, inputs):
        app.ledger.commit([unit_write(units.keep(unit, now), revision)])
        announce(app, step.phase, hint)
        return None
    if unit.not_before and now < datetime.fromisoformat(unit.not_before):
        raise Retryable(f"{unit.key}: not before {unit.not_before}")
    if unit.attempts >= app.config.attempts_max:
        error = unit.error or f"{unit.attempts} attempts ended without a result"
        spent = replace(units.claim(unit, now, 0), attempts=unit.attempts)
        app.ledger.commit([unit_write(units.fail(spent, spent.fence, error, now), revision)])
        announce_failure(app, step.phase, hint)
        return None
    claimed = units.claim(unit, now, app.config.lease_seconds)
    written = app.ledger.commit([unit_write(claimed, revision)])
    return _Attempt(app, step, hint, claimed, inputs, written[unit.key])


class _Attempt:
    """A claimed unit and what it was claimed to read; the unit keeps its last output's inputs until it completes."""

    def __init__(self, app: App, step: Step, hint: UnitHint, unit: Unit, inputs: Inputs, revision: int) -> None:
        self.app, self.step, self.hint = app, step, hint
        self.unit, self.inputs, self.revision = unit, inputs, revision
        self.began = time.perf_counter()

    def run(self) -> None:
        """Carry the attempt to complete, pending or failed, and say so on the bus."""
        try:
            prepared = self.step.prepare(self.app, self.unit, self.inputs)
            try:
                self._publish(prepared)
            finally:
                prepared.discard()
        except Superseded as error:
            self._give_back(units.supersede(self.unit, self.unit.fence, self.app.clock.now()), str(error))
            raise
        except FenceRevoked as error:
            log("attempt.overtaken", **of_unit(self.unit), fence=self.unit.fence, error=str(error))
            return
        except Rejected as error:
            self._fail(f"{type(error).__name__}: {error}")
        except Exception as error:
            self._retry_or_fail(f"{type(error).__name__}: {error}")
            raise
        else:
            self._flag_if_moved()
            announce(self.app, self.step.phase, self.hint)

    def _flag_if_moved(self) -> None:
        """Flag the unit stale if an input moved as it completed; the sweep does it where this cannot."""
        if self.unit.status is not Status.COMPLETE or self.step.unchanged(self.app, self.unit, self.inputs):
            return
        flagged = outdate(self.unit, {EVERY: "an input moved while it completed"})
        try:
            self.app.ledger.commit([unit_write(flagged, self.revision)])
        except Conflict:
            log("attempt.flag_lost", **of_unit(self.unit))

    def _publish(self, prepared: Prepared) -> None:
        if self.unit.unsettled_fences:
            self.app.warehouse.revoke(self.unit.key, self.unit.unsettled_fences)
        self._write(units.publish_started(self.unit, self.unit.fence, self.app.clock.now()))
        self._check_inputs()
        prepared.publish()
        self._check_inputs()
        self._complete(prepared)

    def _complete(self, prepared: Prepared) -> None:
        kept = self.unit if prepared.partial else Unit(phase=self.unit.phase, game_date=self.unit.game_date)
        output = Output(
            digests={**kept.digests, **prepared.digests},
            rows={**kept.rows, **prepared.rows},
            inputs=self.inputs,
            logic={**kept.logic, **prepared.logic},
            seconds=self._seconds(),
        )
        done = units.complete(self.unit, self.unit.fence, output, self.app.clock.now())
        writes, changed = completion_writes(self.app.ledger, done, self.unit, prepared.entities, prepared.documents)
        self._write(done, [*writes, self._history("complete", prepared.rows, changed=changed)])
        status = done.status.value
        log("attempt.ended", **of_unit(self.unit), status=status, version=done.version, seconds=output.seconds)

    def _check_inputs(self) -> None:
        if not self.step.unchanged(self.app, self.unit, self.inputs):
            raise Superseded(f"{self.unit.key}: an input moved while attempt {self.unit.fence} ran")

    def _history(
        self, status: str, rows: Mapping[str, int], error: str = "", changed: Mapping[str, list[str]] | None = None
    ) -> Write:
        key = f"history/{self.unit.phase}-{self.unit.game_date.isoformat()}-{self.unit.fence:04d}"
        body = {
            "unit": self.unit.key,
            "attempt": self.unit.attempts,
            "fence": self.unit.fence,
            "status": status,
            "rows": dict(rows),
            "changed": dict(changed or {}),
            "error": error,
            "seconds": self._seconds(),
            "finished_at": self.app.clock.now().isoformat(),
        }
        return Write(key=key, body=body)

    def _write(self, unit: Unit, others: Sequence[Write] = ()) -> None:
        """Write the unit under its fence; a wanter added in between is kept. Raises FenceRevoked when overtaken."""
        for _ in range(self.app.config.contention_attempts):
            try:
                written = self.app.ledger.commit([unit_write(unit, self.revision), *others])
            except Conflict:
                unit = self._rebase(unit)
                continue
            self.unit, self.revision = unit, written[unit.key]
            return
        raise Conflict(f"{unit.key}: still contended after {self.app.config.contention_attempts} tries")

    def _rebase(self, unit: Unit) -> Unit:
        held = self.app.ledger.unit(unit.phase, unit.game_date)
        if held is None or held.unit.fence != unit.fence or held.unit.status is not Status.RUNNING:
            raise FenceRevoked(f"{unit.key}: fence {unit.fence} was overtaken")
        self.revision = held.revision
        if unit.status is Status.COMPLETE:
            # Who cascades wants it since: what it read may have moved after it had looked.
            self._check_inputs()
        rebased = replace(unit, wanted_by=held.unit.wanted_by, policy=held.unit.policy)
        if not held.unit.force or self.unit.force:
            return rebased
        # Somebody asked for it to be redone after it was claimed: what completes now is not that yet.
        again = units.reopen(rebased, self.app.clock.now()) if rebased.status is Status.COMPLETE else rebased
        return replace(again, force=True, redo=held.unit.redo)

    def _fail(self, error: str) -> None:
        failed = units.fail(self.unit, self.unit.fence, error, self.app.clock.now())
        self._give_back(failed, error)
        announce_failure(self.app, self.step.phase, self.hint)

    def _retry_or_fail(self, error: str) -> None:
        if self.unit.attempts >= self.app.config.attempts_max:
            self._fail(error)
            # Its message is acknowledged from now on, so Pub/Sub will not take it to the dead letters by itself.
            self.app.bus.publish("dead-letters", self.hint.body())
            return
        delay = min(self.app.config.retry_seconds * 2 ** (self.unit.attempts - 1), self.app.config.retry_seconds_max)
        self._give_back(units.retry(self.unit, self.unit.fence, error, delay, self.app.clock.now()), error)

    def _seconds(self) -> float:
        return round(time.perf_counter() - self.began, 4)

    def _give_back(self, unit: Unit, error: str) -> None:
        log("attempt.ended", **of_unit(self.unit), status=unit.status.value, error=error, seconds=self._seconds())
        try:
            self._write(unit, [self._history(unit.status.value, {}, error)])
        except FenceRevoked:
            log("attempt.overtaken", **of_unit(self.unit), fence=unit.fence, error=error)


def _first_seen(step: Step, hint: UnitHint, now: datetime) -> Unit | None:
    """Return a new unit for a live hint; a backfill's units exist from its plan on."""
    if hint.backfill_id:
        return None
    return Unit(phase=step.phase, game_date=hint.game_date, wanted_by={LIVE: 0}, updated_at=now.isoformat())


def _wanted(app: App, unit: Unit, hint: UnitHint) -> bool:
    """Return whether any backfill that wants the unit is live at the epoch it wanted it at."""
    return wanted_in(app.ledger, first=hint.backfill_id)(unit)


def _same(recorded: Inputs, current: Inputs) -> bool:
    return dict(recorded) == dict(current)
