"""The embedded stack as `backfill run` drives it, for tests: real functions, envelopes, bus, store, warehouse."""

from pathlib import Path
from typing import Any

from shared import bootstrap
from shared.adapters.embedded.push import FunctionApp
from shared.adapters.embedded.runner import LocalRunner
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.backfills import Backfill
from shared.domain.messages import CalendarRequest
from shared.domain.units import Unit
from shared.service.app import App
from shared.service.load_calendar import load_calendar

SEASON = "2024-25"
_functions: dict[str, FunctionApp] = {}


def open_app(home: Path, **settings: Any) -> App:
    """Return an App on the real season in `home`, made this process's own, with the calendar loaded."""
    config = Config(home=str(home), **{"source": "archive", **settings})
    app = bootstrap.use(bootstrap.embedded(config))
    load_calendar(app, CalendarRequest(season=SEASON))
    return app


def functions() -> dict[str, Any]:
    """Return the deployed entry points, loaded once a process."""
    for name, function in bootstrap.topology().functions.items():
        if function.topics and name not in _functions:
            _functions[name] = FunctionApp(name, REPOSITORY_ROOT / "functions" / name / "main.py")
    return {name: function.call for name, function in _functions.items()}


def run(app: App, *requests: dict[str, Any], workers: int = 2) -> list[Backfill]:
    """Publish the requests, run until no backfill is live and the bus is idle; return the backfills."""
    for request in requests:
        app.bus.publish("backfill-requests", request)
    run_until_idle(app, workers=workers)
    return [backfill for backfill, _ in app.ledger.backfills()]


def run_until_idle(app: App, *, workers: int = 2) -> None:
    """Run the functions until no backfill is live and the bus is idle."""
    runner = LocalRunner(app.bus, functions(), clock=app.clock, workers=workers, sweep_seconds=app.config.sweep_seconds)
    runner.run(lambda: app.bus.idle() and not any(backfill.live for backfill, _ in app.ledger.backfills()))


def all_units(app: App) -> dict[str, Unit]:
    """Return every unit of the ledger, by key."""
    calendar = app.ledger.calendar(SEASON)
    return {key: held.unit for key, held in app.ledger.units_of_season(calendar).items()}


def digests(app: App) -> dict[str, dict[str, str]]:
    """Return the content digests of every complete unit, by unit and processor."""
    return {key: dict(unit.digests) for key, unit in all_units(app).items() if unit.version}
