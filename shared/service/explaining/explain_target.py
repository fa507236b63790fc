"""What is said of a target that waits: the exact dates, who needs each of them, and what holds the worst of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.closure import Setting, Target, cap_position
from shared.domain.frontier import HISTORY_LANE
from shared.domain.lookback import span
from shared.domain.rosters import target_at
from shared.domain.units import Unit
from shared.service.commands import drive
from shared.service.explaining.explain_reading import Reading, counted, listed, unit_name
from shared.service.explaining.explanation import Account, Link, Need, State
from shared.service.settings import setting_of
from shared.service.waiting import Awaited, awaited_dates

Tell = Callable[[int, date], Account]
# The state that says most about why a date is not there comes first.
_WORST: Final = (
    State.FAILED,
    State.BLOCKED,
    State.CANCELLED,
    State.PAUSED,
    State.WAITING_LEASE,
    State.WAITING_RETRY,
    State.NOT_REQUESTED,
    State.QUEUED,
    State.READY,
    State.RUNNING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """What a waiting target waits for: its setting and players, the dates, ascending, and why."""

    target: Target
    setting: Setting
    dates: tuple[date, ...]
    why: Awaited


def standstill(reading: Reading, unit: Unit) -> Standstill:
    """Return what a waiting target waits for, worked out as the coordinator does."""
    day, memory = unit.game_date, reading.memory
    wanters = reading.frontier.targets.get(day.isoformat(), [])
    setting = setting_of(reading.app, memory, wanters, day, unit)
    target = target_at(memory.knowledge, reading.calendar.position[day], setting)
    dates, why = awaited_dates(memory, reading.frontier, setting, day, unit)
    return Standstill(target=target, setting=setting, dates=tuple(dates), why=why)


def waiting(reading: Reading, unit: Unit, tell: Tell) -> Account:
    """Return the account of a target that waits; `tell` gives that of any other unit."""
    found = standstill(reading, unit)
    if found.why is Awaited.RELEASE:
        text = f"{unit_name(unit)} has its history; the coordinator releases it in its next round"
        return Account(
            state=State.READY, links=(_link(unit, State.READY, text),), commands=(drive(reading.app.config),)
        )
    if found.why is Awaited.OWN_PHASE_3 or found.dates == (unit.game_date,):
        below = tell(HISTORY_LANE, unit.game_date)
        text = f"{unit_name(unit)} waits for Phase 3 of its own date, which tells who is listed"
        return _held_by(unit, State.WAITING_OWN_DATE, text, below)
    reading.read_history(found.dates)
    accounts = {day: tell(HISTORY_LANE, day) for day in found.dates}
    needs = needs_of(reading, found, accounts)
    worst = min(found.dates, key=lambda day: (_rank(accounts[day]), day))
    dates = f"{counted(len(found.dates), 'date')}: {listed(found.dates)}"
    who = f", which {listed(_people(needs), 3)} need" if _people(needs) else ""
    text = f"{unit_name(unit)} waits for Phase 3 of {dates}{who}"
    held = _held_by(unit, State.WAITING_WINDOW, text, accounts[worst])
    return Account(state=held.state, links=held.links, commands=held.commands, needs=needs)


def needs_of(reading: Reading, found: Standstill, accounts: Mapping[date, Account]) -> tuple[Need, ...]:
    """Return each date that a target waits for, with those whose windows need it: players by name, then teams."""
    who = _who_needs(reading, found)
    return tuple(
        Need(game_date=day, state=accounts[day].links[-1].state, needed_by=tuple(who.get(day, ())))
        for day in found.dates
    )


def _who_needs(reading: Reading, found: Standstill) -> dict[date, list[str]]:
    knowledge, calendar = reading.memory.knowledge, reading.calendar
    target, setting = found.target, found.setting
    awaited = calendar.mask(found.dates) & ~span(0, cap_position(knowledge, target.position, setting.policy))
    needed: dict[date, list[str]] = {}
    for player, team in sorted(target.players.items(), key=lambda each: reading.names.get(each[0], "")):
        mask = knowledge.window(player, team, target.position, setting.reach, setting.holes, knowledge.known)
        for day in calendar.days(mask & awaited):
            needed.setdefault(day, []).append(reading.names.get(player) or f"player {player}")
    for team in sorted(target.teams):
        window = knowledge.team_window(team, target.position, setting.reach.team_games)
        for day in calendar.days(window & awaited):
            needed.setdefault(day, []).append(team)
    return needed


def _held_by(unit: Unit, state: State, text: str, below: Account) -> Account:
    return below.below(_link(unit, state, text))


def _rank(account: Account) -> int:
    root = account.links[-1].state
    return _WORST.index(root) if root in _WORST else len(_WORST)


def _people(needs: Iterable[Need]) -> Sequence[str]:
    return list(dict.fromkeys(name for need in needs for name in need.needed_by))


def _link(unit: Unit, state: State, text: str) -> Link:
    return Link(phase=unit.phase, game_date=unit.game_date, state=state, text=text)
