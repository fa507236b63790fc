"""Every processor, declared once: what it builds, from what, how far it looks back, what its rows must be.

Planner, coordinator, quality, propagation, audits, the matrix and the tests derive from here. Adding a
processor is one SQL file under `sql/phase<N>/`, its table in `infra/tables.yaml`, and one entry in
`game_processors.py` (phases 2-3) or `target_processors.py` (phases 4-5).
"""

from collections.abc import Iterable
from typing import Final

from shared.domain.errors import InvalidInput
from shared.domain.propagation import Lookback
from shared.domain.windows import Entity
from shared.processors.declaration import Fallback, Processor, Rows, Status, statement
from shared.processors.game_processors import GAME_PROCESSORS
from shared.processors.target_processors import PLANNED, TARGET_PROCESSORS

__all__ = [
    "APPEARANCES_SQL",
    "BACKTEST_SQL",
    "PROCESSORS",
    "Fallback",
    "Processor",
    "Rows",
    "Status",
    "early_entities",
    "lookbacks",
    "matrix",
    "of_names",
    "of_phase",
    "processor",
]

# Who appeared on @game_date, for whom, and whether he played: player_id, team, played.
APPEARANCES_SQL: Final = statement("appearances.sql")
# Mean absolute errors of the predictions and of two naive forecasts over @start_date..@end_date.
BACKTEST_SQL: Final = statement("backtest.sql")

PROCESSORS: Final[tuple[Processor, ...]] = (*GAME_PROCESSORS, *TARGET_PROCESSORS, *PLANNED)

ANALYTICS: Final = 3
PRECOMPUTE: Final = 4


def of_phase(phase: int) -> tuple[Processor, ...]:
    """Return the phase's active processors, each after the siblings whose tables it reads; empty when none."""
    return tuple(each for each in PROCESSORS if each.phase == phase and each.active)


def of_names(names: Iterable[str], phase: int) -> tuple[str, ...]:
    """Return those of some processors' names that belong to a phase, sorted."""
    return tuple(sorted({each.name for each in of_phase(phase)} & set(names)))


def processor(name: str) -> Processor:
    """Return the processor of that name, planned ones included. Raises InvalidInput when there is none."""
    for each in PROCESSORS:
        if each.name == name:
            return each
    raise InvalidInput("processor", name, f"one of {', '.join(each.name for each in PROCESSORS)}")


def lookbacks() -> tuple[Lookback, ...]:
    """Return what each active processor of Phase 4 depends on, for propagation."""
    return tuple(
        Lookback(
            processor=each.name,
            entity=each.entity,
            sources=_sources(each),
            windows=each.windows,
            league=each.league,
            defaults=_defaults(each),
        )
        for each in of_phase(PRECOMPUTE)
        if each.entity is not None
    )


def _siblings(each: Processor) -> list[Processor]:
    return [other for other in of_phase(each.phase) if other.table in each.reads]


def _sources(each: Processor) -> dict[str, Entity]:
    """Return the Phase 3 processors whose rows reach one of Phase 4, through its siblings too."""
    found = {
        other.name: other.entity
        for other in of_phase(ANALYTICS)
        if other.table in each.reads and other.entity is not None
    }
    for sibling in _siblings(each):
        found |= _sources(sibling)
    return found


def _defaults(each: Processor) -> tuple[tuple[Entity, int], ...]:
    own = [(each.entity, each.minimum)] if each.league_defaults and each.entity and each.minimum else []
    return (*own, *(pair for sibling in _siblings(each) for pair in _defaults(sibling)))


def early_entities(players: int, teams: int) -> dict[str, int]:
    """Return the rows that each Phase 4 table has for so many listed players and teams, when none is skipped."""
    counts = {Rows.PER_LISTED_PLAYER: players, Rows.PER_TEAM: teams}
    return {each.table: counts[each.rows] for each in of_phase(PRECOMPUTE) if each.rows in counts}


def matrix() -> list[dict[str, str]]:
    """Return one row a processor, ready to print: processor, phase, depends on, windows, needed, fallback, status."""
    return [
        {
            "processor": each.name,
            "phase": str(each.phase),
            "depends on": ", ".join(each.reads),
            "windows": ", ".join(str(window) for window in each.windows) or "-",
            "needed / minimum": _needed(each),
            "fallback": each.fallback.value if each.fallback else "-",
            "status": each.status.value,
        }
        for each in PROCESSORS
    ]


def _needed(each: Processor) -> str:
    if each.minimum is None:
        return "-"
    return f"{'all' if each.needed is None else each.needed} / {each.minimum}"
