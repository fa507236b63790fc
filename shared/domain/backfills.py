"""A backfill: one operator's request and everything that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.domain.messages import BackfillRequest, backfill_request

# Pub/Sub keeps a message for 31 days at most, and nobody cancels and retries one backfill so often meanwhile.
HEARD_MAX = 100


class BackfillStatus(StrEnum):
    """Where a backfill stands.

    `planned` is a dry run: its plan can be read, nothing runs. `failed` means that it came to its end with failed
    or blocked units.
    """

    PLANNED = "planned"
    PLANNING = "planning"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """The ledger document `backfills/{id}`; its plan, which never changes, is `plans/{id}`.

    `epoch` rises when it is cancelled or retried: late messages are told apart by it. `heard` are the ids of the
    control messages it has taken, latest last: one that is delivered again must not undo what a later one did.
    """

    id: str
    request: BackfillRequest
    status: BackfillStatus = BackfillStatus.PLANNING
    epoch: int = 0
    created_at: str = ""
    finished_at: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    heard: tuple[str, ...] = ()

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

    def cancelled(self, now: datetime) -> "Backfill":
        """Return the backfill cancelled: at a new epoch, nothing that was wanted before is run for it."""
        return replace(self, status=BackfillStatus.CANCELLED, epoch=self.epoch + 1, finished_at=now.isoformat())

    def retried(self) -> "Backfill":
        """Return the backfill live again, at a new epoch."""
        return replace(self, status=BackfillStatus.RUNNING, epoch=self.epoch + 1, finished_at="", counts={})

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
    )
