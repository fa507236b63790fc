"""Where the season's DuckDB time goes, by processor and kind of statement: `python -m bench.statements`.

The bare loop on one thread, with the CPU of every statement measured; DuckDB runs it on the calling thread.
"""

import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from rich.console import Console
from rich.table import Table

from bench import bare_loop
from shared.adapters.embedded.duckdb_session import DuckDbSession
from shared.processors.registry import PROCESSORS

# By how a statement begins, the first that fits; an audit is the only other SELECT over a staging table.
KINDS = {
    "DESCRIBE": "describe",
    "CREATE OR REPLACE TABLE staging": "stage",
    "SELECT COUNT(*), SUM(CAST(hash": "measure",
    "COPY": "copy",
    "DELETE": "delete",
    "INSERT": "insert",
    "DROP": "drop",
    "BEGIN": "transaction",
    "COMMIT": "transaction",
    "ROLLBACK": "transaction",
    "SELECT": "audit",
}
OTHER = "other"
Values = Mapping[str, Any] | None
# The first staging table that a statement names is its own; any others are those of its siblings.
STAGED = re.compile(r"staging\.([a-z_]+)__\d{8}__f")
BY_TABLE = {each.table.replace(".", "__"): each.name for each in PROCESSORS}


class Meter:
    """CPU seconds and calls of the statements run while it is on, by (processor, kind)."""

    def __init__(self) -> None:
        self.seconds: dict[tuple[str, str], float] = defaultdict(float)
        self.calls: dict[tuple[str, str], int] = defaultdict(int)
        self._latest = OTHER

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Measure every statement of every session of this process in the block."""
        execute, tuples = DuckDbSession.execute, DuckDbSession.tuples

        def measured_execute(session: DuckDbSession, sql: str, values: Values = None) -> duckdb.DuckDBPyConnection:
            with self._counted(sql):
                return execute(session, sql, values)

        def measured_tuples(session: DuckDbSession, sql: str, values: Values = None) -> list[tuple[Any, ...]]:
            # `tuples` calls `execute`: together they are one statement.
            with self._counted(sql), mock.patch.object(DuckDbSession, "execute", execute):
                return tuples(session, sql, values)

        with (
            mock.patch.object(DuckDbSession, "execute", measured_execute),
            mock.patch.object(DuckDbSession, "tuples", measured_tuples),
        ):
            yield

    def table(self, total: float) -> Table:
        """Return seconds by processor and kind, and each kind's calls and share of `total` CPU seconds."""
        kinds = sorted({kind for _, kind in self.seconds}, key=lambda kind: -self._sum(kind))
        table = Table("processor", *kinds, "all", title=f"CPU seconds in DuckDB, of {total:.1f} s in all")
        names = sorted(
            {name for name, _ in self.seconds}, key=lambda name: -sum(self._of(name, kind) for kind in kinds)
        )
        for name in names:
            cells = [self._of(name, kind) for kind in kinds]
            table.add_row(name, *(f"{cell:.2f}" if cell else "" for cell in cells), f"{sum(cells):.2f}")
        table.add_section()
        sums = [self._sum(kind) for kind in kinds]
        table.add_row("all", *(f"{each:.2f}" for each in sums), f"{sum(sums):.2f}")
        table.add_row("share", *(f"{each / total:.0%}" for each in sums), f"{sum(sums) / total:.0%}")
        calls = [sum(count for (_, other), count in self.calls.items() if other == kind) for kind in kinds]
        table.add_row("statements", *(f"{count:,}" for count in calls), f"{sum(calls):,}")
        return table

    @contextmanager
    def _counted(self, sql: str) -> Iterator[None]:
        kind = next((found for start, found in KINDS.items() if sql.startswith(start)), OTHER)
        staged = STAGED.search(sql)
        # BEGIN, DELETE and COMMIT name none: they belong to the one named last.
        self._latest = BY_TABLE.get(staged[1], OTHER) if staged else self._latest
        began = time.thread_time()
        yield
        self.seconds[self._latest, kind] += time.thread_time() - began
        self.calls[self._latest, kind] += 1

    def _of(self, name: str, kind: str) -> float:
        return self.seconds.get((name, kind), 0.0)

    def _sum(self, kind: str) -> float:
        return sum(seconds for (_, other), seconds in self.seconds.items() if other == kind)


def main() -> None:
    """Run the loop and print the table."""
    meter = Meter()
    with meter.attached(), tempfile.TemporaryDirectory() as home:
        cost, _ = bare_loop.run(Path(home), 1)
    Console(width=160).print(meter.table(cost.cpu_seconds))


if __name__ == "__main__":
    main()
