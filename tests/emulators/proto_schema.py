"""Topic schemas with JSON encoding, enforced by protobuf itself: protoc, and its JSON mapping."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_tools import protoc

FILE = "schema.proto"


class SchemaRefused(ValueError):
    """A definition or a message that Pub/Sub would not take; the text says why."""


@dataclass(frozen=True, kw_only=True)
class ProtoSchema:
    """One compiled definition."""

    kind: Any

    @classmethod
    def compile(cls, definition: str) -> "ProtoSchema":
        """Return the schema of a definition with one top-level message and no imports. Raises SchemaRefused."""
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, FILE).write_text(definition)
            compiled = Path(folder, "compiled")
            if protoc.main(["protoc", f"-I{folder}", f"--descriptor_set_out={compiled}", str(Path(folder, FILE))]):
                raise SchemaRefused("protoc refuses the definition")
            (file,) = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file
        if len(file.message_type) != 1 or file.enum_type or file.dependency:
            raise SchemaRefused("a schema is one top-level message without imports")
        pool = descriptor_pool.DescriptorPool()
        pool.Add(file)
        return cls(kind=message_factory.GetMessageClass(pool.FindMessageTypeByName(file.message_type[0].name)))

    def fields(self) -> set[str]:
        """Return the names of the message's fields."""
        return {field.name for field in self.kind.DESCRIPTOR.fields}

    def check(self, content: bytes) -> None:
        """Raise SchemaRefused when `content` is not the JSON form of the message."""
        try:
            json_format.Parse(content, self.kind())
        except (json_format.ParseError, UnicodeDecodeError, AttributeError) as error:
            raise SchemaRefused(f"not the JSON form of {self.kind.DESCRIPTOR.name}: {error}") from error
