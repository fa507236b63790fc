"""Declared tables made on the emulator and filled with rows, as a deployment and a load would."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from google.cloud import bigquery

from shared.adapters.table_schemas import TableSchema
from shared.ports import Row


def create(client: bigquery.Client, schema: TableSchema) -> None:
    """Create a declared table, partitioned and clustered, and its dataset where there is none."""
    client.create_dataset(schema.dataset, exists_ok=True)
    table = bigquery.Table(f"{client.project}.{schema.name}", schema=fields(schema))
    if schema.partition_by:
        table.time_partitioning = bigquery.TimePartitioning(field=schema.partition_by)
    if schema.cluster_by:
        table.clustering_fields = list(schema.cluster_by)
    client.create_table(table)


def fill(client: bigquery.Client, schema: TableSchema, rows: Iterable[Row]) -> None:
    """Replace all rows of a table."""
    config = bigquery.LoadJobConfig(schema=fields(schema), write_disposition="WRITE_TRUNCATE")
    lines = [{name: _json(value) for name, value in row.items()} for row in rows]
    client.load_table_from_json(lines, f"{client.project}.{schema.name}", job_config=config).result()


def fields(schema: TableSchema) -> list[bigquery.SchemaField]:
    """Return a table's columns as the client names them."""
    return [bigquery.SchemaField(name, kind) for name, kind in schema.columns.items()]


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def unlike(left: Iterable[Mapping[str, Any]], right: Iterable[Mapping[str, Any]], key: tuple[str, ...]) -> list[str]:
    """Return how two sets of rows differ, one line a difference: floats beyond 1e-9, anything else at all."""
    ours, theirs = _by_key(left, key), _by_key(right, key)
    found = [f"{where}: only in one" for where in sorted(ours.keys() ^ theirs.keys(), key=repr)]
    for where in ours.keys() & theirs.keys():
        one, other = ours[where], theirs[where]
        names = sorted(one.keys() | other.keys())
        found += [
            f"{where}.{name}: {one.get(name)!r} {other.get(name)!r}" for name in names if _differs(one, other, name)
        ]
    return found


def _by_key(rows: Iterable[Mapping[str, Any]], key: tuple[str, ...]) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    every = list(rows)
    found = {tuple(row[name] for name in key): row for row in every}
    assert len(found) == len(every), f"a value of {key} occurs twice"
    return found


def _differs(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    if name not in one or name not in other:
        return True
    ours, theirs = one[name], other[name]
    if isinstance(ours, float) and isinstance(theirs, int | float) and not isinstance(theirs, bool):
        return abs(ours - theirs) > 1e-9 * max(1.0, abs(ours))
    return type(ours) is not type(theirs) or bool(ours != theirs)
