"""The site: which path is a page, a file or the API, and the headers that every answer carries."""

import gzip
import hashlib
import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Request, Response

from functions.status.pages import PAGES, Page
from functions.status.rendering import STATIC, render
from shared.domain.errors import InvalidInput
from shared.service.app import App
from shared.service.pages.board import Board
from shared.service.pages.openapi import ROOT
from shared.service.pages.status_api import (
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    OK,
    READING_METHODS,
    answer,
    match,
    status_of,
)

HTML, JSON = "text/html; charset=utf-8", "application/json"
FILE_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Not /static/, which the framework keeps for itself.
FILES: Final = "/assets/"
# Nothing inline and nothing from elsewhere: what a hostile name in a page says is never run.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# A viewer keeps a copy and asks each time whether it still stands; a file's address changes with its content.
REVALIDATED: Final = "private, no-cache"
KEPT: Final = "private, max-age=31536000, immutable"
LIVE_PART: Final = "live"
GZIP_BYTES_MIN: Final = 1024
GZIP_LEVEL: Final = 4
TAG_LENGTH: Final = 20

_lock = threading.Lock()
_board: Board | None = None


def board_of(app: App) -> Board:
    """Return this process's Board of an App, made on the first call."""
    global _board
    with _lock:
        if _board is None or _board.app is not app:
            _board = Board(app)
        return _board


def respond(app: App, request: Request) -> Response:
    """Return the answer to a request. Raises Retryable when the ledger cannot be read."""
    board, path = board_of(app), request.path
    if path == ROOT or path.startswith(f"{ROOT}/"):
        code, body = answer(board, request.method, path, request.args)
        return _answer(request, code, json.dumps(body), JSON)
    if request.method not in READING_METHODS:
        text = f"{request.method}: these pages only read; publish a message to change something"
        return _error(request, METHOD_NOT_ALLOWED, text)
    if path.startswith(FILES):
        return _file(request, path.removeprefix(FILES))
    found = _page_of(path)
    if found is None:
        return _error(request, NOT_FOUND, f"{path}: no such page")
    page, given = found
    try:
        shown = page.read(board, {**request.args, **given})
    except InvalidInput as error:
        return _error(request, status_of(error), str(error))
    part = LIVE_PART if request.args.get("part") == LIVE_PART else ""
    return _answer(request, OK, render(page.template, {**shown, "path": path}, part), HTML)


def _page_of(path: str) -> tuple[Page, dict[str, str]] | None:
    parts = path.strip("/").split("/")
    for page in PAGES:
        given = match(page.path, parts) if page.path != "/" else ({} if path == "/" else None)
        if given is not None:
            return page, given
    return None


def _error(request: Request, code: int, text: str) -> Response:
    return _answer(request, code, render("error.html", {"code": code, "error": text, "path": request.path}), HTML)


def _file(request: Request, name: str) -> Response:
    content = _files().get(name)
    if content is None:
        return _error(request, NOT_FOUND, f"{request.path}: no such file")
    return _answer(request, OK, content, FILE_TYPES[Path(name).suffix], kept=KEPT)


@lru_cache(maxsize=1)
def _files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in STATIC.iterdir() if path.suffix in FILE_TYPES}


def _answer(request: Request, code: int, text: str, kind: str, *, kept: str = REVALIDATED) -> Response:
    """Return a body with its headers: 304 without one where the viewer has it, compressed where he takes that."""
    content = text.encode()
    tag = hashlib.sha256(content).hexdigest()[:TAG_LENGTH]
    headers = {**HEADERS, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if code == METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(READING_METHODS)
    if code == OK and request.if_none_match.contains_weak(tag):
        response = Response(status=304, headers=headers)
    elif len(content) >= GZIP_BYTES_MIN and request.accept_encodings.quality("gzip") > 0:
        response = Response(gzip.compress(content, GZIP_LEVEL), code, {**headers, "Content-Encoding": "gzip"})
    else:
        response = Response(content, code, headers)
    response.content_type = kind
    response.set_etag(tag, weak=True)
    return response
