"""Guards of the pipeline, each taken away in a way of its own; the simulation must notice every one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from unittest import mock

from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import SeasonCalendar
from shared.domain.closure import Closure, Setting
from shared.domain.frontier import Frontier, Lane
from shared.domain.lookback import Gap, SeasonKnowledge
from shared.domain.plan import Plan
from shared.domain.policy import Policy
from shared.domain.release import Manifest
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service import (
    attempt,
    coordinate,
    load_calendar,
    observation,
    plan_backfill,
    precompute,
    reopen,
    settle,
    sweep,
    withdraw,
)
from shared.service.app import App
from shared.service.attempt import Prepared
from shared.service.cascade import Cascade
from shared.service.ledger import Head, Ledger, unit_write
from shared.service.observation import Observation
from shared.service.round import Round
from shared.service.seasons import Season, Seasons
from tests.memory_stack import ToyWarehouse
from tests.simulation import scripted

Script = Callable[[scripted.Scripted], None]

Patch = tuple[Any, str, Any]
Attempt = attempt._Attempt
GAPS = SeasonKnowledge.gaps
CLOSURE = Season.closure
HAS = Frontier.has
MANIFEST_BODY = Manifest.body
STANDING = settle.standing
WISH = plan_backfill._Wish.unit
PUBLISH_STARTED = attempt.units.publish_started


def nothing(*_: Any, **__: Any) -> None:
    """Stand in for a step that is left out."""


def _rebase_onto_anybody(self: Any, unit: Unit) -> Unit:
    held = self.app.ledger.unit(unit.phase, unit.game_date)
    self.revision = held.revision
    return replace(unit, wanted_by=held.unit.wanted_by, policy=held.unit.policy)


def _publish_without_rereading(self: Any, prepared: Prepared) -> None:
    if self.unit.unsettled_fences:
        self.app.warehouse.revoke(self.unit.key, self.unit.unsettled_fences)
    self._write(attempt.units.publish_started(self.unit, self.unit.fence, self.app.clock.now()))
    prepared.publish()
    self._check_inputs()
    self._complete(prepared)


def _publish_without_a_word(self: Any, prepared: Prepared) -> None:
    if self.unit.unsettled_fences:
        self.app.warehouse.revoke(self.unit.key, self.unit.unsettled_fences)
    self._check_inputs()
    prepared.publish()
    self._check_inputs()
    self._complete(prepared)


def _publish_started_settling_itself(unit: Unit, fence: int, now: datetime) -> Unit:
    return replace(PUBLISH_STARTED(unit, fence, now), settled_fence=fence)


def _heads_while_publishing(self: Ledger, first: str, last: str) -> Mapping[str, Head]:
    documents = self.store.get_many(list(self.store.revisions(first, last)))
    return {
        key: Head(found.revision, found.body.get("version", 0), found.body.get("version", 0) > 0)
        for key, found in documents.items()
    }


def _commit_over_others(self: Round) -> None:
    writes = self.changes.writes()
    _, current = self.app.ledger.frontier(self.season.name)
    writes.append(Write(key=self.frontier.key, body=self.frontier.body(), revision=current))
    self.app.ledger.commit(writes)


def _gaps_of_one_team(self: SeasonKnowledge, player: int, team: str, target: int, readable: int) -> Iterator[Gap]:
    for gap in GAPS(self, player, team, target, readable):
        yield gap._replace(could=gap.could & self.calendar.team_masks[team])


def _appearances_on_their_own(self: Any, prepared: Prepared) -> None:
    done = attempt.units.complete(
        self.unit,
        self.unit.fence,
        attempt.Output(digests=prepared.digests, rows=prepared.rows, inputs=self.inputs),
        self.app.clock.now(),
    )
    self._write(done, [self._history("complete", prepared.rows)])
    if prepared.documents:
        self.app.ledger.commit(self._documents(prepared))


def _write_blindly(self: Any, unit: Unit, others: Sequence[Write] = ()) -> None:
    held = self.app.ledger.unit(unit.phase, unit.game_date)
    written = self.app.ledger.commit([unit_write(unit, held.revision), *others])
    self.unit, self.revision = unit, written[unit.key]


def never(*_: Any, **__: Any) -> bool:
    """Stand in for a question that is always answered by no."""
    return False


def always(*_: Any, **__: Any) -> bool:
    """Stand in for a question that is not asked."""
    return True


def _closure_that_asks_nothing(self: Season, day: date, setting: Setting) -> Closure:
    return replace(CLOSURE(self, day, setting), asked=0)


def _no_need(*_: Any) -> int:
    return 0


def _wish_keeping_the_release(self: Any, phase: int, day: date, before: Unit | None, now: datetime) -> Unit:
    unit = WISH(self, phase, day, before, now)
    released = before is not None and before.status is unit.status is Status.PENDING
    return replace(unit, manifest=before.manifest) if released else unit


def _none(*_: Any) -> list[str]:
    return []


def _target_as_it_is(unit: Unit, backfill: Backfill, plan: Plan) -> Status | None:
    return unit.status if unit.phase in (4, 5) else STANDING(unit, backfill, plan)


def _history_as_it_is(unit: Unit, backfill: Backfill, plan: Plan) -> Status | None:
    return unit.status if unit.phase in (1, 2, 3) else STANDING(unit, backfill, plan)


def _history_lane_only(self: Frontier, lane: str) -> bool:
    return HAS(self, lane) and lane.startswith("3-")


def _remembered_calendar(self: Seasons, name: str) -> SeasonCalendar:
    return self.get(name).knowledge.calendar


def _calendar_alone(app: App, _calendar: SeasonCalendar, write: Write) -> None:
    app.ledger.commit([write])


def _body_without_calendar(self: Manifest) -> dict[str, Any]:
    return {name: value for name, value in MANIFEST_BODY(self).items() if name != "calendar"}


def _watched(self: Round, text: str) -> bool:
    return text in self.season.watches


def _cancelled_at_its_epoch(self: Backfill, _now: datetime, **_: Any) -> Backfill:
    return replace(self, status=BackfillStatus.CANCELLED)


def _end_every_lane(self: Observation, *_: Any) -> None:
    self._frontier.lanes.clear()
    self._frontier.queue.clear()


def _withdraw_lanes_only(game: Round, _name: str) -> None:
    game.observation.end_dead_lanes(game.app.ledger.units_of_season(game.season.knowledge.calendar))


def _still_waits_for_anybody(self: Round, text: str) -> bool:
    watched, _ = self.season.watches.get(text, ("", ()))
    held_up = self.frontier.blocked.get(text) == watched and watched in self.frontier.failed
    return held_up or self.frontier.under_way(watched)


def _undecided(*given: Any) -> Any:
    return given[-1]


def _start_all(self: Frontier, _in_flight: int, _live: int) -> list[tuple[str, Lane]]:
    started = list(self.queue.items())
    self.lanes.update(started)
    self.queue.clear()
    return started


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedBug:
    """Attributes to replace, and what notices it: a seed that has done so, or the script that brings it out.

    A seed that was found may no longer meet the bug once the pipeline makes other calls; then others are tried.
    """

    patches: tuple[Patch, ...]
    seed: int = 0
    script: Script | None = None

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the bug in the pipeline while the block runs."""
        with ExitStack() as stack:
            for owner, name, replacement in self.patches:
                stack.enter_context(mock.patch.object(owner, name, replacement))
            yield


