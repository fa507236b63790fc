"""Hostile requests to the pages and the JSON API, over a system in which everything people can name is hostile."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import quote, quote_from_bytes, unquote

import functions_framework
import jsonschema
from hypothesis import strategies as st

from functions.status.pages import PAGES
from shared.adapters.embedded.push import process_kept
from shared.config import REPOSITORY_ROOT
from shared.service.pages.api_resources import RESOURCES
from shared.service.pages.openapi import openapi
from shared.service.pages.status_api import resource_of
from tests.fuzz.hostile import DATES, HTML, MARKER, SQL, texts
from tests.fuzz.pushes import SERVER_ERROR, TELLTALES
from tests.fuzz.surface import Surface
from tests.fuzz.system import SEASON, check_statements, system

TEMPLATES: Final = (
    *(each.path for each in PAGES),
    *(f"/api{each.path}" for each in RESOURCES),
    "/assets/{id}",
    "/{id}",
)
GOOD: Final = ("first", "second", SEASON, "3", "2024-10-22", "2024-10-24", "ATL", "live.js")
PARAMETERS: Final = ("season", "team", "q", "start", "end", "page", "players", "part", "id", "date", "player")
# What a page is given in its query, which it shows nothing without.
OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "/": ("season", "team"),
    "/search": ("q",),
    "/api/search": ("q",),
    "/backfills": ("page",),
    "/api/check": ("start", "end"),
}
METHODS: Final = ("GET", "GET", "GET", "GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS")
# What a page may be made of: an element or an attribute of another name is one that a text has made.
ELEMENTS: Final = frozenset(
    {
        *("html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "footer", "section"),
        *("div", "span", "p", "a", "strong", "b", "br", "h1", "h2", "h3", "ul", "ol", "li", "dl", "dt", "dd"),
        *(
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "form",
            "input",
            "label",
            "button",
            "code",
            "time",
            "select",
            "option",
        ),
        *("details", "summary", "figure", "figcaption", "svg", "symbol", "rect", "path", "use", "text", "g", "title"),
    }
)
# What the framework answers by itself, with a page of its own: no such path, or no such method for it.
FRAMEWORK_ANSWERS: Final = (308, 404, 405)
NEEDED: Final = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One HTTP request to the status function; `path` is quoted already."""

    method: str
    path: str
    headers: Mapping[str, str]


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    """A path of a page or of the API with anything in its parts and its query."""
    parts = st.one_of(st.sampled_from((*GOOD, *DATES)), st.sampled_from((*SQL, *HTML)), texts)
    path = draw(st.sampled_from((*TEMPLATES, *OWN)))
    own = OWN.get(path, ())
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + _quoted(draw(parts)) + rest.partition("}")[2]
    names = st.one_of(st.sampled_from(PARAMETERS), texts)
    asked = [(name, draw(parts)) for name in own] + draw(st.lists(st.tuples(names, parts), max_size=2))
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in asked)
    query = draw(st.one_of(st.just(query), st.just(query), st.binary(max_size=12).map(quote_from_bytes)))
    tags = st.sampled_from(
        ({}, {"If-None-Match": "*"}, {"Accept-Encoding": "gzip"}, {"If-None-Match": f'W/"{MARKER}"'})
    )
    return Visit(method=draw(st.sampled_from(METHODS)), path=f"{path}?{query}", headers=draw(tags))


def check_visit(asked: Visit) -> None:
    """Fail unless the answer is whole, carries its headers, is as described, and shows hostile texts as texts only."""
    known = system()
    with known.same():
        answer = client().open(asked.path, method=asked.method, headers=dict(asked.headers))
    assert answer.status_code < SERVER_ERROR, answer.get_data(as_text=True)
    assert not known.seen.writes
    check_statements(known.seen)
    check_answer(asked, answer)


def check_answer(asked: Visit, answer: Any) -> None:
    """Fail unless an answer of our own making is whole."""
    said = answer.get_data()
    if NEEDED[0] not in answer.headers and answer.status_code in FRAMEWORK_ANSWERS:
        check_page(said.decode())
        return
    assert all(name in answer.headers for name in NEEDED), answer.headers
    assert MARKER not in str(answer.headers), answer.headers
    if answer.headers.get("Content-Encoding") == "gzip" or not said:
        return
    text = said.decode()
    if answer.mimetype == "text/html":
        check_page(text)
        assert not any(sign in text for sign in TELLTALES[:4]), text
    elif answer.mimetype == "application/json":
        check_described(asked, answer.status_code, json.loads(text, parse_constant=_no_json))


def check_page(text: str) -> None:
    """Fail when a page has an element, an attribute or a link that a hostile text has made."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.wrong == [], reader.wrong


class Reader(HTMLParser):
    """Collects what a hostile text has made of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        if tag not in ELEMENTS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if MARKER in name or name.startswith("on") or name == "style":
                self.wrong.append(f"<{tag} {name}>")
            if name in ("href", "src", "action") and not (value or "").startswith(("/", "#")):
                self.wrong.append(f"<{tag} {name}={value}>")
            if name == "src" and MARKER in unquote(value or ""):
                self.wrong.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        if self._within in ("script", "style") and data.strip():
            self.wrong.append(f"<{self._within}>{data}")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}")


def check_described(asked: Visit, code: int, body: Any) -> None:
    """Fail unless a JSON answer is what the API's description says of its path and status."""
    path = unquote(asked.path.partition("?")[0]).removeprefix("/api").rstrip("/")
    found = resource_of(path) if path and "//" not in asked.path else None
    if code == 200 and found is not None and asked.method == "GET":
        validator(found[0].path).validate(body)
    elif code != 200:
        assert set(body) <= {"error", "paths"}, body
        assert isinstance(body["error"], str)


@lru_cache(maxsize=len(RESOURCES))
def validator(path: str) -> Any:
    """Return what an answer of a path is held to."""
    described = openapi()
    answers = described["paths"][f"/api{path}"]["get"]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    return jsonschema.Draft202012Validator({**schema, "components": described["components"]})


@lru_cache(maxsize=1)
def client() -> Any:
    """Return the status function's test client, loaded once a process."""
    source = REPOSITORY_ROOT / "functions" / "status" / "main.py"
    with process_kept(source.stem):
        return functions_framework.create_app("status", str(source), "http").test_client()


def _quoted(text: str) -> str:
    return quote(text.encode(errors="surrogatepass"), safe="")


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


VISITS: Final = Surface(name="pages and API", inputs=visits(), check=check_visit)
