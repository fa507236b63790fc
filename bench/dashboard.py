"""The dashboard's pages, served from the embedded store: a full season, five and ten of them, with their backfills."""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import functions_framework

from bench.figures import SEASON, Bound, Figure, report
from bench.noop import GAME_DATES, calendar_of
from shared import bootstrap
from shared.adapters.embedded.push import process_kept
from shared.config import REPOSITORY_ROOT, Config
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import BackfillRequest
from shared.domain.plan import Plan
from shared.domain.units import Status, Unit, unit_from
from shared.ports import Write
from shared.service.app import App
from shared.service.pages.board import LOCAL_AGE_MAX

PART = "dashboard"
FIRST_YEAR = 2015
SEASONS_AT = (1, 5, 10)
PHASES = range(1, 6)
BACKFILLS_A_SEASON = 10
FIRST_PAGE_BOUND = 150.0
LOOKS = 60
PAGE = "text/html"


def plant(app: App, calendar: SeasonCalendar) -> None:
    """Put a season into the ledger: every unit complete, with manifests as long as real ones, and its backfills."""
    app.ledger.commit([Write(key=f"calendar/{calendar.season}", body=calendar.body())])
    names = [f"{calendar.season}-{number}" for number in range(BACKFILLS_A_SEASON)]
    for phase in PHASES:
        app.ledger.commit([_complete(phase, position, calendar, names) for position in range(len(calendar.dates))])
    for name in names:
        request = BackfillRequest(start_date=calendar.dates[0], end_date=calendar.dates[-1])
        plan = Plan(targets=calendar.dates, history=(), free=(), run=dict.fromkeys(PHASES, calendar.dates), complete={})
        done = Backfill(
            id=name,
            request=request,
            status=BackfillStatus.COMPLETE,
            created_at=f"{calendar.start}T00:00:00+00:00",
            finished_at=f"{calendar.start}T00:01:40+00:00",
            counts={"complete": GAME_DATES * len(PHASES)},
        )
        app.ledger.commit([Write(key=done.key, body=done.body()), Write(key=f"plans/{name}", body=plan.body())])


def _complete(phase: int, position: int, calendar: SeasonCalendar, names: list[str]) -> Write:
    versions = {day.isoformat(): 1 for day in calendar.dates[:position]} if phase in (4, 5) else {}
    unit = Unit(
        phase=phase,
        game_date=calendar.dates[position],
        status=Status.COMPLETE,
        version=1,
        inputs={f"3-{day}": 1 for day in versions},
        manifest={"versions": versions, "floor": calendar.start.isoformat(), "floors": {}} if phase in (4, 5) else None,
        wanted_by=dict.fromkeys(names, 0),
        updated_at=f"{calendar.start}T00:01:00+00:00",
    )
    return Write(key=unit.key, body=unit.body())


@contextmanager
def seasons(count: int) -> Iterator[App]:
    """Yield the App of a folder with so many full seasons, the latest last, as this process's."""
    folder = tempfile.mkdtemp()
    try:
        app = bootstrap.use(bootstrap.embedded(Config(home=str(Path(folder)))))
        for number in range(count):
            plant(app, calendar_of(FIRST_YEAR + number, GAME_DATES))
        yield app
    finally:
        shutil.rmtree(folder)


def client_of() -> Any:
    """Return a client of the `status` function, as it is deployed."""
    source = Path(REPOSITORY_ROOT) / "functions" / "status" / "main.py"
    with process_kept(source.stem):
        return functions_framework.create_app("status", str(source), "http").test_client()


def milliseconds(client: Any, path: str, looks: int = LOOKS, between: Any = None) -> list[float]:
    """Return how long each of some looks at a page took, ascending; `between` is called before each."""
    spent = []
    for _ in range(looks):
        if between is not None:
            between()
        began = time.perf_counter()
        answered = client.get(path, headers={"Accept-Encoding": "gzip"})
        spent.append(1000 * (time.perf_counter() - began))
        if answered.status_code != 200 or not answered.content_type.startswith(PAGE):
            raise SystemExit(f"{path}: {answered.status_code}")
    return sorted(spent)


def touch(app: App, calendar: SeasonCalendar) -> Any:
    """Return a step in which ten units move and the age that a viewer may see passes, as under a run."""
    turn = 0

    def move() -> None:
        nonlocal turn
        keys = [f"units/3-{calendar.dates[(turn * 10 + number) % GAME_DATES]}" for number in range(10)]
        turn += 1
        held = app.ledger.store.get_many(keys)
        writes = []
        for key, document in held.items():
            unit = replace(unit_from(document.body), seconds=float(turn))
            writes.append(Write(key=key, body=unit.body(), revision=document.revision))
        app.ledger.commit(writes)
        time.sleep(LOCAL_AGE_MAX / timedelta(seconds=1))

    return move


def of_seasons(count: int) -> list[Figure]:
    """Return the figures of a ledger with so many seasons."""
    with seasons(count) as app:
        latest = calendar_of(FIRST_YEAR + count - 1, GAME_DATES)
        client = client_of()
        cold = milliseconds(client, "/", 1)
        moving = milliseconds(client, "/", between=touch(app, latest))
        still = milliseconds(client, "/")
        pages = {
            "a backfill's page": f"/backfills/{latest.season}-0",
            "all backfills": "/backfills",
            "the live part of the first page": "/?part=live",
        }
        others = {text: milliseconds(client, path) for text, path in pages.items()}
    return [
        _figure("first page, the instance's first", cold[0], count),
        _figure("first page, ten units moved, p95", _p95(moving), count, FIRST_PAGE_BOUND),
        _figure("first page, nothing moved, p95", _p95(still), count, FIRST_PAGE_BOUND),
        *(_figure(f"{text}, p95", _p95(each), count) for text, each in others.items()),
    ]


def _figure(name: str, value: float, at: int, limit: float | None = None) -> Figure:
    return Figure(
        part=PART, name=name, value=value, unit="ms", limit=limit, bound=Bound.BELOW, decimals=1, at=at, of=SEASON
    )


def of_real_season(home: Path) -> list[Figure]:
    """Return the figures of a folder with a whole computed season: pages that read its tables too."""
    bootstrap.use(bootstrap.open_app(Config(home=str(home)), reading=True))
    client = client_of()
    day = client.get("/api/seasons/2024-25").json["dates"][80]["game_date"]
    player = client.get(f"/api/dates/{day}").json["players"][-1]["player_id"]
    paths = {"first page": "/", "a date": f"/dates/{day}", "a player": f"/players/{player}", "search": "/search?q=an"}
    found = {text: milliseconds(client, path, 20) for text, path in paths.items()}
    name = "a computed season"
    return [
        Figure(part=PART, name=f"{name}: {text}, p95", value=_p95(each), unit="ms", decimals=0)
        for text, each in found.items()
    ]


def _p95(spent: list[float]) -> float:
    return statistics.quantiles(spent, n=20, method="inclusive")[-1]


def figures() -> list[Figure]:
    """Return the milliseconds of the pages, by seasons, and with a computed one in BENCH_HOME."""
    computed = os.environ.get("BENCH_HOME", "")
    by_name = sorted(
        (each for count in SEASONS_AT for each in of_seasons(count)), key=lambda each: (each.limit is None, each.name)
    )
    return [*by_name, *(of_real_season(Path(computed)) if computed else ())]


if __name__ == "__main__":
    sys.exit(report(figures(), sys.argv))
