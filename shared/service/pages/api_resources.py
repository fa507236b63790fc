"""The resources of the JSON API: the path of each, what it takes, what it answers with, and how that is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.calendar import parse_date
from shared.domain.errors import InvalidInput
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.domain.plan import Plan
from shared.service.completeness.check import DateCheck, Dropped, check
from shared.service.failures import Failure, failures_of, known_backfill
from shared.service.pages.backfill_page import BackfillPage, backfill_page
from shared.service.pages.board import Board
from shared.service.pages.date_page import DatePage, date_page
from shared.service.pages.player_page import PlayerPage, player_page
from shared.service.pages.problems import Problems, problems
from shared.service.pages.search import Found, search
from shared.service.pages.season_page import BackfillRow, SeasonMap, backfill_rows, season_map
from shared.service.refusals import DeadLetter, Rejection, dead_letters, rejections
from shared.service.status import Standing

Given = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What GET of a path answers with: `body` is a record's type, or names with types.

    Parts of the path in braces and the names of `query` are given to `read`; those with a `?` may be left out.
    """

    path: str
    summary: str
    body: Any
    read: Callable[[Board, Given], object]
    query: tuple[str, ...] = ()


def _check(board: Board, given: Given) -> object:
    start, end = parse_date("start", given.get("start")), parse_date("end", given.get("end"))
    found = check(board.app, start, end)
    return {
        "start": found.start,
        "end": found.end,
        "off_days": found.off_days,
        "dates": found.dates,
        "dropped": found.dropped,
        "complete": found.complete,
    }


def _unit(board: Board, given: Given) -> object:
    phases = {str(phase): phase for phase in range(FIRST_PHASE, LAST_PHASE + 1)}
    if given["phase"] not in phases:
        raise InvalidInput("phase", given["phase"], f"a phase from {FIRST_PHASE} to {LAST_PHASE}")
    held = board.app.ledger.unit(phases[given["phase"]], parse_date("game_date", given["date"]))
    return {"unit": None if held is None else held.unit.body()}


def _failed(board: Board, given: Given) -> object:
    return {"failed": failures_of(board.app, known_backfill(board.app, given["id"])[0])}


def _season(board: Board, given: Given) -> object:
    return season_map(board, board.season(given["season"]), given.get("team", ""))


RESOURCES: Final = (
    Resource(
        path="/seasons",
        summary="The seasons whose calendar is loaded, latest first.",
        body={"seasons": list[str]},
        read=lambda board, _: {"seasons": board.seasons()},
    ),
    Resource(
        path="/seasons/{season}",
        summary="What every phase of every game date of a season is, or of those on which a team plays.",
        body=SeasonMap,
        read=_season,
        query=("team?",),
    ),
    Resource(
        path="/backfills",
        summary="Every backfill, newest first.",
        body={"backfills": list[BackfillRow]},
        read=lambda board, _: {"backfills": backfill_rows(board)},
    ),
    Resource(
        path="/backfills/{id}",
        summary="A backfill as it stands: counts, rate and time left by phase, what waits on what, what failed.",
        body=Standing,
        read=lambda board, given: board.standing(given["id"]),
    ),
    Resource(
        path="/backfills/{id}/page",
        summary="What the page of a backfill shows: how it stands, its plan, its targets and their manifests.",
        body=BackfillPage,
        read=lambda board, given: backfill_page(board, given["id"]),
    ),
    Resource(
        path="/backfills/{id}/plan",
        summary="The plan of a backfill.",
        body=Plan,
        read=lambda board, given: board.app.ledger.plan(given["id"]),
    ),
    Resource(
        path="/backfills/{id}/failed",
        summary="What failed of a backfill, and what that blocks.",
        body={"failed": list[Failure]},
        read=_failed,
    ),
    Resource(
        path="/dates/{date}",
        summary="A game date: units, attempts, and the games that each player's window uses.",
        body=DatePage,
        read=lambda board, given: date_page(board, parse_date("date", given["date"])),
    ),
    Resource(
        path="/players/{player}",
        summary="A player's season: his games, and which target dates used which of them.",
        body=PlayerPage,
        read=lambda board, given: player_page(board, given["player"], given.get("season")),
        query=("season?",),
    ),
    Resource(
        path="/search",
        summary="The dates, backfills, teams and players that a text can mean.",
        body={"found": list[Found]},
        read=lambda board, given: {"found": search(board, given.get("q", ""))},
        query=("q",),
    ),
    Resource(
        path="/problems",
        summary="What needs somebody: incidents, failed and blocked units, dead letters, rejected messages.",
        body=Problems,
        read=lambda board, given: problems(board, board.season(given.get("season"))),
        query=("season?",),
    ),
    Resource(
        path="/check",
        summary="Which phases of each game date of a range are there, and which are needed.",
        body={
            "start": str,
            "end": str,
            "off_days": int,
            "dates": list[DateCheck],
            "dropped": list[Dropped],
            "complete": bool,
        },
        read=_check,
        query=("start", "end"),
    ),
    Resource(
        path="/units/{phase}/{date}",
        summary="A unit as the ledger holds it, with its manifest; null where nobody has asked for it.",
        body={"unit": dict[str, Any] | None},
        read=_unit,
    ),
    Resource(
        path="/rejections",
        summary="Messages that could never succeed, latest first.",
        body={"rejections": list[Rejection]},
        read=lambda board, _: {"rejections": rejections(board.app)},
    ),
    Resource(
        path="/dead-letters",
        summary="Messages whose deliveries were spent, latest first.",
        body={"dead_letters": list[DeadLetter]},
        read=lambda board, _: {"dead_letters": dead_letters(board.app)},
    ),
)
