"""What is fuzzed: a surface, its inputs, the check that every input has to pass, and how many were tried of it."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

# Hypothesis remembers what it has drawn: in batches its memory stays that of one.
BATCH: Final = 1000
# An input that takes longer hangs: as a budget of `make fuzz`, never of a test.
SECONDS_MAX: Final = 10.0
# What crashes so often need not be tried further.
CRASHES_MAX: Final = 5
KIB_PER_MIB: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A way in: `check` raises for an input that crashes it, or that it answers wrongly."""

    name: str
    inputs: SearchStrategy[Any]
    check: Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of fuzzing a surface; `peak_mib` is the whole process's."""

    name: str
    inputs: int
    crashes: tuple[str, ...]
    slowest_seconds: float
    seconds: float
    peak_mib: float


def tried(surface: Surface, count: int, first_seed: int) -> Figures:
    """Try so many inputs, in batches of a seed each, and return what came of it; a batch ends at its first crash."""
    slowest, seen, crashes, began = 0.0, 0, [], time.perf_counter()

    def check(value: Any) -> None:
        nonlocal slowest, seen
        seen += 1
        started = time.perf_counter()
        surface.check(value)
        took = time.perf_counter() - started
        slowest = max(slowest, took)
        assert took < SECONDS_MAX, f"took {took:.1f} s"

    batch = first_seed
    while seen < count and len(crashes) < CRASHES_MAX:
        try:
            seed(batch)(property_of(surface, min(BATCH, count - seen), check=check))()
        except BaseExceptionGroup as group:
            crashes += [_crash(batch, each) for each in group.exceptions]
        except Exception as error:
            crashes.append(_crash(batch, error))
        batch += 1
    return Figures(
        name=surface.name,
        inputs=seen,
        crashes=tuple(crashes),
        slowest_seconds=slowest,
        seconds=time.perf_counter() - began,
        peak_mib=peak_mib(),
    )


def property_of(
    surface: Surface, examples: int, *, check: Callable[[Any], None] | None = None, derandomize: bool = False
) -> Callable[[], None]:
    """Return the property that a surface holds, for so many examples."""
    limited = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
    )
    # A function of its own, which the framework may mark; what it checks is the surface's.
    found = check or surface.check
    return limited(given(surface.inputs)(lambda value: found(value)))


def _crash(batch: int, error: BaseException) -> str:
    return f"seed {batch}: {error!r} {' '.join(getattr(error, '__notes__', ()))}"


def peak_mib() -> float:
    """Return the most memory that this process has had, MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / KIB_PER_MIB if sys.platform != "darwin" else peak / KIB_PER_MIB**2
