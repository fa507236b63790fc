"""Where a backfill stands: counts and rates by phase, what waits on what, what failed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.domain.backfills import GIVEN_UP, Backfill, BackfillStatus
from shared.domain.calendar import SeasonCalendar
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillRequest
from shared.domain.staleness import outdated
from shared.domain.units import TERMINAL, Status, Unit
from shared.service.app import App
from shared.service.unit_memory import NOW, PHASES
from shared.service.waiting import Waiting, WaitingRoom
from shared.service.wanters import wanted_in

# Rates are those of the last minute, so that they follow the work that is being done now.
RATE_WINDOW = timedelta(seconds=60)
WAITING_SHOWN_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseProgress:
    """A phase's units by status. `rate` is completions a second lately, `eta_seconds` None without one."""

    phase: int
    total: int
    counts: Mapping[str, int]
    rate: float
    eta_seconds: float | None

    @property
    def done(self) -> int:
        """Return how many units are complete."""
        return self.counts.get(Status.COMPLETE, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A failed or blocked unit, with its error or the reason it is blocked for."""

    phase: int
    game_date: date
    status: Status
    error: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One backfill as it stands; `waiting_total` counts the targets waiting, of which `waiting` has the first.

    `stopped_*` tell when, by whom and why it was paused or cancelled; a cancelled one counts the pending units that
    nobody else wants as `cancelled`: they are not to come.
    """

    id: str
    status: BackfillStatus
    request: BackfillRequest
    created_at: str
    finished_at: str
    phases: tuple[PhaseProgress, ...]
    total: int
    done: int
    rate: float
    eta_seconds: float | None
    stale: int
    waiting: tuple[Waiting, ...]
    waiting_total: int
    troubles: tuple[Trouble, ...]
    stopped_at: str = ""
    stopped_by: str = ""
    stopped_reason: str = ""

    @property
    def live(self) -> bool:
        """Return whether its units may still be run."""
        return self.status in (BackfillStatus.PLANNING, BackfillStatus.RUNNING)

    @property
    def failed(self) -> bool:
        """Return whether it ended without all of its units, or is ending so."""
        return self.status in (BackfillStatus.FAILED, BackfillStatus.CANCELLED)

    @property
    def paused(self) -> bool:
        """Return whether it has not come to its end, and nothing is started for it."""
        return self.status is BackfillStatus.PAUSED


class Observer:
    """Reads backfills again and again; of the units it reads those that changed since it last looked."""

    def __init__(self, app: App, age_max: timedelta = NOW) -> None:
        """Observe through a process's memory of units, which may be as old as `age_max`."""
        self._app, self._age_max, self._memory = app, age_max, app.units
        self._waiting = WaitingRoom(app)
        self._calendars: dict[str, SeasonCalendar] = {}

    def standing(self, backfill_id: str, waiting_max: int = WAITING_SHOWN_MAX) -> Standing:
        """Return a backfill as it stands now. Raises InvalidInput when there is none of that id."""
        found = self._app.ledger.backfill(backfill_id)
        if found is None:
            raise InvalidInput("backfill_id", backfill_id, "the id of a planned backfill; see them: backfill status")
        backfill = found[0]
        units = [unit for unit in self._refresh(backfill_id) if backfill_id in unit.wanted_by]
        waiting, waiting_total = self._targets(backfill, waiting_max)
        since = datetime.fromisoformat(backfill.created_at)
        progress = _Progress(now=self._app.clock.now(), since=since, given_up=self._given_up(backfill, units))
        total, done = len(units), sum(unit.status is Status.COMPLETE for unit in units)
        rate = progress.rate(units)
        return Standing(
            id=backfill.id,
            status=backfill.status,
            request=backfill.request,
            created_at=backfill.created_at,
            finished_at=backfill.finished_at,
            phases=tuple(progress.of_phase(phase, units) for phase in PHASES if _has(units, phase)),
            total=total,
            done=done,
            rate=rate if backfill.live else _overall_rate(backfill, done),
            eta_seconds=progress.eta(units, rate) if backfill.live else None,
            stale=sum(outdated(unit) for unit in units),
            waiting=tuple(waiting),
            waiting_total=waiting_total,
            troubles=tuple(_troubles(units)),
            stopped_at=backfill.stopped_at,
            stopped_by=backfill.stopped_by,
            stopped_reason=backfill.stopped_reason,
        )

    def _given_up(self, backfill: Backfill, units: Iterable[Unit]) -> frozenset[str]:
        """Return the keys of the pending units that a cancelled backfill leaves to nobody."""
        if backfill.status is not BackfillStatus.CANCELLED:
            return frozenset()
        wanted = wanted_in(self._app.ledger)
        return frozenset(unit.key for unit in units if unit.status is Status.PENDING and not wanted(unit))

    def standings(self, ids: Iterable[str], waiting_max: int = WAITING_SHOWN_MAX) -> list[Standing]:
        """Return several backfills as they stand now."""
        return [self.standing(backfill_id, waiting_max) for backfill_id in ids]

    def _refresh(self, backfill_id: str) -> list[Unit]:
        """Return every unit of the backfill's seasons, having read those that changed."""
        calendars = (self._calendar(season) for season in self._app.ledger.plan(backfill_id).seasons())
        now = self._app.clock.now()
        return [unit for each in calendars for unit in self._memory.of_season(each, now, self._age_max).values()]

    def _calendar(self, season: str) -> SeasonCalendar:
        if season not in self._calendars:
            self._calendars[season] = self._app.ledger.calendar(season)
        return self._calendars[season]

    def _targets(self, backfill: Backfill, limit: int) -> tuple[list[Waiting], int]:
        waiting: list[Waiting] = []
        total = 0
        for season in self._app.ledger.plan(backfill.id).seasons():
            found, count = self._waiting.targets(season, backfill.id, limit - len(waiting))
            waiting += found
            total += count
        return waiting, total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """How fast units complete, seen at a moment."""

    now: datetime
    since: datetime
    given_up: frozenset[str] = frozenset()

    def of_phase(self, phase: int, units: Sequence[Unit]) -> PhaseProgress:
        own = [unit for unit in units if unit.phase == phase]
        rate = self.rate(own)
        counts = Counter(GIVEN_UP if unit.key in self.given_up else unit.status.value for unit in own)
        return PhaseProgress(
            phase=phase, total=len(own), counts=dict(counts), rate=rate, eta_seconds=self.eta(own, rate)
        )

    def rate(self, units: Iterable[Unit]) -> float:
        """Return completions a second since the window, or the backfill if that is younger, began."""
        begin = max(self.since, self.now - RATE_WINDOW)
        # All times are UTC in ISO form, which sorts as text; a unit that was planted complete has none.
        since = begin.isoformat()
        completed = sum(unit.status is Status.COMPLETE and unit.updated_at >= since for unit in units)
        seconds = (self.now - begin).total_seconds()
        return completed / seconds if seconds > 0 else 0.0

    def eta(self, units: Iterable[Unit], rate: float) -> float | None:
        """Return the seconds that the units not at their end take at a rate; None without one."""
        left = sum(unit.status not in TERMINAL and unit.key not in self.given_up for unit in units)
        if not left:
            return 0.0
        return left / rate if rate > 0 else None


def newest_live(app: App) -> str:
    """Return the id of the live backfill that was planned last. Raises InvalidInput when none is live."""
    live = [backfill.id for backfill, _ in app.ledger.backfills() if backfill.live]
    if not live:
        raise InvalidInput("backfill_id", "", "the id of a backfill; none is live, see them: backfill status")
    return live[-1]


def _overall_rate(backfill: Backfill, done: int) -> float:
    if not backfill.finished_at:
        return 0.0
    took = datetime.fromisoformat(backfill.finished_at) - datetime.fromisoformat(backfill.created_at)
    return done / took.total_seconds() if took > timedelta(0) else 0.0


def _has(units: Iterable[Unit], phase: int) -> bool:
    return any(unit.phase == phase for unit in units)


def _troubles(units: Iterable[Unit]) -> Iterable[Trouble]:
    """Yield the failed units, then the blocked ones, each by phase and date."""
    for status in (Status.FAILED, Status.BLOCKED):
        for unit in units:
            if unit.status is status:
                yield Trouble(
                    phase=unit.phase,
                    game_date=unit.game_date,
                    status=status,
                    error=unit.error if status is Status.FAILED else unit.reason,
                    attempts=unit.attempts,
                )
