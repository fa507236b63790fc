"""What a completion leaves beside its unit: digests by entity, whom it changed, and who was listed before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.adapters.embedded.memory import MemoryStore
from shared.domain.units import Status, Unit
from shared.service.contents import changes_between, completion_writes, differing
from shared.service.ledger import Ledger

DAY = date(2024, 11, 15)
NEW = Unit(phase=3, game_date=DAY, status=Status.RUNNING)
APPEARANCES = f"appearances/{DAY}"


def complete(
    ledger: Ledger, version: int, entities: Mapping[str, Mapping[str, str]], listed: Any = ()
) -> Mapping[str, list[str]]:
    """Commit a completion at a version; return whom it changed."""
    before = replace(NEW, version=version - 1)
    done = replace(NEW, status=Status.COMPLETE, version=version)
    writes, changed = completion_writes(ledger, done, before, entities, {APPEARANCES: {"players": list(listed)}})
    ledger.commit(writes)
    return changed


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({}, {}, []),
        ({"1": "a", "2": "b"}, {"1": "a", "2": "b"}, []),
        ({"1": "a", "2": "b"}, {"1": "a", "2": "c"}, ["2"]),
        ({"1": "a"}, {"2": "a"}, ["1", "2"]),
    ],
)
def test_an_entity_differs_by_its_digest_or_by_being_there(
    before: dict[str, str], after: dict[str, str], names: list[str]
) -> None:
    assert differing(before, after) == names


def test_a_first_version_changes_nothing_that_anybody_has_read() -> None:
    ledger = Ledger(MemoryStore())
    assert complete(ledger, 1, {"players": {"1": "a"}}) == {}
    assert changes_between(ledger, 3, DAY, 0, 1) is None


def test_a_later_version_records_whom_it_changed_and_who_was_listed_before() -> None:
    ledger = Ledger(MemoryStore())
    complete(ledger, 1, {"players": {"1": "a", "2": "b"}, "teams": {"BOS": "x"}}, [[1, "BOS", True]])
    changed = complete(ledger, 2, {"players": {"1": "a", "2": "c"}, "teams": {"BOS": "x"}}, [[1, "BOS", False]])
    assert changed == {"players": ["2"]}
    [change] = changes_between(ledger, 3, DAY, 1, 2) or ()
    assert change["entities"] == {"players": ["2"]}
    assert change["replaced"] == {APPEARANCES: {"players": [[1, "BOS", True]]}}
    complete(ledger, 3, {"players": {"1": "b", "2": "c"}, "teams": {"BOS": "x"}})
    found = changes_between(ledger, 3, DAY, 1, 3) or ()
    assert [each["entities"] for each in found] == [{"players": ["2"]}, {"players": ["1"]}]


def test_what_did_not_run_keeps_its_digests() -> None:
    ledger = Ledger(MemoryStore())
    complete(ledger, 1, {"players": {"1": "a"}, "teams": {"BOS": "x"}})
    complete(ledger, 2, {"players": {"1": "b"}})
    assert complete(ledger, 3, {"players": {"1": "b"}, "teams": {"BOS": "x"}}) == {}


@pytest.mark.parametrize(("read", "now"), [(1, 1), (2, 1), (1, 5), (0, 2)])
def test_changes_that_were_not_recorded_are_not_taken_for_none(read: int, now: int) -> None:
    ledger = Ledger(MemoryStore())
    complete(ledger, 1, {"players": {"1": "a"}})
    complete(ledger, 2, {"players": {"1": "b"}})
    assert changes_between(ledger, 3, DAY, read, now) is None
