"""Every row and column of Phases 3 and 4 of the real season, against the brute force of `tests/oracle`."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.adapters.landing import FsspecLanding
from shared.adapters.sources.archive import ArchiveSource
from shared.domain import landing_format
from shared.ports import Job, Row, Staged
from shared.processors.audits import STAGED, audit_sql, check
from shared.processors.registry import APPEARANCES_SQL, Processor, early_entities, of_phase, processor
from tests.oracle import season as oracle
from tests.oracle.brute_force import BruteForce, Target

OPENING = date(2024, 10, 22)
LAST = date(2025, 2, 12)
TARGETS = [
    OPENING,
    date(2024, 11, 4),
    date(2024, 11, 9),
    date(2025, 1, 26),
    date(2025, 2, 10),
    date(2025, 2, 11),
    LAST,
]
POLICIES = ("degrade", "skip", "defaults")
LEFT_OUT = {"processed_at", "backfill_id"}
FILES = ("games", "player_boxscores", "shots")


@dataclass(frozen=True)
class Stack:
    """The warehouse with Phases 2 and 3 of every date up to LAST, and what the oracle says of the season."""

    warehouse: DuckDbWarehouse
    season: oracle.Season

    def run(self, phase: int, parameters: dict[str, Any], external: dict[str, str] | None = None) -> dict[str, Staged]:
        """Stage, audit and publish a phase of a date; return what was staged, by table."""
        staged: dict[str, Staged] = {}
        for each in of_phase(phase):
            staged[each.table] = self.stage(each, parameters, external or {}, staged)
            assert self.audit(each, staged[each.table], None) == []
        for partition in staged.values():
            self.warehouse.publish(partition)
            self.warehouse.discard(partition)
        return staged

    def stage(
        self, each: Processor, parameters: dict[str, Any], external: dict[str, str], staged: dict[str, Staged]
    ) -> Staged:
        """Return the staged partition of one processor, built over its staged siblings."""
        job = Job(
            unit=f"{each.phase}-{parameters['game_date']}",
            fence=1,
            processor=each.name,
            table=each.table,
            game_date=parameters["game_date"],
            sql=each.sql,
            parameters=parameters,
            external=external,
            siblings={table: partition.staging for table, partition in staged.items()},
        )
        return self.warehouse.stage(job)

    def audit(self, each: Processor, staged: Staged, expected_rows: int | None) -> list[str]:
        """Return what the audit finds wrong with a staged partition."""
        parameters = {"game_date": staged.job.game_date}
        row = self.warehouse.query(audit_sql(each), parameters, {STAGED: staged.staging})[0]
        return check(each, row, expected_rows)

    def rows(self, table: str, day: date) -> list[Row]:
        """Return the published rows of a table's date."""
        select = f"SELECT * FROM {table} WHERE game_date = @game_date"  # noqa: S608
        return self.warehouse.query(select, {"game_date": day})

    def target(self, day: date, early_season: str = "degrade", **changes: Any) -> Target:
        """Return a target whose entities may all look back to the season's start, or to `floor`."""
        floor, shortage = changes.get("floor", OPENING), changes.get("shortage")
        hidden = changes.get("hidden", frozenset())
        sides = {}
        for home, away in self.season.fixtures[day]:
            for team, opponent in ((home, away), (away, home)):
                games = sum(team in pair for at, pairs in self.season.fixtures.items() if at < day for pair in pairs)
                side = {"team": team, "opponent": opponent, "is_home": team == home, "team_games": games}
                sides[team] = {**side, "floor": floor, "shortage": shortage}
        listed = self.season.player_games[day]
        players = [{"player_id": row["player_id"], **sides[row["team"]]} for row in listed]
        return Target(day, players, list(sides.values()), frozenset(hidden), early_season)


def parameters_of(target: Target) -> dict[str, Any]:
    """Return the target as the statements' parameters."""
    return {
        "game_date": target.game_date,
        "season_start": OPENING,
        "hidden_dates": sorted(target.hidden),
        "players": target.players,
        "teams": target.teams,
        "early_season": target.early_season,
        "processed_at": datetime(2025, 3, 1, tzinfo=UTC),
        "backfill_id": "oracle",
    }


