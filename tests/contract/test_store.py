"""One contract, every adapter of the port `Store`."""

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
from shared.domain.errors import Conflict, InvalidInput
from shared.ports import Body, Store, Write

THREADS, INCREMENTS, RETRIES_MAX = 8, 50, 5_000
# Python's own 5 ms would let a thread finish its work before the next one gets a turn.
SWITCH_SECONDS = 1e-5
OpenStore = Callable[[], Store]


@pytest.fixture(params=["sqlite", "memory"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
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


def test_create_starts_at_revision_1_and_each_swap_adds_1(store: Store) -> None:
    assert store.commit([Write(key="a", body={"n": 0})]) == {"a": 1}
    assert store.commit([Write(key="a", body={"n": 1}, revision=1)]) == {"a": 2}
    document = store.get("a")
    assert document is not None
    assert (document.key, document.revision, document.body) == ("a", 2, {"n": 1})


@pytest.mark.parametrize("revision", [None, 0, 1, 3])
def test_a_write_on_another_revision_conflicts_and_names_the_key(store: Store, revision: int | None) -> None:
    store.commit([Write(key="units/a", body={"n": 0})])
    store.commit([Write(key="units/a", body={"n": 1}, revision=1)])
    with pytest.raises(Conflict, match="units/a"):
        store.commit([Write(key="units/a", body={"n": 9}, revision=revision)])
    assert body_of(store, "units/a") == {"n": 1}


def test_a_swap_of_a_document_that_is_not_there_conflicts(store: Store) -> None:
    with pytest.raises(Conflict, match="units/a"):
        store.commit([Write(key="units/a", body={}, revision=1)])
    assert store.get("units/a") is None


@pytest.mark.parametrize("loser", [Write(key="taken", body={}), Write(key="absent", body={}, revision=1)])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_batch_with_one_loser_changes_nothing(store: Store, loser: Write, place: int) -> None:
    store.commit([Write(key="taken", body={"n": 0})])
    writes = [Write(key="new", body={"n": 1}), Write(key="taken", body={"n": 1}, revision=1)]
    if loser.key == "taken":
        writes[1] = Write(key="other", body={"n": 1})
    writes.insert(place, loser)
    with pytest.raises(Conflict, match=loser.key):
        store.commit(writes)
    assert [(document.key, document.revision) for document in store.scan("", "~")] == [("taken", 1)]
    assert store.commit([Write(key="new", body={})]) == {"new": 1}


def test_a_batch_applies_all_of_its_writes(store: Store) -> None:
    store.commit([Write(key="a", body={"n": 0})])
    assert store.commit([Write(key="a", body={"n": 1}, revision=1), Write(key="b", body={"n": 2})]) == {"a": 2, "b": 1}
    assert {key: dict(item.body) for key, item in store.get_many(["a", "b"]).items()} == {"a": {"n": 1}, "b": {"n": 2}}


def test_an_empty_batch_is_nothing(store: Store) -> None:
    assert store.commit([]) == {}


def test_a_batch_writes_a_key_once(store: Store) -> None:
    with pytest.raises(InvalidInput, match="every key once"):
        store.commit([Write(key="a", body={"n": 0}), Write(key="a", body={"n": 1}, revision=1)])
    assert store.get("a") is None


def test_get_many_leaves_out_what_is_not_there(store: Store) -> None:
    store.commit([Write(key=key, body={"key": key}) for key in ("a", "b", "c")])
    assert sorted(store.get_many(["c", "a", "x", "a"])) == ["a", "c"]
    assert store.get_many([]) == {}
    # More keys than SQLite takes as parameters of one statement (32,766).
    assert sorted(store.get_many([f"k{n}" for n in range(40_000)] + ["b"])) == ["b"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("units/", "units/~", ["units/1", "units/2", "units/3"]),
        ("units/2", "units/3", ["units/2", "units/3"]),  # both ends belong to it
        ("units/20", "units/29", []),
        ("", "~", ["alerts/x", "units/1", "units/2", "units/3"]),
    ],
)
def test_scan_is_ascending_and_includes_both_ends(store: Store, first: str, last: str, expected: list[str]) -> None:
    for key in ("units/2", "alerts/x", "units/3", "units/1"):
        store.commit([Write(key=key, body={})])
    assert [document.key for document in store.scan(first, last)] == expected


def test_scan_crosses_its_pages_and_the_caller_may_write_meanwhile(store: Store) -> None:
    keys = [f"units/{number:05}" for number in range(2 * sqlite_store.SCAN_PAGE)]
    store.commit([Write(key=key, body={"n": 0}) for key in keys])
    seen = []
    for document in store.scan("units/", "units/~"):
        seen.append(document.key)
        store.commit([Write(key=document.key, body={"n": 1}, revision=document.revision)])
    assert seen == keys
    assert all(document.revision == 2 for document in store.scan("units/", "units/~"))


def test_nobody_changes_a_stored_document_by_holding_its_body(store: Store) -> None:
    body = {"wanted_by": {"b1": 1}}
    store.commit([Write(key="a", body=body)])
    body["wanted_by"]["b2"] = 1
    body_of(store, "a")["wanted_by"]["b3"] = 1
    store.get_many(["a"])["a"].body["wanted_by"]["b4"] = 1
    next(iter(store.scan("a", "a"))).body["wanted_by"]["b5"] = 1
    assert body_of(store, "a") == {"wanted_by": {"b1": 1}}


def test_a_body_that_is_not_json_is_refused_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        store.commit([Write(key="a", body={}), Write(key="b", body={"players": {1, 2}})])
    assert store.get("a") is None


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.text(), JSON_VALUES, max_size=4))
def test_any_json_body_comes_back_as_it_was(open_store: OpenStore, body: dict[str, object]) -> None:
    store = open_store()
    store.commit([Write(key="a", body=body)])
    assert body_of(store, "a") == body


