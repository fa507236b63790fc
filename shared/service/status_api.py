"""The read-only JSON API of the `status` function: what the CLI's status and check verbs tell, over HTTP.

GET /                                      the paths
GET /backfills                             every backfill as it stands, oldest first
GET /backfills/<id>                        one, with what waits on what and what failed
GET /backfills/<id>/plan                   its plan
GET /backfills/<id>/failed                 what failed of it, and what that blocks
GET /check?start=2024-11-08&end=2024-11-14 which phases of each game date are there
GET /units/<phase>/<date>                  one unit as the ledger holds it
GET /rejections                            messages that could never succeed, latest first
GET /dead-letters                          messages whose deliveries were spent, latest first
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from shared.domain.calendar import parse_date
from shared.domain.errors import InvalidInput
from shared.service.app import App
from shared.service.check import check
from shared.service.failures import failures_of, known_backfill
from shared.service.plain import plain
from shared.service.refusals import dead_letters, rejections
from shared.service.status import Observer

OK, BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED = 200, 400, 404, 405
READING_METHODS: Final = ("GET", "HEAD")
PATHS: Final = (
    "/backfills",
    "/backfills/<id>",
    "/backfills/<id>/plan",
    "/backfills/<id>/failed",
    "/check?start=<date>&end=<date>",
    "/units/<phase>/<date>",
    "/rejections",
    "/dead-letters",
)

Parameters = Mapping[str, str]
Answer = tuple[int, dict[str, Any]]


def answer(app: App, method: str, path: str, parameters: Parameters) -> Answer:
    """Return the HTTP status and JSON body of a request; wrong input names the field, the value and what is right."""
    if method not in READING_METHODS:
        return METHOD_NOT_ALLOWED, {"error": f"{method}: this API only reads; publish a message to change something"}
    parts = [part for part in path.split("/") if part]
    resource = RESOURCES.get((parts[0] if parts else "", len(parts)))
    if resource is None:
        return NOT_FOUND, {"error": f"{path}: no such path", "paths": PATHS}
    try:
        return OK, plain(resource(app, parts, parameters))
    except InvalidInput as error:
        missing = error.field == "backfill_id"
        return NOT_FOUND if missing else BAD_REQUEST, {"error": str(error)}


def _paths(_app: App, _parts: list[str], _parameters: Parameters) -> object:
    return {"paths": PATHS}


def _backfills(app: App, _parts: list[str], _parameters: Parameters) -> object:
    observer = Observer(app)
    return {"backfills": observer.standings(backfill.id for backfill, _ in app.ledger.backfills())}


def _backfill(app: App, parts: list[str], _parameters: Parameters) -> object:
    return Observer(app).standing(parts[1])


def _part(app: App, parts: list[str], _parameters: Parameters) -> object:
    if parts[2] == "plan":
        return app.ledger.plan(parts[1])
    if parts[2] == "failed":
        return {"failed": failures_of(app, known_backfill(app, parts[1])[0])}
    raise InvalidInput("path", "/".join(parts), f"/backfills/{parts[1]}/plan or /backfills/{parts[1]}/failed")


def _check(app: App, _parts: list[str], parameters: Parameters) -> object:
    start, end = parse_date("start", parameters.get("start")), parse_date("end", parameters.get("end"))
    found = check(app, start, end)
    return {**plain(found), "complete": found.complete}


def _unit(app: App, parts: list[str], _parameters: Parameters) -> object:
    phases = {"1", "2", "3", "4", "5"}
    if parts[1] not in phases:
        raise InvalidInput("phase", parts[1], "a phase from 1 to 5")
    day = parse_date("game_date", parts[2])
    held = app.ledger.unit(int(parts[1]), day)
    return {"unit": None if held is None else held.unit.body()}


def _rejections(app: App, _parts: list[str], _parameters: Parameters) -> object:
    return {"rejections": rejections(app)}


def _dead_letters(app: App, _parts: list[str], _parameters: Parameters) -> object:
    return {"dead_letters": dead_letters(app)}


RESOURCES: Final[Mapping[tuple[str, int], Callable[[App, list[str], Parameters], object]]] = {
    ("", 0): _paths,
    ("backfills", 1): _backfills,
    ("backfills", 2): _backfill,
    ("backfills", 3): _part,
    ("check", 1): _check,
    ("units", 3): _unit,
    ("rejections", 1): _rejections,
    ("dead-letters", 1): _dead_letters,
}
