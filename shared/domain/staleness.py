"""What a complete unit is flagged with when it is no longer what its inputs make."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from shared.domain.units import Unit

# The processor named by a flag that is about all of a unit's.
EVERY = "*"
HISTORY_ARRIVED = "history_arrived"
HISTORY = 3


def outdated(unit: Unit) -> bool:
    """Return whether what a unit was computed from has moved; more history to be had is no such thing."""
    return any(not cause.startswith(HISTORY_ARRIVED) for causes in unit.stale.values() for cause in causes)


def causes(unit: Unit) -> list[str]:
    """Return why a unit is flagged, each cause once, sorted."""
    return sorted({cause for each in unit.stale.values() for cause in each})


def outdate(unit: Unit, moved: Mapping[str, str]) -> Unit:
    """Return the unit flagged stale: by processor, what moved under it (`3-2024-11-15: 1 -> 2`).

    A later cause about the same thing takes the place of the one before.
    """
    stale = dict(unit.stale)
    for name, cause in moved.items():
        about = cause.partition(":")[0]
        others = (each for each in stale.get(name, ()) if each.partition(":")[0] != about)
        stale[name] = tuple(sorted({*others, cause}))
    return unit if stale == unit.stale else replace(unit, stale=stale)


def rebase(unit: Unit, day: date, version: int) -> Unit:
    """Return a complete target as computed from another version of a date, none of whose changes reaches its rows."""
    inputs = {**unit.inputs, f"{HISTORY}-{day.isoformat()}": version}
    manifest = dict(unit.manifest or {})
    if day == unit.game_date:
        manifest["entities_version"] = version
    elif day.isoformat() in manifest.get("versions", {}):
        manifest["versions"] = {**manifest["versions"], day.isoformat(): version}
    return replace(unit, inputs=inputs, manifest=manifest or None)
