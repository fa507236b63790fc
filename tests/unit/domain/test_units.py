import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.domain import units
from shared.domain.errors import FenceRevoked, Rejected
from shared.domain.units import IllegalTransition, Output, Status, Unit, unit_from, unit_key

NOW = datetime(2024, 11, 9, 12, 0, tzinfo=UTC)
LEASE_SECONDS = 540
ATTEMPTS_MAX = 3
FRESH = Unit(phase=3, game_date=date(2024, 11, 8))
RUNNING = units.claim(FRESH, NOW, LEASE_SECONDS)
FIRST_OUTPUT = Output(digests={"player_game_summary": "a"}, rows={"player_game_summary": 210}, inputs={"2-x": 1})
COMPLETE = units.complete(RUNNING, 1, FIRST_OUTPUT, NOW)
REOPENED = units.reopen(COMPLETE, NOW)
RUNNING_AGAIN = units.claim(REOPENED, NOW, LEASE_SECONDS)
FAILED = units.fail(RUNNING, 1, "MalformedLanding", NOW)
BLOCKED = units.block(FRESH, "units/2-2024-11-08 failed", NOW)
PUBLISHING = units.publish_started(RUNNING, 1, NOW)

HeldEvent = Callable[[Unit, int], Unit]
HELD_EVENTS: dict[str, HeldEvent] = {
    "publish_started": lambda unit, fence: units.publish_started(unit, fence, NOW),
    "complete": lambda unit, fence: units.complete(unit, fence, FIRST_OUTPUT, NOW),
    "retry": lambda unit, fence: units.retry(unit, fence, "timed out", 10, NOW),
    "supersede": lambda unit, fence: units.supersede(unit, fence, NOW),
    "fail": lambda unit, fence: units.fail(unit, fence, "no such column", NOW),
}


def test_a_unit_is_named_by_phase_and_date() -> None:
    assert FRESH.key == unit_key(3, date(2024, 11, 8)) == "units/3-2024-11-08"


def test_a_claim_takes_a_new_fence_and_a_lease() -> None:
    assert (RUNNING.status, RUNNING.fence, RUNNING.attempts) == (Status.RUNNING, 1, 1)
    assert RUNNING.lease_live(NOW + timedelta(seconds=LEASE_SECONDS - 1))
    assert not RUNNING.lease_live(NOW + timedelta(seconds=LEASE_SECONDS))


def test_a_lease_that_ran_out_may_be_taken_over() -> None:
    later = NOW + timedelta(seconds=LEASE_SECONDS)
    taken = units.claim(RUNNING, later, LEASE_SECONDS)
    assert (taken.fence, taken.attempts) == (2, 2)
    assert taken.lease_live(later)


@pytest.mark.parametrize("unit", [RUNNING, COMPLETE, FAILED, BLOCKED], ids=lambda unit: unit.status.value)
def test_only_a_pending_unit_or_a_lapsed_lease_can_be_claimed(unit: Unit) -> None:
    with pytest.raises(IllegalTransition):
        units.claim(unit, NOW, LEASE_SECONDS)


@pytest.mark.parametrize("event", HELD_EVENTS)
@pytest.mark.parametrize("unit", [FRESH, COMPLETE, FAILED, BLOCKED], ids=lambda unit: unit.status.value)
def test_nobody_holds_a_unit_that_does_not_run(event: str, unit: Unit) -> None:
    with pytest.raises(FenceRevoked):
        HELD_EVENTS[event](unit, unit.fence)


@pytest.mark.parametrize("event", HELD_EVENTS)
@pytest.mark.parametrize("fence", [1, 3])
def test_only_the_current_fence_is_heard(event: str, fence: int) -> None:
    taken = units.claim(RUNNING, NOW + timedelta(hours=1), LEASE_SECONDS)
    assert HELD_EVENTS[event](taken, 2)
    with pytest.raises(FenceRevoked):
        HELD_EVENTS[event](taken, fence)


@pytest.mark.parametrize(
    ("digests", "version"),
    [
        ({"player_game_summary": "a"}, 1),  # the same content: nobody downstream has to know
        ({"player_game_summary": "b"}, 2),
        ({"player_game_summary": "a", "team_offense_game_summary": "c"}, 2),
        ({}, 2),
    ],
)
def test_the_version_rises_only_when_a_digest_changed(digests: dict[str, str], version: int) -> None:
    done = units.complete(RUNNING_AGAIN, 2, replace(FIRST_OUTPUT, digests=digests, inputs={"2-x": 2}), NOW)
    assert done.version == version
    assert done.inputs == {"2-x": 2}


