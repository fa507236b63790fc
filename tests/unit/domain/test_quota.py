import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.quota import DAY_SECONDS, QuotaUse, Use, nearest, quota_use

HOUR = 3600.0


def used(uses: list[Use], *, limit: int, before: float = 0.0, dates: int = 1) -> QuotaUse:
    return quota_use("partition writes", "t", limit=limit, used=before, uses=uses, dates=dates)


@pytest.mark.parametrize(
    ("count", "every", "limit", "amount", "passes_at"),
    [
        # One an hour for 48 hours: any 24 hours hold 24 of them, the 25th comes when the first is a day old.
        (48, HOUR, 24, 24, None),
        (48, HOUR, 23, 24, 23 * HOUR),
        # All at once: the limit is passed at once, or not at all.
        (30, 0.0, 30, 30, None),
        (31, 0.0, 30, 31, 0.0),
        (0, HOUR, 1, 0, None),
    ],
)
def test_the_fullest_day_is_what_counts(
    count: int, every: float, limit: int, amount: float, passes_at: float | None
) -> None:
    found = used([(number * every, 1.0) for number in range(count)], limit=limit)
    assert (found.amount, found.passes_at) == (amount, passes_at)


def test_what_was_used_before_takes_its_room() -> None:
    """25 of 30 were used: 10 more pass the limit with the sixth, and each date takes two: room for 2 dates."""
    found = used([(float(number), 1.0) for number in range(10)], limit=30, before=25.0, dates=5)
    assert (found.passes_at, found.dates_a_day) == (5.0, 2)
    assert found.share == pytest.approx(35 / 30)


def test_the_refusal_names_quota_figure_limit_and_the_way_out() -> None:
    text = str(used([(0.0, 40.0)], limit=30, dates=10).refusal())
    assert "40 partition writes of t in 24 hours" in text
    assert "at most 30: ask for at most 7 dates a day" in text


def test_without_room_for_a_date_it_says_wait() -> None:
    assert "wait for a day" in str(used([(0.0, 40.0)], limit=30, before=30.0, dates=10).refusal())


def test_the_nearest_is_the_one_with_the_greatest_share() -> None:
    near, far = used([(0.0, 9.0)], limit=10), used([(0.0, 90.0)], limit=1000)
    assert nearest([far, near]) is near
    assert nearest([]) is None


@given(st.lists(st.floats(0, 3 * DAY_SECONDS), max_size=40), st.integers(1, 40))
def test_it_passes_exactly_when_some_24_hours_hold_too_many(moments: list[float], limit: int) -> None:
    """Counted anew at every moment: those within the day that ends there, its start left out."""
    uses = [(moment, 1.0) for moment in sorted(moments)]
    fullest = max((sum(end - DAY_SECONDS < moment <= end for moment, _ in uses) for end, _ in uses), default=0)
    found = used(uses, limit=limit)
    assert found.amount == fullest
    assert (found.passes_at is not None) == (fullest > limit)
