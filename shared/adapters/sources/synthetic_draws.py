"""Seeded randomness of the synthetic league: the same on every machine, Python version and day.

Only `Random.random()` is drawn from, and only arithmetic that IEEE 754 fixes is done with it: shuffles and
distributions of the standard library may change between versions, and sines between machines.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import TypeVar

Draw = Callable[[], float]
Item = TypeVar("Item")


def draws(*names: object) -> Draw:
    """Return a function that yields the next number in [0, 1) of the stream that `names` name."""
    return Random("|".join(map(str, names))).random


def between(draw: Draw, low: int, high: int) -> int:
    """Return a whole number from low to high, both included."""
    return low + int(draw() * (high - low + 1))


def shuffled(draw: Draw, items: Sequence[Item]) -> list[Item]:
    """Return the items in a drawn order."""
    return [item for _, _, item in sorted((draw(), position, item) for position, item in enumerate(items))]


def cumulated(weights: Sequence[float]) -> tuple[float, ...]:
    """Return the running sums of weights, as `pick` wants them."""
    return tuple(accumulate(weights))


def pick(cumulative: Sequence[float], drawn: float) -> int:
    """Return the position that a number in (0, 1) falls on; one of weight 0 is never picked."""
    return bisect_left(cumulative, drawn * cumulative[-1])


def apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """Return whole shares of `total` in proportion to the weights; they sum to `total` exactly."""
    sums = cumulated(weights)
    marks = [0, *(round(total * part / sums[-1]) for part in sums)]
    return [after - before for before, after in pairwise(marks)]
