"""Every way in, and `python -m tests.fuzz.surfaces <name> <inputs> <seed>`, which tries one in a process of its own."""

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Final

from tests.fuzz.surface import Surface, tried

# By name: the module, what it calls the surface, and how much of all inputs goes to it, next to the others.
SURFACES: Final[Mapping[str, tuple[str, str, int]]] = {
    "messages": ("pushes", "MESSAGES", 14),
    "envelopes": ("pushes", "ENVELOPES", 10),
    "http": ("pushes", "REQUESTS", 8),
    "pages": ("pages", "VISITS", 12),
    "api": ("api", "CALLS", 4),
    "files": ("landing", "FILES", 20),
    "phase2": ("landing", "PHASE", 1),
    "commands": ("outside", "LINES", 1),
    "settings": ("outside", "SETTINGS", 15),
    "documents": ("outside", "DOCUMENTS", 15),
}


def surface(name: str) -> Surface:
    """Return a surface by its name."""
    module, attribute, _ = SURFACES[name]
    found = getattr(import_module(f"tests.fuzz.{module}"), attribute)
    assert isinstance(found, Surface)
    return found


def shares(inputs: int) -> dict[str, int]:
    """Return how many of so many inputs each surface gets, one at least."""
    whole = sum(share for _, _, share in SURFACES.values())
    return {name: max(1, -(-inputs * share // whole)) for name, (_, _, share) in SURFACES.items()}


def main(name: str, inputs: str, seed: str) -> None:
    """Try a surface and write its figures as a line of JSON."""
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(asdict(tried(surface(name), int(inputs), int(seed)))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
