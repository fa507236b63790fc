"""What may happen between a client and Firestore, scripted: errors before a call arrives or after it took effect.

The calls go to the emulator; only the errors that it never gives are put in their way.
"""

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


UNAVAILABLE = vendor.ServiceUnavailable("the connection broke")


def update_unchecked(batch: WriteBatch, reference: Any, fields: dict[str, Any], option: object = None) -> None:
    """Stand in for `WriteBatch.update` as a planted bug: write whatever the document's revision is."""
    batch.set(reference, fields)
