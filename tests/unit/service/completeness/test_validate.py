from datetime import date
from typing import Any

import pytest

from shared.domain.errors import InvalidInput
from shared.domain.quality import Tier
from shared.domain.units import Status, Unit
from shared.processors.declaration import Processor
from shared.processors.registry import processor
from shared.service.app import App
from shared.service.completeness.findings import Finding, Kind, Sight, findings_of, gaps, moved_inputs
from shared.service.completeness.row_counts import Partition
from shared.service.completeness.validate import Validation, validate
from tests.unit.service.world import AWAY_TEAM, HOME_TEAM, complete, day, make_app, put

LISTED = 20
SKIP = {"early_season": "skip"}
ANALYTICS = {"player_game_summary": LISTED, "team_offense_game_summary": 2, "team_defense_game_summary": 2}
DAYS = [day(number) for number in range(6)]


def sight(name: str, rows: int | None, **fields: Any) -> Sight:
    of = processor(name)
    unit = fields.pop("unit", complete(of.phase, day(0), rows={name: rows or 0}))
    partition = None if rows is None else Partition(rows=rows, duplicate_keys=fields.pop("duplicate_keys", 0))
    return Sight(processor=of, game_date=day(0), games=3, listed=LISTED, partition=partition, unit=unit, **fields)


@pytest.mark.parametrize(
    ("seen", "kinds"),
    [
        # 3 games: 3 rows a game table, 6 a team table; 20 players are listed.
        (sight("games", 3), []),
        (sight("games", 2), [Kind.LOW]),
        (sight("games", 4), [Kind.HIGH]),
        (sight("team_boxscores", 6), []),
        (sight("team_boxscores", 4), [Kind.LOW]),
        (sight("player_game_summary", 20), []),
        (sight("player_game_summary", 19), [Kind.LOW]),
        (sight("player_game_summary", None), [Kind.MISSING]),
        (sight("shots", 1), []),
        (sight("shots", 250, duplicate_keys=1), [Kind.DUPLICATES]),
        (sight("player_daily_cache", 12, unit=complete(4, day(0), policy=SKIP, rows={"player_daily_cache": 12})), []),
        (sight("player_daily_cache", None, unit=complete(4, day(0), policy=SKIP)), []),
        (sight("player_daily_cache", 12), [Kind.LOW]),
        (sight("games", 3, unit=None), [Kind.LEDGER]),
        (sight("games", 3, unit=complete(2, day(0), rows={"games": 2})), [Kind.LEDGER]),
        (sight("games", 3, unit=complete(2, day(0), rows={"games": 2}), moving=True), []),
        (sight("games", 3, unit=Unit(phase=2, game_date=day(0), status=Status.FAILED, version=1)), [Kind.LEDGER]),
    ],
)
def test_findings_of_one_date(seen, kinds) -> None:
    assert [finding.kind for finding in findings_of(seen)] == kinds


def test_each_date_says_what_was_expected_and_what_is_there(app: App) -> None:
    load(app, processor("player_game_summary"), DAYS[1], [])
    dates = phase_3(app).dates
    assert [each.game_date for each in dates] == DAYS
    assert (dates[0].games, dates[0].teams, dates[0].players, dates[0].findings) == (1, 2, LISTED, 0)
    assert dates[0].rows == ANALYTICS
    assert dates[1].rows == {**ANALYTICS, "player_game_summary": 0}
    assert dates[1].findings == 1


def test_a_finding_says_what_was_expected() -> None:
    (finding,) = findings_of(sight("team_boxscores", 4))
    assert finding.detail == "4 rows, expected 6"
    assert finding.incomplete


@pytest.mark.parametrize(
    ("per_game", "flagged"),
    [
        ([20, 21, 19, 20, 21], []),
        # 0.6 of the neighbours' median 20 is 12: 11 is suspicious, 12 is not.
        ([20, 20, 11, 20, 20], [2]),
        ([20, 20, 12, 20, 20], []),
        ([5, 20, 20, 20], [0]),
        # One neighbour says nothing.
        ([5, 20], []),
    ],
)
def test_a_date_far_below_its_neighbours_is_suspicious(per_game, flagged) -> None:
    rows = {day(number): 2 * count for number, count in enumerate(per_game)}
    found = gaps(processor("shots"), rows, dict.fromkeys(rows, 2))
    assert [finding.game_date for finding in found] == [day(number) for number in flagged]
    assert not any(finding.incomplete for finding in found)


@pytest.mark.parametrize(
    ("inputs", "moved"),
    [
        ({"2": 1}, []),
        ({"2": 2}, ["units/2-2024-10-23 2 -> 1"]),
        ({"3-2024-10-22": 1}, ["units/3-2024-10-22 1 -> 4"]),
        ({"3-2024-10-22": 4, "release": "ab12"}, []),
        # A digest of a file, and a date nobody knows any more.
        ({"player_boxscores": "3f", "3-2024-01-01": 9}, []),
    ],
)
def test_a_unit_is_stale_when_its_inputs_moved(inputs, moved) -> None:
    versions = {"units/2-2024-10-23": 1, "units/3-2024-10-22": 4}
    assert moved_inputs(complete(3, date(2024, 10, 23), inputs=inputs), versions) == moved


def raw_rows(on: date) -> list[dict[str, Any]]:
    listed = []
    for number in range(LISTED):
        team, opponent = (HOME_TEAM, AWAY_TEAM) if number % 2 else (AWAY_TEAM, HOME_TEAM)
        listed.append({"player_id": number, "player_name": f"P{number}", "team": team, "opponent": opponent})
    return [{"game_date": on, "minutes": 20, **row} for row in listed]


def load(app: App, of: Processor, on: date, rows: list[dict[str, Any]]) -> None:
    app.warehouse.load(of.table, {on: rows})


