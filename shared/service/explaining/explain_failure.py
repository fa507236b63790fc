"""What is said of a unit that failed, or is blocked by one, and which command goes on after it."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import no_game
from shared.domain.errors import MalformedLanding
from shared.domain.frontier import HISTORY_LANE
from shared.domain.units import Status, Unit
from shared.service.app import App
from shared.service.commands import fill, request_command, way_on
from shared.service.dead_letter import UNIT_OF_FUNCTION
from shared.service.explaining.explain_reading import DAILY, Reading, counted, moment, unit_name
from shared.service.explaining.explanation import Account, Link, State
from shared.service.process_raw import FILES

RAW: Final = 2
FAILED_UNIT: Final = re.compile(r"units/([1-5])-(\d{4}-\d{2}-\d{2}) failed")
RETRIED: Final = frozenset({BackfillStatus.FAILED, BackfillStatus.PAUSED})


def missing_files(app: App, day: date) -> list[str]:
    """Return the URLs of a date's landing files that are not there."""
    names = (f"{name}.jsonl" for name in FILES)
    return [app.landing.url(day, name) for name in names if app.landing.read(day, name) is None]


def failed(reading: Reading, unit: Unit) -> Account:
    """Return the account of a failed unit: attempts, error, what it lacks or which letter it left, and the retry."""
    attempts = f"after {counted(unit.attempts, 'attempt')}, at {moment(unit.updated_at)}"
    links = [_link(unit, State.FAILED, f"{unit_name(unit)} failed {attempts}: {unit.error}")]
    if gone := _gone(reading, unit):
        text = f"{', '.join(gone)} is missing; Phase 1 wrote it, and has it again when it is redone"
        links.append(_link(unit, State.FAILED, text))
    links += _letters(reading, unit)
    return Account(state=State.FAILED, links=tuple(links), commands=tuple(_after(reading, unit, unit)))


def blocked(reading: Reading, unit: Unit) -> Account:
    """Return the account of a blocked unit, down to what failed."""
    culprit = blocking_unit(reading, unit.reason)
    if culprit is None or culprit.status is not Status.FAILED:
        return _left_blocked(unit, culprit)
    own = culprit.game_date == unit.game_date
    because = "the phase before it failed" if own else f"its window needs {culprit.game_date}, which failed"
    link = _link(unit, State.BLOCKED, f"{unit_name(unit)} is blocked, because {because}")
    below = failed(reading, culprit).below(link)
    return Account(state=State.BLOCKED, links=below.links, commands=tuple(_after(reading, unit, culprit)))


def blocking_unit(reading: Reading, reason: str) -> Unit | None:
    """Return the unit that a reason for being blocked names."""
    named = FAILED_UNIT.match(reason)
    return reading.unit(int(named[1]), date.fromisoformat(named[2])) if named is not None else None


def _left_blocked(unit: Unit, culprit: Unit | None) -> Account:
    """Return the account of a unit whose reason does not hold any more, or is not a failure."""
    if unit.reason.startswith(no_game(0).partition(" (")[0]):
        text = f"{unit_name(unit)} was blocked when a revision of the schedule took its last game, and has one again"
    else:
        since = f"; {unit_name(culprit)} is {culprit.status} by now" if culprit is not None else ""
        text = f"{unit_name(unit)} is blocked ({unit.reason}{since})"
    link = _link(unit, State.BLOCKED, text)
    return Account(state=State.BLOCKED, links=(link,), commands=(fill(unit.game_date),))


def _after(reading: Reading, unit: Unit, culprit: Unit) -> Iterable[str]:
    """Yield the command that has a unit run after a failure, then what may be done instead."""
    wanter = next(iter(reading.wanters(unit)), None)
    if _gone(reading, culprit):
        scraped = f"backfill request {culprit.game_date} --to-phase {RAW} --force {_to_its_end(reading.app)}"
        # By then nothing of that phase has failed any more: what it blocked is left to be retried.
        ended = wanter is not None and wanter.status in RETRIED
        yield f"{scraped} && {way_on(wanter)}" if wanter is not None and ended else scraped
    else:
        yield _retry(unit, culprit, wanter)
    if wanter is not None and _may_be_left_out(reading.app, culprit, wanter):
        yield request_command(wanter.request, [culprit.game_date])


def _retry(unit: Unit, culprit: Unit, wanter: Backfill | None) -> str:
    if wanter is not None and wanter.status in RETRIED and wanter.id in culprit.wanted_by:
        return f"backfill retry {wanter.id} --dates {culprit.game_date} --phase {culprit.phase}"
    if wanter is not None and wanter.status in RETRIED:
        return f"backfill retry {wanter.id}"
    if wanter is not None and wanter.live:
        return fill(culprit.game_date, HISTORY_LANE) if culprit.phase <= HISTORY_LANE else fill(culprit.game_date)
    if unit.phase <= HISTORY_LANE and not DAILY & unit.wanted_by.keys():
        return fill(unit.game_date, HISTORY_LANE)
    return fill(unit.game_date)


def _to_its_end(app: App) -> str:
    return "--run" if app.config.stack == "embedded" else "--wait"


def _may_be_left_out(app: App, culprit: Unit, wanter: Backfill) -> bool:
    """Return whether a backfill can go on without a failed date: it is history, and none of its targets."""
    return culprit.phase <= HISTORY_LANE and culprit.game_date not in app.ledger.plan(wanter.id).targets


def _gone(reading: Reading, unit: Unit) -> list[str]:
    if unit.phase != RAW or not unit.error.startswith(MalformedLanding.__name__):
        return []
    return missing_files(reading.app, unit.game_date)


def _letters(reading: Reading, unit: Unit) -> Iterable[Link]:
    """Yield the dead letter that a unit left, the latest."""
    for letter in reading.letters:
        function = letter.subscription.partition(".")[0]
        told = letter.message.get("phase"), letter.message.get("game_date")
        # One that comes from the ledger's own count, without a subscription, names the phase before or the unit.
        offsets = [UNIT_OF_FUNCTION[function]] if function in UNIT_OF_FUNCTION else [0, 1]
        if any(told == (unit.phase - offset, unit.game_date.isoformat()) for offset in offsets):
            source = letter.subscription or "its spent attempts"
            text = f"a dead letter of {moment(letter.at)} from {source}: {dict(letter.message)}"
            yield _link(unit, State.FAILED, text)
            return


def _link(unit: Unit, state: State, text: str) -> Link:
    return Link(phase=unit.phase, game_date=unit.game_date, state=state, text=text)