def test_a_first_completion_without_any_digest_is_version_one() -> None:
    assert units.complete(RUNNING, 1, Output(digests={}, rows={}, inputs={}), NOW).version == 1


def test_completion_settles_everything_about_the_attempt() -> None:
    forced = replace(PUBLISHING, force=True, error="earlier", attempts=3, resends=2, stale={"*": ("3-x: 1 -> 2",)})
    done = units.complete(forced, 1, FIRST_OUTPUT, NOW)
    assert (done.publishing, done.force, done.error, done.attempts, done.resends) == (False, False, "", 0, 0)
    assert (done.stale, done.lease_until, done.readable) == ({}, "", True)


@pytest.mark.parametrize("crash", ["retry", "supersede", "fail", "expire", "takeover"])
def test_publishing_outlives_the_attempt_that_began_it(crash: str) -> None:
    after = {
        **{name: HELD_EVENTS[name] for name in ("retry", "supersede", "fail")},
        "expire": lambda unit, _: units.expire(unit, ATTEMPTS_MAX, NOW),
        "takeover": lambda unit, _: units.claim(unit, NOW + timedelta(hours=1), LEASE_SECONDS),
    }[crash](units.publish_started(RUNNING_AGAIN, 2, NOW), 2)
    assert after.version == 1
    assert after.publishing
    assert not after.readable
    assert not after.usable


@pytest.mark.parametrize(
    ("unit", "readable", "usable"),
    [
        (FRESH, False, False),
        (RUNNING, False, False),
        (COMPLETE, True, True),
        (REOPENED, False, True),  # its last output is still there
        (RUNNING_AGAIN, False, True),
        (units.publish_started(RUNNING_AGAIN, 2, NOW), False, False),
        (FAILED, False, False),
    ],
)
def test_who_may_read_a_unit(unit: Unit, readable: bool, usable: bool) -> None:
    assert (unit.readable, unit.usable) == (readable, usable)


def test_a_reopened_unit_may_be_kept_as_it_was() -> None:
    kept = units.keep(replace(REOPENED, stale={"*": ("3-x: 1 -> 2",)}), NOW)
    assert (kept.status, kept.version, kept.digests, kept.stale) == (Status.COMPLETE, 1, COMPLETE.digests, {})


@pytest.mark.parametrize(
    "unit",
    [FRESH, COMPLETE, RUNNING_AGAIN, replace(REOPENED, force=True), replace(REOPENED, publishing=True)],
)
def test_nothing_is_kept_that_is_not_there_or_is_to_be_redone(unit: Unit) -> None:
    with pytest.raises(IllegalTransition):
        units.keep(unit, NOW)


@pytest.mark.parametrize("unit", [FRESH, RUNNING, FAILED, BLOCKED], ids=lambda unit: unit.status.value)
def test_only_a_complete_unit_is_reopened(unit: Unit) -> None:
    with pytest.raises(IllegalTransition):
        units.reopen(unit, NOW)


def test_a_retry_waits_and_says_why() -> None:
    waiting = units.retry(RUNNING, 1, "x" * 5000, 10, NOW)
    assert (waiting.status, waiting.attempts) == (Status.PENDING, 1)
    assert waiting.not_before == (NOW + timedelta(seconds=10)).isoformat()
    assert waiting.error == "x" * 2000
    assert units.claim(waiting, NOW, LEASE_SECONDS).not_before == ""


def test_a_superseded_attempt_does_not_count() -> None:
    assert units.supersede(RUNNING, 1, NOW).attempts == 0


@pytest.mark.parametrize(("attempts", "status"), [(1, Status.PENDING), (2, Status.PENDING), (3, Status.FAILED)])
def test_a_lapsed_lease_fails_the_unit_once_its_attempts_are_spent(attempts: int, status: Status) -> None:
    expired = units.expire(replace(RUNNING, attempts=attempts), ATTEMPTS_MAX, NOW)
    assert (expired.status, bool(expired.error)) == (status, status is Status.FAILED)
    with pytest.raises(IllegalTransition):
        units.expire(expired, ATTEMPTS_MAX, NOW)


@pytest.mark.parametrize("unit", [RUNNING, COMPLETE, FAILED], ids=lambda unit: unit.status.value)
def test_only_what_waits_is_blocked(unit: Unit) -> None:
    assert units.block(unit, "units/2-2024-11-08 failed", NOW) == unit
    assert units.unblock(unit, NOW) == unit


