"""Every shipped statement on the BigQuery emulator with the rows and parameters it had on DuckDB: equal results."""

# Names in the SQL come from the registry; values are bound.
# ruff: noqa: S608

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
from shared.processors.audits import STAGED, audit_sql
from shared.processors.checks import CHECKS
from shared.processors.declaration import statement
from shared.processors.queries import queries
from shared.processors.registry import APPEARANCES_SQL, BACKTEST_SQL, PROCESSORS, of_phase, processor
from shared.service.app import App
from shared.service.completeness.row_counts import KEY_NAME, TABLE_NAME
from shared.service.rosters import NAMES_SQL
from tests import stack
from tests.emulators.bigquery_copies import create, fill, unlike
from tests.emulators.bigquery_proxy import Proxy
from tests.emulators.bigquery_queries import BigQueryQueries

# Opening night, where nobody has history, and a date where most have some; between them, a day after a date
# without games, for parameters that no run of it asks for.
DATES = (date(2024, 10, 22), date(2024, 11, 8))
VARIED = date(2024, 11, 6)
SHOTS = "nba_raw.shots"
SPAN = {"start_date": DATES[0], "end_date": DATES[-1]}
LANDED = ("games", "player_boxscores", "shots")
PASTED = queries()
ACTIVE = [each.name for each in PROCESSORS if each.active]


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
    stack.run(app, {"dates": [day.isoformat() for day in (*DATES, VARIED)]})
    queries = BigQueryQueries(bigquery_proxy)
    found = Both(app=app, jobs=recorder.jobs, bigquery=queries)
    for schema in (*found.schemas.tables.values(), *found.schemas.landing.values()):
        create(queries.client, schema)
    for schema in found.schemas.tables.values():
        rows = app.warehouse.query(f"SELECT * FROM {schema.name}", {})
        # The one large table is read only of the date itself.
        fill(queries.client, schema, [row for row in rows if schema.name != SHOTS or row["game_date"] in DATES])
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
    assert ours
    assert unlike(ours, theirs, each.key) == []


