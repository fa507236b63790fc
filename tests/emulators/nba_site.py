"""A stand-in for stats.nba.com on 127.0.0.1: answers the endpoints that Phase 1 asks from the rows of a source.

What a request gets instead can be planned: an error status, a page, a broken-off or a late answer, a payload
changed in places.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.adapters.sources.nba_stats_games import REGULAR_SEASON
from shared.domain.errors import SourceMissing
from shared.ports import Row, Source
from tests.emulators import nba_payloads as payloads

HOST = "127.0.0.1"
Scraped = dict[str, list[Row]]


@dataclass(frozen=True, kw_only=True)
class Instead:
    """What one request gets instead of its answer; `change` edits the payload that it would have got."""

    status: int = 200
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    late_seconds: float = 0.0
    reset: bool = False
    change: Callable[[dict[str, Any]], object] | None = None


class RegularSeason:
    """A source whose game ids are those of a regular season; else as the one it is made of."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def schedule(self, season: str) -> list[Row]:
        return [self._renumbered(row) for row in self._source.schedule(season)]

    def scrape(self, game_date: date) -> Scraped:
        scraped = self._source.scrape(game_date)
        return {file: [self._renumbered(row) for row in rows] for file, rows in scraped.items()}

    def _renumbered(self, row: Row) -> Row:
        return row | {"game_id": f"{REGULAR_SEASON}{row['game_id'][-7:]}"}


class NbaSite:
    """The stand-in while it runs: its address, what was asked, and what is planned for requests to come."""

    def __init__(self, source: Source) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self._source, self._planned = source, dict[str, list[Instead]]()
        self._games: dict[str, Scraped] = {}
        self._lock = threading.Lock()
        self.url = ""

    def plan(self, endpoint: str, *instead: Instead) -> None:
        """Give the next requests of an endpoint these, one each; those after get the true answer."""
        self._planned.setdefault(endpoint, []).extend(instead)

    def calls(self, endpoint: str = "") -> int:
        """Return how often it was asked, in all or for one endpoint."""
        return sum(endpoint in ("", name) for name, _ in self.asked)

    def answer(self, endpoint: str, query: dict[str, str], headers: dict[str, str]) -> tuple[Instead, str]:
        """Return what a request gets, and its body."""
        with self._lock:
            self.asked.append((endpoint, query))
            self.headers.append(headers)
            planned = self._planned.get(endpoint)
            instead = planned.pop(0) if planned else Instead()
            payload = getattr(self, f"_{endpoint}")(query)
        if instead.change:
            instead.change(payload)
        return instead, json.dumps(payload) if instead.body is None else instead.body

    def _scoreboardv3(self, query: dict[str, str]) -> dict[str, Any]:
        day = query["GameDate"]
        try:
            scraped = self._source.scrape(date.fromisoformat(day))
        except SourceMissing:
            return payloads.scoreboard(day, [])
        for game in scraped["games"]:
            game_id = game["game_id"]
            self._games[game_id] = {
                file: [row for row in rows if row["game_id"] == game_id] for file, rows in scraped.items()
            }
        return payloads.scoreboard(day, scraped["games"])

    def _scheduleleaguev2(self, query: dict[str, str]) -> dict[str, Any]:
        return payloads.schedule(query["Season"], self._source.schedule(query["Season"]))

    def _boxscoretraditionalv3(self, query: dict[str, str]) -> dict[str, Any]:
        game, boxes, _ = self._game(query)
        return payloads.box_score(game, boxes)

    def _shotchartdetail(self, query: dict[str, str]) -> dict[str, Any]:
        game, boxes, shots = self._game(query)
        attempts = [shot for shot in shots if shot["made"] or query["ContextMeasure"] == "FGA"]
        return payloads.shot_chart(game, boxes, attempts)

    def _playbyplayv3(self, query: dict[str, str]) -> dict[str, Any]:
        return payloads.play_by_play(*self._game(query))

    def _game(self, query: dict[str, str]) -> tuple[Row, list[Row], list[Row]]:
        found = self._games[query["GameID"]]
        return found["games"][0], found["player_boxscores"], found["shots"]


@contextmanager
def nba_site(source: Source) -> Iterator[NbaSite]:
    """Run the stand-in for as long as the block lasts."""
    site = NbaSite(source)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: in two, the second would wait for the receipt of the first.
        wbufsize = 65_536

        def do_GET(self) -> None:
            # As a proxy it is asked for a whole URL, otherwise for a path.
            address = urlsplit(self.path)
            query = dict(parse_qsl(address.query, keep_blank_values=True))
            instead, body = site.answer(address.path.rpartition("/")[2], query, dict(self.headers))
            time.sleep(instead.late_seconds)
            if instead.reset:
                # With no time to linger, closing resets the connection.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            content = body.encode()
            self.send_response(instead.status)
            for name, value in {"Content-Length": str(len(content)), **instead.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    site.url = f"http://{HOST}:{server.server_port}/stats"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
