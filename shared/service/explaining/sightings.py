"""Where the tables have rows of an entity on a date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.quality import Shortage
from shared.domain.windows import Entity
from shared.processors.declaration import Processor, statement
from shared.processors.registry import of_phase
from shared.service.app import App
from shared.service.completeness.row_counts import TABLE_NAME

# What the files under sql/trace have in the place of the column that names the entity.
ENTITY_NAME: Final = "entity_key"
FIRST_TARGET_PHASE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """How many rows a processor's table has of an entity on a date; of Phases 4-5 also how good they are."""

    processor: str
    phase: int
    rows: int
    quality_score: int | None = None
    games_used: int | None = None
    shortage: Shortage | None = None


def sighting(app: App, processor: Processor, column: str, entity: str, day: date) -> Sighting:
    """Return what a processor's table has of the entity that a column names."""
    target = processor.phase >= FIRST_TARGET_PHASE
    text = statement("trace/target_rows.sql" if target else "trace/entity_rows.sql")
    sql = text.replace(TABLE_NAME, processor.table).replace(ENTITY_NAME, column)
    (row,) = app.warehouse.query(sql, {"game_date": day, "entity": entity})
    shortage = row.get("shortage_reason")
    return Sighting(
        processor=processor.name,
        phase=processor.phase,
        rows=int(row["row_count"]),
        quality_score=row.get("quality_score"),
        games_used=row.get("games_used"),
        shortage=Shortage(shortage) if shortage else None,
    )


def player_processors(phase: int) -> tuple[Processor, ...]:
    """Return the active processors of a phase whose rows are players."""
    return tuple(each for each in of_phase(phase) if each.entity is Entity.PLAYER)


def target_rows(app: App, player_id: int, day: date, phase: int) -> Iterator[tuple[str, int]]:
    """Yield the rows that each table of Phase 4 or 5 whose rows are players has of one on a date."""
    for each in player_processors(phase):
        found = sighting(app, each, Entity.PLAYER.column, str(player_id), day)
        yield each.name, found.rows
