"""Every query that the store sends is served by an index that exists: the emulator itself would not tell."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from shared.adapters.gcp.store import FirestoreStore
from shared.config import REPOSITORY_ROOT
from tests.emulators.firestore import FirestoreEmulator
from tests.emulators.interference import Interference

DECLARED: dict[str, Any] = json.loads((REPOSITORY_ROOT / "infra" / "firestore_indexes.json").read_text())
# Every call of the port that is a query.
QUERIES: dict[str, Callable[[FirestoreStore], object]] = {
    "scan": lambda store: list(store.scan("units/3-2024-10-22", "units/3-2025-04-13")),
    "scan a collection": lambda store: list(store.scan("calendar/", "calendar/~")),
    "count": lambda store: store.count("units/3-2024-10-22", "units/3-2025-04-13", "status", "failed"),
    "revisions": lambda store: store.revisions("units/3-2024-10-22", "units/3-2025-04-13"),
}
KEY = re.compile(r'"([a-z]+)/([^"]*)"')
COLLECTIONS = {entry["collectionGroup"] for entry in DECLARED["fieldOverrides"]}
OVERRIDES = {(entry["collectionGroup"], entry["fieldPath"]): entry["indexes"] for entry in DECLARED["fieldOverrides"]}


def fields_used(query: Any) -> list[str]:
    """Return the fields that a structured query filters and sorts by, `__name__` apart: its own key order."""
    filters = query.where.composite_filter.filters or [query.where]
    filtered = [each.field_filter.field.field_path for each in filters]
    ordered = [each.field.field_path for each in query.order_by]
    return [name for name in dict.fromkeys((*filtered, *ordered)) if name not in ("", "__name__")]


def served(query: Any) -> bool:
    """Return whether Firestore's automatic indexes or a declared one can answer a query.

    The key order needs no index of ours, one field has its own unless it is exempt; more fields need a composite
    one, in that order.
    """
    (source,) = query.from_
    fields = fields_used(query)
    if len(fields) > 1:
        declared = [
            [each["fieldPath"] for each in index["fields"]]
            for index in DECLARED["indexes"]
            if index["collectionGroup"] == source.collection_id
        ]
        return fields in declared
    return all(indexed(source.collection_id, name) for name in fields)


def indexed(collection: str, name: str) -> bool:
    """Return whether a field has its single-field index: the nearest override, of it or what it is in, decides."""
    while name:
        if (collection, name) in OVERRIDES:
            return bool(OVERRIDES[collection, name])
        name = name.rpartition(".")[0]
    return True


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_served_by_an_index(firestore: FirestoreEmulator, name: str) -> None:
    store = firestore.store()
    sent = Interference(store._client).sent
    QUERIES[name](store)
    queries = [request["structured_query"] for request in sent.get("run_query", [])]
    queries += [
        request["structured_aggregation_query"].structured_query for request in sent.get("run_aggregation_query", [])
    ]
    assert queries
    assert [query for query in queries if not served(query)] == []


def planted(store: FirestoreStore, *orders: str) -> Any:
    query: Any = store._client.collection("units")
    for order in orders:
        query = query.order_by(order)
    return query._to_protobuf()


@pytest.mark.parametrize(
    ("orders", "good"),
    [
        (("__name__",), True),
        (("show.status", "__name__"), True),
        (("show.status", "show.game_date"), False),  # two fields: a composite index, and none is declared
        (("body",), False),  # exempt
        (("show.error",), False),  # an exemption holds for what is inside, unless that is declared itself
    ],
)
def test_a_query_without_an_index_would_be_noticed(
    firestore: FirestoreEmulator, orders: tuple[str, ...], good: bool
) -> None:
    assert served(planted(firestore.store(), *orders)) is good


def test_every_collection_of_the_ledger_is_declared_and_keeps_its_text_out_of_indexes() -> None:
    assert ledger_collections() == COLLECTIONS
    for collection in COLLECTIONS:
        assert not any(indexed(collection, name) for name in ("body", "write", "show"))


def ledger_collections() -> set[str]:
    """Return the collections that domain and services name in their keys; `validate/` is a folder of SQL files."""
    files = (path for folder in ("domain", "service") for path in (REPOSITORY_ROOT / "shared" / folder).glob("*.py"))
    keys = {key for path in files for key in KEY.findall(path.read_text(encoding="utf-8"))}
    return {collection for collection, rest in keys if not rest.endswith(".sql")}


def test_revisions_ask_for_no_field(firestore: FirestoreEmulator) -> None:
    store = firestore.store()
    sent = Interference(store._client).sent
    store.revisions("units/", "units/~")
    (request,) = sent["run_query"]
    assert [field.field_path for field in request["structured_query"].select.fields] == ["__name__"]
