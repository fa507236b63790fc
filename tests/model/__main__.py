"""Explore every configuration and print its figures; exit code 1 with a shortest trace where an invariant breaks."""

import sys
from time import perf_counter

from tests.model.configurations import FULL, Configuration
from tests.model.exploration import Broken, Explored

HEADINGS = ("configuration", "between", "crash twice lapse", "states", "transitions", "depth", "ends", "CPU s", "MiB")
WIDTHS = (14, 8, 17, 10, 12, 6, 5, 7, 5)


def main(names: list[str]) -> int:
    """Explore the configurations of these names, all where there is none; return the exit code."""
    _print(HEADINGS)
    began, states = perf_counter(), 0
    for configuration in FULL:
        if names and configuration.name not in names:
            continue
        try:
            explored = configuration.explored()
        except Broken as broken:
            sys.stdout.write(f"{configuration.name}: {broken}\n")
            return 1
        states += explored.states
        _print(_figures(configuration, explored))
    sys.stdout.write(f"{states:,} states, every invariant holds in each; {perf_counter() - began:.0f} s\n")
    return 0


def _figures(configuration: Configuration, explored: Explored) -> tuple[str, ...]:
    crashes, duplicates, jumps, _ = configuration.faults
    figures = (explored.states, explored.transitions, explored.depth, explored.ends)
    return (
        configuration.name,
        f"{configuration.grain.value}s",
        f"{crashes} {duplicates} {jumps}",
        *(f"{figure:,}" for figure in figures),
        f"{explored.seconds:.1f}",
        str(explored.peak_mib),
    )


def _print(cells: tuple[str, ...]) -> None:
    left = [f"{cell:<{width}}" for cell, width in zip(cells[:3], WIDTHS[:3], strict=True)]
    right = [f"{cell:>{width}}" for cell, width in zip(cells[3:], WIDTHS[3:], strict=True)]
    sys.stdout.write(" ".join([*left, *right]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
