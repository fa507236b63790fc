from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.policy import EarlySeason, Policy, policy_from

HOLE, OTHER_HOLE = date(2024, 11, 8), date(2024, 11, 9)


ANY_STRATEGY = st.sampled_from(EarlySeason)


def policies(early_season: st.SearchStrategy[EarlySeason] = ANY_STRATEGY) -> st.SearchStrategy[Policy]:
    return st.builds(
        Policy,
        max_lookback_days=st.none() | st.integers(1, 200),
        min_coverage=st.sampled_from((0.5, 0.85, 0.99, 1.0)),
        early_season=early_season,
        accept_missing=st.frozensets(st.sampled_from((HOLE, OTHER_HOLE))),
    )


@pytest.mark.parametrize(
    ("done", "asked", "enough"),
    [
        (Policy(), Policy(), True),
        (Policy(), Policy(max_lookback_days=30), True),
        (Policy(max_lookback_days=30), Policy(), False),
        (Policy(max_lookback_days=45), Policy(max_lookback_days=30), True),
        (Policy(max_lookback_days=30), Policy(max_lookback_days=30), True),
        (Policy(max_lookback_days=29), Policy(max_lookback_days=30), False),
        (Policy(min_coverage=0.9), Policy(min_coverage=0.85), True),
        (Policy(min_coverage=0.85), Policy(min_coverage=0.85), True),
        (Policy(min_coverage=0.85), Policy(), False),
        (Policy(), Policy(early_season=EarlySeason.SKIP), False),
        (Policy(early_season=EarlySeason.SKIP), Policy(), False),
        (Policy(), Policy(accept_missing=frozenset({HOLE})), True),
        (Policy(accept_missing=frozenset({HOLE})), Policy(), False),
        (Policy(accept_missing=frozenset({HOLE})), Policy(accept_missing=frozenset({OTHER_HOLE})), False),
        # Better in one respect does not make up for worse in another.
        (Policy(max_lookback_days=30), Policy(min_coverage=0.85), False),
    ],
)
def test_work_done_under_a_policy_satisfies_a_request_that_asks_no_more(
    done: Policy, asked: Policy, enough: bool
) -> None:
    assert done.at_least_as_strict_as(asked) is enough


@given(policies())
def test_a_policy_satisfies_itself(policy: Policy) -> None:
    assert policy.at_least_as_strict_as(policy)


@given(policies(), policies(), policies())
def test_strictness_carries_over(first: Policy, second: Policy, third: Policy) -> None:
    for a, b, c in product((first, second, third), repeat=3):
        if a.at_least_as_strict_as(b) and b.at_least_as_strict_as(c):
            assert a.at_least_as_strict_as(c)


@given(policies(), policies())
def test_two_policies_that_satisfy_each_other_are_one(first: Policy, second: Policy) -> None:
    if first.at_least_as_strict_as(second) and second.at_least_as_strict_as(first):
        assert first == second


@given(st.sampled_from(EarlySeason).flatmap(lambda choice: st.tuples(*[policies(st.just(choice))] * 3)))
def test_a_merged_policy_is_the_least_strict_that_satisfies_both(three: tuple[Policy, Policy, Policy]) -> None:
    first, second, third = three
    merged = first.merged(second)
    assert merged.at_least_as_strict_as(first)
    assert merged.at_least_as_strict_as(second)
    if third.at_least_as_strict_as(first) and third.at_least_as_strict_as(second):
        assert third.at_least_as_strict_as(merged)


def test_of_two_early_season_strategies_the_later_requests_is_taken() -> None:
    merged = Policy(early_season=EarlySeason.SKIP).merged(Policy(early_season=EarlySeason.DEFAULTS))
    assert merged.early_season is EarlySeason.DEFAULTS


@pytest.mark.parametrize(
    ("policy", "exact"),
    [
        (Policy(), True),
        (Policy(max_lookback_days=365), False),
        (Policy(min_coverage=0.999), False),
        (Policy(accept_missing=frozenset({HOLE}), early_season=EarlySeason.SKIP), True),
    ],
)
def test_a_policy_without_cap_and_with_full_coverage_is_exact(policy: Policy, exact: bool) -> None:
    assert policy.exact is exact


@given(policies())
def test_the_json_form_gives_the_policy_back(policy: Policy) -> None:
    assert policy_from(policy.body()) == policy


def test_accepted_dates_are_written_in_order() -> None:
    assert Policy(accept_missing=frozenset({OTHER_HOLE, HOLE})).body()["accept_missing"] == ["2024-11-08", "2024-11-09"]
