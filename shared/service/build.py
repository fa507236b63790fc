"""Build a phase's tables for one date: stage each processor in order, audit it, hand over what to publish."""

from collections.abc import Mapping
from typing import Any

from shared.domain.errors import AuditFailed
from shared.domain.units import Unit
from shared.ports import Job, Staged
from shared.processors.audits import STAGED, audit_sql, check
from shared.processors.registry import Processor, of_phase
from shared.service.app import App
from shared.service.attempt import Prepared


class Build:
    """The staged partitions of one attempt; later processors read those of their siblings."""

    def __init__(self, app: App, unit: Unit, parameters: Mapping[str, Any], external: Mapping[str, str]) -> None:
        self.app, self.unit = app, unit
        self.parameters, self.external = parameters, external
        self.staged: dict[str, Staged] = {}

    def run(self, expected_rows: Mapping[str, int]) -> Prepared:
        """Stage and audit every processor of the phase; `expected_rows` by table where the schedule tells.

        Raises AuditFailed naming the processor and every check that failed; nothing stays staged then.
        """
        try:
            for processor in of_phase(self.unit.phase):
                self._stage(processor, expected_rows.get(processor.table))
        except BaseException:
            self.discard()
            raise
        return Prepared(
            digests={staged.job.processor: staged.digest for staged in self.staged.values()},
            rows={staged.job.processor: staged.rows for staged in self.staged.values()},
            publish=self.publish,
            discard=self.discard,
        )

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a statement that sees this attempt's staged tables in place of the published ones."""
        siblings = {table: staged.staging for table, staged in self.staged.items()}
        return self.app.warehouse.query(sql, self.parameters, siblings)

    def publish(self) -> None:
        """Replace the partition of each table by its staged rows."""
        for staged in self.staged.values():
            self.app.warehouse.publish(staged)

    def discard(self) -> None:
        """Drop what is staged."""
        for staged in self.staged.values():
            self.app.warehouse.discard(staged)

    def _stage(self, processor: Processor, expected_rows: int | None) -> None:
        job = Job(
            unit=self.unit.key,
            fence=self.unit.fence,
            processor=processor.name,
            table=processor.table,
            game_date=self.unit.game_date,
            sql=processor.sql,
            parameters=self.parameters,
            external=self.external,
            siblings={table: staged.staging for table, staged in self.staged.items()},
            entity=processor.entity.value if processor.entity else None,
        )
        staged = self.app.warehouse.stage(job)
        self.staged[processor.table] = staged
        parameters = {"game_date": self.unit.game_date}
        row = self.app.warehouse.query(audit_sql(processor), parameters, {STAGED: staged.staging})[0]
        failures = check(processor, row, expected_rows)
        if failures:
            raise AuditFailed(f"{processor.name} {self.unit.game_date}: {'; '.join(failures)}")
