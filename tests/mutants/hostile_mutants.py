"""Guards against hostile input taken away, each with the surface of the fuzz tests, or the test, that must notice it.

What generated input meets too seldom for the share that is always tried is noticed by the test of what it once found.
"""

from mutant import mutant

TEST = "fuzz/test_hostile_input::test_hostile_input_is_taken_in_or_refused"
ANSWERS = "functions/test_status_pages"
STRICT_JSON, ENVELOPES_READ = "unit/domain/test_strict_json", "unit/domain/test_envelope"
MESSAGES, ENVELOPES, HTTP = f"{TEST}[messages]", f"{TEST}[envelopes]", f"{TEST}[http]"
PAGES, FILES, PHASE, COMMANDS = f"{TEST}[pages]", f"{TEST}[files]", f"{TEST}[phase2]", f"{TEST}[commands]"
SETTINGS, DOCUMENTS = f"{TEST}[settings]", f"{TEST}[documents]"
STRICT, ENVELOPE = "shared/domain/strict_json", "shared/domain/envelope"
CHECKED = "all(map(_is_text, attributes.values()))"

HOSTILE_MUTANTS = (
    mutant("nothing is escaped", "functions/status/rendering", "autoescape=True", "autoescape=False", PAGES),
    mutant(
        "a search is put into the SQL",
        "shared/service/explaining/entities",
        "    known = _listed(app)\n    return tuple(",
        '    known = _listed(app)\n    quoted = text.replace("\'", "\'\'")\n'
        "    app.warehouse.query(f\"SELECT '{quoted}' AS wanted\", {})\n    return tuple(",
        PAGES,
    ),
    mutant("a page number is any digits", "functions/status/pages", '"[0-9]{1,2}"', '"\\d+"', ANSWERS),
    mutant("a player's id is any digits", "shared/service/explaining/entities", '"[0-9]{1,19}"', '"\\d+"', ANSWERS),
    mutant(
        "a date may be of any year",
        "shared/domain/calendar",
        "if FIRST_YEAR <= day.year <= LAST_YEAR:",
        "if True:",
        "unit/domain/test_messages",
    ),
    mutant("JSON may hold anything", STRICT, "    _check(value, 0)\n", "", STRICT_JSON),
    mutant("NaN is a number", STRICT, "parse_constant=_constant", "parse_constant=float", STRICT_JSON),
    mutant(
        "a message may be of any length",
        "shared/domain/messages",
        "if len(content) > MESSAGE_BYTES_MAX:",
        "if False:",
        "unit/domain/test_wire",
    ),
    mutant("attributes may be anything", ENVELOPE, f"not {CHECKED}", f"({CHECKED} and False)", ENVELOPES),
    mutant("a message's id may be anything", ENVELOPE, "and REQUEST_ID_PATTERN.fullmatch(named)", "", ENVELOPES_READ),
    mutant(
        "what the framework fails on is a crash",
        "shared/bootstrap",
        'if g.get("taken_in"):',
        "if True:",
        HTTP,
    ),
    mutant(
        "nesting is no problem of a line",
        "shared/adapters/landing_lines",
        "(ValueError, RecursionError)",
        "ValueError",
        FILES,
    ),
    mutant(
        "a landing file is not checked",
        "shared/domain/landing_format",
        "        if problem:\n            raise MalformedLanding(url, number, problem)\n",
        "",
        FILES,
    ),
    mutant(
        "a word may be any bytes", "shared/cli/main", "        _check_encoding(words)\n", "", "unit/cli/test_cli_output"
    ),
    mutant(
        "a refused secret is shown",
        "shared/config",
        'f"{len(address)} characters", right',
        "address, right",
        "unit/test_config",
    ),
    mutant(
        "a key may be half a surrogate pair", "shared/adapters/gcp/firestore_documents", " or not whole", "", DOCUMENTS
    ),
)
