"""The unit and its state machine: pure functions `(unit, event, now) -> unit`.

    pending -> running(lease, fence) -> complete(version, digests, inputs)
       ^  |        |
       |  |        +-> failed(error)      attempts spent, or an error that no retry can mend
       |  +-> blocked(reason)             something it depends on failed; pending again when that recovers
       +-- retry, supersede, reprocess, unblock

`fence` rises with every claim and is the token by which a stale holder is refused. Fences up to `settled_fence`
cannot publish any more, because they completed or were revoked; only those between the two need revoking.
`publishing` is true from `publish_started` until complete, across attempts: partitions may be half replaced, so
the unit counts as complete for nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from shared.domain.errors import FenceRevoked, Rejected

ERROR_LENGTH_MAX = 2000
KEYS_REMEMBERED = 16_384  # those of ten seasons


class Status(StrEnum):
    """Where a unit stands."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    BLOCKED = "blocked"


TERMINAL = frozenset({Status.COMPLETE, Status.FAILED, Status.BLOCKED})


class IllegalTransition(Rejected):
    """An event that the unit's status does not allow; the ledger is unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One (phase, game date) as the ledger holds it.

    `version` rises only when the output's content changed; `inputs` are the versions read, by unit key, and `logic`
    the digests of the statements it was computed with, by processor. `stale` gives the causes, by processor, for which
    a complete unit is no longer what its inputs make. With `force` it is redone whatever has moved: the processors
    of `redo`, all when that is empty. `wanted_by` maps a backfill to the epoch it was wanted at; `policy` and
    `manifest` belong to Phases 4-5. Times are ISO texts in UTC.
    """

    phase: int
    game_date: date
    status: Status = Status.PENDING
    attempts: int = 0
    fence: int = 0
    settled_fence: int = 0
    lease_until: str = ""
    not_before: str = ""
    publishing: bool = False
    version: int = 0
    digests: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    logic: Mapping[str, str] = field(default_factory=dict)
    stale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    force: bool = False
    redo: tuple[str, ...] = ()
    wanted_by: Mapping[str, int] = field(default_factory=dict)
    policy: Mapping[str, Any] | None = None
    manifest: Mapping[str, Any] | None = None
    certified_share: float | None = None
    reason: str = ""
    error: str = ""
    resends: int = 0
    seconds: float = 0.0
    updated_at: str = ""

    @property
    def key(self) -> str:
        """Return the ledger key, `units/3-2024-11-08`."""
        return unit_key(self.phase, self.game_date)

    @property
    def readable(self) -> bool:
        """Return whether dependents may read its output: complete, and nobody is replacing it."""
        return self.status is Status.COMPLETE and not self.publishing

    @property
    def usable(self) -> bool:
        """Return whether it has output, of now or kept from before a pending reprocess."""
        return self.version > 0 and not self.publishing

    @property
    def unsettled_fences(self) -> range:
        """Return the earlier fences whose holders may still publish, none where each of them completed."""
        return range(self.settled_fence + 1, self.fence)

    def lease_live(self, now: datetime) -> bool:
        """Return whether somebody holds the unit."""
        return self.status is Status.RUNNING and now < datetime.fromisoformat(self.lease_until)

    def body(self) -> dict[str, Any]:
        """Return the ledger document: every field that differs from its default."""
        result: dict[str, Any] = {"phase": self.phase, "game_date": self.game_date.isoformat(), "status": self.status}
        for name, default in _DEFAULTS:
            value = getattr(self, name)
            if value != default:
                result[name] = list(value) if name == "redo" else value
        return result | ({"stale": {name: list(each) for name, each in self.stale.items()}} if self.stale else {})


@lru_cache(maxsize=KEYS_REMEMBERED)
def unit_key(phase: int, game_date: date) -> str:
    """Return the ledger key of a unit."""
    return f"units/{phase}-{game_date.isoformat()}"


def unit_from(body: Mapping[str, Any]) -> Unit:
    """Return the unit of a ledger document."""
    values = dict(body)
    values["game_date"] = date.fromisoformat(values["game_date"])
    values["status"] = Status(values["status"])
    values["stale"] = {name: tuple(causes) for name, causes in values.get("stale", {}).items()}
    values["redo"] = tuple(values.get("redo", ()))
    return Unit(**values)


