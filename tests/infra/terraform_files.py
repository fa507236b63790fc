"""The project's Terraform files as python-hcl2 reads them, one record a block."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

from shared.config import REPOSITORY_ROOT

INFRA = REPOSITORY_ROOT / "infra"
ROOTS = ("storage", "system", "triggers")


@dataclass(frozen=True, slots=True)
class Declared:
    """One `resource` or `data` block: where, its kind, its name and its body."""

    root: str
    mode: str
    kind: str
    name: str
    body: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.root}: {self.kind}.{self.name}"


def parse(text: str) -> dict[str, Any]:
    """Return a file's blocks by their word, names unquoted."""
    return dict(hcl2.loads(text))


def files() -> list[Path]:
    """Return every Terraform file, the declarations' included."""
    return sorted(INFRA.glob("*/*.tf"))


def declared(root: str, text: str) -> Iterator[Declared]:
    """Yield the resources and data sources of a file."""
    parsed = parse(text)
    for mode in ("resource", "data"):
        for block in parsed.get(mode, []):
            for kind, named in block.items():
                for name, body in named.items():
                    yield Declared(root, mode, kind.strip('"'), name.strip('"'), body)


def everything() -> list[Declared]:
    """Return the resources and data sources of all roots."""
    return [each for path in files() for each in declared(path.parent.name, path.read_text())]


def kinds_used() -> set[tuple[str, str]]:
    """Return (`resource` or `data`, kind) of all that is used."""
    return {(each.mode, each.kind) for each in everything()}
