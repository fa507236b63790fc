import pytest

from shared.bootstrap import deployment
from shared.processors.audits import STAGED
from shared.processors.registry import of_phase, processor
from shared.processors.work import Scan, jobs_of, loads_of, queries_of, reads_landing, scans_of, tables_of

COLUMNS = deployment().columns
PHASES = range(1, 6)


def scans(name: str) -> dict[str, Scan]:
    return {scan.table: scan for scan in scans_of(processor(name), COLUMNS)}


@pytest.mark.parametrize(
    ("phase", "processors", "jobs"),
    [
        (1, 0, 0),
        # A processor takes its statement, the digest, the audit and the copy; three of Phase 2 load a landing file.
        (2, 4, 16 + 3),
        # ... and Phase 3 one statement more: who appeared.
        (3, 3, 13),
        (4, 5, 20),
        (5, 2, 8),
    ],
)
def test_a_unit_takes_four_jobs_a_processor(phase: int, processors: int, jobs: int) -> None:
    assert len(tables_of(phase)) == processors
    assert jobs_of(phase) == jobs
    assert len(queries_of(phase, COLUMNS)) + len(tables_of(phase)) + loads_of(phase) == jobs


def test_a_statement_references_what_its_processor_reads() -> None:
    for phase in PHASES:
        queries = queries_of(phase, COLUMNS)
        own = [query for query in queries if query.processor]
        assert {scan.table for query in queries if not query.processor for scan in query.scans} <= {STAGED}
        assert {query.processor: tuple(scan.table for scan in query.scans) for query in own} == {
            each.name: each.reads for each in of_phase(phase)
        }


def test_windows_read_the_season_so_far_and_siblings_their_own_date() -> None:
    found = scans("player_composite_factors")
    assert {table: scan.to_date for table, scan in found.items()} == {
        "nba_analytics.player_game_summary": True,
        "nba_precompute.player_shot_zone_analysis": False,
        "nba_precompute.team_defense_zone_analysis": False,
    }
    assert not any(scan.to_date for scan in scans("player_game_summary").values())


def test_the_bytes_are_those_of_the_columns_that_are_named() -> None:
    """player_points_predictions reads every row of ml_feature_store once: 22 players a game, its columns' widths."""
    widths = COLUMNS["nba_predictions.ml_feature_store"]
    (scan,) = scans("player_points_predictions").values()
    assert 0 < scan.bytes_per_game < 22 * sum(widths.values())
    assert scan.bytes_per_game % 22 == 0


def test_a_landing_file_is_a_table_of_its_rows() -> None:
    """179 shots a game, of every column: `season` counts too, though it is only the name of a parameter there."""
    assert scans("shots")["landing.shots"].bytes_per_game == 179 * sum(COLUMNS["landing.shots"].values())
    assert reads_landing(processor("shots"))
    assert not reads_landing(processor("team_boxscores"))


def test_what_was_staged_is_read_in_all_its_columns() -> None:
    """`games`, the first of Phase 2, has a row a game: six STRING columns of 14 bytes, a DATE and two INT64 of 8."""
    staged = [query.scans[0].bytes_per_game for query in queries_of(2, COLUMNS) if not query.processor]
    assert staged[:2] == [6 * 14 + 3 * 8] * 2