def test_a_blocked_unit_takes_the_latest_reason_and_comes_back_without_one() -> None:
    assert units.block(BLOCKED, "another failed", NOW).reason == "another failed"
    assert units.unblock(BLOCKED, NOW) == replace(FRESH, updated_at=NOW.isoformat())


def test_a_release_unblocks_and_lays_down_the_manifest() -> None:
    target = replace(BLOCKED, phase=4, resends=3)
    released = units.release(target, {"versions": {}}, 0.85, NOW)
    assert (released.status, released.manifest, released.certified_share) == (Status.PENDING, {"versions": {}}, 0.85)
    assert released.resends == 0


@pytest.mark.parametrize(
    ("unit", "force", "status", "forced"),
    [
        (FRESH, False, Status.PENDING, False),
        (FRESH, True, Status.PENDING, True),
        (FAILED, False, Status.PENDING, False),
        (BLOCKED, False, Status.PENDING, False),
        (COMPLETE, False, Status.COMPLETE, False),
        (COMPLETE, True, Status.PENDING, True),
        (RUNNING, False, Status.RUNNING, False),
    ],
)
def test_wanting_a_unit_gives_failures_a_fresh_start(unit: Unit, force: bool, status: Status, forced: bool) -> None:
    wanted = units.want(replace(unit, wanted_by={"nov": 0}), "dec", 2, NOW, force=force)
    assert (wanted.status, wanted.force, wanted.wanted_by) == (status, forced, {"nov": 0, "dec": 2})
    assert status is not Status.PENDING or (wanted.attempts, wanted.error, wanted.reason) == (0, "", "")


def test_a_document_holds_only_what_differs_from_a_new_unit() -> None:
    assert FRESH.body() == {"phase": 3, "game_date": "2024-11-08", "status": "pending"}
    stale = replace(COMPLETE, stale={"*": ("3-x: 1 -> 2",)})
    assert unit_from(json.loads(json.dumps(stale.body()))) == stale


def test_an_illegal_event_is_rejected_and_not_tried_again() -> None:
    assert issubclass(IllegalTransition, Rejected)
    assert issubclass(FenceRevoked, Rejected)


def test_a_fence_that_completed_needs_no_revoking() -> None:
    assert list(RUNNING.unsettled_fences) == []
    assert (COMPLETE.settled_fence, list(RUNNING_AGAIN.unsettled_fences)) == (1, [])


@pytest.mark.parametrize("end", ["retry", "supersede", "fail"])
def test_a_fence_that_ended_otherwise_needs_revoking(end: str) -> None:
    # Its publish may have been sent, and not have been heard of.
    ended = replace(HELD_EVENTS[end](PUBLISHING, 1), status=Status.PENDING)
    assert list(units.claim(ended, NOW, LEASE_SECONDS).unsettled_fences) == [1]


def test_a_fence_that_was_revoked_is_not_revoked_again() -> None:
    second = units.claim(units.retry(PUBLISHING, 1, "timed out", 0, NOW), NOW, LEASE_SECONDS)
    assert list(second.unsettled_fences) == [1]
    published = units.publish_started(second, 2, NOW)
    assert (published.settled_fence, list(published.unsettled_fences)) == (1, [])
    third = units.claim(units.retry(published, 2, "timed out", 0, NOW), NOW, LEASE_SECONDS)
    assert list(third.unsettled_fences) == [2]
    assert unit_from(json.loads(json.dumps(third.body()))) == third


@pytest.mark.parametrize(
    ("held", "asked", "expected"),
    [
        ((False, ()), (False, ()), (False, ())),
        ((False, ()), (True, ()), (True, ())),
        ((False, ()), (True, ("a",)), (True, ("a",))),
        ((True, ("a",)), (True, ("b",)), (True, ("a", "b"))),
        ((True, ("a",)), (False, ()), (True, ("a",))),
        # All of it, once asked for, is not narrowed to some.
        ((True, ()), (True, ("a",)), (True, ())),
        ((True, ("a",)), (True, ()), (True, ())),
    ],
)
def test_what_is_to_be_redone_only_grows(
    held: tuple[bool, tuple[str, ...]], asked: tuple[bool, tuple[str, ...]], expected: tuple[bool, tuple[str, ...]]
) -> None:
    pending = replace(REOPENED, force=held[0], redo=held[1])
    wanted = units.want(pending, "b", 0, NOW, force=asked[0], redo=asked[1])
    assert (wanted.force, wanted.redo) == expected
