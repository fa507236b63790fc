"""What the warehouse holds of a processor's table, counted by date."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.domain.quality import Tier, tier
from shared.ports import Row
from shared.processors.declaration import Processor, statement
from shared.service.app import App

# The names that a file under sql/validate has in the place of a processor's table and key: both are
# identifiers from the registry, which no warehouse takes as parameters.
TABLE_NAME = "checked_table"
KEY_NAME = "key_columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of dates, both ends included."""

    first: date
    last: date

    def parameters(self) -> dict[str, date]:
        """Return the parameters of the statements under sql/validate."""
        return {"start_date": self.first, "end_date": self.last}


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One date of a table: its rows, and how many values of its key occur more than once."""

    rows: int
    duplicate_keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The quality of a table's rows: how many by tier and by shortage reason, and the mean score, 0-100."""

    processor: str
    rows: int
    mean: float
    tiers: Mapping[Tier, int]
    shortages: Mapping[str, int]


def partitions(app: App, processor: Processor, span: Span) -> dict[date, Partition]:
    """Return the partitions that hold rows, by date."""
    return {
        row["game_date"]: Partition(rows=int(row["row_count"]), duplicate_keys=int(row["duplicate_keys"]))
        for row in _rows(app, "partition_rows", processor, span)
    }


def quality(app: App, processor: Processor, span: Span) -> tuple[Quality, dict[date, float]]:
    """Return the quality distribution of a Phase 4-5 table, and the mean score of each date."""
    found = _rows(app, "quality_rows", processor, span)
    tiers: Counter[Tier] = Counter(dict.fromkeys(Tier, 0))
    shortages: Counter[str] = Counter()
    by_date: dict[date, list[Row]] = defaultdict(list)
    for row in found:
        by_date[row["game_date"]].append(row)
        # A score that is NULL, which the column may not be, is told by the checks of columns.
        tiers[tier(row["quality_score"] or 0)] += row["row_count"]
        if row["shortage_reason"] is not None:
            shortages[row["shortage_reason"]] += row["row_count"]
    rows = sum(row["row_count"] for row in found)
    whole = Quality(
        processor=processor.name, rows=rows, mean=_mean(found), tiers=dict(tiers), shortages=dict(shortages)
    )
    return whole, {day: _mean(each) for day, each in by_date.items()}


def _mean(found: Sequence[Row]) -> float:
    rows = sum(row["row_count"] for row in found)
    scores = sum((row["quality_score"] or 0) * row["row_count"] for row in found)
    return round(scores / rows, 1) if rows else 0.0


def oldest(app: App, processor: Processor, span: Span) -> dict[date, datetime]:
    """Return when the oldest row of each date of a Phase 4-5 table was computed."""
    return {row["game_date"]: row["oldest"] for row in _rows(app, "oldest_rows", processor, span)}


def _rows(app: App, name: str, processor: Processor, span: Span) -> list[Row]:
    text = statement(f"validate/{name}.sql")
    sql = text.replace(TABLE_NAME, processor.table).replace(KEY_NAME, ", ".join(processor.key))
    return app.warehouse.query(sql, span.parameters())
