"""A season at a glance: what every phase of every game date is, and the backfills that made it so."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.backfills import GIVEN_UP, Backfill, BackfillStatus
from shared.domain.errors import InvalidInput
from shared.domain.messages import Scenario
from shared.domain.units import Status, Unit, unit_key
from shared.service.completeness.check import ABSENT, STALE, state_of
from shared.service.pages.board import Board
from shared.service.unit_memory import PHASES

# What a whole date is said to be: the first of these that one of its phases is.
WORST_FIRST: Final = (
    *(Status.FAILED.value, Status.BLOCKED.value, STALE, Status.RUNNING.value),
    *(Status.PENDING.value, ABSENT, Status.COMPLETE.value),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateStates:
    """A game date: what each of its phases is (a status, `absent` or `stale`), Phase 1 first, and the worst of them.

    A date with history alone has absent Phases 4-5 and is as good as its Phases 1-3: `history` tells.
    """

    game_date: date
    games: int
    phases: tuple[str, ...]
    worst: str
    history: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonMap:
    """Every game date of a season, and how many units of it are in which state."""

    season: str
    revision: int
    dates: tuple[DateStates, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRow:
    """A backfill in a list: what was asked for, by whom and why, and how far it is."""

    id: str
    status: BackfillStatus
    scenario: Scenario
    start_date: date
    end_date: date
    created_at: str
    finished_at: str
    requested_by: str
    reason: str
    total: int
    done: int
    failed: int
    blocked: int


def season_map(board: Board, season: str, team: str = "") -> SeasonMap:
    """Return the map of a season, or of the dates on which a team plays in it.

    Raises InvalidInput when its calendar was never loaded, or the team is not in it.
    """
    calendar = board.calendar(season)
    if team and team not in calendar.team_masks:
        raise InvalidInput("team", team, f"a team of {season}: {', '.join(sorted(calendar.team_masks))}")
    units = board.units(calendar)
    days = calendar.days(calendar.team_masks[team]) if team else calendar.dates
    dates = tuple(_date(day, len(calendar.fixtures[day]), units) for day in days)
    counts = Counter(state for each in dates for state in each.phases)
    return SeasonMap(season=season, revision=calendar.revision, dates=dates, counts=dict(counts))


def backfill_rows(board: Board, limit: int | None = None) -> list[BackfillRow]:
    """Return the backfills, newest first, at most `limit` of them."""
    newest = board.backfills()[::-1][:limit]
    return [_row(each, _counts(board, each)) for each in newest]


def _date(day: date, games: int, units: Mapping[str, Unit]) -> DateStates:
    phases = tuple(state_of(units.get(unit_key(phase, day))) for phase in PHASES)
    history = phases[3:] == (ABSENT, ABSENT) and phases[:3] != (ABSENT,) * 3
    judged = phases[:3] if history else phases
    worst = next(state for state in WORST_FIRST if state in judged)
    return DateStates(game_date=day, games=games, phases=phases, worst=worst, history=history)


def _counts(board: Board, backfill: Backfill) -> Mapping[str, int]:
    """Return a backfill's units by status: counted at its end, or as they stand now."""
    if backfill.counts or backfill.status is BackfillStatus.PLANNED:
        return backfill.counts
    counts: Counter[str] = Counter()
    try:
        plan = board.app.ledger.plan(backfill.id)
    except InvalidInput:
        # It was taken in a moment ago; its plan comes next.
        return counts
    for season in plan.seasons():
        units = board.units(board.calendar(season)).values()
        counts.update(unit.status.value for unit in units if backfill.id in unit.wanted_by)
    return counts


def _row(backfill: Backfill, counts: Mapping[str, int]) -> BackfillRow:
    request = backfill.request
    return BackfillRow(
        id=backfill.id,
        status=backfill.status,
        scenario=request.scenario,
        start_date=request.start_date,
        end_date=request.end_date,
        created_at=backfill.created_at,
        finished_at=backfill.finished_at,
        requested_by=request.requested_by,
        reason=request.reason,
        total=sum(number for name, number in counts.items() if name != GIVEN_UP),
        done=counts.get(Status.COMPLETE, 0),
        failed=counts.get(Status.FAILED, 0),
        blocked=counts.get(Status.BLOCKED, 0),
    )
