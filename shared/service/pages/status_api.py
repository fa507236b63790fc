"""The read-only JSON API of the `status` function, under /api: what the CLI tells and the pages show, over HTTP.

`api_resources.py` declares its paths; GET /api lists them, GET /api/openapi.json describes them.
"""

from collections.abc import Mapping
from typing import Any, Final

from shared.domain.errors import InvalidInput
from shared.service.pages.api_resources import RESOURCES, Resource
from shared.service.pages.board import Board
from shared.service.pages.openapi import ROOT, openapi
from shared.service.plain import plain

OK, BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED = 200, 400, 404, 405
READING_METHODS: Final = ("GET", "HEAD")
DESCRIPTION: Final = "/openapi.json"
# Of what a path or a link names there may be none; whatever else is wrong is wrong in itself.
NAMED: Final = frozenset({"backfill_id", "season", "player", "team"})
PATHS: Final = tuple(f"{ROOT}{path}" for path in (*(each.path for each in RESOURCES), DESCRIPTION))

Parameters = Mapping[str, str]
Answer = tuple[int, dict[str, Any]]


def answer(board: Board, method: str, path: str, parameters: Parameters) -> Answer:
    """Return the HTTP status and JSON body of a request; wrong input names the field, the value and what is right."""
    if method not in READING_METHODS:
        return METHOD_NOT_ALLOWED, {"error": f"{method}: this API only reads; publish a message to change something"}
    below = path.removeprefix(ROOT).rstrip("/")
    if not below:
        return OK, {"paths": list(PATHS)}
    if below == DESCRIPTION:
        return OK, openapi()
    found = resource_of(below)
    if found is None:
        return NOT_FOUND, {"error": f"{path}: no such path", "paths": list(PATHS)}
    resource, given = found
    try:
        return OK, plain(resource.read(board, {**parameters, **given}))
    except InvalidInput as error:
        return status_of(error), {"error": str(error)}


def status_of(error: InvalidInput) -> int:
    """Return the HTTP status of wrong input: not found where it names something that is not there."""
    return NOT_FOUND if error.field in NAMED else BAD_REQUEST


def resource_of(path: str) -> tuple[Resource, dict[str, str]] | None:
    """Return the resource of a path below /api and what its parts in braces are; None when there is none."""
    parts = path.strip("/").split("/")
    for resource in RESOURCES:
        given = match(resource.path, parts)
        if given is not None:
            return resource, given
    return None


def match(template: str, parts: list[str]) -> dict[str, str] | None:
    """Return what a path stands for in a template such as `/units/{phase}/{date}`, None when it is another's."""
    names = template.strip("/").split("/")
    if len(names) != len(parts):
        return None
    given: dict[str, str] = {}
    for name, part in zip(names, parts, strict=True):
        if name.startswith("{"):
            given[name.strip("{}")] = part
        elif name != part:
            return None
    return given if all(given.values()) else None
