from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_seasons import SMALL_REACH, MadeSeason, Situation, situations
from season_oracle import Oracle
from ten_dates import DATES, lone, seen

from shared.domain.closure import Setting, Target, follow, needed
from shared.domain.lookback import Reach, SeasonKnowledge
from shared.domain.policy import Policy
from shared.domain.quality import Shortage
from shared.domain.release import Manifest, coverage, manifest

EXACT = Policy()
COVERED = (Policy(min_coverage=0.5), Policy(min_coverage=0.8), Policy(min_coverage=0.7, max_lookback_days=20))
CAPPED = (Policy(max_lookback_days=7), Policy(max_lookback_days=25))
EVERY_POLICY = (EXACT, *COVERED, *CAPPED)


def name_of(policy: Policy) -> str:
    return f"cap {policy.max_lookback_days} share {policy.min_coverage}"


def setting_of(situation: Situation, policy: Policy) -> Setting:
    calendar = situation.season.calendar
    return Setting(
        reach=SMALL_REACH,
        policy=policy,
        free=calendar.mask(situation.free),
        planned=calendar.mask(situation.planned),
        holes=calendar.mask(situation.holes),
    )


def oracle_of(situation: Situation, policy: Policy, known: set[date]) -> Oracle:
    return Oracle(
        season=situation.season,
        target=situation.target,
        known=known,
        reach=SMALL_REACH,
        policy=policy,
        holes=situation.holes,
        free=situation.free,
        planned=situation.planned,
    )


def extended(situation: Situation, policy: Policy, known: set[date]) -> tuple[SeasonKnowledge, Manifest]:
    """What is known and laid down once the free and planned dates have come and all that was asked for was added."""
    season, setting = situation.season, setting_of(situation, policy)
    target = season.target(situation.target)
    named = {day for day in situation.free | situation.planned if day < situation.target}
    knowledge = season.knowledge({*known, *named, situation.target})
    while missing := needed(knowledge, target, setting):
        assert not missing & (knowledge.known | setting.holes)
        for day in season.calendar.days(missing):
            knowledge.learn(day, 1, season.boxes[day])
    return knowledge, released(knowledge, target, setting)


