"""A small season in memory, planted straight into the ledger, for the services that read."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from shared import bootstrap
from shared.adapters.embedded.memory import MemoryBus, MemoryStore, VirtualClock
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.landing import FsspecLanding
from shared.adapters.sources.synthetic import SyntheticSource
from shared.config import Config
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import BackfillRequest
from shared.domain.plan import Plan
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from shared.service.ledger import Ledger, appearances_body

SEASON = "2024-25"
FIRST = date(2024, 10, 22)
HOME_TEAM, AWAY_TEAM = "AAA", "BBB"


def day(number: int) -> date:
    """The calendar day so many days after opening night."""
    return FIRST + timedelta(days=number)


def calendar_of(days: Iterable[date]) -> SeasonCalendar:
    """One game a date, always between the same two teams."""
    return SeasonCalendar(season=SEASON, revision=1, fixtures=dict.fromkeys(days, ((HOME_TEAM, AWAY_TEAM),)))


def make_app(days: Iterable[date]) -> App:
    clock = VirtualClock()
    app = App(
        config=Config(),
        bus=MemoryBus(bootstrap.topology(), clock),
        ledger=Ledger(MemoryStore()),
        warehouse=DuckDbWarehouse(),
        landing=FsspecLanding("memory://landing"),
        source=SyntheticSource(seed=1),
        clock=clock,
    )
    app.ledger.commit([Write(key=f"calendar/{SEASON}", body=calendar_of(days).body())])
    return app


def put(app: App, *units: Unit) -> None:
    """Write units in place of what the ledger has."""
    for unit in units:
        held = app.ledger.store.get(unit.key)
        app.ledger.commit([Write(key=unit.key, body=unit.body(), revision=held.revision if held else None)])


def complete(phase: int, on: date, **fields: object) -> Unit:
    return Unit(phase=phase, game_date=on, status=Status.COMPLETE, version=1, **fields)  # type: ignore[arg-type]


def appear(app: App, on: date, players: Mapping[int, str | None], *, team: str = HOME_TEAM) -> None:
    """Complete Phases 1-3 of a date on which `players` were listed: None for one who did not play."""
    put(app, *(complete(phase, on) for phase in (1, 2, 3)))
    rows = [{"player_id": player, "team": side or team, "played": side is not None} for player, side in players.items()]
    app.ledger.commit([Write(key=f"appearances/{on}", body=appearances_body(on, rows))])


def open_backfill(app: App, name: str, request: BackfillRequest, status: BackfillStatus, plan: Plan) -> None:
    backfill = Backfill(id=name, request=request, status=status, created_at=app.clock.now().isoformat())
    app.ledger.commit([Write(key=backfill.key, body=backfill.body()), Write(key=f"plans/{name}", body=plan.body())])


def plan_for(*targets: date) -> Plan:
    return Plan(targets=targets, history=(), free=(), run={}, complete={})
