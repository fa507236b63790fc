"""The landing format: same rows, same bytes; every kind of wrong line is named by file and line."""

import json
import re
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidInput, MalformedLanding
from shared.domain.landing_fields import KEYS, Field
from shared.domain.landing_format import FIELDS, digest, file_name, parse, render

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "operations" / "landing-format.md"
URL = "gs://lake/landing/2024-11-15/player_boxscores.jsonl"
WAREHOUSE_KINDS = {"STRING": str, "DATE": str, "INT64": int, "BOOL": bool}

Row = dict[str, Any]

GAME: Row = json.loads("""
{"season": "2024-25", "game_id": "0022400231", "game_date": "2024-11-15", "home_team": "BOS",
"away_team": "NYK", "home_team_name": "Boston", "away_team_name": "New York", "home_score": 110,
"away_score": 104}
""")
BOX: Row = json.loads("""
{"season": "2024-25", "game_date": "2024-11-15", "game_id": "0022400231", "player_id": 7,
"player_name": "Rémy Šarić", "team": "BOS", "opponent": "NYK", "is_home": true, "started": null,
"minutes": 34, "points": 21, "fgm": 8, "fga": 15, "fg3m": 2, "fg3a": 6, "ftm": 3, "fta": 4, "oreb": 1,
"dreb": 7, "reb": 8, "ast": 9, "stl": 1, "blk": 0, "tov": 3, "pf": 2, "plus_minus": -4}
""")
SHOT: Row = json.loads("""
{"season": "2024-25", "game_date": "2024-11-15", "game_id": "0022400231", "event_num": 12, "period": 1,
"seconds_left": 655, "team": "BOS", "opponent": "NYK", "player_id": 7, "made": false, "shot_value": 3,
"distance_ft": 26, "loc_x": -141, "loc_y": 228, "zone_basic": "Above the Break 3", "is_assisted": null,
"assist_player_id": null, "block_player_id": null}
""")
ROWS: dict[str, Row] = {"games": GAME, "player_boxscores": BOX, "shots": SHOT}


def lines(*rows: Row) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def a_value(field: Field) -> st.SearchStrategy[Any]:
    examples: dict[str, st.SearchStrategy[str]] = {
        "a season such as 2024-25": st.integers(1900, 2998).map(lambda year: f"{year}-{(year + 1) % 100:02d}"),
        "a date such as 2024-11-15": st.dates().map(date.isoformat),
        "10 digits": st.integers(0, 10**10 - 1).map(lambda number: f"{number:010d}"),
        "three capital letters": st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
        "printable, without spaces around it": st.text(min_size=1).filter(
            lambda text: text.isprintable() and text == text.strip()
        ),
    }
    kinds = {bool: st.booleans(), int: st.integers(field.low, field.high), str: examples[field.form.description]}
    return st.none() | kinds[field.kind] if field.nullable else kinds[field.kind]


def rows_of(file: str) -> st.SearchStrategy[list[Row]]:
    row = st.fixed_dictionaries({field.name: a_value(field) for field in FIELDS[file]})
    return st.lists(row, max_size=4, unique_by=lambda row: tuple(row[name] for name in KEYS[file]))


@pytest.mark.parametrize("file", FIELDS)
@given(choice=st.data())
def test_what_is_rendered_is_parsed_back(file: str, choice: st.DataObject) -> None:
    rows = choice.draw(rows_of(file))
    content = render(rows)
    parsed = parse(file, URL, content)
    assert sorted(parsed, key=itemgetter(*KEYS[file])) == sorted(rows, key=itemgetter(*KEYS[file]))
    assert render(parsed) == content


@given(choice=st.data())
def test_order_of_rows_and_fields_does_not_change_a_byte(choice: st.DataObject) -> None:
    rows = [BOX | {"player_id": number, "team": team} for number, team in ((3, "NYK"), (1, "NYK"), (2, "BOS"))]
    mixed = [dict(choice.draw(st.permutations(list(row.items())))) for row in choice.draw(st.permutations(rows))]
    assert render(mixed) == render(rows)
    assert [row["player_id"] for row in parse("player_boxscores", URL, render(mixed))] == [2, 1, 3]


def test_rows_with_one_key_still_come_out_in_one_order() -> None:
    rows = [BOX, BOX | {"points": 22}]
    assert render(rows) == render(rows[::-1])


def test_a_line_reads_as_a_person_writes_it() -> None:
    text = render([BOX]).decode()
    assert text.startswith('{"season": "2024-25", "game_date": "2024-11-15", "game_id": "0022400231", "player_id": 7')
    assert "Rémy Šarić" in text
    assert text.endswith('"plus_minus": -4}\n')


def test_no_rows_are_no_bytes() -> None:
    assert render([]) == b""
    assert parse("shots", URL, b"") == []