@pytest.fixture(scope="module")
def stack(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    source, season = ArchiveSource(season_archive), oracle.load(season_archive)
    landing = FsspecLanding(str(tmp_path_factory.mktemp("landing")))
    built = Stack(DuckDbWarehouse(), season)
    for day in season.dates:
        if day > LAST:
            break
        scraped = source.scrape(day)
        for name in FILES:
            landing.write(day, f"{name}.jsonl", landing_format.render(scraped[name]))
        external = {f"landing.{name}": landing.url(day, f"{name}.jsonl") for name in FILES}
        for phase in (2, 3):
            built.run(phase, {"game_date": day, "season": "2024-25"}, external if phase == 2 else None)
    yield built
    built.warehouse.close()


def assert_same_rows(found: list[Row], expected: list[Row], key: tuple[str, ...]) -> None:
    """Fail naming key, column and both values unless the rows are the same to 1e-9."""
    by_key = {tuple(row[name] for name in key): row for row in expected}
    assert sorted(tuple(row[name] for name in key) for row in found) == sorted(by_key)
    differences = []
    for row in found:
        values = {name: value for name, value in row.items() if name not in LEFT_OUT}
        other = by_key[tuple(row[name] for name in key)]
        assert values.keys() == other.keys()
        differences += [
            (tuple(row[name] for name in key), name, value, other[name])
            for name, value in values.items()
            if not _same(value, other[name])
        ]
    assert not differences, differences[:10]


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, float) and isinstance(other, float | int) and not isinstance(other, bool):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(value == other)


ORACLE = {
    "player_shot_zone_analysis": BruteForce.shot_zones,
    "team_defense_zone_analysis": BruteForce.team_defense,
    "player_composite_factors": BruteForce.composite,
    "player_daily_cache": BruteForce.daily_cache,
    "player_season_profile": BruteForce.season_profile,
}


def assert_as_oracle(stack: Stack, target: Target) -> dict[str, list[Row]]:
    """Run Phase 4 of the target, compare every table with the oracle; return the rows by processor."""
    stack.run(4, parameters_of(target))
    brute, found = BruteForce(stack.season, target), {}
    for name, expected in ORACLE.items():
        each = processor(name)
        found[name] = stack.rows(each.table, target.game_date)
        assert_same_rows(found[name], expected(brute), each.key)
    return found


def test_the_oracle_covers_every_active_phase_4_processor() -> None:
    assert ORACLE.keys() == {each.name for each in of_phase(4)}


@pytest.mark.parametrize("day", [OPENING, date(2024, 11, 9), date(2025, 1, 26), LAST])
def test_phase_3_is_what_happened(stack: Stack, day: date) -> None:
    expected = {
        "player_game_summary": stack.season.player_games[day],
        "team_offense_game_summary": stack.season.offense[day],
        "team_defense_game_summary": stack.season.defense[day],
    }
    for name, rows in expected.items():
        each = processor(name)
        assert_same_rows(stack.rows(each.table, day), rows, each.key)


@pytest.mark.parametrize("early_season", POLICIES)
@pytest.mark.parametrize("day", TARGETS)
def test_phase_4_from_a_full_history(stack: Stack, day: date, early_season: str) -> None:
    assert_as_oracle(stack, stack.target(day, early_season))


@pytest.mark.parametrize("early_season", POLICIES)
@pytest.mark.parametrize(("back", "shortage"), [(30, "capped"), (4, "missing_data"), (0, "capped")])
def test_phase_4_below_a_floor(stack: Stack, back: int, shortage: str, early_season: str) -> None:
    day = date(2025, 2, 10)
    target = stack.target(day, early_season, floor=day - timedelta(days=back), shortage=shortage)
    for rows in assert_as_oracle(stack, target).values():
        assert {row["shortage_reason"] for row in rows} <= {None, "absent", shortage}


@pytest.mark.parametrize("early_season", POLICIES)
def test_phase_4_with_hidden_dates_reads_none_of_them(stack: Stack, early_season: str) -> None:
    hidden = {date(2024, 11, 8), date(2025, 1, 24), date(2025, 2, 8)}
    found = assert_as_oracle(stack, stack.target(LAST, early_season, hidden=hidden))
    used = {row["window_end"] for rows in found.values() for row in rows}
    assert not used & hidden


