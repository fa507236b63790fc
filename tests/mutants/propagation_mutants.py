"""Bugs planted in what a change reaches, one a guard, each with the test that must notice it."""

from mutant import mutant

WINDOWS = "test_propagation::test_a_row_is_touched_exactly_when_its_window_holds_the_date"
LEAGUE = "test_propagation::test_a_league_mean_is_touched_from_the_first_game_of_the_window_on"
SHORT = "test_propagation::test_ranks_and_the_means_of_short_players_are_touched_by_anybody"

PROPAGATION_MUTANTS = (
    mutant(
        "appearances before a change forgotten",
        "propagation",
        "return now, now | (self.bit & counted) if played else now & ~self.bit",
        "return (now,)",
        WINDOWS,
    ),
    mutant(
        "a game taken away still counted for all",
        "propagation",
        "return now, now | (self.bit & counted) if played else now & ~self.bit",
        "return (now | (self.bit & counted),)",
        WINDOWS,
    ),
    mutant(
        "dates that were hidden reached",
        "propagation",
        "counted = self.record.readable & span(floor, target)",
        "counted = span(floor, target)",
        WINDOWS,
    ),
    mutant(
        "floors ignored",
        "propagation",
        'floor = self.record.floors.get(f"{window.entity}:{name}", 0)',
        "floor = 0",
        WINDOWS,
    ),
    mutant(
        "a window one game too long",
        "propagation",
        "return highest_bits(played, window.length or 0)",
        "return highest_bits(played, (window.length or 0) + 1)",
        WINDOWS,
    ),
    mutant(
        "a days window without its first day",
        "propagation",
        "return played & ~span(0, first)",
        "return played & ~span(0, first + 1)",
        WINDOWS,
    ),
    mutant(
        "a league mean from the day after the first game",
        "propagation",
        "lowest_position(mask) <= self.move.position",
        "lowest_position(mask) < self.move.position",
        LEAGUE,
    ),
    mutant(
        "the league's means of short players forgotten",
        "propagation",
        "for entity, minimum in lookback.defaults:",
        "for entity, minimum in ():",
        SHORT,
    ),
    mutant(
        "ranks moved by the ranked alone",
        "propagation",
        "if lookback.league is not None and changed[lookback.league.entity]:",
        "if lookback.league is not None and changed[lookback.league.entity] & self._listed(lookback.league.entity):",
        SHORT,
    ),
    mutant(
        "a player's opponent forgotten",
        "propagation",
        "sides = {side for game in games for side in game if set(game) & set(names)}",
        "sides = set(names)",
        "test_propagation::test_a_player_is_touched_through_his_team_and_its_opponent",
    ),
    mutant(
        "who is listed taken for who is listed for whom",
        "propagation",
        "if before.get(player) != now.get(player))",
        "if (player in before) != (player in now))",
        "test_propagation::test_a_target_of_the_moved_date_is_touched_by_who_is_listed_for_whom",
    ),
    mutant(
        "any change reaches every processor",
        "propagation",
        "for name in self.move.entities.get(source, ())",
        "for name in {each for names in self.move.entities.values() for each in names}",
        "test_propagation::test_only_rows_that_a_processor_reads_touch_it",
    ),
    mutant(
        "history that arrived outdates",
        "staleness",
        "not cause.startswith(HISTORY_ARRIVED) for",
        "bool(cause) for",
        "test_staleness::test_history_that_arrived_outdates_nothing",
    ),
    mutant(
        "an own date rebased among the window's",
        "staleness",
        "if day == unit.game_date:",
        "if False:",
        "test_staleness::test_an_untouched_target_is_as_good_as_read_at_the_new_version",
    ),
)
