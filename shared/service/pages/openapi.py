"""The OpenAPI description of the status API, derived from the resources it answers."""

import re
from functools import lru_cache
from mimetypes import types_map
from typing import Any, Final

from shared.service.pages.api_resources import RESOURCES, Resource
from shared.service.pages.json_schema import TEXT, Schema, Schemas

ROOT: Final = "/api"
VERSION: Final = "3.1.0"
JSON: Final = types_map[".json"]
ERRORS: Final = {"400": "The input is wrong: the error names field, value and what would be right.", "404": "No such."}


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    """Return the description of every path, in OpenAPI 3.1."""
    schemas = Schemas()
    paths = {f"{ROOT}{each.path}": {"get": _operation(each, schemas)} for each in RESOURCES}
    return {
        "openapi": VERSION,
        "info": {
            "title": "Lookback status",
            "version": "1",
            "description": "Read-only: how backfills, dates and players stand. To change something, publish a message.",
        },
        "paths": paths,
        "components": {"schemas": {**schemas.components, "Error": _error()}},
    }


def _operation(resource: Resource, schemas: Schemas) -> dict[str, Any]:
    errors = {code: _response(text, {"$ref": "#/components/schemas/Error"}) for code, text in ERRORS.items()}
    return {
        "operationId": "_".join(re.findall(r"[a-z]+", resource.path)),
        "summary": resource.summary,
        "parameters": [
            *(_parameter(name, "path", required=True) for name in re.findall(r"{(\w+)}", resource.path)),
            *(_parameter(name.rstrip("?"), "query", required=not name.endswith("?")) for name in resource.query),
        ],
        "responses": {"200": _response(resource.summary, schemas.of(resource.body)), **errors},
    }


def _parameter(name: str, where: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required, "schema": TEXT}


def _response(text: str, schema: Schema) -> dict[str, Any]:
    return {"description": text, "content": {JSON: {"schema": schema}}}


def _error() -> Schema:
    properties = {"error": TEXT, "paths": {"type": "array", "items": TEXT}}
    return {"type": "object", "properties": properties, "required": ["error"], "additionalProperties": False}
