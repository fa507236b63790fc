"""The ledger's documents in Firestore: creates, compare-and-sets on the update time, atomic batches of those.

No read-write transaction is ever opened: they lock what they read, and contending ones wait for each other. What is
read in several calls is read as of the first one. `firestore_documents` says how a document is stored.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from google.auth.exceptions import GoogleAuthError
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters.gcp.firestore_calls import Calls, Retries, Tally
from shared.adapters.gcp.firestore_commit import Commit
from shared.adapters.gcp.firestore_documents import Path, body_of, end_of, path_of, revision_of, shown
from shared.adapters.gcp.firestore_errors import translated
from shared.domain.errors import InvalidInput, StorageUnavailable
from shared.ports import Document, Write

# Firestore looks up at most this many documents in one call.
GET_PAGE: Final = 1_000
SCAN_PAGE: Final = 500
# A count is billed as one read for so many index entries.
COUNTED_A_READ: Final = 1_000
NAME: Final = "__name__"


class FirestoreStore:
    """The port `Store` over one Firestore database, for any number of threads and processes.

    A range of keys lies within one collection: `units/3-2024-10-22` to `units/3-2025-04-13`, `plans/` to `plans/~`.
    """

    def __init__(self, client: firestore.Client, retries: Retries | None = None) -> None:
        self._client = client
        self._calls = Calls(retries or Retries())

    @classmethod
    def of_project(cls, project: str, *, call_seconds: float) -> "FirestoreStore":
        """Return the store in a project's default database. Raises StorageUnavailable without credentials."""
        try:
            client = firestore.Client(project=project)
        except GoogleAuthError as error:
            raise translated(error, f"project {project}") from error
        return cls(client, Retries(call_seconds=call_seconds))

    @property
    def tally(self) -> Tally:
        """Return what this store has used so far: billed reads and writes, retries, lost races."""
        return self._calls.tally()

    def get(self, key: str) -> Document | None:
        """Return the document, or None. Raises StorageUnavailable, Retryable."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        """Return the documents that exist among `keys`, by key, of one snapshot.

        One call answers as of one moment; further ones are asked as of the same.
        """
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Document] = {}
        moment: datetime | None = None
        for start in range(0, len(wanted), GET_PAGE):
            page = wanted[start : start + GET_PAGE]
            snapshots = self._get_page(page, moment)
            moment = moment or max(snapshot.read_time for snapshot in snapshots)
            documents = (_document(snapshot) for snapshot in snapshots if snapshot.exists)
            found |= {document.key: document for document in documents}
        return found

    def scan(self, first: str, last: str) -> Iterator[Document]:
        """Yield documents with first <= key <= last, ascending by key, read in pages.

        No call stays open between pages, so the caller may write while it iterates. Raises InvalidInput for a
        range that spans collections.
        """
        query = self._between(*_range(first, last)).limit(SCAN_PAGE)
        snapshots = self._query(first, query)
        while snapshots:
            yield from map(_document, snapshots)
            after = query.start_after({NAME: snapshots[-1].reference})
            snapshots = self._query(first, after) if len(snapshots) == SCAN_PAGE else []

    def revisions(self, first: str, last: str) -> dict[str, int]:
        """Return the revision of each document with first <= key <= last, by key, without reading bodies."""
        snapshots = self._query(first, self._between(*_range(first, last)).select([]))
        return {snapshot.reference.path: revision_of(snapshot.update_time) for snapshot in snapshots}

    def count(self, first: str, last: str, field: str, value: str) -> int:
        """Return how many documents with first <= key <= last have the text `value` in `field`.

        Answered by the index of `show.{field}`, at one read for 1,000 documents counted. Raises InvalidInput for a
        field or value that `show` does not hold, StorageUnavailable where that field has no index.
        """
        condition = FieldFilter(shown(field, value), "==", value)
        counted = self._between(*_range(first, last)).where(filter=condition).count()
        answer = self._calls.run(
            f"count from {first}", lambda seconds: list(counted.stream(retry=None, timeout=seconds))
        )
        found = int(answer[0][0].value)
        self._calls.count(reads=max(1, -(-found // COUNTED_A_READ)))
        return found

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        """Apply all writes or none; return the new revision of each key.

        Raises Conflict when a document to create exists or a revision is not the current one, naming the key where
        Firestore tells it and else those of the batch; InvalidInput for a key written twice, a document or a batch
        beyond Firestore's limits; StorageUnavailable, Retryable. A commit whose answer was lost is looked up by its
        token: only one that took effect and was overtaken in all its documents since is called a Conflict though it
        did take effect, and its writer finds what came of it when it reads them again.
        """
        if len({write.key for write in writes}) != len(writes):
            raise InvalidInput("writes", [write.key for write in writes], "every key once in a batch")
        if not writes:
            return {}
        return Commit(self._client, self._calls, writes, token=secrets.token_hex(8)).run()

    def close(self) -> None:
        """Close the connection; the store is not used afterwards."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _get_page(self, keys: Sequence[str], moment: datetime | None) -> list[Any]:
        references = [self._client.document(*path_of(key)) for key in keys]

        def attempt(seconds: float) -> list[Any]:
            return list(self._client.get_all(references, retry=None, timeout=seconds, read_time=moment))

        snapshots = self._calls.run(f"get {keys[0]}", attempt)
        self._calls.count(reads=len(references))
        return snapshots

    def _between(self, low: Path, high: Path) -> Any:
        collection = self._client.collection(low.collection)
        query = collection.order_by(NAME)
        if low.name:
            query = query.start_at({NAME: collection.document(low.name)})
        return query.end_at({NAME: collection.document(high.name)})

    def _query(self, what: str, query: Any) -> list[Any]:
        snapshots: list[Any] = self._calls.run(
            f"query from {what}", lambda seconds: list(query.stream(retry=None, timeout=seconds))
        )
        # A query without a result is billed as one read.
        self._calls.count(reads=max(1, len(snapshots)))
        return snapshots


def _range(first: str, last: str) -> tuple[Path, Path]:
    """Return both ends of a range of keys. Raises InvalidInput when it does not lie within one collection."""
    low, high = end_of(first, "first"), end_of(last, "last")
    if low.collection != high.collection:
        raise InvalidInput("last", last, f"a key in the collection of the first, {low.collection}/")
    return low, high


def _document(snapshot: Any) -> Document:
    key: str = snapshot.reference.path
    try:
        body = body_of(snapshot.to_dict())
    except (KeyError, TypeError, ValueError) as error:
        # Nobody but a person with the console writes such a document, and a person can put it right.
        raise StorageUnavailable(f"{key}: its field `body` holds no JSON text") from error
    return Document(key=key, revision=revision_of(snapshot.update_time), body=body)
