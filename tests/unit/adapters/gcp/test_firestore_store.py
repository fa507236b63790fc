"""What only the Firestore store does: lost answers, errors in our words, limits, what an operator sees, its bill."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.api_core import exceptions as vendor
from google.auth.exceptions import RefreshError
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters.gcp import firestore_commit as commit_module
from shared.adapters.gcp import store as store_module
from shared.adapters.gcp.firestore_calls import Retries
from shared.adapters.gcp.firestore_documents import DOCUMENT_BYTES_MAX, WRITE_BYTES
from shared.adapters.gcp.firestore_errors import MEANINGS, Meaning, meaning_of
from shared.adapters.gcp.store import FirestoreStore
from shared.domain.errors import Conflict, InvalidInput, LookbackError, Rejected, Retryable, StorageUnavailable
from shared.ports import Write
from tests.emulators.firestore import FirestoreEmulator
from tests.emulators.interference import UNAVAILABLE, Fault, Interference
from tests.emulators.process import HOST, free_port

QUICK = Retries(call_seconds=20.0, attempt_seconds=5.0, attempts_max=4, wait_seconds=0.001, wait_seconds_max=0.01)
NEW = [Write(key="units/a", body={"n": 1}), Write(key="units/b", body={"n": 1})]


@pytest.fixture
def store(firestore: FirestoreEmulator) -> FirestoreStore:
    return firestore.store(QUICK)


def interfere(store: FirestoreStore, **faults: list[Fault]) -> Interference:
    return Interference(store._client, **faults)


@pytest.mark.parametrize("times", [1, 2, 4])
def test_a_commit_whose_answer_was_lost_is_found_by_its_token(store: FirestoreStore, times: int) -> None:
    interfere(store, commit=[Fault(UNAVAILABLE, arrives=n == 0) for n in range(times)])
    revisions = store.commit(NEW)
    assert revisions == store.revisions("units/", "units/~")
    assert store.commit([Write(key="units/a", body={}, revision=revisions["units/a"])])


def test_a_commit_that_never_arrived_is_sent_again(store: FirestoreStore) -> None:
    sent = interfere(store, commit=[Fault(UNAVAILABLE), Fault(vendor.DeadlineExceeded("slow"))]).sent
    assert store.commit(NEW) == store.revisions("units/", "units/~")
    assert len(sent["commit"]) == 3
    assert store.tally.transient_retries == 2


def test_a_lost_answer_is_found_though_one_document_was_overtaken(
    firestore: FirestoreEmulator, store: FirestoreStore
) -> None:
    other = FirestoreStore(firestore.client(store._client.project))

    def overtake() -> None:
        document = other.get("units/a")
        assert document is not None
        other.commit([Write(key="units/a", body={"n": 2}, revision=document.revision)])

    interfere(store, commit=[Fault(UNAVAILABLE, arrives=True, then=overtake)])
    revisions = store.commit(NEW)
    current = other.revisions("units/", "units/~")
    assert revisions["units/b"] == current["units/b"]
    assert revisions["units/a"] < current["units/a"]


def test_a_lost_answer_to_a_commit_that_lost_its_race_is_a_conflict(
    firestore: FirestoreEmulator, store: FirestoreStore
) -> None:
    other = FirestoreStore(firestore.client(store._client.project))
    winner = [Write(key="units/a", body={"n": 9})]
    interfere(store, commit=[Fault(UNAVAILABLE, then=lambda: other.commit(winner))])
    with pytest.raises(Conflict, match="units/a"):
        store.commit(NEW)
    assert [dict(document.body) for document in store.scan("units/", "units/~")] == [{"n": 9}]


def test_contention_is_waited_out_and_counted(store: FirestoreStore) -> None:
    interfere(store, commit=[Fault(vendor.Aborted("too much contention"))] * 3)
    store.commit(NEW)
    assert (store.tally.contention_retries, store.tally.transient_retries) == (3, 0)


def test_contention_that_lasts_is_retryable_and_bounded(store: FirestoreStore) -> None:
    sent = interfere(store, commit=[Fault(vendor.Aborted("too much contention"))] * 9).sent
    with pytest.raises(Retryable, match="too much contention") as caught:
        store.commit(NEW)
    assert not isinstance(caught.value, Conflict | StorageUnavailable)
    assert len(sent["commit"]) == QUICK.attempts_max
    assert store.get("units/a") is None


def test_a_call_takes_no_longer_than_its_seconds(firestore: FirestoreEmulator) -> None:
    retries = Retries(call_seconds=0.2, attempts_max=1_000_000, wait_seconds=0.05, wait_seconds_max=0.05)
    store = firestore.store(retries)
    sent = interfere(store, commit=[Fault(UNAVAILABLE)] * 1_000).sent
    with pytest.raises(StorageUnavailable):
        store.commit(NEW)
    assert 1 < len(sent["commit"]) < 1_000


STATUSES = [status for status in grpc.StatusCode if status is not grpc.StatusCode.OK]
LOST = (grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND)
REFUSED = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.OUT_OF_RANGE, grpc.StatusCode.UNIMPLEMENTED)


def expected(status: grpc.StatusCode, *, in_commit: bool) -> type[LookbackError]:
    if status in LOST and in_commit:
        return Conflict
    if status in REFUSED:
        return Rejected
    return Retryable if status is grpc.StatusCode.ABORTED else StorageUnavailable


def error_of(status: grpc.StatusCode) -> Exception:
    return vendor.from_grpc_status(status, "said Firestore")


READS: dict[str, tuple[str, Callable[[FirestoreStore], object]]] = {
    "get": ("batch_get_documents", lambda store: store.get("units/a")),
    "scan": ("run_query", lambda store: list(store.scan("units/", "units/~"))),
    "count": ("run_aggregation_query", lambda store: store.count("units/", "units/~", "status", "failed")),
    "revisions": ("run_query", lambda store: store.revisions("units/", "units/~")),
}


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
@pytest.mark.parametrize("read", READS)
def test_every_error_of_a_read_becomes_one_of_ours(store: FirestoreStore, status: grpc.StatusCode, read: str) -> None:
    method, call = READS[read]
    interfere(store, **{method: [Fault(error_of(status))] * QUICK.attempts_max})
    with pytest.raises(LookbackError, match="said Firestore") as caught:
        call(store)
    assert type(caught.value) is expected(status, in_commit=False)


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
def test_every_error_of_a_commit_becomes_one_of_ours(store: FirestoreStore, status: grpc.StatusCode) -> None:
    interfere(store, commit=[Fault(error_of(status))] * QUICK.attempts_max)
    with pytest.raises(LookbackError, match="said Firestore") as caught:
        store.commit(NEW)
    assert type(caught.value) is expected(status, in_commit=True)


def test_every_status_is_named_and_those_that_pass_are_tried_again(store: FirestoreStore) -> None:
    named = {kind for kind, _ in MEANINGS}
    assert {type(error_of(status)) for status in STATUSES} <= {each for kind in named for each in family(kind)}
    for status in STATUSES:
        again = meaning_of(error_of(status)) in (Meaning.CONTENDED, Meaning.TRANSIENT)
        interfere(store, batch_get_documents=[Fault(error_of(status))])
        if again:
            assert store.get("units/a") is None
        else:
            with pytest.raises(LookbackError):
                store.get("units/a")


def family(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(family(each) for each in kind.__subclasses__()))


def test_a_database_that_does_not_exist_is_not_a_lost_race(store: FirestoreStore) -> None:
    missing = vendor.NotFound("The database (default) does not exist for project p")
    interfere(store, commit=[Fault(missing)])
    with pytest.raises(StorageUnavailable, match="does not exist"):
        store.commit(NEW)


def test_credentials_that_are_refused_are_storage_unavailable(store: FirestoreStore) -> None:
    interfere(store, commit=[Fault(RefreshError("expired"))])  # type: ignore[no-untyped-call]
    with pytest.raises(StorageUnavailable, match="expired"):
        store.commit(NEW)


def test_a_project_s_store_needs_credentials_unless_there_is_an_emulator(
    firestore: FirestoreEmulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(StorageUnavailable, match="project lookback-of: DefaultCredentialsError"):
        FirestoreStore.of_project("lookback-of", call_seconds=20.0)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore.address)
    opened = FirestoreStore.of_project("lookback-of", call_seconds=20.0)
    assert opened.commit(NEW) == opened.revisions("units/", "units/~")
    opened.close()


def test_a_server_that_does_not_answer_is_storage_unavailable(firestore: FirestoreEmulator) -> None:
    nobody = FirestoreEmulator(address=f"{HOST}:{free_port()}").store(QUICK)
    with pytest.raises(StorageUnavailable, match="get units/a"):
        nobody.get("units/a")
    nobody.close()


@pytest.mark.parametrize(
    "key", ["a", "", "/a", "units/", "units/.", "units/..", "units/__x__", "a/b/c", "__a__/b", "a/\ud800"]
)
def test_a_key_that_firestore_cannot_hold_is_refused(store: FirestoreStore, key: str) -> None:
    with pytest.raises(InvalidInput, match="collection/document"):
        store.get(key)
    with pytest.raises(InvalidInput, match="collection/document"):
        store.commit([Write(key=key, body={})])


def test_a_key_is_1500_bytes_at_most(store: FirestoreStore) -> None:
    store.commit([Write(key="units/" + "é" * 750, body={})])
    with pytest.raises(InvalidInput, match="at most 1500 bytes"):
        store.get("units/" + "é" * 751)


@pytest.mark.parametrize(("first", "last"), [("", "~"), ("units/", "~"), ("alerts/", "units/~"), ("a/b/c", "a/b/d")])
def test_a_range_lies_within_one_collection(store: FirestoreStore, first: str, last: str) -> None:
    with pytest.raises(InvalidInput, match="collection"):
        next(store.scan(first, last))
    with pytest.raises(InvalidInput, match="collection"):
        store.revisions(first, last)


def test_a_document_of_the_greatest_size_is_kept_and_one_byte_more_is_refused(store: FirestoreStore) -> None:
    # `show` holds the first 500 characters once more, under its name and 16 bytes.
    text = "x" * (DOCUMENT_BYTES_MAX - WRITE_BYTES - len('units/a{"t":""}') - (1 + 500 + 16))
    store.commit([Write(key="units/a", body={"t": text})])
    assert store.get_many(["units/a"])["units/a"].body == {"t": text}
    with pytest.raises(InvalidInput, match=f"units/b.*at most {DOCUMENT_BYTES_MAX}"):
        store.commit([Write(key="units/b", body={"t": text + "x"})])


def test_a_batch_beyond_a_request_is_refused_before_it_is_sent(store: FirestoreStore) -> None:
    sent = interfere(store).sent
    with pytest.raises(InvalidInput, match=r"writes: got '11 documents of \d+ bytes'; expected at most 10485760"):
        store.commit([Write(key=f"units/{n}", body={"t": "x" * 1_000_000}) for n in range(11)])
    assert "commit" not in sent


def test_the_size_of_a_batch_is_never_taken_for_less_than_what_is_sent(store: FirestoreStore) -> None:
    body = {"status": "failed", "n": 1, "f": 0.5, "none": None, "yes": True, "name": "Jokić" * 90, "deep": [[1]]}
    writes = [Write(key=f"units/{n}", body={f"k{m}": value for m, value in enumerate(body.values())}) for n in range(9)]
    sent = interfere(store).sent
    store.commit(writes)
    commit = commit_module.Commit(store._client, store._calls, writes, token="0" * 16)
    request = sum(write._pb.ByteSize() for write in sent["commit"][0]["writes"])
    estimate = sum(commit_module.size_of(key, fields) for key, fields in commit._fields.items())
    assert request <= estimate <= 2 * request


def test_an_operator_reads_and_filters_the_scalars_of_a_body(store: FirestoreStore) -> None:
    body = {"status": "failed", "phase": 3, "inputs": {"a": 1}, "big": 2**80, "2x": 1, "__no": 1, "error": "e" * 900}
    store.commit([Write(key="units/3-2024-11-08", body=body), Write(key="units/b", body={"status": "complete"})])
    query = store._client.collection("units").where(filter=FieldFilter("show.status", "==", "failed"))
    (found,) = query.stream()
    assert found.id == "3-2024-11-08"
    assert found.get("show") == {"status": "failed", "phase": 3, "error": "e" * 500}


@pytest.mark.parametrize(("field", "value"), [("a.b", "x"), ("__name__", "x"), ("", "x"), ("status", "x" * 500)])
def test_a_count_of_what_show_does_not_hold_is_refused(store: FirestoreStore, field: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        store.count("units/", "units/~", field, value)


def test_a_document_that_a_person_broke_by_hand_is_named(store: FirestoreStore) -> None:
    for fields in ({"status": "failed"}, {"body": "{"}, {"body": 1}):
        store._client.document("units/a").set(fields)
        with pytest.raises(StorageUnavailable, match="units/a: its field `body`"):
            store.get("units/a")


def refused(store: FirestoreStore) -> None:
    with pytest.raises(Conflict):
        store.commit(NEW)


def test_reads_and_writes_are_counted_as_they_are_billed(store: FirestoreStore) -> None:
    def bill(call: Callable[[], object]) -> tuple[int, int]:
        before = store.tally
        call()
        return store.tally.reads - before.reads, store.tally.writes - before.writes

    assert bill(lambda: store.commit(NEW)) == (0, 2)
    assert bill(lambda: refused(store)) == (0, 0)
    assert bill(lambda: store.get("units/a")) == (1, 0)
    assert bill(lambda: store.get("units/x")) == (1, 0)  # what is not there is billed too
    assert bill(lambda: store.get_many(["units/a", "units/x", "units/a"])) == (2, 0)
    assert bill(lambda: list(store.scan("units/", "units/~"))) == (2, 0)
    assert bill(lambda: list(store.scan("plans/", "plans/~"))) == (1, 0)  # at least one a query
    assert bill(lambda: store.revisions("units/", "units/~")) == (2, 0)
    assert bill(lambda: store.count("units/", "units/~", "status", "failed")) == (1, 0)


def test_pages_of_a_get_are_of_one_snapshot(firestore: FirestoreEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    check_pages(firestore.store(QUICK), monkeypatch)


def check_pages(store: FirestoreStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Assert that a batch which lands between two pages shows in none or both."""
    monkeypatch.setattr(store_module, "GET_PAGE", 1)
    revisions = store.commit(NEW)
    first = store._get_page

    def write_in_between(keys: Any, moment: Any) -> list[Any]:
        page = first(keys, moment)
        if keys == ["units/a"]:
            store.commit([Write(key=write.key, body={"n": 2}, revision=revisions[write.key]) for write in NEW])
        return page

    monkeypatch.setattr(store, "_get_page", write_in_between)
    found = store.get_many(["units/a", "units/b"])
    assert [dict(found[key].body) for key in ("units/a", "units/b")] == [{"n": 1}, {"n": 1}]


def forget_the_moment(store: FirestoreStore, keys: Any, _moment: Any) -> list[Any]:
    return GET_PAGE_OF(store, keys, None)


GET_PAGE_OF = FirestoreStore._get_page


def test_pages_of_several_snapshots_would_be_noticed(
    firestore: FirestoreEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FirestoreStore, "_get_page", forget_the_moment)
    with pytest.raises(AssertionError):
        check_pages(firestore.store(QUICK), monkeypatch)


def test_a_commit_that_is_not_looked_up_would_be_noticed(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_module.Commit, "_found", lambda _: None)
    with pytest.raises(Conflict):
        test_a_commit_whose_answer_was_lost_is_found_by_its_token(store, times=1)


def test_another_ones_commit_taken_for_ours_would_be_noticed(
    firestore: FirestoreEmulator, store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module.secrets, "token_hex", lambda _: "0" * 16)
    with pytest.raises(pytest.fail.Exception):
        test_a_lost_answer_to_a_commit_that_lost_its_race_is_a_conflict(firestore, store)
