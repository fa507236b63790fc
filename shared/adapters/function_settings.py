"""How a function is deployed, as declared, checked against what Cloud Run accepts."""

import re
from dataclasses import dataclass
from typing import Final

from shared.adapters.access import Access, access_of
from shared.adapters.declaration import Entry, Limits

SETTINGS: Final = (
    "runtime",
    "memory",
    "cpu",
    "timeout_seconds",
    "concurrency",
    "min_instances",
    "max_instances",
    "access",
)
RUNTIME: Final = re.compile(r"python3\d\d")
MEMORY: Final = re.compile(r"(\d{1,5})(Mi|Gi)")
MIB_PER_UNIT: Final = {"Mi": 1, "Gi": 1024}
MEMORY_MIB: Final[Limits] = (128, 32 * 1024)
TIMEOUT_SECONDS: Final[Limits] = (1, 3600)
CONCURRENCY: Final[Limits] = (1, 1000)
INSTANCES: Final[Limits] = (0, 1000)
FRACTION_CPU: Final[Limits] = (0.08, 8)
WHOLE_CPUS: Final = (1, 2, 4, 6, 8)
# The least CPUs that memory above so many MiB needs, the largest first.
CPUS_FOR_MIB: Final = ((24 * 1024, 8), (16 * 1024, 6), (8 * 1024, 4), (4 * 1024, 2), (1024, 1), (512, 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSettings:
    """One function's deployment; `access` is what its own service account may do."""

    runtime: str
    memory_mib: int
    cpu: float
    timeout_seconds: int
    concurrency: int
    min_instances: int
    max_instances: int
    access: Access


def function_settings(declared: Entry) -> FunctionSettings:
    """Return the settings of an entry. Raises InvalidInput naming the first one that Cloud Run would refuse."""
    settings = FunctionSettings(
        runtime=declared.text("runtime", RUNTIME, "a Python runtime such as python313"),
        memory_mib=_memory(declared),
        cpu=declared.number("cpu", FRACTION_CPU),
        timeout_seconds=declared.whole("timeout_seconds", TIMEOUT_SECONDS),
        concurrency=declared.whole("concurrency", CONCURRENCY),
        min_instances=declared.whole("min_instances", INSTANCES),
        max_instances=declared.whole("max_instances", (1, INSTANCES[1])),
        access=access_of(declared),
    )
    _check(declared, settings)
    return settings


def _memory(declared: Entry) -> int:
    expected = "Mi or Gi, from 128Mi to 32Gi"
    match = MEMORY.fullmatch(declared.text("memory", MEMORY, expected))
    mib = int(match[1]) * MIB_PER_UNIT[match[2]] if match else 0
    lowest, highest = MEMORY_MIB
    if not lowest <= mib <= highest:
        raise declared.refused("memory", expected)
    return mib


def _check(declared: Entry, settings: FunctionSettings) -> None:
    if settings.cpu > 1 and settings.cpu not in WHOLE_CPUS:
        raise declared.refused("cpu", f"a fraction of one or one of {WHOLE_CPUS}")
    if settings.concurrency > 1 and settings.cpu < 1:
        raise declared.refused("concurrency", f"1, because it has only {settings.cpu:g} of a CPU")
    if settings.min_instances > settings.max_instances:
        raise declared.refused("min_instances", f"at most max_instances ({settings.max_instances})")
    for mib, cpus in CPUS_FOR_MIB:
        if settings.memory_mib > mib and settings.cpu < cpus:
            raise declared.refused("cpu", f"at least {cpus:g} for {settings.memory_mib} MiB of memory")
