"""Holds a Terraform file against the provider's published schema: every name known, every required one set."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.infra.terraform_files import Declared

SCHEMA = Path(__file__).with_name("provider_schema.json")
# Terraform's own arguments, which no provider declares.
META = {"for_each", "count", "depends_on", "lifecycle", "provider", "dynamic"}
REFERENCE = re.compile(r"\b(data\.)?(google_\w+)\.(\w+)(?:\[[^\]]*\])*\.(\w+)")


@lru_cache
def kinds() -> Mapping[str, Any]:
    """Return the schemas by `resource.<kind>` and `data.<kind>`."""
    return dict(json.loads(SCHEMA.read_text())["kinds"])


def faults(each: Declared) -> Iterator[str]:
    """Yield what the provider would refuse in a block, one line a fault."""
    schema = kinds().get(f"{each.mode}.{each.kind}")
    if schema is None:
        yield f"{each}: no such kind in the schema"
        return
    yield from (f"{each}: {fault}" for fault in _block(each.body, schema, ""))


def bad_references(text: str) -> Iterator[str]:
    """Yield each `google_kind.name.attribute` in a file's text that names no attribute of its kind."""
    for data, kind, _, attribute in REFERENCE.findall(text):
        schema = kinds().get(f"{'data' if data else 'resource'}.{kind}")
        known = {**schema["attributes"], **schema["blocks"], **schema["computed"]} if schema else {}
        if attribute not in known:
            yield f"{data}{kind}: {attribute} cannot be read"


def _block(body: Mapping[str, Any], schema: Mapping[str, Any], where: str) -> Iterator[str]:
    nested = _nested(body)
    set_here = {name for name in body if not name.startswith("__")} - META - nested.keys()
    yield from (f"{where}{name} is unknown" for name in sorted(set_here - schema["attributes"].keys()))
    yield from (f"{where}{name} is no block" for name in sorted(nested.keys() - schema["blocks"].keys()))
    for name, attribute in schema["attributes"].items():
        if attribute["required"] and name not in set_here:
            yield f"{where}{name} is missing"
    for name, inner in schema["blocks"].items():
        if inner["required"] and name not in nested:
            yield f"{where}{name} is missing"
        if inner["single"] and len(nested.get(name, [])) > 1:
            yield f"{where}{name} is there more than once"
        for content in nested.get(name, []):
            yield from _block(content, inner, f"{where}{name}.")


def _nested(body: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the nested blocks of a body by name, those of `dynamic` by the block that they make."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for name, value in body.items():
        if name in META or not (isinstance(value, list) and value and _is_block(value[0])):
            continue
        found[name] = list(value)
    for entry in body.get("dynamic", []):
        for quoted, made in entry.items():
            if not quoted.startswith("__"):
                found.setdefault(quoted.strip('"'), []).extend(made["content"])
    return found


def _is_block(value: object) -> bool:
    return isinstance(value, dict) and bool(value.get("__is_block__"))
