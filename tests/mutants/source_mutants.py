"""Bugs planted in the live source, each with the test that must notice it."""

from mutant import Mutant, mutant

LIVE, CLIENT, NAMES = "test_nba_stats", "test_nba_stats_client", "test_nba_stats_names"
WHOLE = f"{LIVE}::test_what_is_not_whole_is_asked_for_again_later"
MADE_UP = f"{LIVE}::test_the_made_up_game_comes_back_with_its_names_told_apart"
SCHEDULED = f"{LIVE}::test_a_game_is_scheduled_once_where_it_is_played"
PASSING = f"{CLIENT}::test_a_passing_failure_is_tried_again_with_growing_pauses"
BUDGET = f"{CLIENT}::test_a_date_ends_with_its_budget_however_many_calls_are_left"


def planted(name: str, module: str, source: str, instead: str, caught_by: str) -> Mutant:
    return mutant(name, f"nba_stats{module}", source, instead, caught_by)


SOURCE_MUTANTS = (
    planted("makes alone are asked for", "", 'ATTEMPTS: Final = "FGA"', 'ATTEMPTS: Final = "PTS"', MADE_UP),
    planted("values that landing does not allow", "", "if not field.accepts(", "if False and (", WHOLE),
    planted("other shapes are errors of their own", "", "except UNREADABLE as", "except ZeroDivisionError as", WHOLE),
    planted(
        "a game under way is final",
        "_games",
        'if game["gameStatus"] != FINAL}',
        'if game["gameStatus"] == 1}',
        f"{LIVE}::test_a_game_that_is_not_final_is_waited_for",
    ),
    planted(
        "the playoffs count",
        "_games",
        'game["gameId"].startswith(REGULAR_SEASON) and',
        "True and",
        f"{LIVE}::test_only_the_regular_season_counts",
    ),
    planted(
        "a postponed game is of its date",
        "_games",
        "and not _is_postponed(game)",
        "",
        f"{LIVE}::test_a_postponed_game_is_not_of_its_date",
    ),
    planted("what was postponed never counts", "_games", 'if game["gameStatus"] == FINAL:', "if False:", SCHEDULED),
    planted("a game's first date is its date", "_games", '<= row["game_date"]:', '> row["game_date"]:', SCHEDULED),
    planted("teams that are not known", "_games", "if not all(", "if False and all(", SCHEDULED),
    planted(
        "the date in Greenwich",
        "_games",
        'game["gameDateEst"][:10]',
        'game["gameDateTimeUTC"][:10]',
        f"{LIVE}::test_a_game_to_come_has_no_score_and_its_eastern_date",
    ),
    planted(
        "nil to nil before the game",
        "_games",
        'home["score"] if is_final else None',
        'home["score"]',
        f"{LIVE}::test_a_game_to_come_has_no_score_and_its_eastern_date",
    ),
    planted("another date's scoreboard", "_games", 'if scoreboard["gameDate"] != day', "if False and day", WHOLE),
    planted(
        "another season's schedule",
        "_games",
        'if schedule["seasonYear"] != season',
        "if False",
        f"{LIVE}::test_the_schedule_of_another_season_is_refused",
    ),
    planted("a third team", "_games", "if team_id not in (self.home_id, self.away_id):", "if False:", WHOLE),
    planted("another game's box score", "_boxscore", 'if box["gameId"] != game.game_id:', "if False:", WHOLE),
    planted("players who do not make the score", "_boxscore", "if points != score:", "if False:", WHOLE),
    planted("half a rebound", "_boxscore", "if number != int(number):", "if False:", WHOLE),
    planted(
        "minutes that are cut off",
        "_boxscore",
        "(_seconds(player) + HALF_A_MINUTE) // 60",
        "_seconds(player) // 60",
        f"{LIVE}::test_minutes_are_whole_ones",
    ),
    planted(
        "who sat all evening",
        "_boxscore",
        "(_seconds(player) > 0 or not (player",
        "(True or not (player",
        f"{LIVE}::test_who_was_not_on_court_has_no_row",
    ),
    planted(
        "four starters",
        "_boxscore",
        "== STARTERS for",
        "> 0 for",
        f"{LIVE}::test_without_five_starters_on_each_side_nobodys_start_is_known",
    ),
    planted("another game's shots", "_shots", "if strangers:", "if False:", WHOLE),
    planted("another game's events", "_shots", 'if plays["game"]["gameId"] != game.game_id:', "if False:", WHOLE),
    planted(
        "a team's heave is a player's",
        "_shots",
        'if shot["PLAYER_ID"] != NOBODY]',
        "]",
        f"{LIVE}::test_a_teams_heave_is_nobodys_shot",
    ),
    planted("shots without their event", "_shots", "if (event, shooter) not in self._known:", "if False:", WHOLE),
    planted("shots that the box score lacks", "_shots", "    if wrong:", "    if False:", WHOLE),
    planted("a miss was unassisted", "_shots", "if made else (None, None)", "if made else (False, None)", MADE_UP),
    planted(
        "a block without an id is nobody's",
        "_shots",
        "person if person in names else",
        "person if person in names else None and",
        f"{LIVE}::test_a_block_without_an_id_is_the_named_players",
    ),
    planted(
        "the shooter passed to himself",
        "_shots",
        ", besides=person)",
        ")",
        f"{LIVE}::test_passers_are_known_by_name_and_count",
    ),
    planted("any of several", "_names", "if len(found) != 1:", "if not found:", f"{NAMES}"),
    planted(
        "counts that do not matter",
        "_names",
        "== count - 1}",
        ">= 0}",
        f"{NAMES}::test_the_running_count_tells_team_mates_apart_kind_by_kind",
    ),
    planted(
        "one count for passes and blocks",
        "_names",
        "self._counted[player, kind] = count",
        'self._counted[player, "AST"] = self._counted[player, "BLK"] = count',
        f"{NAMES}::test_the_running_count_tells_team_mates_apart_kind_by_kind",
    ),
    planted("accents", "_names", "if not unicodedata.combining(letter)", "", NAMES),
    planted("no second try", "_client", "failed >= self._limits.tries", "failed >= 1", PASSING),
    planted("error pages are answers", "_client", "answer.raise_for_status()", "None", PASSING),
    planted("a list is an answer", "_client", "if not isinstance(payload, dict):", "if False:", PASSING),
    planted(
        "what is refused is tried again",
        "_client",
        "return status is None or",
        "return True or",
        f"{CLIENT}::test_what_is_refused_is_not_tried_again",
    ),
    planted(
        "the package's own proxy",
        "_client",
        "proxy=self._proxy,",
        "proxy=self._proxy or None,",
        f"{CLIENT}::test_without_a_proxy_the_packages_own_variable_does_not_count",
    ),
    planted(
        "no proxy",
        "_client",
        "proxy=self._proxy,",
        'proxy="",',
        f"{CLIENT}::test_it_goes_through_the_proxy_alone",
    ),
    planted(
        "the site's name sent to another",
        "_client",
        'HEADERS_LEFT_OUT: Final = ("Host",)',
        "HEADERS_LEFT_OUT: Final = ()",
        f"{CLIENT}::test_it_asks_as_the_package_does_but_for_what_it_can_read",
    ),
    planted(
        "answers that cannot be unpacked",
        "_client",
        '"gzip, deflate"',
        '"gzip, deflate, br"',
        f"{CLIENT}::test_it_asks_as_the_package_does_but_for_what_it_can_read",
    ),
    planted(
        "a deaf ear",
        "_client",
        "float(told) if told.isdecimal() else 0.0",
        "0.0",
        f"{CLIENT}::test_the_site_may_tell_how_long_to_wait",
    ),
    planted(
        "a call as long as it likes",
        "_client",
        "min(self._limits.timeout_seconds, budget.left)",
        "self._limits.timeout_seconds",
        f"{CLIENT}::test_a_call_gets_no_more_time_than_the_budget_has_left",
    ),
    planted(
        "one session for all clients",
        "_client",
        "client.set_session(session)",
        "NBAStatsHTTP.set_session(session)",
        f"{CLIENT}::test_two_clients_of_one_process_keep_their_own_address",
    ),
    planted("no end to a date", "_pace", "if seconds >= self.left:", "if False:", BUDGET),
    planted(
        "no pace",
        "_pace",
        "self._next = turn + self._seconds",
        "self._next = turn + 0",
        f"{CLIENT}::test_calls_are_apart_and_not_like_clockwork",
    ),
    planted(
        "like clockwork",
        "_pace",
        "(1 + JITTER * self._timing.draw())",
        "1",
        f"{CLIENT}::test_calls_are_apart_and_not_like_clockwork",
    ),
    planted("a pause that does not grow", "_pace", "2.0 ** (failed_tries - 1)", "1.0", PASSING),
    mutant(
        "a source made at each request",
        "late",
        "if self._made is None:",
        "if True:",
        "test_late::test_it_is_made_once_and_answers_as_what_was_made",
    ),
)
