"""Build a phase's tables for one date: stage each processor in order, audit it, hand over what to publish."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.errors import AuditFailed, Retryable
from shared.domain.units import Unit
from shared.logs import log
from shared.ports import Job, Staged
from shared.processors.audits import STAGED, audit_sql, check
from shared.processors.registry import Processor, of_phase
from shared.service.app import App
from shared.service.attempt import Prepared
from shared.service.selection import EVERYTHING, Selection


class Build:
    """The staged partitions of one attempt; later processors read those of their siblings."""

    def __init__(self, app: App, unit: Unit, parameters: Mapping[str, Any], external: Mapping[str, str]) -> None:
        self.app, self.unit = app, unit
        self.parameters, self.external = parameters, external
        self.staged: dict[str, Staged] = {}

    def run(self, expected_rows: Mapping[str, int], selection: Selection = EVERYTHING) -> Prepared:
        """Stage and audit the selected processors of the phase; `expected_rows` by table where the schedule tells.

        Raises AuditFailed naming the processor and every check that failed; nothing stays staged then.
        """
        ran: dict[str, Processor] = {}
        try:
            for processor in of_phase(self.unit.phase):
                if self._runs(processor, selection, ran):
                    self._stage(processor, expected_rows.get(processor.table))
                    ran[processor.table] = processor
        except BaseException:
            self.discard()
            raise
        return Prepared(
            digests={staged.job.processor: staged.digest for staged in self.staged.values()},
            rows={staged.job.processor: staged.rows for staged in self.staged.values()},
            logic={processor.name: processor.logic for processor in ran.values()},
            partial=selection.names is not None,
            entities={staged.job.processor: staged.entities for staged in self.staged.values() if staged.entities},
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
        """Drop what is staged; what cannot be dropped now is left, and the attempt ends as it would have."""
        for staged in self.staged.values():
            try:
                self.app.warehouse.discard(staged)
            except Retryable as error:
                log("staging.left", table=staged.staging, error=str(error))

    def _runs(self, processor: Processor, selection: Selection, ran: Mapping[str, Processor]) -> bool:
        """Return whether a processor is selected, or reads a table that was redone by name and came out otherwise."""
        if selection.names is None or processor.name in selection.names:
            return True
        follows = [ran[table] for table in processor.reads if table in ran]
        return any(
            self.staged[each.table].digest != self.unit.digests.get(each.name)
            for each in follows
            if each.name not in selection.names or each.name in selection.asked
        )

    def _stage(self, processor: Processor, expected_rows: int | None) -> None:
        began = self.app.clock.now()
        try:
            staged = self._stage_and_audit(processor, expected_rows)
        except Exception as error:
            self._record(processor, began, "failed", error=f"{type(error).__name__}: {error}")
            raise
        self._record(processor, began, "succeeded", row_count=staged.rows, digest=staged.digest)

    def _record(self, processor: Processor, began: datetime, status: str, **result: Any) -> None:
        row = {
            "game_date": self.unit.game_date,
            "unit": self.unit.key,
            "phase": self.unit.phase,
            "processor": processor.name,
            "attempt": self.unit.attempts,
            "fence": self.unit.fence,
            "status": status,
            "started_at": began,
            "finished_at": self.app.clock.now(),
            "backfill_id": next(iter(self.unit.wanted_by), ""),
        }
        self.app.execution_log.record({**row, **result})

    def _stage_and_audit(self, processor: Processor, expected_rows: int | None) -> Staged:
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
            entity_column=processor.entity.column if processor.entity else None,
            backfill_id=next(iter(self.unit.wanted_by), ""),
        )
        staged = self.app.warehouse.stage(job)
        self.staged[processor.table] = staged
        parameters = {"game_date": self.unit.game_date}
        row = self.app.warehouse.query(audit_sql(processor), parameters, {STAGED: staged.staging})[0]
        failures = check(processor, row, expected_rows)
        if failures:
            raise AuditFailed(f"{processor.name} {self.unit.game_date}: {'; '.join(failures)}")
        return staged
