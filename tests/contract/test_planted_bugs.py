"""Every guard of the embedded bus and store, removed once: the contract must notice."""

import importlib.util
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from google.cloud.firestore_v1.batch import WriteBatch

from shared.adapters.embedded import bus as bus_module
from shared.adapters.embedded import store as store_module
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.delivery import Chaos, Delivery, Outcome, Queue
from shared.adapters.embedded.memory import MemoryBus, MemoryStore, VirtualClock
from shared.adapters.embedded.sqlite import Connection
from shared.adapters.embedded.store import SqliteStore
from shared.adapters.gcp import firestore_commit as commit_module
from shared.adapters.gcp import store as firestore_store
from shared.adapters.gcp.firestore_commit import Commit
from shared.adapters.gcp.firestore_documents import EPOCH
from shared.adapters.gcp.store import FirestoreStore
from shared.adapters.topology import Subscription
from shared.ports import Document, Store, Write
from tests.emulators.firestore import FirestoreEmulator
from tests.emulators.interference import update_unchecked


def contract(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"contract_{name}", Path(__file__).with_name(f"test_{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUS, STORE = contract("bus"), contract("store")
Patch = tuple[object, str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """What is replaced, and the contract's test that must fail then."""

    name: str
    patch: Patch
    caught_by: Callable[..., None]
    port: str = "sqlite"

    def __str__(self) -> str:
        return f"{self.port}: {self.name}"


def without(module: ModuleType, name: str, guard: str, instead: str = "") -> Patch:
    statement = getattr(module, name)
    assert guard in statement, f"{name} has no {guard!r} any more: plant the bug anew"
    return module, name, statement.replace(guard, instead)


def lose_dead_letter(bus: SqliteBus, delivery: Delivery, _: Subscription) -> None:
    bus._connection.execute(bus_module.DELETE, (delivery.sequence, delivery.lease))


def dead_letter_unchecked(bus: SqliteBus, delivery: Delivery, subscription: Subscription) -> None:
    lose_dead_letter(bus, delivery, subscription)
    bus._insert("dead-letters", "again", "{}", delivery.text)


def lose_dead_letter_in_memory(bus: MemoryBus, delivery: Delivery, _: Subscription) -> None:
    del bus._entries[delivery.sequence]


def always_gives_up(subscription: Subscription, attempt: int) -> bool:
    return attempt >= subscription.max_delivery_attempts


LEASE_GUARD = "AND lease = ?"
ANY_LEASE = "AND ? IS NOT NULL"
STALE = BUS.test_a_stale_holder_changes_nothing_for_the_newer_one
EXPIRY = partial(BUS.test_after_its_last_attempt_a_message_is_a_dead_letter, fail=BUS.expire_all_attempts)
REJECTION = partial(BUS.test_after_its_last_attempt_a_message_is_a_dead_letter, fail=BUS.reject_all_attempts)

BUS_BUGS = [
    Bug(
        name="a lease never ends",
        patch=without(bus_module, "LEASE_ANY", ":now + deadline_seconds", ":now + 1e9"),
        caught_by=BUS.test_a_leased_message_is_nobody_elses_until_its_deadline,
    ),
    Bug(
        name="a leased message is delivered again",
        patch=without(bus_module, "LEASE_ANY", ":now + deadline_seconds", ":now"),
        caught_by=BUS.test_a_leased_message_is_nobody_elses_until_its_deadline,
    ),
    Bug(
        name="a stale acknowledgement removes the newer delivery",
        patch=without(bus_module, "DELETE", LEASE_GUARD, ANY_LEASE),
        caught_by=partial(STALE, outcome=Outcome.ACKNOWLEDGED),
    ),
    Bug(
        name="a stale rejection ends the newer lease",
        patch=without(bus_module, "POSTPONE", LEASE_GUARD, ANY_LEASE),
        caught_by=partial(STALE, outcome=Outcome.REJECTED),
    ),
    Bug(
        name="a stale release ends the newer lease",
        patch=without(bus_module, "RELEASE", LEASE_GUARD, ANY_LEASE),
        caught_by=partial(STALE, outcome=Outcome.RELEASED),
    ),
    Bug(
        name="a sequence is used again",
        patch=without(bus_module, "SCHEMA", "AUTOINCREMENT"),
        caught_by=BUS.test_a_late_acknowledgement_does_not_hit_the_next_message,
    ),
    Bug(
        name="a dead letter is lost",
        patch=(SqliteBus, "_dead_letter", lose_dead_letter),
        caught_by=REJECTION,
    ),
    Bug(
        name="a stale holder's last rejection dead-letters what another holds",
        patch=(SqliteBus, "_dead_letter", dead_letter_unchecked),
        caught_by=BUS.test_a_stale_last_attempt_dead_letters_nothing,
    ),
    Bug(
        name="attempts that end by the deadline are never too many",
        patch=(SqliteBus, "_spent", lambda *_: False),
        caught_by=EXPIRY,
    ),
    Bug(
        name="a dead letter is dead-lettered",
        patch=(Subscription, "gives_up", always_gives_up),
        caught_by=BUS.test_a_dead_letter_is_kept_however_often_it_fails,
    ),
    Bug(
        name="a release costs an attempt",
        patch=without(bus_module, "RELEASE", "attempt = attempt - 1, "),
        caught_by=BUS.test_a_released_delivery_comes_back_at_once_and_costs_no_attempt,
    ),
    Bug(
        name="a new boot cuts back-offs short",
        patch=without(bus_module, "END_LEASES", "WHERE leased = 1"),
        caught_by=BUS.test_end_leases_frees_what_an_earlier_boot_held_and_only_that,
    ),
    Bug(
        name="a stale holder counts",
        patch=(MemoryBus, "_holds", lambda bus, delivery: delivery.sequence in bus._entries),
        caught_by=partial(STALE, outcome=Outcome.ACKNOWLEDGED),
        port="memory",
    ),
    Bug(
        name="a dead letter is lost",
        patch=(MemoryBus, "_dead_letter", lose_dead_letter_in_memory),
        caught_by=EXPIRY,
        port="memory",
    ),
]


def apply_one_by_one(connection: Connection, encoded: Sequence[tuple[Write, str]]) -> None:
    for write, body in encoded:
        store_module._apply(connection, write, body)


def get_many_one_by_one(store: Store, keys: Sequence[str]) -> dict[str, Document]:
    documents = {}
    for key in keys:
        documents[key] = store.get(key)
        time.sleep(0.001)  # so that a writer gets in between on any machine
    return {key: document for key, document in documents.items() if document is not None}


def get_many_one_by_one_in_firestore(store: FirestoreStore, keys: Sequence[str]) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    for key in keys:
        documents |= FIRESTORE_GET_MANY(store, [key])
        time.sleep(0.001)  # so that a writer gets in between on any machine
    return documents


FIRESTORE_GET_MANY = FirestoreStore.get_many


def commit_one_by_one(store: MemoryStore, writes: Sequence[Write]) -> dict[str, int]:
    revisions = {}
    for write in writes:
        revisions |= MEMORY_COMMIT(store, [write])
    return revisions


MEMORY_COMMIT = MemoryStore.commit
ATOMIC = partial(STORE.test_a_batch_with_one_loser_changes_nothing, loser=Write(key="units/taken", body={}), place=2)


def create_over(batch: WriteBatch, reference: Any, fields: dict[str, Any]) -> None:
    batch.set(reference, fields)


def send_one_by_one(commit: Commit) -> dict[str, int]:
    revisions = {}
    for write in commit._writes:
        revisions |= FIRESTORE_COMMIT(Commit(commit._client, commit._calls, [write], token=commit._token))
    return revisions


FIRESTORE_COMMIT = Commit.run

STORE_BUGS = [
    Bug(
        name="a create has two winners",
        patch=without(
            store_module, "CREATE", "ON CONFLICT DO NOTHING", "ON CONFLICT DO UPDATE SET body = excluded.body"
        ),
        caught_by=STORE.test_a_create_has_one_winner,
    ),
    Bug(
        name="an update is lost",
        patch=without(store_module, "SWAP", "AND revision = ?", "AND ? IS NOT NULL"),
        caught_by=partial(STORE.test_a_write_on_another_revision_conflicts_and_names_the_key, wrong="stale"),
    ),
    Bug(
        name="a batch is applied in part",
        patch=(store_module, "_apply_all", apply_one_by_one),
        caught_by=ATOMIC,
    ),
    Bug(
        name="documents are read in several snapshots",
        patch=(SqliteStore, "get_many", get_many_one_by_one),
        caught_by=STORE.test_get_many_never_sees_half_a_batch,
    ),
    Bug(
        name="a compare-and-set does not compare",
        patch=(MemoryStore, "_check", lambda *_: None),
        caught_by=partial(STORE.test_a_write_on_another_revision_conflicts_and_names_the_key, wrong="stale"),
        port="memory",
    ),
    Bug(
        name="a batch is applied in part",
        patch=(MemoryStore, "commit", commit_one_by_one),
        caught_by=ATOMIC,
        port="memory",
    ),
    Bug(
        name="a create has two winners",
        patch=(WriteBatch, "create", create_over),
        caught_by=partial(STORE.test_a_write_on_another_revision_conflicts_and_names_the_key, wrong="none"),
        port="firestore",
    ),
    Bug(
        name="an update is lost",
        patch=(WriteBatch, "update", update_unchecked),
        caught_by=partial(STORE.test_a_write_on_another_revision_conflicts_and_names_the_key, wrong="stale"),
        port="firestore",
    ),
    Bug(
        name="a revision that no document can be at is one",
        patch=(commit_module, "moment_of", lambda revision: EPOCH + timedelta(microseconds=revision)),
        caught_by=partial(STORE.test_a_swap_of_a_document_that_is_not_there_conflicts, revision=0),
        port="firestore",
    ),
    Bug(
        name="a batch is applied in part",
        patch=(Commit, "run", send_one_by_one),
        caught_by=ATOMIC,
        port="firestore",
    ),
    Bug(
        name="documents are read in several snapshots",
        patch=(FirestoreStore, "get_many", get_many_one_by_one_in_firestore),
        caught_by=STORE.test_get_many_never_sees_half_a_batch,
        port="firestore",
    ),
    Bug(
        name="a write of an equal body is no commit",
        patch=(firestore_store.secrets, "token_hex", lambda _: "0" * 16),
        caught_by=STORE.test_the_revision_of_a_commit_is_read_back_and_the_next_one_is_higher,
        port="firestore",
    ),
]


def open_bus(port: str, path: Path, clock: VirtualClock, chaos: Chaos | None = None) -> Queue:
    if port == "memory":
        return MemoryBus(BUS.TOPOLOGY, clock, chaos=chaos)
    return SqliteBus(path / "bus.sqlite", BUS.TOPOLOGY, clock, chaos=chaos)


def fails(test: Callable[..., None], **arguments: Any) -> None:
    """Assert that the contract's test fails by its own assertion, not by an error of the planted bug."""
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        test(**arguments)


@pytest.mark.parametrize("bug", BUS_BUGS, ids=str)
def test_the_bus_contract_catches(bug: Bug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*bug.patch)
    clock = VirtualClock()
    bus = open_bus(bug.port, tmp_path, clock)
    wanted = {"bus": bus, "clock": clock}
    function = bug.caught_by.func if isinstance(bug.caught_by, partial) else bug.caught_by
    fails(bug.caught_by, **{name: value for name, value in wanted.items() if name in function.__annotations__})


@pytest.mark.parametrize("bug", STORE_BUGS, ids=str)
def test_the_store_contract_catches(
    bug: Bug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    store = open_store(bug.port, tmp_path, request)
    monkeypatch.setattr(*bug.patch)
    fails(bug.caught_by, store=store)


def open_store(port: str, path: Path, request: pytest.FixtureRequest) -> Store:
    if port == "firestore":
        emulator: FirestoreEmulator = request.getfixturevalue("firestore")
        return emulator.store()
    return MemoryStore() if port == "memory" else SqliteStore(path / "ledger.sqlite")