def test_everything_hidden_leaves_every_entity_without_history(stack: Stack) -> None:
    hidden = {day for day in stack.season.dates if day < LAST}
    for early_season in POLICIES:
        found = assert_as_oracle(stack, stack.target(LAST, early_season, hidden=hidden))
        assert {row["quality_score"] for rows in found.values() for row in rows} <= {0}


def test_no_row_of_the_target_itself_is_read(stack: Stack) -> None:
    """On opening night there is nothing before the target, although its own Phase 3 is complete."""
    found = assert_as_oracle(stack, stack.target(OPENING))
    assert all(row["games_used"] == 0 for rows in found.values() for row in rows)


def test_rest_and_workload_agree_in_both_tables_that_hold_them(stack: Stack) -> None:
    found = assert_as_oracle(stack, stack.target(LAST))
    shared_columns = ("player_id", "games_last_7", "games_last_14", "days_of_rest")
    cache, factors = (
        sorted(tuple(row[name] for name in shared_columns) for row in found[table])
        for table in ("player_daily_cache", "player_composite_factors")
    )
    assert cache == factors


def test_rows_are_one_an_entity(stack: Stack) -> None:
    target = stack.target(LAST)
    found = assert_as_oracle(stack, target)
    expected = early_entities(len(target.players), len(target.teams))
    assert {processor(name).table: len(rows) for name, rows in found.items()} == expected


def test_the_digest_depends_on_no_order_of_rows(stack: Stack) -> None:
    target = stack.target(date(2025, 1, 26))
    forward = parameters_of(target)
    backward = {**forward, "players": target.players[::-1], "teams": target.teams[::-1]}
    first = stack.run(4, forward)
    second = stack.run(4, backward)
    assert {table: staged.digest for table, staged in first.items()} == {
        table: staged.digest for table, staged in second.items()
    }


def test_appearances_tell_who_played_from_who_was_listed(stack: Stack) -> None:
    day = date(2024, 11, 9)
    listed = stack.season.player_games[day]
    found = stack.warehouse.query(APPEARANCES_SQL, {"game_date": day})
    expected = sorted((row["player_id"], row["team"], row["minutes"] > 0) for row in listed)
    assert [(row["player_id"], row["team"], row["played"]) for row in found] == expected


def test_predictions_follow_history_and_policy(stack: Stack) -> None:
    rows = {}
    for early_season in POLICIES:
        target = stack.target(date(2025, 2, 11), early_season)
        stack.run(4, parameters_of(target))
        stack.run(5, parameters_of(target))
        rows[early_season] = stack.rows("nba_predictions.player_points_predictions", target.game_date)
    assert len(rows["degrade"]) == len(rows["defaults"]) == len(target.players)
    assert {row["player_id"] for row in rows["degrade"] if row["games_used"] >= 5} == {
        row["player_id"] for row in rows["skip"]
    }
    for row in rows["degrade"]:
        assert (row["predicted_points"] is None) == (row["games_used"] == 0)
        assert row["confidence"] <= row["quality_score"]
    assert all(row["predicted_points"] is not None for row in rows["defaults"])


def test_without_any_history_there_is_no_prediction_and_no_confidence(stack: Stack) -> None:
    target = stack.target(OPENING)
    stack.run(4, parameters_of(target))
    stack.run(5, parameters_of(target))
    rows = stack.rows("nba_predictions.player_points_predictions", OPENING)
    assert {(row["predicted_points"], row["confidence"], row["quality_score"]) for row in rows} == {(None, 0, 0)}


def test_an_audit_refuses_a_partition_that_the_schedule_contradicts(stack: Stack) -> None:
    each = processor("player_daily_cache")
    target = stack.target(LAST)
    staged = stack.stage(each, parameters_of(target), {}, {})
    listed = len(target.players)
    assert stack.audit(each, staged, listed) == []
    assert stack.audit(each, staged, listed + 1) == [f"player_daily_cache: {listed} rows, expected {listed + 1}"]
    stack.warehouse.discard(staged)
