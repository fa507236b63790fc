"""Extracts what the Google provider accepts, for the kinds that infra/ uses, from its bindings on npm.

    npm pack @cdktf/provider-google@16.12.1 && tar xzf cdktf-provider-google-16.12.1.tgz
    python -m tests.infra.provider_schema package > tests/infra/provider_schema.json

The bindings are generated out of the provider's own schema: names and nesting from `index.js`, what is required
from `index.d.ts` (a property without a question mark).
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infra.terraform_files import kinds_used

PROPERTY = re.compile(r"^ {4}readonly (\w+)(\??): (.+?);?$")
GETTER = re.compile(r"^ {4}get (\w+)\(\): (.+);$")
ENTRY = re.compile(
    r"^ {8,12}(\w+): \{\s*value: [^\n]*?(?:struct\.|this\._)(\w+?)[,).][^\n]*\s*isBlock: (\w+),\s*"
    r'type: "(\w+)",\s*storageClassType: "(\w+)"',
    re.MULTILINE,
)
PROVIDER = re.compile(r"registry\.terraform\.io/providers/hashicorp/google/([\d.]+)/")
# What the bindings call a type, and Terraform's word for it; a list or map of texts is one of those letters more.
TYPES = {"string": "string", "number": "number", "boolean": "bool"}
COMPUTED = {"string": "string", "number": "number", "cdktf.IResolvable": "bool", "cdktf.StringMap": ["map", "string"]}


@dataclass(frozen=True, slots=True)
class Bindings:
    """The two files of one kind of resource, cut into interfaces and entries."""

    declarations: str
    script: str

    def required(self, interface: str) -> dict[str, bool]:
        """Return, by camel-case name, whether a property of an interface must be set."""
        found = re.search(rf"export interface {interface}(?: extends [\w.]+)? \{{\n(.*?)\n\}}", self.declarations, re.S)
        lines = found[1].splitlines() if found else []
        return {match[1]: not match[2] for match in map(PROPERTY.match, lines) if match}

    def block(self, interface: str, entries: str) -> dict[str, Any]:
        """Return the attributes and nested blocks that a piece of the script writes out."""
        required = self.required(interface)
        attributes: dict[str, Any] = {}
        blocks: dict[str, Any] = {}
        for name, property_name, is_block, kind, storage in ENTRY.findall(entries):
            must = required[property_name]
            if storage.removesuffix("List") in ("string", "number", "boolean") or storage.endswith("Map"):
                attributes[name] = {"type": _type(kind, storage), "required": must}
                continue
            nested = storage.removesuffix("List")
            inner = self.block(nested, self.function(nested))
            single = f"readonly {property_name}{'' if must else '?'}: {nested};" in self.declarations
            blocks[name] = {"required": must, "single": single, "nesting": kind, "block": is_block == "true", **inner}
        return {"attributes": attributes, "blocks": blocks}

    def function(self, interface: str) -> str:
        """Return the body that turns an interface into HCL."""
        name = interface[0].lower() + interface[1:]
        found = re.search(rf"^function {name}ToHclTerraform\(struct\) \{{\n(.*?)^\}}", self.script, re.S | re.M)
        return found[1] if found else ""

    def kind(self, class_name: str) -> dict[str, Any]:
        """Return the whole schema: what may be set, and what can be read from it."""
        body = self.script[self.script.index("synthesizeHclAttributes() {") :]
        own = self.declarations[self.declarations.index(f"export declare class {class_name} extends") :]
        getters = [match for match in map(GETTER.match, own.splitlines()) if match]
        schema = self.block(f"{class_name}Config", body)
        settable = {*schema["attributes"], *schema["blocks"]}
        computed = {_snake(match[1]): COMPUTED.get(match[2]) for match in getters if not match[1].endswith("Input")}
        schema["computed"] = {name: kind for name, kind in computed.items() if kind and name not in settable}
        return schema


def _type(kind: str, storage: str) -> Any:
    element = TYPES[storage.removesuffix("List").removesuffix("Map")]
    return element if kind == "simple" else [kind, element]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def extract(package: Path, mode: str, kind: str) -> dict[str, Any]:
    """Return the schema of `google_pubsub_topic`; `mode` is `resource` or `data`."""
    stem = kind.removeprefix("google_")
    folder = package / "lib" / ("data-google-" * (mode == "data") + stem.replace("_", "-"))
    words = ("data_google_" * (mode == "data") + stem).split("_")
    class_name = "".join(word[0].upper() + word[1:] for word in words)
    bindings = Bindings((folder / "index.d.ts").read_text(), (folder / "index.js").read_text())
    return bindings.kind(class_name)


def main(package: Path) -> None:
    """Print the schemas of every kind that infra/ uses."""
    about = json.loads((package / "package.json").read_text())
    text = (package / "lib" / "pubsub-topic" / "index.d.ts").read_text()
    provider = PROVIDER.search(text)
    document = {
        "source": f"npm {about['name']}@{about['version']} ({about['license']})",
        "provider": f"hashicorp/google {provider[1] if provider else ''}",
        "kinds": {f"{mode}.{kind}": extract(package, mode, kind) for mode, kind in sorted(kinds_used())},
    }
    json.dump(document, sys.stdout, indent=None, separators=(",", ":"), sort_keys=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
