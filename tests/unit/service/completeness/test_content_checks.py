"""How the ledger judges what the checks of contents find, and rows that it recorded otherwise."""

from datetime import date
from typing import Any

import pytest

from shared.domain.rosters import ROSTER
from shared.domain.units import Status, Unit
from shared.processors.registry import processor
from shared.service.completeness import content_checks
from shared.service.completeness.content_checks import check_contents
from shared.service.completeness.findings import Kind
from shared.service.completeness.validate import validate
from shared.service.ranges import game_dates
from tests.unit.service.world import AWAY_TEAM, HOME_TEAM, complete, day, make_app, put

DAY = day(1)
CACHE = processor("player_daily_cache")
GAME = "0022400001"
SKIP, DEGRADE = {"early_season": "skip"}, {"early_season": "degrade"}
PRE_GAME = {ROSTER: {"1": HOME_TEAM}}


def scheduled(app: Any) -> None:
    game = {"season": "2024-25", "game_id": GAME, "home_team": HOME_TEAM, "away_team": AWAY_TEAM}
    app.warehouse.load("nba_raw.schedule", {DAY: [{"game_date": DAY, **game}]})


def listed(app: Any, *players: int) -> None:
    rows = [
        {"game_date": DAY, "player_id": each, "player_name": f"P{each}", "team": HOME_TEAM, "minutes": 5}
        for each in players
    ]
    app.warehouse.load("nba_raw.player_boxscores", {DAY: rows})


def cached(app: Any, *players: int, games_used: int = 0) -> str:
    """Fill a date of the cache; return its digest."""
    rows = [
        {"game_date": DAY, "player_id": each, "team": HOME_TEAM, "opponent": AWAY_TEAM, "games_used": games_used}
        for each in players
    ]
    app.warehouse.load(CACHE.table, {DAY: rows})
    digest: str = app.warehouse.digests(CACHE.table, "player_id", DAY, DAY)[DAY]
    return digest


@pytest.fixture
def app() -> Any:
    built = make_app([day(0), DAY, day(2)])
    scheduled(built)
    listed(built, 1, 2)
    return built


def of_cache(app: Any) -> list[tuple[Kind, str]]:
    found = check_contents(app, game_dates(app, day(0), day(2)), (4,)).findings
    kinds = (Kind.MISSING_ENTITY, Kind.SKIPPED, Kind.UNEXPECTED_ENTITY, Kind.WINDOW, Kind.CONTENT)
    return [
        (each.kind, each.entity)
        for each in found
        if each.processor == CACHE.name and each.kind in kinds and each.entity != AWAY_TEAM
    ]


def target(**fields: Any) -> Unit:
    return complete(4, DAY, policy=fields.pop("policy", DEGRADE), **fields)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (target(), [(Kind.MISSING_ENTITY, f"P2 (2) {HOME_TEAM}")]),
        (target(policy=SKIP), [(Kind.SKIPPED, f"P2 (2) {HOME_TEAM}")]),
        # Computed before its games: who was expected then is in the manifest, whoever was listed.
        (target(manifest=PRE_GAME), []),
    ],
)
def test_who_has_no_row_is_judged_by_policy_and_roster(app: Any, unit: Unit, expected: list[tuple[Kind, str]]) -> None:
    cached(app, 1)
    put(app, unit)
    assert of_cache(app) == expected


@pytest.mark.parametrize(
    ("recorded", "logic", "expected"),
    [
        ("{digest}", CACHE.logic, []),
        ("{digest}0", CACHE.logic, [(Kind.CONTENT, "")]),
        # Made in another way, or by another statement: not to be compared.
        ("another-way:2:ab", CACHE.logic, []),
        ("{digest}0", "older", []),
    ],
)
def test_rows_are_held_to_the_recorded_digest(app: Any, recorded: str, logic: str, expected: list[Any]) -> None:
    digest = cached(app, 1, 2)
    digests = {CACHE.name: recorded.format(digest=digest)}
    put(app, target(digests=digests, logic={CACHE.name: logic}))
    assert of_cache(app) == expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (target(), [(Kind.WINDOW, "")]),
        (target(stale={"every": ("an input moved",)}), []),
        (Unit(phase=4, game_date=DAY, status=Status.PENDING, version=1), []),
    ],
)
def test_a_window_is_doubted_of_a_complete_target_that_is_not_stale(app: Any, unit: Unit, expected: list[Any]) -> None:
    """They say that three games were used; nobody has played one."""
    cached(app, 1, 2, games_used=3)
    put(app, unit)
    assert of_cache(app) == expected


def test_a_date_of_which_a_unit_moves_meanwhile_is_left_out(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cached(app, 1)
    put(app, target())
    read = content_checks._digests

    def moving(*arguments: Any) -> Any:
        put(app, complete(3, DAY))
        return read(*arguments)

    monkeypatch.setattr(content_checks, "_digests", moving)
    assert of_cache(app) == []


def test_counts_alone_read_nothing_of_the_rows(app: Any) -> None:
    cached(app, 1, 2, games_used=3)
    put(app, target(rows={CACHE.name: 2}))
    kinds = {each.kind for each in validate(app, DAY, DAY, 4, counts_only=True).findings}
    assert Kind.WINDOW not in kinds
    assert Kind.WINDOW in {each.kind for each in validate(app, DAY, DAY, 4).findings}


def test_a_range_without_tables_has_no_contents(app: Any) -> None:
    found = game_dates(app, date(2024, 10, 22), date(2024, 10, 22))
    assert check_contents(app, found, (1,)).findings == ()
