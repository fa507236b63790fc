"""How many bytes BigQuery would read for a statement, from the rows that are here and the declared column types.

BigQuery reads the columns that a statement names, of the partitions that its conditions on the partitioning column
leave over. So do we count: rows by the very comparisons of `game_date` with parameters that stand beside a table,
times the declared widths of those of its columns that the statement names anywhere.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from sqlglot import exp

from shared.adapters.embedded.sql_dialect import parse
from shared.adapters.table_schemas import TableSchema, TableSchemas
from shared.ports import Row

STATEMENTS_KEPT: Final = 256
COMPARISONS: Final = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)

Query = Callable[[str, Mapping[str, Any]], list[Row]]


def query_bytes(query: Query, schemas: TableSchemas, sql: str, parameters: Mapping[str, Any]) -> int:
    """Return the bytes that a SELECT would read, each reference of a declared table counted.

    `query` answers a SELECT. Raises InvalidInput on a statement outside the subset.
    """
    total = 0
    for counting, table, columns in references(sql):
        if table in schemas.tables:
            rows = query(counting, parameters)[0]["row_count"]
            total += rows * _width(schemas.tables[table], columns)
    return total


@lru_cache(maxsize=STATEMENTS_KEPT)
def references(sql: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Return, for each table that a statement names, the SELECT that counts the rows read, the table, and the columns.

    The columns are those that the statement names, of whichever table; `*` stands for all.
    """
    tree = parse(sql)
    columns = frozenset(column.name for column in tree.find_all(exp.Column))
    # `COUNT(*)` reads no column; a star in a list of columns reads them all.
    stars = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    named = columns | {"*"} if stars else columns
    return tuple(
        (_counting(table), f"{table.db}.{table.name}", named) for table in tree.find_all(exp.Table) if table.db
    )


def _counting(table: exp.Table) -> str:
    alias = table.alias_or_name
    select = exp.select("COUNT(*) AS row_count").from_(exp.to_table(f"{table.db}.{table.name}", alias=alias))
    for condition in _conditions(table):
        select = select.where(condition.copy())
    return select.sql(dialect="bigquery")


def _conditions(table: exp.Table) -> Iterator[exp.Expr]:
    """Yield the comparisons with parameters alone that bound the partitions of a table."""
    select = table.find_ancestor(exp.Select)
    if select is None:
        return
    joins = select.args.get("joins") or []
    alone = not joins
    clauses = [clause.this for clause in (select.args.get("where"),) if clause is not None]
    clauses += [join.args["on"] for join in joins if join.args.get("on") is not None]
    for clause in clauses:
        for condition in clause.flatten() if isinstance(clause, exp.And) else (clause,):
            if isinstance(condition, COMPARISONS) and _bounds(condition, table.alias_or_name, alone=alone):
                yield condition


def _bounds(condition: exp.Expr, alias: str, *, alone: bool) -> bool:
    columns = list(condition.find_all(exp.Column))
    return (
        len(columns) == 1 and columns[0].name == "game_date" and (columns[0].table == alias or _bare(columns[0], alone))
    )


def _bare(column: exp.Column, alone: bool) -> bool:
    return alone and not column.table


def _width(schema: TableSchema, columns: frozenset[str]) -> int:
    widths = schema.column_bytes()
    return sum(width for column, width in widths.items() if column in columns or "*" in columns)
