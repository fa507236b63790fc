"""A backfill: one operator's request and everything that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.domain.messages import BackfillRequest, backfill_request

# What a cancelled backfill counts the units under that nobody wants any more: they are not run.
GIVEN_UP = "cancelled"
# Pub/Sub keeps a message for 31 days at most, and nobody cancels and retries one backfill so often meanwhile.
HEARD_MAX = 100


class BackfillStatus(StrEnum):
    """Where a backfill stands.

    `planned` is a dry run: its plan can be read, nothing runs. `failed` means that it came to its end with failed
    or blocked units. A `paused` one starts nothing until it is resumed, and has not come to its end.
    """

    PLANNED = "planned"
    PLANNING = "planning"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """The ledger document `backfills/{id}`; its plan, which never changes once it is live, is `plans/{id}`.

    `epoch` rises when it is cancelled, paused, resumed or retried: late messages are told apart by it. `heard` are the
    ids of the control messages it has taken, latest last: one that is delivered again must not undo what a later one
    did. `stopped_*` tell when, by whom and why it was paused or cancelled; `armed_at` since when its failures count for
    the circuit breaker, and what it completed was recovered: its last resume or retry, empty before the first.
    """

    id: str
    request: BackfillRequest
    status: BackfillStatus = BackfillStatus.PLANNING
    epoch: int = 0
    created_at: str = ""
    finished_at: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    heard: tuple[str, ...] = ()
    stopped_at: str = ""
    stopped_by: str = ""
    stopped_reason: str = ""
    armed_at: str = ""

    @property
    def key(self) -> str:
        """Return the ledger key."""
        return backfill_key(self.id)

    @property
    def live(self) -> bool:
        """Return whether its units may be run."""
        return self.status in (BackfillStatus.PLANNING, BackfillStatus.RUNNING)

    def finished(self, counts: Mapping[str, int], now: datetime) -> "Backfill":
        """Return the backfill at its end, with its units counted by status."""
        bad = counts.get("failed", 0) + counts.get("blocked", 0)
        status = BackfillStatus.FAILED if bad else BackfillStatus.COMPLETE
        return replace(self, status=status, counts=counts, finished_at=now.isoformat())

    def cancelled(self, now: datetime, *, by: str = "", reason: str = "") -> "Backfill":
        """Return the backfill cancelled: at a new epoch, nothing that was wanted before is run for it."""
        stopped = self._stopped(BackfillStatus.CANCELLED, now, by, reason)
        return replace(stopped, finished_at=now.isoformat())

    def paused(self, now: datetime, *, by: str = "", reason: str = "") -> "Backfill":
        """Return the backfill paused: at a new epoch, nothing is run for it until it is resumed."""
        return self._stopped(BackfillStatus.PAUSED, now, by, reason)

    def resumed(self, now: datetime, *, planned: bool = True) -> "Backfill":
        """Return the backfill live again, at a new epoch; still to be planned where its units were never written."""
        return replace(
            self,
            status=BackfillStatus.RUNNING if planned else BackfillStatus.PLANNING,
            epoch=self.epoch + 1,
            finished_at="",
            counts={},
            stopped_at="",
            stopped_by="",
            stopped_reason="",
            armed_at=now.isoformat(),
        )

    def applied(self) -> "Backfill":
        """Return the dry run as the backfill that carries its plan out."""
        return replace(self, status=BackfillStatus.PLANNING, request=replace(self.request, dry_run=False))

    def _stopped(self, status: BackfillStatus, now: datetime, by: str, reason: str) -> "Backfill":
        return replace(
            self,
            status=status,
            epoch=self.epoch + 1,
            stopped_at=now.isoformat(),
            stopped_by=by,
            stopped_reason=reason,
        )

    def hearing(self, message_id: str) -> "Backfill":
        """Return the backfill that has taken a control message."""
        return replace(self, heard=(*self.heard, message_id)[-HEARD_MAX:])

    def body(self) -> dict[str, Any]:
        """Return the ledger document."""
        return {
            "id": self.id,
            "request": self.request.body(),
            "status": self.status.value,
            "epoch": self.epoch,
            "created_at": self.created_at,
            "finished_at": self.finished_at,
            "counts": dict(self.counts),
            "heard": list(self.heard),
            "stopped_at": self.stopped_at,
            "stopped_by": self.stopped_by,
            "stopped_reason": self.stopped_reason,
            "armed_at": self.armed_at,
        }


def backfill_key(backfill_id: str) -> str:
    """Return the ledger key of a backfill."""
    return f"backfills/{backfill_id}"


def plan_key(backfill_id: str) -> str:
    """Return the ledger key of a backfill's plan."""
    return f"plans/{backfill_id}"


def backfill_from(body: Mapping[str, Any]) -> Backfill:
    """Return the backfill of a ledger document."""
    return Backfill(
        id=body["id"],
        request=backfill_request(body["request"]),
        status=BackfillStatus(body["status"]),
        epoch=body["epoch"],
        created_at=body["created_at"],
        finished_at=body["finished_at"],
        counts=body["counts"],
        heard=tuple(body.get("heard", ())),
        stopped_at=body.get("stopped_at", ""),
        stopped_by=body.get("stopped_by", ""),
        stopped_reason=body.get("stopped_reason", ""),
        armed_at=body.get("armed_at", ""),
    )
