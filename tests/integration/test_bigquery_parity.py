"""Every shipped statement on the BigQuery emulator with the rows and parameters it had on DuckDB: equal results."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.adapters.table_schemas import TableSchemas, load_table_schemas
from shared.domain import landing_format
from shared.ports import Job, Row, Staged
from shared.processors.registry import PROCESSORS, processor
from shared.service.app import App
from tests import stack
from tests.emulators.bigquery_copies import create, fill, unlike
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_queries import BigQueryQueries

# Opening night, where nobody has history; two dates with some, the second after a date without games.
DATES = (date(2024, 10, 22), date(2024, 11, 6), date(2024, 11, 8))
SPAN = {"start_date": DATES[0], "end_date": DATES[-1]}
LANDED = ("games", "player_boxscores", "shots")
ACTIVE = [each.name for each in PROCESSORS if each.active]
TARGETS = [each.name for each in PROCESSORS if each.active and each.phase >= 4]


class Recorder:
    """A warehouse that remembers the jobs it staged."""

    def __init__(self, warehouse: Any) -> None:
        self._warehouse = warehouse
        self.jobs: dict[tuple[str, date], Job] = {}

    def stage(self, job: Job) -> Staged:
        self.jobs[job.processor, job.game_date] = job
        staged: Staged = self._warehouse.stage(job)
        return staged

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)


@dataclass(frozen=True, kw_only=True)
class Both:
    """The two warehouses with the same rows, and the jobs that made them."""

    app: App
    jobs: Mapping[tuple[str, date], Job]
    bigquery: BigQueryQueries
    schemas: TableSchemas = field(default_factory=load_table_schemas)

    def duckdb(self, sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> list[Row]:
        return self.app.warehouse.query(sql, parameters, siblings)

    def land(self, day: date) -> None:
        """Put a date's landing files where Phase 2 reads them."""
        for name in LANDED:
            schema = self.schemas.landing_file(f"landing.{name}")
            content = self.app.landing.read(day, f"{name}.jsonl")
            assert content is not None
            fill(self.bigquery.client, schema, landing_format.parse(name, "", content, day))


@pytest.fixture(scope="module")
def both(bigquery_proxy: Proxy, season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    app = stack.open_app(tmp_path_factory.mktemp("parity"), season_archive=str(season_archive))
    recorder = Recorder(app.warehouse)
    app = bootstrap.use(replace(app, warehouse=recorder))
    stack.run(app, {"dates": [day.isoformat() for day in DATES]})
    queries = BigQueryQueries(bigquery_proxy)
    found = Both(app=app, jobs=recorder.jobs, bigquery=queries)
    for schema in (*found.schemas.tables.values(), *found.schemas.landing.values()):
        create(queries.client, schema)
    for schema in found.schemas.tables.values():
        # Phase 3 alone reads a raw table, and of its own date.
        raw = schema.name.startswith("nba_raw") and schema.name != "nba_raw.schedule"
        rows = app.warehouse.query(f"SELECT * FROM {schema.name}", {})
        fill(queries.client, schema, [row for row in rows if not raw or row["game_date"] in DATES])
    yield found
    for dataset in {schema.dataset for schema in (*found.schemas.tables.values(), *found.schemas.landing.values())}:
        queries.client.delete_dataset(dataset, delete_contents=True)


@pytest.mark.parametrize("day", DATES, ids=str)
@pytest.mark.parametrize("name", ACTIVE)
def test_a_processor_gives_the_rows_that_duckdb_published(both: Both, name: str, day: date) -> None:
    job, each = both.jobs[name, day], processor(name)
    if each.phase == 2:
        both.land(day)
    ours = both.duckdb(f"SELECT * FROM {each.table} WHERE game_date = @game_date", {"game_date": day})
    theirs = both.bigquery.query(job.sql, job.parameters)
    assert ours or (each.phase > 3 and day == DATES[0])
    assert unlike(ours, theirs, each.key) == []
