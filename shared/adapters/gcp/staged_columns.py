"""What a staged partition must be on BigQuery: declared columns and types, one game date, finite floats; its digest."""

# Names in the SQL come from the declared schemas and from this package; values are bound.
# ruff: noqa: S608

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from shared.adapters.table_schemas import TableSchema
from shared.domain.errors import AuditFailed

DIGEST_DECIMALS: Final = 9
ENTITY_DIGEST_LENGTH: Final = 16
LEFT_OUT_OF_DIGEST: Final = frozenset({"processed_at", "backfill_id"})

# The API answers with the older names of types.
_STANDARD: Final[dict[str, str]] = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}
_ACCEPTED: Final[dict[str, frozenset[str]]] = {"FLOAT64": frozenset({"INT64", "NUMERIC", "BIGNUMERIC"})}
# The digest of rows whatever their order, from `row_digest` of each.
_CONTENT: Final = "COALESCE(TO_HEX(SHA256(STRING_AGG(row_digest, '' ORDER BY row_digest))), '')"
# The type that BigQuery gives to a column of bare NULLs.
_OF_NULLS: Final = "INT64"


def projection(schema: TableSchema, described: Mapping[str, str], processor: str) -> str:
    """Return the select list that makes a statement's columns the declared ones, in declared order.

    `described` maps the statement's columns to their BigQuery types. A column of nothing but NULL is INT64 to
    BigQuery: it is taken for any type, and the statement fails on the first value in it (`wrong_column` tells).
    Raises AuditFailed naming every column that is missing, not declared, or of another type.
    """
    found = {column: _STANDARD.get(kind, kind) for column, kind in described.items()}
    problems = [f"missing {column}" for column in schema.columns if column not in found]
    problems += [f"not declared {column}" for column in found if column not in schema.columns]
    for column, kind in schema.columns.items():
        seen = found.get(column, kind)
        if seen not in _ACCEPTED.get(kind, frozenset()) | {kind, _OF_NULLS}:
            problems.append(f"{column} is {seen}, declared {kind}")
    if problems:
        raise AuditFailed(f"{processor}: {_columns_of(schema)}{'; '.join(problems)}")
    return ", ".join(_column(schema, column, found[column]) for column in schema.columns)


def wrong_column(schema: TableSchema, message: str) -> str | None:
    """Return what a statement under `projection` failed for, when it is a value of another type; else None."""
    _, named, problem = message.partition(_columns_of(schema))
    return f"{named}{problem.splitlines()[0]}" if named else None


def measure(schema: TableSchema, staging: str, entity_column: str | None) -> str:
    """Return the query of, by entity, its row_count, content digest, strays (off @game_date) and not_finite rows.

    The digest is of the rows' digests in their own order: a row's place does not count, how often it is there does.
    Entities come in the order of their text; without a column for them, all rows are those of one without a name.
    """
    floats = [column for column, kind in schema.columns.items() if kind == "FLOAT64"]
    not_finite = " OR ".join(f"IS_NAN(`{column}`) OR IS_INF(`{column}`)" for column in floats)
    stray = f"NOT IFNULL(`{schema.partition_by}` = @game_date, FALSE)" if schema.partition_by else "FALSE"
    return f"""
SELECT
  entity,
  COUNT(*) AS row_count,
  {_CONTENT} AS content,
  COUNTIF(is_stray) AS strays,
  COUNTIF(is_not_finite) AS not_finite
FROM (
  SELECT
    {_entity(entity_column)} AS entity,
    {_row_digest(schema)} AS row_digest,
    {stray} AS is_stray,
    {not_finite or "FALSE"} AS is_not_finite
  FROM `{staging}`
)
GROUP BY entity
ORDER BY entity"""


def measure_published(schema: TableSchema, entity_column: str | None) -> str:
    """Return the query of, by game_date from @start_date to @end_date and entity, row_count and content digest."""
    return f"""
SELECT
  game_date,
  entity,
  COUNT(*) AS row_count,
  {_CONTENT} AS content
FROM (
  SELECT
    game_date,
    {_entity(entity_column)} AS entity,
    {_row_digest(schema)} AS row_digest
  FROM `{schema.name}`
  WHERE game_date BETWEEN @start_date AND @end_date
)
GROUP BY game_date, entity
ORDER BY game_date, entity"""


def digest(rows: int, contents: Iterable[str]) -> str:
    """Return the digest of all entities' contents, in the order of their texts.

    It is compared with BigQuery's own only, other warehouses print floats otherwise.
    """
    return f"bigquery:{rows}:{hashlib.sha256(''.join(contents).encode()).hexdigest()}"


def entity_digest(rows: int, content: str) -> str:
    """Return the digest of one entity's rows, short: a ledger document holds hundreds."""
    return f"{rows}:{content[:ENTITY_DIGEST_LENGTH]}"


def no_rows(schema: TableSchema) -> str:
    """Return a query of the table's columns without a row; it reads nothing and is billed nothing."""
    columns = ", ".join(f"CAST(NULL AS {kind}) AS `{column}`" for column, kind in schema.columns.items())
    return f"SELECT {columns} LIMIT 0"


def _entity(entity_column: str | None) -> str:
    return f"CAST(`{entity_column}` AS STRING)" if entity_column else "''"


def _row_digest(schema: TableSchema) -> str:
    digested = ", ".join(_digested(column, kind) for column, kind in schema.columns.items() if _in_digest(column))
    return f"TO_HEX(SHA256(TO_JSON_STRING(STRUCT({digested}))))"


def _columns_of(schema: TableSchema) -> str:
    return f"columns of {schema.name}: "


def _column(schema: TableSchema, column: str, found: str) -> str:
    kind = schema.columns[column]
    if found != _OF_NULLS or kind in ("INT64", "FLOAT64"):
        return f"CAST(`{column}` AS {kind}) AS `{column}`"
    problem = f"{_columns_of(schema)}{column} is {found}, declared {kind}"
    return f"IF(`{column}` IS NULL, CAST(NULL AS {kind}), ERROR('{problem}')) AS `{column}`"


def _in_digest(column: str) -> bool:
    return column not in LEFT_OUT_OF_DIGEST


def _digested(column: str, kind: str) -> str:
    # Adding zero makes the negative zero a zero.
    return f"ROUND(`{column}`, {DIGEST_DECIMALS}) + 0.0 AS `{column}`" if kind == "FLOAT64" else f"`{column}`"
