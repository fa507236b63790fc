"""A small share of `make fuzz`, always the same inputs, so that what it found stays mended."""

import logging
from collections.abc import Iterator

import pytest

from tests.fuzz.surface import property_of
from tests.fuzz.surfaces import SURFACES, surface

# How many are tried here; in all they are to take less than 20 seconds of one core.
EXAMPLES = {
    "messages": 120,
    "envelopes": 60,
    "http": 60,
    "pages": 100,
    "api": 60,
    "files": 150,
    "phase2": 6,
    "commands": 12,
    "settings": 100,
    "documents": 100,
}
# To read the API's description takes longer than all the others.
SLOW = {"api"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Hostile input is logged by the thousand."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.integration] if each in SLOW else []) for each in SURFACES]
)
def test_hostile_input_is_taken_in_or_refused(name: str) -> None:
    property_of(surface(name), EXAMPLES[name], derandomize=True)()
