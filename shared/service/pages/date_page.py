"""A game date's page: its units and their attempts, and the games that each player's window used."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.staleness import causes
from shared.domain.units import Unit, unit_key
from shared.service.app import App
from shared.service.completeness.check import state_of
from shared.service.explaining.explain import explain
from shared.service.explaining.explanation import Explanation
from shared.service.history import Basis, PlayerHistory, history
from shared.service.ledger import KEY_LAST
from shared.service.pages.board import Board
from shared.service.unit_memory import PHASES


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCard:
    """A unit as an operator sees it; `why` is its error, the reason it is blocked, or what made it stale.

    `state` is `absent` for one that nobody has asked for, and the rest is empty then.
    """

    phase: int
    state: str
    attempts: int = 0
    version: int = 0
    seconds: float = 0.0
    rows: Mapping[str, int]
    updated_at: str = ""
    lease_until: str = ""
    not_before: str = ""
    why: tuple[str, ...] = ()
    wanted_by: tuple[str, ...] = ()
    certified_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEntry:
    """One attempt of a unit as it ended: in which fence, how, after how many seconds, with which error."""

    phase: int
    fence: int
    status: str
    seconds: float
    rows: int
    finished_at: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCount:
    """How many of a date's players have a quality score."""

    score: int
    players: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePage:
    """A game date: fixtures (home, away), why it is as it is, units, attempts (latest first), its players' windows.

    `calendar` are the game dates that the windows are drawn over, the date itself last; `previous` and `next` the game
    dates beside it. `blocking` are the dates whose Phase 3 some window still needs, `quality` counts players by score.
    """

    game_date: date
    season: str
    fixtures: tuple[tuple[str, str], ...]
    previous: date | None
    next: date | None
    explanation: Explanation
    units: tuple[UnitCard, ...]
    attempts: tuple[AttemptEntry, ...]
    basis: Basis
    calendar: tuple[date, ...]
    players: tuple[PlayerHistory, ...]
    blocking: tuple[date, ...]
    quality: tuple[ScoreCount, ...]


def date_page(board: Board, day: date) -> DatePage:
    """Return a game date's page. Raises InvalidInput for a date without games or of a season never loaded."""
    calendar = board.calendar_of(day)
    position, units = calendar.position[day], board.units(calendar)
    found = history(board.app, day)
    first = min((window for each in found.players for window in (*each.window, *each.missing)), default=day)
    scores = Counter(each.quality_score for each in found.players)
    return DatePage(
        game_date=day,
        season=calendar.season,
        fixtures=calendar.fixtures[day],
        previous=calendar.dates[position - 1] if position else None,
        next=calendar.dates[position + 1] if position + 1 < len(calendar.dates) else None,
        explanation=explain(board.app, day),
        units=tuple(_card(phase, units.get(unit_key(phase, day))) for phase in PHASES),
        attempts=tuple(attempts_of(board.app, day)),
        basis=found.basis,
        calendar=calendar.between(first, day),
        players=found.players,
        blocking=found.blocking,
        quality=tuple(ScoreCount(score=score, players=scores[score]) for score in sorted(scores)),
    )


def attempts_of(app: App, day: date) -> list[AttemptEntry]:
    """Return the attempts that ended on a date's units, latest first."""
    found: list[AttemptEntry] = []
    for phase in PHASES:
        first = f"history/{phase}-{day.isoformat()}-"
        found += [_attempt(phase, document.body) for document in app.ledger.store.scan(first, first + KEY_LAST)]
    return sorted(found, key=lambda each: (each.finished_at, each.phase), reverse=True)


def _attempt(phase: int, body: Mapping[str, object]) -> AttemptEntry:
    rows = body.get("rows")
    return AttemptEntry(
        phase=phase,
        fence=int(str(body["fence"])),
        status=str(body["status"]),
        seconds=float(str(body["seconds"])),
        rows=_total(rows.values()) if isinstance(rows, Mapping) else 0,
        finished_at=str(body["finished_at"]),
        error=str(body["error"]),
    )


def _total(numbers: Iterable[object]) -> int:
    return sum(int(str(number)) for number in numbers)


def _card(phase: int, unit: Unit | None) -> UnitCard:
    if unit is None:
        return UnitCard(phase=phase, state=state_of(None), rows={})
    return UnitCard(
        phase=phase,
        state=state_of(unit),
        attempts=unit.attempts,
        version=unit.version,
        seconds=unit.seconds,
        rows=unit.rows,
        updated_at=unit.updated_at,
        lease_until=unit.lease_until,
        not_before=unit.not_before,
        why=tuple(text for text in (unit.error, unit.reason, *causes(unit)) if text),
        wanted_by=tuple(sorted(unit.wanted_by)),
        certified_share=unit.certified_share,
    )
