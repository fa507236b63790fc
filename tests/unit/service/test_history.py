from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.backfills import BackfillStatus
from shared.domain.errors import InvalidInput
from shared.domain.frontier import Frontier
from shared.domain.messages import BackfillRequest
from shared.domain.policy import Policy
from shared.domain.quality import Shortage, Tier
from shared.domain.units import Unit
from shared.ports import Write
from shared.service.app import App
from shared.service.history import Basis, Decision, decide, history
from tests.unit.service.world import AWAY_TEAM, HOME_TEAM, SEASON, appear, day, make_app, open_backfill, plan_for, put

DAYS = [day(number) for number in range(40)]
REGULAR, RARE, ABSENT = 1, 2, 3


def season(app: App, *, until: int, unknown: tuple[int, ...] = ()) -> App:
    """The regular plays daily, the rare one every fourth day, the absent one is listed on the last date only."""
    for number in range(until + 1):
        if number in unknown:
            continue
        players: dict[int, str | None] = {REGULAR: HOME_TEAM}
        if number % 4 == 0:
            players[RARE] = AWAY_TEAM
        if number == until:
            players[ABSENT] = HOME_TEAM
        appear(app, day(number), players)
    return app


@pytest.mark.parametrize(
    ("games", "decision"),
    [(10, "ready"), (9, "degraded"), (7, "degraded"), (5, "degraded"), (4, "skip"), (3, "skip"), (0, "skip")],
)
def test_the_decision_table(games, decision) -> None:
    assert decide(games) == decision


@given(st.integers(0, 10))
def test_more_games_never_decide_worse(games: int) -> None:
    order = [Decision.SKIP, Decision.DEGRADED, Decision.READY]
    assert order.index(decide(games)) <= order.index(decide(games + 1))


def test_games_quality_and_window_of_each_player() -> None:
    """Target day 24: the regular has days 14..23; the rare one days 0, 4, .., 20 (6 games); the absent one none."""
    found = history(season(make_app(DAYS), until=24), day(24))
    by_id = {each.player_id: each for each in found.players}
    regular, rare, absent = by_id[REGULAR], by_id[RARE], by_id[ABSENT]
    assert (regular.games, regular.quality_score, regular.tier, regular.shortage) == (10, 100, Tier.HIGH, None)
    assert (regular.window_start, regular.window_end) == (day(14), day(23))
    assert (rare.games, rare.quality_score, rare.tier, rare.shortage) == (6, 60, Tier.LOW, Shortage.ABSENT)
    assert rare.window == tuple(day(number) for number in (0, 4, 8, 12, 16, 20))
    assert (absent.games, absent.window_start, absent.decision) == (0, None, Decision.SKIP)
    assert found.decisions == {Decision.READY: 1, Decision.DEGRADED: 1, Decision.SKIP: 1}
    assert found.basis is Basis.BOX_SCORE
    # The shortest history comes first: it is what an operator looks for.
    assert [each.player_id for each in found.players] == [ABSENT, RARE, REGULAR]


def test_a_young_season_is_the_reason_not_the_player() -> None:
    found = history(season(make_app(DAYS), until=3), day(3))
    assert {each.player_id: each.shortage for each in found.players}[REGULAR] is Shortage.SEASON_START


def test_missing_phase_3_dates_block_and_nothing_reaches_past_them() -> None:
    """Day 20 is unknown: of target 24 the regular has days 21..23 certain; before day 20 nothing counts."""
    found = history(season(make_app(DAYS), until=24, unknown=(20,)), day(24), REGULAR)
    (regular,) = found.players
    assert (regular.games, regular.window) == (3, (day(21), day(22), day(23)))
    assert regular.missing == (day(20),)
    assert regular.shortage is Shortage.MISSING_DATA
    assert found.blocking == (day(20),)


def test_an_unknown_date_behind_a_whole_window_blocks_nobody() -> None:
    """Days 10..23 hold the regular's ten games and the fourteen days of workload; day 5 is behind both."""
    found = history(season(make_app(DAYS), until=24, unknown=(5,)), day(24), REGULAR)
    assert (found.players[0].games, found.blocking) == (10, ())


def test_a_waiting_targets_policy_caps_its_history() -> None:
    """A cap of 5 days lets target 24 reach back to day 19: five games, short because capped."""
    app = season(make_app(DAYS), until=24)
    request = BackfillRequest(start_date=day(24), end_date=day(24), policy=Policy(max_lookback_days=5))
    open_backfill(app, "bf", request, BackfillStatus.RUNNING, plan_for(day(24)))
    waiting = Frontier(season=SEASON, targets={str(day(24)): ["bf"]})
    app.ledger.commit([Write(key=waiting.key, body=waiting.body())])
    (regular,) = history(app, day(24), REGULAR).players
    assert (regular.games, regular.window_start, regular.shortage) == (5, day(19), Shortage.CAPPED)


def test_a_released_target_shows_what_its_manifest_allows() -> None:
    """The manifest has days 12..23 and a floor at day 18 for the regular: six games, for the manifest's reason."""
    app = season(make_app(DAYS), until=24)
    manifest = {
        "versions": {str(day(number)): 1 for number in range(12, 24)},
        "floors": {f"player:{REGULAR}": [str(day(18)), "capped"]},
    }
    put(app, replace(Unit(phase=4, game_date=day(24)), manifest=manifest))
    found = history(app, day(24))
    by_id = {each.player_id: each for each in found.players}
    assert found.basis is Basis.MANIFEST
    assert (by_id[REGULAR].games, by_id[REGULAR].window_start) == (6, day(18))
    assert by_id[REGULAR].shortage is Shortage.CAPPED
    # Days 12, 16 and 20 of the rare one are in the manifest, days 0, 4 and 8 are not.
    assert by_id[RARE].window == (day(12), day(16), day(20))
    assert found.blocking == ()


def test_before_it_is_played_the_latest_rosters_are_shown() -> None:
    found = history(season(make_app(DAYS), until=24), day(25))
    assert found.basis is Basis.LATEST_ROSTERS
    assert {each.player_id for each in found.players} == {REGULAR, RARE, ABSENT}
    assert {each.player_id: each.games for each in found.players}[REGULAR] == 10


@pytest.mark.parametrize(
    ("number", "player", "field"), [(50, None, "date"), (24, 999, "player"), (400, None, "season")]
)
def test_wrong_input_is_named(number, player, field) -> None:
    with pytest.raises(InvalidInput) as caught:
        history(season(make_app(DAYS), until=24), day(number), player)
    assert caught.value.field == field