def released(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> Manifest:
    return manifest(knowledge, follow(knowledge, target, setting))


def without_holes(situation: Situation) -> Situation:
    return replace(situation, holes=frozenset())


def read_games(season: MadeSeason, laid_down: Manifest, player: int, target: date) -> list[date]:
    """The games of a player that the manifest lets a statement count, latest first."""
    floor, _ = laid_down.floors.get(f"player:{player}", (season.dates[0], None))
    return [day for day in season.games_played(player, target) if day in laid_down.versions and day >= floor]


@pytest.mark.parametrize("policy", [EXACT, *COVERED, *CAPPED], ids=name_of)
@given(situations())
def test_what_is_needed_agrees_with_the_oracle(policy: Policy, situation: Situation) -> None:
    open_ = without_holes(situation)
    knowledge = open_.season.knowledge(set(open_.known))
    mask = needed(knowledge, open_.season.target(open_.target), setting_of(open_, policy))
    assert set(open_.season.calendar.days(mask)) == oracle_of(open_, policy, set(open_.known)).needed()


@pytest.mark.parametrize("policy", EVERY_POLICY, ids=name_of)
@given(situations())
def test_what_is_needed_beside_accepted_holes_agrees_with_the_oracle(policy: Policy, situation: Situation) -> None:
    knowledge = situation.season.knowledge(set(situation.known))
    mask = needed(knowledge, situation.season.target(situation.target), setting_of(situation, policy))
    assert set(situation.season.calendar.days(mask)) == oracle_of(situation, policy, set(situation.known)).needed()


@pytest.mark.parametrize("policy", EVERY_POLICY, ids=name_of)
@given(situations())
def test_the_manifest_agrees_with_the_oracle(policy: Policy, situation: Situation) -> None:
    knowledge, laid_down = extended(situation, policy, set(situation.known))
    oracle = oracle_of(situation, policy, set(knowledge.versions))
    assert set(laid_down.versions) == oracle.readable()
    assert (dict(laid_down.floors), laid_down.certified_share) == oracle.floors()


@pytest.mark.parametrize("policy", EVERY_POLICY, ids=name_of)
@given(situations())
def test_a_certified_player_reads_his_true_last_games(policy: Policy, situation: Situation) -> None:
    season, target = situation.season, situation.target
    _, laid_down = extended(situation, policy, set(situation.known))
    wanted = SMALL_REACH.player_games
    certified = 0
    for player in season.boxes[target]:
        games = read_games(season, laid_down, player, target)
        if laid_down.floors.get(f"player:{player}", (target, None))[1] is None:
            certified += 1
            assert games[:wanted] == season.games_played(player, target)[:wanted]
    assert laid_down.certified_share == (certified / len(season.boxes[target]) if season.boxes[target] else 1.0)


@pytest.mark.parametrize(
    ("policy", "alone", "in_company"),
    [
        # The days window is 5..8 and holds his two games: what others had run before 5 is not his to read.
        (EXACT, "?????.BB.B", "BB.B..BB.B"),
        # Alone 5 had to be asked for; knowing that he played on 4 and 6 it would not have been.
        (EXACT, "?????.BB.B", "BB.BB.BB.B"),
        # He is asked for 4 before it is told that he played on it, and for 3 only because he did not play on 4.
        (EXACT, "???B...B.B", "BB.B...B.B"),
        # Position 1 is out of reach of a cap of 7 days.
        (Policy(max_lookback_days=7), "??.....B.B", "BB.....B.B"),
    ],
)
def test_what_others_had_run_is_not_read(policy: Policy, alone: str, in_company: str) -> None:
    setting = Setting(reach=Reach(player_games=2, player_days=4, team_games=1), policy=policy)
    target = lone(9, "BOS")
    assert (needed(seen(alone), target, setting), needed(seen(in_company), target, setting)) == (0, 0)
    assert released(seen(in_company), target, setting) == released(seen(alone), target, setting)


def test_a_date_within_the_cap_that_nobody_needs_makes_nobody_short() -> None:
    # His games are 7 and 6; 8 is within the cap, unknown, and no BOS date.
    reach = Reach(player_games=2, player_days=1, team_games=1)
    setting = Setting(reach=reach, policy=Policy(max_lookback_days=8), planned=0b11000000)
    laid_down = released(seen("??????BB?B"), lone(9, "BOS"), setting)
    assert laid_down.certified_share == 1.0
    assert laid_down.floors["player:7"] == (DATES[6], None)


@given(situations())
def test_an_exact_policy_certifies_every_player_and_team(situation: Situation) -> None:
    _, laid_down = extended(without_holes(situation), EXACT, set(situation.known))
    assert laid_down.certified_share == 1.0
    assert {reason for _, reason in laid_down.floors.values()} <= {None}


@pytest.mark.parametrize("policy", EVERY_POLICY, ids=name_of)
@given(situations())
def test_nothing_reaches_past_a_hole(policy: Policy, situation: Situation) -> None:
    """What may be counted is always the most recent part of the truth, without a game left out."""
    season, target = situation.season, situation.target
    _, laid_down = extended(situation, policy, set(situation.known))
    for player in season.boxes[target]:
        games = read_games(season, laid_down, player, target)
        assert games == season.games_played(player, target)[: len(games)]
    for team in season.calendar.teams_on(target):
        floor, _ = laid_down.floors.get(f"team:{team}", (season.dates[0], None))
        truth = [day for day in season.dates if day < target and day >= floor and team in season.calendar.teams_on(day)]
        assert [day for day in truth if day not in laid_down.versions] == []


@given(situations())
def test_a_player_alone_is_asked_for_no_date_too_many_and_reads_his_true_last_games(situation: Situation) -> None:
    season, target = without_holes(situation).season, situation.target
    wanted = SMALL_REACH.player_games
    for player, line in season.boxes[target].items():
        knowledge = season.knowledge(set(situation.known))
        setting = Setting(reach=SMALL_REACH, policy=EXACT, free=knowledge.known)
        alone = Target(position=season.calendar.position[target], players={player: line.team}, teams=())
        truth = season.games_played(player, target)
        while missing := season.calendar.days(needed(knowledge, alone, setting)):
            games = [game for game in truth if game in knowledge.versions]
            for day in missing:
                recent = (target - day).days <= SMALL_REACH.player_days
                assert recent or len([game for game in games if game > day]) < wanted
            for day in missing:
                knowledge.learn(day, 1, season.boxes[day])
        laid_down = released(knowledge, alone, setting)
        assert laid_down.certified_share == 1.0
        assert read_games(season, laid_down, player, target)[:wanted] == truth[:wanted]


@pytest.mark.parametrize("share", [0.34, 0.5, 0.75, 0.99])
@given(situations())
def test_coverage_stops_at_the_smallest_stretch_that_reaches_the_share(share: float, situation: Situation) -> None:
    season, policy = situation.season, Policy(min_coverage=share)
    empty = replace(situation, holes=frozenset(), free=frozenset(), planned=frozenset())
    setting, target = setting_of(empty, policy), replace(season.target(situation.target), teams=())
    knowledge = season.knowledge({situation.target})
    while missing := needed(knowledge, target, setting):
        for day in season.calendar.days(missing):
            knowledge.learn(day, 1, season.boxes[day])
    asked = sorted(day for day in knowledge.versions if day < situation.target)
    floor = season.dates.index(asked[0]) if asked else target.position
    oracle = oracle_of(empty, policy, set(asked))
    assert tuple(asked) == season.dates[floor : target.position]
    assert floor == 0 or not target.players or oracle.covered(floor, asked) >= oracle.wanted()
    days_whole = all(day >= season.dates[floor + 1] for day in oracle.earlier(oracle.days_first())) if asked else True
    if asked and days_whole and target.players:
        assert oracle.covered(floor + 1, asked) < oracle.wanted()


@given(situations(), st.integers(0, 40))
def test_coverage_is_the_share_of_players_with_their_games_in_the_stretch(situation: Situation, floor: int) -> None:
    knowledge = situation.season.knowledge(set(situation.known))
    target = situation.season.target(situation.target)
    oracle = oracle_of(situation, EXACT, set(situation.known))
    expected = oracle.covered(floor, situation.known) / len(target.players) if target.players and floor else 1.0
    assert coverage(knowledge, target, SMALL_REACH.player_games, floor) == expected


@pytest.mark.parametrize("policy", EVERY_POLICY, ids=name_of)
@given(situations())
def test_the_order_of_arrival_never_changes_the_manifest(policy: Policy, situation: Situation) -> None:
    """Alone, or while other targets have some dates run that nobody named here, the same is laid down."""
    open_ = without_holes(situation)
    _, alone = extended(open_, policy, set())
    _, in_company = extended(open_, policy, set(situation.known))
    assert in_company == alone


@pytest.mark.parametrize("policy", EVERY_POLICY, ids=name_of)
@given(situations())
def test_the_order_of_arrival_beside_holes_never_changes_the_manifest(policy: Policy, situation: Situation) -> None:
    _, alone = extended(situation, policy, set())
    _, in_company = extended(situation, policy, set(situation.known))
    assert in_company == alone


@pytest.mark.parametrize("policy", CAPPED, ids=name_of)
@given(situations())
def test_a_capped_target_asks_for_nothing_before_its_cap(policy: Policy, situation: Situation) -> None:
    setting = setting_of(without_holes(situation), policy)
    target = situation.season.target(situation.target)
    mask = needed(situation.season.knowledge(set(situation.known)), target, setting)
    asked = situation.season.calendar.days(mask)
    assert all((situation.target - day).days <= (policy.max_lookback_days or 0) for day in asked)


@given(situations())
def test_a_short_player_says_whether_a_hole_or_a_limit_made_him_short(situation: Situation) -> None:
    season = situation.season
    _, laid_down = extended(situation, EXACT, set(situation.known))
    for floor, reason in laid_down.floors.values():
        if reason is not None:
            assert reason is Shortage.MISSING_DATA
            assert season.dates[season.dates.index(floor) - 1] in situation.holes
    _, capped = extended(without_holes(situation), CAPPED[0], set(situation.known))
    assert {reason for _, reason in capped.floors.values()} <= {None, Shortage.CAPPED}


def test_the_json_form_of_a_manifest_is_what_the_unit_keeps() -> None:
    laid_down = Manifest(
        versions={date(2024, 11, 7): 2},
        entities_version=1,
        calendar=3,
        sides="ab12",
        floor=date(2024, 11, 7),
        floors={"player:7": (date(2024, 11, 7), Shortage.CAPPED), "team:BOS": (date(2024, 11, 6), None)},
        certified_share=0.5,
        policy=EXACT,
        processors=("player_season_profile",),
    )
    assert laid_down.body() == {
        "versions": {"2024-11-07": 2},
        "entities_version": 1,
        "calendar": 3,
        "sides": "ab12",
        "floor": "2024-11-07",
        "floors": {"player:7": ["2024-11-07", "capped"], "team:BOS": ["2024-11-06", None]},
        "certified_share": 0.5,
        "policy": EXACT.body(),
        "processors": ["player_season_profile"],
    }
