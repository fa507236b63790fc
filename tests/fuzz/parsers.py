"""The parsers that bytes from outside meet first, each as a function that raises for what would be a crash."""

import base64
import contextlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from shared.domain.envelope import envelope_of, message_of
from shared.domain.errors import InvalidInput, MalformedLanding, NewerMessage
from shared.domain.landing_fields import FIELDS
from shared.domain.landing_format import parse
from shared.domain.messages import alert, backfill_request, calendar_request, decode, unit_hint

DAY: Final = date(2024, 10, 22)
GOLDEN: Final = Path(__file__).resolve().parents[1] / "functions" / "golden"
GAME: Final = {
    "season": "2024-25",
    "game_id": "0022400061",
    "game_date": "2024-10-22",
    "home_team": "BOS",
    "away_team": "NYK",
    "home_team_name": "Boston Celtics",
    "away_team_name": "New York Knicks",
    "home_score": 132,
    "away_score": None,
}


def envelope(content: bytes) -> None:
    """Read bytes as a push body, and as each kind of message."""
    with contextlib.suppress(ValueError, RecursionError, InvalidInput, NewerMessage):
        message_of(envelope_of(json.loads(content)))
    for read in (unit_hint, backfill_request, calendar_request, alert):
        with contextlib.suppress(InvalidInput, NewerMessage):
            read(decode(content))


def landing(content: bytes) -> None:
    """Read bytes as a landing file of each kind."""
    for kind in FIELDS:
        with contextlib.suppress(MalformedLanding):
            parse(kind, "memory://landing/a.jsonl", content, DAY)


def seeds(target: str) -> Iterable[bytes]:
    """Return good inputs of a parser, from which the fuzzer sets out."""
    if target == "landing":
        return [json.dumps(GAME).encode()]
    events = [event for path in sorted(GOLDEN.glob("*.json")) for event in json.loads(path.read_text()).values()]
    messages = [base64.b64decode(event["message"]["data"]) for event in events]
    return [*(json.dumps(event).encode() for event in events), *messages]
