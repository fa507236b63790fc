"""What a staged partition must be: the declared columns and types, finite floats, one game date; and its digest."""

# Names in the SQL come from the declared schemas and from this package; values are bound.
# ruff: noqa: S608

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from shared.adapters.embedded.sql_dialect import duckdb_type
from shared.adapters.table_schemas import TableSchema
from shared.domain.errors import AuditFailed

DIGEST_DECIMALS: Final = 9
LEFT_OUT_OF_DIGEST: Final = frozenset({"processed_at", "backfill_id"})

_INTEGERS: Final = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)
_UNTYPED_NULL: Final = '"NULL"'
# The DuckDB types that a column of each declared type takes. A float is not taken for INT64: BigQuery refuses it.
_ACCEPTED: Final[dict[str, frozenset[str]]] = {
    "STRING": frozenset({"VARCHAR"}),
    "INT64": _INTEGERS,
    "FLOAT64": _INTEGERS | {"DOUBLE", "FLOAT", "DECIMAL"},
    "BOOL": frozenset({"BOOLEAN"}),
    "DATE": frozenset({"DATE"}),
    "TIMESTAMP": frozenset({"TIMESTAMP"}),
}


def projection(schema: TableSchema, described: Mapping[str, str], processor: str) -> str:
    """Return the select list that casts a statement's columns to the declared ones, in declared order.

    `described` maps the statement's columns to their DuckDB types. Raises AuditFailed naming every column
    that is missing, not declared, or of another type.
    """
    problems = [f"missing {column}" for column in schema.columns if column not in described]
    problems += [f"not declared {column}" for column in described if column not in schema.columns]
    for column, kind in schema.columns.items():
        found = described.get(column, _UNTYPED_NULL)
        if found != _UNTYPED_NULL and found.partition("(")[0] not in _ACCEPTED[kind]:
            problems.append(f"{column} is {found}, declared {kind}")
    if problems:
        raise AuditFailed(f"{processor}: columns of {schema.name}: {'; '.join(problems)}")
    return ", ".join(
        f'CAST("{column}" AS {duckdb_type(kind)}) AS "{column}"' for column, kind in schema.columns.items()
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What a staging table holds: rows, content digest, those of its entities, and rows that must not be there."""

    rows: int
    digest: str
    entities: Mapping[str, str]
    strays: int
    not_finite: int


def measure(schema: TableSchema, staging: str, entity_column: str | None) -> str:
    """Return the query of, by entity, its rows, sum of row hashes, rows off `$game_date` and non-finite rows.

    The sum does not depend on the rows' order, and counts a row twice that is there twice.
    """
    floats = [f'COALESCE("{column}", 0)' for column, kind in schema.columns.items() if kind == "FLOAT64"]
    # A sum is finite only when each of its terms is.
    not_finite = f"COUNT(*) FILTER (NOT isfinite({' + '.join(floats)}))" if floats else "0"
    strays = f'COUNT(*) FILTER ("{schema.partition_by}" IS DISTINCT FROM $game_date)' if schema.partition_by else "0"
    entity = f'CAST("{entity_column}" AS VARCHAR)' if entity_column else "NULL"
    return f"SELECT {entity}, COUNT(*), {_hashes(schema)}, {strays}, {not_finite} FROM {staging} GROUP BY 1"


def measure_published(schema: TableSchema, source: str) -> str:
    """Return the query of, by game date from `$first` to `$last`, a table's rows and sum of row hashes."""
    dates = "game_date BETWEEN $first AND $last"
    return f"SELECT game_date, COUNT(*), {_hashes(schema)} FROM {source} WHERE {dates} GROUP BY 1 ORDER BY 1"


def _hashes(schema: TableSchema) -> str:
    hashed = ", ".join(_hashed(column, kind) for column, kind in schema.columns.items() if _in_digest(column))
    return f"SUM(CAST(hash({hashed}) AS HUGEINT))"


def measured(entities: Sequence[tuple[Any, ...]], entity_column: str | None) -> Measured:
    """Return what the rows of a `measure` query say."""
    rows, hashes = sum(row[1] for row in entities), sum(row[2] for row in entities)
    return Measured(
        rows=rows,
        digest=digest(rows, hashes),
        entities={str(row[0]): f"{row[1]}:{row[2]:x}" for row in entities} if entity_column else {},
        strays=sum(row[3] for row in entities),
        not_finite=sum(row[4] for row in entities),
    )


def digest(rows: int, hashes: int) -> str:
    """Return the content digest of `rows` rows whose hashes add up to `hashes`; DuckDB's hash may change with it."""
    return f"duckdb-{duckdb.__version__}:{rows}:{hashes:x}"


def _in_digest(column: str) -> bool:
    return column not in LEFT_OUT_OF_DIGEST


def _hashed(column: str, kind: str) -> str:
    return f'round("{column}", {DIGEST_DECIMALS})' if kind == "FLOAT64" else f'"{column}"'
