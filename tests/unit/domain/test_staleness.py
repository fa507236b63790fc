"""Flags on complete units: by processor, one cause a thing that moved."""

from dataclasses import replace
from datetime import date

import pytest

from shared.domain.staleness import causes, outdate, outdated, rebase
from shared.domain.units import Status, Unit

DAY = date(2024, 11, 15)
MANIFEST = {"versions": {"2024-11-14": 1}, "entities_version": 1}
DONE = Unit(
    phase=4,
    game_date=DAY,
    status=Status.COMPLETE,
    version=1,
    inputs={"3-2024-11-14": 1, "3-2024-11-15": 1, "release": "ab"},
    manifest=MANIFEST,
)


def test_a_later_move_of_the_same_date_takes_the_place_of_the_earlier() -> None:
    once = outdate(DONE, {"cache": "3-2024-11-14: 1 -> 2", "zones": "3-2024-11-14: 1 -> 2"})
    twice = outdate(outdate(once, {"cache": "3-2024-11-14: 1 -> 3"}), {"cache": "3-2024-11-13: 1 -> 2"})
    assert twice.stale == {
        "cache": ("3-2024-11-13: 1 -> 2", "3-2024-11-14: 1 -> 3"),
        "zones": ("3-2024-11-14: 1 -> 2",),
    }
    assert causes(twice) == ["3-2024-11-13: 1 -> 2", "3-2024-11-14: 1 -> 2", "3-2024-11-14: 1 -> 3"]


def test_the_same_flag_again_is_no_change() -> None:
    flagged = outdate(DONE, {"cache": "3-2024-11-14: 1 -> 2"})
    assert outdate(flagged, {"cache": "3-2024-11-14: 1 -> 2"}) is flagged
    both = outdate(flagged, {"cache": "3-2024-11-13: 1 -> 2"})
    assert outdate(outdate(both, {"cache": "3-2024-11-14: 1 -> 2"}), {"cache": "3-2024-11-13: 1 -> 2"}) is both


@pytest.mark.parametrize(
    ("stale", "expected"),
    [
        ({}, False),
        ({"*": ("history_arrived: 2024-10-22",)}, False),
        ({"*": ("history_arrived: 2024-10-22", "calendar: 1 -> 2")}, True),
        ({"cache": ("3-2024-11-14: 1 -> 2",)}, True),
    ],
)
def test_history_that_arrived_outdates_nothing(stale: dict[str, tuple[str, ...]], expected: bool) -> None:
    assert outdated(replace(DONE, stale=stale)) is expected


def test_an_untouched_target_is_as_good_as_read_at_the_new_version() -> None:
    window = rebase(DONE, date(2024, 11, 14), 2)
    assert (window.inputs["3-2024-11-14"], window.manifest) == (
        2,
        {"versions": {"2024-11-14": 2}, "entities_version": 1},
    )
    own = rebase(DONE, DAY, 3)
    assert (own.inputs["3-2024-11-15"], own.manifest) == (3, {**MANIFEST, "entities_version": 3})
    assert MANIFEST == {"versions": {"2024-11-14": 1}, "entities_version": 1}
