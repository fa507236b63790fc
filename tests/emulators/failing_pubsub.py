"""A Pub/Sub endpoint that fails as Google's may, over the real wire: for errors that its emulator never gives."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import grpc
from google.pubsub_v1.types import PublishResponse

from tests.emulators.process import HOST


class FailingPubSub(grpc.GenericRpcHandler):
    """Answers publishes with the given statuses, one after the other, the last one for ever; None keeps silent."""

    def __init__(self, *statuses: grpc.StatusCode | None) -> None:
        self.calls = 0
        self.closing = Event()
        self._statuses = statuses

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        return grpc.unary_unary_rpc_method_handler(self._publish)

    def _publish(self, _: bytes, context: grpc.ServicerContext) -> bytes:
        status = self._statuses[min(self.calls, len(self._statuses) - 1)]
        self.calls += 1
        if status is None:
            self.closing.wait()
        elif status is not grpc.StatusCode.OK:
            context.abort(status, "as planned")
        return PublishResponse.serialize(PublishResponse(message_ids=["7"]))


@contextmanager
def failing_pubsub(*statuses: grpc.StatusCode | None) -> Iterator[tuple[FailingPubSub, str]]:
    """Yield the endpoint and its address."""
    failing = FailingPubSub(*statuses)
    calls = grpc.server(ThreadPoolExecutor(4), handlers=[failing])
    port = calls.add_insecure_port(f"{HOST}:0")
    calls.start()
    try:
        yield failing, f"{HOST}:{port}"
    finally:
        failing.closing.set()
        calls.stop(0).wait()
