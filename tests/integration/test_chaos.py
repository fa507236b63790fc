"""Days of the real season on processes that are killed, frozen, cut off and starved; and ends that must not pass.

`make chaos` does a month, twenty times.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared import bootstrap
from shared.config import Config
from shared.domain.messages import BackfillRequest
from shared.domain.units import Status
from shared.ports import Write
from shared.service.app import App
from shared.service.ledger import unit_write
from tests.chaos.faults import DECK, Fault, Kind, schedule
from tests.chaos.judge import judge
from tests.chaos.run import REQUEST_ID, Trial, reference, run
from tests.rehearsal.drive import NotFinished
from tests.stack import SEASON

DAYS = 4
SEED = 7
PLANTED = Path(__file__).parents[1] / "chaos" / "forgetful.py"
TABLE = "nba_analytics.player_game_summary"


@pytest.fixture(scope="module")
def faultless(season_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[App, BackfillRequest]:
    """The days without faults on the embedded stack, and the request for them."""
    return reference(tmp_path_factory.mktemp("faultless"), DAYS)


def test_days_under_faults_of_every_kind_end_as_without(faultless: tuple[App, BackfillRequest], tmp_path: Path) -> None:
    done = run(tmp_path / "run", Trial(seed=SEED, decks=1), *faultless)
    assert done.judgement.differences == []
    assert done.judgement.rows > 0
    assert len(done.struck) >= 5


def test_a_sweep_that_sends_nothing_again_leaves_it_unfinished(
    faultless: tuple[App, BackfillRequest], tmp_path: Path
) -> None:
    lost = [Fault(kind=Kind.PUBSUB, at=at, delay=0.0, seconds=0.1) for at in (0.0, 0.1, 0.3)]
    with pytest.raises(NotFinished, match="RUNNING"):
        run(tmp_path / "run", Trial(seed=SEED, faults=lost, seconds_max=60.0, main=PLANTED), *faultless)


def test_a_seed_draws_the_same_faults_again_and_deals_every_kind() -> None:
    dealt = schedule(SEED, 2)
    assert dealt == schedule(SEED, 2) != schedule(SEED + 1, 2)
    assert Counter(fault.kind for fault in dealt) == Counter([*DECK, *DECK])
    assert Kind.DISK_FULL not in {fault.kind for fault in schedule(SEED, 2, [Kind.DISK_FULL])}


def lose_rows(app: App) -> None:
    """Empty one partition behind the ledger's back."""
    unit = next(each.unit for each in app.ledger.units_between(3, *_range(app)))
    app.warehouse.load(TABLE, {unit.game_date: []})


def lose_history(app: App) -> None:
    """Have the last attempt of a unit be unheard of."""
    unit = next(each for each in app.ledger.units_between(3, *_range(app)))
    again = replace(unit.unit, fence=unit.unit.fence + 1)
    app.ledger.commit([unit_write(again, unit.revision)])


def leave_running(app: App) -> None:
    """Have a unit be under way for ever."""
    held = next(each for each in app.ledger.units_between(2, *_range(app)))
    app.ledger.commit([unit_write(replace(held.unit, status=Status.RUNNING), held.revision)])


def spend_attempts(app: App) -> None:
    """Have a unit be tried more often than is allowed."""
    document = next(iter(app.ledger.store.scan("history/", "history/~")))
    body = {**document.body, "attempt": app.config.attempts_max + 1}
    app.ledger.commit([Write(key=document.key, body=body, revision=document.revision)])


def read_another_version(app: App) -> None:
    """Have a target say that it read another version than it did."""
    held = next(each for each in app.ledger.units_between(5, *_range(app)))
    app.ledger.commit([unit_write(replace(held.unit, inputs={"4": 2}), held.revision)])


def refuse_a_message(app: App) -> None:
    """Have a message be refused."""
    body = {"at": "2024-11-01T00:00:00+00:00", "topic": "phase1-complete", "error": "planted", "request": "{}"}
    app.ledger.commit([Write(key="rejections/planted", body=body)])


ENDS: dict[Callable[[App], None], str] = {
    lose_rows: "holds None, the unit says",
    lose_history: "did not complete it",
    leave_running: "is running",
    spend_attempts: "are allowed",
    read_another_version: "inputs",
    refuse_a_message: "rejected: phase1-complete",
}


@pytest.mark.parametrize("spoil", ENDS, ids=lambda each: each.__name__)
def test_an_end_that_is_spoiled_is_told(
    spoil: Callable[[App], None], faultless: tuple[App, BackfillRequest], tmp_path: Path
) -> None:
    home = shutil.copytree(faultless[0].config.home, tmp_path / "spoiled")
    app = bootstrap.embedded(Config(home=str(home), source="archive"))
    assert judge(faultless[0], app, REQUEST_ID, (), tmp_path).differences == []
    spoil(app)
    found = judge(faultless[0], app, REQUEST_ID, (), tmp_path).differences
    assert any(ENDS[spoil] in line for line in found), found


def _range(app: App) -> tuple[date, date]:
    calendar = app.ledger.calendar(SEASON)
    return calendar.dates[0], calendar.dates[-1]