def analytics(app: App, on: date, *, players: int = LISTED) -> None:
    """Fill Phase 3 of a date: its player table and both of its team tables."""
    load(app, processor("player_boxscores"), on, raw_rows(on))
    load(app, processor("player_game_summary"), on, raw_rows(on)[:players])
    teams = [{"game_date": on, "team": HOME_TEAM}, {"game_date": on, "team": AWAY_TEAM}]
    for name in ("team_offense_game_summary", "team_defense_game_summary"):
        load(app, processor(name), on, teams)
    put(app, complete(2, on), complete(3, on, rows={**ANALYTICS, "player_game_summary": players}, inputs={"2": 1}))


@pytest.fixture
def app() -> App:
    built = make_app(DAYS)
    for on in DAYS:
        analytics(built, on)
    return built


def counts(app: App, start: date, end: date, phase: int | None = None) -> Validation:
    """These rows have few columns: they are counted, and not read."""
    return validate(app, start, end, phase, counts_only=True)


def phase_3(app: App, start: date = DAYS[0], end: date = DAYS[-1]) -> Validation:
    return counts(app, start, end, 3)


def test_a_whole_phase_is_complete(app: App) -> None:
    result = phase_3(app)
    assert result.complete
    assert result.findings == ()
    players = next(each for each in result.tables if each.processor == "player_game_summary")
    assert (players.dates, players.dates_expected, players.rows, players.rows_expected) == (6, 6, 120, 120)


def seen(result: Validation) -> list[tuple[Kind, date]]:
    return [(finding.kind, finding.game_date) for finding in result.findings]


def test_a_missing_date_and_a_low_one_are_found(app: App) -> None:
    load(app, processor("player_game_summary"), DAYS[1], [])
    analytics(app, DAYS[2], players=18)
    result = phase_3(app)
    assert seen(result) == [(Kind.MISSING, DAYS[1]), (Kind.LOW, DAYS[2])]
    assert not result.complete
    assert phase_3(app, DAYS[3], DAYS[5]).complete


def test_rows_that_the_ledger_does_not_know_are_found(app: App) -> None:
    load(app, processor("player_game_summary"), DAYS[0], raw_rows(DAYS[0])[:19])
    assert seen(phase_3(app)) == [(Kind.LOW, DAYS[0]), (Kind.LEDGER, DAYS[0])]


def test_a_key_that_occurs_twice_is_found(app: App) -> None:
    twice = [*raw_rows(DAYS[0])[:19], raw_rows(DAYS[0])[0]]
    load(app, processor("player_game_summary"), DAYS[0], twice)
    assert seen(phase_3(app)) == [(Kind.DUPLICATES, DAYS[0])]


def test_older_than_its_input_is_stale(app: App) -> None:
    put(app, Unit(phase=2, game_date=DAYS[4], status=Status.COMPLETE, version=2))
    (finding,) = phase_3(app).findings
    assert (finding.kind, finding.game_date) == (Kind.STALE, DAYS[4])
    assert "units/2-2024-10-26 1 -> 2" in finding.detail


def test_a_suspicious_gap_is_shown_and_does_not_make_it_incomplete(app: App) -> None:
    """Half of the players of one date were never listed: 10 of 20, below 0.6 of the neighbours."""
    load(app, processor("player_boxscores"), DAYS[3], raw_rows(DAYS[3])[:10])
    found: list[Finding] = [each for each in counts(app, DAYS[0], DAYS[5], 2).findings if each.kind is Kind.GAP]
    assert [(each.processor, each.game_date) for each in found] == [("player_boxscores", DAYS[3])]
    assert not found[0].incomplete


def test_the_neighbours_may_lie_outside_of_the_range(app: App) -> None:
    load(app, processor("player_boxscores"), DAYS[3], raw_rows(DAYS[3])[:10])
    found = [each for each in counts(app, DAYS[3], DAYS[3], 2).findings if each.kind is Kind.GAP]
    assert len(found) == 1


def test_phase_1_is_held_against_the_schedule(app: App) -> None:
    put(app, *(complete(1, on, rows={"games": 1}) for on in DAYS[:4]), complete(1, DAYS[4], rows={"games": 0}))
    result = counts(app, DAYS[0], DAYS[5], 1)
    assert seen(result) == [(Kind.LOW, DAYS[4]), (Kind.MISSING, DAYS[5])]


def test_quality_is_counted_by_tier_and_reason(app: App) -> None:
    scores = [100, 100, 90, 70, 50, 40, 0]
    rows = [{"game_date": DAYS[5], "player_id": index, "quality_score": each} for index, each in enumerate(scores)]
    rows[5]["shortage_reason"] = rows[6]["shortage_reason"] = "season_start"
    load(app, processor("player_daily_cache"), DAYS[5], rows)
    quality = next(each for each in counts(app, DAYS[0], DAYS[5], 4).quality if each.processor == "player_daily_cache")
    assert quality.tiers == {Tier.HIGH: 2, Tier.MEDIUM: 2, Tier.LOW: 1, Tier.VERY_LOW: 2}
    # (100 + 100 + 90 + 70 + 50 + 40 + 0) / 7 = 64.28...
    # One table alone, and one date.
    assert counts(app, DAYS[5], DAYS[5], 4).dates[0].quality == {"player_daily_cache": 64.3}
    assert (quality.rows, quality.mean, quality.shortages) == (7, 64.3, {"season_start": 2})


@pytest.mark.parametrize("phase", [0, 6])
def test_a_phase_that_does_not_exist_is_named(app: App, phase: int) -> None:
    with pytest.raises(InvalidInput, match="phase: got"):
        validate(app, DAYS[0], DAYS[0], phase)
