"""The port `Warehouse` over the service of `warehouse_server`: each call a connection, any of which may break."""

from collections.abc import Mapping, Sequence
from datetime import date
from multiprocessing.connection import Client
from typing import Any

from shared.domain.errors import WarehouseUnavailable
from shared.ports import Job, Row, Staged
from tests.emulators.process import HOST

PORT_VARIABLE = "CHAOS_WAREHOUSE_PORT"
ANSWER_SECONDS = 30.0


class RemoteWarehouse:
    """Asks the service on a port. Every method raises WarehouseUnavailable when no answer comes."""

    log_rows_kept = 0

    def __init__(self, port: int) -> None:
        self._port = port

    def stage(self, job: Job) -> Staged:
        """Run the job's SQL into its staging table."""
        staged: Staged = self._ask("stage", job)
        return staged

    def publish(self, staged: Staged) -> None:
        """Replace the partition by the staged rows."""
        self._ask("publish", staged)

    def discard(self, staged: Staged) -> None:
        """Drop a staging table."""
        self._ask("discard", staged)

    def revoke(self, unit: str, fences: range) -> None:
        """Refuse `publish` for these fences of a unit."""
        self._ask("revoke", unit, fences)

    def query(self, sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> list[Row]:
        """Return the rows of a SELECT."""
        rows: list[Row] = self._ask("query", sql, dict(parameters), dict(siblings or {}))
        return rows

    def query_bytes(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Return the bytes that BigQuery would read for a SELECT."""
        return int(self._ask("query_bytes", sql, dict(parameters)))

    def digests(self, table: str, entity_column: str | None, first: date, last: date) -> dict[date, str]:
        """Return the content digest of each partition."""
        found: dict[date, str] = self._ask("digests", table, entity_column, first, last)
        return found

    def load(self, table: str, partitions: Mapping[date, Sequence[Row]]) -> None:
        """Replace each named partition by rows from outside."""
        self._ask("load", table, dict(partitions))

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Append rows to a log table."""
        self._ask("append", table, list(rows))

    def _ask(self, method: str, *arguments: Any) -> Any:
        try:
            with Client((HOST, self._port)) as connection:
                connection.send((method, arguments))
                if not connection.poll(ANSWER_SECONDS):
                    raise WarehouseUnavailable(f"{method}: no answer within {ANSWER_SECONDS:.0f} s")
                result, problem = connection.recv()
        except (EOFError, OSError) as error:
            raise WarehouseUnavailable(f"{method}: the connection broke: {error}") from error
        if problem is not None:
            kind, told, fields = problem
            raised = kind.__new__(kind, *told)
            vars(raised).update(fields)
            raise raised
        return result
