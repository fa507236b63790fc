"""A stand-in for the Google provider: it speaks Terraform's plugin protocol and knows the published schema.

With it `terraform validate` and `terraform plan` run where the provider cannot be had: names, types, nesting,
what is required, references and every expression are Terraform's own to check. It stands in for nothing more:
values that the real provider would refuse, it takes; what a resource computes, it makes up.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from typing import Any, Final

import grpc

from tests.infra.attributes import kinds
from tests.infra.msgpack import UNKNOWN, decode

SERVICE: Final = "tfplugin5.Provider"
LIST, SINGLE, SET = 2, 1, 3
NESTING: Final = {"list": LIST, "struct": SINGLE, "set": SET}
PROJECT_NUMBER: Final = "123456789012"
PROVIDER_ARGUMENTS: Final = ("project", "region")

Fields = Mapping[int, Any]


def encode(fields: Fields) -> bytes:
    """Return a protobuf message of numbers, bytes, texts and messages; a list repeats its field."""
    return b"".join(
        _field(number, each)
        for number, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    )


def _field(number: int, value: Any) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(int(value)) if value else b""
    content = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else encode(value)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def parse(content: bytes) -> dict[int, Any]:
    """Return a protobuf message's fields, the last of each number: numbers, and bytes of what is nested."""
    fields: dict[int, Any] = {}
    at = 0
    while at < len(content):
        key, at = _read_varint(content, at)
        value, at = _read_varint(content, at)
        if key & 7 == 2:
            fields[key >> 3], at = content[at : at + value], at + value
        else:
            fields[key >> 3] = value
    return fields


def _read_varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte, at = content[at], at + 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def dynamic(value: Any) -> Fields:
    """Return a value as the protocol carries it, in its JSON form."""
    return {2: json.dumps(value)}


def read_dynamic(content: bytes) -> Any:
    """Return the value that the protocol carries, in its binary form."""
    return decode(parse(content)[1])


def schema_message(schema: Mapping[str, Any]) -> Fields:
    """Return the `Schema` message of a kind."""
    return {2: _block(schema)}


def _block(schema: Mapping[str, Any]) -> Fields:
    attributes = [
        {
            1: name,
            2: json.dumps(each["type"]),
            4: each["required"],
            5: not each["required"],
            6: name == "id" and not each["required"],
        }
        for name, each in schema["attributes"].items()
    ]
    attributes += [{1: name, 2: json.dumps(kind), 6: True} for name, kind in schema.get("computed", {}).items()]
    nested = [
        {1: name, 2: _block(each), 3: NESTING[each["nesting"]], **_counts(each)}
        for name, each in schema["blocks"].items()
    ]
    return {2: attributes, 3: nested}


def _counts(block: Mapping[str, Any]) -> Fields:
    if NESTING[block["nesting"]] == SINGLE:
        return {}
    return {4: block["required"], 5: block["single"]}


def made_up(mode: str, kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource as it is after apply: what it computes filled in, recognisably."""
    schema = kinds()[f"{mode}.{kind}"]
    name = next((value[key] for key in ("name", "account_id", "project_id") if value.get(key)), "unnamed")
    computed: dict[str, Any] = dict.fromkeys(schema["computed"])
    if kind == "google_service_account":
        email = f"{value['account_id']}@{value['project']}.iam.gserviceaccount.com"
        computed |= {"email": email, "member": f"serviceAccount:{email}"}
    elif kind == "google_cloud_run_v2_service":
        computed["uri"] = f"https://{name}-{PROJECT_NUMBER}.{value['location']}.run.app"
    elif kind == "google_project":
        computed["number"] = PROJECT_NUMBER
    folder = kind.removeprefix("google_pubsub_") + "s"
    return {**value, **computed, "id": f"projects/{value.get('project')}/{folder}/{name}"}


def _get_schema(_: Fields) -> Fields:
    arguments = {name: {"type": "string", "required": False} for name in PROVIDER_ARGUMENTS}
    modes: dict[str, list[Fields]] = {"resource": [], "data": []}
    for key, schema in kinds().items():
        mode, _, kind = key.partition(".")
        modes[mode].append({1: kind, 2: schema_message(schema)})
    return {1: {2: _block({"attributes": arguments, "blocks": {}})}, 2: modes["resource"], 3: modes["data"]}


def _plan(request: Fields) -> Fields:
    proposed = read_dynamic(request[3])
    return {1: dynamic(made_up("resource", request[1].decode(), _known(proposed))), 5: True}


def _read_data(request: Fields) -> Fields:
    return {1: dynamic(made_up("data", request[1].decode(), _known(read_dynamic(request[2]))))}


def _known(value: Any) -> Any:
    if value is UNKNOWN:
        raise ValueError("a value is not known at plan time")
    if isinstance(value, dict):
        return {key: _known(each) for key, each in value.items()}
    return [_known(each) for each in value] if isinstance(value, list) else value


METHODS: Final[Mapping[str, Callable[[Fields], Fields]]] = {
    "GetSchema": _get_schema,
    "PrepareProviderConfig": lambda request: {1: request[1]},
    "Configure": lambda _: {},
    "ValidateResourceTypeConfig": lambda _: {},
    "ValidateDataSourceConfig": lambda _: {},
    "PlanResourceChange": _plan,
    "ReadDataSource": _read_data,
    "Stop": lambda _: {},
}


class _Provider(grpc.GenericRpcHandler):
    def service(self, call_details: grpc.HandlerCallDetails) -> Any:
        service, _, method = call_details.method.lstrip("/").partition("/")
        if service != SERVICE or method not in METHODS:
            return None
        serve = METHODS[method]
        return grpc.unary_unary_rpc_method_handler(lambda request, _: encode(serve(parse(request))))


@contextmanager
def stand_in() -> Iterator[dict[str, str]]:
    """Serve the provider on this machine; yield the environment in which Terraform finds it."""
    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=options)
    server.add_generic_rpc_handlers((_Provider(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    address = {"Network": "tcp", "String": f"127.0.0.1:{port}"}
    reattach = {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": 1, "Test": True, "Addr": address}
    try:
        yield {"TF_REATTACH_PROVIDERS": json.dumps({"registry.terraform.io/hashicorp/google": reattach})}
    finally:
        server.stop(None).wait()
