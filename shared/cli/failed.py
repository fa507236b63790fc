"""`backfill failed`: the failed units of a backfill, or of all, what each blocks, and what retries them."""

from collections import Counter
from collections.abc import Mapping, Sequence

import typer
from rich.console import RenderableType
from rich.text import Text

from shared.cli.options import Home, Json, reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, count_text, say, say_json, span_text
from shared.cli.status import MaybeId
from shared.domain.backfills import Backfill
from shared.service.commands import way_on
from shared.service.failures import Blocked, Failure, failures_of, known_backfill
from shared.service.plain import plain

FAILURES_SHOWN_MAX = 100


def failed(backfill_id: MaybeId = None, *, json: Json = False, home: Home = None) -> None:
    """Show what failed, since when and why, and under each what it blocks. Exit code 1 when there is any.

    Example: backfill failed bf-20241108-20241114-3fa9c1
    """
    app = reader(home)
    asked = [each for each, _ in app.ledger.backfills()]
    if backfill_id is not None:
        asked = [known_backfill(app, backfill_id)[0]]
    found = [(backfill, failures) for backfill in asked if (failures := failures_of(app, backfill))]
    if json:
        say_json({"backfills": [_as_json(*each) for each in found]})
    else:
        say(*(line for each in found for line in _lines(*each)))
        if not found:
            say("Nothing has failed.")
    raise typer.Exit(EXIT_INCOMPLETE if found else EXIT_DONE)


def _as_json(backfill: Backfill, failures: Sequence[Failure]) -> Mapping[str, object]:
    return {
        "backfill_id": backfill.id,
        "status": backfill.status.value,
        "failed": [plain(each) for each in failures],
        "next": [way_on(backfill)],
    }


def _lines(backfill: Backfill, failures: Sequence[Failure]) -> list[RenderableType]:
    head = f"  {backfill.status}, {count_text(len(failures), 'failed unit')}"
    lines: list[RenderableType] = [Text.assemble((backfill.id, "bold"), head)]
    for each in failures[:FAILURES_SHOWN_MAX]:
        after = f"failed after {count_text(each.attempts, 'attempt')}, since {each.since[:19]}Z: "
        lines.append(Text.assemble("  ", (f"Phase {each.phase} of {each.game_date} {after}", "red"), each.error))
        lines += [f"    blocks {text}" for text in _blocked_texts(each.blocks)]
    if len(failures) > FAILURES_SHOWN_MAX:
        lines.append(f"  and {len(failures) - FAILURES_SHOWN_MAX} more; --json lists all")
    return [*lines, f"  {_introduced(way_on(backfill))}"]


def _introduced(way: str) -> str:
    if " watch " in way:
        return f"It is live; what failed is retried when it has ended, or is paused. Follow it: {way}"
    return f"Mend the cause, then: {way}"


def _blocked_texts(blocks: Sequence[Blocked]) -> list[str]:
    """Return what a failure blocks, a line a phase."""
    return [
        f"Phase {phase} of {span_text(each.game_date for each in blocks if each.phase == phase)}"
        for phase in sorted(Counter(each.phase for each in blocks))
    ]
