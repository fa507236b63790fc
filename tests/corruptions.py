"""Corruptions of a filled folder, as an edit from outside of the pipeline makes them, and what must be said of each.

Every corruption is of one game date of its own. Those of Phase 3 that change who played come last in the season: the
windows of later targets are then rightly doubted, too.
"""

# The statements are of this file, and name files of a folder that a test made.
# ruff: noqa: S608

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from shared.adapters.embedded.partitions import PartitionFolder, partition_key
from shared.adapters.embedded.store import SqliteStore
from shared.domain.units import Unit
from shared.ports import Write
from shared.service.completeness.findings import Kind
from shared.service.ledger import Ledger

RAW, ANALYTICS, PRECOMPUTE, PREDICTIONS = "nba_raw", "nba_analytics", "nba_precompute", "nba_predictions"
GONE = "gone"
# The row with the smallest key of a partition `t`.
ONE = "rowid = (SELECT MIN(rowid) FROM t)"
SHORT = "player_id = (SELECT MIN(player_id) FROM t WHERE games_used BETWEEN 6 AND 9)"
TWICE = f"INSERT INTO t SELECT * FROM t WHERE {ONE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corruption:
    """Statements on one partition, `t` in them, and the kinds, by phase and processor, that must be found.

    `GONE` deletes the partition's file. `other` is the partition of another date, `o` in the statements. `entity` must
    be named by a finding of the first kind. `ledger` changes the date's unit of a phase instead.
    """

    name: str
    on: date
    table: str = ""
    sql: tuple[str, ...] = ()
    other: date | None = None
    finds: tuple[tuple[Kind, int, str], ...]
    entity: str = ""
    ledger: tuple[int, Callable[[Unit], Unit]] | None = None


def _d(text: str) -> date:
    return date.fromisoformat(text)


def _raw(name: str, on: str, sql: str, *finds: Kind, table: str = "player_boxscores", entity: str = "") -> Corruption:
    return _of(2, RAW, name, on, sql, finds, table, entity)


def _analytics(
    name: str, on: str, sql: str, *finds: Kind, table: str = "player_game_summary", entity: str = ""
) -> Corruption:
    return _of(3, ANALYTICS, name, on, sql, finds, table, entity)


def _precompute(
    name: str, on: str, sql: str, *finds: Kind, table: str = "player_daily_cache", entity: str = ""
) -> Corruption:
    return _of(4, PRECOMPUTE, name, on, sql, finds, table, entity)


def _predictions(
    name: str, on: str, sql: str, *finds: Kind, table: str = "player_points_predictions", entity: str = ""
) -> Corruption:
    return _of(5, PREDICTIONS, name, on, sql, finds, table, entity)


def _of(
    phase: int, dataset: str, name: str, on: str, sql: str, finds: tuple[Kind, ...], table: str, entity: str
) -> Corruption:
    expected = tuple((kind, phase, table) for kind in finds)
    return Corruption(name=name, on=_d(on), table=f"{dataset}.{table}", sql=(sql,), finds=expected, entity=entity)


def _under_another_date(name: str, on: str, other: str, phase: int, table: str, *finds: Kind) -> Corruption:
    """Return a partition that holds the rows of another date, said to be its own."""
    dataset = RAW if phase == 2 else PRECOMPUTE
    corruption = _of(phase, dataset, name, on, "DELETE FROM t", finds, table, "")
    moved = f"INSERT INTO t SELECT * REPLACE (DATE '{on}' AS game_date) FROM o"
    return replace(corruption, sql=(*corruption.sql, moved), other=_d(other))


def _in_ledger(
    name: str, on: str, phase: int, change: Callable[[Unit], Unit], found: tuple[Kind, int, str]
) -> Corruption:
    return Corruption(name=name, on=_d(on), ledger=(phase, change), finds=(found,))


def _moved(unit: Unit) -> Unit:
    return replace(unit, version=unit.version + 1)


def _flagged(unit: Unit) -> Unit:
    return replace(unit, stale={"player_daily_cache": ("units/3-2024-11-01 1 -> 2",)})


def _one_game_less(unit: Unit) -> Unit:
    return replace(unit, rows={**unit.rows, "games": unit.rows["games"] - 1})


def _one_row_more(unit: Unit) -> Unit:
    return replace(unit, rows={**unit.rows, "player_daily_cache": unit.rows["player_daily_cache"] + 1})


