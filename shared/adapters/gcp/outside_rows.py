"""Rows from outside the pipeline as BigQuery's JSON."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from shared.adapters.table_schemas import TableSchema
from shared.domain.errors import AuditFailed, InvalidInput
from shared.ports import Row


def json_rows(schema: TableSchema, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows with dates and times as ISO texts; a column left out stays out, and is NULL.

    Raises InvalidInput when a row has a column that is not declared.
    """
    unknown = sorted({column for row in rows for column in row} - schema.columns.keys())
    if unknown:
        raise InvalidInput(schema.name, unknown, f"columns of {list(schema.columns)}")
    return [{column: _json_value(value) for column, value in row.items()} for row in rows]


def partition_lines(schema: TableSchema, day: date, rows: Sequence[Row]) -> bytes:
    """Return the rows of one partition as JSON lines. Raises InvalidInput, and AuditFailed on a row of another date."""
    found = json_rows(schema, rows)
    strays = [row for row in found if row.get(str(schema.partition_by)) != day.isoformat()]
    if strays:
        raise AuditFailed(f"{schema.name}: {len(strays)} of {len(found)} rows are not of {day}")
    return b"".join(json.dumps(row).encode() + b"\n" for row in found)


def _json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
