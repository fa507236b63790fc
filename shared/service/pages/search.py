"""Search: the dates, backfills, teams and players that a text can mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.domain.calendar import DATE_PATTERN, parse_date
from shared.domain.errors import InvalidInput
from shared.service.explaining.entities import find_players
from shared.service.pages.board import Board

FOUND_MAX: Final = 50
PLAYERS_MAX: Final = 20
TEXT_MAX: Final = 200


class Thing(StrEnum):
    """What kind of thing was found."""

    DATE = "date"
    BACKFILL = "backfill"
    TEAM = "team"
    PLAYER = "player"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that the text can mean: its kind, the id its page is under, and what to show of it."""

    thing: Thing
    id: str
    title: str
    detail: str


def search(board: Board, text: str) -> tuple[Found, ...]:
    """Return what a text can mean: dates, backfills by part of their id, teams, players by id or name.

    Raises InvalidInput for a text that is too long.
    """
    if len(text) > TEXT_MAX:
        raise InvalidInput("q", f"{len(text)} characters", f"at most {TEXT_MAX}")
    wanted = text.strip()
    if not wanted:
        return ()
    found = [*_dates(board, wanted), *_backfills(board, wanted), *_teams(board, wanted), *_players(board, wanted)]
    return tuple(found[:FOUND_MAX])


def _dates(board: Board, text: str) -> Iterator[Found]:
    if not DATE_PATTERN.fullmatch(text):
        return
    try:
        day = parse_date("q", text)
        calendar = board.calendar_of(day)
    except InvalidInput:
        return
    games = len(calendar.fixtures[day])
    yield Found(thing=Thing.DATE, id=text, title=text, detail=f"{games} {'game' if games == 1 else 'games'}")


def _backfills(board: Board, text: str) -> Iterator[Found]:
    for backfill in reversed(board.backfills()):
        if text.lower() in backfill.id.lower():
            request = backfill.request
            asked = f"{request.scenario.value} {request.start_date} to {request.end_date}, {backfill.status.value}"
            yield Found(thing=Thing.BACKFILL, id=backfill.id, title=backfill.id, detail=asked)


def _teams(board: Board, text: str) -> Iterator[Found]:
    if not board.seasons():
        return
    calendar = board.calendar(board.season(None))
    for team in sorted(calendar.team_masks):
        if team.lower() == text.lower():
            games = calendar.team_masks[team].bit_count()
            yield Found(thing=Thing.TEAM, id=team, title=team, detail=f"{games} game dates in {calendar.season}")


def _players(board: Board, text: str) -> Iterator[Found]:
    for each in find_players(board.app, text, PLAYERS_MAX):
        detail = f"{each.team}, last listed {each.last_date}"
        yield Found(thing=Thing.PLAYER, id=str(each.player_id), title=each.player_name, detail=detail)
