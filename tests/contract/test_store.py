"""One contract, every adapter of the port `Store`.

A revision is the adapter's own: the one that a commit returns is the one read back, every commit moves it up, and
any other one conflicts. A range of keys lies within one collection.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.adapters.embedded import store as sqlite_store
from shared.adapters.embedded.memory import MemoryStore
from shared.adapters.embedded.store import SqliteStore
from shared.adapters.gcp import store as firestore_store
from shared.adapters.gcp.store import FirestoreStore
from shared.domain.errors import Conflict, InvalidInput
from shared.ports import Body, Store, Write
from tests.emulators.firestore import FirestoreEmulator
from tests.emulators.interference import OneMoment

THREADS, RETRIES_MAX = 8, 5_000
# Python's own 5 ms would let a thread finish its work before the next one gets a turn.
SWITCH_SECONDS = 1e-5
OpenStore = Callable[[], Store]


@pytest.fixture(params=["sqlite", "memory", "firestore"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    if request.param == "firestore":
        emulator: FirestoreEmulator = request.getfixturevalue("firestore")
        return emulator.store
    count = iter(range(1_000_000))
    return MemoryStore if request.param == "memory" else lambda: SqliteStore(tmp_path / f"{next(count)}.sqlite")


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()


def body_of(store: Store, key: str) -> Body:
    document = store.get(key)
    assert document is not None
    return document.body


def test_a_document_that_is_not_there_is_none(store: Store) -> None:
    assert store.get("units/3-2024-11-08") is None


def test_the_revision_of_a_commit_is_read_back_and_the_next_one_is_higher(store: Store) -> None:
    # The second body equals the first: a write that changes nothing is a commit all the same.
    revisions = [0]
    for n in (0, 0, 1):
        write = Write(key="units/a", body={"n": n}, revision=revisions[-1] or None)
        revisions += store.commit([write]).values()
        assert revisions[-1] > revisions[-2]
        document = store.get("units/a")
        assert document is not None
        assert (document.key, document.revision, document.body) == ("units/a", revisions[-1], {"n": n})
        assert store.revisions("units/", "units/~") == {"units/a": revisions[-1]}


WRONG: dict[str, Callable[[int, int], int | None]] = {
    "none": lambda first, current: None,
    "zero": lambda first, current: 0,
    "stale": lambda first, current: first,
    "next": lambda first, current: current + 1,
    "huge": lambda first, current: 2**62,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_write_on_another_revision_conflicts_and_names_the_key(store: Store, wrong: str) -> None:
    first = store.commit([Write(key="units/a", body={"n": 0})])["units/a"]
    current = store.commit([Write(key="units/a", body={"n": 1}, revision=first)])["units/a"]
    revision = WRONG[wrong](first, current)
    with pytest.raises(Conflict, match="units/a"):
        store.commit([Write(key="units/a", body={"n": 9}, revision=revision)])
    assert body_of(store, "units/a") == {"n": 1}


@pytest.mark.parametrize("revision", [0, 1, 1_731_024_000_000_000])
def test_a_swap_of_a_document_that_is_not_there_conflicts(store: Store, revision: int) -> None:
    with pytest.raises(Conflict, match="units/a"):
        store.commit([Write(key="units/a", body={}, revision=revision)])
    assert store.get("units/a") is None


@pytest.mark.parametrize("loser", [Write(key="units/taken", body={}), Write(key="units/absent", body={}, revision=1)])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_batch_with_one_loser_changes_nothing(store: Store, loser: Write, place: int) -> None:
    taken = store.commit([Write(key="units/taken", body={"n": 0})])
    writes = [Write(key="units/new", body={"n": 1}), Write(key="units/other", body={"n": 1})]
    if loser.key != "units/taken":
        writes[1] = Write(key="units/taken", body={"n": 1}, revision=taken["units/taken"])
    writes.insert(place, loser)
    with pytest.raises(Conflict, match=loser.key):
        store.commit(writes)
    assert {document.key: document.revision for document in store.scan("units/", "units/~")} == taken
    assert set(store.commit([Write(key="units/new", body={})])) == {"units/new"}


def test_a_batch_applies_all_of_its_writes(store: Store) -> None:
    first = store.commit([Write(key="units/a", body={"n": 0})])
    writes = [Write(key="units/a", body={"n": 1}, revision=first["units/a"]), Write(key="plans/b", body={"n": 2})]
    revisions = store.commit(writes)
    found = store.get_many(["units/a", "plans/b"])
    assert {key: item.revision for key, item in found.items()} == revisions
    assert {key: dict(item.body) for key, item in found.items()} == {"units/a": {"n": 1}, "plans/b": {"n": 2}}


def test_a_batch_may_be_as_large_as_a_season(store: Store) -> None:
    # 165 dates, 5 phases, 600 bytes each: the batch that makes a season's units pending.
    writes = [
        Write(key=f"units/{phase}-{day:03}", body={"phase": phase, "text": "x" * 600})
        for phase in range(1, 6)
        for day in range(165)
    ]
    assert store.commit(writes) == store.revisions("units/", "units/~")
    assert len(store.get_many([write.key for write in writes])) == 825


def test_an_empty_batch_is_nothing(store: Store) -> None:
    assert store.commit([]) == {}


def test_a_batch_writes_a_key_once(store: Store) -> None:
    with pytest.raises(InvalidInput, match="every key once"):
        store.commit([Write(key="units/a", body={"n": 0}), Write(key="units/a", body={"n": 1}, revision=1)])
    assert store.get("units/a") is None


def test_get_many_leaves_out_what_is_not_there(store: Store) -> None:
    store.commit([Write(key=f"units/{name}", body={"name": name}) for name in ("a", "b", "c")])
    assert sorted(store.get_many(["units/c", "units/a", "units/x", "units/a", "plans/a"])) == ["units/a", "units/c"]
    assert store.get_many([]) == {}
    # More keys than SQLite takes as parameters of one statement (32,766), or Firestore in one call (1,000).
    count = 2_500 if isinstance(store, FirestoreStore) else 40_000
    assert sorted(store.get_many([f"units/{n}" for n in range(count)] + ["units/b"])) == ["units/b"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("units/", "units/~", ["units/1", "units/2", "units/3"]),
        ("units/2", "units/3", ["units/2", "units/3"]),  # both ends belong to it
        ("units/20", "units/29", []),
        ("units/2", "units/~", ["units/2", "units/3"]),
        ("units/", "units/2", ["units/1", "units/2"]),
        ("units/3", "units/1", []),
        ("alerts/", "alerts/~", ["alerts/x"]),
        ("plans/", "plans/~", []),
    ],
)
def test_scan_is_ascending_and_includes_both_ends(store: Store, first: str, last: str, expected: list[str]) -> None:
    for key in ("units/2", "alerts/x", "units/3", "units/1"):
        store.commit([Write(key=key, body={})])
    assert [document.key for document in store.scan(first, last)] == expected
    assert sorted(store.revisions(first, last)) == expected


@pytest.mark.parametrize(
    ("first", "last", "value", "expected"),
    [
        ("units/", "units/~", "complete", 3),
        ("units/3-", "units/3-~", "complete", 2),
        ("units/3-b", "units/4-a", "complete", 2),  # both ends belong to it
        ("units/", "units/~", "failed", 1),
        ("units/", "units/~", "Complete", 0),
        ("units/4-", "units/3-", "complete", 0),
        ("plans/", "plans/~", "complete", 0),
    ],
)
def test_count_is_of_a_range_and_a_value(store: Store, first: str, last: str, value: str, expected: int) -> None:
    bodies = {
        "units/3-a": {"status": "complete", "fence": 1},
        "units/3-b": {"status": "complete"},
        "units/3-c": {"status": "failed", "reason": "complete"},
        "units/4-a": {"status": "complete"},
        "units/4-b": {"inner": {"status": "complete"}},
        "units/4-c": {"status": None},
        "units/4-d": {"status": ["complete"]},
        "backfills/a": {"status": "complete"},
    }
    store.commit([Write(key=key, body=body) for key, body in bodies.items()])
    assert store.count(first, last, "status", value) == expected
    assert store.count(first, last, "fence", "1") == 0  # a number is not its text


def test_a_count_follows_a_swap(store: Store) -> None:
    first = store.commit([Write(key="units/a", body={"status": "pending"})])
    store.commit([Write(key="units/a", body={"status": "running"}, revision=first["units/a"])])
    assert [store.count("units/", "units/~", "status", value) for value in ("pending", "running")] == [0, 1]


def test_scan_crosses_its_pages_and_the_caller_may_write_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sqlite_store, firestore_store):
        monkeypatch.setattr(module, "SCAN_PAGE", 10)
    keys = [f"units/{number:05}" for number in range(20)]
    first = store.commit([Write(key=key, body={"n": 0}) for key in keys])
    seen = []
    for document in store.scan("units/", "units/~"):
        seen.append(document.key)
        store.commit([Write(key=document.key, body={"n": 1}, revision=document.revision)])
    assert seen == keys
    assert all(document.revision > first[document.key] for document in store.scan("units/", "units/~"))


def test_nobody_changes_a_stored_document_by_holding_its_body(store: Store) -> None:
    body = {"wanted_by": {"b1": 1}}
    store.commit([Write(key="units/a", body=body)])
    body["wanted_by"]["b2"] = 1
    body_of(store, "units/a")["wanted_by"]["b3"] = 1
    store.get_many(["units/a"])["units/a"].body["wanted_by"]["b4"] = 1
    next(iter(store.scan("units/a", "units/a"))).body["wanted_by"]["b5"] = 1
    assert body_of(store, "units/a") == {"wanted_by": {"b1": 1}}


def test_a_body_that_is_not_json_is_refused_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        store.commit([Write(key="units/a", body={}), Write(key="units/b", body={"players": {1, 2}})])
    assert store.get("units/a") is None


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.text(), JSON_VALUES, max_size=4))
def test_any_json_body_comes_back_as_it_was(open_store: OpenStore, body: dict[str, object]) -> None:
    store = open_store()
    store.commit([Write(key="units/a", body=body)])
    assert body_of(store, "units/a") == body


KEYS = ("units/a", "units/b", "units/c")
# A key, and which of its revisions is written on: none (a create), 0, the first one, the current one.
WRITES = st.tuples(st.sampled_from(KEYS), st.sampled_from(("none", "zero", "first", "current")))


def revision_in(known: Sequence[int], choice: str) -> int | None:
    if choice == "none":
        return None
    return 0 if choice == "zero" or not known else known[0 if choice == "first" else -1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(WRITES, max_size=3, unique_by=lambda write: write[0]), max_size=12))
def test_any_sequence_of_batches_behaves_as_the_model(
    open_store: OpenStore, batches: list[list[tuple[str, str]]]
) -> None:
    store = open_store()
    model: dict[str, list[int]] = {key: [] for key in KEYS}
    for batch in batches:
        writes = [Write(key=key, body={}, revision=revision_in(model[key], choice)) for key, choice in batch]
        expected = all(write.revision == (model[write.key][-1:] or [None])[0] for write in writes)
        assert succeeds(store, writes) is expected
        for key, document in store.get_many([write.key for write in writes] if expected else []).items():
            assert document.revision > max(model[key], default=0)
            model[key].append(document.revision)
    current = {key: known[-1] for key, known in model.items() if known}
    assert {document.key: document.revision for document in store.scan("units/a", "units/c")} == current


def succeeds(store: Store, writes: Sequence[Write]) -> bool:
    try:
        store.commit(writes)
    except Conflict:
        return False
    return True


def in_threads(count: int, work: Callable[[int], None]) -> None:
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert errors == []


def test_a_create_has_one_winner(store: Store) -> None:
    winners: list[tuple[int, int]] = []

    def race(number: int) -> None:
        winners.extend(
            (round_, number)
            for round_ in range(20)
            if succeeds(store, [Write(key=f"units/{round_}", body={"by": number})])
        )

    in_threads(THREADS, race)
    assert sorted(round_ for round_, _ in winners) == list(range(20))
    assert {round_: body_of(store, f"units/{round_}")["by"] for round_ in range(20)} == dict(winners)


def increment(store: Store, keys: Sequence[str]) -> None:
    for _ in range(RETRIES_MAX):
        documents = store.get_many(keys)
        writes = [
            Write(key=key, body={"n": item.body["n"] + 1}, revision=item.revision) for key, item in documents.items()
        ]
        if succeeds(store, writes):
            return
    raise AssertionError(f"no compare-and-set of {keys} won in {RETRIES_MAX} tries")


def test_no_increment_is_lost_under_contention(store: Store) -> None:
    store.commit([Write(key="units/n", body={"n": 0})])

    # A call of Firestore's takes milliseconds, in which all threads meet: fewer rounds contend as much.
    increments = 20 if isinstance(store, FirestoreStore) else 50

    def work(_: int) -> None:
        for _ in range(increments):
            increment(store, ["units/n"])

    in_threads(THREADS, work)
    assert body_of(store, "units/n") == {"n": THREADS * increments}
    if isinstance(store, FirestoreStore):
        # Each increment that stood can have refused at most one commit of each other thread.
        assert 0 < store.tally.conflicts <= THREADS * increments * (THREADS - 1)


def test_get_many_never_sees_half_a_batch(store: Store) -> None:
    if isinstance(store, FirestoreStore):
        OneMoment(store._client)
    store.commit([Write(key="units/a", body={"n": 0}), Write(key="units/b", body={"n": 0})])
    done = threading.Event()
    increments = 80 if isinstance(store, FirestoreStore) else 200

    def work(number: int) -> None:
        if number == 0:
            for _ in range(increments):
                increment(store, ["units/a", "units/b"])
            done.set()
        while not done.is_set():
            documents = store.get_many(["units/a", "units/b"])
            assert documents["units/a"].body == documents["units/b"].body

    in_threads(3, work)
    assert body_of(store, "units/a") == {"n": increments}


def test_memory_store_calls_its_hook_with_every_commit_that_took_effect() -> None:
    seen: list[tuple[str, int]] = []

    def check(writes: Sequence[Write]) -> None:
        seen.extend((write.key, store.get_many([write.key])[write.key].revision) for write in writes)

    store = MemoryStore(on_commit=check)
    store.commit([Write(key="units/a", body={}), Write(key="units/b", body={})])
    assert not succeeds(store, [Write(key="units/a", body={})])
    store.commit([Write(key="units/a", body={}, revision=1)])
    assert seen == [("units/a", 1), ("units/b", 1), ("units/a", 2)]
