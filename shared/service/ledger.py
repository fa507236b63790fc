"""Typed access to the ledger's documents over the store's three writes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.domain.backfills import Backfill, BackfillStatus, backfill_from, backfill_key, plan_key
from shared.domain.calendar import SeasonCalendar, calendar_from
from shared.domain.errors import Conflict, InvalidInput
from shared.domain.frontier import Frontier, frontier_from
from shared.domain.lookback import Appearance
from shared.domain.plan import Plan, plan_from
from shared.domain.units import Unit, unit_from, unit_key
from shared.ports import Document, Store, Write

KEY_LAST = "~"
INSTANCE_KEY = "ledger/instance"
LIVE_STATUSES = frozenset({BackfillStatus.PLANNING.value, BackfillStatus.RUNNING.value})


class Head(NamedTuple):
    """What dependents need of a unit: its document's revision, its version, and whether that may be read."""

    revision: int
    version: int
    usable: bool


NO_HEAD = Head(-1, 0, False)


@dataclass(frozen=True, slots=True)
class Held:
    """A unit with the revision it was read at."""

    unit: Unit
    revision: int


class Ledger:
    """Units, backfills, calendars, appearances and frontiers, typed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._plans: dict[str, Plan] = {}
        self._heads: dict[str, Head] = {}
        self._held: dict[str, Held] = {}

    def heads(self, first: str, last: str) -> Mapping[str, "Head"]:
        """Return version and readiness of the units with first <= key <= last, reading only those that changed."""
        current = self.store.revisions(first, last)
        behind = [key for key, revision in current.items() if self._heads.get(key, NO_HEAD).revision != revision]
        for key, document in self.store.get_many(behind).items() if behind else ():
            body = document.body
            usable = body.get("version", 0) > 0 and not body.get("publishing", False)
            self._heads[key] = Head(document.revision, body.get("version", 0), usable)
        return self._heads

    def unit(self, phase: int, game_date: date) -> Held | None:
        """Return one unit, or None when it is absent."""
        document = self.store.get(unit_key(phase, game_date))
        return None if document is None else Held(unit_from(document.body), document.revision)

    def units(self, keys: Sequence[str]) -> dict[str, Held]:
        """Return those of the units that exist, by key."""
        found = self.store.get_many(keys)
        return {key: Held(unit_from(document.body), document.revision) for key, document in found.items()}

    def units_between(self, phase: int, first: date, last: date) -> Iterator[Held]:
        """Yield the units of a phase whose game dates lie in [first, last], ascending."""
        for document in self.store.scan(unit_key(phase, first), unit_key(phase, last)):
            yield Held(unit_from(document.body), document.revision)

    def units_of_season(self, calendar: SeasonCalendar, phases: Iterable[int] = range(1, 6)) -> dict[str, Held]:
        """Return every unit of a season, by key, phase by phase; those that did not change are made once.

        That is also of dates that have no game any more, were they the season's first or last.
        """
        known = (calendar.dates[0], calendar.dates[-1], *calendar.dropped)
        first, last = min(known), max(known)
        found: dict[str, Held] = {}
        for phase in phases:
            for document in self.store.scan(unit_key(phase, first), unit_key(phase, last)):
                held = self._held.get(document.key)
                if held is None or held.revision != document.revision:
                    held = self._held[document.key] = Held(unit_from(document.body), document.revision)
                found[document.key] = held
        return found

    def calendar(self, season: str) -> SeasonCalendar:
        """Return a season's calendar. Raises InvalidInput when it was never loaded."""
        document = self.store.get(f"calendar/{season}")
        if document is None:
            raise InvalidInput("season", season, f"a loaded season; load it: backfill calendar --load {season}")
        return calendar_from(document.body)

    def calendar_revision(self, season: str) -> int:
        """Return the revision of a season's calendar document, without reading it; 0 when it was never loaded."""
        key = f"calendar/{season}"
        return self.store.revisions(key, key).get(key, 0)

    def calendars(self) -> list[SeasonCalendar]:
        """Return every calendar that was loaded, by season."""
        return [calendar_from(document.body) for document in self.store.scan("calendar/", "calendar/" + KEY_LAST)]

    def appearances(self, days: Sequence[date]) -> dict[date, Mapping[int, Appearance]]:
        """Return who was listed on each of the days: player id -> team, played."""
        found = self.store.get_many([f"appearances/{day.isoformat()}" for day in days])
        bodies = [document.body for document in found.values()]
        return {date.fromisoformat(body["game_date"]): appearances_of(body) for body in bodies}

    def frontier(self, season: str) -> tuple[Frontier, int | None]:
        """Return a working copy of the season's frontier and its revision (None: not there yet)."""
        document = self.store.get(f"frontier/{season}")
        if document is None:
            return Frontier(season=season), None
        return frontier_from(document.body), document.revision

    def frontier_seasons(self) -> list[str]:
        """Return the seasons that have a frontier."""
        return [document.body["season"] for document in self.store.scan("frontier/", "frontier/" + KEY_LAST)]

    def backfill(self, backfill_id: str) -> tuple[Backfill, int] | None:
        """Return a backfill and its revision, or None."""
        document = self.store.get(backfill_key(backfill_id))
        return None if document is None else (backfill_from(document.body), document.revision)

    def wanter(self, backfill_id: str) -> tuple[bool, int]:
        """Return whether a backfill is live, and its epoch; (False, 0) when there is none."""
        document = self.store.get(backfill_key(backfill_id))
        if document is None:
            return False, 0
        return document.body["status"] in LIVE_STATUSES, document.body["epoch"]

    def plan(self, backfill_id: str) -> Plan:
        """Return a backfill's plan, remembered after the first read: but for a dry run's, plans never change."""
        if backfill_id in self._plans:
            return self._plans[backfill_id]
        document = self.store.get(plan_key(backfill_id))
        if document is None:
            raise InvalidInput("backfill_id", backfill_id, "the id of a planned backfill")
        plan = plan_from(document.body)
        if not plan.draft:
            self._plans[backfill_id] = plan
        return plan

    def backfills(self) -> list[tuple[Backfill, int]]:
        """Return every backfill, oldest first, each with its revision."""
        documents: list[Document] = list(self.store.scan("backfills/", "backfills/" + KEY_LAST))
        found = [(backfill_from(document.body), document.revision) for document in documents]
        return sorted(found, key=lambda pair: (pair[0].created_at, pair[0].id))

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        """Apply all writes or none; return the new revisions. Raises Conflict."""
        return self.store.commit(writes)


def ledger_instance(store: Store, new_id: Callable[[], str]) -> str:
    """Return the ledger's own id, which names its jobs in the warehouse; the first caller creates it.

    A ledger that is emptied and begun again counts fences from one again: with another id it finds none of the
    jobs of the ledger before. Raises Retryable when the store does not answer.
    """
    while (document := store.get(INSTANCE_KEY)) is None:
        try:
            store.commit([Write(key=INSTANCE_KEY, body={"id": new_id()})])
        except Conflict:
            continue
    return str(document.body["id"])


def unit_write(unit: Unit, revision: int | None) -> Write:
    """Return the write of a unit read at a revision (None: absent)."""
    return Write(key=unit.key, body=unit.body(), revision=revision)


def appearances_body(day: date, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document `appearances/{date}` from rows of player_id, team, played."""
    listed = [[row["player_id"], row["team"], bool(row["played"])] for row in rows]
    return {"game_date": day.isoformat(), "players": listed}


def appearances_of(body: Mapping[str, Any]) -> dict[int, Appearance]:
    """Return who was listed by a document `appearances/{date}`: player id -> team, played."""
    return {player: Appearance(team, played) for player, team, played in body["players"]}
