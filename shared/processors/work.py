"""What one unit of a phase asks of the warehouse, derived from the registry: statements, tables, partitions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shared.processors.audits import STAGED
from shared.processors.declaration import Processor, Rows
from shared.processors.registry import APPEARANCES_SQL, PROCESSORS, of_phase
from shared.processors.tables import PLAYER_GAMES

LANDING: Final = "landing."
# Statements on each staged partition: its content digest, and its audit.
STAGED_STATEMENTS: Final = 2
# Beside its processors Phase 3 reads who appeared, from the partition it has just staged.
APPEARANCES_PHASE: Final = 3
# Rows a game, measured on the season 2024-25: 26,306 box score rows and 219,527 shots in 1,230 games, rounded up.
LISTED_PER_GAME: Final = 22
SHOTS_PER_GAME: Final = 179
ROWS_PER_GAME: Final = {Rows.PER_GAME: 1, Rows.PER_TEAM: 2, Rows.PER_LISTED_PLAYER: LISTED_PER_GAME}

Columns = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A table that a statement reads: the bytes read for each game, and whether of all dates of the season so far.

    A scan that is not `to_date` reads the partition of the unit's own date.
    """

    table: str
    bytes_per_game: int
    to_date: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query job: a processor's statement, or (`processor` is empty) one on what was staged."""

    processor: str
    scans: tuple[Scan, ...]


def tables_of(phase: int) -> tuple[str, ...]:
    """Return the tables of which a unit of a phase replaces one partition each."""
    return tuple(each.table for each in of_phase(phase))


def jobs_of(phase: int) -> int:
    """Return how many query, copy and load jobs one unit of a phase takes when nothing goes wrong."""
    processors = len(of_phase(phase))
    return processors * (1 + STAGED_STATEMENTS + 1) + (phase == APPEARANCES_PHASE) + loads_of(phase)


def loads_of(phase: int) -> int:
    """Return how many landing files a unit of a phase loads, each into a staging table of its own."""
    return sum(table.startswith(LANDING) for each in of_phase(phase) for table in each.reads)


def queries_of(phase: int, columns: Columns) -> tuple[Query, ...]:
    """Return the query jobs that one unit of a phase takes when nothing goes wrong.

    `columns` gives the bytes of a value by column, by table.
    """
    found = []
    for processor in of_phase(phase):
        found.append(Query(processor=processor.name, scans=scans_of(processor, columns)))
        staged = Scan(table=STAGED, bytes_per_game=_game_bytes(processor.table, None, columns), to_date=False)
        found += [Query(processor="", scans=(staged,))] * STAGED_STATEMENTS
    if phase == APPEARANCES_PHASE:
        width = _game_bytes(PLAYER_GAMES, APPEARANCES_SQL, columns)
        found.append(Query(processor="", scans=(Scan(table=STAGED, bytes_per_game=width, to_date=False),)))
    return tuple(found)


def scans_of(processor: Processor, columns: Columns) -> tuple[Scan, ...]:
    """Return what a processor's statement reads.

    A processor with a window reads the season so far of the tables of earlier phases, its siblings' on the date.
    """
    siblings = tables_of(processor.phase)
    return tuple(
        Scan(
            table=table,
            bytes_per_game=_game_bytes(table, processor.sql, columns),
            to_date=bool(processor.windows) and table not in siblings,
        )
        for table in processor.reads
    )


def reads_landing(processor: Processor) -> bool:
    """Return whether a processor reads files of the landing zone, which no dry run knows of."""
    return any(table.startswith(LANDING) for table in processor.reads)


def _game_bytes(table: str, sql: str | None, columns: Columns) -> int:
    """Return the bytes of a table for each game, of the columns that a statement names, of all without one."""
    rows = _rows_per_game(table)
    widths = columns[table]
    named = widths.keys() if sql is None else widths.keys() & _words(sql)
    return rows * sum(widths[column] for column in named)


def _rows_per_game(table: str) -> int:
    name = table.removeprefix(LANDING)
    for processor in PROCESSORS:
        if table == processor.table or (table.startswith(LANDING) and processor.name == name):
            return SHOTS_PER_GAME if processor.rows is None else ROWS_PER_GAME[processor.rows]
    return ROWS_PER_GAME[Rows.PER_GAME]


@lru_cache(maxsize=64)
def _words(sql: str) -> frozenset[str]:
    """Return the words of a statement, its comments left out."""
    return frozenset(re.findall(r"\w+", re.sub(r"--[^\n]*", "", sql)))
