"""What a processor looks back on: window declarations, one frozen value each."""

from dataclasses import dataclass
from enum import StrEnum


class Entity(StrEnum):
    """Whom a window or a row is about."""

    PLAYER = "player"
    TEAM = "team"

    @property
    def column(self) -> str:
        """Return the column that names the entity in every table."""
        return "player_id" if self is Entity.PLAYER else "team"


class WindowKind(StrEnum):
    """How a window's length is measured."""

    GAMES = "games"
    DAYS = "days"
    SEASON_TO_DATE = "season_to_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A lookback window of one entity, strictly before the target date and inside its season.

    `length` counts games the entity played (GAMES), calendar days (DAYS), and is None for
    SEASON_TO_DATE. A hard window gates the release; a soft one never does, its shortness is flagged.
    """

    kind: WindowKind
    entity: Entity
    length: int | None
    hard: bool

    def __str__(self) -> str:
        """Return the form used in the matrix: `player games(10)`, soft ones marked."""
        measure = self.kind.value if self.length is None else f"{self.kind.value}({self.length})"
        return f"{self.entity} {measure}{'' if self.hard else ' soft'}"


def games(length: int, entity: Entity, *, hard: bool = True) -> Window:
    """Return a window over the last `length` games that the entity played."""
    return Window(kind=WindowKind.GAMES, entity=entity, length=length, hard=hard)


def days(length: int, entity: Entity, *, hard: bool = True) -> Window:
    """Return a window over the `length` calendar days before the target."""
    return Window(kind=WindowKind.DAYS, entity=entity, length=length, hard=hard)


def season_to_date(entity: Entity, *, hard: bool = False) -> Window:
    """Return a window over every game of the entity since the season began."""
    return Window(kind=WindowKind.SEASON_TO_DATE, entity=entity, length=None, hard=hard)
