"""Which processors of a unit an attempt runs."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.domain.units import Unit
from shared.service.selection import EVERYTHING, Selection, of_inputs, of_manifest

DONE = Unit(phase=4, game_date=date(2024, 11, 15), version=1, inputs={"3-2024-11-14": 1})


def named(*names: str) -> dict[str, Any]:
    return {"processors": list(names)}


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (replace(DONE, manifest={}), EVERYTHING),
        (replace(DONE, manifest={"processors": None}), EVERYTHING),
        (replace(DONE, manifest=named("cache")), Selection(names=frozenset({"cache"}))),
        # A crashed attempt may have replaced any table; a first one has none to keep.
        (replace(DONE, manifest=named("cache"), publishing=True), EVERYTHING),
        (replace(DONE, manifest=named("cache"), version=0), EVERYTHING),
        (replace(DONE, manifest=named("cache"), force=True), EVERYTHING),
        (
            replace(DONE, manifest=named("cache"), force=True, redo=("zones",)),
            Selection(names=frozenset({"cache", "zones"}), asked=frozenset({"zones"})),
        ),
    ],
)
def test_a_target_runs_what_its_release_names_and_what_is_asked_for(unit: Unit, expected: Selection) -> None:
    assert of_manifest(unit) == expected


@pytest.mark.parametrize(
    ("unit", "inputs", "expected"),
    [
        (DONE, {"3-2024-11-14": 2}, EVERYTHING),
        (replace(DONE, force=True), DONE.inputs, EVERYTHING),
        (replace(DONE, force=True, redo=("a",)), DONE.inputs, Selection(names=frozenset("a"), asked=frozenset("a"))),
        (replace(DONE, force=True, redo=("a",)), {"3-2024-11-14": 2}, EVERYTHING),
    ],
)
def test_other_phases_run_whole_where_their_input_moved(unit: Unit, inputs: Any, expected: Selection) -> None:
    assert of_inputs(unit, inputs) == expected
