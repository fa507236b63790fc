"""Windows followed step by step: the order of arrival decides nothing, and what is remembered spares steps only."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_seasons import SMALL_REACH, Situation, situations
from ten_dates import PLAYER, lone, seen

from shared.domain.closure import Setting, Target, follow, needed
from shared.domain.lookback import Appearance, Reach, SeasonKnowledge, span
from shared.domain.policy import Policy

POLICIES = (Policy(), Policy(min_coverage=0.7), Policy(max_lookback_days=9))
TWO_GAMES = Setting(reach=Reach(player_games=2, player_days=1, team_games=1), policy=Policy())


def setting_of(situation: Situation, policy: Policy) -> Setting:
    mask = situation.season.calendar.mask
    free, planned, holes = mask(situation.free), mask(situation.planned), mask(situation.holes)
    return Setting(reach=SMALL_REACH, policy=policy, free=free, planned=planned, holes=holes)


def learn(knowledge: SeasonKnowledge, situation: Situation, mask: int) -> None:
    for day in situation.season.calendar.days(mask):
        knowledge.learn(day, 1, situation.season.boxes[day])


def read_in_turn(situation: Situation, target: Target, setting: Setting, random: Random) -> int:
    """What is read in the end when what is asked for comes in the order of a seed, among dates nobody asked for."""
    season = situation.season
    knowledge = season.knowledge({situation.target} | (situation.free | situation.planned) - situation.holes)
    closure = None
    uncalled = [day for day in season.dates if day not in knowledge.versions and day not in situation.holes]
    random.shuffle(uncalled)
    while True:
        closure = follow(knowledge, target, setting, closure)
        missing = season.calendar.days(closure.missing(knowledge))
        if not missing:
            return closure.read
        arriving = [*random.sample(missing, random.randint(1, len(missing))), *uncalled[: random.randint(0, 3)]]
        del uncalled[:3]
        learn(knowledge, situation, season.calendar.mask(arriving))


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@given(situations(), st.integers(0, 2**32))
def test_what_is_read_does_not_depend_on_arrivals(policy: Policy, situation: Situation, seed: int) -> None:
    target, setting = situation.season.target(situation.target), setting_of(situation, policy)
    first, other = (read_in_turn(situation, target, setting, Random(each)) for each in (seed, seed + 1))
    assert first == other


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@given(situations(), st.integers(0, 2**32))
def test_a_closure_taken_further_is_the_one_followed_from_the_start(
    policy: Policy, situation: Situation, seed: int
) -> None:
    """Whatever arrives between, corrected dates and other settings among it."""
    random, season = Random(seed), situation.season
    target, setting = season.target(situation.target), setting_of(situation, policy)
    knowledge, closure = season.knowledge({situation.target}), None
    for day in random.sample(season.dates, len(season.dates)):
        if random.random() < 0.2 and day in knowledge.versions and day != situation.target:
            knowledge.learn(day, 2, {})
        elif random.random() < 0.1:
            setting = Setting(reach=SMALL_REACH, policy=policy, free=setting.free, holes=setting.holes)
        else:
            learn(knowledge, situation, season.calendar.mask([day]))
        closure = follow(knowledge, target, setting, closure)
        assert closure == follow(knowledge, target, setting)


def test_a_step_begins_when_all_that_was_asked_for_is_known() -> None:
    # Two games are certainly among 7 and 8; 8 is known to be none, and 7 is still to be told.
    line = "BB.BB.B?.B"
    assert needed(seen(line), lone(9, "BOS"), TWO_GAMES) == 1 << 7
    assert follow(seen(line), lone(9, "BOS"), TWO_GAMES).read == 0
    assert follow(seen("BB.BB.BB.B"), lone(9, "BOS"), TWO_GAMES).read == span(6, 9)


def test_a_player_with_his_games_is_asked_about_the_days_below_them() -> None:
    # Games 6 and 7 were planned and are two; the six days before the target begin at 3.
    setting = Setting(reach=Reach(player_games=2, player_days=6, team_games=1), policy=Policy(), planned=span(6, 9))
    assert follow(seen("BB.BB.BB.B"), lone(9, "BOS"), setting).read == span(3, 9)


def test_a_corrected_date_is_read_again() -> None:
    knowledge = seen("BB.BB.BB.B")
    before = follow(knowledge, lone(9, "BOS"), TWO_GAMES)
    knowledge.learn(knowledge.calendar.dates[7], 2, {})
    after = follow(knowledge, lone(9, "BOS"), TWO_GAMES, before)
    assert (before.read, after.read) == (span(6, 9), span(4, 9))


def test_a_named_date_that_has_come_is_looked_at() -> None:
    setting = Setting(reach=TWO_GAMES.reach, policy=Policy(), planned=0b11010000)
    knowledge = seen("?????????B")
    before = follow(knowledge, lone(9, "BOS"), setting)
    for position, line in ((7, True), (6, True), (4, True)):
        knowledge.learn(knowledge.calendar.dates[position], 1, {PLAYER: Appearance("BOS", line)})
    after = follow(knowledge, lone(9, "BOS"), setting, before)
    assert (before.asked, after.asked, after.read) == (span(7, 9), 0, 0b11010000)


def test_another_policy_is_followed_from_the_start() -> None:
    knowledge, capped = seen("B........B"), Setting(reach=TWO_GAMES.reach, policy=Policy(max_lookback_days=3))
    before = follow(knowledge, lone(9, "BOS"), capped)
    assert (before.read, follow(knowledge, lone(9, "BOS"), TWO_GAMES, before).read) == (span(6, 9), span(0, 9))
