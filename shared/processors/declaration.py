"""What a processor declares about itself; the declarations are in `registry.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from shared.domain.errors import InvalidInput
from shared.domain.windows import Entity, Window

SQL_FOLDER: Final = Path(__file__).parent / "sql"
STATEMENTS_KEPT: Final = 64
LOGIC_LENGTH: Final = 12

Range = tuple[float, float]


class Fallback(StrEnum):
    """What a processor does for an entity with less history than it needs, under the policy `degrade`."""

    DEGRADE = "degrade"
    DEFAULTS = "defaults"
    USE_AVAILABLE = "use_available"


class Rows(StrEnum):
    """How many rows a date's partition has, counted against the schedule or the listed players."""

    PER_GAME = "one a game"
    PER_TEAM = "two a game"
    PER_LISTED_PLAYER = "one a listed player"


class Status(StrEnum):
    """Whether a processor runs, or is only declared."""

    ACTIVE = "active"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """One SQL step of a phase that fills one table's partition for one date.

    `key` is unique within a date. `reads` lists tables, siblings of the same phase included. `needed` and
    `minimum` count games; `needed` None with a minimum means all there are. `required` columns are never
    NULL, `ranges` bound what is not NULL, both ends included. `rows` is None when no schedule tells. `league` is the
    window of an entity in which every other's rows count too, for a mean or a rank of the league; `league_defaults`
    tells that an entity below the minimum takes the league's means since the season's start, under the early-season
    strategy `defaults`.
    """

    name: str
    phase: int
    table: str
    entity: Entity | None
    key: tuple[str, ...]
    reads: tuple[str, ...]
    purpose: str
    windows: tuple[Window, ...] = ()
    league: Window | None = None
    league_defaults: bool = False
    needed: int | None = None
    minimum: int | None = None
    fallback: Fallback | None = None
    rows: Rows | None = None
    required: tuple[str, ...] = ()
    ranges: Mapping[str, Range] = field(default_factory=dict, hash=False)
    status: Status = Status.ACTIVE

    @property
    def active(self) -> bool:
        """Return whether the processor runs; a planned one is only in the matrix."""
        return self.status is Status.ACTIVE

    @property
    def sql(self) -> str:
        """Return the text of the processor's statement. Raises InvalidInput for a planned processor."""
        if not self.active:
            raise InvalidInput("processor", self.name, "an active processor; a planned one has no statement")
        return statement(f"phase{self.phase}/{self.name}.sql")

    @property
    def sql_digest(self) -> str:
        """Return the SHA-256 of the statement, 64 hexadecimal digits. Raises InvalidInput for a planned processor."""
        return sha256(self.sql.encode()).hexdigest()

    @property
    def logic(self) -> str:
        """Return the start of the statement's digest, by which a unit records what it was computed with."""
        return self.sql_digest[:LOGIC_LENGTH]


@lru_cache(maxsize=STATEMENTS_KEPT)
def statement(path: str) -> str:
    """Return the text of a file under `sql/`, read once."""
    return (SQL_FOLDER / path).read_text(encoding="utf-8")
