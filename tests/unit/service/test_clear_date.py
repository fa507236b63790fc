from dataclasses import replace

import pytest

from shared.domain.calendar import revised
from shared.domain.errors import Conflict
from shared.domain.units import Status
from shared.ports import Write
from shared.service.app import App
from shared.service.clear_date import clear_date
from tests.unit.service.world import SEASON, complete, day, make_app, put


def dropped_at(app: App, number: int) -> None:
    """Take the game of a date from the calendar."""
    held = app.ledger.store.get(f"calendar/{SEASON}")
    assert held is not None
    before = app.ledger.calendar(SEASON)
    fixtures = {each: games for each, games in before.fixtures.items() if each != day(number)}
    app.ledger.commit([Write(key=held.key, body=revised(before, fixtures).body(), revision=held.revision)])


def test_units_of_a_cleared_date_are_complete_for_nobody() -> None:
    app = make_app([day(0), day(1), day(2)])
    put(app, *(complete(phase, day(1), digests={"a": "b"}) for phase in (1, 2, 3)))
    dropped_at(app, 1)
    clear_date(app, day(1))
    for phase in (1, 2, 3):
        held = app.ledger.unit(phase, day(1))
        assert held is not None
        assert (held.unit.status, held.unit.usable, held.unit.digests) == (Status.BLOCKED, False, {})
        assert held.unit.reason == "no game any more (calendar revision 2)"
    assert app.ledger.unit(4, day(1)) is None


def test_a_date_with_a_running_unit_is_not_cleared() -> None:
    app = make_app([day(0), day(1), day(2)])
    running = replace(complete(2, day(1)), status=Status.RUNNING, fence=1)
    put(app, complete(1, day(1)), running)
    dropped_at(app, 1)
    with pytest.raises(Conflict, match=f"units/2-{day(1)} is running"):
        clear_date(app, day(1))
    held = app.ledger.unit(1, day(1))
    assert held is not None
    assert held.unit.status is Status.COMPLETE
