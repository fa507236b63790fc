"""Rule j: a request without an id is joined to one alike that is live, else a backfill under its message's id."""

from collections.abc import Mapping
from typing import Any

from shared.domain.messages import backfill_request
from tests.simulation.violation import check

Body = Mapping[str, Any]
# What of a request says who asked and why, not what for.
ASIDE = ("request_id", "requested_by", "reason", "over_quota")


class Asked:
    """The requests that were published, and the backfills that were opened for them."""

    def __init__(self) -> None:
        self.named: set[str] = set()
        # What was asked for, and how many backfills had come to an end by then, by message.
        self.nameless: dict[str, tuple[Body, int]] = {}
        self.opened: list[tuple[str, Body]] = []

    def published(self, body: Body, message_id: str, over: int) -> None:
        """Remember a request, and how many backfills were over when it was made."""
        if "request_id" in body:
            self.named.add(body["request_id"])
        else:
            self.nameless[message_id] = _for(backfill_request(body).body()), over

    def open(self, backfill: Body, opened_before: int, over: list[str]) -> None:
        """Judge a backfill that is opened by a planner; so many were when it began to read, and some are over."""
        name, asked = backfill["id"], _for(backfill["request"])
        check(name in self.named or name in self.nameless, f"j: nobody asked for {name}")
        if name not in self.named:
            alike = [other for other, body in self.opened[:opened_before] if body == asked and other not in over]
            check(not alike, f"j: {name} asks for what {alike} is doing")
        self.opened.append((name, asked))

    def end(self, backfills: Mapping[str, Body], over: list[str]) -> None:
        """Judge, once nothing moves any more, that each request without an id came to something."""
        for name, (asked, over_then) in self.nameless.items():
            joined = [
                other
                for other, body in backfills.items()
                if _for(body["request"]) == asked and (other not in over[:over_then] or body["epoch"] > 0)
            ]
            check(name in backfills or bool(joined), f"j: nothing came of request {name}")


def _for(request: Body) -> Body:
    return {name: value for name, value in request.items() if name not in ASIDE}
