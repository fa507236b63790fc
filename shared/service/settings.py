"""Under which policy a target is decided, and which dates its backfills named when they were planned."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from shared.domain.closure import Setting
from shared.domain.frontier import HISTORY_LANE
from shared.domain.lookback import Reach, span
from shared.domain.messages import LIVE
from shared.domain.policy import Policy, policy_from
from shared.domain.units import Status, Unit
from shared.domain.windows import Entity, WindowKind
from shared.processors.registry import PROCESSORS, lookbacks
from shared.service.app import App
from shared.service.changes import Changes
from shared.service.seasons import Season

# How far back a target of the daily path looks for dates that are being scraped, when it is not yet played itself.
ARRIVING_DAYS = 7


def hard_reach() -> Reach:
    """Return the longest hard window of each kind over the active processors of the registry."""

    def longest(entity: Entity, kind: WindowKind) -> int:
        windows = (window for processor in PROCESSORS if processor.active for window in processor.windows)
        fitting = (window for window in windows if window.hard and window.entity is entity and window.kind is kind)
        return max((window.length or 0 for window in fitting), default=0)

    return Reach(
        player_games=longest(Entity.PLAYER, WindowKind.GAMES),
        player_days=longest(Entity.PLAYER, WindowKind.DAYS),
        team_games=longest(Entity.TEAM, WindowKind.GAMES),
    )


REACH = hard_reach()
LOOKBACKS = lookbacks()


def setting_of(app: App, season: Season, wanters: Sequence[str], day: date, target: Unit | None) -> Setting:
    """Return the setting that satisfies every backfill waiting for a target.

    Those that did not plan it wait for what a change on an earlier date reached: it is computed again as it was
    before, under the policy and from the dates that `target`, its Phase 4 unit, recorded.
    """
    planned = [name for name in wanters if name == LIVE or day in app.ledger.plan(name).targets]
    if not planned and target is not None and target.inputs and target.policy:
        return _recorded(season, target)
    key = tuple(planned or wanters)
    if key not in season.settings:
        season.settings[key] = _combined(app, season, [name for name in key if name != LIVE])
    setting = season.settings[key]
    if LIVE in planned:
        setting = replace(setting, free=season.knowledge.known | setting.free, planned=0)
    return _with_holes(season, setting)


def _with_holes(season: Season, setting: Setting) -> Setting:
    """Return a setting with its holes: the dates accepted as missing that were not named, or did not come.

    One that another backfill brings in time stays a hole: what a target reads is not to depend on who is quicker.
    """
    there = season.knowledge.known & (setting.free | setting.planned)
    return replace(setting, holes=season.knowledge.calendar.mask(setting.policy.accept_missing) & ~there)


def awaited(setting: Setting, wanters: Sequence[str], under_way: int, position: int) -> int:
    """Return the positions under way that a target waits for before its windows are judged: its own, and those named.

    The daily path waits for none: of a date that is being redone it reads what was kept, and its own games are to come.
    """
    if list(wanters) == [LIVE]:
        return 0
    return under_way & (setting.free | setting.planned | 1 << position) & span(0, position + 1)


def pre_game(known: int, target: Unit | None, position: int) -> bool:
    """Return whether a target whose own date is not under way is decided before its games, by the latest rosters.

    Whoever asks: one that the daily path wants, by its Phase 4 unit, and whose own date is not known.
    """
    return target is not None and LIVE in target.wanted_by and not known >> position & 1


def arriving(season: Season, changes: Changes, position: int) -> int:
    """Return the latest positions before one whose box scores are on their way down the daily path."""
    calendar = season.knowledge.calendar
    first = season.knowledge.days_floor(position, ARRIVING_DAYS)
    unknown = calendar.days(span(first, position) & ~season.knowledge.known)
    found = {day: changes.units(day, (1, 2, 3)) for day in unknown}
    return calendar.mask(
        day
        for day, history in found.items()
        if any(LIVE in unit.wanted_by for unit in history)
        and not any(unit.status in (Status.FAILED, Status.BLOCKED) for unit in history)
    )


def _recorded(season: Season, target: Unit) -> Setting:
    calendar, policy = season.knowledge.calendar, policy_from(target.policy or {})
    days = (date.fromisoformat(name[2:]) for name in target.inputs if name.startswith(f"{HISTORY_LANE}-"))
    read = calendar.mask(days) & ((1 << calendar.position[target.game_date]) - 1)
    return _with_holes(season, Setting(reach=REACH, policy=policy, free=read))


def _combined(app: App, season: Season, backfills: Sequence[str]) -> Setting:
    calendar = season.knowledge.calendar
    policy: Policy | None = None
    free: set[date] = set()
    planned: set[date] = set()
    found = [held[0] for held in map(app.ledger.backfill, backfills) if held is not None]
    for backfill in sorted(found, key=lambda each: (each.created_at, each.id)):
        plan = app.ledger.plan(backfill.id)
        asked = backfill.request.policy
        policy = asked if policy is None else policy.merged(asked)
        free.update(plan.free, plan.targets)
        planned.update(plan.history)
    return Setting(reach=REACH, policy=policy or Policy(), free=calendar.mask(free), planned=calendar.mask(planned))
