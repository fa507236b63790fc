"""Validate a range: the warehouse's rows against the schedule, against each other and against the ledger."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.domain.errors import InvalidInput
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.service.app import App
from shared.service.completeness.content_checks import Contents, check_contents
from shared.service.completeness.count_checks import Checks, TableCheck, widened
from shared.service.completeness.findings import Finding, Kind
from shared.service.completeness.row_counts import Quality
from shared.service.ranges import GameDates, game_dates

TEAMS_PER_GAME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCheck:
    """One game date: what the schedule and the box scores expect, rows and mean quality by processor, findings."""

    game_date: date
    games: int
    teams: int
    players: int
    rows: Mapping[str, int]
    quality: Mapping[str, float]
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The result for a range; `complete` unless a finding makes it incomplete.

    `cut` names the checks that found more than is here.
    """

    start: date
    end: date
    game_dates: int
    off_days: int
    tables: tuple[TableCheck, ...]
    findings: tuple[Finding, ...]
    quality: tuple[Quality, ...]
    dates: tuple[DateCheck, ...] = ()
    cut: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether nothing found makes the range incomplete."""
        return not any(finding.incomplete for finding in self.findings)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """Return the games, teams and players without a row, by name, those included that a policy left out."""
        return tuple(each for each in self.findings if each.kind in (Kind.MISSING_ENTITY, Kind.SKIPPED))


def validate(app: App, start: date, end: date, phase: int | None = None, *, counts_only: bool = False) -> Validation:
    """Return what is there and what is wrong in a range, for one phase or for all.

    With `counts_only` rows are counted and held against schedule and ledger, and what is in them is not read.
    Raises InvalidInput when the range, its season or the phase is wrong.
    """
    if phase is not None and not FIRST_PHASE <= phase <= LAST_PHASE:
        raise InvalidInput("phase", phase, f"a phase from {FIRST_PHASE} to {LAST_PHASE}")
    found = game_dates(app, start, end)
    work = Checks(app, found, game_dates(app, *widened(found)))
    phases = range(FIRST_PHASE, LAST_PHASE + 1) if phase is None else (phase,)
    for number in phases:
        work.check_phase(number)
    contents = Contents(findings=(), cut=()) if counts_only else check_contents(app, found, phases)
    findings = _together(work.findings, contents.findings)
    per_table = Counter((each.phase, each.processor) for each in findings)
    return Validation(
        start=start,
        end=end,
        game_dates=len(found.days),
        off_days=found.off_days,
        tables=tuple(replace(each, findings=per_table[each.phase, each.processor]) for each in work.tables),
        findings=findings,
        quality=tuple(work.quality),
        dates=_dates(work, found, findings),
        cut=contents.cut,
    )


def _together(counted: list[Finding], read: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return all findings by phase; a window that moved with a stale target is told as stale alone."""
    stale = {each.game_date for each in counted if each.kind is Kind.STALE}
    kept = [each for each in read if not (each.kind is Kind.WINDOW and each.game_date in stale)]
    return tuple(sorted([*counted, *kept], key=lambda each: each.phase))


def _dates(work: Checks, found: GameDates, findings: tuple[Finding, ...]) -> tuple[DateCheck, ...]:
    wrong = Counter(each.game_date for each in findings)
    return tuple(
        DateCheck(
            game_date=day,
            games=found.games_on(day),
            teams=TEAMS_PER_GAME * found.games_on(day),
            players=work.listed(day),
            rows=work.rows[day],
            quality=work.means[day],
            findings=wrong[day],
        )
        for day in found.days
    )
