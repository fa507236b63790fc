"""Hostile words where a person types them: the command line, the environment, and ids as keys of the ledger."""

import contextlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final
from unittest import mock

from hypothesis import strategies as st

from shared import bootstrap
from shared.adapters.gcp.firestore_documents import body_of, fields_of, path_of
from shared.cli import main
from shared.config import ADDRESSES, Config, from_environment
from shared.domain.errors import InvalidInput
from shared.domain.messages import CalendarRequest
from shared.service.load_calendar import load_calendar
from tests.fuzz.hostile import DATES, texts, values
from tests.fuzz.surface import Surface
from tests.fuzz.system import SEASON

USAGE, INCOMPLETE, DONE = 2, 1, 0
SECRETS: Final = tuple(f"LOOKBACK_{name.upper()}" for name in ADDRESSES)
# A shorter one may stand in a message by chance.
SECRET_LENGTH_MIN: Final = 12
# What a verb takes, with a place for each word that a person types.
VERBS: Final = (
    ("check", "{}", "{}"),
    ("validate", "{}", "{}"),
    ("validate", "--season", "{}"),
    ("calendar", "--season", "{}"),
    ("calendar", "--load", "{}"),
    ("calendar", "--clear", "{}"),
    ("plan", "{}", "{}"),
    ("plan", "{}", "--max-lookback-days", "{}"),
    ("plan", "{}", "--min-coverage", "{}"),
    ("plan", "{}", "--accept-missing", "{}", "--processor", "{}"),
    ("plan", "{}", "--from-phase", "{}", "--to-phase", "{}"),
    ("request", "{}", "{}", "--request-id", "{}", "--reason", "{}"),
    ("status", "{}"),
    ("failed", "{}"),
    ("cancel", "{}"),
    ("retry", "{}", "--date", "{}"),
    ("explain", "{}"),
    ("explain", "{}", "--player", "{}"),
    ("trace", "player", "{}"),
    ("trace", "team", "{}", "--date", "{}"),
    ("trace", "game", "{}"),
    ("history", "{}"),
    ("impact", "{}"),
    ("silence", "{}", "--for", "{}", "--reason", "{}"),
    ("ack", "{}"),
    ("{}", "{}"),
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, ...]:
    """The words of a command, as a shell can hand them over: without NUL, and with bytes that are no UTF-8."""
    words = st.one_of(st.sampled_from(DATES), texts, st.just("\udcff")).map(lambda word: word.replace("\x00", ""))
    return tuple(draw(words) if word == "{}" else word for word in draw(st.sampled_from(VERBS)))


def check_line(words: Sequence[str]) -> None:
    """Fail unless a command ends with one of its exit codes, and what is wrong is one line and no traceback."""
    out, err = io.StringIO(), io.StringIO()
    environment = {"LOOKBACK_HOME": str(home()), "LOOKBACK_SOURCE": "synthetic", "COLUMNS": "200"}
    code: object = None
    with mock.patch.dict(os.environ, environment), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main.main(words)
        except SystemExit as ended:
            code = ended.code or 0
    assert code in (DONE, INCOMPLETE, USAGE), (code, err.getvalue())
    said = err.getvalue()
    assert "Traceback" not in said, said
    if code == USAGE:
        assert said.strip(), "nothing says what was wrong"
    if said.startswith("error: "):
        assert said.count("\n") == 1, said


@lru_cache(maxsize=1)
def home() -> Path:
    """Return a folder with a loaded season and nothing computed."""
    folder = Path(mkdtemp(prefix="lookback-fuzz-"))
    config = Config(home=str(folder), source="synthetic")
    load_calendar(bootstrap.embedded(config), CalendarRequest(season=SEASON))
    return folder


settings = st.dictionaries(
    st.sampled_from(tuple(f"LOOKBACK_{each.name.upper()}" for each in fields(Config))),
    st.one_of(
        texts, st.sampled_from(("cloud", "embedded", "nba_stats", "archive", "true", "0.5", "inf", "nan", "1e9"))
    ),
    max_size=4,
)


def check_settings(environment: Mapping[str, str]) -> None:
    """Fail unless settings make a Config, or are refused naming the variable; no secret is ever shown."""
    try:
        said = repr(from_environment(environment))
    except InvalidInput as error:
        said = str(error)
    assert said.startswith(("Config(", "LOOKBACK_"))
    for name in SECRETS:
        secret = environment.get(name, "")
        others = [value for other, value in environment.items() if other != name]
        if len(secret) >= SECRET_LENGTH_MIN and not any(secret in other for other in others):
            assert secret not in said


keys = st.one_of(
    st.tuples(st.sampled_from(("units", "backfills", "alerts", "__x__", "", ".")), texts).map("/".join),
    texts,
)
documents = st.tuples(keys, st.dictionaries(texts, values, max_size=3))


def check_document(given: tuple[str, Mapping[str, Any]]) -> None:
    """Fail unless a document has a form that Firestore takes, or is refused; what was kept is read back as it was."""
    key, body = given
    try:
        path, kept = path_of(key), fields_of(key, body, "token")
    except InvalidInput as error:
        str(error).encode()
        return
    path.name.encode()
    assert "/" not in path.name
    assert json.dumps(body_of(kept)) == json.dumps(body)
    json.dumps(kept["show"], ensure_ascii=False).encode()


LINES: Final = Surface(name="command lines", inputs=lines(), check=check_line)
SETTINGS: Final = Surface(name="settings", inputs=settings, check=check_settings)
DOCUMENTS: Final = Surface(name="ledger keys and documents", inputs=documents, check=check_document)