def _short(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Two dates hidden, and a floor for every other entity."""
    capped = {"floor": date(2024, 11, 2), "shortage": "capped"}
    floors = {
        name: [{**row, **capped} if place % 2 else row for place, row in enumerate(parameters[name])]
        for name in ("players", "teams")
    }
    return {**floors, "hidden_dates": [date(2024, 11, 1), date(2024, 10, 30)]}


VARIANTS = {
    "short": _short,
    "defaults": lambda _: {"early_season": "defaults"},
    "skip": lambda _: {"early_season": "skip"},
    "nobody": lambda _: {"players": [], "teams": []},
}
CASES = [(each.name, variant) for each in of_phase(4) for variant in ("short", "defaults")]
CASES += [("player_daily_cache", "nobody"), ("team_defense_zone_analysis", "nobody"), ("player_daily_cache", "skip")]


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_a_target_processor_gives_the_same_rows_under_other_parameters(both: Both, name: str, variant: str) -> None:
    job, each = both.jobs[name, VARIED], processor(name)
    parameters = {**job.parameters, **VARIANTS[variant](job.parameters)}
    ours = both.duckdb(job.sql, parameters)
    assert (ours == []) == (variant == "nobody")
    assert unlike(ours, both.bigquery.query(job.sql, parameters), each.key) == []


@pytest.mark.parametrize("name", ACTIVE)
def test_an_audit_counts_the_same(both: Both, name: str) -> None:
    each, parameters = processor(name), {"game_date": DATES[-1]}
    partition = f"(SELECT * FROM {each.table} WHERE game_date = DATE '{DATES[-1]}')"
    ours = both.duckdb(audit_sql(each), parameters, {STAGED: partition})
    theirs = both.bigquery.query(audit_sql(each).replace(STAGED, partition), parameters)
    assert ours[0]["row_count"] > 0
    assert unlike(ours, theirs, ("row_count",)) == []


def test_appearances_are_the_same(both: Both) -> None:
    parameters = {"game_date": DATES[-1]}
    ours, theirs = both.duckdb(APPEARANCES_SQL, parameters), both.bigquery.query(APPEARANCES_SQL, parameters)
    assert ours
    assert theirs == ours


def test_a_backtest_is_the_same(both: Both) -> None:
    [ours] = both.duckdb(BACKTEST_SQL, SPAN)
    assert ours["predictions"] > 100
    assert unlike([ours], both.bigquery.query(BACKTEST_SQL, SPAN), ("predictions",)) == []


@pytest.mark.parametrize("name", ACTIVE)
def test_a_validation_counts_the_same(both: Both, name: str) -> None:
    each = processor(name)
    span = {**SPAN, "start_date": DATES[-1]} if each.table == SHOTS else SPAN
    files: dict[str, tuple[str, ...]] = {"partition_rows": ("game_date",)}
    if each.phase >= 4:
        files |= {"oldest_rows": ("game_date",), "quality_rows": ("game_date", "quality_score", "shortage_reason")}
    for file, key in files.items():
        sql = statement(f"validate/{file}.sql").replace(TABLE_NAME, each.table)
        sql = sql.replace(KEY_NAME, ", ".join(each.key))
        ours = both.duckdb(sql, span)
        assert ours
        assert unlike(ours, both.bigquery.query(sql, span), key) == []


KEYS = {"blocking_dates": ("target_date", "missing_date"), "history_available": ("game_date", "player_id")}


@pytest.mark.parametrize("name", PASTED)
def test_a_query_to_paste_says_the_same(both: Both, name: str) -> None:
    day = {"start_date": DATES[-1], "end_date": DATES[-1]}
    ours = both.duckdb(PASTED[name], day)
    finds = name in {check.name for check in CHECKS}
    assert not ours if finds or name == "blocking_dates" else ours
    key = KEYS.get(name, ("game_date",) if name == "readiness" else ("game_date", "processor"))
    assert unlike(ours, both.bigquery.query(PASTED[name], day), key) == []


def test_a_query_to_paste_finds_what_is_not_there(both: Both) -> None:
    """The shots of the dates in between were never put there."""
    day = {"start_date": VARIED, "end_date": VARIED}
    found = both.bigquery.query(PASTED["row_counts"], day)
    assert [(row["kind"], row["processor"], row["game_date"]) for row in found] == [("missing", "shots", VARIED)]


def test_names_are_the_same(both: Both) -> None:
    sql, parameters = statement(NAMES_SQL), {"start_date": DATES[-1], "end_date": DATES[-1]}
    ours = both.duckdb(sql, parameters)
    assert ours
    assert both.bigquery.query(sql, parameters) == ours


# A statement that is almost right must not pass for equal: planted faults in a formula, a bound and a precision.
FAULTS = {
    "formula": ("0.3 * points_20", "0.300001 * points_20"),
    "bound": ("GREATEST(base_points, 4)", "GREATEST(base_points, 40)"),
    "precision": ("  base_points,\n  adjustment,", "  ROUND(base_points, 8) AS base_points,\n  adjustment,"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(both: Both, fault: str) -> None:
    right, wrong = FAULTS[fault]
    job, each = both.jobs["player_points_predictions", DATES[-1]], processor("player_points_predictions")
    assert right in job.sql
    theirs = both.bigquery.query(job.sql.replace(right, wrong), job.parameters)
    assert unlike(both.duckdb(job.sql, job.parameters), theirs, each.key)


def test_rows_are_unlike_in_what_matters() -> None:
    one = {"key": 1, "n": 1, "x": 0.1, "text": None}
    assert unlike([one], [{**one, "x": 0.1 + 1e-12}], ("key",)) == []
    assert unlike([{**one, "x": 1.0}], [{**one, "x": 1}], ("key",)) == []
    for other in (
        {"x": 0.1 + 1e-8},
        {"x": None},
        {"n": 2},
        {"n": 1.0},
        {"n": True},
        {"text": ""},
        {"key": 2},
        {"more": 1},
    ):
        assert unlike([one], [{**one, **other}], ("key",)), other
    assert unlike([one], [], ("key",))