KEYS = ("a", "b", "c")
WRITES = st.builds(Write, key=st.sampled_from(KEYS), body=st.just({}), revision=st.none() | st.integers(1, 4))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(WRITES, max_size=3, unique_by=lambda write: write.key), max_size=12))
def test_any_sequence_of_batches_behaves_as_the_model(open_store: OpenStore, batches: list[list[Write]]) -> None:
    store = open_store()
    model: dict[str, int] = {}
    for batch in batches:
        expected = all(model.get(write.key) == write.revision for write in batch)
        assert succeeds(store, batch) is expected
        if expected:
            model |= {write.key: (write.revision or 0) + 1 for write in batch}
        assert {document.key: document.revision for document in store.scan("a", "c")} == model


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
    store.commit([Write(key="n", body={"n": 0})])

    def work(_: int) -> None:
        for _ in range(INCREMENTS):
            increment(store, ["n"])

    in_threads(THREADS, work)
    # 8 threads x 50 increments; the revision rose by one with each, from 1.
    assert body_of(store, "n") == {"n": 400}
    assert store.get_many(["n"])["n"].revision == 401


def test_get_many_never_sees_half_a_batch(store: Store) -> None:
    store.commit([Write(key="a", body={"n": 0}), Write(key="b", body={"n": 0})])
    done = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            for _ in range(200):
                increment(store, ["a", "b"])
            done.set()
        while not done.is_set():
            documents = store.get_many(["a", "b"])
            assert documents["a"].body == documents["b"].body

    in_threads(3, work)
    assert body_of(store, "a") == {"n": 200}


def test_memory_store_calls_its_hook_with_every_commit_that_took_effect() -> None:
    seen: list[tuple[str, int]] = []

    def check(writes: Sequence[Write]) -> None:
        seen.extend((write.key, store.get_many([write.key])[write.key].revision) for write in writes)

    store = MemoryStore(on_commit=check)
    store.commit([Write(key="a", body={}), Write(key="b", body={})])
    assert not succeeds(store, [Write(key="a", body={})])
    store.commit([Write(key="a", body={}, revision=1)])
    assert seen == [("a", 1), ("b", 1), ("a", 2)]
