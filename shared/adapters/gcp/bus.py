"""The message bus on Google Cloud Pub/Sub: the publishing side only, because Pub/Sub pushes by itself."""

from concurrent.futures import TimeoutError as ConfirmationTimeout
from typing import Final

from google.api_core import exceptions as vendor
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import DefaultCredentialsError
from google.cloud.pubsub_v1 import PublisherClient
from google.cloud.pubsub_v1.publisher.exceptions import MessageTooLargeError
from google.cloud.pubsub_v1.types import BatchSettings, PublisherOptions

from shared.adapters.json_text import encode
from shared.adapters.topology import Topology
from shared.domain.errors import BusUnavailable, InvalidInput
from shared.ports import Body
from shared.tracing import published_with

SHOWN_CHARACTERS: Final = 200
# A publisher waits for its one message: a batch that waited for company would only delay it.
UNBATCHED: Final = BatchSettings(max_messages=1, max_latency=0.0)
FIRST_WAIT_SECONDS: Final = 0.1
LONGEST_WAIT_SECONDS: Final = 5.0
TRANSIENT: Final = (
    vendor.Aborted,
    vendor.Cancelled,
    vendor.DeadlineExceeded,
    vendor.InternalServerError,
    vendor.ResourceExhausted,
    vendor.ServiceUnavailable,
    vendor.Unknown,
)
# What an operator repairs (a topic that is not deployed yet, a role, a key): the message itself may well succeed.
REPAIRABLE: Final = (
    vendor.NotFound,
    vendor.PermissionDenied,
    vendor.Unauthenticated,
    vendor.FailedPrecondition,
)
UNCONFIRMED: Final = (*TRANSIENT, *REPAIRABLE, vendor.RetryError, ConfirmationTimeout)
REFUSED: Final = (vendor.InvalidArgument, MessageTooLargeError)


class PubSubBus:
    """The port `Bus` over the topics of one Google Cloud project; safe to share between threads."""

    def __init__(self, project: str, topology: Topology, *, call_seconds: float) -> None:
        """Connect to `project`; a publish is tried again on transient errors for at most `call_seconds`.

        Raises InvalidInput when this machine has no credentials.
        """
        self._paths = {name: f"projects/{project}/topics/{name}" for name in topology.topics}
        self._call_seconds = call_seconds
        again = Retry(
            predicate=if_exception_type(*TRANSIENT),
            initial=FIRST_WAIT_SECONDS,
            maximum=LONGEST_WAIT_SECONDS,
            timeout=call_seconds,
        )
        options = PublisherOptions(retry=again, timeout=call_seconds)
        try:
            self._client = PublisherClient(UNBATCHED, publisher_options=options)
        except DefaultCredentialsError as error:
            raise InvalidInput(
                "GOOGLE_APPLICATION_CREDENTIALS", None, f"credentials for {project} ({error})"
            ) from error

    def publish(self, topic: str, body: Body) -> str:
        """Publish a JSON body, confirmed by Pub/Sub before it returns; return the message id.

        Raises InvalidInput on an undeclared topic, or when Pub/Sub refuses the message (its topic's schema, its
        size); BusUnavailable, Retryable, when it was not confirmed: then it may or may not have been published.
        """
        if topic not in self._paths:
            raise InvalidInput("topic", topic, f"one of {', '.join(self._paths)}")
        text = encode(body)
        try:
            confirmed = self._client.publish(self._paths[topic], text.encode(), **published_with(body))
            return str(confirmed.result(timeout=self._call_seconds))
        except REFUSED as error:
            expected = f"a message that the topic takes ({error})"
            raise InvalidInput(f"message of {topic}", text[:SHOWN_CHARACTERS], expected) from error
        except UNCONFIRMED as error:
            raise BusUnavailable(f"{topic}: not confirmed: {type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Close the connection; the bus is not used afterwards."""
        self._client.stop()
        self._client.transport.close()
