"""Guards of a unit's attempts, each taken away: hints, fences, torn reads and retries (DESIGN's rules a, b, c, e)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain.calendar import SeasonCalendar
from shared.domain.errors import StorageUnavailable
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service import attempt, precompute, sweep
from shared.service.app import App
from shared.service.attempt import Prepared
from shared.service.ledger import Head, Held, Ledger, unit_write
from tests.memory_stack import ToyWarehouse
from tests.simulation import scripted, scripted_attempts
from tests.simulation.planted_bug import PlantedBug, always, never, nothing

Attempt = attempt._Attempt
ANNOUNCE = attempt.announce
CLAIM = attempt.units.claim
EXPIRE = sweep.units.expire
PUBLISH_STARTED = attempt.units.publish_started
RETRY = attempt.units.retry
UNITS_OF_SEASON = Ledger.units_of_season
WRITE = Attempt._write


def _rebase_onto_anybody(self: Any, unit: Unit) -> Unit:
    held = self.app.ledger.unit(unit.phase, unit.game_date)
    self.revision = held.revision
    return replace(unit, wanted_by=held.unit.wanted_by, policy=held.unit.policy)


def _write_blindly(self: Any, unit: Unit, others: Sequence[Write] = ()) -> None:
    held = self.app.ledger.unit(unit.phase, unit.game_date)
    written = self.app.ledger.commit([unit_write(unit, held.revision), *others])
    self.unit, self.revision = unit, written[unit.key]


def _claim_without_a_fence(unit: Unit, now: datetime, lease_seconds: float) -> Unit:
    return replace(CLAIM(unit, now, lease_seconds), fence=1)


def _claim_without_counting(unit: Unit, now: datetime, lease_seconds: float) -> Unit:
    return replace(CLAIM(unit, now, lease_seconds), attempts=unit.attempts)


def _expire_without_counting(unit: Unit, attempts_max: int, now: datetime) -> Unit:
    return EXPIRE(replace(unit, attempts=max(unit.attempts - 1, 0)), attempts_max, now)


def _retry_at_once(unit: Unit, fence: int, error: str, _delay: float, now: datetime) -> Unit:
    return RETRY(unit, fence, error, 0.0, now)


def _leased_for_ever(self: Unit, _now: datetime) -> bool:
    return self.status is Status.RUNNING


def _publish_started_settling_itself(unit: Unit, fence: int, now: datetime) -> Unit:
    return replace(PUBLISH_STARTED(unit, fence, now), settled_fence=fence)


def _announced_or_not(app: App, phase: int, hint: Any) -> None:
    try:
        ANNOUNCE(app, phase, hint)
    except StorageUnavailable:
        return


def _publish_with(*steps: str) -> Any:
    """Return an attempt's publishing that takes these steps, in this order, after earlier fences are revoked."""

    def publish(self: Any, prepared: Prepared) -> None:
        take = {
            "say": lambda: self._write(attempt.units.publish_started(self.unit, self.unit.fence, self.app.clock.now())),
            "look": self._check_inputs,
            "replace": prepared.publish,
            "complete": lambda: self._complete(prepared),
        }
        if self.unit.unsettled_fences:
            self.app.warehouse.revoke(self.unit.key, self.unit.unsettled_fences)
        for step in steps:
            take[step]()

    return publish


def _heads_while_publishing(self: Ledger, first: str, last: str) -> Mapping[str, Head]:
    documents = self.store.get_many(list(self.store.revisions(first, last)))
    return {
        key: Head(found.revision, found.body.get("version", 0), found.body.get("version", 0) > 0)
        for key, found in documents.items()
    }


def _heads_as_first_seen(self: Ledger, first: str, last: str) -> Mapping[str, Head]:
    unseen = [key for key in self.store.revisions(first, last) if key not in self._heads]
    for key, found in self.store.get_many(unseen).items() if unseen else ():
        version, publishing = found.body.get("version", 0), found.body.get("publishing", False)
        self._heads[key] = Head(found.revision, version, version > 0 and not publishing)
    return self._heads


def _units_as_first_seen(self: Any, calendar: SeasonCalendar, phases: Iterable[int] = range(1, 6)) -> dict[str, Held]:
    seen = self.__dict__.setdefault("seen", {})
    return {key: seen.setdefault(key, held) for key, held in UNITS_OF_SEASON(self, calendar, phases).items()}


def _write_appearances_later(self: Any, unit: Unit, others: Sequence[Write] = ()) -> None:
    apart = [each for each in others if each.key.startswith("appearances/")]
    WRITE(self, unit, [each for each in others if each not in apart])
    if apart:
        self.app.ledger.commit(apart)


