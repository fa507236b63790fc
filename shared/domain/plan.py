"""The plan of a request: which units it makes pending, which it finds complete, and what may be added later.

The history that a plan names is what is certain before anybody is known to be listed: the team windows, which
follow from the schedule. What the players' windows need beyond that is found as data arrives (release.py), down
to `history_first`, the earliest date the policy may reach.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.errors import InvalidInput
from shared.domain.lookback import Reach, highest_bits, span
from shared.domain.messages import LAST_PHASE, LIVE, BackfillRequest, Scenario
from shared.domain.policy import policy_from
from shared.domain.quality import quality_score
from shared.domain.staleness import outdated
from shared.domain.units import Status, Unit, unit_key

# Days of a range for each game date that a request may have; a season takes 175 days for 163 game dates.
DAYS_PER_GAME_DATE_MAX = 3
HISTORY_PHASES = (1, 2, 3)
TARGET_PHASES = (4, 5)
Units = Mapping[str, Unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a request will do to the ledger.

    `targets` and `history` are game dates; `run` and `complete` give, by phase, the dates whose unit is made
    pending or is left as it is; `forced` are the phases redone on target dates even when complete; `free`
    are dates whose Phase 3 was there, or under way, when the plan was made. `revision` is the fingerprint of the
    ledger it was made from; a `draft` is a dry run's, which may be made anew when it is applied.
    """

    targets: tuple[date, ...]
    history: tuple[date, ...]
    free: tuple[date, ...]
    run: Mapping[int, tuple[date, ...]]
    complete: Mapping[int, tuple[date, ...]]
    forced: tuple[int, ...] = ()
    history_first: date | None = None
    off_days: int = 0
    revision: str = ""
    draft: bool = False

    def seasons(self) -> list[str]:
        """Return the seasons of the plan's targets, in order."""
        return sorted({season_of(day) for day in self.targets})

    def first_phases(self, phases: Iterable[int]) -> dict[date, int]:
        """Return, for each date on which the plan runs one of `phases`, the first of them."""
        found: dict[date, int] = {}
        for phase in phases:
            for day in self.run.get(phase, ()):
                found.setdefault(day, phase)
        return found

    def body(self) -> dict[str, Any]:
        """Return the JSON form kept on the backfill."""
        return {
            "targets": _texts(self.targets),
            "history": _texts(self.history),
            "free": _texts(self.free),
            "run": {str(phase): _texts(days) for phase, days in self.run.items()},
            "complete": {str(phase): _texts(days) for phase, days in self.complete.items()},
            "forced": list(self.forced),
            "history_first": self.history_first.isoformat() if self.history_first else None,
            "off_days": self.off_days,
            "revision": self.revision,
            "draft": self.draft,
        }


def plan_from(body: Mapping[str, Any]) -> Plan:
    """Return the plan of its JSON form."""
    return Plan(
        targets=_dates(body["targets"]),
        history=_dates(body["history"]),
        free=_dates(body["free"]),
        run={int(phase): _dates(days) for phase, days in body["run"].items()},
        complete={int(phase): _dates(days) for phase, days in body["complete"].items()},
        forced=tuple(body["forced"]),
        history_first=date.fromisoformat(body["history_first"]) if body["history_first"] else None,
        off_days=body["off_days"],
        revision=body.get("revision", ""),
        draft=body.get("draft", False),
    )


def check_length(request: BackfillRequest, dates_max: int) -> None:
    """Refuse a request that is longer than any with `dates_max` game dates could be. Raises InvalidInput."""
    days = (request.end_date - request.start_date).days + 1
    if days > DAYS_PER_GAME_DATE_MAX * dates_max or len(request.dates) > dates_max:
        raise InvalidInput("end_date", f"{request.end_date}, {days} days", f"at most {dates_max} game dates")


def target_dates(request: BackfillRequest, calendars: Mapping[str, SeasonCalendar], dates_max: int) -> list[date]:
    """Return the game dates that a request asks for.

    Raises InvalidInput for a range without games, a listed date without games, or more than `dates_max` dates.
    """
    for day in request.dates:
        calendar = calendars.get(season_of(day))
        if calendar is None or day not in calendar.position:
            raise InvalidInput("dates", day.isoformat(), "dates on which the schedule has a game")
    found = list(request.dates) or sorted(
        day for calendar in calendars.values() for day in calendar.between(request.start_date, request.end_date)
    )
    if not found:
        text = f"{request.start_date} to {request.end_date}"
        raise InvalidInput("start_date", text, "a range with at least one game")
    if len(found) > dates_max:
        raise InvalidInput(
            "end_date", request.end_date.isoformat(), f"at most {dates_max} game dates, not {len(found)}"
        )
    return found


def make_plan(
    request: BackfillRequest,
    targets: list[date],
    calendars: Mapping[str, SeasonCalendar],
    units: Units,
    reach: Reach,
    named: Iterable[int] = (),
) -> Plan:
    """Return the plan of a request against the ledger's units; `named` are the phases of the processors it names.

    Raises InvalidInput where it cannot be met.
    """
    forced = _forced(request, named)
    run: dict[int, set[date]] = {phase: set() for phase in range(1, LAST_PHASE + 1)}
    complete: dict[int, set[date]] = {phase: set() for phase in range(1, LAST_PHASE + 1)}
    for day in targets:
        _plan_target(request, day, units, forced, run, complete)
    opened = sorted(run[4])
    wanted = set(targets)
    history = [day for day in _history(request, opened, calendars, units, reach) if day not in wanted]
    for day in history:
        for phase in HISTORY_PHASES:
            _sort_out(units.get(unit_key(phase, day)), day, run[phase], complete[phase])
    return Plan(
        targets=tuple(targets),
        history=tuple(day for day in history if any(day in run[phase] for phase in HISTORY_PHASES)),
        free=tuple(_free(targets, calendars, units)),
        run={phase: tuple(sorted(days)) for phase, days in run.items() if days},
        complete={phase: tuple(sorted(days)) for phase, days in complete.items() if days},
        forced=tuple(forced),
        history_first=history_first(request, opened, calendars),
        off_days=0 if request.dates else (request.end_date - request.start_date).days + 1 - len(targets),
    )


