"""Bugs planted in what explains, traces and finds by name, each with the test that must notice it."""

from mutant import mutant

STATE = "test_explain::test_a_state"

EXPLAIN_MUTANTS = (
    mutant(
        "a lease that ran out is taken for a live one",
        "explain_unit",
        "if unit.lease_live(self.reading.now):",
        "if unit.lease_until:",
        STATE,
    ),
    mutant(
        "what nobody live wants is taken for pending",
        "explain_unit",
        "stopped = None if self.reading.wanted(unit) else self._stopped(unit)",
        "stopped = None",
        STATE,
    ),
    mutant(
        "a flag is not told",
        "explain_unit",
        "        if moved:\n",
        "        if moved and unit.stale is None:\n",
        STATE,
    ),
    mutant(
        "a capped window passes for a whole one",
        "explain_unit",
        "self._skipped(unit) or self._capped(unit) or self._fine(unit)",
        "self._skipped(unit) or self._fine(unit)",
        STATE,
    ),
    mutant(
        "a retry of more than what failed",
        "explain_failure",
        'return f"backfill retry {wanter.id} --dates {culprit.game_date} --phase {culprit.phase}"',
        'return f"backfill retry {wanter.id}"',
        STATE,
    ),
    mutant(
        "a missing file is retried without being written again",
        "explain_failure",
        "if _gone(reading, culprit):",
        "if not culprit.error:",
        "test_explain::test_a_missing_landing_file_is_scraped_again_before_the_retry",
    ),
    mutant(
        "a target itself is offered as a hole",
        "explain_failure",
        "and culprit.game_date not in app.ledger.plan(wanter.id).targets",
        "",
        STATE,
    ),
    mutant(
        "another date's dead letter",
        "explain_failure",
        "(unit.phase - offset, unit.game_date.isoformat())",
        "(unit.phase - offset, letter.message.get('game_date'))",
        "test_explain::test_another_dates_letter_is_not_its_own",
    ),
    mutant(
        "the first date that is awaited instead of the worst",
        "explain_target",
        "key=lambda day: (_rank(accounts[day]), day)",
        "key=lambda day: day",
        "test_explain::test_the_worst_of_the_awaited_dates_is_followed",
    ),
    mutant(
        "everybody needs every date",
        "explain_target",
        "for day in calendar.days(mask & awaited):",
        "for day in calendar.days(awaited):",
        "test_explain::test_only_those_are_named_whose_windows_need_a_date",
    ),
    mutant(
        "he who sat out has played",
        "trace",
        "return appearance is not None and not appearance.played",
        "return False",
        "test_trace::test_a_player_without_minutes",
    ),
    mutant(
        "a trade is not told",
        "explain_player",
        "if after.team != team:",
        "if after.team == team:",
        "test_trace::test_a_traded_player",
    ),
    mutant(
        "a row that is gone is not missed",
        "explain_player",
        "        if gone:\n",
        "        if gone and found is None:\n",
        "test_trace::test_a_row_missing_of_a_prediction_is_asked_for_again",
    ),
    mutant(
        "the first of several of a name is taken",
        "entities",
        '    if len(found) == 1:\n        return found[0]\n    if found:\n        raise InvalidInput("player"',
        '    if found:\n        return found[0]\n    if found:\n        raise InvalidInput("player"',
        "test_entities::test_an_ambiguous_name_lists_the_candidates",
    ),
    mutant(
        "a suffix decides nothing",
        "entities",
        "if words(each.player_name) == words(text)]",
        "if folded(each.player_name) == folded(text)]",
        "test_entities::test_a_player_is_found",
    ),
)
