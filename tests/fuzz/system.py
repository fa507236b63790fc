"""A system in memory: two dates computed, hostile texts in all that people type, every write and statement seen."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from shared import bootstrap
from shared.adapters.embedded.memory import MemoryBus, MemoryStore, VirtualClock
from shared.adapters.embedded.push import FunctionApp, acknowledges, envelope
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.gcp.firestore_documents import fields_of, path_of
from shared.adapters.landing import FsspecLanding
from shared.adapters.sources.synthetic import SyntheticSource
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.alert_rules import RULES
from shared.domain.incidents import Incident, IncidentStatus
from shared.domain.messages import CalendarRequest
from shared.domain.units import Status
from shared.ports import Row, Write
from shared.service.app import App
from shared.service.ledger import Ledger
from shared.service.load_calendar import load_calendar
from tests.fuzz.hostile import HTML, MARKER, SQL

SEASON: Final = "2024-25"
FIRST, SECOND, THIRD = "2024-10-22", "2024-10-23", "2024-10-24"
TOPOLOGY: Final = bootstrap.topology()
FUNCTIONS: Final = {name: each for name, each in TOPOLOGY.functions.items() if each.topics}


@dataclass(kw_only=True)
class Seen:
    """What a system did since it was last cleared."""

    writes: list[Write] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.writes.clear()
        self.statements.clear()


class HostileSource(SyntheticSource):
    """The synthetic season, in which a player and a home team of each date are called something hostile."""

    def __init__(self) -> None:
        super().__init__(seed=7)

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        """Return the rows of a date. Raises SourceMissing."""
        files = super().scrape(game_date)
        said = (*HTML, *SQL)[game_date.day % len((*HTML, *SQL))]
        files["player_boxscores"][0] |= {"player_name": said}
        files["games"][0] |= {"home_team_name": said}
        return files


@dataclass(frozen=True, kw_only=True)
class System:
    """The App that was computed once, and what it has been seen doing."""

    app: App
    seen: Seen

    @contextmanager
    def same(self) -> Iterator[App]:
        """Yield this process's App as it is kept, for what only reads."""
        self.seen.clear()
        before = bootstrap._app
        try:
            yield bootstrap.use(self.app)
        finally:
            bootstrap._app = before

    @contextmanager
    def fresh(self) -> Iterator[App]:
        """Yield this process's App on a copy of the ledger, with nothing in its caches and nothing on its bus."""
        self.seen.clear()
        kept = self.app.ledger.store
        store = MemoryStore(on_commit=self.seen.writes.extend)
        store._documents, store._keys = dict(kept._documents), list(kept._keys)
        clock = VirtualClock(self.app.clock.now())
        made = replace(self.app, bus=MemoryBus(TOPOLOGY, clock), ledger=Ledger(store), clock=clock)
        before = bootstrap._app
        try:
            yield bootstrap.use(made)
        finally:
            bootstrap._app = before


@lru_cache(maxsize=1)
def system() -> System:
    """Return the system, built on the first call: two dates through all phases, a third asked for."""
    seen = Seen()
    clock = VirtualClock()
    warehouse = DuckDbWarehouse()
    execute = warehouse._session.execute

    def recorded(sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        seen.statements.append(sql)
        return execute(sql, parameters)

    warehouse._session.execute = recorded  # type: ignore[method-assign]
    app = App(
        config=Config(),
        bus=MemoryBus(TOPOLOGY, clock),
        ledger=Ledger(MemoryStore(on_commit=seen.writes.extend)),
        warehouse=warehouse,
        landing=FsspecLanding("memory://fuzz/landing"),
        source=HostileSource(),
        clock=clock,
    )
    before = bootstrap._app
    bootstrap.use(app)
    load_calendar(app, CalendarRequest(season=SEASON))
    app.bus.publish("backfill-requests", request("first", FIRST, SECOND, HTML[0]))
    drain(app)
    app.bus.publish("backfill-requests", request("second", THIRD, THIRD, HTML[1]))
    _deliver(app, only=("plan_backfill",))
    _plant(app)
    bootstrap._app = before
    return System(app=app, seen=seen)


def request(name: str, first: str, last: str, said: str, **fields: object) -> dict[str, Any]:
    """Return the message of a request whose texts are hostile."""
    asked = {"version": 1, "start_date": first, "end_date": last, "request_id": name}
    return {**asked, "requested_by": said, "reason": said, **fields}


@lru_cache(maxsize=len(FUNCTIONS))
def function(name: str) -> FunctionApp:
    """Return a deployed entry point, loaded once a process."""
    return FunctionApp(name, REPOSITORY_ROOT / "functions" / name / "main.py")


def drain(app: App) -> None:
    """Deliver what is on the bus, and what comes of it, until there is nothing."""
    while not app.bus.idle():
        _deliver(app, only=None)


def _deliver(app: App, only: Sequence[str] | None) -> None:
    for delivery in app.bus.receive(only, 50):
        status = function(delivery.function).call(envelope(delivery), delivery.topic)
        assert acknowledges(status), (delivery.function, status)
        app.bus.acknowledge(delivery)


def _plant(app: App) -> None:
    """Write a failed unit, an incident, a rejection and a dead letter that say something hostile."""
    at, rule = app.clock.now().isoformat(), RULES[0]
    failed = app.ledger.unit(1, date.fromisoformat(THIRD))
    assert failed is not None
    unit = replace(failed.unit, status=Status.FAILED, error=SQL[1] + HTML[0])
    incident = Incident(
        id=rule.name,
        rule=rule.name,
        severity=rule.severity,
        status=IncidentStatus.FIRING,
        episode=1,
        subjects={HTML[1]: {HTML[2]: HTML[3]}},
        subjects_total=1,
        since=at,
        fired_at=at,
        last_seen=at,
        told_at=at,
        muted=HTML[4],
        acknowledged_at=at,
        acknowledged_by=HTML[1],
    )
    letter = {"at": at, "subscription": HTML[1], "message": {HTML[0]: HTML[2]}}
    refused = {"at": at, "topic": HTML[3], "error": HTML[0], "request": HTML[1]}
    app.ledger.commit(
        [
            Write(key=unit.key, body=unit.body(), revision=failed.revision),
            Write(key=incident.key, body=incident.body()),
            Write(key="dead_letters/hostile", body=letter),
            Write(key="rejections/hostile", body=refused),
        ]
    )


def check_statements(seen: Seen) -> None:
    """Fail when anything hostile stands in the text of a statement; values are bound."""
    for sql in seen.statements:
        assert MARKER not in sql, sql


def check_writes(seen: Seen) -> None:
    """Fail when a document could not be kept by every ledger: its key, its size, and that it is JSON of valid text."""
    for write in seen.writes:
        path_of(write.key)
        text = fields_of(write.key, write.body, "token")["body"]
        json.dumps(json.loads(text, parse_constant=_no_json), ensure_ascii=False).encode()


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
