"""What happened between two states, as a line for people."""

from collections.abc import Mapping
from typing import Any

from tests.model.common import PUBLISH, WRITES, Call, parsed

# What leads from a state to the next: words, and the point and the step of the worker that moved.
How = tuple[Any, ...]


def told(how: How) -> str:
    """Return a line for people: whose message, the effects, and how it ends."""
    if len(how) == 1:
        return str(how[0])
    words, point = how[0], how[1]
    function, text = point.message
    body = parsed(text)
    name = f"{function} {body.get('phase', '')}-{body.get('game_date', '')}".removesuffix(" -")
    if len(how) == 2:
        return f"{name} {words}; its message comes again"
    step = how[2]
    effects = [_effect(call) for call in step.calls if call[0] in WRITES or call[0] == PUBLISH]
    end = "" if step.point else "; to be delivered again" if step.again else "; acknowledged"
    return f"{name}{words}: {'; '.join(effects) or 'reads'}{end}"


def _effect(call: Call) -> str:
    if call[0] == "commit":
        return "commit " + ", ".join(_written(key, parsed(text)) for key, text, _ in call[1] if "/" in key)
    if call[0] == "replace":
        return f"replace {call[1]} {call[2]} by fence {call[4]}"
    return " ".join(map(str, call)) if call[0] != PUBLISH else f"publish {call[1]} {parsed(call[2])['game_date']}"


def _written(key: str, body: Mapping[str, Any]) -> str:
    names = ("status", "fence", "publishing", "version", "stale", "lanes", "targets")
    told = " ".join(f"{name}={body[name]}" for name in names if body.get(name))
    return f"[{key.removeprefix('units/')} {told}]" if key.startswith(("units/", "frontier/", "backfills/")) else key
