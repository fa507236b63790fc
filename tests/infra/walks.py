"""Ways through the functions' entry points that between them make every call the functions can make.

Golden walks do the real work (synthetic season, DuckDB); directed ones reach what only faults reach.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from unittest import mock

import functions_framework

from shared import bootstrap
from shared.adapters.embedded.memory import MemoryBus, MemoryStore, VirtualClock
from shared.adapters.embedded.push import process_kept
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.landing import FsspecLanding
from shared.adapters.sources.synthetic import SyntheticSource
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.errors import WarehouseUnavailable
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE, Frontier, frontier_from
from shared.domain.units import Status, Unit
from shared.ports import Landing, Source, Store, Warehouse, Write
from shared.service.app import App
from shared.service.attempt import Prepared
from shared.service.dead_letter import SOURCE_ATTRIBUTE
from shared.service.ledger import Ledger, unit_write
from tests.functions.test_events import (
    FIRST,
    FUNCTIONS,
    SECOND,
    event,
    hint,
    made_season,
    post,
    push,
    request,
)
from tests.infra.calls import Calls, RecordingBus, RecordingLanding, RecordingStore, RecordingWarehouse
from tests.memory_stack import MemoryStack, ToySource, toy_work
from tests.simulation.season import SEASON

# Every page, and what the API has beyond them.
STATUS_PATHS = (
    "/",
    "/backfills",
    "/backfills/a",
    "/backfills/a/price",
    f"/dates/{FIRST}",
    "/players/{player}",
    "/alerts",
    "/search?q=james",
    "/api/backfills/a/plan",
    f"/api/check?start={FIRST}&end={FIRST}",
    f"/api/units/3/{FIRST}",
    "/api/rejections",
    "/api/dead-letters",
)
# What each function is told on a date's way from the request to its predictions.
WAY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plan_backfill", request()),
    ("scrape", hint(1)),
    ("process_raw", hint(1)),
    ("process_analytics", hint(2)),
    ("coordinate", hint(3)),
    ("precompute", hint(4)),
    ("predict", hint(4)),
    ("coordinate", hint(5)),
    ("sweep", {"version": 1}),
)
SPENT = Config().attempts_max
UNIT_FUNCTIONS = {"scrape": 1, "process_raw": 2, "process_analytics": 3, "precompute": 4, "predict": 5}


@contextmanager
def served(app: App, calls: Calls, **ports: Any) -> Iterator[App]:
    """Have this process's functions served by the App while the block runs; its bus, ledger and `ports` record."""
    before = bootstrap._app
    ledger = Ledger(cast(Store, RecordingStore(calls, app.ledger.store)))
    try:
        yield bootstrap.use(replace(app, bus=RecordingBus(calls, app.bus), ledger=ledger, **ports))
    finally:
        bootstrap._app = before


def golden(calls: Calls, folder: Path) -> None:
    """Take opening night from the request to its predictions, and ask for everything that is to be seen of it."""
    clock = VirtualClock()
    app = App(
        config=Config(),
        bus=MemoryBus(bootstrap.topology(), clock),
        ledger=Ledger(MemoryStore()),
        warehouse=DuckDbWarehouse(folder / "warehouse", threads=1),
        landing=FsspecLanding(str(folder / "landing")),
        source=cast(Source, SyntheticSource(seed=2024)),
        clock=clock,
    )
    warehouse = cast(Warehouse, RecordingWarehouse(calls, app.warehouse))
    landing = cast(Landing, RecordingLanding(calls, app.landing))
    with served(app, calls, warehouse=warehouse, landing=landing):
        told(calls, "load_calendar", {"version": 1, "season": SEASON})
        for function, message in WAY:
            told(calls, function, message)
        asked(calls)


def told(calls: Calls, function: str, message: dict[str, Any], **attributes: str) -> None:
    """Push a message that must be acknowledged."""
    with calls.serving(function):
        assert push(function, message, **attributes) == 200, (function, message)


def asked(calls: Calls) -> None:
    """Ask the status function for each of its paths."""
    source = Path(REPOSITORY_ROOT) / "functions" / "status" / "main.py"
    with process_kept(source.stem):
        client = functions_framework.create_app("status", str(source), "http").test_client()
    with calls.serving("status"):
        player = client.get(f"/api/dates/{FIRST}").json["players"][0]["player_id"]
        for path in STATUS_PATHS:
            assert client.get(path.format(player=player)).status_code == 200, path


def refusals(calls: Calls) -> None:
    """Push to every function what it can never take."""
    with toy_system(calls):
        for function in sorted(FUNCTIONS):
            with calls.serving(function):
                assert post(function, event(b"{")) == 200


