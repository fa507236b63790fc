"""A bug planted in the pure domain, with the test that must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One planted bug: `source`, exact text of a module of shared/domain, is written as `planted` instead."""

    name: str
    module: str
    source: str
    planted: str
    caught_by: str


def mutant(name: str, module: str, source: str, planted: str, caught_by: str) -> Mutant:
    """Return a planted bug; `caught_by` is `module::test` below tests/unit/domain."""
    return Mutant(name=name, module=module, source=source, planted=planted, caught_by=caught_by)
