"""What a range has, phase by phase: its rows against the schedule, their neighbours and the ledger."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.domain.rosters import roster_of_manifest
from shared.domain.staleness import causes, outdated
from shared.domain.units import Status, Unit, unit_key
from shared.processors.declaration import Processor
from shared.processors.registry import of_phase
from shared.service.app import App
from shared.service.completeness import row_counts
from shared.service.completeness.findings import Finding, Kind, Sight, findings_of, gaps, leftovers, moved_inputs
from shared.service.completeness.row_counts import Partition, Quality, Span
from shared.service.ranges import GameDates

LISTING = "player_boxscores"
LISTING_PHASE = 2
SCRAPE = "scrape"
QUALITY_PHASES = (4, 5)
# Neighbours are looked for this far outside of the range, so that its first and last dates have some.
MARGIN = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCheck:
    """A processor's table over the range: dates and rows, what was expected, and how many findings it has."""

    phase: int
    processor: str
    dates: int
    dates_expected: int
    rows: int
    rows_expected: int | None
    findings: int


def widened(found: GameDates) -> tuple[date, date]:
    """Return the range with its margin, within the loaded seasons that it touches."""
    dates = [day for calendar in found.calendars.values() for day in calendar.dates]
    if not dates or not found.days:
        return found.start, found.end
    return max(min(dates), found.start - MARGIN), min(max(dates), found.end + MARGIN)


