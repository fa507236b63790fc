"""Starts bqemulator; run by the Python of the emulator's own virtual environment, which knows nothing of this project.

DuckDB's spatial extension comes from a package and is put below HOME, where the emulator looks for it. The emulator
parses each statement some fifteen times; here it is parsed once and copied, which is most of its time.
"""

from functools import lru_cache
from typing import Any

import sqlglot
from duckdb_extensions import import_extension

STATEMENTS_KEPT = 128
_parse = sqlglot.parse_one


@lru_cache(STATEMENTS_KEPT)
def _parsed(sql: str, read: str | None) -> Any:
    return _parse(sql, read=read)


def parse_one(sql: str, read: str | None = None, **options: Any) -> Any:
    """Return a statement's tree, the caller's own."""
    return _parse(sql, read=read, **options) if options else _parsed(sql, read).copy()


if __name__ == "__main__":
    import_extension("spatial")
    # Before the emulator's modules bind the name.
    sqlglot.parse_one = parse_one
    from bqemulator.cli import main

    main()
