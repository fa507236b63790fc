"""The pages: the path of each, its template, and what it is given to show."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from functions.status import drawings
from shared import bootstrap
from shared.config import CLOUD
from shared.domain.calendar import parse_date
from shared.domain.errors import InvalidInput
from shared.service.pages.backfill_page import backfill_page, price_page
from shared.service.pages.board import Board
from shared.service.pages.date_page import date_page
from shared.service.pages.player_page import player_page
from shared.service.pages.problems import problems
from shared.service.pages.search import Thing, search
from shared.service.pages.season_page import backfill_rows, season_map

Given = Mapping[str, str]
Shown = dict[str, Any]

# How often an open page asks for what is new.
LOCAL_SECONDS: Final = 1
CLOUD_SECONDS: Final = 15
BACKFILLS_SHOWN: Final = 10
BACKFILLS_A_PAGE: Final = 50
PAGE_PATTERN: Final = re.compile(r"[0-9]{1,2}")
PLAYERS_SHOWN: Final = 40
PROBLEMS_SHOWN: Final = 5
ALL: Final = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its path, whose parts in braces are given to `read`, and the template that shows what that returns."""

    path: str
    template: str
    read: Callable[[Board, Given], Shown]


def _home(board: Board, given: Given) -> Shown:
    seasons = board.seasons()
    if not seasons:
        return {"seasons": seasons, "every": _every(board)}
    season, team = board.season(given.get("season")), given.get("team", "").upper()
    found = season_map(board, season, team)
    needs = problems(board, season)
    return {
        "seasons": seasons,
        "season": season,
        "team": team,
        "teams": sorted(board.calendar(season).team_masks),
        "months": drawings.months(found.dates),
        "counts": found.counts,
        "game_dates": len(found.dates),
        "backfills": backfill_rows(board, BACKFILLS_SHOWN),
        "needs": needs,
        "needs_shown": PROBLEMS_SHOWN,
        "every": _every(board),
    }


def _backfills(board: Board, given: Given) -> Shown:
    number = given.get("page", "1")
    if not PAGE_PATTERN.fullmatch(number) or not 1 <= int(number) <= BACKFILLS_A_PAGE:
        raise InvalidInput("page", number, f"a page from 1 to {BACKFILLS_A_PAGE}")
    rows = backfill_rows(board)
    first = (int(number) - 1) * BACKFILLS_A_PAGE
    shown = rows[first : first + BACKFILLS_A_PAGE]
    more = len(rows) > first + BACKFILLS_A_PAGE
    return {"backfills": shown, "total": len(rows), "page": int(number), "more": more, "every": _every(board)}


def _backfill(board: Board, given: Given) -> Shown:
    shown = backfill_page(board, given["id"])
    return {"page": shown, "standing": shown.standing, "plan": shown.plan, "every": _every(board)}


def _price(board: Board, given: Given) -> Shown:
    return {"price": price_page(board, given["id"], bootstrap.deployment())}


def _date(board: Board, given: Given) -> Shown:
    found = date_page(board, parse_date("date", given["date"]))
    everyone = given.get("players") == ALL
    players = found.players if everyone else found.players[:PLAYERS_SHOWN]
    return {"page": found, "players": players, "hidden": len(found.players) - len(players), "every": _every(board)}


def _player(board: Board, given: Given) -> Shown:
    return {"page": player_page(board, given["player"], given.get("season"))}


def _alerts(board: Board, given: Given) -> Shown:
    if not board.seasons():
        return {"needs": None, "every": _every(board)}
    return {"needs": problems(board, board.season(given.get("season"))), "every": _every(board)}


def _search(board: Board, given: Given) -> Shown:
    text = given.get("q", "")
    return {"q": text, "found": search(board, text), "addresses": ADDRESSES}


def _every(board: Board) -> int:
    return CLOUD_SECONDS if board.app.config.stack == CLOUD else LOCAL_SECONDS


# Where the page of what was found is.
ADDRESSES: Final = {
    Thing.DATE: "/dates/",
    Thing.BACKFILL: "/backfills/",
    Thing.TEAM: "/?team=",
    Thing.PLAYER: "/players/",
}
PAGES: Final = (
    Page(path="/", template="home.html", read=_home),
    Page(path="/backfills", template="backfills.html", read=_backfills),
    Page(path="/backfills/{id}", template="backfill.html", read=_backfill),
    Page(path="/backfills/{id}/price", template="price.html", read=_price),
    Page(path="/dates/{date}", template="date.html", read=_date),
    Page(path="/players/{player}", template="player.html", read=_player),
    Page(path="/alerts", template="alerts.html", read=_alerts),
    Page(path="/search", template="search.html", read=_search),
)
