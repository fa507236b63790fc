"""Bugs planted in what a plan is priced by: unit prices, quotas, the timeline, the list schedule."""

from mutant import mutant

PRICE_MUTANTS = (
    mutant(
        "free amounts that are charged",
        "price_list",
        "max(0.0, amount - self.free)",
        "amount",
        "test_price::test_each_kind_has_its_price",
    ),
    mutant(
        "a table minimum of ten decimal megabytes",
        "price_list",
        "10 * MIB",
        "10_000_000",
        "test_price::test_the_minimum_is_what_maximum_bytes_billed_may_not_go_below",
    ),
    mutant(
        "deliveries that are not charged",
        "price",
        "requests = work.messages + work.deliveries",
        "requests = work.messages",
        "test_price::test_each_kind_has_its_price",
    ),
    mutant(
        "memory priced without its size",
        "price",
        "seconds * instances[name].memory_gib",
        "seconds",
        "test_price::test_each_kind_has_its_price",
    ),
    mutant(
        "a quota of which nothing was used before",
        "quota",
        "_fullest(uses, limit - used)",
        "_fullest(uses, limit)",
        "test_quota::test_what_was_used_before_takes_its_room",
    ),
    mutant(
        "a limit that may not be reached",
        "quota",
        "within > room",
        "within >= room",
        "test_quota::test_the_fullest_day_is_what_counts",
    ),
    mutant(
        "a day that never ends",
        "quota",
        "within -= uses[first][1]",
        "within -= 0",
        "test_quota::test_it_passes_exactly_when_some_24_hours_hold_too_many",
    ),
    mutant(
        "a day whose start counts too",
        "quota",
        "uses[first][0] <= moment - DAY_SECONDS",
        "uses[first][0] < moment - DAY_SECONDS",
        "test_quota::test_the_fullest_day_is_what_counts",
    ),
    mutant(
        "targets that do not wait for their history",
        "timeline",
        "            after[TARGET_LANE, day] = frozenset({reached[season]})",
        "            pass",
        "test_timeline::test_a_target_waits_for_the_history_before_it",
    ),
    mutant(
        "history reached as soon as its last date",
        "timeline",
        "frozenset({(HISTORY_LANE, day), *before})",
        "frozenset({(HISTORY_LANE, day)})",
        "test_timeline::test_a_target_waits_for_the_slowest_of_its_history",
    ),
    mutant(
        "messages that take no time",
        "timeline",
        "pace.seconds[phase] + pace.push_seconds",
        "pace.seconds[phase]",
        "test_timeline::test_every_unit_pays_for_its_message",
    ),
    mutant(
        "instances without number",
        "timeline",
        "len(days) * pace.seconds[phase] / pace.instances[phase]",
        "pace.seconds[phase]",
        "test_timeline::test_what_else_holds_it_back_stretches_every_end",
    ),
    mutant(
        "more workers than there are",
        "list_schedule",
        "while self._ready and len(running) < workers:",
        "while self._ready:",
        "test_list_schedule::test_two_workers_share_what_is_ready",
    ),
    mutant(
        "the last by priority taken first",
        "list_schedule",
        "(self._priority(node), node)",
        "(tuple(-each for each in self._priority(node)), node)",
        "test_list_schedule::test_the_first_by_priority_is_taken",
    ),
)
