"""Follow a backfill to its end and validate its dates; what a run says of what was recovered."""

from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, count_text, say, say_json
from shared.cli.standing import exit_code, show_end, standing_json
from shared.cli.watch import follow
from shared.service.app import App
from shared.service.completeness.check import phases_text
from shared.service.completeness.recovery import DatesByPhase, dates_of, recovered_dates, validate_dates
from shared.service.completeness.validate import Validation
from shared.service.failures import known_backfill
from shared.service.plain import plain

FINDINGS_SHOWN_MAX = 20


def wait_and_validate(app: App, backfill_id: str, *, json: bool) -> int:
    """Show a backfill until it ends, then validate exactly its dates; return the exit code that both ask for."""
    standing = follow(app, backfill_id, json=json)
    dates: DatesByPhase = {}
    validation = None
    if not (standing.live or standing.paused):
        dates = dates_of(app, known_backfill(app, backfill_id)[0])
        validation = validate_dates(app, dates)
    if json:
        found = None if validation is None else {**plain(validation), "complete": validation.complete}
        say_json({**standing_json(standing), "validation": found})
    else:
        show_end(standing)
        if validation is not None:
            say(f"Validated {_extent(dates)}: {_verdict(validation)}", *_finding_lines(validation))
    complete = validation is None or validation.complete
    return exit_code([standing]) if complete else EXIT_INCOMPLETE


def recovery_of(app: App, backfill_id: str) -> tuple[int, str]:
    """Return the exit code and the line about what a retried backfill recovered; no line where it was not retried."""
    dates = recovered_dates(app, known_backfill(app, backfill_id)[0])
    validation = validate_dates(app, dates)
    if validation is None:
        return EXIT_DONE, ""
    line = f"Validated what {backfill_id} recovered, {_extent(dates)}: {_verdict(validation)}"
    return EXIT_DONE if validation.complete else EXIT_INCOMPLETE, line


def _extent(dates: DatesByPhase) -> str:
    days = {day for found in dates.values() for day in found}
    return f"{count_text(len(days), 'date')}, {phases_text(tuple(sorted(dates)))}"


def _verdict(validation: Validation) -> str:
    if validation.complete:
        return "complete"
    wrong = sum(finding.incomplete for finding in validation.findings)
    return f"incomplete, {count_text(wrong, 'finding')}; see: backfill validate {validation.start} {validation.end}"


def _finding_lines(validation: Validation) -> list[str]:
    found = [each for each in validation.findings if each.incomplete]
    return [
        f"{each.kind.value} Phase {each.phase} {each.processor} {each.game_date}: {each.detail}"
        for each in found[:FINDINGS_SHOWN_MAX]
    ]