K = Kind
CORRUPTIONS = (
    # What Phase 4 and 5 hold, early in the season: nothing that comes later reads it.
    _precompute("a player dropped", "2024-11-10", f"DELETE FROM t WHERE {ONE}", K.MISSING_ENTITY, K.LOW, K.LEDGER),
    _precompute(
        "a window that begins too late",
        "2024-11-12",
        f"UPDATE t SET window_start = window_start + 1 WHERE {ONE}",
        K.WINDOW,
        K.CONTENT,
        table="player_shot_zone_analysis",
    ),
    _precompute(
        "a window that reaches into the target",
        "2024-11-13",
        f"UPDATE t SET window_end = game_date WHERE {ONE}",
        K.QUALITY,
        K.WINDOW,
    ),
    _precompute(
        "a game too few counted",
        "2024-11-15",
        f"UPDATE t SET games_used = games_used - 1, quality_score = quality_score - 10 WHERE {SHORT}",
        K.WINDOW,
        table="player_composite_factors",
    ),
    _precompute(
        "a team's window of other games",
        "2024-11-16",
        f"UPDATE t SET window_start = window_start - 1 WHERE {ONE}",
        K.WINDOW,
        table="team_defense_zone_analysis",
    ),
    _precompute(
        "a season that leaves games out",
        "2024-11-17",
        f"UPDATE t SET games_used = games_used - 2 WHERE {ONE}",
        K.WINDOW,
        table="player_season_profile",
    ),
    _precompute(
        "a stale copy of the rows", "2024-11-18", "UPDATE t SET usage_avg_last_5 = usage_avg_last_5 * 1.01", K.CONTENT
    ),
    _precompute(
        "a score that is not what its games make",
        "2024-11-19",
        f"UPDATE t SET quality_score = 55 WHERE {ONE}",
        K.QUALITY,
    ),
    _precompute(
        "a shortage without a reason", "2024-11-20", f"UPDATE t SET shortage_reason = NULL WHERE {SHORT}", K.QUALITY
    ),
    _precompute(
        "a reason that nobody knows", "2024-11-21", f"UPDATE t SET shortage_reason = 'lazy' WHERE {SHORT}", K.QUALITY
    ),
    _precompute(
        "NULL in a required column",
        "2024-11-22",
        f"UPDATE t SET fatigue_score = NULL WHERE {ONE}",
        K.NULLS,
        table="player_composite_factors",
    ),
    _precompute(
        "a score above 100",
        "2024-11-23",
        f"UPDATE t SET quality_score = 250 WHERE {ONE}",
        K.RANGE,
        table="player_season_profile",
    ),
    _precompute(
        "a share above 1",
        "2024-11-24",
        f"UPDATE t SET paint_pct_allowed_last_15 = 40.0 WHERE {ONE}",
        K.RANGE,
        table="team_defense_zone_analysis",
    ),
    _precompute(
        "a team missing",
        "2024-11-25",
        "DELETE FROM t WHERE team = 'BOS'",
        K.MISSING_ENTITY,
        K.LOW,
        table="team_defense_zone_analysis",
        entity="BOS",
    ),
    _precompute("a row twice", "2024-11-26", TWICE, K.DUPLICATES, K.HIGH, K.LEDGER),
    _under_another_date(
        "the rows of another date", "2024-11-27", "2024-11-29", 4, "player_daily_cache", K.WRONG_DATE, K.WINDOW
    ),
    _precompute("a partition gone", "2024-11-30", GONE, K.MISSING, table="player_shot_zone_analysis"),
    _precompute(
        "a player under the wrong team",
        "2024-12-01",
        f"UPDATE t SET team = opponent, opponent = team WHERE {ONE}",
        K.MISMATCH,
    ),
    _predictions(
        "a player dropped",
        "2024-12-02",
        f"DELETE FROM t WHERE {ONE}",
        K.MISSING_ENTITY,
        K.LOW,
        table="ml_feature_store",
    ),
    _predictions(
        "a feature that is not its source's",
        "2024-12-03",
        f"UPDATE t SET points_avg_last_10 = points_avg_last_10 + 1 WHERE {ONE}",
        K.MISMATCH,
        table="ml_feature_store",
    ),
    _predictions("a confidence above 100", "2024-12-04", f"UPDATE t SET confidence = 150 WHERE {ONE}", K.RANGE),
    _predictions("a row twice", "2024-12-05", TWICE, K.DUPLICATES, K.HIGH),
    _predictions("a partition gone", "2024-12-06", GONE, K.MISSING),
    _predictions(
        "a stranger",
        "2024-12-07",
        f"INSERT INTO t SELECT * REPLACE (999 AS player_id) FROM t WHERE {ONE}",
        K.UNEXPECTED_ENTITY,
        K.HIGH,
        entity="999",
    ),
    _predictions("NULL in a required column", "2024-12-08", f"UPDATE t SET confidence = NULL WHERE {ONE}", K.NULLS),
    _predictions(
        "a quality that is not the features'",
        "2024-12-09",
        f"UPDATE t SET games_used = 4 WHERE {ONE}",
        K.MISMATCH,
        K.WINDOW,
    ),
    _predictions(
        "half of the rows lost", "2024-12-10", "DELETE FROM t WHERE player_id % 2 = 0", K.LOW, K.MISSING_ENTITY
    ),
    # What the ledger says.
    _in_ledger("an input that moved on", "2024-12-11", 2, _moved, (K.STALE, 3, "phase 3")),
    _in_ledger("a unit flagged stale", "2024-12-12", 4, _flagged, (K.STALE, 4, "phase 4")),
    _in_ledger("a scrape with a game too few", "2024-12-13", 1, _one_game_less, (K.LOW, 1, "scrape")),
    _in_ledger(
        "a row count that was recorded otherwise", "2024-12-15", 4, _one_row_more, (K.LEDGER, 4, "player_daily_cache")
    ),
    # Phase 2 and Phase 3.
    _raw(
        "a game dropped", "2024-12-19", f"DELETE FROM t WHERE {ONE}", K.MISSING_ENTITY, K.LOW, K.LEDGER, table="games"
    ),
    _raw("a game twice", "2024-12-20", TWICE, K.DUPLICATES, K.HIGH, table="games"),
    _raw("a score that is NULL", "2024-12-21", f"UPDATE t SET home_score = NULL WHERE {ONE}", K.NULLS, table="games"),
    _raw("a score out of range", "2024-12-22", f"UPDATE t SET away_score = 900 WHERE {ONE}", K.RANGE, table="games"),
    _raw(
        "a score that the box score does not add up to",
        "2024-12-23",
        f"UPDATE t SET home_score = home_score + 40 WHERE {ONE}",
        K.CONTENT,
        table="games",
    ),
    _raw(
        "an unknown game",
        "2024-12-25",
        f"UPDATE t SET game_id = '0029999999' WHERE {ONE}",
        K.WRONG_DATE,
        K.MISSING_ENTITY,
        table="games",
    ),
    _raw("a listed player dropped", "2024-12-26", f"DELETE FROM t WHERE {ONE}", K.LEDGER, K.CONTENT),
    _raw("a team missing", "2024-12-27", "DELETE FROM t WHERE team = 'BOS'", K.MISSING_ENTITY, entity="BOS"),
    _raw("a listed player twice", "2024-12-28", TWICE, K.DUPLICATES, K.LEDGER),
    _raw("NULL minutes", "2024-12-29", f"UPDATE t SET minutes = NULL WHERE {ONE}", K.NULLS),
    _raw("500 minutes", "2024-12-30", f"UPDATE t SET minutes = 500 WHERE {ONE}", K.RANGE),
    _raw(
        "points that the shots do not make", "2024-12-31", f"UPDATE t SET points = points + 1 WHERE {ONE}", K.MISMATCH
    ),
    _under_another_date("swapped dates", "2025-01-01", "2025-01-02", 2, "player_boxscores", K.WRONG_DATE, K.CONTENT),
    _under_another_date(
        "swapped dates, too", "2025-01-02", "2025-01-01", 2, "player_boxscores", K.WRONG_DATE, K.CONTENT
    ),
    _raw(
        "a team's box score dropped",
        "2025-01-03",
        "DELETE FROM t WHERE team = (SELECT MIN(team) FROM t)",
        K.MISSING_ENTITY,
        K.LOW,
        table="team_boxscores",
    ),
    _raw(
        "a win that was a loss",
        "2025-01-04",
        f"UPDATE t SET win = NOT win WHERE {ONE}",
        K.MISMATCH,
        table="team_boxscores",
    ),
    _raw(
        "a team's sum that is wrong",
        "2025-01-05",
        f"UPDATE t SET oreb = oreb + 1, reb = reb + 1 WHERE {ONE}",
        K.MISMATCH,
        table="team_boxscores",
    ),
    _raw(
        "the wrong opponent",
        "2025-01-06",
        f"UPDATE t SET opponent = 'XXX' WHERE {ONE}",
        K.WRONG_DATE,
        table="team_boxscores",
    ),
    _raw("a shot dropped", "2025-01-07", f"DELETE FROM t WHERE {ONE}", K.MISMATCH, K.LEDGER, table="shots"),
    _raw("a shot twice", "2025-01-08", TWICE, K.DUPLICATES, K.MISMATCH, table="shots"),
    _raw("most shots lost", "2025-01-09", "DELETE FROM t WHERE event_num % 4 <> 0", K.MISMATCH, K.GAP, table="shots"),
    _raw("a shot from 900 feet", "2025-01-10", f"UPDATE t SET distance_ft = 900 WHERE {ONE}", K.RANGE, table="shots"),
    _raw("a partition gone", "2025-01-11", GONE, K.MISSING, table="shots"),
    _analytics(
        "zones that do not add up",
        "2025-03-28",
        f"UPDATE t SET paint_attempts = paint_attempts + 1 WHERE {ONE}",
        K.MISMATCH,
        K.CONTENT,
    ),
    _analytics("usage below 0", "2025-03-29", f"UPDATE t SET usage_rate = -5.0 WHERE {ONE}", K.RANGE),
    _analytics(
        "points that are not the box score's", "2025-03-30", f"UPDATE t SET points = points + 3 WHERE {ONE}", K.MISMATCH
    ),
    _analytics(
        "NULL pace", "2025-03-31", f"UPDATE t SET pace = NULL WHERE {ONE}", K.NULLS, table="team_offense_game_summary"
    ),
    _analytics(
        "a team missing",
        "2025-04-01",
        "DELETE FROM t WHERE team = (SELECT MIN(team) FROM t)",
        K.MISSING_ENTITY,
        K.LOW,
        table="team_offense_game_summary",
    ),
    _analytics(
        "possessions of another day",
        "2025-04-02",
        f"UPDATE t SET fga = fga + 2 WHERE {ONE}",
        K.MISMATCH,
        table="team_offense_game_summary",
    ),
    _analytics(
        "points allowed that nobody scored",
        "2025-04-03",
        f"UPDATE t SET points_allowed = points_allowed + 2 WHERE {ONE}",
        K.MISMATCH,
        table="team_defense_game_summary",
    ),
    _analytics(
        "a rating out of range",
        "2025-04-04",
        f"UPDATE t SET defensive_rating = 1000.0 WHERE {ONE}",
        K.RANGE,
        table="team_defense_game_summary",
    ),
    _analytics("a player dropped", "2025-04-08", f"DELETE FROM t WHERE {ONE}", K.MISSING_ENTITY, K.LOW, K.LEDGER),
    _analytics("a player twice", "2025-04-09", TWICE, K.DUPLICATES, K.HIGH),
    _analytics("a partition gone", "2025-04-10", GONE, K.MISSING),
)


