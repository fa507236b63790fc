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
    "revisions": lambda store: store.revisions("units/3-2024-10-22", "units/3-2025-04-13"),
}
KEY = re.compile(r'"([a-z]+)/([^"]*)"')
COLLECTIONS = {entry["collectionGroup"] for entry in DECLARED["fieldOverrides"]}
EXEMPT = {
    (entry["collectionGroup"], entry["fieldPath"]) for entry in DECLARED["fieldOverrides"] if not entry["indexes"]
}


def fields_used(query: Any) -> list[str]:
    """Return the fields that a structured query filters and sorts by, `__name__` apart: its own key order."""
    filters = query.where.composite_filter.filters or [query.where]
    filtered = [each.field_filter.field.field_path for each in filters]
    ordered = [each.field.field_path for each in query.order_by]
    return [name for name in dict.fromkeys((*filtered, *ordered)) if name not in ("", "__name__")]


def served(query: Any) -> bool:
    """Return whether Firestore's automatic indexes or a declared one can answer a query.

    The key order needs no index of ours, one field has its automatic index unless it is exempt; more need a
    composite one, in that order.
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
    parents = {name.rsplit(".", depth)[0] for name in fields for depth in range(name.count(".") + 1)}
    return not any((source.collection_id, parent) in EXEMPT for parent in parents)


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_served_by_an_index(firestore: FirestoreEmulator, name: str) -> None:
    store = firestore.store()
    sent = Interference(store._client).sent
    QUERIES[name](store)
    queries = [request["structured_query"] for request in sent["run_query"]]
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
        (("body.status",), False),  # an exemption holds for what is inside
    ],
)
def test_a_query_without_an_index_would_be_noticed(
    firestore: FirestoreEmulator, orders: tuple[str, ...], good: bool
) -> None:
    assert served(planted(firestore.store(), *orders)) is good


def test_every_collection_of_the_ledger_is_declared_and_keeps_its_text_out_of_indexes() -> None:
    assert ledger_collections() == COLLECTIONS
    for collection in COLLECTIONS:
        assert {(collection, "body"), (collection, "write")} <= EXEMPT


def ledger_collections() -> set[str]:
    """Return the collections that domain and services name in their keys; `validate/` is a folder of SQL files."""
    files = (path for folder in ("domain", "service") for path in (REPOSITORY_ROOT / "shared" / folder).glob("*.py"))
    keys = {key for path in files for key in KEY.findall(path.read_text(encoding="utf-8"))}
    return {collection for collection, rest in keys if not rest.endswith(".sql")}
