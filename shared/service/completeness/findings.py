"""What is wrong with one date of one processor's table: pure comparisons of counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from shared.domain.calendar import no_game
from shared.domain.policy import EarlySeason
from shared.domain.units import Status, Unit, unit_key
from shared.processors.declaration import Processor, Rows
from shared.service.completeness.row_counts import Partition

# A date with less than this share of its neighbours' rows a game is suspicious.
GAP_SHARE = 0.6
NEIGHBOURS = 3
NEIGHBOURS_MIN = 2
SKIPPING_PHASES = (4, 5)
TEAMS_PER_GAME = 2


class Kind(StrEnum):
    """What kind of finding: of the rows a date has, of what is in them, and of what the ledger says of them.

    A `gap` is only suspicious, and `skipped` is what a policy asked for; every other kind makes the range incomplete.
    """

    MISSING = "missing"
    LOW = "low"
    HIGH = "high"
    DUPLICATES = "duplicates"
    GAP = "gap"
    MISSING_ENTITY = "missing_entity"
    UNEXPECTED_ENTITY = "unexpected_entity"
    SKIPPED = "skipped"
    WRONG_DATE = "wrong_date"
    NULLS = "nulls"
    RANGE = "range"
    MISMATCH = "mismatch"
    QUALITY = "quality"
    WINDOW = "window"
    CONTENT = "content"
    STALE = "stale"
    LEDGER = "ledger"
    LEFTOVER = "leftover"


HARMLESS = frozenset({Kind.GAP, Kind.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong with a date of a processor's output, in words that say what was expected.

    `entity` names whom or what it is about, a player, a team, a game or a key; it is empty for the date as a whole.
    """

    phase: int
    processor: str
    game_date: date
    kind: Kind
    detail: str
    entity: str = ""

    @property
    def incomplete(self) -> bool:
        """Return whether it makes the range incomplete."""
        return self.kind not in HARMLESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is seen of one date of a processor: the schedule's games, listed players, its partition, its unit.

    `moving` tells that the unit changed while its rows were counted, so that the two cannot be compared.
    """

    processor: Processor
    game_date: date
    games: int
    listed: int
    partition: Partition | None
    unit: Unit | None
    moving: bool = False

    def expected_rows(self) -> int | None:
        """Return how many rows the schedule or the listed players ask for; None when neither tells."""
        if self.processor.rows is Rows.PER_GAME:
            return self.games
        if self.processor.rows is Rows.PER_TEAM:
            return TEAMS_PER_GAME * self.games
        return self.listed if self.processor.rows is Rows.PER_LISTED_PLAYER else None

    def may_skip(self) -> bool:
        """Return whether its policy leaves out entities with too few games."""
        policy = self.unit.policy if self.unit is not None else None
        skips = policy is not None and policy["early_season"] == EarlySeason.SKIP
        return skips and self.processor.phase in SKIPPING_PHASES


def findings_of(sight: Sight) -> list[Finding]:
    """Return what is wrong with the rows of one date; nothing for a date that is whole."""
    if sight.partition is None:
        complete = sight.unit is not None and sight.unit.status is Status.COMPLETE
        if complete and sight.may_skip():
            return []
        return [_finding(sight, Kind.MISSING, f"no rows; {_unit_text(sight)}")]
    rows, expected = sight.partition.rows, sight.expected_rows()
    found = []
    if expected is not None and rows < expected and not sight.may_skip():
        found.append(_finding(sight, Kind.LOW, f"{rows} rows, expected {expected}"))
    if expected is not None and rows > expected:
        found.append(_finding(sight, Kind.HIGH, f"{rows} rows, expected {expected}"))
    if sight.partition.duplicate_keys:
        keys = ", ".join(sight.processor.key)
        found.append(_finding(sight, Kind.DUPLICATES, f"{sight.partition.duplicate_keys} values of ({keys}) twice"))
    return [*found, *_ledger_findings(sight)]


def gaps(processor: Processor, rows: Mapping[date, int], games: Mapping[date, int]) -> list[Finding]:
    """Return the dates whose rows a game lie far below the median of the neighbouring dates with rows."""
    days = sorted(day for day in rows if games.get(day))
    per_game = [rows[day] / games[day] for day in days]
    found = []
    for index, day in enumerate(days):
        around = per_game[max(0, index - NEIGHBOURS) : index] + per_game[index + 1 : index + 1 + NEIGHBOURS]
        if len(around) >= NEIGHBOURS_MIN and per_game[index] < GAP_SHARE * median(around):
            detail = f"{per_game[index]:.1f} rows a game, its neighbours have {median(around):.1f}"
            found.append(
                Finding(phase=processor.phase, processor=processor.name, game_date=day, kind=Kind.GAP, detail=detail)
            )
    return found


def leftovers(processor: Processor, partitions: Mapping[date, Partition], dropped: Mapping[date, int]) -> list[Finding]:
    """Return the dates that have no game any more (each with its revision) and hold rows even so."""
    return [
        Finding(
            phase=processor.phase,
            processor=processor.name,
            game_date=day,
            kind=Kind.LEFTOVER,
            detail=f"{partitions[day].rows} rows, and {no_game(revision)}; remove: backfill calendar --clear {day}",
        )
        for day, revision in dropped.items()
        if day in partitions and partitions[day].rows
    ]


def moved_inputs(unit: Unit, versions: Mapping[str, int]) -> list[str]:
    """Return the units, by key, that stand at another version than a complete unit read, with both versions."""
    moved = []
    for name, read in unit.inputs.items():
        key = _input_key(unit, name)
        if key is not None and key in versions and versions[key] != read:
            moved.append(f"{key} {read} -> {versions[key]}")
    return moved


def _input_key(unit: Unit, name: str) -> str | None:
    """Return the unit that an input names: `3-2024-11-08`, or `2` for its own date; None for a digest."""
    if name.isdigit():
        return unit_key(int(name), unit.game_date)
    phase, _, day = name.partition("-")
    return unit_key(int(phase), date.fromisoformat(day)) if phase.isdigit() else None


def _ledger_findings(sight: Sight) -> list[Finding]:
    if sight.moving:
        return []
    if sight.unit is None or not sight.unit.version:
        return [_finding(sight, Kind.LEDGER, f"rows in the warehouse, but {_unit_text(sight)}")]
    if sight.unit.status is not Status.COMPLETE or sight.partition is None:
        return [_finding(sight, Kind.LEDGER, _unit_text(sight))]
    recorded = sight.unit.rows.get(sight.processor.name)
    if recorded != sight.partition.rows:
        detail = f"{sight.partition.rows} rows in the warehouse, the ledger recorded {recorded or 0}"
        return [_finding(sight, Kind.LEDGER, detail)]
    return []


def _unit_text(sight: Sight) -> str:
    key = unit_key(sight.processor.phase, sight.game_date)
    return f"{key} is {sight.unit.status if sight.unit is not None else 'absent'}"


def _finding(sight: Sight, kind: Kind, detail: str) -> Finding:
    return Finding(
        phase=sight.processor.phase,
        processor=sight.processor.name,
        game_date=sight.game_date,
        kind=kind,
        detail=detail,
    )
