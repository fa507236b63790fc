"""What stands between a client and Firestore's emulator: scripted errors, and one moment a call as in the service.

The calls go to the emulator; only the errors that it never gives are put in their way.
"""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from google.api_core import exceptions as vendor
from google.cloud import firestore
from google.cloud.firestore_v1.batch import WriteBatch


class Fault(NamedTuple):
    """An error raised instead of an answer; `arrives`: the call takes effect first; `then` runs before the error."""

    error: Exception
    arrives: bool = False
    then: Callable[[], object] = lambda: None


class Interference:
    """Stands before a client's calls: each method's faults are used up one a call, and its requests recorded."""

    def __init__(self, client: firestore.Client, **faults: list[Fault]) -> None:
        self._api = client._firestore_api
        self.faults = faults
        self.sent: dict[str, list[Any]] = {}
        client._firestore_api_internal = self

    def __getattr__(self, method: str) -> Any:
        real = getattr(self._api, method)

        def call(request: Any, **options: Any) -> Any:
            self.sent.setdefault(method, []).append(request)
            fault = next(iter(self.faults.get(method, [])), None)
            if fault is None:
                return real(request=request, **options)
            self.faults[method].pop(0)
            if fault.arrives:
                real(request=request, **options)
            fault.then()
            raise fault.error

        return call


class OneMoment:
    """Lets one call at a time through, a read with its whole answer, so that a batch shows all at once or not at all.

    The service promises that; the emulator now and then answers, read-only transactions included, with some
    documents of a commit as they are and others as they were (34 of 32,000 reads that ran beside commits).
    """

    def __init__(self, client: firestore.Client) -> None:
        self._api, self._turn = client._firestore_api, threading.Lock()
        client._firestore_api_internal = self

    def batch_get_documents(self, **request: Any) -> list[Any]:
        """Return the answers about the documents asked for."""
        with self._turn:
            return list(self._api.batch_get_documents(**request))

    def commit(self, **request: Any) -> Any:
        """Return what the commit gave."""
        with self._turn:
            return self._api.commit(**request)


UNAVAILABLE = vendor.ServiceUnavailable("the connection broke")


def update_unchecked(batch: WriteBatch, reference: Any, fields: dict[str, Any], option: object = None) -> None:
    """Stand in for `WriteBatch.update` as a planted bug: write whatever the document's revision is."""
    batch.set(reference, fields)