def plant(home: Path, corruption: Corruption) -> None:
    """Corrupt a folder: one Parquet file of its warehouse, or one unit of its ledger."""
    if corruption.ledger is not None:
        _change_unit(home, *corruption.ledger, corruption.on)
        return
    files = PartitionFolder(home / "warehouse").current(corruption.table)
    path = files[partition_key(corruption.on)]
    if corruption.sql == (GONE,):
        path.unlink()
        return
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{path}', hive_partitioning = false)")
        if corruption.other is not None:
            other = files[partition_key(corruption.other)]
            connection.execute(
                f"CREATE TABLE o AS SELECT * FROM read_parquet('{_kept(other)}', hive_partitioning = false)"
            )
        _kept(path)
        for statement in corruption.sql:
            connection.execute(statement)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def _kept(path: Path) -> Path:
    """Return a copy of a file as it was before the first corruption: of two that are swapped each reads the other's."""
    copy = path.with_suffix(".before")
    if not copy.exists():
        copy.write_bytes(path.read_bytes())
    return copy


def _change_unit(home: Path, phase: int, change: Callable[[Unit], Unit], on: date) -> None:
    ledger = Ledger(SqliteStore(home / "ledger.sqlite"))
    held = ledger.unit(phase, on)
    assert held is not None
    ledger.commit([Write(key=held.unit.key, body=change(held.unit).body(), revision=held.revision)])