@contextmanager
def toy_system(calls: Calls) -> Iterator[App]:
    """A system in memory whose calendar is loaded."""
    stack = MemoryStack(source=ToySource(made_season().rows()))
    with toy_work(), served(stack.app(), calls) as app:
        assert push("load_calendar", {"version": 1, "season": SEASON}) == 200
        yield app


def lanes(calls: Calls) -> None:
    """Have each function that plays a round find lanes queued that start at every phase."""
    for function in ("plan_backfill", "control_backfill", "coordinate", "sweep", *list(UNIT_FUNCTIONS)[1:]):
        for phase in range(1, 6):
            with toy_system(calls) as app:
                _queue_lane(app, phase)
                _play(calls, app, function)


def _queue_lane(app: App, phase: int) -> None:
    """Leave one lane waiting for its start, at a phase."""
    assert push("plan_backfill", request()) == 200
    kind = HISTORY_LANE if phase <= HISTORY_LANE else TARGET_LANE
    held = app.ledger.store.get(f"frontier/{SEASON}")
    assert held is not None
    before = frontier_from(held.body)
    frontier = Frontier(season=before.season)
    frontier.enqueue(f"{kind}-{SECOND}", phase, "a")
    app.ledger.commit([Write(key=frontier.key, body=frontier.body(), revision=held.revision)])


def _play(calls: Calls, app: App, function: str) -> None:
    if function == "plan_backfill":
        told(calls, function, request(start_date=str(SECOND), end_date=str(SECOND), to_phase=3, request_id="b"))
    elif function == "control_backfill":
        told(calls, function, {"version": 1, "action": "cancel", "backfill_id": "a"})
    elif function == "coordinate":
        told(calls, function, hint(3))
    elif function == "sweep":
        told(calls, function, {"version": 1})
    elif function == "precompute":
        _supersede(app)
        told(calls, function, hint(4))
    else:
        phase = UNIT_FUNCTIONS[function]
        _change(app, phase, wanted_by={})
        told(calls, function, hint(phase - 1))


def _supersede(app: App) -> None:
    """Release Phase 4 of the first date on a version of Phase 3 that it does not have."""
    manifest = {"floors": {}, "policy": {"early_season": "degrade"}, "versions": {}, "entities_version": 7}
    _change(app, 4, manifest=manifest)


def _change(app: App, phase: int, **fields: Any) -> Unit:
    held = app.ledger.unit(phase, FIRST)
    assert held is not None
    changed = replace(held.unit, **fields)
    app.ledger.commit([unit_write(changed, held.revision)])
    return changed


@contextmanager
def _about_to(calls: Calls, function: str) -> Iterator[None]:
    """A toy system in which everything before a function's turn has happened."""
    with toy_system(calls):
        for name, message in WAY:
            if name == function:
                break
            assert push(name, message) == 200
        yield


def _unavailable(*_: object) -> Prepared:
    raise WarehouseUnavailable("planted")


def endings(calls: Calls) -> None:
    """Spend a unit's attempts in every phase and a message's deliveries, and have somebody told."""
    for function, phase in UNIT_FUNCTIONS.items():
        message = hint(phase if phase in (1, 4) else phase - 1)
        with _about_to(calls, function):
            _change(bootstrap.app(), phase, attempts=SPENT)
            told(calls, function, message)
        module = import_module(f"shared.service.{function}")
        faulty = replace(module.STEP, prepare=_unavailable)
        with _about_to(calls, function), mock.patch.object(module, "STEP", faulty), calls.serving(function):
            _change(bootstrap.app(), phase, attempts=SPENT - 1)
            assert push(function, message) == 500
    with toy_system(calls):
        assert push("plan_backfill", request()) == 200
        told(calls, "dead_letter", hint(1), **{SOURCE_ATTRIBUTE: "scrape.phase1-requests"})
        told(calls, "raise_alerts", {"version": 1})
        notice = {"rule": "dead_letters", "subject": "dead_letters", "incident": "dead_letters"}
        told(calls, "notify", {"version": 1, **notice, "notice": "dead_letters.1"})
        told(calls, "control_alerts", {"version": 1, "action": "ack", "target": "dead_letters"})
    with toy_system(calls) as app:
        assert push("plan_backfill", request()) == 200
        lost = {"fence": SPENT, "attempts": SPENT, "lease_until": "2024-10-21T00:00:00+00:00"}
        _change(app, 1, status=Status.RUNNING, **lost)
        told(calls, "sweep", {"version": 1})