ATTEMPT_BUGS: Mapping[str, PlantedBug] = {
    "a delivery runs a unit whose lease is live": PlantedBug(rule="a", seed=1, patches=((Unit, "lease_live", never),)),
    "unchanged units are run again": PlantedBug(rule="a", seed=0, patches=((attempt, "_same", never),)),
    "moved inputs are not noticed at a claim": PlantedBug(
        rule="a", script=scripted.file_is_corrected_by_hand, patches=((attempt, "_same", always),)
    ),
    "a completion that nobody heard is not said again": PlantedBug(
        rule="a",
        script=scripted_attempts.holder_dies_before_it_says_so,
        patches=((attempt, "announce_again", nothing),),
    ),
    "a message is acknowledged before what it brought about is published": PlantedBug(
        rule="a",
        script=scripted_attempts.completion_cannot_be_published,
        patches=((attempt, "announce", _announced_or_not),),
    ),
    "appearances are committed on their own": PlantedBug(
        rule="a",
        script=scripted_attempts.holder_dies_as_it_completes,
        patches=((Attempt, "_write", _write_appearances_later),),
    ),
    "the sweep mends nothing": PlantedBug(rule="a", seed=9, patches=((sweep, "mend", nothing),)),
    "a stale holder completes": PlantedBug(
        rule="b",
        script=scripted_attempts.zombie_comes_back_to_complete,
        patches=((Attempt, "_rebase", _rebase_onto_anybody),),
    ),
    "units are written without compare-and-set": PlantedBug(
        rule="b",
        script=scripted_attempts.zombie_comes_back_to_complete,
        patches=((Attempt, "_write", _write_blindly),),
    ),
    "there is no fence": PlantedBug(
        rule="b",
        script=scripted_attempts.zombie_comes_back_to_publish,
        patches=((attempt.units, "claim", _claim_without_a_fence),),
    ),
    "earlier fences are not revoked": PlantedBug(
        rule="b",
        script=scripted_attempts.zombie_comes_back_to_publish,
        patches=((ToyWarehouse, "revoke", nothing),),
    ),
    "a fence is settled before it completed": PlantedBug(
        rule="b",
        script=scripted_attempts.zombie_comes_back_to_publish,
        patches=((attempt.units, "publish_started", _publish_started_settling_itself),),
    ),
    "inputs are not read again before publishing": PlantedBug(
        rule="c",
        script=scripted.input_moves_while_a_target_is_computed,
        patches=((Attempt, "_publish", _publish_with("say", "replace", "look", "complete")),),
    ),
    "inputs are not read again before completing": PlantedBug(
        rule="c",
        script=scripted_attempts.input_moves_while_a_target_is_published,
        patches=((Attempt, "_publish", _publish_with("say", "look", "replace", "complete")),),
    ),
    "a unit is complete before it is published": PlantedBug(
        rule="c", seed=0, patches=((Attempt, "_publish", _publish_with("say", "look", "complete", "replace")),)
    ),
    "nobody is told that publishing starts": PlantedBug(
        rule="c",
        script=scripted.input_is_half_replaced_when_a_target_starts,
        patches=((Attempt, "_publish", _publish_with("look", "replace", "look", "complete")),),
    ),
    "readers ignore the publishing flag": PlantedBug(
        rule="c",
        script=scripted.input_is_half_replaced_when_a_target_starts,
        patches=(
            (Ledger, "heads", _heads_while_publishing),
            (Unit, "usable", property(lambda unit: unit.version > 0)),
            (Unit, "readable", property(lambda unit: unit.version > 0)),
        ),
    ),
    "versions are remembered as they were first seen": PlantedBug(
        rule="c", seed=53, patches=((Ledger, "heads", _heads_as_first_seen),)
    ),
    "units are remembered as they were first seen": PlantedBug(
        rule="c", seed=1, patches=((Ledger, "units_of_season", _units_as_first_seen),)
    ),
    "a superseded target is not decided again": PlantedBug(
        rule="c",
        script=scripted.input_moves_while_a_target_is_computed,
        patches=((precompute, "reconsider", nothing),),
    ),
    "a live lease takes the message, and nobody comes when it ends": PlantedBug(
        rule="e",
        script=scripted_attempts.holder_dies_before_it_publishes,
        patches=((sweep, "_expire", nothing),),
    ),
    "a lease never expires": PlantedBug(rule="e", seed=1, patches=((Unit, "lease_live", _leased_for_ever),)),
    "the sweep sends nothing again": PlantedBug(rule="e", seed=1, patches=((sweep, "_send_again", nothing),)),
    "a failed attempt keeps its lease": PlantedBug(
        rule="e",
        script=scripted_attempts.attempt_fails_once,
        patches=((Attempt, "_retry_or_fail", nothing),),
    ),
    "a retry is not put off": PlantedBug(
        rule="e", script=scripted_attempts.attempt_fails_once, patches=((attempt.units, "retry", _retry_at_once),)
    ),
    "attempts are not counted": PlantedBug(
        rule="e",
        script=scripted_attempts.attempts_fail_for_ever,
        patches=((attempt.units, "claim", _claim_without_counting),),
    ),
    "crashes are not counted": PlantedBug(
        rule="e",
        script=scripted_attempts.attempts_die_for_ever,
        patches=((sweep.units, "expire", _expire_without_counting),),
    ),
}
