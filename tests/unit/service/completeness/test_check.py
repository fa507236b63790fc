from dataclasses import replace

import pytest

from shared.domain.errors import InvalidInput
from shared.domain.units import Status, Unit
from shared.service.completeness.check import check, phases_text
from tests.unit.service.world import complete, day, make_app, put


def test_per_date_what_is_there_and_what_is_needed() -> None:
    app = make_app([day(0), day(1), day(3)])
    put(app, *(complete(phase, day(0)) for phase in (1, 2, 3, 4, 5)))
    put(app, complete(1, day(1)), complete(2, day(1)), Unit(phase=3, game_date=day(1), status=Status.FAILED))
    result = check(app, day(0), day(3))
    assert [(each.game_date, each.needed) for each in result.dates] == [
        (day(0), ()),
        (day(1), (3, 4, 5)),
        (day(3), (1, 2, 3, 4, 5)),
    ]
    assert result.dates[1].phases == {1: "complete", 2: "complete", 3: "failed", 4: "absent", 5: "absent"}
    # Four days, three with a game: the fourth is counted and not listed.
    assert result.off_days == 1
    assert not result.complete


def test_a_stale_unit_is_needed_again() -> None:
    app = make_app([day(0)])
    units = [complete(phase, day(0)) for phase in (1, 2, 3, 4, 5)]
    put(app, *units, replace(units[3], stale={"*": ("3-2024-10-20: 1 -> 2",)}))
    result = check(app, day(0), day(0))
    assert result.dates[0].phases[4] == "stale"
    assert result.dates[0].needed == (4,)


def test_only_the_phases_asked_for_count() -> None:
    app = make_app([day(0)])
    put(app, *(complete(phase, day(0)) for phase in (1, 2, 3)))
    assert check(app, day(0), day(0), (1, 3)).complete
    assert not check(app, day(0), day(0), (1, 4)).complete


def test_a_range_without_games_is_complete() -> None:
    result = check(make_app([day(0), day(9)]), day(2), day(4))
    assert (result.complete, result.dates, result.off_days) == (True, (), 3)


@pytest.mark.parametrize(
    ("start", "end", "phases", "field"),
    [
        (day(3), day(0), (1, 5), "end_date"),
        (day(0), day(1), (0, 5), "phases"),
        (day(0), day(1), (4, 3), "phases"),
        (day(0), day(1), (1, 6), "phases"),
        (day(400), day(401), (1, 5), "season"),
    ],
)
def test_wrong_input_is_named(start, end, phases, field) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(make_app([day(0)]), start, end, phases)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("phases", "text"),
    [
        ((), ""),
        ((3,), "Phase 3"),
        ((3, 4, 5), "Phase 3-5"),
        ((2, 4, 5), "Phase 2, 4-5"),
        ((1, 3, 5), "Phase 1, 3, 5"),
    ],
)
def test_phases_as_a_person_writes_them(phases, text) -> None:
    assert phases_text(phases) == text
