"""What needs somebody: messages that were not taken in, and the units that failed or are held up, by season."""

from dataclasses import dataclass
from datetime import date

from shared.domain.units import Status
from shared.service.board import Board
from shared.service.refusals import DeadLetter, Rejection, dead_letters, rejections


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUnit:
    """A failed or blocked unit: its error or the reason it is blocked, and since when."""

    phase: int
    game_date: date
    status: Status
    why: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """What needs somebody now: failed units before blocked ones, dead letters and rejections latest first."""

    season: str
    units: tuple[HeldUnit, ...]
    dead_letters: tuple[DeadLetter, ...]
    rejections: tuple[Rejection, ...]


def problems(board: Board, season: str) -> Problems:
    """Return what needs somebody, units of one season. Raises InvalidInput when its calendar was never loaded."""
    units = board.units(board.calendar(season)).values()
    held = [
        HeldUnit(
            phase=unit.phase,
            game_date=unit.game_date,
            status=unit.status,
            why=unit.error if unit.status is Status.FAILED else unit.reason,
            since=unit.updated_at,
        )
        for status in (Status.FAILED, Status.BLOCKED)
        for unit in units
        if unit.status is status
    ]
    return Problems(
        season=season,
        units=tuple(held),
        dead_letters=tuple(dead_letters(board.app)),
        rejections=tuple(rejections(board.app)),
    )
