"""A backfill's standing in words: tables, failures, and the command that mends them."""

from collections.abc import Sequence
from datetime import date

from rich.console import RenderableType
from rich.text import Text

from shared.cli.output import (
    EXIT_DONE,
    EXIT_INCOMPLETE,
    PHASE_NAMES,
    count_text,
    duration_text,
    say,
    span_text,
    table,
)
from shared.cli.progress import waiting_text
from shared.domain.backfills import GIVEN_UP, BackfillStatus
from shared.domain.frontier import HISTORY_LANE
from shared.domain.units import Status
from shared.service.commands import request_command
from shared.service.plain import plain
from shared.service.status import Standing, Trouble
from shared.tracing import trace_of

ROWS_SHOWN_MAX = 20
COLOURS = {
    BackfillStatus.COMPLETE: "green",
    BackfillStatus.FAILED: "red",
    BackfillStatus.CANCELLED: "red",
    BackfillStatus.PAUSED: "yellow",
}


def standing_json(standing: Standing) -> dict[str, object]:
    """Return a standing for machines, with its trace in the logs and the commands that carry it on."""
    more = {"live": standing.live, "trace": trace_of(standing.id), "next": next_commands(standing)}
    return {**plain(standing), **more}


def exit_code(standings: Sequence[Standing]) -> int:
    """Return 0 when every backfill is complete, else 1: a paused one has not come to its end."""
    return EXIT_INCOMPLETE if any(each.live or each.failed or each.paused for each in standings) else EXIT_DONE


def show_end(standing: Standing) -> None:
    """Write how a backfill ended, or that it was not watched to its end."""
    say(summary_line(standing), *trouble_lines(standing))
    if standing.live:
        say(f"Stopped watching; the backfill is {standing.status}. Watch again: backfill watch {standing.id}")


def next_commands(standing: Standing) -> list[str]:
    """Return the commands that carry a backfill on, the likeliest first; none when there is nothing to do.

    A retry runs what failed and what that blocked, history that only players' windows needed included.
    """
    if standing.live:
        return ["backfill run"]
    resume, retry = f"backfill resume {standing.id}", f"backfill retry {standing.id}"
    if standing.paused:
        failed = any(each.status is Status.FAILED for each in standing.troubles)
        return [retry, resume] if failed else [resume]
    of_status = {
        BackfillStatus.FAILED: [retry],
        BackfillStatus.CANCELLED: [resume],
        BackfillStatus.PLANNED: [f"backfill apply {standing.id}"],
    }
    return of_status.get(standing.status, [])


def phases_table(standing: Standing) -> RenderableType:
    """Return the units of each phase by status, with rate and ETA."""
    statuses = [status.value for status in Status]
    if any(each.counts.get(GIVEN_UP) for each in standing.phases):
        statuses.append(GIVEN_UP)
    numbers = ("units", *statuses, "rate", "ETA")
    columns = ("phase", "units", *statuses, *(("rate", "ETA") if standing.live else ()))
    found = table("", *columns, right=numbers)
    for each in standing.phases:
        counts = [str(each.counts.get(status, 0) or "-") for status in statuses]
        speed = [f"{each.rate:.1f}/s", duration_text(each.eta_seconds)] if standing.live else []
        found.add_row(f"{each.phase} {PHASE_NAMES[each.phase]}", str(each.total), *counts, *speed)
    return found


def summary_line(standing: Standing) -> RenderableType:
    """Return a backfill in one line: id, status, units, rate."""
    colour = {"complete": "green", "failed": "red", "cancelled": "red", "paused": "yellow"}.get(
        standing.status.value, "cyan"
    )
    rate = f", {standing.rate:.1f} units/s" if standing.rate else ""
    left = f", ETA {duration_text(standing.eta_seconds)}" if standing.live else ""
    stale = f", {count_text(standing.stale, 'stale unit')}" if standing.stale else ""
    text = f"  {standing.done}/{standing.total} units{rate}{left}{stale}"
    return Text.assemble((standing.id, "bold"), "  ", (standing.status.value, colour), text)


def waiting_lines(standing: Standing) -> list[str]:
    """Return what each waiting target waits for."""
    lines = [waiting_text(each) for each in standing.waiting[:ROWS_SHOWN_MAX]]
    if standing.waiting_total > len(lines):
        lines.append(f"and {count_text(standing.waiting_total - len(lines), 'more target')} waiting; --json lists all")
    return lines


def trouble_lines(standing: Standing) -> list[RenderableType]:
    """Return the failed units with their errors, what they block, and how to go on."""
    failed = [each for each in standing.troubles if each.status is Status.FAILED]
    blocked = [each for each in standing.troubles if each.status is Status.BLOCKED]
    lines: list[RenderableType] = []
    for each in failed[:ROWS_SHOWN_MAX]:
        head = f"Phase {each.phase} of {each.game_date} failed after {count_text(each.attempts, 'attempt')}: "
        lines.append(Text.assemble((head, "red"), each.error))
    if len(failed) > ROWS_SHOWN_MAX:
        lines.append(f"and {len(failed) - ROWS_SHOWN_MAX} more failed; --json lists all")
    for reason, dates in sorted(_by_reason(blocked).items())[:ROWS_SHOWN_MAX]:
        lines.append(Text.assemble(("Blocked ", "yellow"), f"{span_text(dates)}: {reason}"))
    if standing.stopped_at:
        lines.append(_stopped_text(standing))
    if standing.failed or standing.paused:
        lines += _ways_on(standing)
    return lines


def _stopped_text(standing: Standing) -> RenderableType:
    by = f" by {standing.stopped_by}" if standing.stopped_by else ""
    why = f": {standing.stopped_reason}" if standing.stopped_reason else ""
    head = f"{standing.status.value.capitalize()}{by} at {standing.stopped_at[:19]}Z"
    return Text.assemble((head, "yellow"), why)


def _by_reason(blocked: Sequence[Trouble]) -> dict[str, set[date]]:
    found: dict[str, set[date]] = {}
    for each in blocked:
        found.setdefault(each.error, set()).add(each.game_date)
    return found


def _ways_on(standing: Standing) -> list[RenderableType]:
    first, *after = next_commands(standing)
    mended = "Mend the cause, then" if " retry " in first else "To go on"
    lines: list[RenderableType] = [f"{mended}: {first}"]
    lines += [f"Or go on and leave what failed: {line}" for line in after]
    lost = _lost_history(standing) if standing.status is BackfillStatus.FAILED else []
    if lost:
        lines.append(f"Or go on without what cannot be had: {request_command(standing.request, lost)}")
    return lines


def _lost_history(standing: Standing) -> list[date]:
    """Return the dates outside of the targets whose Phases 1-3 failed, and which hold targets up."""
    failed = {
        each.game_date for each in standing.troubles if each.status is Status.FAILED and each.phase <= HISTORY_LANE
    }
    holding = {day for each in standing.waiting if each.blocked_by for day in each.dates}
    request = standing.request
    targets = set(request.dates)
    return sorted(
        day
        for day in failed | holding
        if (day not in targets if targets else not request.start_date <= day <= request.end_date)
    )
