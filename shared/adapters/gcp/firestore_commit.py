"""One atomic batch on its way into Firestore, and what became of it when the answer was lost."""

import re
from collections.abc import Sequence
from typing import Any, Final

from google.api_core.exceptions import InvalidArgument, NotFound
from google.cloud import firestore
from google.cloud.firestore_v1.batch import WriteBatch

from shared.adapters.gcp.firestore_calls import AGAIN, Calls
from shared.adapters.gcp.firestore_documents import (
    REQUEST_BYTES_MAX,
    WRITE,
    fields_of,
    moment_of,
    path_of,
    revision_of,
    size_of,
)
from shared.adapters.gcp.firestore_errors import VENDOR_ERRORS, Meaning, meaning_of
from shared.domain.errors import Conflict, InvalidInput, Retryable
from shared.ports import Write

# A Conflict of a large batch names so many of its keys.
KEYS_NAMED_MAX: Final = 10
_DATABASE_MISSING: Final = "The database "
# How a precondition on a later update time than the document's is refused: as an invalid argument.
_BASE_VERSION: Final = "base version"


class Commit:
    """Sends one batch until it is decided. `unclear` is set once an attempt ended without an answer."""

    def __init__(self, client: firestore.Client, calls: Calls, writes: Sequence[Write], *, token: str) -> None:
        self._client, self._calls, self._writes, self._token = client, calls, writes, token
        self._references = {write.key: client.document(*path_of(write.key)) for write in writes}
        self._fields = {write.key: fields_of(write.key, write.body, token) for write in writes}
        self._unclear = False
        size = sum(size_of(key, fields) for key, fields in self._fields.items())
        if size > REQUEST_BYTES_MAX:
            raise InvalidInput("writes", f"{len(writes)} documents of {size} bytes", f"at most {REQUEST_BYTES_MAX}")

    def run(self) -> dict[str, int]:
        """Return the new revision of each key. Raises Conflict, Rejected, StorageUnavailable, Retryable."""
        try:
            revisions = self._calls.run(f"commit {self._writes[0].key}", self._attempt)
        except Conflict:
            raise
        except Retryable:
            found = self._found() if self._unclear else None
            if found is None:
                raise
            revisions = found
        self._calls.count(writes=len(self._writes))
        return revisions

    def _attempt(self, seconds: float) -> dict[str, int]:
        try:
            results = self._batch().commit(retry=None, timeout=seconds)
        except VENDOR_ERRORS as error:
            self._unclear = self._unclear or meaning_of(error) in AGAIN
            if not _lost(error):
                raise
            found = self._found() if self._unclear else None
            if found is None:
                raise self._conflict(error) from error
            return found
        return {write.key: revision_of(each.update_time) for write, each in zip(self._writes, results, strict=True)}

    def _batch(self) -> WriteBatch:
        batch = self._client.batch()
        for write in self._writes:
            reference, fields = self._references[write.key], self._fields[write.key]
            if write.revision is None:
                batch.create(reference, fields)
                continue
            moment = moment_of(write.revision)
            if moment is None:
                raise self._stale(write)
            batch.update(reference, fields, option=self._client.write_option(last_update_time=moment))
        return batch

    def _found(self) -> dict[str, int] | None:
        """Return the revisions that this batch made, if one of its documents still carries its token.

        All documents of a commit have the same update time, so one that was not overtaken tells that of all.
        """

        def attempt(seconds: float) -> list[Any]:
            references = list(self._references.values())
            return list(self._client.get_all(references, [WRITE], retry=None, timeout=seconds))

        snapshots = self._calls.run(f"look up commit {self._token}", attempt)
        self._calls.count(reads=len(snapshots))
        for snapshot in snapshots:
            if snapshot.exists and snapshot.get(WRITE) == self._token:
                return dict.fromkeys(self._references, revision_of(snapshot.update_time))
        return None

    def _conflict(self, error: Exception) -> Conflict:
        """Return the error of a lost race: Firestore names the document of a create, but not that of an update."""
        self._calls.count(conflicts=1)
        told = [key for key in self._references if re.search(rf"/{re.escape(key)}(?![\w-])", str(error))]
        if told or len(self._writes) == 1:
            return Conflict(f"{told[0] if told else self._writes[0].key}: exists already or has moved ({error})")
        named = ", ".join(write.key for write in self._writes[:KEYS_NAMED_MAX])
        return Conflict(f"one of {len(self._writes)} documents exists already or has moved: {named} ({error})")

    def _stale(self, write: Write) -> Conflict:
        self._calls.count(conflicts=1)
        return Conflict(f"{write.key}: revision {write.revision} is not the current one")


def _lost(error: Exception) -> bool:
    """Return whether a commit met a document that is not as it expected; a missing database is none of that."""
    if isinstance(error, InvalidArgument):
        return _BASE_VERSION in str(error)
    return meaning_of(error) is Meaning.LOST and not (isinstance(error, NotFound) and _DATABASE_MISSING in str(error))