PLANTED_BUGS: Mapping[str, PlantedBug] = {
    "a stale holder completes": PlantedBug(seed=3, patches=((Attempt, "_rebase", _rebase_onto_anybody),)),
    "units are written without compare-and-set": PlantedBug(seed=3, patches=((Attempt, "_write", _write_blindly),)),
    "earlier fences are not revoked": PlantedBug(seed=17, patches=((ToyWarehouse, "revoke", nothing),)),
    "a fence is settled before it completed": PlantedBug(
        seed=17, patches=((attempt.units, "publish_started", _publish_started_settling_itself),)
    ),
    "inputs are not read again before publishing": PlantedBug(
        script=scripted.input_moves_while_a_target_is_computed,
        patches=((Attempt, "_publish", _publish_without_rereading),),
    ),
    "nobody is told that publishing starts": PlantedBug(
        script=scripted.input_is_half_replaced_when_a_target_starts,
        patches=((Attempt, "_publish", _publish_without_a_word),),
    ),
    "readers ignore the publishing flag": PlantedBug(
        script=scripted.input_is_half_replaced_when_a_target_starts,
        patches=(
            (Ledger, "heads", _heads_while_publishing),
            (Unit, "usable", property(lambda unit: unit.version > 0)),
            (Unit, "readable", property(lambda unit: unit.version > 0)),
        ),
    ),
    "a target is released without its dates": PlantedBug(
        seed=3, patches=((Season, "closure", _closure_that_asks_nothing),)
    ),
    "a delivery runs a unit whose lease is live": PlantedBug(seed=3, patches=((Unit, "lease_live", never),)),
    "the sweep leaves expired leases": PlantedBug(seed=4, patches=((sweep, "_expire", nothing),)),
    "the sweep sends nothing again": PlantedBug(patches=((sweep, "_send_again", nothing),)),
    "the sweep mends nothing": PlantedBug(seed=8, patches=((sweep, "_mend", nothing),)),
    "no target is flagged stale": PlantedBug(
        seed=10, patches=((Cascade, "moved", nothing), (Cascade, "target", nothing))
    ),
    "weaker policies are reused": PlantedBug(
        script=scripted.weaker_policy_comes_first, patches=((Policy, "at_least_as_strict_as", always),)
    ),
    "the frontier is written over others": PlantedBug(seed=6, patches=((Round, "commit", _commit_over_others),)),
    "windows reach past holes": PlantedBug(
        script=scripted.window_has_a_hole, patches=((SeasonKnowledge, "floor", _no_need),)
    ),
    "trades are ignored": PlantedBug(seed=5, patches=((SeasonKnowledge, "gaps", _gaps_of_one_team),)),
    "moved inputs are not noticed at a claim": PlantedBug(
        script=scripted.file_is_corrected_by_hand, patches=((attempt, "_same", always),)
    ),
    "unchanged units are run again": PlantedBug(patches=((attempt, "_same", never),)),
    "appearances are committed on their own": PlantedBug(
        seed=36, patches=((Attempt, "_complete", _appearances_on_their_own),)
    ),
    "failures do not travel": PlantedBug(seed=8, patches=((Observation, "_block_after", nothing),)),
    "a backfill is never settled": PlantedBug(patches=((sweep, "settle", nothing), (coordinate, "settle", nothing))),
    "a superseded target is not decided again": PlantedBug(
        script=scripted.input_moves_while_a_target_is_computed, patches=((precompute, "reconsider", nothing),)
    ),
    "an overtaken planner starts lanes": PlantedBug(
        script=scripted.planner_is_overtaken, patches=((plan_backfill, "_planning", always),)
    ),
    "the sweep decides targets without the lanes they wait for": PlantedBug(
        script=scripted.sweep_meets_a_plan, patches=((sweep, "_give_lane", nothing),)
    ),
    "a release outlives a request to redo": PlantedBug(
        script=scripted.redo_meets_a_release,
        patches=((plan_backfill._Wish, "unit", _wish_keeping_the_release),),
    ),
    "a failure ends the lane of an earlier phase": PlantedBug(
        script=scripted.redo_meets_a_failure,
        patches=((observation, "TERMINAL", frozenset(Status)),),
    ),
    "a pending unit without a lane is left alone": PlantedBug(
        script=scripted.lane_ends_early, patches=((sweep, "_give_lane", nothing),)
    ),
    "a lost date holds up those who do not need it": PlantedBug(
        script=scripted.lax_and_strict_share_a_target, patches=((Round, "_content_without", _none),)
    ),
    "a target computed under a weaker policy counts as done": PlantedBug(
        script=scripted.lax_runs_what_only_strict_needs, patches=((settle, "standing", _target_as_it_is),)
    ),
    "history that only others need counts as failed": PlantedBug(
        script=scripted.lax_runs_what_only_strict_needs, patches=((settle, "standing", _history_as_it_is),)
    ),
    "a target held up for one blocks it for all": PlantedBug(
        script=scripted.release_for_the_lax_one_is_lost, patches=((Frontier, "has", _history_lane_only),)
    ),
    "a round decides by the calendar it remembers": PlantedBug(
        script=scripted.calendar_is_revised_elsewhere, patches=((Season, "renew", nothing),)
    ),
    "attempts go by the calendar they remember": PlantedBug(
        script=scripted.calendar_is_revised_elsewhere, patches=((Seasons, "calendar", _remembered_calendar),)
    ),
    "a revised calendar is not told on the frontier": PlantedBug(
        script=scripted.calendar_is_revised_elsewhere, patches=((load_calendar, "_put_in_force", _calendar_alone),)
    ),
    "a release outlives its calendar": PlantedBug(
        script=scripted.calendar_is_revised_after_a_release, patches=((Manifest, "body", _body_without_calendar),)
    ),
    "what a target waits for is not looked at again": PlantedBug(
        script=scripted.nothing_waits_for_the_sweep, patches=((Round, "_still_waits", _watched),)
    ),
    "a cancel keeps the epoch": PlantedBug(
        script=scripted.cancelled_in_the_middle, patches=((Backfill, "cancelled", _cancelled_at_its_epoch),)
    ),
    "a claim asks nobody whether it is wanted": PlantedBug(
        script=scripted.cancelled_in_the_middle, patches=((attempt, "_wanted", always),)
    ),
    "a cancel ends lanes that others want": PlantedBug(
        script=scripted.cancelled_beside_another, patches=((Observation, "end_dead_lanes", _end_every_lane),)
    ),
    "lanes of a cancelled backfill are left": PlantedBug(
        script=scripted.cancelled_in_the_middle, patches=((Observation, "end_dead_lanes", nothing),)
    ),
    "a cancelled backfill's targets wait on": PlantedBug(
        script=scripted.strict_one_is_cancelled, patches=((withdraw, "_withdraw", _withdraw_lanes_only),)
    ),
    "what a target waits for is remembered for other wanters": PlantedBug(
        script=scripted.strict_one_is_cancelled, patches=((Round, "_still_waits", _still_waits_for_anybody),)
    ),
    "a retry leaves what was blocked": PlantedBug(
        script=scripted.retried_without_a_target, patches=((reopen, "_enroll", nothing),)
    ),
    "policies that fit no output together are left undecided": PlantedBug(
        script=scripted.neither_needs_what_both_need, patches=((Round, "_need_each", _undecided),)
    ),
    "lanes of what was blocked are left": PlantedBug(
        script=scripted.blocked_after_its_release, patches=((Observation, "end_dead_lanes", nothing),)
    ),
    "lanes start without a limit": PlantedBug(patches=((Frontier, "start", _start_all),)),
}
