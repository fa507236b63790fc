"""Holds gcloud command lines against the installed gcloud: its commands, their flags, the choices of a flag.

The completion tree that every installation carries is read once; no command is run and nothing is asked for.
"""

import runpy
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from tests.emulators.process import missing, sdk_root

TREE = "data/cli/gcloud_completions.py"


@lru_cache
def tree() -> Mapping[str, Any]:
    """Return the installed gcloud's commands; skip the test, or in CI fail it, where there is none."""
    root = sdk_root()
    if root is None or not (root / TREE).is_file():
        missing("gcloud")
    return dict(runpy.run_path(str(root / TREE))["STATIC_COMPLETION_CLI_TREE"])


def faults(argv: Sequence[str]) -> Iterator[str]:
    """Yield what the installed gcloud would refuse in a command line that begins with `gcloud`."""
    flags = dict(tree()["flags"])
    node: Mapping[str, Any] = tree()
    words = [word for word in argv[1:] if not word.startswith("-")]
    depth = 0
    while depth < len(words) and words[depth] in node.get("commands", {}):
        node = node["commands"][words[depth]]
        flags.update(node["flags"])
        depth += 1
    if node.get("commands") or not depth:
        yield f"no such command: {' '.join(argv[:4])}"
        return
    for word in argv:
        if word == "--":
            return
        if word.startswith("-"):
            yield from _flag(word, flags)


def _flag(word: str, flags: Mapping[str, Any]) -> Iterator[str]:
    name, given, value = word.partition("=")
    positive = name.replace("--no-", "--", 1)
    kind = flags.get(name) or (flags.get(positive) if flags.get(positive) == "bool" else None)
    if kind is None:
        yield f"no such flag: {name}"
    elif kind == "bool" and given:
        yield f"takes no value: {name}"
    elif kind != "bool" and not given:
        yield f"write the value after an equals sign: {name}"
    elif isinstance(kind, list) and value.lower() not in kind and "$" not in value:
        yield f"{name} is one of {', '.join(kind)}"
