"""A SELECT on the emulator with parameters bound by their declared types: what parity is measured with."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from google.api_core.exceptions import GoogleAPICallError
from google.cloud import bigquery

from shared.domain.errors import Rejected
from shared.ports import Row
from shared.processors.parameters import PARAMETER_TYPES
from tests.emulators.bigquery import client
from tests.emulators.bigquery_proxy import Proxy

Parameter = bigquery.ScalarQueryParameter | bigquery.ArrayQueryParameter
_FIELD = re.compile(r"(\w+) (\w+)")
_NAME = re.compile(r"@(\w+)")


class BigQueryQueries:
    """Runs statements of the declared subset on the emulator behind a proxy."""

    def __init__(self, proxy: Proxy) -> None:
        self.client = client(proxy)

    def query(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Return the rows of a SELECT. Raises Rejected when the statement fails."""
        used = set(_NAME.findall(sql))
        bound = [query_parameter(name, value) for name, value in parameters.items() if name in used]
        config = bigquery.QueryJobConfig(query_parameters=bound)
        try:
            return [dict(row.items()) for row in self.client.query(sql, job_config=config, job_retry=None).result()]
        except GoogleAPICallError as error:
            raise Rejected(str(error)) from error


def query_parameter(name: str, value: Any) -> Parameter:
    """Return a value bound by the type that is declared for its name."""
    kind = PARAMETER_TYPES[name]
    if not kind.startswith("ARRAY<"):
        return bigquery.ScalarQueryParameter(name, kind, value)
    inner = kind.removeprefix("ARRAY<").removesuffix(">")
    if not inner.startswith("STRUCT<"):
        return bigquery.ArrayQueryParameter(name, inner, value)
    fields = dict(_FIELD.findall(inner.removeprefix("STRUCT<")))
    types = [bigquery.ScalarQueryParameterType(of, name=field) for field, of in fields.items()]
    return bigquery.ArrayQueryParameter(name, bigquery.StructQueryParameterType(*types), _structs(fields, value))


def _structs(fields: Mapping[str, str], value: Sequence[Row] | None) -> list[bigquery.StructQueryParameter]:
    return [
        bigquery.StructQueryParameter(
            None, *(bigquery.ScalarQueryParameter(field, of, row[field]) for field, of in fields.items())
        )
        for row in value or ()
    ]
