"""What a completion leaves in the ledger beside its unit: digests by entity, and whom a new version changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shared.domain.units import Unit
from shared.ports import Body, Write
from shared.service.ledger import Ledger

Entities = Mapping[str, Mapping[str, str]]


def completion_writes(
    ledger: Ledger, done: Unit, before: Unit, entities: Entities, documents: Mapping[str, Body]
) -> tuple[list[Write], dict[str, list[str]]]:
    """Return the writes that go in one batch with a completion, and the changed entities by processor.

    `entities` are the digests of those processors that ran, `documents` the phase's own documents by key. A version
    after the first also leaves `changes/<unit>-<version>`: the entities whose rows differ from the version before,
    and what the phase's documents said until then. A first version changes nothing that anybody has read.
    """
    key = contents_key(done.phase, done.game_date)
    keys = [*documents, *([key] if before.version else [])]
    found = ledger.store.get_many(keys) if keys else {}
    writes = [
        Write(key=name, body=body, revision=found[name].revision if name in found else None)
        for name, body in documents.items()
    ]
    held = found.get(key)
    recorded: Entities = held.body["entities"] if held is not None else {}
    changed = {name: differing(recorded.get(name, {}), digests) for name, digests in entities.items()}
    if entities:
        body = {"version": done.version, "entities": {**recorded, **entities}}
        writes.append(Write(key=key, body=body, revision=held.revision if held is not None else None))
    if done.version > max(before.version, 1):
        replaced = {name: found[name].body for name in documents if name in found}
        writes.append(
            Write(key=change_key(done.phase, done.game_date, done.version), body=_change(done, changed, replaced))
        )
    return writes, {name: each for name, each in changed.items() if each} if before.version else {}


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the entities whose digests differ, or that only one of the two has, sorted."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def changes_between(ledger: Ledger, phase: int, day: date, read: int, now: int) -> Sequence[Body] | None:
    """Return what each version of a unit after `read` up to `now` changed, None where one was not recorded."""
    keys = [change_key(phase, day, version) for version in range(read + 1, now + 1)]
    found = ledger.store.get_many(keys)
    return [found[key].body for key in keys] if keys and len(found) == len(keys) else None


def contents_key(phase: int, game_date: date) -> str:
    """Return the ledger key of the digests of a unit's entities."""
    return f"contents/{phase}-{game_date.isoformat()}"


def change_key(phase: int, day: date, version: int) -> str:
    """Return the ledger key of what a version of a unit changed."""
    return f"changes/{phase}-{day.isoformat()}-{version:06d}"


def _change(done: Unit, changed: Mapping[str, list[str]], replaced: Mapping[str, Body]) -> dict[str, Any]:
    return {
        "unit": done.key,
        "version": done.version,
        "entities": {name: names for name, names in changed.items() if names},
        "replaced": dict(replaced),
    }