@pytest.mark.parametrize(
    "rows",
    [
        [BOX, SHOT],
        [{name: value for name, value in BOX.items() if name != "points"}],
        [BOX, BOX | {"nickname": "x"}],
        [{}],
    ],
)
def test_render_refuses_rows_that_are_not_of_one_file(rows: list[Row]) -> None:
    with pytest.raises(InvalidInput, match="exactly the fields of one of games, player_boxscores, shots"):
        render(rows)


def test_digest_is_the_sha_256_of_the_bytes() -> None:
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest(render([BOX])) != digest(render([BOX | {"points": 22}]))


def test_a_file_may_be_named_by_its_rows_or_by_its_name() -> None:
    assert file_name("games") == "games.jsonl"
    assert parse("games.jsonl", URL, lines(GAME)) == parse("games", URL, lines(GAME)) == [GAME]


@pytest.mark.parametrize("name", ["", "shot", "shots.json", "_manifest.json"])
def test_parse_refuses_a_name_that_is_no_landing_file(name: str) -> None:
    with pytest.raises(InvalidInput, match="one of games, player_boxscores, shots"):
        parse(name, URL, b"")


@pytest.mark.parametrize("ending", [b"", b"\n", b"\n\n  \n\t\n", b"\r\n"])
def test_blank_lines_and_windows_line_ends_are_tolerated_at_the_end(ending: bytes) -> None:
    assert parse("shots", URL, lines(SHOT).strip() + ending) == [SHOT]


def test_windows_line_ends_are_tolerated_between_lines() -> None:
    second = SHOT | {"event_num": 13}
    assert parse("shots", URL, lines(SHOT, second).replace(b"\n", b"\r\n")) == [SHOT, second]


def test_fields_in_another_order_come_back_in_the_declared_order() -> None:
    (row,) = parse("shots", URL, lines(dict(reversed(SHOT.items()))))
    assert list(row) == list(SHOT)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"points: 21", "not JSON: Expecting value at column 1"),
        (b'{"season": "2024-25",}', "not JSON: "),
        (lines(BOX).strip() + b" {}", "not JSON: Extra data"),
        (b"[" * 100_000, "not JSON that can be read"),
        (b'{"points": ' + b"9" * 5000 + b"}", "not JSON that can be read"),
        ("{'player_name': 'Šarić'}".encode("iso8859-2"), "not UTF-8 at byte 18"),
        (b"\xef\xbb\xbf" + lines(BOX), "byte order mark"),
        (b"   ", "a blank line"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"12", "not a JSON object"),
        (b"{}", "missing field season, game_date, "),
        (lines({name: value for name, value in BOX.items() if name != "ast"}), "missing field ast"),
        (lines(BOX | {"pts": 21}), 'unknown field "pts"'),
        (lines(BOX).replace(b'"ast": 9', b'"ast": 9, "ast": 8'), "the field 'ast' stands twice"),
    ],
)
def test_a_line_that_is_no_row_is_named(line: bytes, problem: str) -> None:
    content = lines(BOX | {"player_id": 1}) + line.rstrip(b"\n") + b"\n" + lines(BOX | {"player_id": 2})
    with pytest.raises(MalformedLanding, match=re.escape(problem)) as caught:
        parse("player_boxscores", URL, content)
    assert (caught.value.url, caught.value.line) == (URL, 2)