_DEFAULTS: tuple[tuple[str, Any], ...] = tuple(
    (spec.name, spec.default_factory() if callable(spec.default_factory) else spec.default)
    for spec in fields(Unit)
    if spec.name not in ("phase", "game_date", "status")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What an attempt produced: digests, row counts and logic by processor, and the input versions it read."""

    digests: Mapping[str, str]
    rows: Mapping[str, int]
    inputs: Mapping[str, Any]
    logic: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def claim(unit: Unit, now: datetime, lease_seconds: float) -> Unit:
    """Return the unit taken for one attempt: a new fence, a lease, one attempt more.

    Raises IllegalTransition when it is neither pending nor running on a lease that ran out.
    """
    if unit.status is not Status.PENDING and (unit.status is not Status.RUNNING or unit.lease_live(now)):
        raise IllegalTransition(f"{unit.key}: cannot claim a unit that is {unit.status}")
    return replace(
        unit,
        status=Status.RUNNING,
        fence=unit.fence + 1,
        attempts=unit.attempts + 1,
        lease_until=(now + timedelta(seconds=lease_seconds)).isoformat(),
        not_before="",
        reason="",
        updated_at=now.isoformat(),
    )


def publish_started(unit: Unit, fence: int, now: datetime) -> Unit:
    """Return the unit whose holder is about to replace partitions, after it revoked every unsettled fence.

    Raises FenceRevoked for a stale holder.
    """
    return replace(_held(unit, fence), publishing=True, settled_fence=fence - 1, updated_at=now.isoformat())


def complete(unit: Unit, fence: int, output: Output, now: datetime) -> Unit:
    """Return the completed unit; its version rises only if a digest changed. Raises FenceRevoked."""
    _held(unit, fence)
    changed = dict(output.digests) != dict(unit.digests)
    return replace(
        _settled(unit, Status.COMPLETE, now),
        publishing=False,
        settled_fence=fence,
        version=unit.version + 1 if changed or unit.version == 0 else unit.version,
        digests=output.digests,
        rows=output.rows,
        inputs=output.inputs,
        logic=output.logic,
        stale={},
        seconds=output.seconds,
        attempts=0,
        force=False,
        redo=(),
        error="",
    )


def keep(unit: Unit, now: datetime) -> Unit:
    """Return a pending unit as complete again: its inputs are those it was computed from."""
    if unit.status is not Status.PENDING or not unit.usable or unit.force:
        raise IllegalTransition(f"{unit.key}: nothing to keep")
    return replace(_settled(unit, Status.COMPLETE, now), attempts=0, stale={}, error="")


def reopen(unit: Unit, now: datetime) -> Unit:
    """Return a complete unit as pending, because its inputs moved; its version is kept until the content differs."""
    if unit.status is not Status.COMPLETE:
        raise IllegalTransition(f"{unit.key}: cannot reopen a unit that is {unit.status}")
    return replace(_settled(unit, Status.PENDING, now), attempts=0, manifest=None)


def retry(unit: Unit, fence: int, error: str, delay_seconds: float, now: datetime) -> Unit:
    """Return the unit pending again after a retryable error, not to be run before the delay."""
    _held(unit, fence)
    later = (now + timedelta(seconds=delay_seconds)).isoformat()
    return replace(_settled(unit, Status.PENDING, now), not_before=later, error=error[:ERROR_LENGTH_MAX])


def supersede(unit: Unit, fence: int, now: datetime) -> Unit:
    """Return the unit pending again because an input moved; the attempt does not count."""
    return replace(_settled(_held(unit, fence), Status.PENDING, now), attempts=unit.attempts - 1)


def fail(unit: Unit, fence: int, error: str, now: datetime) -> Unit:
    """Return the unit failed for good: attempts spent, or an error that no retry can mend."""
    _held(unit, fence)
    return replace(_settled(unit, Status.FAILED, now), error=error[:ERROR_LENGTH_MAX])


def expire(unit: Unit, attempts_max: int, now: datetime) -> Unit:
    """Return a running unit whose lease ran out: pending, or failed when its attempts are spent."""
    if unit.status is not Status.RUNNING:
        raise IllegalTransition(f"{unit.key}: no lease to expire")
    if unit.attempts >= attempts_max:
        error = unit.error or f"{unit.attempts} attempts ended without a result (crashed or timed out)"
        return replace(_settled(unit, Status.FAILED, now), error=error)
    return _settled(unit, Status.PENDING, now)


def block(unit: Unit, reason: str, now: datetime) -> Unit:
    """Return a pending unit blocked by a failure it depends on; other statuses are left as they are."""
    blocked_so = unit.status is Status.BLOCKED and unit.reason == reason
    if blocked_so or unit.status not in (Status.PENDING, Status.BLOCKED):
        return unit
    return replace(unit, status=Status.BLOCKED, reason=reason, updated_at=now.isoformat())


def unblock(unit: Unit, now: datetime) -> Unit:
    """Return a blocked unit as pending; other statuses are left as they are."""
    if unit.status is not Status.BLOCKED:
        return unit
    return replace(unit, status=Status.PENDING, reason="", updated_at=now.isoformat())


def release(unit: Unit, manifest: Mapping[str, Any], certified_share: float, now: datetime) -> Unit:
    """Return a Phase 4 unit with the manifest it may be computed from."""
    return replace(
        unblock(unit, now), manifest=manifest, certified_share=certified_share, resends=0, updated_at=now.isoformat()
    )


def want(
    unit: Unit, backfill_id: str, epoch: int, now: datetime, *, force: bool = False, redo: tuple[str, ...] = ()
) -> Unit:
    """Return the unit wanted by a backfill; failed and blocked ones get a fresh start, a forced one is redone.

    `redo` names the processors that are forced, all when it is empty.
    """
    wanted = {**unit.wanted_by, backfill_id: epoch}
    again = unit.status in (Status.FAILED, Status.BLOCKED) or (force and unit.status is Status.COMPLETE)
    if not again:
        everything = (unit.force and not unit.redo) or (force and not redo)
        names = () if everything else tuple(sorted({*unit.redo, *(redo if force else ())}))
        return replace(unit, wanted_by=wanted, force=unit.force or force, redo=names)
    fresh = replace(_settled(unit, Status.PENDING, now), attempts=0, manifest=None, reason="", error="")
    return replace(fresh, wanted_by=wanted, force=force, redo=redo if force else ())


def resent(unit: Unit, now: datetime) -> Unit:
    """Return the unit with one more resend of its message counted."""
    return replace(unit, resends=unit.resends + 1, updated_at=now.isoformat())


def _settled(unit: Unit, status: Status, now: datetime) -> Unit:
    return replace(
        unit,
        status=status,
        lease_until="",
        not_before="",
        resends=0,
        updated_at=now.isoformat(),
    )


def _held(unit: Unit, fence: int) -> Unit:
    if unit.status is not Status.RUNNING or unit.fence != fence:
        raise FenceRevoked(f"{unit.key}: fence {fence} was overtaken by {unit.fence} ({unit.status})")
    return unit
