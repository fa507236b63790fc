import json

import pytest

from shared.adapters.landing_lines import line_fault
from shared.adapters.table_schemas import load_table_schemas

GAMES = load_table_schemas().landing_file("landing.games")
GAME = {"season": "2024-25", "game_date": "2024-10-22", "game_id": "0022400061", "home_score": 132}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (json.dumps({**GAME, "home_score": "many"}).encode(), "home_score: 'many' is not INT64"),
        (json.dumps({**GAME, "home_score": [[[]]]}).encode(), "home_score: list is not INT64"),
        (b'{"home_score": ' + b"[" * 400 + b"]" * 400 + b"}", "home_score: list is not INT64"),
        (json.dumps({**GAME, "game_date": "x" * 10_000}).encode(), " is not DATE"),
    ],
)
def test_a_line_that_a_warehouse_cannot_read_is_named(line: bytes, problem: str) -> None:
    content = json.dumps(GAME).encode() + b"\n" + line
    fault = line_fault("memory://landing/games.jsonl", content, GAMES)
    assert fault is not None
    assert fault.line == 2
    assert problem in fault.problem
    assert len(fault.problem) < 200


def test_what_can_be_read_has_no_fault() -> None:
    assert line_fault("memory://landing/games.jsonl", json.dumps(GAME).encode() + b"\n\n", GAMES) is None
