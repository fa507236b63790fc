"""What a statement reads, and whether it filters the tables that demand a filter."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


def tables_of(sql: str) -> set[str]:
    """Return the tables that a statement names, as `dataset.table`; none when it cannot be parsed."""
    return {_name(table) for tree in _trees(sql) for table in tree.find_all(exp.Table) if _is_stored(table)}


def unfiltered(sql: str, required: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    """Yield each table whose column `required(table)` is in no condition of the SELECT that reads it."""
    for tree in _trees(sql):
        for select in tree.find_all(exp.Select):
            conditions = [select.args.get("where"), *(join.args.get("on") for join in select.args.get("joins", []))]
            filtered = {column.name for part in conditions if part for column in part.find_all(exp.Column)}
            sources = [select.args.get("from_"), *select.args.get("joins", [])]
            for table in [each.this for each in sources if each and isinstance(each.this, exp.Table)]:
                column = required(_name(table)) if _is_stored(table) else None
                if column and column not in filtered:
                    yield _name(table), column


@lru_cache(maxsize=256)
def _trees(sql: str) -> tuple[exp.Expr, ...]:
    try:
        return tuple(tree for tree in sqlglot.parse(sql, read="bigquery") if tree is not None)
    except SqlglotError:
        # The emulator refuses it, in words of its own.
        return ()


def _is_stored(table: exp.Table) -> bool:
    return bool(table.db) and "INFORMATION_SCHEMA" not in table.sql().upper()


def _name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}"
