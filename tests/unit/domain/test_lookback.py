from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_seasons import SMALL_REACH, MadeSeason, Situation, made_seasons, situations
from season_oracle import Oracle
from ten_dates import DATES, PLAYER, lone, seen

from shared.domain.closure import Setting, needed
from shared.domain.lookback import Appearance, Reach, SeasonKnowledge, highest_bits, span
from shared.domain.policy import Policy


@pytest.mark.parametrize(
    ("games", "days", "line", "positions"),
    [
        # Position 9 is the target, for BOS. Nothing is known: he may have played on each, so the last 3 are certain.
        (3, 1, "?????????B", [6, 7, 8]),
        # The days window of 5 days holds positions 4..8 whatever the games.
        (3, 5, "?????????B", [4, 5, 6, 7, 8]),
        # Two games are there, 7 and 6, but the days window reaches down to 4.
        (2, 5, "??????BB?B", [4, 5]),
        # 7 and 6 listed, no BOS game between them: one more game is wanted, and his team before 6 is unknown.
        (3, 1, "??????BB?B", [5]),
        # 8 is no BOS date between two BOS listings: it is not needed, though the days window holds it.
        (2, 1, "??????BB?B", []),
        # 4 and 6 are BOS, 5 is DEN against CHA: not needed. The games are 7, 6, 4: complete.
        (3, 1, "????B?BB?B", []),
        # 7 unknown between 6 and 9: BOS plays on it; 8 is not needed. 6 and 7 make two; 5 could be the third.
        (3, 1, "??????B??B", [5, 7]),
        # He missed BOS on 7, so he may have been elsewhere on 8: 8 and 6 make two, 5 could be the third.
        (3, 1, "??????B.?B", [5, 8]),
        # Traded: CHA on 6. Any date between 6 and 9 counts, also 7, on which CHA was idle.
        (3, 1, "??????C??B", [7, 8]),
        (3, 1, "??????C?.B", [5, 7]),
        # Traded and back with a BOS game missed between: 5 (CHA) is found because 4 was missed.
        (3, 1, "???B.?BB?B", [5]),
        # A listing of 0 minutes is no game: 7 counts for nothing, 6 and 4 are two, so one more before 4.
        (3, 1, "????B?Bb?B", [3]),
        (2, 1, "????B?Bb?B", []),
        # The season begins before he has 3 games: everything is known, nothing is needed.
        (3, 1, ".......B.B", []),
        # Before his first listing any date counts, down to opening night.
        (3, 1, "?.?....B.B", [0, 2]),
        # The third of his last 3 games is at position 3: nothing older, however full of holes.
        (3, 1, "???B..B..B", [2]),
        (2, 1, "???B..B..B", []),
    ],
)
def test_what_a_player_needs(games: int, days: int, line: str, positions: list[int]) -> None:
    knowledge = seen(line)
    reach = Reach(player_games=games, player_days=days, team_games=1)
    mask = needed(knowledge, lone(9, "BOS"), Setting(reach=reach, policy=Policy(), free=knowledge.known))
    assert mask == sum(1 << position for position in positions)


@pytest.mark.parametrize(
    ("line", "hole", "positions"),
    [
        # One game more is wanted than 7 and 6. BOS is idle on 5, and so is he if BOS lists him before it.
        ("??????BB.B", 5, [4]),
        ("???B??BB.B", 5, [4]),
        # 4 was: BOS plays on it.
        ("??????BB.B", 4, [5]),
        # He missed BOS on 4, so that he may have been elsewhere on 5, whatever 3 tells.
        ("????.?BB.B", 5, []),
        # The same on 7, above the hole; but 6 may tell of a game of his between the two.
        ("????B??.BB", 5, [6]),
        ("????B?..BB", 5, []),
    ],
)
def test_a_window_ends_above_an_accepted_hole_he_could_have_played_on(
    line: str, hole: int, positions: list[int]
) -> None:
    knowledge = seen(line)
    reach = Reach(player_games=3, player_days=1, team_games=1)
    setting = Setting(reach=reach, policy=Policy(), free=knowledge.known, holes=1 << hole)
    assert needed(knowledge, lone(9, "BOS"), setting) == sum(1 << position for position in positions)


@pytest.mark.parametrize(
    ("line", "floor"),
    [
        ("B..B.CB.CB", 0),
        ("?..B.CB.CB", 1),  # opening night is unknown and before his first listing
        ("BB?BB.BB.B", 0),  # 2 is no BOS date between two BOS listings
        ("B??BB.BB.B", 2),  # 1 is a BOS date
        ("BB.B?.BB.B", 5),  # the latest hole decides
        ("B??B?.BB.B", 5),
        ("BB.BB?CB.B", 6),  # between two teams any date counts
        ("BB.BB.BB??", 0),
        ("BB.BB.B???", 8),
    ],
)
def test_the_floor_stands_above_the_latest_date_he_could_have_played_on(line: str, floor: int) -> None:
    knowledge = seen(line)
    assert knowledge.floor(PLAYER, "BOS", 9, knowledge.known) == floor


