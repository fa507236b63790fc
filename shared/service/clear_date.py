"""Remove what is left in the tables of a date that has no game any more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from shared.domain.calendar import no_game, season_of
from shared.domain.errors import Conflict, InvalidInput
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.domain.units import Status, unit_key
from shared.logs import log
from shared.processors.registry import of_phase
from shared.service.app import App
from shared.service.completeness import row_counts
from shared.service.completeness.row_counts import Span
from shared.service.ledger import unit_write
from shared.service.play import play

PHASES = range(FIRST_PHASE, LAST_PHASE + 1)


def clear_date(app: App, day: date) -> Mapping[str, int]:
    """Empty the partitions of a date and take its units back; return how many rows each table lost.

    Its units count as complete for nobody from before the first partition is emptied, and are run from Phase 1 on
    should the date have a game again. Landing files stay where they are.

    Raises InvalidInput for a date that has a game, or never had one, Conflict when one of its units moves meanwhile.
    """
    calendar = app.seasons.calendar(season_of(day))
    if day not in calendar.dropped:
        raise InvalidInput("date", day.isoformat(), "a date that has no game any more; see them: backfill check")
    revision = calendar.dropped[day]
    _take_back(app, day, revision)
    play(app, calendar.season, lambda game: game.frontier.known.pop(day.isoformat(), None))
    removed = {}
    for processor in (each for phase in PHASES for each in of_phase(phase)):
        found = row_counts.partitions(app, processor, Span(first=day, last=day))
        if day in found:
            app.warehouse.load(processor.table, {day: []})
            removed[processor.table] = found[day].rows
    log("date.cleared", game_date=day.isoformat(), revision=revision, rows=sum(removed.values()))
    return removed


def _take_back(app: App, day: date, revision: int) -> None:
    held = app.ledger.units([unit_key(phase, day) for phase in PHASES])
    running = [each.unit.key for each in held.values() if each.unit.status is Status.RUNNING]
    if running:
        raise Conflict(f"{running[0]} is running; clear {day} when it has ended")
    # What it read is forgotten too, so that nothing is kept as it was when the date is wanted again.
    app.ledger.commit(
        [
            unit_write(
                replace(
                    each.unit,
                    status=Status.BLOCKED,
                    reason=no_game(revision),
                    publishing=each.unit.version > 0,
                    inputs={"cleared": revision},
                    digests={},
                    rows={},
                    updated_at=app.clock.now().isoformat(),
                ),
                each.revision,
            )
            for each in held.values()
        ]
    )
