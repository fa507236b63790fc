"""What a request would do, for an operator to look at before it is published; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.errors import InvalidInput
from shared.domain.lookback import SeasonKnowledge
from shared.domain.messages import BackfillRequest
from shared.domain.plan import HISTORY_PHASES, TARGET_PHASES, Plan, expected_quality, history_first
from shared.domain.release import coverage
from shared.domain.rosters import Roster
from shared.domain.units import unit_key
from shared.service.app import App
from shared.service.plan_backfill import calendars_for
from shared.service.plan_backfill import preview as plan_of
from shared.service.rosters import knowledge_of, roster_of
from shared.service.settings import REACH

CURVE_DAYS = (14, 30, 45, 56, 60, 70, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRange:
    """A phase's dates: those to run, those complete, and the calendar dates between which all of them lie.

    `may_add` counts the game dates in that range whose Phase 3 is neither there nor planned: the history that
    the players' windows may ask for as data arrives.
    """

    phase: int
    first: date
    last: date
    run: tuple[date, ...]
    complete: tuple[date, ...]
    may_add: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOutlook:
    """A target's quality as the schedule allows it, 0-100, and the share of its players covered, by days back.

    A share is None where a date of that stretch, or who may play, is not known yet; `listed` is false where the
    players are those of the teams' latest known games.
    """

    game_date: date
    listed: bool
    games: int
    quality_mean: int
    quality_best: int
    curve: Mapping[int, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A request's plan, its ranges by phase, and what to expect of each target."""

    request: BackfillRequest
    plan: Plan
    phases: tuple[PhaseRange, ...]
    history_first: date | None
    targets: tuple[TargetOutlook, ...]


def preview_request(app: App, request: BackfillRequest) -> Preview:
    """Return what a request would do now. Raises InvalidInput when it cannot be met."""
    plan = plan_of(app, request)
    calendars = calendars_for(app, request)
    first = _history_first(request, plan, calendars)
    outlooks: list[TargetOutlook] = []
    for season in plan.seasons():
        _, knowledge = knowledge_of(app, season)
        outlooks += [_outlook(knowledge, day) for day in plan.targets if season_of(day) == season]
    phases = range(request.from_phase, request.to_phase + 1)
    if plan.history:
        phases = range(1, request.to_phase + 1)
    return Preview(
        request=request,
        plan=plan,
        phases=tuple(_phase_range(app, plan, calendars, phase, first) for phase in phases),
        history_first=first,
        targets=tuple(outlooks),
    )


def live_twin(app: App, request: BackfillRequest) -> str | None:
    """Return the id of a live backfill that was asked for the same, which this request would join.

    Raises InvalidInput when the request's id was used for another request, or for one that has ended.
    """
    asked = replace(request, request_id="", requested_by="", reason="", over_quota=False)
    for backfill, _ in app.ledger.backfills():
        same = replace(backfill.request, request_id="", requested_by="", reason="", over_quota=False) == asked
        if request.request_id == backfill.id and not (same and backfill.live):
            raise InvalidInput("request_id", backfill.id, f"an id that was not used; that one is {backfill.status}")
        if same and backfill.live and request.request_id in ("", backfill.id):
            return backfill.id
    return None


def _history_first(request: BackfillRequest, plan: Plan, calendars: Mapping[str, SeasonCalendar]) -> date | None:
    """Return the earliest date that history may come from; None when no Phase 4 is asked for."""
    if request.to_phase < TARGET_PHASES[0]:
        return None
    return history_first(request, plan.run.get(TARGET_PHASES[0], ()) or plan.targets, calendars)


def _phase_range(
    app: App, plan: Plan, calendars: Mapping[str, SeasonCalendar], phase: int, first: date | None
) -> PhaseRange:
    history = phase in HISTORY_PHASES and first is not None
    start = min(first, plan.targets[0]) if history and first is not None else plan.targets[0]
    last = plan.targets[-1]
    addable = history and bool(plan.run.get(TARGET_PHASES[0]))
    return PhaseRange(
        phase=phase,
        first=start,
        last=last,
        run=plan.run.get(phase, ()),
        complete=plan.complete.get(phase, ()),
        may_add=len(addable_dates(app, plan, calendars, phase, start)) if addable else 0,
    )


def addable_dates(app: App, plan: Plan, calendars: Mapping[str, SeasonCalendar], phase: int, start: date) -> list[date]:
    """Return the dates from `start` on that windows may yet add to a phase, for a plan that opens targets."""
    named = {*plan.run.get(phase, ()), *plan.free}
    last = plan.run[TARGET_PHASES[0]][-1] - timedelta(days=1)
    days = [
        day
        for season in plan.seasons()
        for day in calendars[season].between(start, last)
        if day not in named and day not in plan.targets
    ]
    held = app.ledger.units([unit_key(phase, day) for day in days])
    done = {each.unit.game_date for each in held.values() if each.unit.usable}
    return [day for day in days if day not in done]


def _outlook(knowledge: SeasonKnowledge, day: date) -> TargetOutlook:
    calendar = knowledge.calendar
    mean, best = expected_quality(day, calendar, REACH)
    roster = roster_of(knowledge, day)
    return TargetOutlook(
        game_date=day,
        listed=roster.listed,
        games=len(calendar.fixtures[day]),
        quality_mean=mean,
        quality_best=best,
        curve={days: _share(knowledge, roster, days) for days in CURVE_DAYS},
    )


def _share(knowledge: SeasonKnowledge, roster: Roster, days: int) -> float | None:
    """Return the share of a target's players whose last games lie within `days`, None where that is not known."""
    position = roster.target.position
    floor = knowledge.days_floor(position, days)
    stretch = ((1 << position) - 1) & ~((1 << floor) - 1)
    if not roster.target.players or stretch & ~knowledge.known:
        return None
    return coverage(knowledge, roster.target, REACH.player_games, floor)
