"""The registry, the statements, the schemas and the folder of SQL files agree with each other."""

import re

import pytest
import sqlglot
from sqlglot import exp

from shared.adapters.table_schemas import load_table_schemas
from shared.domain.errors import InvalidInput
from shared.domain.windows import Entity, games
from shared.processors.declaration import SQL_FOLDER
from shared.processors.parameters import PARAMETER_TYPES
from shared.processors.registry import (
    PROCESSORS,
    Processor,
    Rows,
    Status,
    early_entities,
    matrix,
    of_phase,
    processor,
)

ACTIVE = [each for each in PROCESSORS if each.active]
SCHEMAS = load_table_schemas()

# DESIGN 3 and its table of Phase 4: what each phase's statements may be given.
GIVEN = {
    2: {"game_date", "season"},
    3: {"game_date", "season"},
    4: {
        "game_date",
        "season_start",
        "hidden_dates",
        "players",
        "teams",
        "early_season",
        "processed_at",
        "backfill_id",
    },
    5: {"game_date", "early_season", "processed_at", "backfill_id"},
}


def tree_of(each: Processor) -> exp.Expr:
    return sqlglot.parse_one(each.sql, read="bigquery")


def by_name(each: Processor) -> str:
    return each.name


every_active = pytest.mark.parametrize("each", ACTIVE, ids=by_name)


@every_active
def test_reads_are_exactly_the_tables_that_the_statement_names(each: Processor) -> None:
    named = {f"{table.db}.{table.name}" for table in tree_of(each).find_all(exp.Table) if table.db}
    assert named == set(each.reads)


@every_active
def test_a_statement_yields_the_columns_of_its_table_in_order(each: Processor) -> None:
    assert tree_of(each).named_selects == list(SCHEMAS.table(each.table).columns)


@every_active
def test_a_statement_asks_for_no_parameter_that_its_phase_does_not_give(each: Processor) -> None:
    asked = {parameter.name for parameter in tree_of(each).find_all(exp.Parameter)}
    assert asked <= GIVEN[each.phase]
    assert asked <= PARAMETER_TYPES.keys()


@every_active
def test_key_required_and_bounded_columns_are_columns_of_the_table(each: Processor) -> None:
    columns = SCHEMAS.table(each.table).columns
    assert {*each.key, *each.required, *each.ranges} <= columns.keys()
    assert set(each.key) <= set(each.required)
    assert {columns[name] for name in each.ranges} <= {"INT64", "FLOAT64"}
    assert all(low < high for low, high in each.ranges.values())


@every_active
def test_a_statement_begins_with_what_one_row_is_and_its_inputs(each: Processor) -> None:
    header = [line for line in each.sql.splitlines()[:8] if line.startswith("--")]
    assert header[0].startswith("-- One row: ")
    assert any(line.startswith("-- Inputs") for line in header)


@pytest.mark.parametrize("each", of_phase(4), ids=by_name)
def test_a_phase_4_header_says_what_short_history_does(each: Processor) -> None:
    needed = "all there is" if each.needed is None else str(each.needed)
    text = " ".join(line.removeprefix("--").strip() for line in each.sql.splitlines() if line.startswith("--"))
    assert re.search(rf"Short history \(needed:? {needed}, minimum {each.minimum}\)", text)
    assert all(policy in text for policy in ("degrade", "skip", "defaults"))


@every_active
def test_no_aggregate_depends_on_the_order_of_rows(each: Processor) -> None:
    """Averages are one division of integer sums: a sum over FLOAT64 changes in its last digits with the order."""
    tree = tree_of(each)
    assert not list(tree.find_all(exp.Avg, exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.AnyValue, exp.ArrayAgg))
    floats = {
        name
        for schema in SCHEMAS.tables.values()
        if schema.name in each.reads
        for name, kind in schema.columns.items()
        if kind == "FLOAT64"
    }
    for total in tree.find_all(exp.Sum):
        fractional = [column for column in total.find_all(exp.Column) if column.name in floats]
        quantised = [column for column in fractional if column.find_ancestor(exp.Cast)]
        assert fractional == quantised, total.sql()


@pytest.mark.parametrize("each", of_phase(4), ids=by_name)
def test_phase_4_reads_history_between_season_start_and_the_day_before(each: Processor) -> None:
    """Every scan of a Phase 3 table is bounded by both dates and leaves hidden ones out; a sibling's is of the date."""
    scans = [table for table in tree_of(each).find_all(exp.Table) if table.db]
    assert scans
    for table in scans:
        select = table.find_ancestor(exp.Select)
        assert select is not None
        where = select.args["where"].sql(dialect="bigquery")
        if table.db == "nba_precompute":
            assert "game_date = @game_date" in where
        else:
            assert "game_date >= @season_start" in where
            assert "game_date < @game_date" in where
            assert re.search(r"NOT (\w+\.)?game_date IN UNNEST\(@hidden_dates\)", where)


