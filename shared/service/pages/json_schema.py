"""JSON Schemas of the records that the API answers with, derived from their declarations."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from shared.domain.messages import BackfillRequest
from shared.domain.plan import Plan
from shared.domain.policy import EarlySeason

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
DATE: Final[Schema] = {"type": "string", "format": "date"}
MAYBE_DATE: Final[Schema] = {"type": ["string", "null"], "format": "date"}
DATES: Final[Schema] = {"type": "array", "items": DATE}
COUNT: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
DATES_BY_PHASE: Final[Schema] = {"type": "object", "additionalProperties": DATES}
SIMPLE: Final[Mapping[object, Schema]] = {
    str: TEXT,
    int: COUNT,
    float: {"type": "number"},
    bool: FLAG,
    date: DATE,
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
}


def closed(properties: Mapping[str, Schema], description: str = "") -> Schema:
    """Return the schema of an object that has exactly these properties."""
    found: Schema = {"type": "object", "properties": dict(properties), "required": list(properties)}
    told = {"description": description} if description else {}
    return {**found, "additionalProperties": False, **told}


# What `plain` writes in the form it is published or stored in, rather than field by field.
IN_OWN_FORM: Final[Mapping[type, Schema]] = {
    BackfillRequest: closed(
        {
            "version": COUNT,
            "start_date": DATE,
            "end_date": DATE,
            "dates": DATES,
            "scenario": TEXT,
            "from_phase": COUNT,
            "to_phase": COUNT,
            "max_lookback_days": {"type": ["integer", "null"]},
            "min_coverage": {"type": "number"},
            "early_season": {"type": "string", "enum": [each.value for each in EarlySeason]},
            "accept_missing": DATES,
            "force": FLAG,
            "cascade": FLAG,
            "dry_run": FLAG,
            "request_id": TEXT,
            "requested_by": TEXT,
            "reason": TEXT,
            "over_quota": FLAG,
            "processors": {"type": "array", "items": TEXT},
        },
        "A request, as an operator would publish it.",
    ),
    Plan: closed(
        {
            "targets": DATES,
            "history": DATES,
            "free": DATES,
            "run": DATES_BY_PHASE,
            "complete": DATES_BY_PHASE,
            "forced": {"type": "array", "items": COUNT},
            "history_first": MAYBE_DATE,
            "off_days": COUNT,
            "revision": TEXT,
            "draft": FLAG,
        },
        "A plan: targets, history, and by phase the dates that are run or found complete.",
    ),
}


class Schemas:
    """Schemas by type; each record's own is kept once, in `components`, and referred to."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """Return the schema of a type, or of a mapping of names to types. Raises TypeError for one that JSON lacks."""
        if isinstance(kind, Mapping):
            return closed({name: self.of(each) for name, each in kind.items()})
        if kind in SIMPLE:
            return SIMPLE[kind]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"type": "string", "enum": [each.value for each in kind]}
        if is_dataclass(kind) and isinstance(kind, type):
            return self._record(kind)
        build = _BUILDERS.get(get_origin(kind))
        if build is None:
            raise TypeError(f"{kind}: JSON has no such type")
        return build(self, get_args(kind))

    def _record(self, kind: type) -> Schema:
        name = kind.__name__
        if name not in self.components:
            self.components[name] = {}
            self.components[name] = IN_OWN_FORM.get(kind) or self._fields_of(kind)
        return {"$ref": f"#/components/schemas/{name}"}

    def _fields_of(self, kind: type) -> Schema:
        hints = get_type_hints(kind)
        properties = {each.name: self.of(hints[each.name]) for each in fields(kind)}
        return closed(properties, " ".join((kind.__doc__ or "").split()))


def _union(schemas: Schemas, kinds: tuple[Any, ...]) -> Schema:
    return {"anyOf": [schemas.of(kind) for kind in kinds]}


def _sequence(schemas: Schemas, kinds: tuple[Any, ...]) -> Schema:
    if len(kinds) > 1 and kinds[-1] is not Ellipsis:
        items = [schemas.of(kind) for kind in kinds]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    return {"type": "array", "items": schemas.of(kinds[0])}


def _mapping(schemas: Schemas, kinds: tuple[Any, ...]) -> Schema:
    return {"type": "object", "additionalProperties": schemas.of(kinds[1])}


_BUILDERS: Final[Mapping[object, Callable[[Schemas, tuple[Any, ...]], Schema]]] = {
    types.UnionType: _union,
    Union: _union,
    tuple: _sequence,
    list: _sequence,
    Sequence: _sequence,
    Mapping: _mapping,
    dict: _mapping,
}
