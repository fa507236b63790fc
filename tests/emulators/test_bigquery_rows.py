"""Newline-delimited JSON read as strictly as a load job reads it."""

import json
from typing import Any

import pytest

from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_rows import parse_rows
from tests.emulators.bigquery_tables import Layout
from tests.emulators.bigquery_uploads import Uploads, parts

LAYOUT = Layout(
    columns={
        "game_date": "DATE",
        "points": "INTEGER",
        "rate": "FLOAT",
        "team": "STRING",
        "played": "BOOLEAN",
        "at": "TIMESTAMP",
    },
    required=frozenset({"team"}),
    partition_by="game_date",
    cluster_by=(),
)


def parsed(**values: Any) -> dict[str, Any]:
    [row] = parse_rows(json.dumps({"team": "BOS", **values}).encode(), LAYOUT)
    return row


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("points", 7, 7),
        ("points", "-7", -7),
        ("points", -(2**63), -(2**63)),
        ("points", None, None),
        ("rate", 7, 7.0),
        ("rate", "1e-3", 0.001),
        ("played", "true", True),
        ("played", False, False),
        ("game_date", "2024-02-29", "2024-02-29"),
        ("at", "2024-11-08T01:02:03.000004+00:00", "2024-11-08T01:02:03.000004+00:00"),
        ("at", "2024-11-08 01:02:03 UTC", "2024-11-08T01:02:03+00:00"),
        ("team", "", ""),
    ],
)
def test_what_is_taken(column: str, value: Any, stored: Any) -> None:
    row = parsed(**{column: value})
    assert row[column] == stored
    assert type(row[column]) is type(stored)
    assert row.keys() == LAYOUT.columns.keys()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"team": "BOS", "more": 1}', "No such field: more."),
        ('{"team": "BOS", "points": "x"}', 'Could not convert value to integer. Field: points; Value: "x"'),
        ('{"team": "BOS", "points": 1.5}', "Could not convert value to integer. Field: points; Value: 1.5"),
        ('{"team": "BOS", "points": true}', "Could not convert value to integer. Field: points; Value: true"),
        ('{"team": "BOS", "points": 9223372036854775808}', "Could not convert value to integer. Field: points"),
        ('{"team": "BOS", "rate": "fast"}', 'Could not convert value to float. Field: rate; Value: "fast"'),
        ('{"team": "BOS", "rate": NaN}', "NaN is not JSON"),
        ('{"team": "BOS", "played": 1}', "Could not convert value to boolean. Field: played; Value: 1"),
        ('{"team": 5}', "Could not convert value to string. Field: team; Value: 5"),
        ('{"team": "BOS", "game_date": "2024-02-30"}', "Could not convert value to date. Field: game_date"),
        ('{"team": "BOS", "game_date": "20240229"}', "Could not convert value to date. Field: game_date"),
        ('{"team": "BOS", "at": "yesterday"}', "Could not convert value to timestamp. Field: at"),
        ('{"team": null}', "Only optional fields can be set to NULL. Field: team; Value: NULL"),
        ("{}", "Only optional fields can be set to NULL. Field: team; Value: NULL"),
        ('{"team": "BOS"', "Parser terminated before end of string"),
        ('["BOS"]', "Start of object expected"),
    ],
)
def test_what_is_refused_by_row_and_field(line: str, problem: str) -> None:
    before = b'{"team": "NYK"}\n\n'
    with pytest.raises(Refused) as raised:
        parse_rows(before + line.encode(), LAYOUT)
    assert raised.value.reason == "invalid"
    assert "Rows: 2; errors: 1." in raised.value.message
    [detail] = raised.value.more
    assert f"JSON parsing error in row starting at position {len(before)}: " in detail
    assert problem in detail


def test_an_upload_in_one_request_has_a_job_and_a_file() -> None:
    content = b'{"team": "a\r\n--b"}\r\n'
    body = b'--==7==\r\ncontent-type: application/json\r\n\r\n{"configuration": {}}\r\n'
    body += b"--==7==\r\ncontent-type: */*\r\n\r\n" + content + b"\r\n--==7==--"
    assert parts('multipart/related; boundary="==7=="', body) == ({"configuration": {}}, content)


def test_an_upload_in_chunks_is_whole_after_the_last_and_refuses_a_gap() -> None:
    uploads = Uploads()
    session = uploads.begin({"configuration": {}})
    assert uploads.add(session, "bytes 0-2/*", b"abc") is None
    assert uploads.received(session) == 3
    with pytest.raises(Refused, match="content-range"):
        uploads.add(session, "bytes 4-5/6", b"ef")
    assert uploads.add(session, "bytes 3-5/6", b"def") == ({"configuration": {}}, b"abcdef")
    with pytest.raises(Refused, match="Not found: upload"):
        uploads.add(session, "bytes 6-6/7", b"g")