def test_every_statement_file_belongs_to_an_active_processor() -> None:
    files = {path.relative_to(SQL_FOLDER).as_posix() for path in SQL_FOLDER.glob("phase*/*.sql")}
    assert files == {f"phase{each.phase}/{each.name}.sql" for each in ACTIVE}


def test_names_and_tables_are_unique() -> None:
    assert len({each.name for each in PROCESSORS}) == len({each.table for each in PROCESSORS}) == len(PROCESSORS)


@pytest.mark.parametrize("phase", [2, 3, 4, 5])
def test_a_processor_comes_after_the_siblings_it_reads(phase: int) -> None:
    built: set[str] = set()
    siblings = {each.table for each in of_phase(phase)}
    for each in of_phase(phase):
        assert set(each.reads) & siblings <= built
        built.add(each.table)


def test_a_processor_reads_only_its_own_and_earlier_phases() -> None:
    phase_of = {each.table: each.phase for each in PROCESSORS}
    for each in ACTIVE:
        assert all(phase_of.get(table, 1) <= each.phase for table in each.reads)


def test_every_declared_table_is_built_by_a_processor_or_loaded_otherwise() -> None:
    assert {each.table for each in ACTIVE} == SCHEMAS.tables.keys() - {
        "nba_raw.schedule",
        "nba_orchestration.processor_execution_log",
    }


def test_phase_4_windows_are_those_of_the_design() -> None:
    windows = {each.name: [str(window) for window in each.windows] for each in of_phase(4)}
    assert windows == {
        "player_shot_zone_analysis": ["player games(10)", "player games(20) soft"],
        "team_defense_zone_analysis": ["team games(15)"],
        "player_composite_factors": ["player games(10)", "team games(15)", "player days(14)"],
        "player_daily_cache": ["player games(10)", "player games(20) soft"],
        "player_season_profile": ["player season_to_date soft"],
    }
    counts = {each.name: (each.needed, each.minimum) for each in of_phase(4)}
    assert counts == {
        "player_shot_zone_analysis": (10, 5),
        "team_defense_zone_analysis": (15, 8),
        "player_composite_factors": (10, 3),
        "player_daily_cache": (10, 5),
        "player_season_profile": (None, 3),
    }


def test_the_hard_window_of_an_entity_is_as_long_as_what_it_needs() -> None:
    for each in of_phase(4):
        if each.needed is not None and each.entity is not None:
            assert games(each.needed, Entity(each.entity)) in each.windows


def test_a_planned_processor_is_in_the_matrix_and_never_run() -> None:
    planned = [each for each in PROCESSORS if each.status is Status.PLANNED]
    assert planned
    shown = {row["processor"]: row["status"] for row in matrix()}
    for each in planned:
        assert shown[each.name] == "planned"
        assert each not in of_phase(each.phase)
        with pytest.raises(InvalidInput, match="active processor"):
            _ = each.sql


def test_matrix_rows_tell_dependencies_windows_and_short_history() -> None:
    rows = {row["processor"]: row for row in matrix()}
    assert rows.keys() == {each.name for each in PROCESSORS}
    assert rows["player_composite_factors"] == {
        "processor": "player_composite_factors",
        "phase": "4",
        "depends on": "nba_analytics.player_game_summary, nba_precompute.player_shot_zone_analysis, "
        "nba_precompute.team_defense_zone_analysis",
        "windows": "player games(10), team games(15), player days(14)",
        "needed / minimum": "10 / 3",
        "fallback": "defaults",
        "status": "active",
    }
    assert rows["player_season_profile"]["needed / minimum"] == "all / 3"
    assert (rows["games"]["windows"], rows["games"]["needed / minimum"], rows["games"]["fallback"]) == ("-", "-", "-")


def test_a_processor_is_found_by_name() -> None:
    assert processor("shots").table == "nba_raw.shots"
    with pytest.raises(InvalidInput, match=r"'shotz'.*one of games, player_boxscores, shots"):
        processor("shotz")


def test_a_digest_follows_the_text_of_the_statement() -> None:
    digests = {each.sql_digest for each in ACTIVE}
    assert len(digests) == len(ACTIVE)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests)


def test_early_entities_counts_a_row_an_entity_of_every_phase_4_table() -> None:
    # 200 listed players, 20 teams: 20 rows of team_defense_zone_analysis, 200 of each of the other four.
    expected = early_entities(200, 20)
    assert expected.keys() == {each.table for each in of_phase(4)}
    assert expected.pop("nba_precompute.team_defense_zone_analysis") == 20
    assert set(expected.values()) == {200}
    assert all(each.rows in (Rows.PER_LISTED_PLAYER, Rows.PER_TEAM) for each in of_phase(4))
