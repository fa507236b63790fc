"""The frontier of a season: what coordinators read and write to decide in one step.

It is derived from the units and can be rebuilt from them at any time. A lane is one date's way through
Phases 1-3 (`3-2024-11-08`) or 4-5 (`4-2024-11-08`); at most `max_in_flight` lanes are started at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from shared.domain.messages import LIVE

HISTORY_LANE = 3
TARGET_LANE = 4
LANE_PHASES = {HISTORY_LANE: (1, 2, 3), TARGET_LANE: (4, 5)}
# Lane names are taken apart in every round, those of ten seasons at most.
LANES_REMEMBERED = 4096


@dataclass(slots=True, kw_only=True)
class Lane:
    """A queued or started lane: the phase it starts at, and the backfill it was first wanted by."""

    phase: int
    backfill_id: str


@dataclass(slots=True, kw_only=True)
class Frontier:
    """The working copy of `frontier/{season}`; a coordinator commits it by compare-and-set.

    `known` holds the version of each date whose Phase 3 has output; `failed` the unit that ended a date's
    lane; `queue` lanes not yet started, in order; `lanes` those started; `targets` the backfills that wait
    for each target; `blocked` the date that a target is held by; `torn` the known dates that a released target could
    not read, as an attempt had left them half replaced. `calendar` is the revision of the season's calendar,
    written in one batch with it, by which an instance finds out that what it remembers is of an older one.
    """

    season: str
    calendar: int = 0
    known: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    queue: dict[str, Lane] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    targets: dict[str, list[str]] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    torn: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """Return the ledger key."""
        return f"frontier/{self.season}"

    def enqueue(self, lane: str, phase: int, backfill_id: str) -> None:
        """Queue a lane unless it is queued or started already."""
        if lane not in self.lanes and lane not in self.queue:
            self.queue[lane] = Lane(phase=phase, backfill_id=backfill_id)

    def end(self, lane: str) -> None:
        """Forget a lane that has come to its end."""
        self.lanes.pop(lane, None)
        self.queue.pop(lane, None)

    def has(self, lane: str) -> bool:
        """Return whether a lane is queued or started."""
        return lane in self.lanes or lane in self.queue

    def under_way(self, day: str) -> bool:
        """Return whether Phases 1-3 of a date are queued or started."""
        return self.has(f"{HISTORY_LANE}-{day}")

    def recover(self) -> None:
        """Let go of the targets that were held up by dates which have not failed any more: those wait again."""
        for text, lost in list(self.blocked.items()):
            if lost not in self.failed:
                del self.blocked[text]

    def start(self, in_flight: int, live_in_flight: int) -> list[tuple[str, Lane]]:
        """Start queued lanes while there is room; return those started.

        Live ones have an allowance of their own. Targets go before history: what is ready is finished first.
        """
        room = {False: in_flight, True: live_in_flight}
        for lane in self.lanes.values():
            room[lane.backfill_id == LIVE] -= 1
        started: list[tuple[str, Lane]] = []
        for name in sorted(self.queue, key=lambda name: not name.startswith(str(TARGET_LANE))):
            live = self.queue[name].backfill_id == LIVE
            if room[live] > 0:
                room[live] -= 1
                self.lanes[name] = self.queue.pop(name)
                started.append((name, self.lanes[name]))
            elif room[False] <= 0 and room[True] <= 0:
                break
        return started

    def body(self) -> dict[str, Any]:
        """Return the ledger document; it shares nothing with the working copy."""
        return {
            "season": self.season,
            "calendar": self.calendar,
            "known": dict(self.known),
            "failed": dict(self.failed),
            "queue": [[name, lane.phase, lane.backfill_id] for name, lane in self.queue.items()],
            "lanes": [[name, lane.phase, lane.backfill_id] for name, lane in self.lanes.items()],
            "targets": {day: list(wanters) for day, wanters in self.targets.items()},
            "blocked": dict(self.blocked),
            "torn": sorted(self.torn),
        }


def frontier_from(body: Mapping[str, Any]) -> Frontier:
    """Return a working copy of the ledger document."""
    return Frontier(
        season=body["season"],
        calendar=body.get("calendar", 0),
        known=dict(body["known"]),
        failed=dict(body["failed"]),
        queue=_lanes(body["queue"]),
        lanes=_lanes(body["lanes"]),
        targets={day: list(wanters) for day, wanters in body["targets"].items()},
        blocked=dict(body["blocked"]),
        torn=set(body.get("torn", ())),
    )


def _lanes(rows: Iterable[tuple[str, int, str]]) -> dict[str, Lane]:
    return {name: Lane(phase=phase, backfill_id=backfill_id) for name, phase, backfill_id in rows}


def lane_kind(phase: int) -> int:
    """Return the kind of lane that a phase belongs to."""
    return HISTORY_LANE if phase <= HISTORY_LANE else TARGET_LANE


@lru_cache(maxsize=LANES_REMEMBERED)
def lane_of(name: str) -> tuple[int, date]:
    """Return a lane's kind (HISTORY_LANE or TARGET_LANE) and its date."""
    return int(name[0]), date.fromisoformat(name[2:])
