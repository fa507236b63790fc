"""In front of Google's Pub/Sub emulator, what it lacks: proto3 topic schemas, over gRPC and (for gcloud) REST.

The emulator answers UNIMPLEMENTED to a protocol buffer schema. The gate keeps the schemas, remembers which topic
has which, refuses at publish what the schema refuses, and passes every other call on as it is.
"""

import base64
import http.client
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import grpc
from google.pubsub_v1.types import CreateSchemaRequest, Encoding, PublishRequest, Schema, Topic

from tests.emulators.process import HOST
from tests.emulators.proto_schema import ProtoSchema, SchemaRefused

THREADS = 16
CREATE_SCHEMA = "/google.pubsub.v1.SchemaService/CreateSchema"
CREATE_TOPIC = "/google.pubsub.v1.Publisher/CreateTopic"
PUBLISH = "/google.pubsub.v1.Publisher/Publish"


class Schemas:
    """The schemas, by name, and the topics that have one."""

    def __init__(self) -> None:
        self._schemas: dict[str, ProtoSchema] = {}
        self._by_topic: dict[str, ProtoSchema] = {}

    def create(self, request: CreateSchemaRequest) -> Schema:
        """Keep a schema. Raises SchemaRefused."""
        if request.schema.type_ != Schema.Type.PROTOCOL_BUFFER:
            raise SchemaRefused("the gate holds protocol buffer schemas only")
        name = f"{request.parent}/schemas/{request.schema_id}"
        self._schemas[name] = ProtoSchema.compile(request.schema.definition)
        return Schema(name=name, type_=request.schema.type_, definition=request.schema.definition)

    def attach(self, topic: Topic) -> Topic:
        """Return the topic without its schema settings, which the emulator cannot keep. Raises SchemaRefused."""
        if topic.schema_settings.schema:
            if topic.schema_settings.encoding != Encoding.JSON or topic.schema_settings.schema not in self._schemas:
                raise SchemaRefused(f"{topic.schema_settings.schema}: no such schema with JSON encoding")
            self._by_topic[topic.name] = self._schemas[topic.schema_settings.schema]
            topic.schema_settings = None
        return topic

    def check(self, topic: str, contents: list[bytes]) -> None:
        """Raise SchemaRefused when a message is not what its topic's schema allows; then none is published."""
        schema = self._by_topic.get(topic)
        for content in contents if schema is not None else ():
            schema.check(content)


class _Calls(grpc.GenericRpcHandler):
    """Every unary call, as bytes: answered here, or passed on."""

    def __init__(self, schemas: Schemas, emulator: grpc.Channel) -> None:
        self._schemas, self._emulator = schemas, emulator

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = handler_call_details.method

        def answer(content: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                return self._answer(method, content, context)
            except SchemaRefused as error:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())
            raise AssertionError("abort raises")

        return grpc.unary_unary_rpc_method_handler(answer)

    def _answer(self, method: str, content: bytes, context: grpc.ServicerContext) -> bytes:
        if method == CREATE_SCHEMA:
            return Schema.serialize(self._schemas.create(CreateSchemaRequest.deserialize(content)))
        if method == CREATE_TOPIC:
            content = Topic.serialize(self._schemas.attach(Topic.deserialize(content)))
        if method == PUBLISH:
            request = PublishRequest.deserialize(content)
            self._schemas.check(request.topic, [message.data for message in request.messages])
        return self._emulator.unary_unary(method)(content, timeout=context.time_remaining())


def _rest(schemas: Schemas, address: str) -> type[BaseHTTPRequestHandler]:
    class Rest(BaseHTTPRequestHandler):
        """Every REST call, passed on unless it publishes what a schema refuses."""

        def _pass_on(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            topic, publishes, _ = self.path.partition("?")[0].removeprefix("/v1/").partition(":publish")
            try:
                if publishes:
                    messages = json.loads(content)["messages"]
                    schemas.check(topic, [base64.b64decode(message.get("data", "")) for message in messages])
            except SchemaRefused as error:
                self._answer(400, json.dumps(_vendor_error(error)).encode())
                return
            emulator = http.client.HTTPConnection(address)
            emulator.request(self.command, self.path, content, {"Content-Type": "application/json"})
            response = emulator.getresponse()
            self._answer(response.status, response.read())
            emulator.close()

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _pass_on  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    return Rest


def _vendor_error(error: SchemaRefused) -> dict[str, Any]:
    return {"error": {"code": 400, "message": str(error), "status": "INVALID_ARGUMENT"}}


@contextmanager
def schema_gate(address: str) -> Iterator[tuple[str, str]]:
    """Yield the gRPC address and the REST URL of a gate in front of the emulator at `address`."""
    schemas = Schemas()
    channel = grpc.insecure_channel(address)
    calls = grpc.server(ThreadPoolExecutor(THREADS), handlers=[_Calls(schemas, channel)])
    port = calls.add_insecure_port(f"{HOST}:0")
    rest = ThreadingHTTPServer((HOST, 0), _rest(schemas, address))
    calls.start()
    Thread(target=rest.serve_forever, daemon=True).start()
    stops: tuple[Callable[[], Any], ...] = (
        rest.shutdown,
        rest.server_close,
        lambda: calls.stop(1).wait(),
        channel.close,
    )
    try:
        yield f"{HOST}:{port}", f"http://{HOST}:{rest.server_port}/"
    finally:
        for stop in stops:
            stop()
