"""Guards of windows and policies, each taken away: what is asked for, what may be read, for whom that is enough."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import floor
from typing import Any

from shared.domain import closure, release
from shared.domain.backfills import Backfill
from shared.domain.closure import Closure, Setting, Target
from shared.domain.lookback import Appearance, Gap, SeasonKnowledge
from shared.domain.plan import Plan
from shared.domain.policy import Policy
from shared.domain.units import Status, Unit
from shared.service import round as rounds
from shared.service import settle
from shared.service.round import Round
from shared.service.seasons import Season
from tests.memory_stack import TOY_REACH
from tests.simulation import scripted, scripted_windows
from tests.simulation.planted_bug import PlantedBug, always

CLOSURE = Season.closure
CATCH_UP = Season.catch_up
DAYS_FLOOR = SeasonKnowledge.days_floor
GAPS = SeasonKnowledge.gaps
LEARN = SeasonKnowledge.learn
SETTING_OF = rounds.setting_of
STANDING = settle.standing


def _closure_that_asks_nothing(self: Season, day: date, setting: Setting) -> Closure:
    return replace(CLOSURE(self, day, setting), asked=0)


def _closure_of_enough_dates(self: Season, day: date, setting: Setting) -> Closure:
    found = CLOSURE(self, day, setting)
    enough = found.read.bit_count() >= max(TOY_REACH.player_games, TOY_REACH.team_games)
    return replace(found, asked=0) if enough else found


def _setting_with(**lengths: int) -> Any:
    """Return the setting of a target under another reach than the processors'."""

    def setting(*given: Any) -> Setting:
        found = SETTING_OF(*given)
        return replace(found, reach=replace(TOY_REACH, **lengths))

    return setting


def _days_without_the_first(self: SeasonKnowledge, target: int, days: int) -> int:
    return DAYS_FLOOR(self, target, days - 1)


def _gaps_of_one_team(self: SeasonKnowledge, player: int, team: str, target: int, readable: int) -> Iterator[Gap]:
    for gap in GAPS(self, player, team, target, readable):
        yield gap._replace(could=gap.could & self.calendar.team_masks[team])


def _learn_that_all_played(self: SeasonKnowledge, day: date, version: int, found: Mapping[int, Appearance]) -> None:
    LEARN(self, day, version, {player: each._replace(played=True) for player, each in found.items()})


def _catch_up_on_what_is_new(self: Season, known: Mapping[str, int]) -> SeasonKnowledge:
    seen = {day.isoformat(): version for day, version in self.knowledge.versions.items()}
    return CATCH_UP(self, {**known, **{text: seen[text] for text in known.keys() & seen.keys()}})


def _everything_known_is_free(app: Any, season: Season, *given: Any) -> Setting:
    return replace(SETTING_OF(app, season, *given), free=season.knowledge.known)


def _players_rounded_down(target: Target, policy: Policy) -> int:
    return floor(policy.min_coverage * len(target.players))


def _no_need(*_: Any) -> int:
    return 0


def _weaker(self: Policy, other: Policy) -> Policy:
    caps = [cap for cap in (self.max_lookback_days, other.max_lookback_days) if cap is not None]
    return Policy(
        max_lookback_days=min(caps, default=None),
        min_coverage=min(self.min_coverage, other.min_coverage),
        early_season=other.early_season,
        accept_missing=self.accept_missing | other.accept_missing,
    )


def _target_as_it_is(unit: Unit, backfill: Backfill, plan: Plan) -> Status | None:
    return unit.status if unit.phase in (4, 5) else STANDING(unit, backfill, plan)


def _history_as_it_is(unit: Unit, backfill: Backfill, plan: Plan) -> Status | None:
    return unit.status if unit.phase in (1, 2, 3) else STANDING(unit, backfill, plan)


def _nobody(*_: Any) -> Sequence[str]:
    return []


def _undecided(*given: Any) -> Any:
    return given[-1]


