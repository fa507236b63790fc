"""Which processors of a unit an attempt runs: all, or those whose rows can have moved and those asked for by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What an attempt runs. `names` None is every processor of the phase.

    `asked` are those redone by name: what reads a table of theirs is run too if its content changed. Those whose
    windows a change reached need no such thing, for the windows of their readers were asked by themselves.
    """

    names: frozenset[str] | None = None
    asked: frozenset[str] = frozenset()


EVERYTHING = Selection()


def of_inputs(unit: Unit, inputs: Mapping[str, Any]) -> Selection:
    """Return what to run of a unit of Phases 2, 3 and 5, whose every processor reads all of its inputs."""
    moved = dict(unit.inputs) != dict(inputs)
    return EVERYTHING if moved else _among(unit, frozenset())


def of_manifest(unit: Unit) -> Selection:
    """Return what to run of a released target: the processors its manifest names, and those asked for."""
    named = (unit.manifest or {}).get("processors")
    return EVERYTHING if named is None else _among(unit, frozenset(named))


def _among(unit: Unit, moved: frozenset[str]) -> Selection:
    # An attempt that began to publish may have left any of its tables at a content that no digest tells of.
    if unit.publishing or not unit.version or (unit.force and not unit.redo):
        return EVERYTHING
    asked = frozenset(unit.redo) if unit.force else frozenset()
    return Selection(names=moved | asked, asked=asked)
