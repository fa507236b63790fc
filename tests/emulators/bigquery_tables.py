"""Tables as the proxy sees them: references with partition decorators, layouts, sizes and what is in them."""

# Names in the SQL come from references that were parsed; bqemulator binds the values.
# ruff: noqa: S608

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_upstream import Upstream

# The REST API answers the legacy names of types and takes both.
LEGACY_TYPES = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN", "STRUCT": "RECORD"}
# Bytes of a value, https://cloud.google.com/bigquery/pricing; a string is 2 bytes and its length, here a guess.
VALUE_BYTES = {"BOOLEAN": 1, "STRING": 2 + 10}
OTHER_VALUE_BYTES = 8
# What a table resource holds of the request that created it, and bqemulator drops.
KEPT = ("requirePartitionFilter", "expirationTime")
_DECORATOR = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRef:
    """A table or, with `partition`, one day of it."""

    project: str
    dataset: str
    table: str
    partition: date | None = None

    def __str__(self) -> str:
        decorator = f"${self.partition:%Y%m%d}" if self.partition else ""
        return f"{self.project}:{self.dataset}.{self.table}{decorator}"

    @property
    def whole(self) -> "TableRef":
        return replace(self, partition=None)

    @property
    def sql(self) -> str:
        return f"`{self.dataset}.{self.table}`"

    @property
    def path(self) -> str:
        return f"/projects/{self.project}/datasets/{self.dataset}/tables/{self.table}"


def parse(body: dict[str, Any]) -> TableRef:
    """Return the reference of a REST `TableReference`. Raises Refused on a decorator that is not a day's."""
    table, dollar, decorator = body["tableId"].partition("$")
    partition = None
    if dollar:
        if not _DECORATOR.fullmatch(decorator):
            raise Refused("invalid", f"Invalid table ID {body['tableId']!r}: the proxy knows daily partitions only")
        partition = datetime.strptime(decorator, "%Y%m%d").date()  # noqa: DTZ007
    return TableRef(project=body["projectId"], dataset=body["datasetId"], table=table, partition=partition)


@dataclass(frozen=True)
class Layout:
    """A table's columns with their types, its partitioning column and its clustering columns."""

    columns: dict[str, str]
    required: frozenset[str]
    partition_by: str | None
    cluster_by: tuple[str, ...]

    @cached_property
    def partitioning(self) -> str:
        return f"interval(type:day,field:{self.partition_by})" if self.partition_by else "none"

    @property
    def names(self) -> str:
        return ", ".join(f"`{name}`" for name in self.columns)

    @property
    def row_bytes(self) -> int:
        return sum(VALUE_BYTES.get(kind, OTHER_VALUE_BYTES) for kind in self.columns.values())


def layout(resource: dict[str, Any]) -> Layout:
    """Return the layout of a table resource, or of a job's `schema`, `timePartitioning` and `clustering`."""
    fields = (resource.get("schema") or {}).get("fields", [])
    partitioning = resource.get("timePartitioning") or {}
    return Layout(
        columns=columns(fields),
        required=frozenset(each["name"] for each in fields if each.get("mode") == "REQUIRED"),
        partition_by=partitioning.get("field"),
        cluster_by=tuple((resource.get("clustering") or {}).get("fields", ())),
    )


def columns(fields: list[dict[str, Any]]) -> dict[str, str]:
    """Return each field's legacy type by name, REPEATED ones marked."""
    return {
        each["name"]: LEGACY_TYPES.get(each["type"], each["type"]) + ("[]" if each.get("mode") == "REPEATED" else "")
        for each in fields
    }


class Tables:
    """The emulator's tables with what it forgets about them."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._kept: dict[str, dict[str, Any]] = {}

    def create(self, ref: TableRef, resource: dict[str, Any]) -> dict[str, Any]:
        """Create a table from a resource; return it as stored. Raises Refused when it exists."""
        created = _legacy(self._upstream.call("POST", ref.path.rpartition("/")[0], resource))
        self._kept[str(ref)] = {key: resource[key] for key in KEPT if resource.get(key)}
        return {**created, **self._kept[str(ref)]}

    def get(self, ref: TableRef) -> dict[str, Any]:
        """Return a table's resource with its rows and bytes counted. Raises Refused when there is none."""
        resource = {**self.resource(ref), **self._kept.get(str(ref.whole), {})}
        rows = self.rows(ref)
        resource["numRows"] = str(rows)
        resource["numBytes"] = str(rows * layout(resource).row_bytes)
        return resource

    def resource(self, ref: TableRef) -> dict[str, Any]:
        """Return the emulator's resource of a table. Raises Refused in BigQuery's words when there is none."""
        try:
            return _legacy(self._upstream.call("GET", ref.path))
        except Refused as error:
            if error.reason != "notFound":
                raise
            raise Refused("notFound", f"Not found: Table {ref.whole}") from error

    def layout(self, ref: TableRef) -> Layout:
        """Return a table's layout. Raises Refused when there is no such table, or a decorator finds no partitions."""
        found = layout(self.resource(ref))
        if ref.partition and not found.partition_by:
            message = f"Cannot read partition information from a table that is not partitioned: {ref}"
            raise Refused("invalid", message)
        return found

    def exists(self, ref: TableRef) -> bool:
        try:
            self.resource(ref)
        except Refused as error:
            if error.reason == "notFound":
                return False
            raise
        return True

    def rows(self, ref: TableRef) -> int:
        """Return how many rows a table or partition has."""
        [[count]] = self._upstream.run(ref.project, f"SELECT COUNT(*) FROM {ref.sql}{self._where(ref)}")
        return int(count)

    def bytes(self, ref: TableRef) -> int:
        return self.rows(ref) * self.layout(ref.whole).row_bytes

    def requires_filter(self, ref: TableRef) -> bool:
        return bool(self._kept.get(str(ref.whole), {}).get("requirePartitionFilter"))

    def delete(self, ref: TableRef) -> None:
        """Drop a table, or empty one partition. Raises Refused when there is no such table or partition."""
        found = self.layout(ref)
        if ref.partition is None:
            self._upstream.call("DELETE", ref.path)
            self._kept.pop(str(ref), None)
        elif self.rows(ref) == 0:
            raise Refused("notFound", f"Not found: Table {ref}")
        else:
            where = f"`{found.partition_by}` = DATE '{ref.partition}'"
            self._upstream.run(ref.project, f"DELETE FROM {ref.sql} WHERE {where}")

    def _where(self, ref: TableRef) -> str:
        if ref.partition is None:
            return ""
        return f" WHERE `{self.layout(ref).partition_by}` = DATE '{ref.partition}'"


def _legacy(resource: dict[str, Any]) -> dict[str, Any]:
    for each in (resource.get("schema") or {}).get("fields", []):
        each["type"] = LEGACY_TYPES.get(each["type"], each["type"])
    return resource