@pytest.mark.parametrize(
    ("file", "field", "value", "expected"),
    [
        ("player_boxscores", "points", True, "a whole number, 0 to 200"),
        ("player_boxscores", "points", 21.0, "a whole number, 0 to 200"),
        ("player_boxscores", "points", "21", "a whole number, 0 to 200"),
        ("player_boxscores", "points", None, "a whole number, 0 to 200"),
        ("player_boxscores", "points", [], "a whole number, 0 to 200"),
        ("player_boxscores", "points", float("nan"), "a whole number, 0 to 200"),
        ("player_boxscores", "points", -1, "a whole number, 0 to 200"),
        ("player_boxscores", "points", 201, "a whole number, 0 to 200"),
        ("player_boxscores", "plus_minus", -201, "a whole number, -200 to 200"),
        ("player_boxscores", "minutes", 121, "a whole number, 0 to 120"),
        ("player_boxscores", "player_id", 0, "a whole number, at least 1"),
        ("player_boxscores", "is_home", 1, "true or false"),
        ("player_boxscores", "is_home", None, "true or false"),
        ("player_boxscores", "started", 0, "true or false, or null"),
        ("player_boxscores", "game_id", 22400231, "a text: 10 digits"),
        ("player_boxscores", "game_id", "22400231", "a text: 10 digits"),
        ("player_boxscores", "game_id", "٠٠٢٢٤٠٠٢٣١", "a text: 10 digits"),
        ("player_boxscores", "game_date", "20241115", "a text: a date such as 2024-11-15"),
        ("player_boxscores", "game_date", "2024-11-31", "a text: a date such as 2024-11-15"),
        ("player_boxscores", "season", "2024-26", "a text: a season such as 2024-25"),
        ("player_boxscores", "season", "2024", "a text: a season such as 2024-25"),
        ("player_boxscores", "team", "Bos", "a text: three capital letters"),
        ("player_boxscores", "team", "BOST", "a text: three capital letters"),
        ("player_boxscores", "player_name", "", "a text: printable, without spaces around it"),
        ("player_boxscores", "player_name", "Rémy ", "a text: printable, without spaces around it"),
        ("player_boxscores", "player_name", "Ré\ud800my", "a text: printable, without spaces around it"),
        ("shots", "shot_value", 4, "a whole number, 2 to 3"),
        ("shots", "seconds_left", 721, "a whole number, 0 to 720"),
        ("shots", "period", 0, "a whole number, 1 to 20"),
        ("shots", "distance_ft", 95, "a whole number, 0 to 94"),
        ("shots", "event_num", None, "a whole number, at least 1"),
        ("shots", "assist_player_id", 0, "a whole number, at least 1, or null"),
        ("games", "home_score", -1, "a whole number, 0 to 400, or null"),
    ],
)
@pytest.mark.parametrize("warm", [True, False], ids=["after a good line", "first line"])
def test_a_wrong_value_is_named(file: str, field: str, value: object, expected: str, warm: bool) -> None:
    """After a good line too: 1, 1.0 and true are equal, and must not pass for one another once one was seen."""
    good = ROWS[file] | {field: ROWS[file][field], KEYS[file][-1]: 77 if file != "games" else "0022400999"}
    content = (lines(good) if warm else b"") + lines(ROWS[file] | {field: value})
    with pytest.raises(MalformedLanding) as caught:
        parse(file, URL, content)
    assert caught.value.line == 1 + warm
    assert caught.value.problem.startswith(f"{field}: got ")
    assert caught.value.problem.endswith(f"; expected {expected}")


@pytest.mark.parametrize("value", [True, 1.0])
def test_a_number_that_was_accepted_lends_nothing_to_its_equals(value: object) -> None:
    content = lines(BOX | {"fgm": 1}, BOX | {"fgm": 2, "player_id": 8}, BOX | {"fgm": value, "player_id": 9})
    with pytest.raises(MalformedLanding, match=r":3: fgm: got (true|1.0);"):
        parse("player_boxscores", URL, content)


def test_the_date_of_the_folder_is_checked_when_it_is_given() -> None:
    content = lines(BOX, BOX | {"player_id": 8, "game_date": "2024-11-16"})
    assert len(parse("player_boxscores", URL, content)) == 2
    with pytest.raises(MalformedLanding, match=r":2: game_date: got \"2024-11-16\"; expected 2024-11-15, the date of"):
        parse("player_boxscores", URL, content, date(2024, 11, 15))


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("games", "game_id 0022400231"),
        ("player_boxscores", "game_id 0022400231, player_id 7"),
        ("shots", "game_id 0022400231, event_num 12"),
    ],
)
def test_a_key_that_stands_twice_is_named_with_its_first_line(file: str, key: str) -> None:
    other = ROWS[file] | {KEYS[file][-1]: 77 if file != "games" else "0022400999"}
    with pytest.raises(MalformedLanding) as caught:
        parse(file, URL, lines(ROWS[file], other, ROWS[file]))
    assert (caught.value.line, caught.value.problem) == (3, f"{key} stands in line 1 already")


def test_a_player_may_be_in_two_games() -> None:
    assert len(parse("player_boxscores", URL, lines(BOX, BOX | {"game_id": "0022400999"}))) == 2


def test_a_long_wrong_value_is_cut_in_the_message() -> None:
    with pytest.raises(MalformedLanding) as caught:
        parse("player_boxscores", URL, lines(BOX | {"points": "x" * 10_000}))
    assert len(caught.value.problem) < 200


def test_the_warehouse_declares_the_same_fields() -> None:
    declared = yaml.safe_load((ROOT / "infra" / "tables.yaml").read_text())["landing"]
    kinds = {
        file: {name: WAREHOUSE_KINDS[kind] for name, kind in declared[f"landing.{file}"]["columns"].items()}
        for file in FIELDS
    }
    assert kinds == {file: {field.name: field.kind for field in fields} for file, fields in FIELDS.items()}


def test_the_document_lists_every_field_as_it_is_checked() -> None:
    documented = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", DOCUMENT.read_text(), re.MULTILINE)
    assert documented == [(field.name, field.expected) for fields in FIELDS.values() for field in fields]


def test_the_examples_of_the_document_are_landing_lines() -> None:
    examples = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert [render(parse(file, URL, text.encode())) for file, text in zip(FIELDS, examples, strict=True)] == [
        text.encode() for text in examples
    ]