@pytest.mark.parametrize(
    ("line", "floor", "games"),
    [
        ("BB.BB.BB.B", 0, 6),
        ("BB.BB.BB.B", 4, 3),  # 4, 6, 7: the floor's own date counts
        ("BB.BB.BB.B", 5, 2),
        ("BB.Bb.bB.B", 4, 1),  # 0 minutes are listed, not played
        ("BB.BB.BC.B", 4, 3),  # for whichever team
        ("??????????", 0, 0),
    ],
)
def test_games_are_counted_from_the_floor_to_the_target(line: str, floor: int, games: int) -> None:
    knowledge = seen(line)
    assert knowledge.games_since(PLAYER, 9, floor, knowledge.known) == games


def test_games_on_dates_that_may_not_be_read_do_not_count() -> None:
    # Positions 0, 1, 3, 4, 6, 7 were played; only 3, 4 and 7 are readable.
    assert seen("BB.BB.BB.B").games_since(PLAYER, 9, 0, 0b10011000) == 3


@pytest.mark.parametrize(
    ("team", "target", "games", "positions"),
    [
        ("BOS", 9, 3, [4, 6, 7]),  # the target's own game is not before it
        ("BOS", 8, 3, [4, 6, 7]),
        ("BOS", 3, 3, [0, 1]),  # fewer than 3 since opening night
        ("BOS", 0, 3, []),
        ("SEA", 9, 3, []),
    ],
)
def test_a_teams_window_is_its_last_scheduled_dates(team: str, target: int, games: int, positions: list[int]) -> None:
    assert seen("??????????").team_window(team, target, games) == sum(1 << position for position in positions)


def test_a_date_learned_again_takes_the_place_of_what_was_known_of_it() -> None:
    knowledge = seen("BB.BB.BB.B")
    knowledge.learn(DATES[7], 2, {8: Appearance("BOS", True)})
    assert [listing.position for listing in knowledge.listings(PLAYER, 9)] == [6, 4, 3, 1, 0]
    assert [listing.position for listing in knowledge.listings(8, 9)] == [7]
    assert knowledge.games_since(PLAYER, 9, 0, knowledge.known) == 5
    assert knowledge.versions[DATES[7]] == 2
    assert knowledge.known == span(0, 10)


@pytest.mark.parametrize(("days", "position"), [(1, 8), (3, 6), (9, 0), (30, 0)])
def test_the_days_window_reaches_whole_calendar_days_back(days: int, position: int) -> None:
    assert seen("??????????").days_floor(9, days) == position


@pytest.mark.parametrize(
    ("first", "end", "mask"), [(0, 0, 0), (0, 3, 0b111), (2, 5, 0b11100), (3, 3, 0), (5, 2, 0), (63, 65, 3 << 63)]
)
def test_a_span_is_the_mask_of_its_positions(first: int, end: int, mask: int) -> None:
    assert span(first, end) == mask


@pytest.mark.parametrize(
    ("mask", "count", "highest"),
    [(0b10110, 2, 0b10100), (0b10110, 3, 0b10110), (0b10110, 9, 0b10110), (0b10110, 0, 0), (0, 4, 0)],
)
def test_the_highest_bits_of_a_mask(mask: int, count: int, highest: int) -> None:
    assert highest_bits(mask, count) == highest


@given(situations())
def test_floor_and_games_agree_with_the_oracle(situation: Situation) -> None:
    season, target = situation.season, situation.season.target(situation.target)
    knowledge = season.knowledge(set(situation.known))
    oracle = Oracle(season=season, target=situation.target, known=situation.known, reach=SMALL_REACH)
    for player, team in target.players.items():
        floor = knowledge.floor(player, team, target.position, knowledge.known)
        assert floor == oracle.floor_of_player(player, situation.known)
        games = knowledge.games_since(player, target.position, floor, knowledge.known)
        assert games == oracle.games_since(player, floor, situation.known)
    for team in target.teams:
        window = knowledge.team_window(team, target.position, SMALL_REACH.team_games)
        assert season.calendar.days(window) == sorted(oracle.window_of_team(team))


@given(situations(), st.integers(0, 2**32))
def test_the_floor_is_a_function_of_what_may_be_read(situation: Situation, seed: int) -> None:
    season, target, random = situation.season, situation.season.target(situation.target), Random(seed)
    knowledge = season.knowledge(set(situation.known))
    readable = {day for day in sorted(situation.known) if day < situation.target and random.random() < 0.7}
    oracle = Oracle(season=season, target=situation.target, known=situation.known, reach=SMALL_REACH)
    for player, team in target.players.items():
        floor = knowledge.floor(player, team, target.position, season.calendar.mask(readable))
        assert floor == oracle.floor_of_player(player, readable)


@given(made_seasons(), st.randoms(use_true_random=False))
def test_knowledge_does_not_depend_on_the_order_of_learning(season: MadeSeason, random: Random) -> None:
    shuffled = SeasonKnowledge(season.calendar)
    for day in random.sample(season.dates, k=len(season.dates)):
        shuffled.learn(day, 1, {0: Appearance("ATL", True)})
        shuffled.learn(day, 2, season.boxes[day])
    straight = season.knowledge(set(season.dates))
    end = len(season.dates)
    assert shuffled.known == straight.known
    assert [shuffled.listings(player, end) for player in range(9)] == [
        straight.listings(player, end) for player in range(9)
    ]
