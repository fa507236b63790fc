"""Take a backfill that was cancelled or paused from everything that is still to be started for it."""

from collections import Counter
from dataclasses import replace

from shared.domain.backfills import GIVEN_UP, Backfill
from shared.domain.units import Status
from shared.ports import Write
from shared.service.app import App
from shared.service.mend import mend
from shared.service.play import play
from shared.service.round import Round
from shared.service.settle import units_of
from shared.service.wanters import wanted_in


def withdraw(app: App, backfill: Backfill) -> None:
    """Take a backfill from the targets it waits for, and end the lanes that nobody else wants."""
    for season in app.ledger.plan(backfill.id).seasons():
        play(app, season, lambda game: take_out(game, backfill.id))


def recount(app: App, backfill: Backfill, revision: int) -> None:
    """Write how many units a cancelled backfill has by status, those that nobody wants any more as given up."""
    live, counts = wanted_in(app.ledger), Counter[str]()
    for unit in units_of(app, backfill):
        counts[GIVEN_UP if unit.status is Status.PENDING and not live(unit) else unit.status.value] += 1
    if dict(counts) != dict(backfill.counts):
        body = replace(backfill, counts=counts).body()
        app.ledger.commit([Write(key=backfill.key, body=body, revision=revision)])


def take_out(game: Round, name: str) -> None:
    """Take a backfill from the targets that wait; what it had opened again for others as well goes on for those."""
    for text, wanters in list(game.frontier.targets.items()):
        others = [each for each in wanters if each != name]
        if not others:
            game.forget(text)
        elif others != wanters:
            game.frontier.targets[text] = others
            if any(game.observation.live(each) for each in others):
                game.frontier.blocked.pop(text, None)
    mend(game)
