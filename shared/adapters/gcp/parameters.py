"""Values bound to a statement's parameters, with the types declared in `shared/processors/parameters.py`."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from google.cloud.bigquery import (
    ArrayQueryParameter,
    ScalarQueryParameter,
    ScalarQueryParameterType,
    StructQueryParameter,
    StructQueryParameterType,
)

from shared.adapters.gcp.names import parameter_names
from shared.domain.errors import InvalidInput
from shared.processors.parameters import PARAMETER_TYPES

Parameter = ScalarQueryParameter | ArrayQueryParameter

_ARRAY: Final = re.compile(r"ARRAY<(?P<element>.*)>")
_STRUCT: Final = re.compile(r"STRUCT<(?P<fields>.*)>")


def bind(sql: str, values: Mapping[str, Any]) -> list[Parameter]:
    """Return the parameters that occur in a statement, bound to their values; others are left out.

    An array that is None is bound as an empty one: BigQuery has no NULL arrays. Raises InvalidInput naming a
    parameter that is not declared, or that was not given.
    """
    names = parameter_names(sql)
    for name in names:
        if name not in PARAMETER_TYPES:
            raise InvalidInput("sql", f"@{name}", "a parameter declared in shared/processors/parameters.py")
    missing = sorted(set(names) - values.keys())
    if missing:
        raise InvalidInput("parameters", sorted(values), f"also {', '.join(missing)}")
    return [_parameter(name, PARAMETER_TYPES[name], values[name]) for name in names]


def _parameter(name: str, kind: str, value: Any) -> Parameter:
    array = _ARRAY.fullmatch(kind)
    if array is None:
        return ScalarQueryParameter(name, kind, value)
    struct = _STRUCT.fullmatch(array["element"])
    if struct is None:
        return ArrayQueryParameter(name, array["element"], list(value or ()))
    return _structs(name, dict(field.split(" ") for field in struct["fields"].split(", ")), value or ())


def _structs(name: str, fields: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> ArrayQueryParameter:
    # The type is given with the rows, so that an array of none has one too.
    # The client's own annotations of these two are missing.
    scalar: Callable[..., Any] = ScalarQueryParameterType
    struct: Callable[..., Any] = StructQueryParameterType
    kind = struct(*(scalar(kind, name=field) for field, kind in fields.items()))
    bound = [
        StructQueryParameter(None, *(ScalarQueryParameter(field, kind, row[field]) for field, kind in fields.items()))
        for row in rows
    ]
    return ArrayQueryParameter(name, kind, bound)
