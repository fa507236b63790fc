"""Hostile landing files: what a hand, an editor or another program may make of them, and Phase 2 with it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from hypothesis import strategies as st

from shared.adapters.landing_lines import line_fault
from shared.adapters.table_schemas import load_table_schemas
from shared.domain.errors import MalformedLanding
from shared.domain.landing_fields import FIELDS
from shared.domain.landing_format import parse
from tests.fuzz.hostile import damaged, texts, values
from tests.fuzz.surface import Surface
from tests.fuzz.system import FIRST, check_statements, check_writes, drain, request, system

DAY: Final = date.fromisoformat(FIRST)
URL: Final = "memory://landing/a.jsonl"
LINES_SHOWN: Final = 4
ENDINGS: Final = ("\n", "\r\n", "\n\n", "\r", "\x0b", "\u2028", "")
SCHEMAS: Final = load_table_schemas()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A landing file's kind and content."""

    kind: str
    content: bytes


@lru_cache(maxsize=len(FIELDS))
def rows(kind: str) -> tuple[dict[str, Any], ...]:
    """Return the first rows of a computed date's file."""
    content = system().app.landing.read(DAY, f"{kind}.jsonl")
    assert content is not None
    return tuple(json.loads(line) for line in content.splitlines()[:LINES_SHOWN])


@st.composite
def files(draw: st.DrawFn) -> File:
    """A file of a few rows, up to three of which are at odds, joined by one ending or another."""
    kind = draw(st.sampled_from(sorted(FIELDS)))
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows(kind)]
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        lines[place] = draw(st.one_of(_changed(kind, place), _changed(kind, place), damaged_row(kind, place)))
    if draw(st.booleans()):
        lines.append(lines[0])
    ending = draw(st.sampled_from(ENDINGS)).encode()
    return File(kind=kind, content=ending.join(lines) + draw(st.sampled_from((b"\n", b"", b"\n\n", b"\x1a", b"\x00"))))


@st.composite
def _changed(draw: st.DrawFn, kind: str, place: int) -> bytes:
    row = dict(rows(kind)[place])
    name = draw(st.sampled_from(sorted(row)))
    change = draw(st.sampled_from(("value", "text", "gone", "unknown")))
    if change == "gone":
        row.pop(name)
    else:
        row[name if change != "unknown" else draw(texts)] = draw(texts if change == "text" else values)
    return json.dumps(row, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")


def damaged_row(kind: str, place: int) -> st.SearchStrategy[bytes]:
    """Return what may become of a row's bytes."""
    return st.one_of(damaged(json.dumps(rows(kind)[place])), st.binary(max_size=40), st.just(b"[" * 20_000))


def check_file(file: File) -> None:
    """Fail unless a file is read whole, or refused with its line and one line of text."""
    refused: MalformedLanding | None = None
    try:
        read = parse(file.kind, URL, file.content, DAY)
    except MalformedLanding as error:
        refused = error
    if refused is not None:
        assert 1 <= refused.line <= file.content.count(b"\n") + 1
        assert "\n" not in str(refused)
        str(refused).encode()
    else:
        assert [tuple(row) for row in read] == [tuple(field.name for field in FIELDS[file.kind])] * len(read)
        json.dumps(read, ensure_ascii=False, allow_nan=False).encode()
    # The warehouses look for the line to blame by themselves.
    line_fault(URL, file.content, SCHEMAS.landing_file(f"landing.{file.kind}"))


def check_phase(file: File) -> None:
    """Fail unless Phase 2 takes a file in whole, or refuses it and publishes nothing of the date."""
    known = system()
    kept = known.app.landing.read(DAY, f"{file.kind}.jsonl")
    before = published(known.app.warehouse.query)
    assert kept is not None
    try:
        with known.fresh() as app:
            app.landing.write(DAY, f"{file.kind}.jsonl", file.content)
            app.bus.publish("backfill-requests", request("again", FIRST, FIRST, "", scenario="reprocess", to_phase=2))
            drain(app)
            unit = app.ledger.unit(2, DAY)
            assert unit is not None
            assert unit.unit.status.value in ("complete", "failed"), unit.unit
            if unit.unit.status.value == "failed":
                assert published(app.warehouse.query) == before, "a refused file was published by half"
                assert unit.unit.error
            check_writes(known.seen)
            check_statements(known.seen)
    finally:
        known.app.landing.write(DAY, f"{file.kind}.jsonl", kept)


def published(query: Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Return what the tables of Phase 2 hold of the date."""
    statements = [
        f"SELECT * FROM nba_raw.{name} WHERE game_date = @game_date"  # noqa: S608
        for name in ("games", "player_boxscores", "team_boxscores")
    ]
    return [sorted(query(sql, {"game_date": DAY}), key=repr) for sql in statements]


FILES: Final = Surface(name="landing files", inputs=files(), check=check_file)
PHASE: Final = Surface(name="landing files through Phase 2", inputs=files(), check=check_phase)
