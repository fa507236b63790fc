import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.quality import Shortage, Tier, quality_score, shortage_reason, tier


@pytest.mark.parametrize(
    ("available", "score", "band"),
    [
        (12, 100, Tier.HIGH),  # more than asked for counts as all of it
        (10, 100, Tier.HIGH),
        (9, 90, Tier.MEDIUM),
        (8, 80, Tier.MEDIUM),
        (7, 70, Tier.MEDIUM),
        (6, 60, Tier.LOW),
        (5, 50, Tier.LOW),
        (4, 40, Tier.VERY_LOW),
        (3, 30, Tier.VERY_LOW),
        (2, 20, Tier.VERY_LOW),
        (1, 10, Tier.VERY_LOW),
        (0, 0, Tier.VERY_LOW),
    ],
)
def test_the_decision_table_of_ten_games(available: int, score: int, band: Tier) -> None:
    assert (quality_score(available, 10), tier(score)) == (score, band)


@pytest.mark.parametrize(
    ("available", "needed", "score"),
    [
        (1, 3, 33),  # 33.3
        (2, 3, 67),  # 66.7
        (1, 8, 13),  # 12.5, half up
        (3, 8, 38),  # 37.5, half up
        (14, 15, 93),  # 93.3: one game short of fifteen is not perfect
        (199, 200, 100),  # 99.5, half up
        (1, 200, 1),  # 0.5, half up
        (1, 201, 0),  # 0.4975
    ],
)
def test_a_score_is_the_share_rounded_half_up(available: int, needed: int, score: int) -> None:
    assert quality_score(available, needed) == score


@pytest.mark.parametrize(
    ("score", "band"),
    [(99, Tier.MEDIUM), (71, Tier.MEDIUM), (69, Tier.LOW), (51, Tier.LOW), (49, Tier.VERY_LOW)],
)
def test_the_tiers_beside_their_borders(score: int, band: Tier) -> None:
    assert tier(score) is band


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 200))
def test_more_games_never_score_less(first: int, second: int, needed: int) -> None:
    low, high = sorted((first, second))
    assert 0 <= quality_score(low, needed) <= quality_score(high, needed) <= 100


@pytest.mark.parametrize(
    ("available", "team_games", "uncertified", "reason"),
    [
        (10, 40, None, None),
        (10, 40, Shortage.CAPPED, None),  # nothing is short, whatever could not be certified
        (11, 11, None, None),
        (9, 9, None, Shortage.SEASON_START),  # the team itself has played 9
        (9, 10, None, Shortage.ABSENT),  # the team has played 10: he missed one
        (0, 0, None, Shortage.SEASON_START),
        (9, 40, Shortage.CAPPED, Shortage.CAPPED),
        (9, 9, Shortage.MISSING_DATA, Shortage.MISSING_DATA),  # an unseen date comes before the young season
    ],
)
def test_why_fewer_than_ten_games_were_used(
    available: int, team_games: int, uncertified: Shortage | None, reason: Shortage | None
) -> None:
    assert shortage_reason(available, 10, team_games, uncertified) is reason