class Checks:
    """The checks of one validation, phase by phase, on the dates found; those around tell a gap from an end."""

    def __init__(self, app: App, found: GameDates, around: GameDates) -> None:
        self._app, self._found, self._around = app, found, around
        self._span = Span(first=found.start, last=found.end)
        self._wide = Span(first=around.start, last=around.end)
        self._games = {day: around.games_on(day) for day in around.days}
        self._listing = self._partitions(_listing_processor())
        self._expected, self._dropped = self._rosters(), found.dropped()
        self.tables: list[TableCheck] = []
        self.findings: list[Finding] = []
        self.quality: list[Quality] = []
        self.rows: dict[date, dict[str, int]] = {day: {} for day in found.days}
        self.means: dict[date, dict[str, float]] = {day: {} for day in found.days}

    def listed(self, day: date) -> int:
        """Return how many players the box scores list on a date."""
        return self._listing[day].rows if day in self._listing else 0

    def check_phase(self, phase: int) -> None:
        """Take in one phase: the landing of Phase 1, or the tables of its processors."""
        if phase == FIRST_PHASE:
            self._check_scrape()
        before = self._units(phase)
        counted = [(processor, self._partitions(processor)) for processor in of_phase(phase)]
        units = self._units(phase)
        # Rows of a unit that moved while they were counted are those of before or after: not to be compared.
        moving = {day for day in units if before.get(day) != units[day]}
        for processor, partitions in counted:
            self._check_table(processor, partitions, units, moving)
            if phase in QUALITY_PHASES:
                self._take_quality(processor)
        if phase > LISTING_PHASE:
            self._check_freshness(phase)

    def _check_scrape(self) -> None:
        units = self._units(FIRST_PHASE)
        rows = {day: unit.rows.get("games", 0) for day, unit in units.items() if unit.status is Status.COMPLETE}
        found = []
        for day in self._found.days:
            if day not in rows:
                state = units[day].status.value if day in units else "absent"
                found.append(_scrape_finding(day, Kind.MISSING, f"{unit_key(FIRST_PHASE, day)} is {state}"))
            elif rows[day] != self._games[day]:
                detail = f"{rows[day]} games landed, the schedule has {self._games[day]}"
                found.append(_scrape_finding(day, Kind.LOW, detail))
        self.findings += found
        self.tables.append(
            TableCheck(
                phase=FIRST_PHASE,
                processor=SCRAPE,
                dates=len(rows),
                dates_expected=len(self._found.days),
                rows=sum(rows.values()),
                rows_expected=sum(self._games[day] for day in self._found.days),
                findings=len(found),
            )
        )

    def _check_table(
        self,
        processor: Processor,
        partitions: Mapping[date, Partition],
        units: Mapping[date, Unit],
        moving: Container[date],
    ) -> None:
        sights = [
            replace(self._sight(processor, day, partitions.get(day), units.get(day)), moving=day in moving)
            for day in self._found.days
        ]
        found = [finding for sight in sights for finding in findings_of(sight)]
        if processor.rows is None or processor.name == LISTING:
            rows = {day: partition.rows for day, partition in partitions.items()}
            found += [gap for gap in gaps(processor, rows, self._games) if gap.game_date in self._found.days]
        found += leftovers(processor, partitions, self._dropped)
        self.findings += found
        seen = [sight.partition for sight in sights if sight.partition is not None]
        expected = [sight.expected_rows() for sight in sights]
        self.tables.append(
            TableCheck(
                phase=processor.phase,
                processor=processor.name,
                dates=len(seen),
                dates_expected=len(sights),
                rows=sum(partition.rows for partition in seen),
                rows_expected=sum(count or 0 for count in expected) if processor.rows is not None else None,
                findings=len(found),
            )
        )

        for sight in sights:
            self.rows[sight.game_date][processor.name] = sight.partition.rows if sight.partition is not None else 0

    def _take_quality(self, processor: Processor) -> None:
        whole, by_date = row_counts.quality(self._app, processor, self._span)
        self.quality.append(whole)
        for day, mean in by_date.items():
            if day in self.means:
                self.means[day][processor.name] = mean

    def _check_freshness(self, phase: int) -> None:
        """Find the complete units that read another version than the one that stands now."""
        units = {day: unit for day, unit in self._units(phase).items() if unit.status is Status.COMPLETE}
        if not units:
            return
        versions = self._versions()
        computed = self._oldest(phase)
        for day, unit in sorted(units.items()):
            moved = moved_inputs(unit, versions) or (causes(unit) if outdated(unit) else [])
            if moved:
                since = f"computed {computed[day]:%Y-%m-%d %H:%M} UTC; " if day in computed else ""
                detail = f"{since}older than its inputs: {_first(moved)}"
                name = f"phase {phase}"
                self.findings.append(
                    Finding(phase=phase, processor=name, game_date=day, kind=Kind.STALE, detail=detail)
                )

    def _oldest(self, phase: int) -> Mapping[date, datetime]:
        if phase not in QUALITY_PHASES:
            return {}
        return row_counts.oldest(self._app, of_phase(phase)[0], self._span)

    def _versions(self) -> dict[str, int]:
        """Return the version of each unit of the range's seasons that has output."""
        dates = [day for calendar in self._found.calendars.values() for day in calendar.dates]
        versions: dict[str, int] = {}
        for phase in range(FIRST_PHASE, LAST_PHASE):
            heads = self._app.ledger.heads(unit_key(phase, min(dates)), unit_key(phase, max(dates)))
            versions.update({key: head.version for key, head in heads.items() if head.usable})
        return versions

    def _sight(self, processor: Processor, day: date, partition: Partition | None, unit: Unit | None) -> Sight:
        listed = self.listed(day)
        if processor.name == LISTING:
            # Nothing but the landing file tells how many are listed; the audit compared with that.
            listed = partition.rows if partition is not None else 0
        if processor.phase in QUALITY_PHASES:
            # A target that was computed before its games has those who were expected, whoever was listed then.
            listed = self._expected.get(day, listed)
        return Sight(
            processor=processor,
            game_date=day,
            games=self._games[day],
            listed=listed,
            partition=partition,
            unit=unit,
        )

    def _partitions(self, processor: Processor) -> dict[date, Partition]:
        return row_counts.partitions(self._app, processor, self._wide)

    def _rosters(self) -> dict[date, int]:
        """Return how many players were expected on each date that was computed before its games."""
        rosters = {day: roster_of_manifest(unit.manifest) for day, unit in self._units(QUALITY_PHASES[0]).items()}
        return {day: len(roster) for day, roster in rosters.items() if roster is not None}

    def _units(self, phase: int) -> dict[date, Unit]:
        wanted = set(self._found.days)
        held = self._app.ledger.units_between(phase, self._found.start, self._found.end)
        return {each.unit.game_date: each.unit for each in held if each.unit.game_date in wanted}


def _listing_processor() -> Processor:
    return next(each for each in of_phase(LISTING_PHASE) if each.name == LISTING)


def _scrape_finding(day: date, kind: Kind, detail: str) -> Finding:
    return Finding(phase=FIRST_PHASE, processor=SCRAPE, game_date=day, kind=kind, detail=detail)


def _first(moved: Iterable[str]) -> str:
    texts = list(moved)
    return texts[0] if len(texts) == 1 else f"{texts[0]} and {len(texts) - 1} more"