WINDOW_BUGS: Mapping[str, PlantedBug] = {
    "a target is released without its dates": PlantedBug(
        rule="windows", seed=4, patches=((Season, "closure", _closure_that_asks_nothing),)
    ),
    "a target is released on a count of dates": PlantedBug(
        rule="windows", seed=4, patches=((Season, "closure", _closure_of_enough_dates),)
    ),
    "a player's window is a game short": PlantedBug(
        rule="windows",
        seed=3,
        patches=((rounds, "setting_of", _setting_with(player_games=TOY_REACH.player_games - 1)),),
    ),
    "a player's window is a game too long": PlantedBug(
        rule="windows",
        seed=11,
        patches=((rounds, "setting_of", _setting_with(player_games=TOY_REACH.player_games + 1)),),
    ),
    "a team's window is a game short": PlantedBug(
        rule="windows", seed=2, patches=((rounds, "setting_of", _setting_with(team_games=TOY_REACH.team_games - 1)),)
    ),
    "the window of days is without its first": PlantedBug(
        rule="windows",
        script=scripted_windows.days_reach_further_than_games,
        patches=((SeasonKnowledge, "days_floor", _days_without_the_first),),
    ),
    "who sat on the bench counts as having played": PlantedBug(
        rule="windows", seed=11, patches=((SeasonKnowledge, "learn", _learn_that_all_played),)
    ),
    "trades are ignored": PlantedBug(rule="windows", seed=11, patches=((SeasonKnowledge, "gaps", _gaps_of_one_team),)),
    "windows reach past holes": PlantedBug(
        rule="windows", script=scripted.window_has_a_hole, patches=((SeasonKnowledge, "floor", _no_need),)
    ),
    "windows reach past what a cap leaves out": PlantedBug(
        rule="windows",
        seed=2,
        patches=((SeasonKnowledge, "floor", _no_need), (release, "_stretch_floor", _no_need)),
    ),
    "the cap is forgotten": PlantedBug(
        rule="windows", seed=3, patches=((closure, "cap_position", _no_need), (release, "cap_position", _no_need))
    ),
    "coverage is rounded down": PlantedBug(
        rule="windows",
        seed=63,
        patches=(
            (closure, "players_wanted", _players_rounded_down),
            (release, "players_wanted", _players_rounded_down),
        ),
    ),
    "what happens to be complete is read": PlantedBug(
        rule="windows",
        script=scripted_windows.others_complete_what_is_not_asked_for,
        patches=((rounds, "setting_of", _everything_known_is_free),),
    ),
    "a new version of a date is not looked at": PlantedBug(
        rule="windows",
        script=scripted_windows.player_turns_out_not_to_have_played,
        patches=((Season, "catch_up", _catch_up_on_what_is_new),),
    ),
    "weaker policies are reused": PlantedBug(
        rule="g", script=scripted.weaker_policy_comes_first, patches=((Policy, "at_least_as_strict_as", always),)
    ),
    "of two policies the weaker decides": PlantedBug(
        rule="g", script=scripted_windows.strict_and_lax_ask_at_once, patches=((Policy, "merged", _weaker),)
    ),
    "a target computed under a weaker policy counts as done": PlantedBug(
        rule="g",
        script=scripted.lax_runs_what_only_strict_needs,
        patches=((settle, "standing", _target_as_it_is),),
    ),
    "history that only others need counts as failed": PlantedBug(
        rule="g",
        script=scripted.lax_runs_what_only_strict_needs,
        patches=((settle, "standing", _history_as_it_is),),
    ),
    "a lost date holds up those who do not need it": PlantedBug(
        rule="g",
        script=scripted.lax_and_strict_share_a_target,
        patches=((Round, "_content_without", _nobody),),
    ),
    "policies that fit no output together are left undecided": PlantedBug(
        rule="g", script=scripted.neither_needs_what_both_need, patches=((Round, "_need_each", _undecided),)
    ),
}