def history_first(
    request: BackfillRequest, opened: Iterable[date], calendars: Mapping[str, SeasonCalendar]
) -> date | None:
    """Return the earliest calendar date the policy may reach back to: the cap, or the season's first game."""
    firsts = []
    for day in opened:
        if request.policy.max_lookback_days is not None:
            firsts.append(day - timedelta(days=request.policy.max_lookback_days))
        else:
            firsts.append(calendars[season_of(day)].start)
    return min(firsts, default=None)


def expected_quality(day: date, calendar: SeasonCalendar, reach: Reach) -> tuple[int, int]:
    """Return the mean and the best quality score that the schedule allows on a date, before absences."""
    before = span(0, calendar.position[day])
    scores = [
        quality_score((calendar.team_masks[team] & before).bit_count(), reach.player_games)
        for team in calendar.teams_on(day)
    ]
    return round(sum(scores) / len(scores)), max(scores)


def satisfied(unit: Unit | None, request: BackfillRequest) -> bool:
    """Return whether a unit needs no run for a request: complete, fresh and computed at least as strictly."""
    if unit is None or unit.status is not Status.COMPLETE or outdated(unit):
        return False
    if unit.phase in TARGET_PHASES and unit.policy is not None:
        return policy_from(unit.policy).at_least_as_strict_as(request.policy)
    return True


def _plan_target(
    request: BackfillRequest,
    day: date,
    units: Units,
    forced: list[int],
    run: dict[int, set[date]],
    complete: dict[int, set[date]],
) -> None:
    for phase in range(1, request.from_phase):
        unit = units.get(unit_key(phase, day))
        if phase == request.from_phase - 1 and not _there(unit) and not _foretold(units, day, request):
            raise InvalidInput(
                "from_phase", request.from_phase, f"Phase {phase} of {day} to be complete, or from_phase 1"
            )
    again = False
    for phase in range(request.from_phase, request.to_phase + 1):
        unit = units.get(unit_key(phase, day))
        fine = satisfied(unit, request) and phase not in forced
        # What comes after a redone phase is opened too, and kept as it is where nothing it reads has moved.
        again = again or (not fine and (phase in forced or phase == TARGET_PHASES[0]))
        (complete if fine and not again else run)[phase].add(day)


def _foretold(units: Units, day: date, request: BackfillRequest) -> bool:
    """Return whether a request is for Phases 4-5 of a date that the daily path computes before its games."""
    target = units.get(unit_key(TARGET_PHASES[0], day))
    return request.from_phase == TARGET_PHASES[0] and target is not None and LIVE in target.wanted_by


def _sort_out(unit: Unit | None, day: date, run: set[date], complete: set[date]) -> None:
    (complete if unit is not None and unit.status is Status.COMPLETE else run).add(day)


def _forced(request: BackfillRequest, named: Iterable[int]) -> list[int]:
    """Return the phases redone whatever has moved: those of the named processors, all, or the scenario's first."""
    phases = range(request.from_phase, request.to_phase + 1)
    if request.processors:
        return sorted(set(named) & set(phases))
    if request.force:
        return list(phases)
    return [] if request.scenario is Scenario.FILL else [request.from_phase]


def _history(
    request: BackfillRequest,
    opened: list[date],
    calendars: Mapping[str, SeasonCalendar],
    units: Units,
    reach: Reach,
) -> list[date]:
    """Return the dates that the team windows of the targets to be computed look back on, ascending.

    No window reaches past a date that is accepted as missing and is not there.
    """
    holes = [day for day in request.policy.accept_missing if not _there(units.get(unit_key(3, day)))]
    masks: dict[str, int] = {}
    for day in opened:
        calendar = calendars[season_of(day)]
        before = span(0, calendar.position[day])
        if request.policy.max_lookback_days is not None:
            first = day - timedelta(days=request.policy.max_lookback_days)
            before &= ~span(0, calendar.first_at_or_after(first))
        for team in calendar.teams_on(day):
            window = highest_bits(calendar.team_masks[team] & before, reach.team_games)
            reached = window & ~span(0, (window & calendar.mask(holes)).bit_length())
            masks[calendar.season] = masks.get(calendar.season, 0) | reached
    return sorted(day for season, mask in masks.items() for day in calendars[season].days(mask))


def _there(unit: Unit | None) -> bool:
    return unit is not None and unit.usable


def _free(targets: list[date], calendars: Mapping[str, SeasonCalendar], units: Units) -> Iterable[date]:
    for season in sorted({season_of(day) for day in targets}):
        for day in calendars[season].dates:
            unit = units.get(unit_key(3, day))
            if unit is not None and (unit.usable or unit.status in (Status.PENDING, Status.RUNNING)):
                yield day


def _texts(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _dates(texts: Iterable[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)
