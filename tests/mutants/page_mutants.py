"""Bugs planted in the status pages and their API, each with the test that must notice it."""

from mutant import mutant

PAGES, API = "test_status_pages", "test_status_api"
HOSTILE = f"{PAGES}::test_hostile_text_is_only_text"
HEADERS = f"{PAGES}::test_every_answer_carries_the_headers"
KNOWN = f"{PAGES}::test_a_viewer_who_has_it_is_told_so"
READS = f"{API}::test_nothing_can_be_written"
FRESH = f"{PAGES}::test_a_look_within_the_age_reads_no_unit_again"
ANSWERS = f"{API}::test_each_path_answers"
SITE, RENDERING, MEMORY = "functions/status/site", "functions/status/rendering", "shared/service/unit_memory"

PAGE_MUTANTS = (
    mutant("nothing is escaped", RENDERING, "autoescape=True", "autoescape=False", HOSTILE),
    mutant("inline scripts run", SITE, "script-src 'self';", "script-src 'self' 'unsafe-inline';", HEADERS),
    mutant(
        "errors carry no headers",
        SITE,
        "headers = {**HEADERS, ",
        "headers = {**(HEADERS if code == OK else {}), ",
        HEADERS,
    ),
    mutant(
        "shared caches keep pages", SITE, 'REVALIDATED: Final = "private, ', 'REVALIDATED: Final = "public, ', HEADERS
    ),
    mutant("every viewer is sent everything", SITE, "request.if_none_match.contains_weak(tag)", "False", KNOWN),
    mutant("what moved has the same tag", SITE, "hashlib.sha256(content).hexdigest()", '"0" * 64', KNOWN),
    mutant("pages take any method", SITE, "if request.method not in READING_METHODS:", "if False:", READS),
    mutant(
        "the API takes any method",
        "shared/service/pages/status_api",
        "if method not in READING_METHODS:",
        "if False:",
        READS,
    ),
    mutant("a look is never too old", MEMORY, "now - look[0] < age_max", "True", FRESH),
    mutant("every look reads again", MEMORY, "now - look[0] < age_max", "False", FRESH),
    mutant(
        "a unit is read once",
        MEMORY,
        "if self._units.get(key, (0, None))[0] != revision",
        "if key not in self._units",
        FRESH,
    ),
    mutant(
        "a backfill is read once",
        "shared/service/pages/board",
        "if self._backfills.get(key, (0, None))[0] != revision",
        "if key not in self._backfills",
        f"{PAGES}::test_a_backfill_that_moved_is_read_again",
    ),
    mutant(
        "what is not there is wrong input",
        "shared/service/pages/status_api",
        "NOT_FOUND if error.field in NAMED else BAD_REQUEST",
        "BAD_REQUEST",
        ANSWERS,
    ),
    mutant("a search may be endless", "shared/service/pages/search", "if len(text) > TEXT_MAX:", "if False:", ANSWERS),
    mutant(
        "a date is as good as its best phase",
        "shared/service/pages/season_page",
        "for state in WORST_FIRST if",
        "for state in reversed(WORST_FIRST) if",
        f"{PAGES}::test_the_season_shows_each_date_with_its_phases",
    ),
    mutant(
        "the calendar of yesterday",
        "shared/service/pages/board",
        "self.app.read_seasons.calendar(season)",
        "self.app.read_seasons.get(season).knowledge.calendar",
        f"{PAGES}::test_a_revised_calendar_is_shown",
    ),
)
